//! 送付先の確認 — the second person holds both addresses side by side, sees who shares the new one, and decides.

use super::destination::{Body, Destination, TOPIC, Use, source};
use super::fact::timeline;
use super::mailing::{Mailing, address_for};
use super::person::Resident;
use super::proposal::{self, Proposal};
use super::slot::{self, Place, check_seen};
use super::support;
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{Permit, RegisterContact};
use crate::worklist::{self, DESTINATION_APPROVAL};
use db::{Conn, Span, Sql, Store};
use law::{Date, Refusal};

const SHARED: Sql = Sql {
    name: "registry.destination.shared",
    text: "select distinct s.person_id from destination_fact f join registry_slot s on s.slot_id = f.subject \
           where f.place_key = $1 and f.superseded_at is null and (f.valid_until is null or f.valid_until > $2) \
           and s.person_id <> $3 order by s.person_id",
};
const RELATED: Sql = Sql {
    name: "registry.destination.related",
    text: "select count(*) from resident_fact a join resident_fact b \
           on b.register_household = a.register_household \
           where a.subject = $1 and b.subject = $2 and a.superseded_at is null and b.superseded_at is null",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[SHARED, RELATED];

/// What the second person holds side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SideBySide {
    /// The proposal.
    pub proposal: Proposal,
    /// What it is for.
    pub place: Use,
    /// 氏名 of the person, as registered.
    pub name: String,
    /// 生年月日 of the person.
    pub birth_on: Option<Date>,
    /// Where papers go now.
    pub now: Mailing,
    /// Where they would go.
    pub proposed: Destination,
    /// Unrelated persons whose papers go to the same place and addressee.
    pub shared_with: Vec<i64>,
}

fn body(proposal: &Proposal) -> Result<Body, OfficeError> {
    serde_json::from_str(&proposal.body).map_err(|error| {
        OfficeError::Bug(format!("申出{}を読めません: {error}", proposal.proposal_id))
    })
}

/// Unrelated persons with the same destination: nobody of the same household of the residents' register. Nor anybody whose
/// address is not given out: that it is the one proposed would give it out.
fn shared_with(
    conn: &mut Conn,
    person_id: i64,
    destination: &Destination,
    (on, today): (Date, Date),
) -> Result<Vec<i64>, OfficeError> {
    let params = [destination.place_key().into(), on.into(), person_id.into()];
    let found = conn.query(&SHARED, &params, |row| row.int(0))?;
    let mut unrelated = Vec::new();
    for other in found {
        let related = [person_id.into(), other.into()];
        if support::is_hidden_from(conn, other, today)? {
            continue;
        }
        if conn.query_one(&RELATED, &related, |row| row.int(0))? == 0 {
            unrelated.push(other);
        }
    }
    Ok(unrelated)
}

/// What a second person holds side by side before confirming, on the day on which they look: whether the address may be shown
/// does not hang on the day that the proposal is for.
///
/// # Errors
/// [`OfficeError::Refusal`] when the proposal is unknown.
pub fn side_by_side(
    conn: &mut Conn,
    proposal_id: i64,
    today: Date,
) -> Result<SideBySide, OfficeError> {
    let proposal = proposal::get(conn, proposal_id)?
        .filter(|found| found.kind == TOPIC)
        .ok_or_else(|| {
            Refusal::new(
                "registry.proposal.unknown",
                format!("申出{proposal_id}はありません。一覧を読み直してください"),
            )
        })?;
    let Body { place, destination } = body(&proposal)?;
    let residents = timeline::<Resident>(conn, place.person_id, None)?;
    let resident = residents.last().map(|fact| &fact.fact);
    let (scheme, document) = (&place.scheme, &place.document);
    let now = address_for(conn, place.person_id, scheme, document, today)?;
    Ok(SideBySide {
        name: resident.map(|one| one.name.clone()).unwrap_or_default(),
        birth_on: resident.map(|one| one.birth_on),
        now,
        shared_with: shared_with(conn, place.person_id, &destination, (place.from, today))?,
        proposal,
        place,
        proposed: destination,
    })
}

/// 送付先の確認 — a second person confirms a proposal or turns it down. `shared_seen` are the unrelated persons with the
/// same destination whom that person has looked at.
///
/// # Errors
/// [`OfficeError::Refusal`] when the same person proposed it; [`OfficeError::Conflict`] when it was decided before or
/// the record changed since; [`OfficeError::Input`] when unrelated persons share the destination and were not seen, or
/// it is turned down without a reason.
pub fn decide(
    store: &Store,
    permit: &Permit<RegisterContact>,
    acting: &Acting,
    proposal_id: i64,
    approve: bool,
    note: &str,
    shared_seen: &[i64],
) -> Result<(), OfficeError> {
    store.write(|conn| {
        let proposal = proposal::to_decide(conn, TOPIC, proposal_id, acting.staff_id)?;
        if !approve && note.trim().is_empty() {
            return Err(OfficeError::input("理由", "認めない理由を入れてください"));
        }
        let Body { place, destination } = body(&proposal)?;
        let details = ActDetails {
            note: note.to_owned(),
            approved_by: Some(acting.staff_id),
            ..ActDetails::default()
        };
        if approve {
            check_seen(conn, place.person_id, proposal.seen_version)?;
            let days = (place.from, acting.business_date);
            let shared = shared_with(conn, place.person_id, &destination, days)?;
            if let Some(other) = shared.iter().find(|other| !shared_seen.contains(other)) {
                return Err(OfficeError::input(
                    "送付先",
                    &format!(
                        "別の世帯の宛名番号{other}の送付先も同じ所です。人違いでないことを確かめ、確かめたことを示してから確認してください"
                    ),
                ));
            }
        }
        let act = acts::begin(conn, acting, permit, "registry.destination_decide", &details)?;
        proposal::decide(conn, &act, proposal_id, approve, note, acting.staff_id)?;
        if approve {
            let at = Place {
                topic: TOPIC,
                person_id: place.person_id,
                scheme: &place.scheme,
                detail: &place.document,
            };
            slot::put(conn, &act, &at, Span::new(place.from, place.until), &destination)?;
        }
        worklist::withdraw_source(
            conn,
            &act,
            DESTINATION_APPROVAL,
            &source(proposal_id),
            if approve { "確認しました" } else { "認めませんでした" },
        )?;
        Ok(())
    })
}
