//! 本人ごとの記録 — what was looked at, asked and handed out about one person: for the answer to a request for disclosure, in one
//! list.
//!
//! 根拠: 番号法 第23条（情報提供等の記録）・第31条, 個人情報の保護に関する法律 第76条.

use super::clear::Cleared;
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::exports::PersonRecord;
use crate::registers;
use crate::security::hours::in_japan;
use crate::security::permit::{Permit, ReviewAccess};
use crate::vault::Vault;
use db::{Conn, Sql};
use law::{Date, Refusal};

const HOMES: Sql = Sql {
    name: "provision.person.homes",
    text: "select household_id from insured_fact where subject = $1 union \
           select subject from household_fact where head_person_id = $1",
};
const LOOKS: Sql = Sql {
    name: "provision.person.looks",
    text: "select l.at, coalesce(s.login, ''), l.what, l.purpose from access_log l \
           left join staff s on s.staff_id = l.staff_id where l.subject = $1 and l.outcome = 'shown' \
           order by l.entry_id",
};
/// By the file while it is kept, by the record of provision when it was erased.
const TOLD: Sql = Sql {
    name: "provision.person.told",
    text: "select coalesce(o.made_on, r.made_on), coalesce(a.recorded_at, f.recorded_at), coalesce(s.login, ''), m.division, \
           coalesce(o.file_name, f.file_name), m.line_no, coalesce(r.recipient, ''), coalesce(r.purpose, ''), \
           coalesce(r.ground, ''), coalesce(r.items, '') \
           from outbox_message m left join outbox_file o on o.file_id = m.file_id left join act a on a.act_id = o.act_id \
           left join provision_file f on f.outbox_file_id = m.file_id left join provision_record r on r.record_id = f.record_id \
           left join staff s on s.staff_id = coalesce(a.staff_id, r.staff_id) \
           where m.layout = $1 and m.subject = $2 and (o.file_id is not null or f.record_id is not null) \
           order by m.message_id, r.record_id",
};
/// Files that hold whole registers, so that anybody may be in them.
const WHOLE: Sql = Sql {
    name: "provision.person.whole",
    text: "select r.made_on, f.recorded_at, coalesce(s.login, ''), r.recipient, r.purpose, r.ground, r.items, f.file_name, \
           f.file_no from provision_record r join provision_file f on f.record_id = r.record_id \
           left join staff s on s.staff_id = r.staff_id where f.outbox_file_id is null \
           and r.export_code not in ('number.network_query', 'record.person', 'euc.extract') \
           order by r.record_id, f.file_no",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[HOMES, LOOKS, TOLD, WHOLE];

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineKind {
    /// 閲覧・利用: somebody of the office looked, or used the number.
    Look,
    /// 照会: asked of another system about the person.
    Asked,
    /// 提供: about the person by name.
    Told,
    /// 名簿の提供: the person may be in it.
    Whole,
}

impl LineKind {
    /// As shown.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::Look => "閲覧・利用",
            Self::Asked => "照会",
            Self::Told => "提供",
            Self::Whole => "名簿の提供（対象に含まれることがある）",
        }
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When, microseconds since 1970 UTC.
    pub at: i64,
    /// 日.
    pub on: Date,
    /// What it is about.
    pub kind: LineKind,
    /// 職員番号 of who did it.
    pub login: String,
    /// 提供先・照会先; the office itself where somebody looked.
    pub whom: String,
    /// 用途.
    pub purpose: String,
    /// 根拠.
    pub ground: String,
    /// 項目.
    pub items: String,
    /// The file or page it can be found by.
    pub found_by: String,
}

/// Everything about the person of a request in 開示請求の台帳 that stands open, oldest first. Taking it out is an act.
///
/// # Errors
/// A refusal where the request is not open, or names nobody.
pub fn of_person(
    conn: &mut Conn,
    acting: &Acting,
    (permit, _cleared): (&Permit<ReviewAccess>, &Cleared<PersonRecord>),
    vault: Option<&Vault>,
    request: i64,
) -> Result<Vec<Line>, OfficeError> {
    let person = asked_about(conn, request)?;
    let details = ActDetails {
        note: format!("開示請求{request}番 宛名番号{person}"),
        ..ActDetails::default()
    };
    acts::begin(conn, acting, permit, "record.disclose", &details)?;
    let homes = conn.query(&HOMES, &[person.into()], |row| row.int(0))?;
    let mut lines = Vec::new();
    for subject in std::iter::once(person).chain(homes.iter().copied()) {
        looks(conn, subject, &mut lines)?;
    }
    told(conn, ("kss_person", person), &mut lines)?;
    for home in homes {
        told(conn, ("kss_household", home), &mut lines)?;
    }
    whole(conn, &mut lines)?;
    if let Some(vault) = vault {
        for query in vault.queries_of(person)? {
            lines.push(Line {
                at: query.recorded_at,
                on: in_japan(query.recorded_at).0,
                kind: LineKind::Asked,
                login: String::new(),
                whom: "地方公共団体情報システム機構（住基ネット）".to_owned(),
                purpose: query.case,
                ground: "住民基本台帳法 第30条の10".to_owned(),
                items: query.items,
                found_by: query.file_name,
            });
        }
    }
    lines.sort_by(|one, two| {
        (one.at, one.kind, &one.found_by).cmp(&(two.at, two.kind, &two.found_by))
    });
    Ok(lines)
}

/// 宛名番号 that an open request is about.
///
/// # Errors
/// [`OfficeError::Input`] where there is no such request or it names nobody; a [`Refusal`] where it is closed.
pub fn asked_about(conn: &mut Conn, request: i64) -> Result<i64, OfficeError> {
    let entry = registers::entry(conn, request)?.filter(|entry| entry.register == "disclosure");
    let Some(entry) = entry else {
        return Err(OfficeError::input(
            "請求の番号",
            &format!("開示・訂正・利用停止請求の台帳に{request}番はありません"),
        ));
    };
    if entry.closed {
        return Err(Refusal::new(
            "provision.request_closed",
            format!("開示・訂正・利用停止請求の台帳の{request}番は終わっています。改めて受け付けてから出してください"),
        )
        .into());
    }
    let person = entry.values.get("person_number");
    person.and_then(|text| text.parse().ok()).ok_or_else(|| {
        OfficeError::input(
            "宛名番号",
            &format!("台帳の{request}番に、請求の対象となる人の宛名番号がありません"),
        )
    })
}

fn looks(conn: &mut Conn, subject: i64, lines: &mut Vec<Line>) -> Result<(), OfficeError> {
    lines.extend(conn.query(&LOOKS, &[subject.into()], |row| {
        let at = row.int(0)?;
        Ok(Line {
            at,
            on: in_japan(at).0,
            kind: LineKind::Look,
            login: row.text(1)?,
            whom: "国民健康保険の担当".to_owned(),
            purpose: row.text(3)?,
            ground: "番号法 第9条、国民健康保険法".to_owned(),
            items: row.text(2)?,
            found_by: subject.to_string(),
        })
    })?);
    Ok(())
}

fn told(
    conn: &mut Conn,
    (layout, subject): (&str, i64),
    lines: &mut Vec<Line>,
) -> Result<(), OfficeError> {
    let params = [layout.into(), subject.into()];
    let or = |text: String, otherwise: &str| {
        if text.is_empty() {
            otherwise.to_owned()
        } else {
            text
        }
    };
    lines.extend(conn.query(&TOLD, &params, |row| {
        Ok(Line {
            at: row.int(1)?,
            on: row.date(0)?,
            kind: LineKind::Told,
            login: row.text(2)?,
            whom: or(row.text(6)?, "国保情報集約システム（渡す前のファイル）"),
            purpose: row.text(7)?,
            ground: or(row.text(8)?, "国民健康保険法 第113条の3"),
            items: row.text(9)?,
            found_by: format!(
                "{} {}行目",
                row.text(4)?,
                row.opt_int(5)?.unwrap_or_default()
            ),
        })
    })?);
    Ok(())
}

fn whole(conn: &mut Conn, lines: &mut Vec<Line>) -> Result<(), OfficeError> {
    lines.extend(conn.query(&WHOLE, &[], |row| {
        Ok(Line {
            on: row.date(0)?,
            at: row.int(1)?,
            kind: LineKind::Whole,
            login: row.text(2)?,
            whom: row.text(3)?,
            purpose: row.text(4)?,
            ground: row.text(5)?,
            items: row.text(6)?,
            found_by: row.text(7)?,
        })
    })?);
    Ok(())
}
