//! 後続 — levy, judgement, papers and the work list, in the act of the event.

use super::consequence::{Consequences, HeldLevy, LevyChange, Warning};
use super::deed::years_not_levied;
use super::ended;
use super::headless;
use super::project::{HouseholdRewritten, PersonRewritten, households_of};
use super::request::Books;
use super::review;
use super::sanctioned;
use super::student_head;
use crate::acts::{Act, Acting};
use crate::certificate::{self, KeptRules};
use crate::error::OfficeError;
use crate::judgement;
use crate::levy;
use crate::registry::{FormerInsured, InsuredSpan, timeline};
use crate::worklist::{self, NewItem};
use db::{Conn, Sql};
use law::rules::JudgementBook;
use law::{Date, Yen};
use std::collections::BTreeSet;

const HEADED: Sql = Sql {
    name: "eligibility.follow.headed",
    text: "select distinct subject from household_fact where head_person_id = $1 and superseded_at is null \
           order by subject",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[HEADED];

/// Everything that follows from changed spans and heads.
#[allow(
    clippy::too_many_arguments,
    reason = "one argument for each thing the act knows"
)]
pub(super) fn all(
    conn: &mut Conn,
    books: &Books<'_>,
    acting: &Acting,
    act: &Act,
    people: &[PersonRewritten],
    households: &[HouseholdRewritten],
    note: &str,
    consequences: &mut Consequences,
) -> Result<(), OfficeError> {
    let touched = touched(conn, people, households)?;
    consequences.touched = touched.iter().copied().collect();
    headless::look(conn, act, &touched, consequences)?;
    sanctioned::look(conn, act, households, acting.business_date, consequences)?;
    let here = (books.municipality, acting.business_date);
    student_head::look(conn, act, here, &touched, consequences)?;
    let reason = if note.trim().is_empty() {
        "資格の異動"
    } else {
        note
    };
    for household_id in &touched {
        relevy(
            conn,
            books,
            acting,
            act,
            *household_id,
            reason,
            consequences,
        )?;
    }
    years_not_levied(conn, books, acting, people, consequences)?;
    for person in people.iter().filter(|person| person.cover.differs()) {
        let one = (person.person_id, books.municipality, acting.business_date);
        ended::look(conn, act, one, &person.cover.after, consequences)?;
    }
    if let Some(from) = first_day_changed(people, households) {
        let book = books.book.judgement_of(books.municipality)?;
        for household_id in &touched {
            rejudge(conn, &book, act, *household_id, from, consequences)?;
        }
        let rules = KeptRules::from_book(books.book, books.municipality)?;
        let on = from.max(acting.business_date);
        let judged = consequences.judged.iter().map(|one| one.household_id);
        let homes: BTreeSet<i64> = judged.chain(touched).collect();
        for household_id in homes {
            papers(conn, &rules, act, household_id, on, consequences)?;
        }
    }
    review::follow(conn, act, people, acting.business_date)?;
    work(conn, acting, act, consequences)
}

/// What follows when the records of people change in the residents' register: a name, an address, a day of birth. 資格
/// itself changes only by an event of its own.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn of_residents(
    conn: &mut Conn,
    books: &Books<'_>,
    acting: &Acting,
    act: &Act,
    (people, from): (&[i64], Date),
    note: &str,
) -> Result<Consequences, OfficeError> {
    let mut found = Consequences::default();
    let mut homes = BTreeSet::new();
    for person_id in people {
        let spans = timeline::<InsuredSpan>(conn, *person_id, None)?;
        homes.extend(spans.iter().map(|span| span.fact.household_id));
        let cover: Vec<_> = spans.into_iter().map(|row| (row.valid, row.fact)).collect();
        let one = (*person_id, books.municipality, acting.business_date);
        ended::look(conn, act, one, &cover, &mut found)?;
        let former = timeline::<FormerInsured>(conn, *person_id, None)?;
        homes.extend(former.iter().map(|span| span.fact.household_id));
        homes.extend(conn.query(&HEADED, &[(*person_id).into()], |row| row.int(0))?);
    }
    found.touched = homes.iter().copied().collect();
    if homes.is_empty() {
        return Ok(found);
    }
    let book = books.book.judgement_of(books.municipality)?;
    let rules = KeptRules::from_book(books.book, books.municipality)?;
    let on = from.max(acting.business_date);
    for household_id in homes {
        relevy(conn, books, acting, act, household_id, note, &mut found)?;
        rejudge(conn, &book, act, household_id, from, &mut found)?;
        papers(conn, &rules, act, household_id, on, &mut found)?;
    }
    work(conn, acting, act, &found)?;
    Ok(found)
}

/// The households whose levy and papers may change.
fn touched(
    conn: &mut Conn,
    people: &[PersonRewritten],
    households: &[HouseholdRewritten],
) -> Result<BTreeSet<i64>, OfficeError> {
    let mut touched: BTreeSet<i64> = households.iter().map(|one| one.household_id).collect();
    for person in people {
        touched.extend(households_of(person));
        if person.cover.differs() {
            let params = [person.person_id.into()];
            touched.extend(conn.query(&HEADED, &params, |row| row.int(0))?);
        }
    }
    Ok(touched)
}

/// 即時の更正 of one household. A refusal leaves the registration standing and the household on the work list.
fn relevy(
    conn: &mut Conn,
    books: &Books<'_>,
    acting: &Acting,
    act: &Act,
    household_id: i64,
    reason: &str,
    consequences: &mut Consequences,
) -> Result<(), OfficeError> {
    let day = acting.business_date;
    let done = conn
        .savepoint(|conn| levy::relevy_within(conn, &books.levy, act, day, household_id, reason));
    match done {
        Ok(relevied) => {
            for item in &relevied {
                let change = LevyChange::of(item);
                if change.barred != Yen::ZERO {
                    consequences.warn(Warning::Barred {
                        levy_year: change.levy_year,
                        yen: change.barred,
                    });
                }
                consequences.levies.push(change);
            }
            consequences.relevied.extend(relevied);
            let source = held_source(household_id);
            let note = "更正できました";
            worklist::withdraw_source(conn, act, worklist::LEVY_HELD, &source, note)?;
            Ok(())
        }
        Err(OfficeError::Refusal(refusal)) => {
            consequences.held.push(HeldLevy {
                household_id,
                message_ja: refusal.message_ja,
            });
            Ok(())
        }
        Err(other) => Err(other),
    }
}

/// The first day on which anything about cover, standing or head is other than before.
fn first_day_changed(
    people: &[PersonRewritten],
    households: &[HouseholdRewritten],
) -> Option<Date> {
    let cover = people
        .iter()
        .filter_map(|one| one.cover.first_day(|row| row.household_id));
    let former = people
        .iter()
        .filter_map(|one| one.former.first_day(|row| row.household_id));
    let heads = households
        .iter()
        .filter_map(|one| one.heads.first_day(|row| row.head_person_id));
    cover.chain(former).chain(heads).min()
}

/// 再判定 of one household from the first day that changed. A refusal leaves the registration standing.
fn rejudge(
    conn: &mut Conn,
    book: &JudgementBook,
    act: &Act,
    household_id: i64,
    from: Date,
    consequences: &mut Consequences,
) -> Result<(), OfficeError> {
    let done = conn.savepoint(|conn| {
        judgement::rejudge_for(conn, act, book, household_id, from, "資格の異動")
    });
    match done {
        Ok(judged) => consequences.judged.extend(judged),
        Err(OfficeError::Refusal(refusal)) => consequences.not_judged.push(HeldLevy {
            household_id,
            message_ja: refusal.message_ja,
        }),
        Err(other) => return Err(other),
    }
    Ok(())
}

/// 証 of one household held against what is due now. A refusal leaves the registration standing.
fn papers(
    conn: &mut Conn,
    rules: &KeptRules,
    act: &Act,
    household_id: i64,
    on: Date,
    consequences: &mut Consequences,
) -> Result<(), OfficeError> {
    let done = conn.savepoint(|conn| certificate::follow(conn, act, rules, household_id, on));
    match done {
        Ok(tasks) => consequences.tasks.extend(tasks),
        Err(OfficeError::Refusal(refusal)) => consequences.papers_held.push(HeldLevy {
            household_id,
            message_ja: refusal.message_ja,
        }),
        Err(other) => return Err(other),
    }
    Ok(())
}

fn held_source(household_id: i64) -> String {
    format!("levy/{household_id}")
}

/// Puts on the work list what waits, takes off what waits no more.
fn work(
    conn: &mut Conn,
    acting: &Acting,
    act: &Act,
    consequences: &Consequences,
) -> Result<(), OfficeError> {
    let today = acting.business_date;
    for waiting in &consequences.waiting {
        let source = format!("event/{}", waiting.event_id);
        let kind = worklist::ELIGIBILITY_PENDING;
        let item = match (waiting.person_id, waiting.household_id) {
            (Some(id), _) => NewItem::about_person(kind, id, &source, &waiting.message_ja, today),
            (None, id) => {
                let id = id.unwrap_or_default();
                NewItem::about_household(kind, id, &source, &waiting.message_ja, today)
            }
        };
        worklist::open(conn, act, &item)?;
    }
    for event_id in &consequences.released {
        let source = format!("event/{event_id}");
        let kind = worklist::ELIGIBILITY_PENDING;
        worklist::withdraw_source(conn, act, kind, &source, "効力が生じたか、取り消されました")?;
    }
    for held in &consequences.held {
        let (id, source) = (held.household_id, held_source(held.household_id));
        let kind = worklist::LEVY_HELD;
        let item = NewItem::about_household(kind, id, &source, &held.message_ja, today);
        worklist::open(conn, act, &item)?;
    }
    let unjudged = consequences.not_judged.iter();
    let unjudged = unjudged.map(|held| (worklist::JUDGEMENT_PENDING, held));
    let no_papers = consequences.papers_held.iter();
    let no_papers = no_papers.map(|held| (worklist::CERTIFICATE_ISSUE, held));
    for (kind, held) in unjudged.chain(no_papers) {
        let id = held.household_id;
        let source = format!("eligibility/{}", act.id.0);
        let item = NewItem::about_household(kind, id, &source, &held.message_ja, today);
        worklist::open(conn, act, &item)?;
    }
    for warning in &consequences.warnings {
        let text = warning.message_ja();
        match warning {
            Warning::BenefitReview { person_id, days } => {
                review::open(conn, act, (*person_id, *days), today)?;
            }
            Warning::NoHead { household_id, from } => {
                let kind = worklist::ELIGIBILITY_HEAD;
                let source = format!("head/{household_id}/{from}");
                let item = NewItem::about_household(kind, *household_id, &source, &text, today);
                worklist::open(conn, act, &item)?;
            }
            Warning::SanctionedHead {
                household_id,
                head_person_id,
                from,
                ..
            } => {
                let kind = worklist::SANCTION_HEAD;
                let source = sanctioned::source(*household_id, *from, *head_person_id);
                let item = NewItem::about_household(kind, *household_id, &source, &text, today);
                worklist::open(conn, act, &item)?;
            }
            Warning::PrefectureUnknown { person_id } => {
                let kind = worklist::ELIGIBILITY_PREFECTURE;
                let source = format!("prefecture/{person_id}");
                let item = NewItem::about_person(kind, *person_id, &source, &text, today);
                worklist::open(conn, act, &item)?;
            }
            _ => {}
        }
    }
    Ok(())
}
