//! 証に関する処理待ち — what the certificates put on the work list.

use super::find::Certificate;
use crate::acts::Act;
use crate::error::OfficeError;
use db::Conn;
use law::Date;

pub(super) fn whereabouts(
    _: &mut Conn,
    _: &Act,
    _: &Certificate,
    _: &str,
    _: Date,
) -> Result<(), OfficeError> {
    Ok(())
}
pub(super) fn collected(_: &mut Conn, _: &Act, _: &Certificate) -> Result<(), OfficeError> {
    Ok(())
}
