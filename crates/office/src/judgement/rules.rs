//! 判定の規則の保存 — kept under their hash, so that a decision can be explained for ever.

use crate::acts::Act;
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::judgement::timeline::Periods;
use law::rules::{JudgementRules, hash_of};

const FIND: Sql = Sql {
    name: "judgement.rules.find",
    text: "select body from rule_set where hash = $1",
};
const INSERT: Sql = Sql {
    name: "judgement.rules.insert",
    text: "insert into rule_set (hash, municipality, fiscal_year, recorded_at, body) \
           values ($1, $2, 0, $3, $4)",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[FIND, INSERT];

/// Rules with the name under which decisions remember them.
#[derive(Clone, Debug)]
pub struct Kept {
    /// SHA-256 of their canonical text.
    pub hash: String,
}

/// Keeps every set of rules of some months; in the order of [`Periods::all`].
///
/// # Errors
/// [`OfficeError::Store`].
pub fn keep_all(conn: &mut Conn, act: &Act, periods: &Periods) -> Result<Vec<Kept>, OfficeError> {
    periods.all().map(|rules| keep(conn, act, rules)).collect()
}

fn keep(conn: &mut Conn, act: &Act, rules: &JudgementRules) -> Result<Kept, OfficeError> {
    let body = rules.canonical_json()?;
    let hash = hash_of(&body);
    let known = conn.query_opt(&FIND, &[hash.as_str().into()], |row| row.text(0))?;
    if known.is_none() {
        conn.execute(
            &INSERT,
            &[
                hash.as_str().into(),
                rules.municipality.as_str().into(),
                act.recorded_at.into(),
                body.as_str().into(),
            ],
        )?;
    }
    Ok(Kept { hash })
}

/// The rules a decision was made under.
///
/// # Errors
/// [`OfficeError::Bug`] when the store does not have them or they no longer hash to their name.
pub fn recall(conn: &mut Conn, hash: &str) -> Result<JudgementRules, OfficeError> {
    let body = conn
        .query_opt(&FIND, &[hash.into()], |row| row.text(0))?
        .ok_or_else(|| OfficeError::Bug(format!("規則{hash}が保存されていません")))?;
    if hash_of(&body) != hash {
        return Err(OfficeError::Bug(format!(
            "保存された規則が書き換えられています: {hash}"
        )));
    }
    Ok(JudgementRules::from_canonical_json(&body)?)
}
