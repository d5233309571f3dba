//! 保存と消去 — which classes of record there are, from which event each is counted and by which term it is kept; and what has
//! to happen to backups that still hold what was erased.

use super::book::RuleBook;
use super::error::Faults;
use super::levy::Status;
use super::practice::RetentionRules;
use super::row::Row;
use super::series::{Cited, Dated, Series};
use crate::{Date, FiscalYear, Refusal, day};
use std::collections::BTreeMap;

/// 保存年限: which of a municipality's terms a class follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Term {
    /// 資格の記録.
    Eligibility,
    /// 賦課・収納の記録: the longer of the two.
    LevyAndCollection,
    /// 給付の記録.
    Benefit,
    /// 操作・閲覧の記録.
    AccessLog,
}

/// 起算 — the event from which a class is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CountedFrom {
    /// 資格の喪失 (of everybody in the household).
    LossOfEligibility,
    /// 住民票の消除・住登外の終わり.
    EndOfResidence,
    /// 年度の終わり、完納・不納欠損、最後の仕訳のうち最も遅いもの.
    Settlement,
    /// 事実の有効期間の終わり.
    EndOfValidity,
    /// 証の有効期限か無効になった日.
    EndOfCertificate,
    /// 処理の完了.
    Completion,
    /// ファイルの受領・作成.
    Receipt,
}

/// 記録の区分 as the rules have it on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetentionClass {
    /// By which term.
    pub term: Term,
    /// From which event.
    pub counted_from: CountedFrom,
    /// 下限: years below which no municipality's term counts.
    pub least_years: u8,
    /// Erased at all; what is not is kept for a reason that stands in its note.
    pub erased: bool,
    /// Draft or confirmed.
    pub status: Status,
}

/// バックアップの扱い.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackupRetention {
    /// Days after an erasure within which older backups are destroyed.
    pub destroy_within_days: u8,
    /// 国内に置く: copies lie in Japan alone.
    pub domestic: bool,
    /// Draft or confirmed.
    pub status: Status,
}

/// The national tables of retention.
#[derive(Clone, Debug, Default)]
pub(super) struct RetentionTables {
    classes: BTreeMap<String, (String, Series<RetentionClass>)>,
    backup: Series<BackupRetention>,
}

impl RetentionTables {
    pub(super) fn class(&mut self, row: Row<'_>) {
        let (span, provenance) = row.dated();
        let code = row.text("code");
        let name = row.text("name");
        let value = RetentionClass {
            term: row.choice(
                "term",
                ("eligibility", Term::Eligibility),
                &[
                    ("levy_and_collection", Term::LevyAndCollection),
                    ("benefit", Term::Benefit),
                    ("access_log", Term::AccessLog),
                ],
            ),
            counted_from: row.choice(
                "counted_from",
                ("loss_of_eligibility", CountedFrom::LossOfEligibility),
                &[
                    ("end_of_residence", CountedFrom::EndOfResidence),
                    ("settlement", CountedFrom::Settlement),
                    ("end_of_validity", CountedFrom::EndOfValidity),
                    ("end_of_certificate", CountedFrom::EndOfCertificate),
                    ("completion", CountedFrom::Completion),
                    ("receipt", CountedFrom::Receipt),
                ],
            ),
            least_years: row.small("least_years", 1, 100),
            erased: row.flag("erased"),
            status: provenance.status,
        };
        let (_, series) = self
            .classes
            .entry(code)
            .or_insert_with(|| (name, Series::default()));
        series.push(Dated {
            span,
            place: row.place.clone(),
            provenance,
            value,
        });
        row.finish();
    }

    pub(super) fn backup(&mut self, row: Row<'_>) {
        let (span, provenance) = row.dated();
        let value = BackupRetention {
            destroy_within_days: row.small("destroy_within_days", 1, 250),
            domestic: row.flag("domestic"),
            status: provenance.status,
        };
        self.backup.push(Dated {
            span,
            place: row.place.clone(),
            provenance,
            value,
        });
        row.finish();
    }

    pub(super) fn settle(&mut self, faults: &Faults) {
        for (_, series) in self.classes.values_mut() {
            series.settle(faults);
        }
        self.backup.settle(faults);
    }

    pub(super) fn cite<'s>(&'s self, into: &mut Vec<Cited<'s>>) {
        for (_, series) in self.classes.values() {
            series.cite(into);
        }
        self.backup.cite(into);
    }
}

/// How long a class is kept in a municipality, and by which rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The class.
    pub class: RetentionClass,
    /// Years, not less than the class's 下限.
    pub years: u8,
    /// Draft where either row is.
    pub status: Status,
}

impl Kept {
    /// The first day on which a record that was closed on a day is due: kept for whole fiscal years from the 1 April after
    /// it was closed. `None` where the class is not erased.
    #[must_use]
    pub fn due_on(&self, closed_on: Date) -> Option<Date> {
        self.class.erased.then(|| {
            let closed = FiscalYear::of(closed_on).0;
            day(closed + 1 + i16::from(self.years), 4, 1)
        })
    }

    /// Records closed before this day are due on a day; `None` where the class is not erased.
    #[must_use]
    pub fn closed_before(&self, on: Date) -> Option<Date> {
        self.class
            .erased
            .then(|| day(FiscalYear::of(on).0 - i16::from(self.years), 4, 1))
    }
}

impl RuleBook {
    /// Code and name of every class, in the order of the codes.
    #[must_use]
    pub fn retention_classes(&self) -> Vec<(&str, &str)> {
        let classes = self.retention.classes.iter();
        classes
            .map(|(code, (name, _))| (code.as_str(), name.as_str()))
            .collect()
    }

    /// How long a municipality keeps a class on a day.
    ///
    /// # Errors
    /// A [`Refusal`] where there is no such class or no term on that day.
    pub fn kept(&self, code6: &str, class: &str, on: Date) -> Result<Kept, Refusal> {
        let missing = || {
            Refusal::new(
                "rules.retention_class.missing",
                format!(
                    "記録の区分「{class}」の定めがありません。rules/national/retention.toml を確かめてください"
                ),
            )
        };
        let (_, series) = self.retention.classes.get(class).ok_or_else(missing)?;
        let class = series
            .at(on, "rules.retention_class.missing", "記録の区分")?
            .value;
        let terms: RetentionRules = self.retention(code6, on)?;
        let years = match class.term {
            Term::Eligibility => terms.eligibility_years,
            Term::LevyAndCollection => terms.levy_years.max(terms.collection_years),
            Term::Benefit => terms.benefit_years,
            Term::AccessLog => terms.access_log_years,
        };
        Ok(Kept {
            class,
            years: years.max(class.least_years),
            status: if terms.status == Status::Draft {
                Status::Draft
            } else {
                class.status
            },
        })
    }

    /// What becomes of older backups after an erasure.
    ///
    /// # Errors
    /// A [`Refusal`] where nothing is laid down for the day.
    pub fn backup_retention(&self, on: Date) -> Result<BackupRetention, Refusal> {
        let found =
            self.retention
                .backup
                .at(on, "rules.retention_backup.missing", "バックアップの保存")?;
        Ok(found.value)
    }
}
