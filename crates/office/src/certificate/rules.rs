//! 証の規則と、その控え — the rules a certificate was made under are kept under their hash.

use crate::acts::Act;
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::rules::{CertificateRules, RuleBook, hash_of};
use law::{Date, FiscalYear};
use std::ops::Deref;

const FIND: Sql = Sql {
    name: "certificate.rules.find",
    text: "select body from rule_set where hash = $1",
};
const INSERT: Sql = Sql {
    name: "certificate.rules.insert",
    text: "insert into rule_set (hash, municipality, fiscal_year, recorded_at, body) \
           values ($1, $2, $3, $4, $5) on conflict (hash) do nothing",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[FIND, INSERT];

/// 証の規則 with the hash they are kept under.
#[derive(Clone, Debug)]
pub struct KeptRules {
    rules: CertificateRules,
    /// SHA-256 of the canonical text.
    pub hash: String,
    body: String,
}

impl Deref for KeptRules {
    type Target = CertificateRules;

    fn deref(&self) -> &CertificateRules {
        &self.rules
    }
}

impl KeptRules {
    /// The rules of a municipality.
    ///
    /// # Errors
    /// A refusal when the book does not know it.
    pub fn from_book(book: &RuleBook, municipality: &str) -> Result<Self, OfficeError> {
        Self::of(book.certificate(municipality)?)
    }

    /// Given rules.
    ///
    /// # Errors
    /// A refusal when they cannot be written down.
    pub fn of(rules: CertificateRules) -> Result<Self, OfficeError> {
        let body = rules.canonical_json()?;
        Ok(Self {
            hash: hash_of(&body),
            rules,
            body,
        })
    }

    /// Keeps the rules under their hash.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn keep(&self, conn: &mut Conn, act: &Act, on: Date) -> Result<(), OfficeError> {
        let hash = self.hash.as_str();
        let known = conn.query_opt(&FIND, &[hash.into()], |row| row.text(0))?;
        if known.is_none() {
            conn.execute(
                &INSERT,
                &[
                    hash.into(),
                    self.rules.municipality.as_str().into(),
                    i64::from(FiscalYear::of(on).0).into(),
                    act.recorded_at.into(),
                    self.body.as_str().into(),
                ],
            )?;
        }
        Ok(())
    }

    /// The rules a certificate or a run was made under.
    ///
    /// # Errors
    /// [`OfficeError::Bug`] when the store does not have them or they no longer hash to their name.
    pub fn recall(conn: &mut Conn, hash: &str) -> Result<Self, OfficeError> {
        let body = conn
            .query_opt(&FIND, &[hash.into()], |row| row.text(0))?
            .ok_or_else(|| OfficeError::Bug(format!("証の規則{hash}が保存されていません")))?;
        if hash_of(&body) != hash {
            return Err(OfficeError::Bug(format!(
                "保存された証の規則が書き換えられています: {hash}"
            )));
        }
        Ok(Self {
            rules: CertificateRules::from_canonical_json(&body)?,
            hash: hash.to_owned(),
            body,
        })
    }
}
