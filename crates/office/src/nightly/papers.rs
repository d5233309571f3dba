//! 証 — certificates about to end with none to follow, and certificates that came back and lie in the office.

use super::step::{Night, Page, days_later};
use crate::acts::Act;
use crate::certificate::event::place_code;
use crate::error::OfficeError;
use crate::worklist::{self, CERTIFICATE_COME_BACK, CERTIFICATE_END, NewItem};
use db::{Conn, Sql};
use law::Date;
use law::certificate::{Family, Place};
use std::collections::BTreeMap;

/// Certificates looked at in one transaction.
const CERTIFICATES: i64 = 100;

/// A certificate valid to its last day that none follows, of somebody insured on that day. The paper of one illness follows none of
/// another's, and a paper for an application of its own (`treatment`) follows none.
///
/// 根拠: 国民健康保険法施行規則 第7条の2・第27条の13第7項
macro_rules! unfollowed {
    () => {
        "s.valid = 1 and (s.invalid_from is null or s.invalid_from > s.expires_on) and not exists (select 1 from certificate_standing n where n.person_id = s.person_id \
         and n.family = s.family and n.valid = 1 and n.effective_from > s.effective_from \
         and (n.disease = s.disease or s.family <> 'disease') and s.family <> 'treatment' \
         and (n.expires_on is null or n.expires_on > s.expires_on)) \
         and exists (select 1 from insured_fact i where i.subject = s.person_id and i.superseded_at is null \
         and i.valid_from <= s.expires_on and (i.valid_until is null or i.valid_until > s.expires_on))"
    };
}
/// Those whose last day lies in a stretch, with the day until which the holder is insured, and the day of birth.
const ENDING: Sql = Sql {
    name: "nightly.papers.ending",
    text: concat!(
        "select s.certificate_id, s.person_id, s.household_id, s.expires_on, ",
        "(select max(coalesce(i.valid_until, '9999-12-31')) from insured_fact i where i.subject = s.person_id ",
        "and i.superseded_at is null and i.valid_from <= s.expires_on), ",
        "(select max(r.birth_on) from resident_fact r where r.subject = s.person_id and r.superseded_at is null ",
        "and r.valid_from <= s.expires_on and (r.valid_until is null or r.valid_until > s.expires_on)), s.family ",
        "from certificate_standing s where s.expires_on > $1 and s.expires_on <= $2 and s.certificate_id > $3 and ",
        unfollowed!(),
        " order by s.certificate_id limit $4"
    ),
};
/// How many of them of a family end on a day, counted no further than a number.
const ON_A_DAY: Sql = Sql {
    name: "nightly.papers.on_a_day",
    text: concat!(
        "select count(*) from (select 1 as one from certificate_standing s where s.expires_on = $1 and s.family = $3 and ",
        unfollowed!(),
        " limit $2) some_of_them"
    ),
};
/// 一斉更新 that took the place of what ends: whoever has no paper after it was not in it.
const RENEWED: Sql = Sql {
    name: "nightly.papers.renewed",
    text: "select coalesce(max(run_id), 0) from certificate_run where state = 'published' and effective_from = $1",
};
const COME_BACK: Sql = Sql {
    name: "nightly.papers.come_back",
    text: "select s.certificate_id, s.person_id, s.household_id, \
           (select max(e.occurred_on) from certificate_event e where e.certificate_id = s.certificate_id) \
           from certificate_standing s where s.place = $1 and s.certificate_id > $2 \
           and (s.invalid_from is null or s.invalid_from > $4) order by s.certificate_id limit $3",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[ENDING, ON_A_DAY, RENEWED, COME_BACK];

/// A certificate about to end.
struct Ending {
    certificate_id: i64,
    person_id: i64,
    household_id: i64,
    last: Date,
    family: String,
}

/// Papers so many that they are one matter.
#[derive(Clone, Copy)]
enum Crowd {
    /// Those of the 一斉更新 that has been made for the day after, or zero.
    Renewal(i64),
    /// Those that no 一斉更新 renews.
    Listed,
}

/// 証の期限.
pub(super) fn ending(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    after: i64,
) -> Result<Page, OfficeError> {
    let params = [
        night.after.into(),
        night.ahead().into(),
        after.into(),
        CERTIFICATES.into(),
    ];
    let mut found: Vec<(Ending, bool)> = conn.query(&ENDING, &params, |row| {
        let last = row.date(3)?;
        let on = goes_on(last, (row.opt_date(4)?, row.opt_date(5)?));
        let one = Ending {
            certificate_id: row.int(0)?,
            person_id: row.int(1)?,
            household_id: row.int(2)?,
            last,
            family: row.text(6)?,
        };
        Ok((one, on))
    })?;
    let next = found
        .last()
        .filter(|_| i64::try_from(found.len()) == Ok(CERTIFICATES))
        .map(|(last, _)| last.certificate_id);
    found.retain(|(_, on)| *on);
    let mut page = Page {
        found: i64::try_from(found.len()).unwrap_or(i64::MAX),
        next,
        ..Page::default()
    };
    let mut crowds: BTreeMap<(Date, String), Option<Crowd>> = BTreeMap::new();
    for (one, _) in found {
        let key = (one.last, one.family.clone());
        let crowd = match crowds.get(&key) {
            Some(known) => *known,
            None => {
                let counted = crowd(conn, night.practice.many, &one)?;
                *crowds.entry(key).or_insert(counted)
            }
        };
        let item = match crowd {
            None => of_one(&one, night.on),
            Some(Crowd::Renewal(run_id)) => of_a_crowd(one.last, run_id, night.on),
            Some(Crowd::Listed) => of_a_family(&one, night.on),
        };
        let item = NewItem {
            due_on: one.last.max(night.on),
            ..item
        };
        page.opened += worklist::open_all(conn, act, &[item])?;
    }
    Ok(page)
}

/// Whether so many papers of a family end on a day with none to follow that they are one matter. Who holds a 受療証 is named, however
/// many they are: 人工透析 goes on.
///
/// 根拠: 国民健康保険法施行規則 第27条の13第7項
fn crowd(conn: &mut Conn, many: i64, one: &Ending) -> Result<Option<Crowd>, OfficeError> {
    if one.family == Family::Disease.code() {
        return Ok(None);
    }
    let params = [
        one.last.into(),
        many.saturating_add(1).into(),
        one.family.as_str().into(),
    ];
    if conn.query_one(&ON_A_DAY, &params, |row| row.int(0))? <= many {
        return Ok(None);
    }
    if one.family != Family::Eligibility.code() {
        return Ok(Some(Crowd::Listed));
    }
    let next = law::date::next_day(one.last);
    let run_id = conn.query_one(&RENEWED, &[next.into()], |row| row.int(0))?;
    Ok(Some(Crowd::Renewal(run_id)))
}

/// What the papers of a family are called where they are told of.
fn called(family: &str) -> &'static str {
    let names = [
        (Family::Elderly, "高齢受給者証"),
        (Family::Ceiling, "限度額適用認定証等"),
        (Family::Disease, "特定疾病療養受療証"),
        (Family::Treatment, "減免等の証明書・受診票"),
    ];
    let found = names.iter().find(|(one, _)| one.code() == family);
    found.map_or("証", |(_, name)| name)
}

/// The matter of one paper.
fn of_one(one: &Ending, on: Date) -> NewItem {
    let title = format!(
        "{}で{}の期限が切れます: 次の証を決める",
        law::era::wareki(one.last),
        called(&one.family)
    );
    let source = format!("end/{}", one.certificate_id);
    NewItem {
        household_id: Some(one.household_id),
        ..NewItem::about_person(CERTIFICATE_END, one.person_id, &source, &title, on)
    }
}

/// The matter of many papers of a family that no 一斉更新 renews: what they are, and where they are listed.
///
/// 根拠: 国民健康保険法施行規則 第7条の2
fn of_a_family(one: &Ending, on: Date) -> NewItem {
    let last = law::era::wareki(one.last);
    let title = format!(
        "{last}で多数の{}の期限が切れます: 一斉更新では更新されない。証の一覧を種類と有効期限（{last}）で絞り、申請を案内して次の証を決める",
        called(&one.family)
    );
    let source = format!("end/{}/{}", one.last, one.family);
    NewItem {
        person_id: None,
        ..NewItem::about_person(CERTIFICATE_END, 0, &source, &title, on)
    }
}

/// The matter of those that the 一斉更新 renews. What was settled before the renewal does not speak for those who were not in it.
fn of_a_crowd(last: Date, run_id: i64, on: Date) -> NewItem {
    let (source, what) = if run_id == 0 {
        (format!("end/{last}"), "一斉更新を行う".to_owned())
    } else {
        let what = format!(
            "更新処理{run_id}に入らず次の証のない人がいます。更新処理の画面で作れなかった人を確かめ、個別に交付する"
        );
        (format!("end/{last}/{run_id}"), what)
    };
    let title = format!(
        "{}で多数の証の期限が切れます: {what}",
        law::era::wareki(last)
    );
    NewItem {
        person_id: None,
        ..NewItem::about_person(CERTIFICATE_END, 0, &source, &title, on)
    }
}

/// Whether the holder is still insured on the day after the last day of a paper: not who loses the insurance on that day, nor
/// who completes 75, whose loss is registered only when the day is near.
///
/// 根拠: 国民健康保険法 第6条第8号・第8条
fn goes_on(last: Date, (until, birth_on): (Option<Date>, Option<Date>)) -> bool {
    let after = law::date::next_day(last);
    until.is_none_or(|until| after < until)
        && birth_on.is_none_or(|birth_on| last < law::date::attains(birth_on, 75))
}

/// 返戻された証.
pub(super) fn come_back(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    after: i64,
) -> Result<Page, OfficeError> {
    let params = [
        place_code(Place::ComeBack).into(),
        after.into(),
        CERTIFICATES.into(),
        night.on.into(),
    ];
    let lying: Vec<(i64, i64, i64, Option<Date>)> = conn.query(&COME_BACK, &params, |row| {
        Ok((row.int(0)?, row.int(1)?, row.int(2)?, row.opt_date(3)?))
    })?;
    let mut page = Page {
        next: lying
            .last()
            .filter(|_| i64::try_from(lying.len()) == Ok(CERTIFICATES))
            .map(|last| last.0),
        ..Page::default()
    };
    let by = days_later(night.on, -i64::from(night.practice.come_back_days));
    for (certificate_id, person_id, household_id, came) in lying {
        let Some(came) = came.filter(|came| *came <= by) else {
            continue;
        };
        page.found += 1;
        let title = format!(
            "{}に返戻された証が残っています: 居所を確かめ、再び送るか窓口で渡す",
            law::era::wareki(came)
        );
        let item = NewItem {
            household_id: Some(household_id),
            ..NewItem::about_person(
                CERTIFICATE_COME_BACK,
                person_id,
                &format!("certificate/{certificate_id}/{came}"),
                &title,
                night.on,
            )
        };
        page.opened += worklist::open_all(conn, act, &[item])?;
    }
    Ok(page)
}
