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

/// Valid certificates whose last day lies in a stretch, whose holder is insured on it, and which none follows; with the day
/// until which the holder is insured, and the day of birth.
const ENDING: Sql = Sql {
    name: "nightly.papers.ending",
    text: "select s.certificate_id, s.person_id, s.household_id, s.expires_on, \
           (select max(coalesce(i.valid_until, '9999-12-31')) from insured_fact i where i.subject = s.person_id \
             and i.superseded_at is null and i.valid_from <= s.expires_on), \
           (select max(r.birth_on) from resident_fact r where r.subject = s.person_id and r.superseded_at is null \
             and r.valid_from <= s.expires_on and (r.valid_until is null or r.valid_until > s.expires_on)) \
           from certificate_standing s \
           where s.valid = 1 and s.expires_on > $1 and s.expires_on <= $2 and s.certificate_id > $3 \
           and not exists (select 1 from certificate_standing n where n.person_id = s.person_id \
             and n.family = s.family and n.valid = 1 and n.effective_from > s.effective_from \
             and (n.expires_on is null or n.expires_on > s.expires_on)) \
           and exists (select 1 from insured_fact i where i.subject = s.person_id and i.superseded_at is null \
             and i.valid_from <= s.expires_on and (i.valid_until is null or i.valid_until > s.expires_on)) \
           order by s.certificate_id limit $4",
};
const ON_A_DAY: Sql = Sql {
    name: "nightly.papers.on_a_day",
    text: "select count(*) from certificate_standing where valid = 1 and expires_on = $1",
};
const COME_BACK: Sql = Sql {
    name: "nightly.papers.come_back",
    text: "select s.certificate_id, s.person_id, s.household_id, \
           (select max(e.occurred_on) from certificate_event e where e.certificate_id = s.certificate_id) \
           from certificate_standing s where s.place = $1 and s.certificate_id > $2 order by s.certificate_id limit $3",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[ENDING, ON_A_DAY, COME_BACK];

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
    let mut crowded: Option<(Date, bool)> = None;
    for ((certificate_id, person_id, household_id, last), _) in found {
        let many = match crowded {
            Some((day, many)) if day == last => many,
            _ => {
                let count = conn.query_one(&ON_A_DAY, &[last.into()], |row| row.int(0))?;
                count > night.practice.many
            }
        };
        crowded = Some((last, many));
        let item = if many {
            let title = format!(
                "{}で多数の証の期限が切れます: 一斉更新を行う",
                law::era::wareki(last)
            );
            NewItem {
                person_id: None,
                ..NewItem::about_person(
                    CERTIFICATE_END,
                    0,
                    &format!("end/{last}"),
                    &title,
                    night.on,
                )
            }
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
