//! 差分 — spans of the rule held against what stands, day by day, and the decisions that make them stand.

use super::decision::{self, Decision, HOUSEHOLD};
use super::load::LoadedHousehold;
use super::rejudge::Judged;
use super::rules::Kept;
use law::Date;
use law::judgement::timeline::Periods;
use law::judgement::{Moment, Subject, VerdictSpan, What, judge_household, judge_member};
use law::reason::Step;
use law::rules::JudgementRules;
use sha2::{Digest, Sha256};

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
        ..span.moment
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
        Subject::Elder(person) => judge_member(rules, facts, person, moment, &mut steps).is_some(),
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
