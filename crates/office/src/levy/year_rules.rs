//! 年度の規則 — everything the office needs to levy one fiscal year, under one hash.

use crate::acts::Act;
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::rules::{RuleBook, RuleSet, hash_of};
use law::{FiscalYear, Refusal};
use std::ops::Deref;

/// The rule set of one municipality and fiscal year, with the text and hash it is kept under.
#[derive(Clone, Debug)]
pub struct YearRules {
    set: RuleSet,
    /// SHA-256 of `body` in hexadecimal: the name under which decisions remember the rules.
    pub hash: String,
    /// The rules as canonical JSON.
    pub body: String,
}

impl Deref for YearRules {
    type Target = RuleSet;

    fn deref(&self) -> &RuleSet {
        &self.set
    }
}

const FIND: Sql = Sql {
    name: "levy.rules.find",
    text: "select body from rule_set where hash = $1",
};
const INSERT: Sql = Sql {
    name: "levy.rules.insert",
    text: "insert into rule_set (hash, municipality, fiscal_year, recorded_at, body) \
           values ($1, $2, $3, $4, $5)",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[FIND, INSERT];

impl YearRules {
    /// From the rule book.
    ///
    /// # Errors
    /// A [`Refusal`] when the book has no such municipality or year: there is no fallback to another year.
    pub fn from_book(
        book: &RuleBook,
        municipality: &str,
        year: FiscalYear,
    ) -> Result<Self, OfficeError> {
        Self::of(book.rule_set(municipality, year)?)
    }

    /// Of a rule set, for what-if and tests.
    ///
    /// # Errors
    /// A [`Refusal`] when the set cannot be written down.
    pub fn of(set: RuleSet) -> Result<Self, OfficeError> {
        let body = set.canonical_json()?;
        Ok(Self {
            hash: hash_of(&body),
            set,
            body,
        })
    }

    /// The fiscal year.
    #[must_use]
    pub fn year(&self) -> FiscalYear {
        self.levy.fiscal_year
    }

    /// Keeps the rules in the store under their hash.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn keep(&self, conn: &mut Conn, act: &Act) -> Result<(), OfficeError> {
        let known = conn.query_opt(&FIND, &[self.hash.as_str().into()], |row| row.text(0))?;
        if known.is_none() {
            conn.execute(
                &INSERT,
                &[
                    self.hash.as_str().into(),
                    self.levy.municipality.as_str().into(),
                    i64::from(self.year().0).into(),
                    act.recorded_at.into(),
                    self.body.as_str().into(),
                ],
            )?;
        }
        Ok(())
    }

    /// The rules a decision was made under.
    ///
    /// # Errors
    /// [`OfficeError::Bug`] when the store does not have them or they no longer hash to their name.
    pub fn recall(conn: &mut Conn, hash: &str) -> Result<Self, OfficeError> {
        let body = conn
            .query_opt(&FIND, &[hash.into()], |row| row.text(0))?
            .ok_or_else(|| OfficeError::Bug(format!("規則{hash}が保存されていません")))?;
        if hash_of(&body) != hash {
            return Err(OfficeError::Bug(format!(
                "保存された規則が書き換えられています: {hash}"
            )));
        }
        Ok(Self {
            set: RuleSet::from_canonical_json(&body)?,
            hash: hash.to_owned(),
            body,
        })
    }
}

/// The years a municipality has complete rules for, oldest first.
///
/// # Errors
/// A [`Refusal`] when the book does not know the municipality.
pub fn years_of(book: &RuleBook, municipality: &str) -> Result<Vec<FiscalYear>, Refusal> {
    let entry = book
        .municipalities()
        .into_iter()
        .find(|entry| entry.code == municipality)
        .ok_or_else(|| {
            Refusal::new(
                "rules.municipality.missing",
                format!(
                    "団体コード{municipality}の規則がありません。規則ファイルを用意してください"
                ),
            )
        })?;
    Ok(entry.years)
}
