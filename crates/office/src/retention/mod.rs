//! 保存期間と消去 — what has outlived its term, class by class; who is held back; and its erasure by two people, in one act,
//! with a certificate.

mod certificate;
mod circles;
mod condition;
mod due;
mod ended;
pub mod erase;
pub mod guards;
pub mod hold;
pub mod kept;
mod older;
pub mod proposal;
pub mod targets;

pub use certificate::{Certificate, certificate};
pub use due::{Due, Held, due};
pub use erase::{Erased, approve, decline};
pub use hold::{Hold, HoldKind, Holds};
pub use older::{Outlived, Outliving, Stands, backups_to_destroy, outliving};
pub use proposal::{Proposal, proposals, propose};

use crate::security::hours::in_japan;
use db::Sql;
use law::era::wareki;
use law::rules::RuleBook;
use law::{Date, Refusal};

/// Statements of this area, prepared on both engines by a test.
#[must_use]
pub fn statements() -> Vec<Sql> {
    [
        certificate::STATEMENTS,
        circles::STATEMENTS,
        ended::STATEMENTS,
        erase::STATEMENTS,
        hold::STATEMENTS,
        older::STATEMENTS,
        proposal::STATEMENTS,
    ]
    .concat()
}

/// What the classes are read for: a municipality on a day, which has come.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct On<'b> {
    /// The rules.
    pub book: &'b RuleBook,
    /// 全国地方公共団体コード.
    pub municipality: &'b str,
    /// 業務日付, today in Japan or before.
    pub day: Date,
}

/// Code of the refusal of a 業務日付 that has not come yet.
pub const NOT_YET: &str = "retention.not_yet";

impl<'b> On<'b> {
    /// A municipality on a business date, at a moment of the machine's clock (microseconds since 1970 UTC).
    ///
    /// # Errors
    /// A [`Refusal`] with [`NOT_YET`] where the business date is after today in Japan: what is typed makes no record older.
    pub fn new(
        book: &'b RuleBook,
        municipality: &'b str,
        (business_date, now): (Date, i64),
    ) -> Result<Self, Refusal> {
        let (today, _) = in_japan(now);
        if business_date > today {
            return Err(Refusal::new(
                NOT_YET,
                format!(
                    "業務日付 {} は今日 {} より後です。保存期間は今日の日付で決めます。業務日付を今日か、それより前にしてください",
                    wareki(business_date),
                    wareki(today)
                ),
            ));
        }
        Ok(Self {
            book,
            municipality,
            day: business_date,
        })
    }
}
