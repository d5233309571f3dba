//! 送付先 — where papers go instead of the registered address: per scheme and kind of document, for a time, on a ground,
//! confirmed by a second person who sees both addresses side by side.

use super::detail::Detail;
use super::fact::{Kind, Values, timeline};
use super::keys::name_key;
use super::person::Resident;
use super::proposal::{self, NewProposal, Proposal};
use super::slot::{self, Filled, Place, check_seen};
use super::support;
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{Permit, RegisterContact};
use crate::worklist::{self, DESTINATION_APPROVAL, NewItem};
use db::ColumnType::Text;
use db::{ColumnType, Conn, DatedTable, Span, Sql, Store, StoreError, Value};
use law::{Date, Refusal};
use serde::{Deserialize, Serialize};

/// 制度 a destination may be for; empty is all.
pub const SCHEMES: &[(&str, &str)] = &[("", "すべての制度"), ("nhi", "国民健康保険")];
/// 文書の種類 a destination may be for; empty is all.
pub const DOCUMENTS: &[(&str, &str)] = &[
    ("", "すべての文書"),
    ("levy", "賦課の通知・納付書"),
    ("certificate", "証・資格情報のお知らせ"),
    ("judgement", "判定の通知"),
    ("benefit", "給付の通知"),
    ("dunning", "督促・催告"),
];
/// 本人との関係.
pub const RELATIONS: &[(&str, &str)] = &[
    ("self", "本人（住民票と別の所）"),
    ("family", "親族"),
    ("guardian", "成年後見人・保佐人・補助人"),
    ("heir", "相続人"),
    ("facility", "施設・病院"),
    ("agent", "代理人・納税管理人"),
    ("other", "その他"),
];

const TOPIC: &str = "destination";

/// 送付先.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    /// 宛名: to whom it is addressed.
    pub addressee: String,
    /// 郵便番号, seven digits.
    pub postal_code: String,
    /// 住所コード, where known.
    pub address_code: String,
    /// 住所.
    pub address: String,
    /// 方書.
    pub building: String,
    /// 本人との関係, a code of [`RELATIONS`].
    pub relation: String,
    /// 根拠: the application, judgement or contract it rests on.
    pub ground: String,
}

impl Destination {
    /// Where it is and for whom, spelled the same however it was typed.
    fn place_key(&self) -> String {
        name_key(&format!(
            "{}{}{}",
            self.address, self.building, self.addressee
        ))
    }
}

impl Kind for Destination {
    const TABLE: DatedTable = DatedTable::new(
        "destination_fact",
        &[
            "addressee",
            "postal_code",
            "address_code",
            "address",
            "building",
            "place_key",
            "relation",
            "ground",
        ],
    );
    const TYPES: &'static [ColumnType] = &[Text; 8];

    fn values(&self) -> Vec<Value> {
        vec![
            self.addressee.as_str().into(),
            self.postal_code.as_str().into(),
            self.address_code.as_str().into(),
            self.address.as_str().into(),
            self.building.as_str().into(),
            self.place_key().into(),
            self.relation.as_str().into(),
            self.ground.as_str().into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        let (addressee, postal_code) = (values.text()?, values.text()?);
        let (address_code, address, building) = (values.text()?, values.text()?, values.text()?);
        // The key follows from the others.
        values.text()?;
        Ok(Self {
            addressee,
            postal_code,
            address_code,
            address,
            building,
            relation: values.text()?,
            ground: values.text()?,
        })
    }
}

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

/// What a destination is for, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    /// 宛名番号.
    pub person_id: i64,
    /// 制度, a code of [`SCHEMES`].
    pub scheme: String,
    /// 文書の種類, a code of [`DOCUMENTS`].
    pub document: String,
    /// 設定日.
    pub from: Date,
    /// The first day on which it no longer holds (the day after 期限).
    pub until: Option<Date>,
}

#[derive(Serialize, Deserialize)]
struct Body {
    place: Use,
    destination: Destination,
}

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

/// 送付先の申出 — proposes a destination; nothing changes until a second person confirms it.
///
/// # Errors
/// [`OfficeError::Input`] beside what is wrong; [`OfficeError::Conflict`] when the person's record changed since.
pub fn propose(
    store: &Store,
    permit: &Permit<RegisterContact>,
    acting: &Acting,
    place: &Use,
    destination: &Destination,
    seen: i64,
) -> Result<i64, OfficeError> {
    check(place, destination)?;
    store.write(|conn| {
        check_seen(conn, place.person_id, seen)?;
        if timeline::<Resident>(conn, place.person_id, None)?.is_empty() {
            return Err(OfficeError::input(
                "宛名番号",
                &format!("宛名番号{}の人が登録されていません", place.person_id),
            ));
        }
        let act = acts::begin(
            conn,
            acting,
            permit,
            "registry.destination_propose",
            &ActDetails::default(),
        )?;
        let body = Body {
            place: place.clone(),
            destination: destination.clone(),
        };
        let body = serde_json::to_string(&body)
            .map_err(|error| OfficeError::Bug(format!("送付先を書けません: {error}")))?;
        let new = NewProposal {
            kind: TOPIC,
            person_id: place.person_id,
            other_id: None,
            body,
            seen_version: seen,
            staff_id: acting.staff_id,
        };
        let proposal_id = proposal::insert(conn, &act, &new)?;
        let item = NewItem::about_person(
            DESTINATION_APPROVAL,
            place.person_id,
            &source(proposal_id),
            "送付先の登録を、申し出た人と別の職員が確かめてください",
            acting.business_date,
        );
        worklist::open(conn, &act, &item)?;
        Ok(proposal_id)
    })
}

fn source(proposal_id: i64) -> String {
    format!("registry_proposal/{proposal_id}")
}

fn check(place: &Use, destination: &Destination) -> Result<(), OfficeError> {
    let listed = |list: &[(&str, &str)], code: &str| list.iter().any(|(found, _)| *found == code);
    let digits = destination.postal_code.len() == 7
        && destination
            .postal_code
            .bytes()
            .all(|byte| byte.is_ascii_digit());
    let wrong = [
        (
            !listed(SCHEMES, &place.scheme),
            "制度",
            "制度を一覧から選んでください",
        ),
        (
            !listed(DOCUMENTS, &place.document),
            "文書の種類",
            "文書の種類を一覧から選んでください",
        ),
        (
            !Span::new(place.from, place.until).has_days(),
            "期限",
            "期限は設定日以後の日を入れてください",
        ),
        (
            destination.addressee.trim().is_empty(),
            "送付先の宛名",
            "宛名を入れてください",
        ),
        (
            !digits,
            "送付先の郵便番号",
            "郵便番号を7桁の数字で入れてください",
        ),
        (
            destination.address.trim().is_empty(),
            "送付先の住所",
            "住所を入れてください",
        ),
        (
            !listed(RELATIONS, &destination.relation),
            "本人との関係",
            "関係を一覧から選んでください",
        ),
        (
            destination.ground.trim().is_empty(),
            "根拠",
            "根拠（申請書、審判書、委任状など）を入れてください",
        ),
    ];
    match wrong.into_iter().find(|(wrong, ..)| *wrong) {
        Some((_, field, message)) => Err(OfficeError::input(field, message)),
        None => Ok(()),
    }
}

fn body(proposal: &Proposal) -> Result<Body, OfficeError> {
    serde_json::from_str(&proposal.body).map_err(|error| {
        OfficeError::Bug(format!("申出{}を読めません: {error}", proposal.proposal_id))
    })
}

/// Unrelated persons with the same destination: nobody of the same household of the residents' register.
fn shared_with(
    conn: &mut Conn,
    person_id: i64,
    destination: &Destination,
    on: Date,
) -> Result<Vec<i64>, OfficeError> {
    let params = [destination.place_key().into(), on.into(), person_id.into()];
    let found = conn.query(&SHARED, &params, |row| row.int(0))?;
    let mut unrelated = Vec::new();
    for other in found {
        let related = [person_id.into(), other.into()];
        if conn.query_one(&RELATED, &related, |row| row.int(0))? == 0 {
            unrelated.push(other);
        }
    }
    Ok(unrelated)
}

/// What a second person holds side by side before confirming.
///
/// # Errors
/// [`OfficeError::Refusal`] when the proposal is unknown.
pub fn side_by_side(conn: &mut Conn, proposal_id: i64) -> Result<SideBySide, OfficeError> {
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
    Ok(SideBySide {
        name: resident.map(|one| one.name.clone()).unwrap_or_default(),
        birth_on: resident.map(|one| one.birth_on),
        now: address_for(
            conn,
            place.person_id,
            &place.scheme,
            &place.document,
            place.from,
        )?,
        shared_with: shared_with(conn, place.person_id, &destination, place.from)?,
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
            let shared = shared_with(conn, place.person_id, &destination, place.from)?;
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

/// 送付先の終了 — ends a destination from a day on; papers go to the registered address again.
///
/// # Errors
/// [`OfficeError::Conflict`] when the record changed since; [`OfficeError::Refusal`] when nothing stands there.
pub fn end(
    store: &Store,
    permit: &Permit<RegisterContact>,
    acting: &Acting,
    slot_id: i64,
    from: Date,
    seen: i64,
) -> Result<(), OfficeError> {
    store.write(|conn| {
        let nothing = || {
            Refusal::new(
                "registry.destination.nothing",
                "その日以後の送付先はありません。一覧を読み直してください".to_owned(),
            )
        };
        let found = slot::one(conn, slot_id)?.ok_or_else(nothing)?;
        check_seen(conn, found.person_id, seen)?;
        let act = acts::begin(
            conn,
            acting,
            permit,
            "registry.destination_end",
            &ActDetails::default(),
        )?;
        if slot::close::<Destination>(conn, &act, slot_id, from)? {
            Ok(())
        } else {
            Err(nothing().into())
        }
    })
}

/// Every destination of a person, by scheme and document, with its days.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn list(
    conn: &mut Conn,
    person_id: i64,
    known_at: Option<i64>,
) -> Result<Vec<Filled<Destination>>, OfficeError> {
    slot::filled(conn, TOPIC, person_id, known_at)
}

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
    let residents = timeline::<Resident>(conn, person_id, None)?;
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
    let withheld = resident.withheld || support::is_withheld_from(conn, person_id, on)?;
    let found = list(conn, person_id, None)?;
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
    if let Some((slot_id, stand_in)) =
        super::representative::acting_for(conn, person_id, document, on)?
    {
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
    let details = timeline::<Detail>(conn, person_id, None)?;
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
