//! 年度の規則 — everything the office needs to levy one fiscal year, under one hash.

use crate::acts::Act;
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::levy::facts::Habits;
use law::levy::instalment::ChangeHabits;
use law::rules::{InstalmentRules, LevyRules, RuleBook};
use law::{FiscalYear, Refusal};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The rule set of one municipality and fiscal year.
#[derive(Clone, Debug)]
pub struct YearRules {
    /// Rates, reductions, caps, rounding.
    pub levy: LevyRules,
    /// 期割.
    pub instalments: InstalmentRules,
    /// Choices of the ordinance about months.
    pub habits: Habits,
    /// 増減のときの期割.
    pub change_habits: ChangeHabits,
    /// SHA-256 of `body` in hexadecimal: the name under which decisions remember the rules.
    pub hash: String,
    /// The rules as canonical JSON.
    pub body: String,
}

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    levy: LevyRules,
    instalments: InstalmentRules,
    habits: Habits,
    change_habits: ChangeHabits,
}

const INTERIM_HABITS: Habits = Habits {
    specific_household_end: law::levy::specific_household::SpecificHouseholdEnd::Months,
    former_insured_tie: law::levy::facts::FormerInsuredTie::SameHousehold,
    rejoining: law::levy::facts::Rejoining::NewLevy,
};
const INTERIM_CHANGE_HABITS: ChangeHabits = ChangeHabits {
    increase: law::levy::instalment::IncreaseSpread::AddDifference,
    decrease: law::levy::instalment::DecreaseOrder::FromNext,
};

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
        Self::assemble(
            book.levy(municipality, year)?,
            book.instalments(municipality, year)?,
            INTERIM_HABITS,
            INTERIM_CHANGE_HABITS,
        )
    }

    /// From its parts, for what-if and tests.
    ///
    /// # Errors
    /// [`OfficeError::Bug`] when the parts cannot be written down.
    pub fn assemble(
        levy: LevyRules,
        instalments: InstalmentRules,
        habits: Habits,
        change_habits: ChangeHabits,
    ) -> Result<Self, OfficeError> {
        let body = Body {
            levy,
            instalments,
            habits,
            change_habits,
        };
        let text = serde_json::to_string(&body)
            .map_err(|error| OfficeError::Bug(format!("規則を書き出せません: {error}")))?;
        Ok(Self::named(body, text))
    }

    fn named(body: Body, text: String) -> Self {
        let digest = Sha256::digest(text.as_bytes());
        let hash = digest.iter().fold(String::new(), |mut hex, byte| {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        Self {
            levy: body.levy,
            instalments: body.instalments,
            habits: body.habits,
            change_habits: body.change_habits,
            hash,
            body: text,
        }
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
        let text = conn
            .query_opt(&FIND, &[hash.into()], |row| row.text(0))?
            .ok_or_else(|| OfficeError::Bug(format!("規則{hash}が保存されていません")))?;
        let body: Body = serde_json::from_str(&text)
            .map_err(|error| OfficeError::Bug(format!("規則{hash}を読めません: {error}")))?;
        let rules = Self::named(body, text);
        if rules.hash != hash {
            return Err(OfficeError::Bug(format!(
                "保存された規則が書き換えられています: {hash}"
            )));
        }
        Ok(rules)
    }
}

/// The rule sets of the years a municipality has rules for, oldest first.
///
/// # Errors
/// A [`Refusal`] when the book does not know the municipality.
pub fn years_of(book: &RuleBook, municipality: &str) -> Result<Vec<FiscalYear>, Refusal> {
    let years: Vec<FiscalYear> = (2016..2040)
        .map(FiscalYear)
        .filter(|year| {
            book.levy(municipality, *year).is_ok() && book.instalments(municipality, *year).is_ok()
        })
        .collect();
    Ok(years)
}
