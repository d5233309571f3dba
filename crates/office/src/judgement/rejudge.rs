//! 再判定 — a household judged again on what is known now, and the difference written as decisions.
//!
//! Every caller comes through here: a registered change, a corrected income, a decided application, the counter. What
//! stands is compared day by day with what the rule says; only where they differ is anything written, so that judging
//! again changes nothing.

use super::decision::{self, Decision, HOUSEHOLD};
use super::load::{self, LoadedHousehold, Stretch};
use super::rules::{self, Kept};
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{Judge, Permit};
use db::{Conn, Sql, Store};
use law::judgement::timeline::Periods;
use law::judgement::{
    Moment, Subject, Verdict, VerdictSpan, What, benefit_year, benefit_year_start, judge_elder,
    judge_household, tax_year, timeline,
};
use law::reason::Step;
use law::rules::{JudgementBook, JudgementRules};
use law::{Date, FiscalYear};
use sha2::{Digest, Sha256};

const OPENED: Sql = Sql {
    name: "judgement.rejudge.opened",
    text: "select coalesce(max(benefit_year), 0) from judgement_run where state = 'published'",
};
const REACH: Sql = Sql {
    name: "judgement.rejudge.reach",
    text: "select max(valid_until) from judgement_decision where household_id = $1",
};
const BUSINESS_DATE: Sql = Sql {
    name: "judgement.rejudge.business_date",
    text: "select business_date from act where act_id = $1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[OPENED, REACH, BUSINESS_DATE];

/// One difference: what stood over some days, and what stands now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// 国保世帯番号.
    pub household_id: i64,
    /// [`HOUSEHOLD`], or 宛名番号 of a member of 70 or over.
    pub subject_id: i64,
    /// First day.
    pub from: Date,
    /// First day after the end.
    pub until: Date,
    /// What stood; `None`: nothing did.
    pub before: Option<Verdict>,
    /// What stands; `None`: nobody is judged any more.
    pub after: Option<Verdict>,
}

/// Judges every month of a household from the month of `on` to the end of the last benefit year that is open, and writes
/// decisions where something differs.
///
/// # Errors
/// [`OfficeError::Refusal`] when a month has no rules.
pub fn rejudge(
    conn: &mut Conn,
    act: &Act,
    book: &JudgementBook,
    household_id: i64,
    on: Date,
) -> Result<Vec<Judged>, OfficeError> {
    rejudge_for(conn, act, book, household_id, on, "再判定")
}

/// [`rejudge`] with the cause written into the decisions.
///
/// # Errors
/// As [`rejudge`].
pub fn rejudge_for(
    conn: &mut Conn,
    act: &Act,
    book: &JudgementBook,
    household_id: i64,
    on: Date,
    reason: &str,
) -> Result<Vec<Judged>, OfficeError> {
    let business = conn.query_one(&BUSINESS_DATE, &[act.id.0.into()], |row| row.date(0))?;
    let from = on.first_of_month();
    let until = horizon(conn, household_id, on.max(business))?;
    if from >= until {
        return Ok(Vec::new());
    }
    let periods = Periods::of(book, from, until)?;
    let stretch = stretch(
        book,
        (household_id, household_id + 1),
        act.recorded_at,
        from,
        until,
    )?;
    let loaded = load::households(conn, &stretch)?;
    let standing = decision::of_households(
        conn,
        (household_id, household_id + 1),
        act.recorded_at,
        from,
    )?;
    let empty = LoadedHousehold {
        household_id,
        person_ids: Vec::new(),
        facts: law::judgement::HouseholdFacts::default(),
    };
    let household = loaded.first().unwrap_or(&empty);
    let kept = rules::keep_all(conn, act, &periods)?;
    let draft = Draft {
        household,
        periods: &periods,
        kept: &kept,
        reason,
        decided_on: business,
        known_at: act.recorded_at,
        run_id: 0,
    };
    let spans = timeline(&periods, &household.facts, from, until)?;
    let (judged, mut decisions) = draft.differences(&spans, &standing, (from, until));
    decision::insert(conn, act, &mut decisions)?;
    Ok(judged)
}

/// What a re-judgement would change. Nothing is written.
///
/// # Errors
/// As [`rejudge`].
pub fn preview(
    conn: &mut Conn,
    book: &JudgementBook,
    household_id: i64,
    on: Date,
) -> Result<Vec<Judged>, OfficeError> {
    let now = crate::levy::relevy::NOW;
    let from = on.first_of_month();
    let until = horizon(conn, household_id, on)?;
    let periods = Periods::of(book, from, until)?;
    let stretch = stretch(book, (household_id, household_id + 1), now, from, until)?;
    let standing = decision::of_households(conn, (household_id, household_id + 1), now, from)?;
    let mut all = Vec::new();
    for household in &load::households(conn, &stretch)? {
        let spans = timeline(&periods, &household.facts, from, until)?;
        let draft = Draft {
            household,
            periods: &periods,
            kept: &[],
            reason: "",
            decided_on: on,
            known_at: now,
            run_id: 0,
        };
        all.extend(draft.differences(&spans, &standing, (from, until)).0);
    }
    Ok(all)
}

/// Judges households again at the counter, under one act.
///
/// # Errors
/// As [`rejudge`]; nothing is written for any of them when one is refused.
pub fn rejudge_households(
    store: &Store,
    book: &JudgementBook,
    permit: &Permit<Judge>,
    acting: &Acting,
    households: &[i64],
    (on, reason): (Date, &str),
) -> Result<Vec<Judged>, OfficeError> {
    store.write(|conn| {
        let details = ActDetails {
            note: reason.to_owned(),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "judgement.rejudge", &details)?;
        let mut all = Vec::new();
        for household_id in households {
            all.extend(rejudge_for(conn, &act, book, *household_id, on, reason)?);
        }
        Ok(all)
    })
}

/// The first day after the last benefit year that is open: that of the day, of a published run, of what stands.
fn horizon(conn: &mut Conn, household_id: i64, on: Date) -> Result<Date, OfficeError> {
    let opened = conn.query_one(&OPENED, &[], |row| row.int(0))?;
    let opened = i16::try_from(opened).unwrap_or(0);
    let reach = conn.query_one(&REACH, &[household_id.into()], |row| row.opt_date(0))?;
    let standing = reach.map_or(0, |until| benefit_year(law::date::previous_day(until)));
    let year = benefit_year(on).max(opened).max(standing);
    Ok(benefit_year_start(year + 1))
}

/// What to read for the months `from..until`.
pub(super) fn stretch(
    book: &JudgementBook,
    (from_key, until_key): (i64, i64),
    known_at: i64,
    from: Date,
    until: Date,
) -> Result<Stretch, OfficeError> {
    let with_history = book.reads_history();
    let last = law::date::previous_day(until);
    Ok(Stretch {
        from: from_key,
        until: until_key,
        known_at,
        first_year: tax_year(from),
        last_year: tax_year(last).max(FiscalYear(0)),
        with_history,
    })
}

/// What a difference is written from.
pub(super) struct Draft<'a> {
    pub household: &'a LoadedHousehold,
    pub periods: &'a Periods,
    pub kept: &'a [Kept],
    pub reason: &'a str,
    pub decided_on: Date,
    pub known_at: i64,
    pub run_id: i64,
}

impl Draft<'_> {
    /// The differences between spans and what stands over `window`, and the decisions that make them stand.
    pub fn differences(
        &self,
        spans: &[VerdictSpan],
        decisions: &[Decision],
        window: (Date, Date),
    ) -> (Vec<Judged>, Vec<Decision>) {
        let standing = decision::painted(decisions);
        let mut subjects: Vec<i64> = spans.iter().map(|span| self.subject_id(span)).collect();
        subjects.extend(standing.iter().flatten().map(|one| one.subject_id));
        subjects.sort_unstable();
        subjects.dedup();
        let (mut judged, mut written) = (Vec::new(), Vec::new());
        for subject_id in subjects {
            let new: Vec<&VerdictSpan> = spans
                .iter()
                .filter(|span| self.subject_id(span) == subject_id)
                .collect();
            let old: Vec<&Decision> = standing
                .iter()
                .flatten()
                .filter(|one| one.subject_id == subject_id)
                .collect();
            self.of_subject(subject_id, &new, &old, window, (&mut judged, &mut written));
        }
        (judged, written)
    }

    fn subject_id(&self, span: &VerdictSpan) -> i64 {
        match span.subject {
            Subject::Household => HOUSEHOLD,
            Subject::Elder(index) => self.household.person_ids.get(index).copied().unwrap_or(0),
        }
    }

    fn of_subject(
        &self,
        subject_id: i64,
        new: &[&VerdictSpan],
        old: &[&Decision],
        (from, until): (Date, Date),
        (judged, written): (&mut Vec<Judged>, &mut Vec<Decision>),
    ) {
        let mut days: Vec<Date> = vec![from, until];
        days.extend(new.iter().flat_map(|span| [span.from, span.until]));
        days.extend(old.iter().flat_map(|one| [one.from, one.until]));
        days.retain(|day| *day >= from && *day <= until);
        days.sort_unstable();
        days.dedup();
        for pair in days.windows(2) {
            let [day, next] = *pair else { continue };
            let after = new.iter().find(|span| span.from <= day && day < span.until);
            let before = old.iter().find(|one| one.from <= day && day < one.until);
            let before = before.and_then(|one| one.verdict);
            if after.map(|span| span.verdict) == before {
                continue;
            }
            let difference = Judged {
                household_id: self.household.household_id,
                subject_id,
                from: day,
                until: next,
                before,
                after: after.map(|span| span.verdict),
            };
            match judged.last_mut().filter(|last| goes_on(last, &difference)) {
                Some(last) => last.until = next,
                None => judged.push(difference),
            }
            let decision = self.decision(subject_id, after.copied(), day, next);
            match written.last_mut().filter(|last| extends(last, &decision)) {
                Some(last) => last.until = next,
                None => written.push(decision),
            }
        }
    }

    fn decision(
        &self,
        subject_id: i64,
        span: Option<&VerdictSpan>,
        from: Date,
        until: Date,
    ) -> Decision {
        let basis_on = span.map_or(from, |span| span.moment.on.max(from.first_of_month()));
        let rules = span.and_then(|span| self.periods.get(span.rules));
        let digest = match (span, rules) {
            (Some(span), Some(rules)) => digest_at(rules, self.household, span, basis_on),
            _ => 0,
        };
        Decision {
            household_id: self.household.household_id,
            subject_id,
            decision_id: 0,
            from,
            until,
            verdict: span.map(|span| span.verdict),
            basis_on,
            reason: self.reason.to_owned(),
            rule_hash: span
                .and_then(|span| self.kept.get(span.rules))
                .map_or_else(String::new, |kept| kept.hash.clone()),
            input_digest: digest,
            decided_on: self.decided_on,
            known_at: self.known_at,
            run_id: self.run_id,
            recorded_at: 0,
            act_id: 0,
        }
    }
}

fn goes_on(last: &Judged, next: &Judged) -> bool {
    last.subject_id == next.subject_id
        && last.until == next.from
        && last.before == next.before
        && last.after == next.after
}

fn extends(last: &Decision, next: &Decision) -> bool {
    last.subject_id == next.subject_id
        && last.until == next.from
        && last.verdict == next.verdict
        && last.rule_hash == next.rule_hash
}

fn digest_at(
    rules: &JudgementRules,
    household: &LoadedHousehold,
    span: &VerdictSpan,
    basis_on: Date,
) -> i64 {
    let moment = Moment {
        on: basis_on,
        month: basis_on.first_of_month(),
        lighter_until: span.moment.lighter_until,
    };
    let steps = steps(rules, &household.facts, span.subject, moment);
    digest(&steps, &household.person_ids)
}

/// The steps of a judgement.
pub(super) fn steps(
    rules: &JudgementRules,
    facts: &law::judgement::HouseholdFacts,
    subject: Subject,
    moment: Moment,
) -> Vec<Step<What>> {
    let mut steps = Vec::with_capacity(16);
    let judged = match subject {
        Subject::Household => judge_household(rules, facts, moment, &mut steps).is_some(),
        Subject::Elder(_) => judge_elder(rules, facts, moment, &mut steps).is_some(),
    };
    debug_assert!(judged, "a span was judged at its moment");
    steps
}

/// Digest of everything the rule read and found: equal steps about the same persons, equal digest. The first eight bytes
/// of SHA-256.
#[must_use]
pub fn digest(steps: &[Step<What>], person_ids: &[i64]) -> i64 {
    let mut hash = Sha256::new();
    for step in steps {
        let person = person_ids.get(usize::from(step.person)).copied();
        for value in [
            i64::from(step.what as u8),
            person.unwrap_or(0),
            step.left,
            step.right,
            step.value,
        ] {
            hash.update(value.to_le_bytes());
        }
    }
    let digest = hash.finalize();
    let mut first = [0_u8; 8];
    first.copy_from_slice(digest.get(..8).unwrap_or(&[0; 8]));
    i64::from_le_bytes(first)
}
