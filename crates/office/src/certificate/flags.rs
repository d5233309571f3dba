//! 不開示該当・自己情報提供不可 — the two flags that go out with a person's record to whoever shows it further.
//!
//! 根拠: 医療保険者等向け中間サーバー 不開示該当フラグ・自己情報提供不可フラグ、国保情報集約システム 外部インタフェース 別添1 7-9

use crate::error::OfficeError;
use crate::registry::support;
use db::{Conn, Sql};
use law::Date;

const SETTING: Sql = Sql {
    name: "certificate.flags.setting",
    text: "select nondisclosure, card_blocked from certificate_setting_fact where subject = $1 \
           and superseded_at is null and valid_from <= $2 and (valid_until is null or valid_until > $2)",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[SETTING];

/// What a message or file says of a person beside the record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// 不開示該当: applied for, or under 支援措置.
    pub undisclosed: bool,
    /// 自己情報提供不可: the card is with the other side; nothing is answered under it.
    pub self_information_blocked: bool,
}

/// The flags of a person on a day.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of(conn: &mut Conn, person_id: i64, on: Date) -> Result<Flags, OfficeError> {
    let setting = conn.query_opt(&SETTING, &[person_id.into(), on.into()], |row| {
        Ok((row.flag(0)?, row.flag(1)?))
    })?;
    let (applied, blocked) = setting.unwrap_or_default();
    Ok(Flags {
        undisclosed: applied || support::is_withheld_from(conn, person_id, on)?,
        self_information_blocked: blocked,
    })
}
