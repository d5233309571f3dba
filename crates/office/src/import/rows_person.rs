//! 個人の期間の行 — layouts of which each row is a span of one person.

use super::cells::{born_by, first_day, int, last_day, municipality_of, own_row};
use super::directory::Directory;
use super::intake::Municipality;
use super::own_events;
use super::plan::{Plan, Replace, Staged, Stated, Target, no_duplicates, no_overlap};
use crate::acts::Act;
use crate::error::OfficeError;
use crate::registry::{CareExempt, FormerDependant, FormerInsured, Maternity, Unemployment};
use db::{Conn, Span};
use exchange::{Flaw, Row};
use law::Date;
use std::collections::BTreeSet;

/// The smaller layouts: a span of one person.
pub(super) enum PersonSpan {
    /// 特定同一世帯所属者.
    FormerInsured,
    /// 介護適用除外.
    CareExempt,
    /// 旧被扶養者.
    FormerDependant,
    /// 非自発的失業.
    Unemployment,
    /// 出産被保険者.
    Maternity,
}

impl PersonSpan {
    fn first_field(&self) -> &'static str {
        match self {
            Self::FormerInsured => "該当開始年月日",
            Self::CareExempt => "適用除外開始年月日",
            Self::FormerDependant => "旧被扶養者となった年月日",
            Self::Unemployment => "離職年月日",
            Self::Maternity => "出産（予定）年月日",
        }
    }
}

impl Plan for PersonSpan {
    fn subject_item(&self) -> &'static str {
        "person_number"
    }

    fn needs(&self) -> &'static [&'static str] {
        match self {
            Self::FormerInsured => &[
                "history_number",
                "household_number",
                "valid_from",
                "valid_until",
            ],
            Self::CareExempt => &["history_number", "valid_from", "valid_until"],
            Self::FormerDependant => &["history_number", "since"],
            Self::Unemployment => &["history_number", "left_on", "leaving_code"],
            Self::Maternity => &["history_number", "delivery_on", "multiple", "confirmed"],
        }
    }

    fn target(&self) -> Target {
        match self {
            Self::FormerInsured => Target::of::<FormerInsured>(Replace::Whole),
            Self::CareExempt => Target::of::<CareExempt>(Replace::Whole),
            Self::FormerDependant => Target::of::<FormerDependant>(Replace::Whole),
            Self::Unemployment => Target::of::<Unemployment>(Replace::Whole),
            Self::Maternity => Target::of::<Maternity>(Replace::Whole),
        }
    }

    fn carried_out(&self, conn: &mut Conn, rows: &[Staged]) -> Result<BTreeSet<i64>, OfficeError> {
        match self {
            Self::FormerInsured => own_events::subjects(conn, &own_events::PEOPLE, rows),
            _ => Ok(BTreeSet::new()),
        }
    }

    fn carry_out(
        &self,
        conn: &mut Conn,
        _: &Act,
        _: Date,
        group: &[Staged],
        flaws: &mut [Vec<Flaw>],
    ) -> Result<u64, OfficeError> {
        own_events::hold_differences(conn, &self.target(), group, flaws)
    }

    fn municipality_of<'r>(&self, row: &Row<'r>) -> Option<&'r str> {
        municipality_of(row)
    }

    fn state(
        &self,
        row: &Row<'_>,
        municipality: &Municipality,
        _: Date,
        flaws: &mut Vec<Flaw>,
    ) -> Option<Stated> {
        own_row(row, municipality, flaws);
        let order = (int(row, "history_number"), 0);
        let field = self.first_field();
        match self {
            Self::FormerInsured => {
                let from = first_day(row, "valid_from", field, flaws);
                let until = last_day(row, "valid_until", ("該当終了年月日", from), flaws);
                let household_id = int(row, "household_number");
                let mut stated = Stated::new(
                    Span::new(from?, until),
                    &FormerInsured { household_id },
                    order,
                );
                stated.household = Some(household_id);
                Some(stated)
            }
            Self::CareExempt => {
                let from = first_day(row, "valid_from", field, flaws);
                let until = last_day(row, "valid_until", ("適用除外終了年月日", from), flaws);
                let facility = row.named("facility").to_owned();
                Some(Stated::new(
                    Span::new(from?, until),
                    &CareExempt { facility },
                    order,
                ))
            }
            Self::FormerDependant => {
                let since = first_day(row, "since", field, flaws);
                let until = last_day(row, "valid_until", ("該当終了年月日", since), flaws);
                Some(Stated::new(
                    Span::new(since?, until),
                    &FormerDependant { since: since? },
                    order,
                ))
            }
            Self::Unemployment => {
                let left_on = first_day(row, "left_on", field, flaws)?;
                let fact = Unemployment {
                    left_on,
                    leaving_code: int(row, "leaving_code"),
                };
                Some(Stated::new(fact.span(), &fact, order))
            }
            Self::Maternity => {
                let delivery_on = first_day(row, "delivery_on", field, flaws)?;
                let fact = Maternity {
                    delivery_on,
                    multiple: row.named("multiple") == "1",
                    confirmed: row.named("confirmed") == "1",
                };
                Some(Stated::new(fact.span(), &fact, order))
            }
        }
    }

    fn together(&self, rows: &mut [Staged]) {
        no_duplicates(rows, "履歴番号");
        if matches!(self, Self::Unemployment) {
            // A second leaving within the time of the first one takes over from its own day on.
            rows.sort_by_key(|row| row.stated.as_ref().map(|stated| stated.from));
            let starts: Vec<_> = rows
                .iter()
                .map(|row| row.stated.as_ref().map(|stated| stated.from))
                .collect();
            for (place, row) in rows.iter_mut().enumerate() {
                let next = starts.iter().skip(place + 1).flatten().next();
                if let (Some(stated), Some(next)) = (&mut row.stated, next)
                    && stated.from < *next
                    && stated.until.is_none_or(|until| *next < until)
                {
                    stated.until = Some(*next);
                }
            }
        }
        no_overlap(rows, self.first_field(), "該当");
    }

    fn against(
        &self,
        conn: &mut Conn,
        directory: &mut Directory,
        row: &Staged,
        flaws: &mut Vec<Flaw>,
    ) -> Result<(), OfficeError> {
        let person = directory.person(conn, row.subject)?;
        born_by(person, row, self.first_field(), flaws);
        if let Some(household_id) = row.stated.as_ref().and_then(|stated| stated.household)
            && directory.heads(conn, household_id)?.is_empty()
        {
            flaws.push(Flaw::hold(
                "国保世帯番号",
                "import.row.unknown_household",
                format!(
                    "国保世帯{household_id}が登録されていません。国保世帯を先に取り込んでください"
                ),
            ));
        }
        Ok(())
    }
}
