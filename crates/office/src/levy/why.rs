//! なぜこの額か — the rule run again on the facts as they were known at the decision. Explanations are never
//! stored; if the rule now says something else than what was decided, that is an alarm.

use super::decide::flags;
use super::decision::{self, Decision};
use super::load;
use super::year_rules::YearRules;
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::levy::facts::{LiableYear, household_years};
use law::levy::relief::{Relief, Relieved, relieve};
use law::levy::{Assessor, Levy, What};
use law::reason::Reasoned;
use law::{Date, Yen};

const DECIDED_AT: Sql = Sql {
    name: "levy.why.decided_at",
    text: "select coalesce((select r.known_at from levy_run r where r.run_id = d.run_id), a.recorded_at) \
           from levy_decision d join act a on a.act_id = d.act_id where d.household_id = $1 and d.decision_id = $2",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[DECIDED_AT];

/// One person of an explained levy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// 宛名番号.
    pub person_id: i64,
    /// 生年月日.
    pub birth_on: Date,
}

/// A levy with its reasons.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The rules it was decided under.
    pub rules: YearRules,
    /// Facts as the levy read them.
    pub year: LiableYear,
    /// Persons, in the order of the person numbers in the steps.
    pub members: Vec<Member>,
    /// The levy and its steps.
    pub reasoned: Reasoned<Levy, What>,
    /// 条例減免 granted for the year.
    pub reliefs: Vec<Relief>,
    /// What they take off; `None` where none is granted.
    pub relieved: Option<Relieved>,
}

impl Explained {
    /// 年額 after the reliefs.
    #[must_use]
    pub fn total(&self) -> Yen {
        let relieved = self.relieved.as_ref();
        let total = relieved.map_or(self.reasoned.value.total, |relieved| relieved.total);
        total.floor_to(self.rules.levy.total_unit)
    }

    /// 減免額 of one component.
    #[must_use]
    pub fn relief_of(&self, component: usize) -> Yen {
        let parts = self.relieved.iter().flat_map(|one| &one.parts);
        parts
            .filter(|part| part.component == component)
            .map(|part| part.yen)
            .sum()
    }
}

/// Explains the levies behind a decision, one for each time the liable person was head in the year. What a cancelled
/// run left standing, and what was asked for provisionally, is no answer of the rule and has no explanation.
///
/// # Errors
/// [`OfficeError::Bug`] — an alarm — when the rule no longer says what was decided.
pub fn explain(conn: &mut Conn, decision: &Decision) -> Result<Vec<Explained>, OfficeError> {
    let household_id = decision.outcome.household_id;
    if decision.outcome.flags & (flags::CANCELLED | flags::PROVISIONAL) != 0 {
        return Ok(Vec::new());
    }
    let known_at = conn.query_one(
        &DECIDED_AT,
        &[household_id.into(), decision.decision_id.into()],
        |row| row.int(0),
    )?;
    let rules = YearRules::recall(conn, &decision.rule_hash)?;
    let mut explained = explain_facts(conn, &rules, household_id, known_at)?;
    explained.retain(|(liable_id, _)| *liable_id == decision.outcome.liable_id);
    let explained: Vec<Explained> = explained.into_iter().map(|(_, one)| one).collect();
    let total: Yen = explained.iter().map(Explained::total).sum();
    let decided = decision.outcome.parts.total() + decision.barred;
    if total != decided {
        return Err(OfficeError::Bug(format!(
            "決定番号{}の額{decided}を再計算すると{total}になります。事実か規則が変わっています",
            decision.decision_id
        )));
    }
    Ok(explained)
}

/// Explains what the rule says of a household on the facts known at a moment, with the liable person of each.
///
/// # Errors
/// A refusal of the rule.
pub fn explain_facts(
    conn: &mut Conn,
    rules: &YearRules,
    household_id: i64,
    known_at: i64,
) -> Result<Vec<(i64, Explained)>, OfficeError> {
    let assessor = Assessor::new(&rules.levy)?;
    let loaded = load::households(conn, household_id, household_id + 1, known_at, rules.year())?;
    let mut all = Vec::new();
    for household in &loaded {
        let years = household_years(
            &rules.levy,
            &rules.household,
            rules.year(),
            &household.facts,
        )?;
        for year in years {
            let reasoned = assessor.explain(&year.household)?;
            let relieved = if household.reliefs.is_empty() {
                None
            } else {
                Some(relieve(&reasoned.value, year.months, &household.reliefs)?)
            };
            let liable = household.person_ids.get(year.head).copied().unwrap_or(0);
            let members = year
                .members
                .iter()
                .filter_map(|index| {
                    let person = household.facts.people.get(*index)?;
                    Some(Member {
                        person_id: household.person_ids.get(*index).copied()?,
                        birth_on: person.birth_on,
                    })
                })
                .collect();
            let one = Explained {
                rules: rules.clone(),
                year,
                members,
                reasoned,
                reliefs: household.reliefs.clone(),
                relieved,
            };
            all.push((liable, one));
        }
    }
    Ok(all)
}

/// Checks every standing decision of the households `from..until` against the rule; returns the decisions
/// that no longer come out, each with what the rule says now.
///
/// # Errors
/// [`OfficeError`].
pub fn verify(
    conn: &mut Conn,
    from: i64,
    until: i64,
    year: law::FiscalYear,
) -> Result<Vec<(Decision, String)>, OfficeError> {
    let mut wrong = Vec::new();
    for decision in decision::standing(conn, from, until, year)? {
        match explain(conn, &decision) {
            Ok(_) => {}
            Err(OfficeError::Bug(message)) => wrong.push((decision, message)),
            Err(other) => return Err(other),
        }
    }
    Ok(wrong)
}
