//! 送付先 — where papers go instead of the registered address: per scheme and kind of document, for a time, on a ground,
//! confirmed by a second person who sees both addresses side by side.

use super::fact::{Kind, Values, timeline};
use super::keys::name_key;
use super::person::Resident;
use super::proposal::{self, NewProposal};
use super::slot::{self, Filled, check_seen};
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{Permit, RegisterContact};
use crate::worklist::{self, DESTINATION_APPROVAL, NewItem};
use db::ColumnType::Text;
use db::{ColumnType, Conn, DatedTable, Span, Store, StoreError, Value};
use law::{Date, Refusal};
use serde::{Deserialize, Serialize};

pub use super::destination_decide::{SideBySide, decide, side_by_side};
pub use super::mailing::{AddressOrigin, Mailing, address_for, address_known};

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

pub(super) const TOPIC: &str = "destination";

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
    pub(super) fn place_key(&self) -> String {
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
pub(super) struct Body {
    pub place: Use,
    pub destination: Destination,
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

pub(super) fn source(proposal_id: i64) -> String {
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
