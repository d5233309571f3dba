//! 宛先 — to whom and where a paper of a kind goes on a day.

use super::destination::list;
use super::detail::Detail;
use super::fact::timeline;
use super::person::Resident;
use super::{representative, support};
use crate::error::OfficeError;
use db::Conn;
use law::{Date, Refusal};

/// Where an address for a paper comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddressOrigin {
    /// 住民票・宛名の住所.
    Registered,
    /// 送付先 of this slot.
    Destination(i64),
    /// 代表相続人・納税管理人 of this slot.
    Representative(i64),
}

/// 宛先 of a paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailing {
    /// To whom it is addressed.
    pub addressee: String,
    /// 氏名 of the person it is about, when somebody else is addressed (様分).
    pub about: Option<String>,
    /// 郵便番号.
    pub postal_code: String,
    /// 住所コード.
    pub address_code: String,
    /// 住所.
    pub address: String,
    /// 方書.
    pub building: String,
    /// 支援措置: the address must not be seen by others; the paper is handled by hand.
    pub withheld: bool,
    /// Where it comes from.
    pub origin: AddressOrigin,
}

/// 宛先 — to whom and where a paper of a kind goes on a day: the 送付先 of this scheme and document, else of the scheme,
/// else of all; else whoever stands for the person; else the registered address.
///
/// # Errors
/// [`OfficeError::Refusal`] when the person is unknown.
pub fn address_for(
    conn: &mut Conn,
    person_id: i64,
    scheme: &str,
    document: &str,
    on: Date,
) -> Result<Mailing, OfficeError> {
    address_known(conn, person_id, (scheme, document), on, None)
}

/// 宛先 as [`address_for`], as it was known at a moment (`None`: now). Whether it is withheld is always asked of now.
///
/// # Errors
/// [`OfficeError::Refusal`] when the person was unknown.
pub fn address_known(
    conn: &mut Conn,
    person_id: i64,
    (scheme, document): (&str, &str),
    on: Date,
    known_at: Option<i64>,
) -> Result<Mailing, OfficeError> {
    let residents = timeline::<Resident>(conn, person_id, known_at)?;
    let registered = residents
        .iter()
        .rfind(|fact| fact.valid.from <= on)
        .or(residents.first());
    let Some(registered) = registered else {
        return Err(Refusal::new(
            "registry.person.unknown",
            format!("宛名番号{person_id}の人が登録されていません"),
        )
        .into());
    };
    let resident = &registered.fact;
    let withheld = resident.withheld
        || support::is_hidden_from(conn, person_id, on)?
        || support::Shared::of(conn, person_id, on)?.hides(registered);
    let found = list(conn, person_id, known_at)?;
    let fitting = [(scheme, document), (scheme, ""), ("", document), ("", "")]
        .into_iter()
        .find_map(|(scheme, document)| {
            let filled = found
                .iter()
                .find(|one| one.slot.scheme == scheme && one.slot.detail == document)?;
            let fact = filled.facts.iter().find(|fact| fact.valid.holds(on))?;
            Some((filled.slot.slot_id, fact.fact.clone()))
        });
    let about = |addressee: &str| (addressee != resident.name).then(|| resident.name.clone());
    if let Some((slot_id, destination)) = fitting {
        return Ok(Mailing {
            about: about(&destination.addressee),
            addressee: destination.addressee,
            postal_code: destination.postal_code,
            address_code: destination.address_code,
            address: destination.address,
            building: destination.building,
            withheld,
            origin: AddressOrigin::Destination(slot_id),
        });
    }
    let acting_for = representative::acting_for(conn, person_id, document, on, known_at)?;
    if let Some((slot_id, stand_in)) = acting_for {
        return Ok(Mailing {
            about: about(&stand_in.name),
            addressee: stand_in.name,
            postal_code: stand_in.postal_code,
            address_code: String::new(),
            address: stand_in.address,
            building: stand_in.building,
            withheld: withheld || stand_in.withheld,
            origin: AddressOrigin::Representative(slot_id),
        });
    }
    let details = timeline::<Detail>(conn, person_id, known_at)?;
    let detail = details.iter().rfind(|fact| fact.valid.from <= on);
    Ok(Mailing {
        addressee: resident.name.clone(),
        about: None,
        postal_code: resident.postal_code.clone(),
        address_code: detail
            .map(|fact| fact.fact.town_code.clone())
            .unwrap_or_default(),
        address: resident.address.clone(),
        building: resident.building.clone(),
        withheld,
        origin: AddressOrigin::Registered,
    })
}
