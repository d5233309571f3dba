//! 更新の計算 — one stretch of households worked out for a renewal, by the very functions of the counter.

use super::arrears;
use super::hold;
use super::load;
use super::propose::{Asked, Proposal, due_kind, propose};
use super::rules::KeptRules;
use super::run::{Run, RunState, require};
use super::run_beside::Beside;
use super::view::{Household, Member};
use super::wish::Wish;
use crate::error::OfficeError;
use crate::jobs::{self, Chunk, Done, Flow, JobState, Progress};
use db::{ColumnType, Conn, Sql, Store};
use law::certificate::{End, Family, Kind, MailClass, Moments};
use law::{Date, Refusal};

const CONCLUDE: Sql = Sql {
    name: "certificate.run.conclude",
    text: "update certificate_run set state = 'calculated', persons = $2, refused = $3 \
           where run_id = $1 and state = 'calculating'",
};
const LINES: Sql = Sql {
    name: "certificate.run.lines",
    text: "select cast(coalesce(sum(case when reason_code = '' then 1 else 0 end), 0) as bigint), count(*) \
           from certificate_run_row where run_id = $1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[CONCLUDE, LINES];

const COLUMNS: &[(&str, ColumnType)] = &[
    ("run_id", ColumnType::Int),
    ("household_id", ColumnType::Int),
    ("person_id", ColumnType::Int),
    ("kind", ColumnType::Text),
    ("reason_code", ColumnType::Text),
    ("reason", ColumnType::Text),
    ("mail", ColumnType::Int),
    ("apart", ColumnType::Int),
    ("postal_code", ColumnType::Text),
    ("expires_on", ColumnType::Text),
    ("class", ColumnType::Text),
    ("ratio", ColumnType::Int),
    ("before_ratio", ColumnType::Int),
    ("digest", ColumnType::Text),
];

/// What came of one person.
pub(super) enum Outcome<'r> {
    /// To be issued.
    Ready(Box<Proposal<'r>>),
    /// Not to be told, and why.
    Refused(Refusal),
}

/// One person of a run.
pub(super) struct Line<'r> {
    /// Place of the household in the stretch.
    pub(super) household: usize,
    pub(super) person_id: i64,
    pub(super) outcome: Outcome<'r>,
    pub(super) mail: i64,
    pub(super) apart: bool,
    pub(super) postal_code: String,
    pub(super) before_ratio: u8,
    /// 適用区分 of the paper before is left out: the head is in arrears.
    pub(super) class_left_out: bool,
}

/// A stretch of households with the lines of those to whom something is due.
pub(super) struct Work<'r> {
    pub(super) households: Vec<Household>,
    pub(super) lines: Vec<Line<'r>>,
}

/// Rank of a kind of mail: of two in one envelope the safer one counts.
pub(super) const fn rank(class: MailClass) -> i64 {
    match class {
        MailClass::Ordinary => 1,
        MailClass::Specified => 2,
        MailClass::Registered => 3,
    }
}

/// The kind of mail of a rank.
#[must_use]
pub fn mail_of(rank: i64) -> MailClass {
    match rank {
        3 => MailClass::Registered,
        2 => MailClass::Specified,
        _ => MailClass::Ordinary,
    }
}

/// Works a stretch out, as of the day of the renewal, as known when the run was frozen.
pub(super) fn work<'r>(
    conn: &mut Conn,
    rules: &'r KeptRules,
    run: &Run,
    range: (i64, i64),
) -> Result<Work<'r>, OfficeError> {
    let days = (run.effective_from, run.issued_on);
    let households = load::households(conn, range, days.0, run.known_at)?;
    let beside = Beside::of(conn, rules, run, (&households, run.known_at))?;
    lines(rules, days, households, &beside)
}

/// Works a stretch out on what is known now, as if a run had issued nothing.
pub(super) fn work_hiding<'r>(
    conn: &mut Conn,
    rules: &'r KeptRules,
    run: &Run,
    range: (i64, i64),
) -> Result<Work<'r>, OfficeError> {
    let days = (run.effective_from, run.issued_on);
    let mut households = load::households(conn, range, days.0, load::NOW)?;
    for household in &mut households {
        for member in &mut household.members {
            member.previous.retain(|one| one.run_id != run.run_id);
        }
    }
    let beside = Beside::of(conn, rules, run, (&households, load::NOW))?;
    lines(rules, days, households, &beside)
}

fn lines<'r>(
    rules: &'r KeptRules,
    (effective_from, issued_on): (Date, Date),
    households: Vec<Household>,
    beside: &Beside,
) -> Result<Work<'r>, OfficeError> {
    let together = rules.practice(issued_on)?.household_together;
    let mut lines = Vec::new();
    for (place, household) in households.iter().enumerate() {
        for member in household.insured_on(effective_from) {
            let days = (effective_from, issued_on);
            let found = outcome(rules, household, member, days, beside)?;
            let Some((outcome, class_left_out)) = found else {
                continue;
            };
            let mail = match &outcome {
                Outcome::Ready(proposal) => rank(proposal.kind.mail),
                Outcome::Refused(_) => 0,
            };
            let postal_code = match &outcome {
                Outcome::Ready(proposal) => proposal.face.destination.postal_code.clone(),
                Outcome::Refused(_) => member.person.postal_code.clone(),
            };
            lines.push(Line {
                household: place,
                person_id: member.person_id,
                outcome,
                mail,
                apart: member.setting.send_apart || !together,
                postal_code,
                before_ratio: shown_before(member, effective_from),
                class_left_out,
            });
        }
    }
    Ok(Work { households, lines })
}

/// The ratio on the paper that holds on the day before.
fn shown_before(member: &Member, from: Date) -> u8 {
    let day = law::date::previous_day(from);
    let family = Family::Eligibility.code();
    let mut held = member.previous.iter().rev();
    held.find(|one| {
        one.family == family
            && one.effective_from <= day
            && one.expires_on.is_none_or(|last| day <= last)
    })
    .map_or(0, |one| one.ratio)
}

/// What is due to a member, and whether the class is left out of it; none where nothing is to be renewed.
fn outcome<'r>(
    rules: &'r KeptRules,
    household: &Household,
    member: &Member,
    (from, issued_on): (Date, Date),
    beside: &Beside,
) -> Result<Option<(Outcome<'r>, bool)>, OfficeError> {
    let family = Family::Eligibility.code();
    let ahead = member.previous.iter().any(|one| {
        one.family == family
            && one.effective_from >= from
            && one.household_id == household.household_id
    });
    if ahead {
        return Ok(None);
    }
    let refused = |refusal| Ok(Some((Outcome::Refused(refusal), false)));
    if let Some(refusal) = withheld(household, member, from) {
        return refused(refusal);
    }
    if let Some(refusal) = hold::of_run(member, issued_on) {
        return refused(refusal);
    }
    let wish = beside.wish(rules, household.household_id, member, from);
    let without = arrears::without_class(&wish);
    let moments = Moments {
        issued_on,
        applied_on: None,
        arose_on: from,
    };
    let make = |kind: &'r Kind, wish: &Wish| {
        let asked = Asked {
            moments,
            wish,
            copy: 1,
            last_on: None,
        };
        propose(rules, kind, household, member, &asked)
    };
    let practice = rules.practice(issued_on)?;
    let worked = due_kind(rules, household, member, (from, issued_on)).and_then(|found| {
        let Some(due) = found else { return Ok(None) };
        let said = make(due.kind, &wish);
        let of = (member.person.birth_on, from);
        if beside.in_arrears(household.household_id) && arrears::asked_of(practice, &said, of) {
            return Ok(Some((make(due.kind, &without)?, true)));
        }
        Ok(Some((said?, false)))
    });
    let (proposal, left_out) = match worked {
        Ok(Some(found)) => found,
        Ok(None) => return Ok(None),
        Err(OfficeError::Refusal(why)) => return refused(why),
        Err(other) => return Err(other),
    };
    let due = renews(&proposal, member, from);
    Ok(due.then(|| (Outcome::Ready(Box::new(proposal)), left_out)))
}

/// A notice that shows no ratio has no end and is not sent again while one of its kind is held.
fn renews(proposal: &Proposal<'_>, member: &Member, from: Date) -> bool {
    let always = !proposal.kind.ends.contains(&End::RenewalWhereRatio);
    let held = member.previous.iter().any(|one| {
        one.kind == proposal.kind.code
            && one.ratio == 0
            && one.expires_on.is_none_or(|last| from <= last)
            && one.invalid_from.is_none_or(|day| from < day)
    });
    always || proposal.ratio.is_some() || !held
}

/// 支援措置: a household whose address is withheld is not sent out by the bulk. Who has left it keeps nobody's paper back.
fn withheld(household: &Household, member: &Member, from: Date) -> Option<Refusal> {
    let head = household.head_person.as_ref();
    // Everybody's paper goes to where the household lives.
    let anybody = household.insured_on(from).any(|one| one.person.concerned);
    let found = anybody
        || member.person.concerned
        || member.setting.nondisclosure
        || head.is_some_and(|head| head.concerned);
    found.then(|| {
        Refusal::new(
            "certificate.run.support",
            "支援措置（不開示）の対象者がいます。一斉の発送に入れず、個別に交付してください"
                .to_owned(),
        )
    })
}

/// Works a run out, or goes on with one that was stopped or killed: the rows are those of an uninterrupted run.
///
/// # Errors
/// [`OfficeError`]; the run can be started again.
pub fn calculate(
    store: &Store,
    run_id: i64,
    threads: usize,
    clock: &(dyn Fn() -> i64 + Sync),
    listen: impl FnMut(Progress) -> Flow,
) -> Result<JobState, OfficeError> {
    let run = store.read(|conn| require(conn, run_id))?;
    if run.state != RunState::Calculating {
        return Err(Refusal::new(
            "certificate.run.calculated",
            format!(
                "更新処理{run_id}は{}です。作り直すときは新しい処理を始めてください",
                run.state.label_ja()
            ),
        )
        .into());
    }
    let rules = store.read(|conn| KeptRules::recall(conn, &run.rule_hash))?;
    let compute = |chunk: &Chunk| {
        store.read(|conn| work(conn, &rules, &run, (chunk.from_key, chunk.until_key)))
    };
    let commit = |conn: &mut Conn, _: &Chunk, work: &Work<'_>| {
        write(conn, &run, work)?;
        Ok(Done {
            units: i64::try_from(work.households.len()).unwrap_or(0),
            yen: 0,
        })
    };
    let state = jobs::run_in_order(store, run_id, threads, clock, compute, commit, listen)?;
    if state == JobState::Finished {
        // Counted before: every line is written, and nobody should wait behind the count of a whole city.
        let (persons, all) = store.read(|conn| {
            conn.query_one(&LINES, &[run_id.into()], |row| {
                Ok((row.int(0)?, row.int(1)?))
            })
        })?;
        let counts = [run_id.into(), persons.into(), (all - persons).into()];
        store.write(|conn| conn.execute(&CONCLUDE, &counts))?;
    }
    Ok(state)
}

fn write(conn: &mut Conn, run: &Run, work: &Work<'_>) -> Result<(), OfficeError> {
    let mut bulk = conn.bulk("certificate_run_row", COLUMNS);
    for line in &work.lines {
        let home = work
            .households
            .get(line.household)
            .map_or(0, |one| one.household_id);
        let (kind, code, reason, expires, class, ratio, digest) = match &line.outcome {
            Outcome::Ready(proposal) => (
                proposal.kind.code.as_str(),
                "",
                "",
                proposal.term.expires_on,
                proposal.class.as_deref().unwrap_or(""),
                proposal.ratio.map_or(0, |(tenths, _)| i64::from(tenths)),
                proposal.digest.as_str(),
            ),
            Outcome::Refused(refusal) => (
                "",
                refusal.code,
                refusal.message_ja.as_str(),
                None,
                "",
                0,
                "",
            ),
        };
        bulk.row(&[
            run.run_id.into(),
            home.into(),
            line.person_id.into(),
            kind.into(),
            code.into(),
            reason.into(),
            line.mail.into(),
            line.apart.into(),
            line.postal_code.as_str().into(),
            expires.into(),
            class.into(),
            ratio.into(),
            i64::from(line.before_ratio).into(),
            digest.into(),
        ])?;
    }
    bulk.finish()?;
    Ok(())
}
