//! 他課・他制度の行 — a row of another department or scheme: each becomes a fact, a candidate of the work list, or waits.
//!
//! Rows are carried out one by one in the order of their days, because what a row means depends on what stands: a
//! suspension of assistance follows on its beginning.

use super::cells::{born_by, int, known_day, municipality_of, own_row};
use super::directory::Directory;
use super::intake::Municipality;
use super::plan::{Plan, Replace, Staged, Stated, Target, no_duplicates};
use super::post::holds;
use super::told_take::{self, Cells};
use crate::acts::Act;
use crate::eligibility::status::CompanyInsurance;
use crate::error::OfficeError;
use db::Conn;
use exchange::{Flaw, Row};
use law::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Layouts of other departments and schemes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// 介護保険資格.
    CareInsured,
    /// 後期高齢者医療資格.
    LateElderly,
    /// 生活保護.
    PublicAssistance,
    /// オンライン資格確認 資格重複状況結果一覧.
    OverlapList,
    /// マイナ保険証利用登録状況.
    OnlineStatus,
    /// 被用者保険等の資格取得喪失年月日.
    InsurancePeriod,
    /// 旧国保被保険者・旧扶養者連絡票.
    TransferSlip,
}

impl Told {
    /// The plan of a layout.
    pub(super) fn of(layout: &str) -> Option<Self> {
        Some(match layout {
            "care_insured" => Self::CareInsured,
            "late_elderly" => Self::LateElderly,
            "public_assistance" => Self::PublicAssistance,
            "overlap_list" => Self::OverlapList,
            "online_status" => Self::OnlineStatus,
            "insurance_period" => Self::InsurancePeriod,
            "transfer_slip" => Self::TransferSlip,
            _ => return None,
        })
    }

    /// The item with the day a row is of, and its name.
    const fn day(self) -> (&'static str, &'static str) {
        match self {
            Self::CareInsured | Self::LateElderly | Self::InsurancePeriod => {
                ("gained_on", "資格取得年月日")
            }
            Self::PublicAssistance => ("changed_on", "異動年月日"),
            Self::OverlapList => ("gained_on", "他の資格取得年月日"),
            Self::OnlineStatus => ("as_of", "基準日"),
            Self::TransferSlip => ("made_on", "発行・受理年月日"),
        }
    }

    fn take(
        self,
        conn: &mut Conn,
        act: &Act,
        today: Date,
        row: &Cells<'_>,
    ) -> Result<bool, OfficeError> {
        match self {
            Self::CareInsured => told_take::care_insured(conn, act, row),
            Self::LateElderly => told_take::late_elderly(conn, act, today, row),
            Self::PublicAssistance => told_take::assistance(conn, act, today, row),
            Self::OverlapList => told_take::overlap(conn, act, today, row),
            Self::OnlineStatus => told_take::online_status(conn, act, today, row),
            Self::InsurancePeriod => told_take::insurance_period(conn, act, today, row),
            Self::TransferSlip => told_take::slip(conn, act, row),
        }
    }
}

impl Plan for Told {
    fn subject_item(&self) -> &'static str {
        match self {
            Self::OverlapList => "list_number",
            _ => "person_number",
        }
    }

    fn needs(&self) -> &'static [&'static str] {
        match self {
            Self::CareInsured => &[
                "insurer",
                "insured_number",
                "category",
                "gained_on",
                "lost_on",
            ],
            Self::LateElderly => &["insured_number", "gain_cause", "gained_on", "lost_on"],
            Self::PublicAssistance => &["office", "case_number", "change", "changed_on"],
            Self::OverlapList => &[
                "as_of",
                "birth_on",
                "insurer_number",
                "gained_on",
                "lost_on",
            ],
            Self::OnlineStatus => &["as_of", "registered"],
            Self::InsurancePeriod => &["insurer_number", "relation", "gained_on", "lost_on"],
            Self::TransferSlip => &["kind", "direction", "household_number", "made_on", "since"],
        }
    }

    /// Nothing is laid in bulk; the table stands for those whose standing facts are read.
    fn target(&self) -> Target {
        Target {
            expected: "and 1 = 0",
            ..Target::of::<CompanyInsurance>(Replace::FromFirstDay)
        }
    }

    fn list_item(&self) -> Option<&'static str> {
        (*self == Self::OnlineStatus).then_some("as_of")
    }

    fn in_any_order(&self) -> bool {
        true
    }

    fn needs_directory(&self) -> bool {
        *self != Self::OverlapList
    }

    fn municipality_of<'r>(&self, row: &Row<'r>) -> Option<&'r str> {
        municipality_of(row)
    }

    fn state(
        &self,
        row: &Row<'_>,
        municipality: &Municipality,
        today: Date,
        flaws: &mut Vec<Flaw>,
    ) -> Option<Stated> {
        own_row(row, municipality, flaws);
        let (item, field) = self.day();
        let on = known_day(row, item, field, flaws);
        if *self == Self::OnlineStatus && on.is_some_and(|on| on > today) {
            flaws.push(Flaw::hold(
                field,
                "import.row.future",
                "基準日が今日より後です。送り元に確かめてください".to_owned(),
            ));
        }
        let mut cells: BTreeMap<_, _> = row
            .cells()
            .into_iter()
            .map(|(name, cell)| (name.to_owned(), cell.to_owned()))
            .collect();
        // Of a row of one of our wards it is ours too.
        cells.insert(told_take::OWN.to_owned(), municipality.code.clone());
        let number = if *self == Self::OverlapList {
            int(row, "list_number")
        } else {
            int(row, "history_number")
        };
        Some(Stated::told(on?, cells, (number, 0)))
    }

    fn carried_out(&self, _: &mut Conn, rows: &[Staged]) -> Result<BTreeSet<i64>, OfficeError> {
        Ok(rows.iter().map(|row| row.subject).collect())
    }

    fn carry_out(
        &self,
        conn: &mut Conn,
        act: &Act,
        today: Date,
        group: &[Staged],
        flaws: &mut [Vec<Flaw>],
    ) -> Result<u64, OfficeError> {
        let mut changed = 0;
        let mut waits: Option<u64> = None;
        for (row, flaws) in group.iter().zip(flaws) {
            if let Some(line) = waits {
                flaws.push(Flaw::hold(
                    "行",
                    "import.row.with_other",
                    format!("同じ番号の{line}行目を保留したため、この行も保留しました"),
                ));
                continue;
            }
            let Some(stated) = &row.stated else { continue };
            let cells = Cells {
                subject: row.subject,
                cells: &stated.cells,
                from: stated.from,
            };
            match conn.savepoint(|conn| self.take(conn, act, today, &cells)) {
                Ok(new) => changed += u64::from(new),
                Err(OfficeError::Refusal(refusal)) => {
                    flaws.push(Flaw::hold("行", refusal.code, refusal.message_ja));
                }
                Err(OfficeError::Input { field, message }) => {
                    flaws.push(Flaw::hold(&field, "import.row.input", message));
                }
                Err(error) => return Err(error),
            }
            if holds(flaws) {
                waits = Some(row.line);
            }
        }
        Ok(changed)
    }

    fn together(&self, rows: &mut [Staged]) {
        no_duplicates(rows, "履歴番号");
        rows.sort_by_key(|row| {
            row.stated
                .as_ref()
                .map(|stated| (stated.from, stated.order))
        });
    }

    fn against(
        &self,
        conn: &mut Conn,
        directory: &mut Directory,
        row: &Staged,
        flaws: &mut Vec<Flaw>,
    ) -> Result<(), OfficeError> {
        if *self != Self::OverlapList {
            let person = directory.person(conn, row.subject)?;
            born_by(person, row, self.day().1, flaws);
        }
        Ok(())
    }
}
