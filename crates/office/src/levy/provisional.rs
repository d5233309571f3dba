//! 暫定賦課（仮算定）— who is asked for a provisional levy, and for how much.
//!
//! 根拠: 地方税法 第706条の2、条例

use super::decide::{Outcome, flags};
use super::decision::{self, Decision};
use super::run::Run;
use super::year_rules::YearRules;
use crate::error::OfficeError;
use crate::jobs::Chunk;
use crate::ledger::Parts;
use db::Conn;
use law::levy::instalment::plan_provisional;
use law::rules::Calendar;
use law::{FiscalYear, Yen};

/// What stood before the provisional run: the levies of the year before, and what the year itself already has.
pub(super) struct Before {
    previous: Vec<Decision>,
    standing: Vec<Decision>,
}

impl Before {
    pub(super) fn of(conn: &mut Conn, run: &Run, chunk: &Chunk) -> Result<Self, OfficeError> {
        let (from, until) = (chunk.from_key, chunk.until_key);
        let previous = FiscalYear(run.levy_year.0 - 1);
        Ok(Self {
            previous: decision::standing(conn, from, until, previous)?,
            standing: decision::standing(conn, from, until, run.levy_year)?,
        })
    }

    /// The provisional levies of one household, from the outcomes of the rule: of those liable on the assessment day who
    /// were levied the year before and of whom nothing stands yet.
    ///
    /// Someone whose pension goes on giving (仮徴収) is asked for nothing beside it.
    pub(super) fn ask(
        &self,
        rules: &YearRules,
        levied: Vec<Outcome>,
    ) -> Result<Vec<Outcome>, OfficeError> {
        let mut asked = Vec::new();
        for outcome in levied {
            let from_pension = outcome.flags & flags::SPECIAL != 0 && outcome.february > Yen::ZERO;
            let liable_from = outcome.arose_on;
            if from_pension || liable_from != Some(rules.year().assessment_day()) {
                continue;
            }
            if of(&self.standing, &outcome).is_some_and(|stands| !stands.outcome.months.is_empty())
            {
                continue;
            }
            let Some(previous) = of(&self.previous, &outcome) else {
                continue;
            };
            let parts = provisional_parts(rules, previous.outcome.parts)?;
            if parts.is_zero() {
                continue;
            }
            asked.push(Outcome {
                tenths: 0,
                flags: flags::PROVISIONAL,
                parts,
                over_cap: Yen::ZERO,
                later: Vec::new(),
                ..outcome
            });
        }
        Ok(asked)
    }
}

fn of<'a>(decisions: &'a [Decision], outcome: &Outcome) -> Option<&'a Decision> {
    decisions.iter().find(|decision| {
        let other = &decision.outcome;
        (other.household_id, other.liable_id) == (outcome.household_id, outcome.liable_id)
    })
}

/// What the provisional instalments ask for in all.
fn provisional_parts(rules: &YearRules, previous: Parts) -> Result<Parts, OfficeError> {
    // Only the amounts are wanted here; the days are set when the levy is divided.
    let no_holidays = Calendar {
        known: law::Span {
            from: rules.year().assessment_day(),
            until: None,
        },
        holidays: Vec::new(),
        closed_every_year: Vec::new(),
    };
    let planned = plan_provisional(&rules.instalments, &no_holidays, &previous.columns())?;
    let parts = planned
        .iter()
        .map(|one| super::numbers::columns(&one.parts));
    Ok(parts.fold(Parts::default(), Parts::plus))
}
