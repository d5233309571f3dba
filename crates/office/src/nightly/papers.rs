//! 証 — certificates about to end with none to follow, and certificates that came back and lie in the office.

use super::step::{Night, Page, days_later};
use crate::acts::Act;
use crate::certificate::event::place_code;
use crate::error::OfficeError;
use crate::worklist::{self, CERTIFICATE_COME_BACK, CERTIFICATE_END, NewItem};
use db::{Conn, Sql};
use law::Date;
use law::certificate::Place;

/// Certificates looked at in one transaction.
const CERTIFICATES: i64 = 100;

/// A certificate valid to its last day that none follows, of somebody insured on that day.
macro_rules! unfollowed {
    () => {
        "s.valid = 1 and (s.invalid_from is null or s.invalid_from > s.expires_on) and not exists (select 1 from certificate_standing n where n.person_id = s.person_id \
         and n.family = s.family and n.valid = 1 and n.effective_from > s.effective_from \
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
        "and r.valid_from <= s.expires_on and (r.valid_until is null or r.valid_until > s.expires_on)) ",
        "from certificate_standing s where s.expires_on > $1 and s.expires_on <= $2 and s.certificate_id > $3 and ",
        unfollowed!(),
        " order by s.certificate_id limit $4"
    ),
};
/// How many of them end on a day, counted no further than a number.
const ON_A_DAY: Sql = Sql {
    name: "nightly.papers.on_a_day",
    text: concat!(
        "select count(*) from (select 1 as one from certificate_standing s where s.expires_on = $1 and ",
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
    let mut found: Vec<((i64, i64, i64, Date), bool)> = conn.query(&ENDING, &params, |row| {
        let last = row.date(3)?;
        let on = goes_on(last, (row.opt_date(4)?, row.opt_date(5)?));
        Ok(((row.int(0)?, row.int(1)?, row.int(2)?, last), on))
    })?;
    let next = found
        .last()
        .filter(|_| i64::try_from(found.len()) == Ok(CERTIFICATES))
        .map(|(last, _)| last.0);
    found.retain(|(_, on)| *on);
    let mut page = Page {
        found: i64::try_from(found.len()).unwrap_or(i64::MAX),
        next,
        ..Page::default()
    };
    let mut crowded: Option<(Date, Option<i64>)> = None;
    for ((certificate_id, person_id, household_id, last), _) in found {
        let crowd = match crowded {
            Some((day, crowd)) if day == last => crowd,
            _ => crowd(conn, night.practice.many, last)?,
        };
        crowded = Some((last, crowd));
        let item = if let Some(run_id) = crowd {
            of_a_crowd(last, run_id, night.on)
        } else {
            let title = format!(
                "{}で証の期限が切れます: 次の証を決める",
                law::era::wareki(last)
            );
            NewItem {
                household_id: Some(household_id),
                ..NewItem::about_person(
                    CERTIFICATE_END,
                    person_id,
                    &format!("end/{certificate_id}"),
                    &title,
                    night.on,
                )
            }
        };
        let item = NewItem {
            due_on: last.max(night.on),
            ..item
        };
        page.opened += worklist::open_all(conn, act, &[item])?;
    }
    Ok(page)
}

/// Whether so many papers end on a day with none to follow that they are one matter; with the renewal that has been made for
/// the day after, or zero.
fn crowd(conn: &mut Conn, many: i64, last: Date) -> Result<Option<i64>, OfficeError> {
    let params = [last.into(), many.saturating_add(1).into()];
    if conn.query_one(&ON_A_DAY, &params, |row| row.int(0))? <= many {
        return Ok(None);
    }
    let next = law::date::next_day(last);
    Ok(Some(
        conn.query_one(&RENEWED, &[next.into()], |row| row.int(0))?,
    ))
}

/// The matter of a crowd. What was settled before the renewal does not speak for those who were not in it.
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
