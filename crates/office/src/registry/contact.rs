//! 連絡先 — telephone numbers and the like, dated; a person is found by them.

use super::fact::{Kind, Values};
use super::search_key;
use super::slot::{self, Filled, Place, check_seen};
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{Permit, RegisterContact};
use db::ColumnType::Text;
use db::{ColumnType, Conn, DatedTable, Span, Store, StoreError, Value};

const TOPIC: &str = "contact";

/// 連絡先の種類.
pub const KINDS: &[(&str, &str)] = &[
    ("home", "自宅電話"),
    ("mobile", "携帯電話"),
    ("work", "勤務先電話"),
    ("mail", "電子メール"),
    ("other", "その他"),
];

/// 連絡先.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// The number or address, as given.
    pub contact: String,
    /// Whose it is, when to call, ….
    pub remark: String,
}

impl Kind for Contact {
    const TABLE: DatedTable = DatedTable::new("contact_fact", &["contact", "remark"]);
    const TYPES: &'static [ColumnType] = &[Text, Text];

    fn values(&self) -> Vec<Value> {
        vec![self.contact.as_str().into(), self.remark.as_str().into()]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            contact: values.text()?,
            remark: values.text()?,
        })
    }
}

/// 連絡先の登録.
///
/// # Errors
/// [`OfficeError::Input`] beside what is wrong; [`OfficeError::Conflict`] when the record changed since.
#[allow(
    clippy::too_many_arguments,
    reason = "one argument for each part of the form"
)]
pub fn register(
    store: &Store,
    permit: &Permit<RegisterContact>,
    acting: &Acting,
    person_id: i64,
    kind: &str,
    span: Span,
    contact: &Contact,
    seen: i64,
) -> Result<i64, OfficeError> {
    let digits = search_key::phone_key(&contact.contact).len();
    let phone = matches!(kind, "home" | "mobile" | "work");
    let wrong = [
        (
            !KINDS.iter().any(|(code, _)| *code == kind),
            "連絡先の種類",
            "種類を一覧から選んでください",
        ),
        (
            !span.has_days(),
            "期限",
            "終わりの日は始まりの日以後にしてください",
        ),
        (
            contact.contact.trim().is_empty(),
            "連絡先",
            "連絡先を入れてください",
        ),
        (
            phone && !(9..=15).contains(&digits),
            "連絡先",
            "電話番号を市外局番から入れてください",
        ),
    ];
    if let Some((_, field, message)) = wrong.into_iter().find(|(wrong, ..)| *wrong) {
        return Err(OfficeError::input(field, message));
    }
    store.write(|conn| {
        check_seen(conn, person_id, seen)?;
        let act = acts::begin(
            conn,
            acting,
            permit,
            "registry.contact",
            &ActDetails::default(),
        )?;
        let place = Place {
            topic: TOPIC,
            person_id,
            scheme: "",
            detail: kind,
        };
        let slot_id = slot::put(conn, &act, &place, span, contact)?;
        search_key::rebuild(conn, person_id)?;
        Ok(slot_id)
    })
}

/// Every 連絡先 of a person, with its days.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn list(
    conn: &mut Conn,
    person_id: i64,
    known_at: Option<i64>,
) -> Result<Vec<Filled<Contact>>, OfficeError> {
    slot::filled(conn, TOPIC, person_id, known_at)
}
