//! 同じ命令の繰返し — a request that came before is answered with what it did, not done again.

use crate::acts::Acting;
use crate::error::OfficeError;
use db::{Conn, Sql};

const SEEN: Sql = Sql {
    name: "certificate.repeat.seen",
    text: "select act_id from act where request_id = $1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[SEEN];

/// The act that carried this request out before.
pub(super) fn seen(conn: &mut Conn, acting: &Acting) -> Result<Option<i64>, OfficeError> {
    let Some(request) = &acting.request_id else {
        return Ok(None);
    };
    Ok(conn.query_opt(&SEEN, &[request.as_str().into()], |row| row.int(0))?)
}
