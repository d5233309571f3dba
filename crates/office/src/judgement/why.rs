//! なぜこの区分か — the rule run again on the facts as they were known at the decision. Explanations are never stored; if the
//! rule now says something else than what was decided, that is an alarm.

use super::decision::{Decision, HOUSEHOLD, label_ja};
use super::differ::{digest, steps};
use super::load::{self, LoadedHousehold, Stretch};
use super::rules;
use crate::error::OfficeError;
use db::Conn;
use law::judgement::explain::{Line, explain};
use law::judgement::timeline::Periods;
use law::judgement::{Subject, tax_year, timeline};
use law::rules::JudgementRules;

/// A judgement with its reasons.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The decision.
    pub decision: Decision,
    /// The rules it was made under.
    pub rules: JudgementRules,
    /// 宛名番号 of the persons in the lines, by index.
    pub person_ids: Vec<i64>,
    /// The steps.
    pub lines: Vec<Line>,
}

/// Explains a decision.
///
/// # Errors
/// [`OfficeError::Bug`] — an alarm — when the rule no longer says what was decided, or read other facts.
pub fn why(conn: &mut Conn, decision: &Decision) -> Result<Explained, OfficeError> {
    let Some(verdict) = decision.verdict else {
        return Ok(Explained {
            decision: decision.clone(),
            rules: rules::recall(conn, &decision.rule_hash).or_else(|_| no_rules(decision))?,
            person_ids: Vec::new(),
            lines: Vec::new(),
        });
    };
    let alarm = |what: &str| {
        OfficeError::Bug(format!(
            "判定番号{}（{}）を再計算すると{what}。事実か規則が変わっています",
            decision.decision_id,
            label_ja(&verdict)
        ))
    };
    if decision.rule_hash.is_empty() {
        return Err(law::Refusal::new(
            "judgement.why.taken_over",
            format!(
                "判定番号{}は前システムから引き継いだ記録です。説明する計算はありません",
                decision.decision_id
            ),
        )
        .into());
    }
    let rules = rules::recall(conn, &decision.rule_hash)?;
    let household = facts_of(conn, decision, &rules)?;
    let month = decision.basis_on.first_of_month();
    let periods = Periods::only(rules.clone());
    let next = law::judgement::year::next_month(month);
    let spans = timeline(&periods, &household.facts, month, next)?;
    let subject = |subject: Subject| match subject {
        Subject::Household => HOUSEHOLD,
        Subject::Elder(index) => household.person_ids.get(index).copied().unwrap_or(0),
    };
    let span = spans
        .iter()
        .filter(|span| subject(span.subject) == decision.subject_id)
        .find(|span| span.from <= decision.basis_on && decision.basis_on < span.until)
        .ok_or_else(|| alarm("判定の対象でなくなります"))?;
    if span.verdict != verdict {
        return Err(alarm(&format!("{}になります", label_ja(&span.verdict))));
    }
    let moment = law::judgement::Moment {
        on: decision.basis_on,
        ..span.moment
    };
    let steps = steps(&rules, &household.facts, span.subject, moment);
    if digest(&steps, &household.person_ids) != decision.input_digest {
        return Err(alarm("読んだ事実が違います"));
    }
    Ok(Explained {
        decision: decision.clone(),
        rules,
        person_ids: household.person_ids,
        lines: explain(&steps),
    })
}

fn no_rules(decision: &Decision) -> Result<JudgementRules, OfficeError> {
    Err(law::Refusal::new(
        "judgement.why.void",
        format!(
            "判定番号{}は、資格がなくなったために判定を取りやめた記録です。説明する計算はありません",
            decision.decision_id
        ),
    )
    .into())
}

fn facts_of(
    conn: &mut Conn,
    decision: &Decision,
    rules: &JudgementRules,
) -> Result<LoadedHousehold, OfficeError> {
    let year = tax_year(decision.basis_on);
    let stretch = Stretch {
        from: decision.household_id,
        until: decision.household_id + 1,
        known_at: decision.known_at,
        first_year: year,
        last_year: year,
        with_history: rules.habits.reads_history(),
    };
    let loaded = load::households(conn, &stretch)?;
    loaded
        .into_iter()
        .next()
        .ok_or_else(|| OfficeError::Bug(format!("世帯{}の事実がありません", decision.household_id)))
}
