//! 賦課集計 — counts and yen of reductions, deductions and reliefs, from the results of a run and nothing else.
//!
//! 保険基盤安定負担金, 未就学児均等割 and 産前産後 subsidies are claimed on these sums. They are taken from the same
//! calculation as the levy, on the facts and rules the run froze; the sums are kept with the run, and the households
//! behind each line can be listed at any time. Two identities must hold or there is no tally: the amounts add up to
//! the run's total, and what full-year units pay per head before reduction is heads times the ordinance's amount.

use super::decide::{Decided, decide};
use super::load;
use super::run::{self, Run, RunKind, RunState};
use super::tally_lines::{add, lines_of};
use super::year_rules::YearRules;
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::names::{code_of, label_of, named};
use crate::security::permit::{Permit, RunLevy};
use db::{Conn, Row, Sql, Store, StoreError};
use law::levy::{Assessor, Scratch};
use law::{Refusal, Yen};
use std::collections::BTreeMap;

/// What a line counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// 均等割の軽減.
    StatutoryPerCapita,
    /// 平等割の軽減.
    StatutoryPerHousehold,
    /// 未就学児の均等割の減額.
    Preschool,
    /// 産前産後の減額.
    Maternity,
    /// 18歳未満の均等割の減額 (子ども分).
    Minor,
    /// 旧被扶養者の減免.
    FormerDependant,
    /// 条例減免.
    Relief,
    /// 限度超過額.
    OverCap,
    /// 決定額.
    Amount,
}

impl Kind {
    const NAMES: [(Self, &'static str, &'static str); 9] = [
        (
            Self::StatutoryPerCapita,
            "statutory_per_capita",
            "均等割の軽減",
        ),
        (
            Self::StatutoryPerHousehold,
            "statutory_per_household",
            "平等割の軽減",
        ),
        (Self::Preschool, "preschool", "未就学児の減額"),
        (Self::Maternity, "maternity", "産前産後の減額"),
        (Self::Minor, "minor", "18歳未満の減額"),
        (
            Self::FormerDependant,
            "former_dependant",
            "旧被扶養者の減免",
        ),
        (Self::Relief, "relief", "条例減免"),
        (Self::OverCap, "over_cap", "限度超過額"),
        (Self::Amount, "amount", "決定額"),
    ];

    /// As shown.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        label_of(&Self::NAMES, self)
    }

    /// As stored and in addresses.
    #[must_use]
    pub fn code(self) -> &'static str {
        code_of(&Self::NAMES, self)
    }

    /// The kind of a code.
    #[must_use]
    pub fn read(code: &str) -> Option<Self> {
        named(&Self::NAMES, code)
    }
}

/// What names a line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineKey {
    /// Component code.
    pub component: String,
    /// 軽減の割合 in tenths.
    pub tenths: i64,
    /// What is counted.
    pub kind: Kind,
}

/// One line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Levy units (liable head's years) with an amount.
    pub units: i64,
    /// Persons charged in them.
    pub persons: i64,
    /// Yen.
    pub yen: Yen,
}

/// 均等割総額の検算 of one component over the units that are insured the whole year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// Component code.
    pub component: String,
    /// Heads insured all twelve months, and of these 18 or over.
    pub heads: i64,
    /// Of these adults, where the ordinance has a 18歳以上均等割.
    pub adults: i64,
    /// 均等割 before any reduction as levied.
    pub levied: Yen,
    /// Heads times the ordinance's amount.
    pub by_ordinance: Yen,
}

/// The tally of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Lines.
    pub lines: BTreeMap<LineKey, Line>,
    /// 検算, one for each component.
    pub identities: Vec<Identity>,
}

impl Tally {
    /// A line, zero where nothing was counted.
    #[must_use]
    pub fn line(&self, component: &str, tenths: i64, kind: Kind) -> Line {
        let key = LineKey {
            component: component.to_owned(),
            tenths,
            kind,
        };
        self.lines.get(&key).copied().unwrap_or_default()
    }

    /// The yen of a kind in all components and tiers.
    #[must_use]
    pub fn total(&self, kind: Kind) -> Yen {
        let lines = self.lines.iter().filter(|(key, _)| key.kind == kind);
        lines.map(|(_, line)| line.yen).sum()
    }
}

/// One household behind a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Behind {
    /// 国保世帯番号.
    pub household_id: i64,
    /// 納付義務者.
    pub liable_id: i64,
    /// Persons charged.
    pub persons: i64,
    /// Yen.
    pub yen: Yen,
}

const CHUNKS: Sql = Sql {
    name: "levy.tally.chunks",
    text: "select from_key, until_key from job_chunk where job_id = $1 and step = 'main' order by chunk",
};
const INSERT: Sql = Sql {
    name: "levy.tally.insert",
    text: "insert into levy_tally (run_id, line_no, component, tenths, kind, units, persons, yen, act_id) \
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
};
const FROZEN: Sql = Sql {
    name: "levy.tally.frozen",
    text: "select component, tenths, kind, units, persons, yen from levy_tally where run_id = $1 order by line_no",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[CHUNKS, INSERT, FROZEN];

/// Counts a calculated run.
///
/// # Errors
/// [`OfficeError::Refusal`] when the run is not calculated; [`OfficeError::Bug`] when an identity does not hold.
pub fn compute(store: &Store, run_id: i64) -> Result<Tally, OfficeError> {
    let run = calculated(store, run_id)?;
    let rules = store.read(|conn| YearRules::recall(conn, &run.rule_hash))?;
    let identities = rules.levy.components.iter().map(|component| Identity {
        component: component.code.clone(),
        ..Identity::default()
    });
    let mut tally = Tally {
        identities: identities.collect(),
        ..Tally::default()
    };
    each(store, &run, &rules, &mut |_, decided| {
        add(&mut tally, &rules, decided);
    })?;
    check(&tally, &run)?;
    Ok(tally)
}

/// Keeps the tally with its run; a second time it only checks that the result is the same.
///
/// # Errors
/// As [`compute`]; [`OfficeError::Bug`] when what is kept differs.
pub fn freeze(
    store: &Store,
    permit: &Permit<RunLevy>,
    acting: &Acting,
    run_id: i64,
) -> Result<Tally, OfficeError> {
    let tally = compute(store, run_id)?;
    store.write(|conn| {
        let kept = frozen(conn, run_id)?;
        if !kept.is_empty() {
            if kept == tally.lines {
                return Ok(());
            }
            return Err(OfficeError::Bug(format!(
                "賦課処理{run_id}の集計が保存した集計と違います"
            )));
        }
        let act = acts::begin(conn, acting, permit, "levy.tally", &ActDetails::default())?;
        for (line_no, (key, line)) in (1_i64..).zip(&tally.lines) {
            let params = [
                run_id.into(),
                line_no.into(),
                key.component.as_str().into(),
                key.tenths.into(),
                key.kind.code().into(),
                line.units.into(),
                line.persons.into(),
                line.yen.0.into(),
                act.id.0.into(),
            ];
            conn.execute(&INSERT, &params)?;
        }
        Ok(())
    })?;
    Ok(tally)
}

/// The lines kept with a run; empty when none are.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn frozen(conn: &mut Conn, run_id: i64) -> Result<BTreeMap<LineKey, Line>, OfficeError> {
    let rows = conn.query(&FROZEN, &[run_id.into()], read)?;
    Ok(rows.into_iter().collect())
}

fn read(row: &Row) -> Result<(LineKey, Line), StoreError> {
    let code = row.text(2)?;
    let key = LineKey {
        component: row.text(0)?,
        tenths: row.int(1)?,
        kind: Kind::read(&code)
            .ok_or_else(|| row.wrong(2, format!("集計の種類「{code}」を知りません")))?,
    };
    let line = Line {
        units: row.int(3)?,
        persons: row.int(4)?,
        yen: Yen(row.int(5)?),
    };
    Ok((key, line))
}

/// The households behind a line, in order of their number.
///
/// # Errors
/// As [`compute`].
pub fn behind(store: &Store, run_id: i64, key: &LineKey) -> Result<Vec<Behind>, OfficeError> {
    let run = calculated(store, run_id)?;
    let rules = store.read(|conn| YearRules::recall(conn, &run.rule_hash))?;
    let mut found = Vec::new();
    each(store, &run, &rules, &mut |household, decided| {
        let liable_id = household.person_ids.get(decided.year.head).copied();
        for (own, line) in lines_of(&rules, decided) {
            if own == *key {
                found.push(Behind {
                    household_id: household.household_id,
                    liable_id: liable_id.unwrap_or(0),
                    persons: line.persons,
                    yen: line.yen,
                });
            }
        }
    })?;
    Ok(found)
}

fn calculated(store: &Store, run_id: i64) -> Result<Run, OfficeError> {
    let run = run::require(store, run_id)?;
    if run.state == RunState::Calculating {
        return Err(Refusal::new(
            "levy.tally.calculating",
            format!("賦課処理{run_id}は計算中です。計算が終わってから集計してください"),
        )
        .into());
    }
    if run.kind != RunKind::Initial {
        return Err(Refusal::new(
            "levy.tally.kind",
            format!(
                "{}は市町村全体の賦課ではないので集計できません。当初賦課を計算して集計してください",
                run.kind.label_ja()
            ),
        )
        .into());
    }
    Ok(run)
}

/// Every levy unit of a run, computed as the run computed it.
fn each(
    store: &Store,
    run: &Run,
    rules: &YearRules,
    take: &mut dyn FnMut(&load::LoadedHousehold, &Decided),
) -> Result<(), OfficeError> {
    let assessor = Assessor::new(&rules.levy)?;
    let mut scratch = Scratch::default();
    let chunks = store.read(|conn| {
        conn.query(&CHUNKS, &[run.run_id.into()], |row| {
            Ok((row.int(0)?, row.int(1)?))
        })
    })?;
    for (from, until) in chunks {
        let households =
            store.read(|conn| load::households(conn, from, until, run.known_at, run.levy_year))?;
        for household in &households {
            // A household whose facts contradict each other is held by the run and counted nowhere.
            let Ok(all) = decide(rules, &assessor, &mut scratch, household) else {
                continue;
            };
            all.iter().for_each(|decided| take(household, decided));
        }
    }
    Ok(())
}

fn check(tally: &Tally, run: &Run) -> Result<(), OfficeError> {
    let amount = tally.total(Kind::Amount);
    if amount != run.total {
        return Err(OfficeError::Bug(format!(
            "集計の決定額{amount}が賦課処理{}の合計{}と合いません",
            run.run_id, run.total
        )));
    }
    for identity in &tally.identities {
        if identity.levied != identity.by_ordinance {
            return Err(OfficeError::Bug(format!(
                "{}の均等割{}が人数×条例の額{}と合いません",
                identity.component, identity.levied, identity.by_ordinance
            )));
        }
    }
    Ok(())
}
