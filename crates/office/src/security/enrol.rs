//! 登録コード — handed over in person, once, for a day: it opens the registration of a factor and nothing else. Whoever
//! has or had a factor gets one only by two administrators ([`super::proposal`]).

use super::factor;
use super::login::{MINUTE, digest};
use super::permit::{ManageStaff, Permit};
use super::totp;
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::vault::keys::random;
use db::{Conn, Sql};
use law::Refusal;

const INSERT: Sql = Sql {
    name: "enrol.insert",
    text: "insert into factor_code (code_hash, staff_id, made_at, expires_at, act_id) values ($1, $2, $3, $4, $5)",
};
const USE: Sql = Sql {
    name: "enrol.use",
    text: "update factor_code set used_at = $3 where code_hash = $1 and staff_id = $2 and used_at is null \
           and expires_at > $3",
};
const END_OTHERS: Sql = Sql {
    name: "enrol.end_others",
    text: "update factor_code set used_at = $2 where staff_id = $1 and used_at is null",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, USE, END_OTHERS];

/// A code is good for a day, microseconds.
const GOOD_FOR: i64 = 24 * 60 * MINUTE;
/// 80 bits.
const BYTES: usize = 10;

/// Makes a code for somebody who never had a factor.
///
/// # Errors
/// A [`Refusal`] where there was one: then a second administrator has to agree.
pub fn first(
    conn: &mut Conn,
    acting: &Acting,
    permit: &Permit<ManageStaff>,
    staff_id: i64,
) -> Result<String, OfficeError> {
    if factor::ever_had(conn, staff_id)? {
        return Err(Refusal::new(
            "factor.recovery",
            "二つ目の要素を登録したことのある職員です。再登録は「再登録の申請」から、二人の管理者で行ってください"
                .to_owned(),
        )
        .into());
    }
    let details = ActDetails {
        note: format!("職員{staff_id}"),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "factor.code", &details)?;
    make(conn, &act, staff_id)
}

/// Makes a code under an act; earlier ones open nothing any more.
pub(super) fn make(conn: &mut Conn, act: &Act, staff_id: i64) -> Result<String, OfficeError> {
    let plain = totp::base32(&random::<BYTES>()?);
    conn.execute(&END_OTHERS, &[staff_id.into(), act.recorded_at.into()])?;
    conn.execute(
        &INSERT,
        &[
            digest(&plain).into(),
            staff_id.into(),
            act.recorded_at.into(),
            (act.recorded_at + GOOD_FOR).into(),
            act.id.0.into(),
        ],
    )?;
    let letters: Vec<char> = plain.chars().collect();
    let groups: Vec<String> = letters
        .chunks(4)
        .map(|four| four.iter().collect())
        .collect();
    Ok(groups.join("-"))
}

/// Uses a code up.
pub(super) fn take(
    conn: &mut Conn,
    staff_id: i64,
    typed: &str,
    now: i64,
) -> Result<bool, OfficeError> {
    let plain: String = typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    Ok(conn.execute(&USE, &[digest(&plain).into(), staff_id.into(), now.into()])? == 1)
}
