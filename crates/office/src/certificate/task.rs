//! 証に関する処理待ち — what the certificates put on the work list, and what takes it off again.

use super::find::Certificate;
use crate::acts::Act;
use crate::error::OfficeError;
use crate::worklist::{
    self, CERTIFICATE_ISSUE, CERTIFICATE_REPLACE, CERTIFICATE_RETURN, NewItem, Outcome,
    STATUS_WHEREABOUTS,
};
use db::{Conn, Sql};
use law::Date;

const OPEN_OF: Sql = Sql {
    name: "certificate.task.open_of",
    text: "select item_id from work_item where kind = $1 and source = $2 and state = 'open' order by item_id",
};
const OPEN_OF_PERSON: Sql = Sql {
    name: "certificate.task.open_of_person",
    text: "select item_id, kind, source, detail from work_item where person_id = $1 \
           and (household_id is null or household_id = $2) \
           and state = 'open' and kind in ('certificate.issue', 'certificate.replace') order by item_id",
};
/// Of those who are not insured in a household by anything that stands.
const OPEN_OF_LEFT: Sql = Sql {
    name: "certificate.task.open_of_left",
    text: "select w.item_id from work_item w where w.household_id = $1 and w.state = 'open' \
           and w.kind in ('certificate.issue', 'certificate.replace') and w.person_id is not null \
           and not exists (select 1 from insured_fact i where i.subject = w.person_id \
           and i.household_id = w.household_id and i.superseded_at is null) order by w.item_id",
};

/// What was settled of what a person was due, the latest first.
const SETTLED_OF: Sql = Sql {
    name: "certificate.task.settled_of",
    text: "select outcome, detail from work_item where kind = $1 and person_id = $2 and household_id = $3 \
           and (source = $4 or source like $5) and state = 'settled' and outcome <> 'withdrawn' order by item_id desc limit 1",
};
/// What an act settled of what a person was due.
const SETTLED_BY: Sql = Sql {
    name: "certificate.task.settled_by",
    text: "select item_id from work_item where person_id = $1 and settled_act_id = $2 and state = 'settled' \
           and kind in ('certificate.issue', 'certificate.replace') order by item_id",
};
const OPENED_BY: Sql = Sql {
    name: "certificate.task.opened_by",
    text: "select item_id from work_item where kind = $1 and source = $2 and opened_act_id = $3 and state = 'open'",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[
    OPEN_OF,
    OPEN_OF_PERSON,
    OPEN_OF_LEFT,
    SETTLED_OF,
    SETTLED_BY,
    OPENED_BY,
];

/// How a matter about one certificate is named.
pub(super) fn source(certificate_id: i64) -> String {
    format!("certificate/{certificate_id}")
}

/// The certificate that a matter named by [`source`] is about.
pub(super) fn certificate_of(source: &str) -> Option<i64> {
    source.strip_prefix("certificate/")?.parse().ok()
}

/// 居所不明の調査: a certificate came back by mail.
pub(super) fn whereabouts(
    conn: &mut Conn,
    act: &Act,
    certificate: &Certificate,
    reason: &str,
    on: Date,
) -> Result<(), OfficeError> {
    let item = NewItem {
        household_id: Some(certificate.household_id),
        detail: format!(
            "{}（{}）が返戻されました。理由: {reason}",
            certificate.title, certificate.number
        ),
        ..NewItem::about_person(
            STATUS_WHEREABOUTS,
            certificate.person_id,
            // Each time it comes back is a matter of its own.
            &format!("{}/{}", source(certificate.certificate_id), act.id.0),
            "証の返戻による居所の確認",
            on,
        )
    };
    worklist::open(conn, act, &item)?;
    Ok(())
}

/// 証の回収・交付取消: a certificate that does not hold any more is outside, or still in the office.
pub(super) fn give_back(
    conn: &mut Conn,
    act: &Act,
    certificate: (i64, i64, i64),
    (title, why): (&str, &str),
    on: Date,
) -> Result<i64, OfficeError> {
    let (certificate_id, person_id, household_id) = certificate;
    let item = NewItem {
        household_id: Some(household_id),
        detail: why.to_owned(),
        ..NewItem::about_person(
            CERTIFICATE_RETURN,
            person_id,
            &source(certificate_id),
            title,
            on,
        )
    };
    worklist::open(conn, act, &item)
}

/// 証の交付・差替え.
pub(super) fn to_issue(
    conn: &mut Conn,
    act: &Act,
    (person_id, household_id): (i64, i64),
    (replace, from): (bool, Date),
    (kind, title, why): (&str, &str, &str),
    on: Date,
) -> Result<i64, OfficeError> {
    let matter = if replace {
        CERTIFICATE_REPLACE
    } else {
        CERTIFICATE_ISSUE
    };
    let source = due_source(kind, from);
    let waiting = open_of(conn, (person_id, household_id))?;
    let same = |one: &&Open| one.replace == replace && due_of(&one.source) == Some((kind, from));
    if let Some(open) = waiting.iter().find(same) {
        return Ok(open.item_id);
    }
    let source = match settled_of(conn, matter, (person_id, household_id), &source)? {
        // A paper was made of it, and that paper does not fit any more: a matter of its own.
        Some((outcome, detail)) if outcome == Outcome::Done.code() || detail != why => {
            format!("{source}/{}", act.id.0)
        }
        _ => source,
    };
    let item = NewItem {
        household_id: Some(household_id),
        detail: why.to_owned(),
        ..NewItem::about_person(matter, person_id, &source, title, on)
    };
    worklist::open(conn, act, &item)
}

/// Outcome and detail of the last matter of a name that was dealt with.
fn settled_of(
    conn: &mut Conn,
    matter: worklist::Kind,
    (person_id, household_id): (i64, i64),
    source: &str,
) -> Result<Option<(String, String)>, OfficeError> {
    let params = [
        matter.code.into(),
        person_id.into(),
        household_id.into(),
        source.into(),
        format!("{source}/%").into(),
    ];
    Ok(conn.query_opt(&SETTLED_OF, &params, |row| Ok((row.text(0)?, row.text(1)?)))?)
}

/// Whether a paper of a kind from a day is to be issued to a person in a household, as one that is missing or that takes
/// another's place.
pub(super) fn waits(
    conn: &mut Conn,
    (person_id, household_id): (i64, i64),
    (kind, from): (&str, Date),
) -> Result<bool, OfficeError> {
    let open = open_of(conn, (person_id, household_id))?;
    Ok(open
        .iter()
        .any(|one| due_of(&one.source) == Some((kind, from))))
}

/// What an act settled of what a person was due waits again: the paper it made is void.
pub(super) fn waits_again(
    conn: &mut Conn,
    act: &Act,
    (person_id, settled_by): (i64, i64),
    note: &str,
) -> Result<(), OfficeError> {
    let params = [person_id.into(), settled_by.into()];
    for item_id in conn.query(&SETTLED_BY, &params, |row| row.int(0))? {
        if let Some(item) = worklist::get(conn, item_id, Date::MAX)? {
            worklist::reopen(conn, act, &item, note)?;
        }
    }
    Ok(())
}

/// A paper that an act ended holds again: nobody has to ask for it back because of that act.
pub(super) fn holds_again(
    conn: &mut Conn,
    act: &Act,
    (certificate_id, ended_by): (i64, i64),
    note: &str,
) -> Result<(), OfficeError> {
    let params = [
        CERTIFICATE_RETURN.code.into(),
        source(certificate_id).into(),
        ended_by.into(),
    ];
    for item_id in conn.query(&OPENED_BY, &params, |row| row.int(0))? {
        worklist::settle(conn, act, item_id, Outcome::Withdrawn, note)?;
    }
    Ok(())
}

/// A matter about a paper to issue or to replace that waits for somebody.
pub(super) struct Open {
    /// Its number on the list.
    pub(super) item_id: i64,
    /// Whether the paper takes the place of another.
    pub(super) replace: bool,
    /// What it is named by.
    pub(super) source: String,
    /// Why.
    pub(super) detail: String,
}

/// What waits to be issued to a person in a household.
pub(super) fn open_of(
    conn: &mut Conn,
    (person_id, household_id): (i64, i64),
) -> Result<Vec<Open>, OfficeError> {
    let params = [person_id.into(), household_id.into()];
    Ok(conn.query(&OPEN_OF_PERSON, &params, |row| {
        Ok(Open {
            item_id: row.int(0)?,
            replace: row.text(1)? == CERTIFICATE_REPLACE.code,
            source: row.text(2)?,
            detail: row.text(3)?,
        })
    })?)
}

/// Whether a matter asks for a paper of a day after the first one of another: that one says what holds until then.
///
/// 根拠: 国民健康保険法 第42条第1項、国民健康保険法施行令 第27条の2（月の途中の異動は翌月から）
pub(super) fn is_beyond(source: &str, first: Date) -> bool {
    let asked = due_of(source).map(|(_, day)| day).or_else(|| {
        let day = source.rsplit('/').next();
        day.and_then(|day| day.parse().ok())
    });
    asked.is_some_and(|from: Date| first < from)
}

/// The kind of certificate, or the family, and the day that a matter named by [`due_source`] asks for.
pub(super) fn due_of(source: &str) -> Option<(&str, Date)> {
    let (kind, day) = source.strip_prefix("due/")?.split_once('/')?;
    let day = day.split_once('/').map_or(day, |(day, _)| day);
    Some((kind, day.parse().ok()?))
}

/// The paper is back: its matter is done.
pub(super) fn collected(
    conn: &mut Conn,
    act: &Act,
    certificate: &Certificate,
) -> Result<(), OfficeError> {
    taken_in(conn, act, certificate, "証を回収した")
}

/// The paper never left and is void: nobody has to take it out any more.
pub(super) fn voided(
    conn: &mut Conn,
    act: &Act,
    certificate: &Certificate,
) -> Result<(), OfficeError> {
    taken_in(conn, act, certificate, "証の交付を取り消した")
}

fn taken_in(
    conn: &mut Conn,
    act: &Act,
    certificate: &Certificate,
    note: &str,
) -> Result<(), OfficeError> {
    let params = [
        CERTIFICATE_RETURN.code.into(),
        source(certificate.certificate_id).into(),
    ];
    for item_id in conn.query(&OPEN_OF, &params, |row| row.int(0))? {
        worklist::settle(conn, act, item_id, Outcome::Done, note)?;
    }
    Ok(())
}

/// What was to be issued to a person in a household is done, or is no more: items whose source is `over` are taken off.
/// Those of another household are that one's: who moved out of this one is due a paper there.
pub(super) fn settle_due(
    conn: &mut Conn,
    act: &Act,
    (person_id, household_id): (i64, i64),
    over: impl Fn(&str) -> bool,
    (outcome, note): (Outcome, &str),
) -> Result<(), OfficeError> {
    for open in open_of(conn, (person_id, household_id))? {
        if over(&open.source) {
            worklist::settle(conn, act, open.item_id, outcome, note)?;
        }
    }
    Ok(())
}

/// Nothing is due in a household to whoever was never insured in it, as the register stands now.
pub(super) fn settle_due_of_left(
    conn: &mut Conn,
    act: &Act,
    household_id: i64,
    note: &str,
) -> Result<(), OfficeError> {
    for item_id in conn.query(&OPEN_OF_LEFT, &[household_id.into()], |row| row.int(0))? {
        worklist::settle(conn, act, item_id, Outcome::Withdrawn, note)?;
    }
    Ok(())
}

/// How what is due is named: the kind of certificate, or the family where no kind can be told, and the day.
pub(super) fn due_source(certificate: &str, from: Date) -> String {
    format!("due/{certificate}/{from}")
}

/// The kind of certificate, or the family, that a matter named by [`due_source`] asks for.
pub(super) fn due_kind_of(source: &str) -> Option<&str> {
    source.strip_prefix("due/")?.split('/').next()
}
