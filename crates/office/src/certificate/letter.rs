//! 証に関する通知 — 返還通知, 却下通知, 特別療養費の事前通知, 療養の給付を行う旨の通知,
//! 一部負担金の減免等の決定通知: their words as sent, kept.

use super::application::Application;
use super::face;
use super::find::Certificate;
use super::record;
use super::view::{Household, Member};
use super::wish::{Destination, Wish};
use crate::acts::Act;
use crate::error::OfficeError;
use db::{Conn, Row, Sql, StoreError};
use law::certificate::{Kind, Practice};
use law::era::wareki;
use law::{Date, Refusal};
use serde::{Deserialize, Serialize};

const INSERT: Sql = Sql {
    name: "certificate.letter.insert",
    text: "insert into certificate_letter (letter_id, kind, household_id, person_id, certificate_id, application_id, \
           made_on, addressee, body, act_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
};
const FIND: Sql = Sql {
    name: "certificate.letter.find",
    text: "select letter_id, made_on, body from certificate_letter where letter_id = $1",
};
const OF_HOUSEHOLD: Sql = Sql {
    name: "certificate.letter.of_household",
    text: "select letter_id, made_on, body from certificate_letter where household_id = $1 order by letter_id desc",
};
const BY_ACT: Sql = Sql {
    name: "certificate.letter.by_act",
    text: "select letter_id from certificate_letter where act_id = $1 order by letter_id limit 1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, FIND, OF_HOUSEHOLD, BY_ACT];

/// 通知の種類.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterKind {
    /// 返還通知.
    Return,
    /// 却下通知.
    Refusal,
    /// 特別療養費の事前通知.
    SpecialNotice,
    /// 療養の給付等を行う旨の通知, before 特別療養費 ends.
    SpecialEnd,
    /// 一部負担金の減免・徴収猶予の決定通知.
    CopayRelief,
}

/// 通知 as sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    /// 種類.
    pub kind: LetterKind,
    /// 国保世帯.
    pub household_id: i64,
    /// About whom.
    pub person_id: i64,
    /// About which certificate.
    pub certificate_id: Option<i64>,
    /// About which application.
    pub application_id: Option<i64>,
    /// 題名.
    pub title: String,
    /// 宛先.
    pub destination: Destination,
    /// 本文, one paragraph an entry.
    pub paragraphs: Vec<String>,
    /// Facts beside their labels.
    pub facts: Vec<(String, String)>,
    /// 教示: whether it is a decision that can be appealed.
    pub appealable: bool,
}

/// 根拠: 国民健康保険法 第54条の3第1項
const NOT_MEANT: &str =
    "18歳に達する日以後の最初の3月31日までの人と、原爆一般疾病医療費の支給等を受けられる人";

impl Letter {
    /// 返還通知: the certificate does not hold any more and is to be given back.
    #[must_use]
    pub fn give_back(
        certificate: &Certificate,
        destination: Destination,
        (reason, until): (&str, Date),
    ) -> Self {
        let from = certificate.invalid_from;
        let mut facts = vec![
            ("返還していただく証".to_owned(), certificate.title.clone()),
            ("記号・番号".to_owned(), symbol_number(certificate)),
            ("氏名".to_owned(), certificate.face_name.clone()),
            ("交付番号".to_owned(), certificate.number.clone()),
            ("返還の理由".to_owned(), reason.to_owned()),
            ("返還の期限".to_owned(), wareki(until)),
        ];
        if let Some(from) = from {
            facts.push(("使えなくなった日".to_owned(), wareki(from)));
        }
        Self {
            kind: LetterKind::Return,
            household_id: certificate.household_id,
            person_id: certificate.person_id,
            certificate_id: Some(certificate.certificate_id),
            application_id: None,
            title: format!("{}の返還について", certificate.title),
            destination,
            paragraphs: vec![
                "次の証は、下記の理由により使うことができなくなりました。".to_owned(),
                "期限までに、窓口へお持ちいただくか、同封の封筒で返送してください。すでに返還された場合は、行き違いですのでご容赦ください。".to_owned(),
            ],
            facts,
            appealable: false,
        }
    }

    /// 却下通知.
    #[must_use]
    pub fn refusal(
        kind: &Kind,
        practice: &Practice,
        application: &Application,
        household: &Household,
        (reason, on): (&str, Date),
    ) -> Self {
        let content = &application.content;
        let name = household
            .member(content.person_id)
            .map_or_else(String::new, |member| {
                let chosen = face::name(member, practice, &content.wish);
                chosen.map_or_else(|_| member.person.name.clone(), |shown| shown.name)
            });
        Self {
            kind: LetterKind::Refusal,
            household_id: household.household_id,
            person_id: content.person_id,
            certificate_id: None,
            application_id: Some(application.application_id),
            title: format!("{}交付申請却下通知書", kind.name_ja),
            destination: of_head(household, practice),
            paragraphs: vec![format!(
                "{}に申請のあった{}の交付については、下記の理由により却下しましたので通知します。",
                wareki(content.applied_on),
                kind.name_ja
            )],
            facts: vec![
                ("申請年月日".to_owned(), wareki(content.applied_on)),
                ("対象者の氏名".to_owned(), name),
                ("申請した証".to_owned(), kind.name_ja.clone()),
                ("却下の理由".to_owned(), reason.to_owned()),
                ("却下年月日".to_owned(), wareki(on)),
            ],
            appealable: true,
        }
    }

    /// 特別療養費の事前通知, and which papers are asked back with it.
    ///
    /// 根拠: 国民健康保険法 第54条の3第3項、国民健康保険法施行規則 第27条の5の2・第27条の5の3
    #[must_use]
    pub fn special_notice(
        household: &Household,
        practice: &Practice,
        (from, answer_until): (Date, Date),
        asked_back: &[Certificate],
    ) -> Self {
        let mut facts = vec![
            ("開始の予定年月日".to_owned(), wareki(from)),
            ("届出・弁明と返還の期限".to_owned(), wareki(answer_until)),
            ("対象とならない人".to_owned(), NOT_MEANT.to_owned()),
            (
                "支給の申請先と返還先".to_owned(),
                "国民健康保険の窓口".to_owned(),
            ),
        ];
        for paper in asked_back {
            let which = format!(
                "{}　{}（交付番号 {}）",
                paper.face_name,
                symbol_number(paper),
                paper.number
            );
            facts.push(("返還していただく資格確認書".to_owned(), which));
        }
        Self {
            kind: LetterKind::SpecialNotice,
            household_id: household.household_id,
            person_id: household.head.person_id,
            certificate_id: None,
            application_id: None,
            title: "特別療養費の支給に関する事前通知書".to_owned(),
            destination: of_head(household, practice),
            paragraphs: vec![
                "保険料（税）の滞納が続いているため、下記のとおり療養の給付に代えて特別療養費を支給します。医療機関では費用の全額をいったん支払い、後日支給を申請していただきます。".to_owned(),
                "災害、病気、事業の廃止などの特別の事情がある場合、または原爆一般疾病医療費の支給等を受けられる人がいる場合は、期限までに届け出てください。".to_owned(),
                format!("資格確認書の交付を受けている人の分は、期限までに返還してください。{NOT_MEANT}は、特別療養費の対象とならず、返還も要りません。"),
            ],
            facts,
            appealable: false,
        }
    }

    /// 療養の給付等を行う旨の通知, before 特別療養費 ends.
    ///
    /// 根拠: 国民健康保険法 第54条の3第5項、国民健康保険法施行規則 第27条の5の6
    #[must_use]
    pub fn special_end(
        household: &Household,
        practice: &Practice,
        from: Date,
        reason: &str,
    ) -> Self {
        Self {
            kind: LetterKind::SpecialEnd,
            household_id: household.household_id,
            person_id: household.head.person_id,
            certificate_id: None,
            application_id: None,
            title: "療養の給付等を行う旨の通知書".to_owned(),
            destination: of_head(household, practice),
            paragraphs: vec![
                "特別療養費の支給に代えて、下記のとおり療養の給付等を行いますので通知します。".to_owned(),
                "開始の予定年月日からは、医療機関で一部負担金を支払うことで療養を受けられます。その日より前に受けた療養の費用は、特別療養費として申請してください。".to_owned(),
            ],
            facts: vec![
                ("療養の給付等の開始の予定年月日".to_owned(), wareki(from)),
                ("理由".to_owned(), reason.to_owned()),
            ],
            appealable: false,
        }
    }
}

fn symbol_number(certificate: &Certificate) -> String {
    let value = certificate.face.value(law::certificate::Item::SymbolNumber);
    value.unwrap_or_default().to_owned()
}

/// The head of the household: at the 送付先, or at the registered address under the name the head has chosen.
pub(super) fn of_head(household: &Household, practice: &Practice) -> Destination {
    if let Some(elsewhere) = &household.elsewhere {
        return elsewhere.clone();
    }
    household
        .head_person
        .as_ref()
        .map_or_else(Destination::default, |head| {
            let mut address = vec![head.address.clone()];
            if !head.building.is_empty() {
                address.push(head.building.clone());
            }
            Destination {
                postal_code: head.postal_code.clone(),
                address,
                addressee: household
                    .head_name(practice)
                    .unwrap_or_else(|| head.name.clone()),
            }
        })
}

/// Who answers for a paper of a member today: the head of the household, or the member where sent to apart.
pub(super) fn of_member(
    household: &Household,
    member: &Member,
    practice: &Practice,
) -> Destination {
    if !member.setting.send_apart && household.head_person.is_some() {
        return of_head(household, practice);
    }
    if let Some(elsewhere) = &member.elsewhere {
        return elsewhere.clone();
    }
    let person = &member.person;
    let mut address = vec![person.address.clone()];
    if !person.building.is_empty() {
        address.push(person.building.clone());
    }
    let chosen = face::name(member, practice, &Wish::default());
    Destination {
        postal_code: person.postal_code.clone(),
        address,
        addressee: chosen.map_or_else(|_| person.name.clone(), |shown| shown.name),
    }
}

/// Keeps a letter; returns its number.
pub(super) fn insert(
    conn: &mut Conn,
    act: &Act,
    letter: &Letter,
    on: Date,
) -> Result<i64, OfficeError> {
    let id = conn.next_ids("certificate_letter", 1)?;
    let kind = match letter.kind {
        LetterKind::Return => "return",
        LetterKind::Refusal => "refusal",
        LetterKind::SpecialNotice => "special_notice",
        LetterKind::SpecialEnd => "special_end",
        LetterKind::CopayRelief => "copay_relief",
    };
    conn.execute(
        &INSERT,
        &[
            id.into(),
            kind.into(),
            letter.household_id.into(),
            letter.person_id.into(),
            letter.certificate_id.into(),
            letter.application_id.into(),
            on.into(),
            letter.destination.addressee.as_str().into(),
            record::json(letter)?.into(),
            act.id.0.into(),
        ],
    )?;
    Ok(id)
}

/// A letter as kept: its number, day and words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Number.
    pub letter_id: i64,
    /// 作成日.
    pub made_on: Date,
    /// Its words.
    pub letter: Letter,
}

/// A letter by its number.
///
/// # Errors
/// A refusal when there is none.
pub fn require(conn: &mut Conn, letter_id: i64) -> Result<Kept, OfficeError> {
    let found = conn.query_opt(&FIND, &[letter_id.into()], read)?;
    let raw = found.ok_or_else(|| {
        Refusal::new(
            "certificate.letter.unknown",
            format!("通知{letter_id}はありません。一覧から選んでください"),
        )
    })?;
    open(raw)
}

/// The letters of a household, newest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_household(conn: &mut Conn, household_id: i64) -> Result<Vec<Kept>, OfficeError> {
    let rows = conn.query(&OF_HOUSEHOLD, &[household_id.into()], read)?;
    rows.into_iter().map(open).collect()
}

pub(super) fn by_act(conn: &mut Conn, act_id: i64) -> Result<i64, OfficeError> {
    let found = conn.query_opt(&BY_ACT, &[act_id.into()], |row| row.int(0))?;
    found.ok_or_else(|| {
        OfficeError::Conflict(
            "同じ命令が別の処理に使われています。画面を読み直してください".to_owned(),
        )
    })
}

fn read(row: &Row) -> Result<(i64, Date, String), StoreError> {
    Ok((row.int(0)?, row.date(1)?, row.text(2)?))
}

fn open((letter_id, made_on, body): (i64, Date, String)) -> Result<Kept, OfficeError> {
    let letter = serde_json::from_str(&body)
        .map_err(|error| OfficeError::Bug(format!("通知を読めません: {error}")))?;
    Ok(Kept {
        letter_id,
        made_on,
        letter,
    })
}
