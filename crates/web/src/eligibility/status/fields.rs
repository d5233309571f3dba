//! 状態の入力欄 — what is typed for each status, and the order it becomes.

use super::columns;
use crate::desk::Desk;
use crate::fields::Fields;
use crate::registry::acts;
use crate::view::entry::{Choice, Field, Input};
use crate::view::format::day_ja;
use db::{Conn, Value};
use law::Date;
use office::OfficeError;
use office::eligibility::status::assistance;
use office::eligibility::status::facility;
use office::eligibility::status::slip::SlipKind;
use office::eligibility::status::whereabouts::Trial;
use office::eligibility::status::{Described, Line, Subject};

/// What a form is for.
#[derive(Clone, Copy)]
pub enum Topic {
    /// A status by its columns.
    Plain(&'static Described),
    /// 生活保護の異動.
    Assistance,
    /// 住所地特例の施設への入所.
    Enter,
    /// 居所不明の保留.
    Hold,
    /// 連絡票.
    Slip,
    /// 居所の調査.
    Trial,
    /// 特別の事情に関する届.
    Circumstances,
}

/// Forms that are no status of their own: place in the address and title.
const OTHERS: [(&str, &str); 2] = [
    ("slip", "連絡票の発行・受理"),
    ("trial", "居所の調査の記録"),
];

impl Topic {
    /// The form of an address; a correction is always by the columns.
    #[must_use]
    pub fn of(code: &str, correcting: bool) -> Option<Self> {
        match code {
            "slip" => return Some(Self::Slip),
            "trial" => return Some(Self::Trial),
            _ => {}
        }
        let described = Described::find(code)?;
        Some(match code {
            _ if correcting => Self::Plain(described),
            "public_assistance" => Self::Assistance,
            "facility_stay" => Self::Enter,
            "whereabouts" => Self::Hold,
            "special_circumstances" => Self::Circumstances,
            _ => Self::Plain(described),
        })
    }

    /// What it is called.
    #[must_use]
    pub fn title(self) -> String {
        match self {
            Self::Plain(described) => described.label_ja.to_owned(),
            Self::Assistance => "生活保護の異動".to_owned(),
            Self::Enter => "住所地特例の施設への入所".to_owned(),
            Self::Hold => "居所不明の保留".to_owned(),
            Self::Slip => "連絡票の発行・受理".to_owned(),
            Self::Trial => "居所の調査の記録".to_owned(),
            Self::Circumstances => "特別の事情に関する届".to_owned(),
        }
    }
}

/// Every form about a person: place in the address and title.
#[must_use]
pub fn of_people() -> Vec<(&'static str, String)> {
    let own = office::eligibility::status::DESCRIBED.iter();
    let mut all: Vec<(&'static str, String)> = own
        .filter(|row| row.subject == Subject::Person)
        .filter_map(|row| Some((row.code, Topic::of(row.code, false)?.title())))
        .collect();
    all.extend(OTHERS.map(|(code, title)| (code, title.to_owned())));
    all
}

/// A day as typed, in full where it can be read.
fn written(desk: &Desk, fields: &Fields, name: &str, usual: Option<Date>) -> String {
    if !fields.has(name) {
        return usual.map_or_else(String::new, day_ja);
    }
    fields.day_written(name, desk.business_date())
}

pub(super) fn owned(list: &[(&str, &str)]) -> Vec<Choice> {
    list.iter()
        .map(|(code, words)| ((*code).to_owned(), (*words).to_owned()))
        .collect()
}

pub(super) fn trials() -> Vec<Choice> {
    Trial::ALL
        .map(|(_, code, words)| (code.to_owned(), words.to_owned()))
        .to_vec()
}

pub(super) fn slips() -> Vec<Choice> {
    SlipKind::ALL
        .map(|(_, code, words)| (code.to_owned(), words.to_owned()))
        .to_vec()
}

pub(super) fn changes() -> Vec<Choice> {
    assistance::Change::ALL
        .map(|(_, code, words)| (code.to_owned(), words.to_owned()))
        .to_vec()
}

pub(super) const DIRECTIONS: [(&str, &str); 2] = [
    ("issued", "発行（転出先へ）"),
    ("received", "受理（転入元から）"),
];
pub(super) const STAGES: [(&str, &str); 2] = [("1", "調査中"), ("2", "居所不明")];

fn facilities(conn: &mut Conn, on: Date) -> Result<Vec<Choice>, OfficeError> {
    let all = facility::list(conn, on)?;
    Ok(all
        .into_iter()
        .map(|(id, facility)| {
            (
                id.to_string(),
                format!("{} {}", facility.name, facility.address),
            )
        })
        .collect())
}

/// The fields of a form; `replaced` is what a correction begins with, and whether its places are hidden.
///
/// # Errors
/// [`OfficeError`].
pub fn blank(
    desk: &Desk,
    conn: &mut Conn,
    topic: Topic,
    subject: i64,
    fields: &Fields,
    replaced: Option<(&Line, bool)>,
) -> Result<Vec<Field>, OfficeError> {
    let today = desk.business_date();
    let day = |name: &str, label: &str, usual: Option<Date>| {
        Field::new(Input::Day, name, label, &written(desk, fields, name, usual))
    };
    let text = |name: &str, label: &str| Field::new(Input::Text, name, label, fields.text(name));
    let check = |name: &str, label: &str| Field::new(Input::Check, name, label, fields.text(name));
    let code = |name: &str, label: &str, list: Vec<Choice>| {
        Field::new(Input::Code(list), name, label, fields.text(name))
    };
    Ok(match topic {
        Topic::Plain(described) => return plain(desk, conn, described, subject, fields, replaced),
        Topic::Assistance => vec![
            code("change", "異動", changes()).first(),
            day("from", "異動日", None),
            text("office", "福祉事務所コード"),
            text("case_number", "ケース番号"),
            check("medical", "医療扶助を受ける"),
            day("reported_on", "連携日・届出日", Some(today)),
        ],
        Topic::Enter => {
            let own = if fields.has("came_from") {
                fields.text("came_from").to_owned()
            } else {
                desk.app().config().municipality_code.clone()
            };
            vec![
                code("facility", "施設", facilities(conn, today)?)
                    .first()
                    .wide(),
                day("from", "入所日", None),
                Field::new(
                    Input::Text,
                    "came_from",
                    "入所前の住所の市区町村コード",
                    &own,
                )
                .hint("6桁。前の施設の所在地から続けて移ったときは、保険者を自動で引き継ぎます"),
                day("reported_on", "届出日", Some(today)),
            ]
        }
        Topic::Hold => vec![
            code("stage", "区分", owned(&STAGES)).first(),
            day("from", "保留を始める日", Some(today)),
            day("until", "保留を終える日", None).hint("6か月以内"),
            check("notice", "通知書の送付を止める"),
            check("certificate", "証の交付を止める"),
            text("ground", "理由").wide(),
        ],
        Topic::Slip => {
            let home = acts::household_of(desk, conn, subject)?;
            let home = if fields.has("household") {
                fields.text("household").to_owned()
            } else {
                home.map_or_else(String::new, |home| home.to_string())
            };
            vec![
                code("kind", "連絡票", slips()).first(),
                code("direction", "発行・受理", owned(&DIRECTIONS)),
                day("made_on", "発行日・受理日", None).hint("連絡票にある日"),
                day("since", "開始日", None).hint("特定同一世帯所属者・旧被扶養者になった日"),
                day("until", "終了日", None).hint("決まっていなければ空欄"),
                text("municipality", "相手の市区町村コード").hint("6桁"),
                Field::new(Input::Text, "household", "国保世帯番号", &home),
            ]
        }
        Topic::Trial => vec![
            code("trial", "調査の方法", trials()).first(),
            day("found_on", "調査日", Some(today)),
            Field::new(
                Input::Area,
                "finding",
                "調べて分かったこと",
                fields.text("finding"),
            )
            .wide(),
        ],
        Topic::Circumstances => vec![
            day("reported_on", "届出日", Some(today)).first(),
            Field::new(Input::Area, "ground", "届け出た事情", fields.text("ground")).wide(),
            text("evidence", "添付書類").wide(),
        ],
    })
}

fn plain(
    desk: &Desk,
    conn: &mut Conn,
    described: &'static Described,
    subject: i64,
    fields: &Fields,
    replaced: Option<(&Line, bool)>,
) -> Result<Vec<Field>, OfficeError> {
    let (standing, withheld) = replaced.map_or((None, false), |(line, hid)| (Some(line), hid));
    let mut all = vec![
        Field::new(
            Input::Day,
            "from",
            "該当日",
            &written(desk, fields, "from", standing.map(|line| line.valid.from)),
        )
        .first(),
        Field::new(
            Input::Day,
            "until",
            "非該当日",
            &written(
                desk,
                fields,
                "until",
                standing.and_then(|line| line.valid.until),
            ),
        )
        .hint("この日から当たらない。決まっていなければ空欄"),
    ];
    for (column, field) in columns::of(described)? {
        let name = format!("c_{column}");
        let kept = standing.and_then(|line| line.value(column));
        let unseen = withheld && described.tells_place(column);
        let kept = match kept.filter(|_| !unseen) {
            Some(Value::Int(number)) => number.to_string(),
            Some(Value::Text(text)) => text.clone(),
            _ => usual(desk, conn, described, column, subject)?,
        };
        let value = if fields.has("from") {
            fields.text(&name).to_owned()
        } else {
            kept
        };
        let list = columns::choices(described, field);
        let input = if columns::is_flag(field) {
            Input::Check
        } else if columns::is_day(field) {
            Input::Day
        } else if list.is_empty() {
            Input::Text
        } else if list.iter().any(|(code, _)| code.is_empty()) {
            Input::Choice(list)
        } else {
            Input::Code(list)
        };
        let value = match input {
            Input::Day => law::era::date_input(&value, desk.business_date()).map_or(value, day_ja),
            Input::Check if value == "0" => String::new(),
            _ => value,
        };
        let mut one = Field::new(input, &name, &field.name_ja, &value);
        if unseen {
            one = one.hint("非開示。変えないときは空欄のままにする");
        }
        one.wide = field.max >= 100 && one.input == Input::Text;
        all.push(one);
    }
    all.push(Field::new(Input::Text, "note", "備考", fields.text("note")).wide());
    Ok(all)
}

/// What a column begins with.
fn usual(
    desk: &Desk,
    conn: &mut Conn,
    described: &Described,
    column: &str,
    subject: i64,
) -> Result<String, OfficeError> {
    Ok(match (described.code, column) {
        (_, "reported_on") => desk.business_date().to_string(),
        ("student", "household_id") => acts::household_of(desk, conn, subject)?
            .map_or_else(String::new, |home| home.to_string()),
        _ => String::new(),
    })
}
