//! 発送直前の再確認 — a paper that concerns somebody under 支援措置 leaves only with a second person's word, and only to a
//! place that is registered for the person or the household today.

use super::deliver::{concerns, needs_approval};
use super::find::{self, Certificate};
use super::wish::Destination;
use crate::acts::Acting;
use crate::error::OfficeError;
use crate::registry::destination::{AddressOrigin, address_for};
use crate::registry::{Resident, hidden, timeline};
use db::{Conn, Sql};
use law::{Date, Refusal};

const HEAD: Sql = Sql {
    name: "certificate.sending.head",
    text: "select head_person_id from household_fact where subject = $1 and superseded_at is null \
           and valid_from <= $2 and (valid_until is null or valid_until > $2)",
};
const CONCERNED: Sql = Sql {
    name: "certificate.sending.concerned",
    text: concat!(
        "with ",
        hidden::concerned!("$2"),
        " select c.certificate_id from certificate_standing c where c.run_id = $1 and c.place = 'office' \
         and c.invalid_from is null and (c.person_id in (select person_id from touched) \
         or c.household_id in (select household_id from concerned)) order by c.certificate_id"
    ),
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[HEAD, CONCERNED];

/// 発送してよいか, as of today: what was right when the paper was made may have changed since.
///
/// # Errors
/// A refusal without approval, or where the place on the paper is no longer registered.
pub(super) fn check(
    conn: &mut Conn,
    one: &Certificate,
    acting: &Acting,
) -> Result<(), OfficeError> {
    let (on, since) = (acting.business_date, acting.earliest_day());
    if !concerns(conn, one, since)? {
        return Ok(());
    }
    if needs_approval(conn, one, since)? {
        return Err(Refusal::new(
            "certificate.mail.support",
            format!(
                "証{}は支援措置（不開示）の対象者のものです。責任者の承認を得て、単独で発送してください",
                one.number
            ),
        )
        .into());
    }
    if registered(
        conn,
        (one.household_id, one.person_id),
        &one.destination,
        on,
    )? {
        return Ok(());
    }
    Err(Refusal::new(
        "certificate.mail.place",
        format!(
            "証{}の送り先が、いま登録されている住所・送付先と違います。支援措置の対象者なので発送せず、作り直してください",
            one.number
        ),
    )
    .into())
}

/// The head of a household on a day.
pub(super) fn head_on(
    conn: &mut Conn,
    household_id: i64,
    on: Date,
) -> Result<Option<i64>, OfficeError> {
    let params = [household_id.into(), on.into()];
    Ok(conn.query_opt(&HEAD, &params, |row| row.int(0))?)
}

/// Whether a place is one that is registered for the person or for the head of the household today.
pub(super) fn registered(
    conn: &mut Conn,
    (household_id, person_id): (i64, i64),
    destination: &Destination,
    on: Date,
) -> Result<bool, OfficeError> {
    let head = head_on(conn, household_id, on)?;
    for person_id in [Some(person_id), head].into_iter().flatten() {
        let place = address_for(conn, person_id, "nhi", "certificate", on)?;
        let about = place.about.map(|about| format!("（{about}様分）"));
        let lines = [place.address, place.building, about.unwrap_or_default()];
        let wanted = lines.iter().filter(|line| !line.is_empty());
        if destination.postal_code != place.postal_code || !destination.address.iter().eq(wanted) {
            continue;
        }
        if destination.addressee == place.addressee
            || place.origin == AddressOrigin::Registered
                && is_called(conn, person_id, &destination.addressee, on)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether somebody may choose to be called so: 通称 or ローマ字 beside the 氏名.
fn is_called(
    conn: &mut Conn,
    person_id: i64,
    addressee: &str,
    on: Date,
) -> Result<bool, OfficeError> {
    let all = timeline::<Resident>(conn, person_id, None)?;
    let record = all.into_iter().rfind(|one| one.valid.from <= on);
    Ok(record.is_some_and(|one| {
        let chosen = [one.fact.alias, one.fact.latin_name];
        chosen.iter().flatten().any(|name| name == addressee)
    }))
}

/// 一括発送の直前: nothing in the mailing of a run concerns somebody under 支援措置; such papers go by themselves.
///
/// # Errors
/// A refusal that names the first which does.
pub(super) fn check_run(conn: &mut Conn, run_id: i64, on: Date) -> Result<(), OfficeError> {
    let concerned = conn.query(&CONCERNED, &[run_id.into(), on.into()], |row| row.int(0))?;
    let Some(first) = concerned.first() else {
        return Ok(());
    };
    let one = find::require(conn, *first)?;
    Err(Refusal::new(
        "certificate.run_mail.support",
        format!(
            "証{}ほか{}通は、作成の後に支援措置の対象になりました。一斉の発送から抜いて証の画面で交付を取り消し、個別に交付してください",
            one.number,
            concerned.len() - 1
        ),
    )
    .into())
}
