//! 決定の計算 — the rule run over the facts of one household, and what it comes to for each liable head.

use super::load::LoadedHousehold;
use super::special;
use super::year_rules::YearRules;
use crate::error::OfficeError;
use crate::ledger::{COMPONENT_CODES, Parts};
use law::levy::attainment::later_parts;
use law::levy::facts::{LiableYear, household_years};
use law::levy::instalment::Later;
use law::levy::relief::{Relieved, relieve};
use law::levy::special_collection::half_room;
use law::levy::total::within_unit;
use law::levy::{Assessor, Filing, Levy, Scratch, Standing};
use law::reason::Silent;
use law::rules::CareAttainment;
use law::{Date, Months, Refusal, Yen};
use sha2::{Digest, Sha256};

/// Marks on a decision that lists and notices look for.
pub mod flags {
    /// 擬制世帯主.
    pub const FICTITIOUS_HEAD: i64 = 1;
    /// 未申告 in the household.
    pub const UNFILED: i64 = 2;
    /// 所得照会中.
    pub const INQUIRY: i64 = 4;
    /// 限度額に達した区分がある.
    pub const AT_CAP: i64 = 8;
    /// 未就学児の減額.
    pub const PRESCHOOL: i64 = 16;
    /// 産前産後の減額.
    pub const MATERNITY: i64 = 32;
    /// 非自発的失業.
    pub const UNEMPLOYED: i64 = 64;
    /// 特定世帯・特定継続世帯.
    pub const SPECIFIC: i64 = 128;
    /// 特定同一世帯所属者.
    pub const FORMER_INSURED: i64 = 256;
    /// 旧被扶養者.
    pub const FORMER_DEPENDANT: i64 = 512;
    /// 特別徴収の要件をすべて満たす.
    pub const SPECIAL: i64 = 1024;
    /// 確定の取消で元に戻した決定: what stands is not what the rule says, until a new run is published.
    pub const CANCELLED: i64 = 2048;
    /// 条例減免.
    pub const RELIEF: i64 = 4096;
    /// 暫定賦課: asked for before the year's levy is known, and settled by it.
    pub const PROVISIONAL: i64 = 8192;
}

/// What the rule said of one liable head in one year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// 国保世帯番号.
    pub household_id: i64,
    /// 納付（納税）義務者.
    pub liable_id: i64,
    /// 軽減の割合 in tenths.
    pub tenths: i64,
    /// Months charged.
    pub months: Months,
    /// See [`flags`].
    pub flags: i64,
    /// Annual amounts.
    pub parts: Parts,
    /// 限度超過額.
    pub over_cap: Yen,
    /// Digest of the inputs.
    pub input_digest: i64,
    /// 課することができることとなった日. With a decision: of what stands, `None` where it is not known.
    pub arose_on: Option<Date>,
    /// 前年度2月の特別徴収額; not kept with a decision.
    pub february: Yen,
    /// 2分の1の要件が残す額 of one pension payment; `None` where it is not known. Not kept with a decision.
    pub half_room: Option<Yen>,
    /// What of `parts` waits for a day (年度途中の40歳到達), by the place of its column; not kept with a decision.
    pub later: Vec<Later>,
}

/// One liable head's year with the levy behind it.
#[derive(Clone, Debug)]
pub struct Decided {
    /// Facts as the levy read them.
    pub year: LiableYear,
    /// The levy.
    pub levy: Levy,
    /// The reliefs taken off it; `None` where none is granted.
    pub relieved: Option<Relieved>,
    /// 世帯の年額の端数の単位.
    pub total_unit: i64,
    /// What of the amounts waits for a day, where the municipality waits.
    pub later: Vec<Later>,
}

impl Decided {
    /// The amount of each component, after the reliefs; together the annual amount.
    pub fn amounts(&self) -> impl Iterator<Item = Yen> + '_ {
        amounts(&self.levy, self.relieved.as_ref(), self.total_unit)
    }

    /// 減免額の合計.
    #[must_use]
    pub fn relief(&self) -> Yen {
        self.relieved.as_ref().map_or(Yen::ZERO, |one| one.relief)
    }
}

/// Runs the rule for each liable head of a household.
///
/// # Errors
/// A [`Refusal`] when the facts contradict each other.
pub fn decide(
    rules: &YearRules,
    assessor: &Assessor<'_>,
    scratch: &mut Scratch,
    household: &LoadedHousehold,
) -> Result<Vec<Decided>, Refusal> {
    let years = household_years(
        &rules.levy,
        &rules.household,
        rules.levy.fiscal_year,
        &household.facts,
    )?;
    years
        .into_iter()
        .map(|year| {
            let mut levy = Levy::default();
            assessor.assess(&year.household, scratch, &mut Silent, &mut levy)?;
            let relieved = relieved_of(household, &year, &levy)?;
            let total_unit = rules.levy.total_unit;
            let later = match rules.instalments.care_attainment {
                CareAttainment::Spread => Vec::new(),
                CareAttainment::FromAttainment => {
                    later_parts(&household.facts, &year, |without| {
                        let mut levy = Levy::default();
                        assessor.assess(without, scratch, &mut Silent, &mut levy)?;
                        let relieved = relieved_of(household, &year, &levy)?;
                        Ok(amounts(&levy, relieved.as_ref(), total_unit).collect())
                    })?
                }
            };
            Ok(Decided {
                year,
                levy,
                relieved,
                total_unit,
                later,
            })
        })
        .collect()
}

/// The levy after the reliefs of the household, where there are any.
fn relieved_of(
    household: &LoadedHousehold,
    year: &LiableYear,
    levy: &Levy,
) -> Result<Option<Relieved>, Refusal> {
    if household.reliefs.is_empty() {
        return Ok(None);
    }
    relieve(levy, year.months, &household.reliefs).map(Some)
}

fn amounts<'a>(
    levy: &'a Levy,
    relieved: Option<&'a Relieved>,
    total_unit: i64,
) -> impl Iterator<Item = Yen> + use<'a> {
    let all = levy.components.iter().enumerate().map(move |(index, one)| {
        let after = relieved.and_then(|relieved| relieved.components.get(index));
        after.copied().unwrap_or(one.amount)
    });
    within_unit(total_unit, all)
}

/// What the decisions of a household come to, one row for each liable person, in order of their number.
///
/// A person who is head twice in a year, with another between, is liable once for the sum.
///
/// # Errors
/// [`OfficeError`] when the rules refuse or a component has no column.
pub fn outcomes(
    rules: &YearRules,
    assessor: &Assessor<'_>,
    scratch: &mut Scratch,
    household: &LoadedHousehold,
) -> Result<Vec<Outcome>, OfficeError> {
    let mut rows: Vec<Outcome> = Vec::new();
    for decided in decide(rules, assessor, scratch, household)? {
        let liable_id = household
            .person_ids
            .get(decided.year.head)
            .copied()
            .ok_or_else(|| OfficeError::Bug("納付義務者が世帯員にいません".to_owned()))?;
        let row = outcome(rules, household, liable_id, &decided)?;
        match rows.iter_mut().find(|other| other.liable_id == liable_id) {
            Some(other) => merge(other, &row),
            None => rows.push(row),
        }
    }
    rows.sort_by_key(|row| row.liable_id);
    Ok(rows)
}

fn outcome(
    rules: &YearRules,
    household: &LoadedHousehold,
    liable_id: i64,
    decided: &Decided,
) -> Result<Outcome, OfficeError> {
    let codes = rules.levy.components.iter().map(|one| one.code.as_str());
    let parts = Parts::from_codes(codes.zip(decided.amounts()))?;
    let over_cap = decided.levy.components.iter().map(|one| one.over_cap).sum();
    let mut flags = marks(decided, over_cap);
    if special::conditions(rules, household, decided).special {
        flags |= flags::SPECIAL;
    }
    let pension = household.pensions.get(decided.year.head).cloned().flatten();
    Ok(Outcome {
        household_id: household.household_id,
        liable_id,
        tenths: decided.levy.reduction_tenths,
        months: decided.year.months,
        flags,
        parts,
        over_cap,
        input_digest: digest(&decided.year),
        arose_on: Some(decided.year.judged_on),
        february: pension
            .as_ref()
            .map_or(Yen::ZERO, |pension| pension.february_amount),
        half_room: pension.map(|pension| {
            half_room(
                &rules.special_law,
                pension.annual_pension,
                pension.care_per_payment,
            )
            .at_least_zero()
        }),
        later: by_column(rules, &decided.later),
    })
}

/// What waits, with the place of the component's column instead of its place in the rule set.
fn by_column(rules: &YearRules, later: &[Later]) -> Vec<Later> {
    let place = |one: &Later| {
        let code = &rules.levy.components.get(one.component)?.code;
        COMPONENT_CODES.iter().position(|known| known == code)
    };
    later
        .iter()
        .filter_map(|one| place(one).map(|component| Later { component, ..*one }))
        .collect()
}

fn merge(into: &mut Outcome, other: &Outcome) {
    into.months = into.months.or(other.months);
    into.flags |= other.flags;
    into.parts = into.parts.plus(other.parts);
    into.over_cap += other.over_cap;
    into.later.extend_from_slice(&other.later);
    into.tenths = other.tenths;
    into.input_digest = into.input_digest.rotate_left(1) ^ other.input_digest;
}

fn marks(decided: &Decided, over_cap: Yen) -> i64 {
    let mut marks = 0;
    let mut mark = |holds: bool, flag: i64| {
        if holds {
            marks |= flag;
        }
    };
    let household = &decided.year.household;
    for person in &household.people {
        mark(
            person.standing == Standing::FictitiousHead,
            flags::FICTITIOUS_HEAD,
        );
        mark(
            person.standing == Standing::FormerInsured,
            flags::FORMER_INSURED,
        );
        mark(person.filing == Filing::Unfiled, flags::UNFILED);
        mark(person.inquiry_open, flags::INQUIRY);
        mark(
            !person.unemployed.and(person.insured).is_empty(),
            flags::UNEMPLOYED,
        );
        mark(person.former_dependant, flags::FORMER_DEPENDANT);
    }
    let specific = household
        .specific_half
        .or(household.specific_three_quarters);
    mark(!specific.is_empty(), flags::SPECIFIC);
    for component in &decided.levy.components {
        mark(component.preschool_deduction > Yen::ZERO, flags::PRESCHOOL);
        mark(component.maternity_deduction > Yen::ZERO, flags::MATERNITY);
    }
    mark(over_cap > Yen::ZERO, flags::AT_CAP);
    mark(decided.relief() > Yen::ZERO, flags::RELIEF);
    marks
}

/// Digest of everything the levy read: equal inputs, equal digest. The first eight bytes of SHA-256.
#[must_use]
pub fn digest(year: &LiableYear) -> i64 {
    let mut hash = Sha256::new();
    let mut put = |value: i64| hash.update(value.to_le_bytes());
    let household = &year.household;
    put(i64::from(household.fiscal_year.0));
    put(i64::from(household.specific_half.0));
    put(i64::from(household.specific_three_quarters.0));
    put(household.forced_reduction.unwrap_or(-1));
    for adjustment in &household.adjustments {
        put(i64::try_from(adjustment.component).unwrap_or(-1));
        put(adjustment.yen.0);
    }
    for person in &household.people {
        put(person.standing as i64);
        for months in [
            person.insured,
            person.care,
            person.unemployed,
            person.maternity,
            person.former_dependant_months,
        ] {
            put(i64::from(months.0));
        }
        for yes in [
            person.preschool,
            person.minor,
            person.aged_65,
            person.former_dependant,
            person.inquiry_open,
        ] {
            put(i64::from(yes));
        }
        put(person.filing as i64);
        put(person.asset_tax.0);
        person
            .income
            .amounts()
            .into_iter()
            .for_each(|yen| put(yen.0));
    }
    let digest = hash.finalize();
    let mut first = [0_u8; 8];
    first.copy_from_slice(digest.get(..8).unwrap_or(&[0; 8]));
    i64::from_le_bytes(first)
}
