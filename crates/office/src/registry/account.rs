//! 口座 — by use and dated: the old one stays with its last day. Lists show the last three digits alone.

use super::fact::{Kind, Values, timeline};
use super::keys::kana_key;
use super::person::Resident;
use super::slot::{self, Filled, Place, check_seen};
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{Permit, RegisterContact};
use db::ColumnType::{Int, Text};
use db::{ColumnType, Conn, DatedTable, Span, Store, StoreError, Value};
use law::Date;

const TOPIC: &str = "account";

/// 口座の用途.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccountUse {
    /// 引落.
    Debit,
    /// 還付.
    Refund,
    /// 給付.
    Benefit,
}

impl AccountUse {
    /// Every use, in the order of pages.
    pub const ALL: [Self; 3] = [Self::Debit, Self::Refund, Self::Benefit];

    /// Its stored code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Debit => "debit",
            Self::Refund => "refund",
            Self::Benefit => "benefit",
        }
    }

    /// Name on pages.
    #[must_use]
    pub const fn name_ja(self) -> &'static str {
        match self {
            Self::Debit => "引落",
            Self::Refund => "還付",
            Self::Benefit => "給付",
        }
    }
}

/// 口座.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// 金融機関コード, four digits.
    pub bank: String,
    /// 支店コード, three digits.
    pub branch: String,
    /// 預金種目: 1 普通, 2 当座, 4 貯蓄, 9 その他.
    pub account_kind: i64,
    /// 口座番号, seven digits.
    pub account_number: String,
    /// 口座名義人（カナ）.
    pub holder_kana: String,
    /// 公金受取口座.
    pub public_account: bool,
    /// Why somebody else's account is used (委任状 …); empty for one's own.
    pub ground: String,
}

impl Account {
    /// 口座番号 as lists show it: the last three digits.
    #[must_use]
    pub fn masked(&self) -> String {
        let digits: Vec<char> = self.account_number.chars().collect();
        let shown = digits.len().saturating_sub(3);
        digits
            .iter()
            .enumerate()
            .map(|(place, digit)| if place < shown { '*' } else { *digit })
            .collect()
    }
}

impl Kind for Account {
    const TABLE: DatedTable = DatedTable::new(
        "account_fact",
        &[
            "bank",
            "branch",
            "account_kind",
            "account_number",
            "holder_kana",
            "public_account",
            "ground",
        ],
    );
    const TYPES: &'static [ColumnType] = &[Text, Text, Int, Text, Text, Int, Text];

    fn values(&self) -> Vec<Value> {
        vec![
            self.bank.as_str().into(),
            self.branch.as_str().into(),
            self.account_kind.into(),
            self.account_number.as_str().into(),
            self.holder_kana.as_str().into(),
            self.public_account.into(),
            self.ground.as_str().into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            bank: values.text()?,
            branch: values.text()?,
            account_kind: values.int()?,
            account_number: values.text()?,
            holder_kana: values.text()?,
            public_account: values.flag()?,
            ground: values.text()?,
        })
    }
}

fn digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// 口座の登録 — from a day on; what stood for the use ends the day before.
///
/// # Errors
/// [`OfficeError::Input`] beside what is wrong, among it a holder who is not the person without a ground;
/// [`OfficeError::Conflict`] when the record changed since.
#[allow(
    clippy::too_many_arguments,
    reason = "one argument for each part of the form"
)]
pub fn register(
    store: &Store,
    permit: &Permit<RegisterContact>,
    acting: &Acting,
    person_id: i64,
    purpose: AccountUse,
    span: Span,
    account: &Account,
    seen: i64,
) -> Result<i64, OfficeError> {
    let wrong = [
        (
            !digits(&account.bank, 4),
            "金融機関コード",
            "4桁の数字で入れてください",
        ),
        (
            !digits(&account.branch, 3),
            "支店コード",
            "3桁の数字で入れてください",
        ),
        (
            !matches!(account.account_kind, 1 | 2 | 4 | 9),
            "預金種目",
            "普通・当座・貯蓄・その他から選んでください",
        ),
        (
            !digits(&account.account_number, 7),
            "口座番号",
            "7桁の数字で入れてください。短い番号は左に0を補います",
        ),
        (
            account.holder_kana.trim().is_empty(),
            "口座名義人",
            "カナで入れてください",
        ),
        (
            !span.has_days(),
            "期限",
            "終わりの日は始まりの日以後にしてください",
        ),
    ];
    if let Some((_, field, message)) = wrong.into_iter().find(|(wrong, ..)| *wrong) {
        return Err(OfficeError::input(field, message));
    }
    store.write(|conn| {
        check_seen(conn, person_id, seen)?;
        if account.ground.trim().is_empty() && !holds(conn, person_id, &account.holder_kana)? {
            return Err(OfficeError::input(
                "口座名義人",
                "名義人のカナが本人のフリガナ（氏名・通称・旧氏）と違います。本人の口座なら名義を確かめ、本人以外の口座なら根拠（委任状など）を入れてください",
            ));
        }
        let act = acts::begin(
            conn,
            acting,
            permit,
            "registry.account",
            &ActDetails::default(),
        )?;
        let place = Place {
            topic: TOPIC,
            person_id,
            scheme: "",
            detail: purpose.code(),
        };
        slot::put(conn, &act, &place, span, account)
    })
}

/// Whether a name in kana is one the person has or had.
fn holds(conn: &mut Conn, person_id: i64, holder_kana: &str) -> Result<bool, OfficeError> {
    let wanted = kana_key(holder_kana);
    let residents = timeline::<Resident>(conn, person_id, None)?;
    let own = residents
        .iter()
        .any(|fact| kana_key(&fact.fact.kana) == wanted || kana_key(&fact.fact.name) == wanted);
    Ok(own || super::search_key::has_key(conn, person_id, &wanted)?)
}

/// Every 口座 of a person by use, the old ones with their last day.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn list(
    conn: &mut Conn,
    person_id: i64,
    known_at: Option<i64>,
) -> Result<Vec<Filled<Account>>, OfficeError> {
    slot::filled(conn, TOPIC, person_id, known_at)
}

/// Every row ever written of a person's 口座, those that were corrected included.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn ever(conn: &mut Conn, person_id: i64) -> Result<Vec<Filled<Account>>, OfficeError> {
    slot::ever(conn, TOPIC, person_id)
}

/// The account for a use on a day.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn account_for(
    conn: &mut Conn,
    person_id: i64,
    purpose: AccountUse,
    on: Date,
) -> Result<Option<Account>, OfficeError> {
    let found = list(conn, person_id, None)?;
    Ok(found
        .into_iter()
        .filter(|filled| filled.slot.detail == purpose.code())
        .flat_map(|filled| filled.facts)
        .find(|fact| fact.valid.holds(on))
        .map(|fact| fact.fact))
}
