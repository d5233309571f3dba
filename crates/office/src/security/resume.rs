//! セッションの継続と終了 — from a token back to a session, as long as everything that let it in still holds.

use super::access::{self, Access};
use super::login::{CLOSE, LoginPolicy, MINUTE, digest};
use super::permission::Functions;
use super::proved::{self, Proved};
use super::role::Role;
use super::session::{Session, Stage};
use super::terminal::lets_in;
use super::{permission, rows, seat, setting};
use crate::error::OfficeError;
use db::{Conn, Sql, Store};

const RESUME: Sql = Sql {
    name: "login.resume",
    text: "select s.staff_id, f.login, f.name, f.roles, f.ward, s.terminal, s.csrf, s.last_seen_at, \
           s.expires_at, f.disabled, s.stage, f.must_change, s.place, s.factor \
           from session s join staff f on f.staff_id = s.staff_id \
           where s.token_hash = $1",
};
const SEEN: Sql = Sql {
    name: "login.seen",
    text: "update session set last_seen_at = $2 where token_hash = $1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[RESUME, SEEN];

/// The session of a token, when it still lives. A session seen at another terminal, or at one that is let in no more, is
/// ended.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn resume(
    store: &Store,
    policy: &LoginPolicy,
    token: &str,
    terminal: &str,
    now: i64,
) -> Result<Option<Session>, OfficeError> {
    let hash = digest(token);
    let found = store.read(|conn| {
        let found = conn.query_opt(&RESUME, &[hash.as_str().into()], |row| {
            let session = Session {
                staff_id: row.int(0)?,
                login: row.text(1)?,
                name: row.text(2)?,
                roles: Role::read_list(row.str(3)?),
                functions: Functions::none(),
                ward: row.text(4)?,
                places: Vec::new(),
                place: row.opt_text(12)?,
                terminal: row.text(5)?,
                csrf: row.text(6)?,
                expires_at: row.int(8)?,
                stage: Stage::from_code(row.int(10)?).with_password(row.flag(11)?),
                proved: Proved::from_code(row.int(13)?),
                emergency: false,
                limited: true,
            };
            Ok((session, row.int(7)?, row.flag(9)?))
        })?;
        let Some((mut session, last_seen_at, disabled)) = found else {
            return Ok::<_, OfficeError>(None);
        };
        admit(conn, &mut session, now)?;
        if session.stage == Stage::Seat {
            session.roles.clear();
        }
        let here = lets_in(conn, policy, terminal)?;
        Ok(Some((session, last_seen_at, disabled || !here)))
    })?;
    let Some((session, last_seen_at, disabled)) = found else {
        return Ok(None);
    };
    let over = now >= session.expires_at || now - last_seen_at >= policy.idle;
    // A transfer, the end of a contract or of the hours of use ends what is open.
    let nothing = session.roles.is_empty() && session.stage == Stage::Full;
    if over || disabled || nothing || session.terminal != terminal {
        store.write(|conn| conn.execute(&CLOSE, &[hash.as_str().into()]))?;
        return Ok(None);
    }
    // Writing down every click would make a write of each read; a minute is fine enough.
    if now - last_seen_at >= MINUTE.min(policy.idle / 2) {
        store.write(|conn| conn.execute(&SEEN, &[hash.as_str().into(), now.into()]))?;
    }
    Ok(Some(session))
}

/// Gives a session what its owner may at this moment by what they have proved: roles, place, functions.
pub(super) fn admit(conn: &mut Conn, session: &mut Session, now: i64) -> Result<(), OfficeError> {
    if session.stage != Stage::Full {
        session.roles.clear();
        return Ok(());
    }
    let opened_with = (std::mem::take(&mut session.roles), session.ward.clone());
    let settings = setting::as_of(conn, i64::MAX)?;
    let standing = proved::standing(conn, session.staff_id, opened_with, now)?
        .under(&settings, session.proved);
    session.places = seat::places(&standing.ward);
    session.roles = standing.all();
    match seat::taken(&session.places, session.place.as_deref()) {
        Some(place) => session.ward = place,
        // They hold nothing yet.
        None => {
            session.ward = standing.ward;
            if !session.roles.is_empty() {
                session.stage = Stage::Seat;
            }
            return Ok(());
        }
    }
    session.emergency = !standing.emergency.is_empty();
    session.functions = permission::functions(&settings, &session.roles, &session.ward, now);
    session.limited = rows::narrows(&settings, &session.roles, session.emergency);
    Ok(())
}

/// Ends a session. Ending one that is gone is no error.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn log_out(store: &Store, token: &str, session: &Session, now: i64) -> Result<(), OfficeError> {
    store.write(|conn| {
        conn.execute(&CLOSE, &[digest(token).into()])?;
        access::record(conn, &Access::of(session, now, "logout", None))
    })
}
