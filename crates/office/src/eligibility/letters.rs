//! 文書 — letters of 勧奨, 照会 and 通知: what each says, kept as it was sent.
//!
//! The content is typed and complete; setting it on paper is another floor's work. What was sent is never changed: a
//! letter written again is another letter.

mod back;
pub mod desk;
mod post;
mod press;
mod release;
mod text;

use crate::acts::Act;
use crate::error::OfficeError;
use crate::registry::destination;
use db::{Conn, Row, Sql, StoreError};
use law::Date;
use serde::{Deserialize, Serialize};

pub use post::STATEMENTS as POST_STATEMENTS;
pub use press::STATEMENTS as PRESS_STATEMENTS;
pub use release::STATEMENTS as RELEASE_STATEMENTS;
pub use text::Facts;

const INSERT: Sql = Sql {
    name: "eligibility.letter.insert",
    text: "insert into eligibility_letter (letter_id, kind, item_id, person_id, sent_on, answer_by, content, act_id) \
           values ($1, $2, $3, $4, $5, $6, $7, $8)",
};
const OF_ITEM: Sql = Sql {
    name: "eligibility.letter.of_item",
    text: "select letter_id, kind, item_id, person_id, sent_on, answer_by, content, act_id from eligibility_letter \
           where item_id = $1 order by letter_id",
};
const OF_PERSON: Sql = Sql {
    name: "eligibility.letter.of_person",
    text: "select letter_id, kind, item_id, person_id, sent_on, answer_by, content, act_id from eligibility_letter \
           where person_id = $1 order by letter_id",
};
const SENT_BETWEEN: Sql = Sql {
    name: "eligibility.letter.sent_between",
    text: "select letter_id, kind, item_id, person_id, sent_on, answer_by, content, act_id from eligibility_letter \
           where kind = $1 and sent_on >= $2 and sent_on <= $3 and letter_id > $4 order by letter_id limit 500",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, OF_ITEM, OF_PERSON, SENT_BETWEEN];

/// What a letter is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterKind {
    /// 資格重複のお尋ね.
    OverlapAsk,
    /// 資格重複の最終のお知らせ, before a loss without notification.
    OverlapFinal,
    /// 国保加入の届出のお願い（第1回）.
    UnreportedFirst,
    /// 国保加入の届出のお願い（第2回）.
    UnreportedSecond,
    /// 国保加入の最終のお知らせ, before a gain without notification.
    UnreportedFinal,
    /// 職権による資格取得の通知.
    ExOfficioGain,
    /// 職権による資格喪失の通知.
    ExOfficioLoss,
    /// 居所確認の照会.
    WhereaboutsInquiry,
    /// 在学確認のお願い.
    StudentCheck,
    /// 住所地特例の確認のお願い.
    FacilityCheck,
    /// 在留期間の確認のお願い.
    ResidencePeriod,
    /// 基準収入額適用申請の案内.
    RevenueInvitation,
}

impl LetterKind {
    /// Every kind: code and title.
    pub const ALL: [(Self, &'static str, &'static str); 12] = [
        (
            Self::OverlapAsk,
            "overlap_ask",
            "国民健康保険の資格についてのお尋ね",
        ),
        (
            Self::OverlapFinal,
            "overlap_final",
            "国民健康保険の資格喪失についての最終のお知らせ",
        ),
        (
            Self::UnreportedFirst,
            "unreported_first",
            "国民健康保険の加入手続きのお願い",
        ),
        (
            Self::UnreportedSecond,
            "unreported_second",
            "国民健康保険の加入手続きについて（再度のお願い）",
        ),
        (
            Self::UnreportedFinal,
            "unreported_final",
            "国民健康保険の加入手続きについて（最終のお知らせ）",
        ),
        (
            Self::ExOfficioGain,
            "ex_officio_gain",
            "国民健康保険の資格取得の通知",
        ),
        (
            Self::ExOfficioLoss,
            "ex_officio_loss",
            "国民健康保険の資格喪失の通知",
        ),
        (
            Self::WhereaboutsInquiry,
            "whereabouts_inquiry",
            "居所の確認について",
        ),
        (Self::StudentCheck, "student_check", "在学の確認について"),
        (
            Self::FacilityCheck,
            "facility_check",
            "住所地特例の確認について",
        ),
        (
            Self::ResidencePeriod,
            "residence_period",
            "在留期間の確認について",
        ),
        (
            Self::RevenueInvitation,
            "revenue_invitation",
            "負担割合（3割）を2割とする申請のご案内",
        ),
    ];

    /// As stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.1)
    }

    /// 件名.
    #[must_use]
    pub fn title_ja(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.2)
    }

    /// The kind of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|row| row.1 == code).map(|row| row.0)
    }
}

/// 宛先 as of the day of writing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Addressee {
    /// 郵便番号.
    pub postal_code: String,
    /// 住所.
    pub address: String,
    /// 方書.
    pub building: String,
    /// 氏名.
    pub name: String,
    /// 氏名 of the person it is about, where somebody else is addressed (様分).
    pub about: Option<String>,
    /// 支援措置: handled by hand; the address must not be seen by others.
    pub withheld: bool,
}

/// Everything a letter says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// 件名.
    pub title: String,
    /// 宛先.
    pub addressee: Addressee,
    /// 発送日, 和暦.
    pub sent_on: String,
    /// The paragraphs of the text.
    pub paragraphs: Vec<String>,
    /// 記: label and value.
    pub lines: Vec<(String, String)>,
    /// 回答の期限, 和暦; empty when no answer is asked for.
    pub answer_by: String,
    /// 教示, where the letter tells of a disposition.
    pub instruction: String,
    /// 回答書: questions with what can be ticked; none where no answer form is enclosed.
    #[serde(default)]
    pub questions: Vec<(String, Vec<String>)>,
}

/// A letter to write.
#[derive(Clone, Debug)]
pub struct NewLetter<'l> {
    /// What it is for.
    pub kind: LetterKind,
    /// The matter of the work list it belongs to.
    pub item_id: Option<i64>,
    /// 宛名番号.
    pub person_id: i64,
    /// 発送日.
    pub sent_on: Date,
    /// 回答の期限.
    pub answer_by: Option<Date>,
    /// What it tells of.
    pub facts: Facts<'l>,
}

/// A letter as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Number.
    pub letter_id: i64,
    /// Code of its kind.
    pub kind: String,
    /// The matter it belongs to.
    pub item_id: Option<i64>,
    /// 宛名番号.
    pub person_id: i64,
    /// 発送日.
    pub sent_on: Date,
    /// 回答の期限.
    pub answer_by: Option<Date>,
    /// What it says.
    pub content: Content,
    /// The act.
    pub act_id: i64,
}

/// 文書の作成 — writes a letter down as it goes out.
///
/// # Errors
/// [`OfficeError::Refusal`] when the person is unknown.
pub fn write(conn: &mut Conn, act: &Act, letter: &NewLetter<'_>) -> Result<Letter, OfficeError> {
    let content = Content {
        title: letter.kind.title_ja().to_owned(),
        addressee: addressee(conn, letter.person_id, letter.sent_on)?,
        sent_on: law::era::wareki(letter.sent_on),
        paragraphs: text::paragraphs(letter.kind, &letter.facts),
        lines: text::lines(&letter.facts),
        answer_by: letter.answer_by.map(law::era::wareki).unwrap_or_default(),
        instruction: text::instruction(letter.kind).to_owned(),
        questions: text::questions(letter.kind),
    };
    let body = serde_json::to_string(&content)
        .map_err(|error| OfficeError::Bug(format!("文書を書き出せません: {error}")))?;
    let letter_id = conn.next_ids("eligibility_letter", 1)?;
    let params = [
        letter_id.into(),
        letter.kind.code().into(),
        letter.item_id.into(),
        letter.person_id.into(),
        letter.sent_on.into(),
        letter.answer_by.into(),
        body.into(),
        act.id.0.into(),
    ];
    conn.execute(&INSERT, &params)?;
    Ok(Letter {
        letter_id,
        kind: letter.kind.code().to_owned(),
        item_id: letter.item_id,
        person_id: letter.person_id,
        sent_on: letter.sent_on,
        answer_by: letter.answer_by,
        content,
        act_id: act.id.0,
    })
}

/// Where the letter goes: the 送付先 of the scheme, whoever stands for the person, or the registered address.
fn addressee(conn: &mut Conn, person_id: i64, on: Date) -> Result<Addressee, OfficeError> {
    let mailing = destination::address_for(conn, person_id, "nhi", "", on)?;
    Ok(Addressee {
        postal_code: mailing.postal_code,
        address: mailing.address,
        building: mailing.building,
        name: mailing.addressee,
        about: mailing.about,
        withheld: mailing.withheld,
    })
}

fn read(row: &Row<'_>) -> Result<Letter, StoreError> {
    Ok(Letter {
        letter_id: row.int(0)?,
        kind: row.text(1)?,
        item_id: row.opt_int(2)?,
        person_id: row.int(3)?,
        sent_on: row.date(4)?,
        answer_by: row.opt_date(5)?,
        content: serde_json::from_str(row.str(6)?)
            .map_err(|error| row.wrong(6, error.to_string()))?,
        act_id: row.int(7)?,
    })
}

/// The letters of a matter, oldest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_item(conn: &mut Conn, item_id: i64) -> Result<Vec<Letter>, OfficeError> {
    Ok(conn.query(&OF_ITEM, &[item_id.into()], read)?)
}

/// The letters of a person, oldest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_person(conn: &mut Conn, person_id: i64) -> Result<Vec<Letter>, OfficeError> {
    Ok(conn.query(&OF_PERSON, &[person_id.into()], read)?)
}

/// The letters of a kind sent on the days of a stretch, after a number, 500 at a time: what goes to the printer.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn sent_between(
    conn: &mut Conn,
    kind: LetterKind,
    from: Date,
    to: Date,
    after: i64,
) -> Result<Vec<Letter>, OfficeError> {
    let params = [kind.code().into(), from.into(), to.into(), after.into()];
    Ok(conn.query(&SENT_BETWEEN, &params, read)?)
}
