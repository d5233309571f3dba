//! 起案 — the case is kept beside the request that waits for a second person.

use super::{Case, STEP, check};
use crate::acts::{self, ActDetails, Acting};
use crate::eligibility::register;
use crate::eligibility::request::{Books, Registered};
use crate::error::OfficeError;
use crate::security::permit::{Permit, RegisterEligibility};
use db::{Cause, Conn, Sql, Store};

pub(super) const INSERT: Sql = Sql {
    name: "eligibility.ex_officio.insert",
    text: "insert into ex_officio (case_id, person_id, household_id, side, cause, event_on, ground, evidence, item_id, \
           act_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
};
pub(super) const OF_REQUEST: Sql = Sql {
    name: "eligibility.ex_officio.of_request",
    text: "select c.case_id from ex_officio c join act a on a.act_id = c.act_id where a.request_id = $1",
};

/// 職権処理の起案 — states the case; its cause asks for a second person, so the register does not change yet. The same
/// request twice is one case, at whatever moment the second one comes.
///
/// # Errors
/// [`OfficeError::Input`] without ground or evidence; what [`register::register`] refuses.
pub fn propose(
    store: &Store,
    permit: &Permit<RegisterEligibility>,
    acting: &Acting,
    case: &Case,
    books: &Books<'_>,
) -> Result<(i64, Registered), OfficeError> {
    check(case)?;
    let registered = register::register(store, permit, acting, &case.request(), books)?;
    // The act of the registration has one case: the unique request of the act that keeps it says so.
    let request = format!("ex_officio/{}", registered.act_id);
    let kept = store.write(|conn| {
        if let Some(case_id) = of_request(conn, &request)? {
            return Ok(case_id);
        }
        keep(conn, permit, acting, &request, case, registered.proposal_id)
    });
    let case_id = match kept {
        // Two clicks at once: the other one kept it.
        Err(OfficeError::Store(error)) if error.cause() == Some(Cause::Unique) => {
            let before = store.read(|conn| of_request(conn, &request))?;
            before.ok_or(OfficeError::Store(error))?
        }
        other => other?,
    };
    Ok((case_id, registered))
}

fn of_request(conn: &mut Conn, request: &str) -> Result<Option<i64>, OfficeError> {
    Ok(conn.query_opt(&OF_REQUEST, &[request.into()], |row| row.int(0))?)
}

fn keep(
    conn: &mut Conn,
    permit: &Permit<RegisterEligibility>,
    acting: &Acting,
    request: &str,
    case: &Case,
    proposal_id: Option<i64>,
) -> Result<i64, OfficeError> {
    let named = Acting {
        request_id: Some(request.to_owned()),
        ..acting.clone()
    };
    let act = acts::begin(
        conn,
        &named,
        permit,
        "eligibility.ex_officio",
        &ActDetails::default(),
    )?;
    let case_id = conn.next_ids("ex_officio", 1)?;
    let params = [
        case_id.into(),
        case.person_id.into(),
        case.household_id.into(),
        if case.is_gain() { "gain" } else { "loss" }.into(),
        case.cause.as_str().into(),
        case.event_on.into(),
        case.ground.as_str().into(),
        case.evidence.as_str().into(),
        case.item_id.into(),
        act.id.0.into(),
    ];
    conn.execute(&INSERT, &params)?;
    let step = [
        case_id.into(),
        "proposed".into(),
        "".into(),
        proposal_id.into(),
        act.id.0.into(),
    ];
    conn.execute(&STEP, &step)?;
    Ok(case_id)
}
