//! 証に関する事実 — マイナ保険証, what a person wants on the paper, and sanctions of a household, all dated.

use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::registry::fact::{self, Kind, Values};
use crate::security::permit::{IssueCertificate, Permit, ReceiveApplication};
use db::ColumnType::{Int, Text};
use db::{ColumnType, DatedTable, Span, Store, StoreError, Value};
use law::Date;
use law::certificate::NameChoice;

/// マイナ保険証の利用登録. The subject is the person; the fact holds from the day the list speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// 利用登録あり.
    pub linked: bool,
    /// 一覧の基準日.
    pub as_of: Date,
    /// Where it was learned.
    pub source: String,
}

impl Kind for Card {
    const TABLE: DatedTable = DatedTable::new("card_fact", &["linked", "as_of", "source"]);
    const TYPES: &'static [ColumnType] = &[Int, Text, Text];

    fn values(&self) -> Vec<Value> {
        vec![
            self.linked.into(),
            self.as_of.into(),
            self.source.as_str().into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            linked: values.flag()?,
            as_of: values.date()?,
            source: values.text()?,
        })
    }
}

/// 証の記載に関する本人の設定. The subject is the person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setting {
    /// 要配慮者などの申請: 資格確認書 even with マイナ保険証.
    pub confirmation_asked: bool,
    /// 自己情報提供不可.
    pub card_blocked: bool,
    /// 不開示: ＤＶ被害者等に関する自己情報不開示の申し出.
    pub nondisclosure: bool,
    /// 原爆一般疾病医療費の支給等を受けることができる.
    pub special_exempt: bool,
    /// 券面の氏名.
    pub name_choice: NameChoice,
    /// 通称の読み仮名.
    pub alias_kana: Option<String>,
    /// 性別を裏面に記載する.
    pub sex_on_back: bool,
    /// 世帯と別に本人へ送る.
    pub send_apart: bool,
}

const CHOICES: [(NameChoice, &str); 3] = [
    (NameChoice::ByPractice, "by_practice"),
    (NameChoice::Real, "real"),
    (NameChoice::Alias, "alias"),
];

impl Kind for Setting {
    const TABLE: DatedTable = DatedTable::new(
        "certificate_setting_fact",
        &[
            "confirmation_asked",
            "card_blocked",
            "nondisclosure",
            "special_exempt",
            "name_choice",
            "alias_kana",
            "sex_on_back",
            "send_apart",
        ],
    );
    const TYPES: &'static [ColumnType] = &[Int, Int, Int, Int, Text, Text, Int, Int];

    fn values(&self) -> Vec<Value> {
        let choice = CHOICES.iter().find(|(one, _)| *one == self.name_choice);
        vec![
            self.confirmation_asked.into(),
            self.card_blocked.into(),
            self.nondisclosure.into(),
            self.special_exempt.into(),
            choice.map_or("", |(_, code)| code).into(),
            self.alias_kana.clone().into(),
            self.sex_on_back.into(),
            self.send_apart.into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            confirmation_asked: values.flag()?,
            card_blocked: values.flag()?,
            nondisclosure: values.flag()?,
            special_exempt: values.flag()?,
            name_choice: {
                let code = values.text()?;
                let found = CHOICES.iter().find(|(_, one)| *one == code);
                found.map_or(NameChoice::ByPractice, |(choice, _)| *choice)
            },
            alias_kana: values.opt_text()?,
            sex_on_back: values.flag()?,
            send_apart: values.flag()?,
        })
    }
}

/// 処分の種類.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SanctionKind {
    /// 短期証.
    ShortTerm,
    /// 法定資格証 (被保険者資格証明書).
    Qualification,
    /// 特別療養費.
    Special,
}

impl SanctionKind {
    /// All, in the order of their codes.
    pub const ALL: [Self; 3] = [Self::ShortTerm, Self::Qualification, Self::Special];

    /// As stored.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::ShortTerm => 1,
            Self::Qualification => 2,
            Self::Special => 3,
        }
    }

    /// As shown.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::ShortTerm => "短期証",
            Self::Qualification => "資格証明書",
            Self::Special => "特別療養費",
        }
    }

    /// The kind of a stored code.
    #[must_use]
    pub fn of(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// 処分情報. The subject is the household; the span is the time the sanction is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sanction {
    /// 種類.
    pub kind: SanctionKind,
    /// 事前通知をした日.
    pub noticed_on: Option<Date>,
    /// 弁明・特別の事情の届出の期限.
    pub answer_until: Option<Date>,
    /// 特別の事情が認められた.
    pub circumstance: bool,
    /// 理由.
    pub ground: String,
}

impl Kind for Sanction {
    const TABLE: DatedTable = DatedTable::new(
        "sanction_fact",
        &[
            "kind",
            "noticed_on",
            "answer_until",
            "circumstance",
            "ground",
        ],
    );
    const TYPES: &'static [ColumnType] = &[Int, Text, Text, Int, Text];

    fn values(&self) -> Vec<Value> {
        vec![
            self.kind.code().into(),
            self.noticed_on.into(),
            self.answer_until.into(),
            self.circumstance.into(),
            self.ground.as_str().into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        let code = values.int()?;
        Ok(Self {
            kind: SanctionKind::of(code).ok_or_else(|| StoreError::Dated {
                table: "sanction_fact".to_owned(),
                reason: format!("処分の種類{code}を知りません"),
            })?,
            noticed_on: values.opt_date()?,
            answer_until: values.opt_date()?,
            circumstance: values.flag()?,
            ground: values.text()?,
        })
    }
}

/// Writes down what a clerk saw of one person's マイナ保険証. The day it speaks of may not lie ahead.
///
/// # Errors
/// An input error beside the field.
pub fn record_card(
    store: &Store,
    permit: &Permit<IssueCertificate>,
    acting: &Acting,
    person_id: i64,
    card: &Card,
) -> Result<(), OfficeError> {
    record_cards(store, permit, acting, &[(person_id, card.clone())])
}

/// Writes down what a clerk saw of several people's マイナ保険証, as one act.
///
/// # Errors
/// As [`record_card`].
pub fn record_cards(
    store: &Store,
    permit: &Permit<IssueCertificate>,
    acting: &Acting,
    cards: &[(i64, Card)],
) -> Result<(), OfficeError> {
    if cards
        .iter()
        .any(|(_, card)| card.as_of > acting.business_date)
    {
        return Err(OfficeError::input(
            "基準日",
            "基準日が先の日です。確かめた日を入れてください",
        ));
    }
    store.write(|conn| {
        let act = acts::begin(
            conn,
            acting,
            permit,
            "certificate.card",
            &ActDetails::default(),
        )?;
        for (person_id, card) in cards {
            fact::record(conn, &act, *person_id, Span::new(card.as_of, None), card)?;
        }
        Ok(())
    })
}

/// Writes down what a person wants on the paper, from a day on.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn record_setting(
    store: &Store,
    permit: &Permit<ReceiveApplication>,
    acting: &Acting,
    person_id: i64,
    from: Date,
    setting: &Setting,
) -> Result<(), OfficeError> {
    store.write(|conn| {
        let details = ActDetails::default();
        let act = acts::begin(conn, acting, permit, "certificate.setting", &details)?;
        fact::record(conn, &act, person_id, Span::new(from, None), setting)
    })
}
