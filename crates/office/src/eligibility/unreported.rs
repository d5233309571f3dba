//! 未届者の勧奨 — residents of whom no insurance is known: letters in waves, answers, and a rule that stops.
//!
//! 根拠: 国民健康保険法 第5条・第6条・第7条・第9条第1項

mod found;

use super::event::NewChange;
use super::letters::{self, Facts, Letter, LetterKind, NewLetter};
use super::proposal;
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::registry::{Resident, timeline};
use crate::security::permit::{HandleWork, Permit, RunEligibility};
use crate::worklist::{self, Candidate, ELIGIBILITY_UNREPORTED, Filter, Item, NewItem, Outcome};
use db::{Conn, Sql, Store};
use found::{FOUND, LAST_END};
use law::rules::OfficePractice;
use law::{Date, Refusal};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = found::STATEMENTS;

/// A resident of whom no insurance is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreported {
    /// 宛名番号.
    pub person_id: i64,
    /// The day from which the person would be insured here, as far as the registers tell.
    pub since: Date,
}

/// The residents of a day of whom no insurance is known, by number after a number, up to 1,000. `own` is the municipality.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn find(
    conn: &mut Conn,
    own: &str,
    on: Date,
    after: i64,
) -> Result<Vec<Unreported>, OfficeError> {
    find_some(conn, own, on, after, 1_000)
}

fn find_some(
    conn: &mut Conn,
    own: &str,
    on: Date,
    after: i64,
    limit: i64,
) -> Result<Vec<Unreported>, OfficeError> {
    // Whoever is 75 belongs to the other scheme by age alone.
    let youngest_75 = law::day(on.year() - 75, on.month(), on.day());
    let params = [
        on.into(),
        youngest_75.into(),
        after.into(),
        limit.into(),
        own.into(),
    ];
    let found = conn.query(&FOUND, &params, |row| {
        Ok((row.int(0)?, row.opt_date(1)?, row.date(2)?))
    })?;
    let mut all = Vec::with_capacity(found.len());
    for (person_id, resident_since, valid_from) in found {
        let here = resident_since.unwrap_or(valid_from);
        let params = [person_id.into(), on.into(), own.into()];
        let ended = conn.query_one(&LAST_END, &params, |row| row.opt_date(0))?;
        let since = ended.map_or(here, |ended| here.max(ended));
        all.push(Unreported { person_id, since });
    }
    Ok(all)
}

/// 未届者の抽出 — puts everybody found on the list; run again it adds nobody who is on it. Returns how many are new.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn collect(
    store: &Store,
    permit: &Permit<RunEligibility>,
    acting: &Acting,
    own: &str,
) -> Result<i64, OfficeError> {
    let on = acting.business_date;
    let mut after = Some(0);
    let mut new = 0;
    while let Some(from) = after {
        let page = store.write(|conn| {
            let act = acts::begin(
                conn,
                acting,
                permit,
                "eligibility.unreported",
                &ActDetails::default(),
            )?;
            collect_page(conn, &act, (own, on), from)
        })?;
        new += page.opened;
        after = page.next;
    }
    Ok(new)
}

/// Matters put on the list at once.
const PAGE: i64 = 200;

/// A page of the collection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Collected {
    /// Residents found.
    pub(crate) found: i64,
    /// Matters that are new.
    pub(crate) opened: i64,
    /// The number after which the next page begins.
    pub(crate) next: Option<i64>,
}

/// The next residents after a number put on the list, under an act.
pub(crate) fn collect_page(
    conn: &mut Conn,
    act: &acts::Act,
    (own, on): (&str, Date),
    after: i64,
) -> Result<Collected, OfficeError> {
    let found = find_some(conn, own, on, after, PAGE)?;
    let items: Vec<NewItem> = found
        .iter()
        .map(|one| NewItem {
            detail: one.since.to_string(),
            ..NewItem::about_person(
                ELIGIBILITY_UNREPORTED,
                one.person_id,
                &format!("unreported/{}", one.since),
                "加入している保険が分からない: 届出を勧める",
                on,
            )
        })
        .collect();
    let count = i64::try_from(found.len()).unwrap_or(i64::MAX);
    Ok(Collected {
        found: count,
        opened: worklist::open_all(conn, act, &items)?,
        next: found
            .last()
            .filter(|_| count == PAGE)
            .map(|last| last.person_id),
    })
}

/// The next letter of a matter by those sent already: as many as the office writes, the last one always the final one.
fn next_wave(sent: &[Letter], letters: u8) -> Option<LetterKind> {
    let has = |kind: LetterKind| sent.iter().any(|letter| letter.kind == kind.code());
    let row = [
        LetterKind::UnreportedFirst,
        LetterKind::UnreportedSecond,
        LetterKind::UnreportedFinal,
    ];
    let before_final = usize::from(letters.saturating_sub(1)).min(2);
    let ordinary = row.into_iter().take(before_final);
    ordinary
        .chain([LetterKind::UnreportedFinal])
        .find(|kind| !has(*kind))
        .filter(|_| !has(LetterKind::UnreportedFinal))
}

/// What a wave came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wave {
    /// Letters written.
    pub written: i64,
    /// Matters that fell away: the person is insured by now, or covered by something else.
    pub settled: i64,
    /// Matters after the last letter, now candidates of a gain without notification.
    pub to_ex_officio: i64,
}

/// 勧奨 — one wave over every open matter: whoever is covered by now falls away; whoever's time to answer has passed gets
/// the next letter, and whoever may still notify in time none; after the last one no letter follows, and the person becomes a candidate of a gain ex officio. How
/// many letters there are, and how long somebody has to answer, is the office's own rule.
///
/// # Errors
/// [`OfficeError::Store`]; [`OfficeError::Refusal`] when somebody has no address.
pub fn wave(
    store: &Store,
    permit: &Permit<RunEligibility>,
    acting: &Acting,
    own: &str,
    practice: &OfficePractice,
) -> Result<Wave, OfficeError> {
    let on = acting.business_date;
    let mut done = Wave::default();
    let mut after = None;
    loop {
        let filter = Filter {
            kind: Some(ELIGIBILITY_UNREPORTED),
            ..Filter::default()
        };
        let page = store.read(|conn| worklist::list(conn, &filter, after.as_ref(), on))?;
        store.write(|conn| {
            let act = acts::begin(
                conn,
                acting,
                permit,
                "eligibility.unreported_wave",
                &ActDetails::default(),
            )?;
            for item in &page.items {
                one(conn, &act, item, practice, (own, on), &mut done)?;
            }
            Ok::<_, OfficeError>(())
        })?;
        after = page.next;
        if after.is_none() {
            return Ok(done);
        }
    }
}

/// One matter of the wave, under an act.
pub(crate) fn one(
    conn: &mut Conn,
    act: &acts::Act,
    item: &Item,
    practice: &OfficePractice,
    (own, on): (&str, Date),
    done: &mut Wave,
) -> Result<(), OfficeError> {
    let Some(person_id) = item.person_id else {
        return Ok(());
    };
    let still = find_some(conn, own, on, person_id - 1, 1)?
        .first()
        .is_some_and(|found| found.person_id == person_id);
    if !still {
        let note = "資格または他の保険が確認できた";
        worklist::settle(conn, act, item.item_id, Outcome::Withdrawn, note)?;
        done.settled += 1;
        return Ok(());
    }
    let sent = letters::of_item(conn, item.item_id)?;
    let waiting = sent
        .last()
        .and_then(|letter| letter.answer_by)
        .is_some_and(|answer_by| answer_by >= on);
    if waiting {
        return Ok(());
    }
    let since = item.detail.parse().unwrap_or(on);
    if sent.is_empty() && may_still_come(conn, person_id, (since, on))? {
        return Ok(());
    }
    let Some(kind) = next_wave(&sent, practice.unreported_letters) else {
        let candidate = Candidate {
            person_id,
            household_id: None,
            cause: "ex_officio_gain".to_owned(),
            occurred_on: since,
            elsewhere_from: None,
            reported_on: None,
            told_by: "未届の勧奨に回答がない".to_owned(),
        };
        let title = "勧奨に回答がない: 調べて職権取得を決める";
        candidate.open(
            conn,
            act,
            &format!("unreported/{}", item.item_id),
            title,
            on,
        )?;
        worklist::settle(
            conn,
            act,
            item.item_id,
            Outcome::Done,
            "職権取得の候補にした",
        )?;
        done.to_ex_officio += 1;
        return Ok(());
    };
    let name = name_of(conn, person_id, on)?;
    letters::write(
        conn,
        act,
        &NewLetter {
            kind,
            item_id: Some(item.item_id),
            person_id,
            sent_on: on,
            answer_by: Some(days_after(on, practice.unreported_answer_days.into())),
            facts: Facts {
                name: &name,
                on: Some(since),
                ..Facts::default()
            },
        },
    )?;
    done.written += 1;
    Ok(())
}

/// Days within which a 取得 is notified, the first not counted.
///
/// 根拠: 国民健康保険法施行規則 第2条第1項・第3条
const TO_NOTIFY: i64 = 14;

/// Whether nobody is to be written to yet: the time to notify runs, or a 取得 of the person waits for a second person.
fn may_still_come(
    conn: &mut Conn,
    person_id: i64,
    (since, on): (Date, Date),
) -> Result<bool, OfficeError> {
    if on <= days_after(since, TO_NOTIFY) {
        return Ok(true);
    }
    let waiting = proposal::open_proposals(conn)?;
    let mut events = waiting.iter().flat_map(|one| &one.request.events);
    Ok(events.any(
        |new| matches!(new.change, NewChange::Gain { person_id: gains, .. } if gains == person_id),
    ))
}

/// 回答の記録 — what somebody answered; the matter is closed and no further letter is written.
///
/// # Errors
/// [`OfficeError::Input`] without an answer; [`OfficeError::Refusal`] when the matter is none of these;
/// [`OfficeError::Conflict`] when it is settled.
pub fn answer(
    store: &Store,
    permit: &Permit<HandleWork>,
    acting: &Acting,
    item_id: i64,
    answer: &str,
) -> Result<(), OfficeError> {
    if answer.trim().is_empty() {
        return Err(OfficeError::input("回答", "回答の内容を入れてください"));
    }
    store.write(|conn| {
        let item = worklist::get(conn, item_id, acting.business_date)?;
        if item.is_none_or(|item| item.kind != ELIGIBILITY_UNREPORTED.code) {
            return Err(Refusal::new(
                "eligibility.unreported.unknown",
                format!("処理待ち{item_id}は未届者の勧奨ではありません"),
            )
            .into());
        }
        let details = ActDetails {
            note: answer.to_owned(),
            ..ActDetails::default()
        };
        let act = acts::begin(
            conn,
            acting,
            permit,
            "eligibility.unreported_answer",
            &details,
        )?;
        worklist::settle(conn, &act, item_id, Outcome::Done, answer)
    })
}

pub(crate) fn days_after(on: Date, days: i64) -> Date {
    let span = jiff::Span::new().try_days(days);
    span.and_then(|span| on.checked_add(span)).unwrap_or(on)
}

pub(super) fn name_of(conn: &mut Conn, person_id: i64, on: Date) -> Result<String, OfficeError> {
    let all = timeline::<Resident>(conn, person_id, None)?;
    Ok(all
        .into_iter()
        .rfind(|dated| dated.valid.from <= on)
        .map(|dated| dated.fact.name)
        .unwrap_or_default())
}
