//! 賦課 — the annual levy of a household, in the statute's own order: who is counted, what each owes,
//! what is taken off, the month share, the cap, the rounding.

use super::amounts::{MICRO, TierPrices, tier_prices};
use super::household::{HouseholdYear, PersonYear};
use super::judgement::{TierMonths, tiers};
use super::what::What;
use crate::reason::{Reasoned, Silent, Step, WHOLE_HOUSEHOLD, Why};
use crate::rules::LevyRules;
use crate::rules::levy::{BaseRounding, CapMethod, ComponentRules, IncomeRounding};
use crate::{Months, Payers, Refusal, Rounding, Yen};

/// No single amount of a person's income may exceed this; larger figures are refused as mistyped.
pub const INCOME_LIMIT: Yen = Yen(10_000_000_000);

/// 区分ごとの結果 — one component of a household's annual levy. Amounts in yen, prorated, after reductions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ComponentLevy {
    /// 所得割額.
    pub income: Yen,
    /// 資産割額.
    pub asset: Yen,
    /// 均等割額, after every reduction.
    pub per_capita: Yen,
    /// 18歳以上均等割額, after every reduction.
    pub per_adult: Yen,
    /// 平等割額, after every reduction.
    pub per_household: Yen,
    /// 所得割額 before 産前産後の減額.
    pub gross_income: Yen,
    /// 均等割額 and 18歳以上均等割額 before every reduction.
    pub gross_per_capita: Yen,
    /// 平等割額 (halved where 特定世帯) before the statutory reduction.
    pub gross_per_household: Yen,
    /// 低所得者の軽減額（7・5・2割）.
    pub statutory_reduction: Yen,
    /// 未就学児の減額.
    pub preschool_deduction: Yen,
    /// 産前産後の減額.
    pub maternity_deduction: Yen,
    /// 18歳未満の均等割の減額.
    pub minor_deduction: Yen,
    /// 旧被扶養者の減免.
    pub former_dependant_relief: Yen,
    /// 調整額・独自減額.
    pub adjustment: Yen,
    /// Before the cap, fraction dropped to one yen.
    pub before_cap: Yen,
    /// 限度超過額.
    pub over_cap: Yen,
    /// 決定額.
    pub amount: Yen,
}

/// 世帯の年額.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levy {
    /// 軽減の割合 in tenths in the last month judged (7, 5, 2 or 0).
    pub reduction_tenths: i64,
    /// In the order of the rule set.
    pub components: Vec<ComponentLevy>,
    /// 年額.
    pub total: Yen,
}

/// A rule set made ready to levy many households.
#[derive(Clone, Debug)]
pub struct Assessor<'r> {
    rules: &'r LevyRules,
    prices: Vec<Vec<TierPrices>>,
}

/// Scratch space reused from household to household.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    bases: Vec<Bases>,
    tiers: Vec<TierMonths>,
    groups: Vec<TierMonths>,
}

/// 所得割の算定基礎 of one person, with and without 非自発的失業.
#[derive(Clone, Copy, Debug, Default)]
struct Bases {
    usual: Yen,
    unemployed: Yen,
}

impl<'r> Assessor<'r> {
    /// Works out the unit prices of every tier once.
    ///
    /// # Errors
    /// A [`Refusal`] when the rule set does not fit together (a tier is missing in a printed table).
    pub fn new(rules: &'r LevyRules) -> Result<Self, Refusal> {
        let prices = rules
            .components
            .iter()
            .map(|component| tier_prices(rules, component))
            .collect::<Result<_, _>>()?;
        Ok(Self { rules, prices })
    }

    /// The rule set.
    #[must_use]
    pub fn rules(&self) -> &'r LevyRules {
        self.rules
    }

    /// The annual levy with its reasons.
    ///
    /// # Errors
    /// A [`Refusal`] when the household does not belong to the rule set's year or an income is out of range.
    pub fn explain(&self, household: &HouseholdYear) -> Result<Reasoned<Levy, What>, Refusal> {
        let mut steps = Vec::with_capacity(64);
        let mut value = Levy::default();
        self.assess(household, &mut Scratch::default(), &mut steps, &mut value)?;
        Ok(Reasoned { value, steps })
    }

    /// The annual levy alone.
    ///
    /// # Errors
    /// As [`Assessor::explain`].
    pub fn levy(&self, household: &HouseholdYear) -> Result<Levy, Refusal> {
        let mut value = Levy::default();
        self.assess(household, &mut Scratch::default(), &mut Silent, &mut value)?;
        Ok(value)
    }

    /// The annual levy into `out`, telling `why` each step, allocating nothing once `scratch` is warm.
    ///
    /// # Errors
    /// As [`Assessor::explain`].
    pub fn assess<W: Why<What>>(
        &self,
        household: &HouseholdYear,
        scratch: &mut Scratch,
        why: &mut W,
        out: &mut Levy,
    ) -> Result<(), Refusal> {
        if household.fiscal_year != self.rules.fiscal_year {
            return Err(Refusal::new(
                "levy.year.mismatch",
                format!(
                    "{}の世帯を{}の規則では計算できません。その年度の規則を選んでください",
                    household.fiscal_year, self.rules.fiscal_year
                ),
            ));
        }
        income_bases(self.rules, household, why, &mut scratch.bases)?;
        tiers(self.rules, household, why, &mut scratch.tiers);
        out.components.clear();
        out.total = Yen::ZERO;
        let last = scratch
            .tiers
            .iter()
            .max_by_key(|part| part.months.0)
            .map_or(0, |part| part.tier);
        out.reduction_tenths = super::amounts::tier_tenths(self.rules)
            .nth(last)
            .unwrap_or(0);
        for (index, (component, prices)) in
            self.rules.components.iter().zip(&self.prices).enumerate()
        {
            let levy = ComponentRun {
                rules: self.rules,
                component,
                prices,
                household,
                index: u8::try_from(index).unwrap_or(u8::MAX),
            }
            .run(scratch, why);
            out.total += levy.amount;
            out.components.push(levy);
        }
        out.total = out.total.floor_to(self.rules.total_unit);
        why.step(Step {
            what: What::Total,
            component: u8::MAX,
            person: WHOLE_HOUSEHOLD,
            left: 0,
            right: self.rules.total_unit,
            value: out.total.0,
        });
        Ok(())
    }
}

/// 所得割の算定基礎. 根拠: 国民健康保険法施行令 第29条の7第2項第4号・第5号、第29条の7の2
fn income_bases<W: Why<What>>(
    rules: &LevyRules,
    household: &HouseholdYear,
    why: &mut W,
    bases: &mut Vec<Bases>,
) -> Result<(), Refusal> {
    bases.clear();
    for (index, person) in household.people.iter().enumerate() {
        // 所得照会中 is levied as zero until the answer comes.
        if person.insured.is_empty() || person.inquiry_open {
            bases.push(Bases::default());
            continue;
        }
        let taper = person.income.total_for_taper();
        let deduction = rules.basic_deduction_for(taper);
        let base = |unemployed: bool| {
            let total = person.income.levy_total(unemployed);
            let left = (total - deduction).at_least_zero();
            match rules.base_rounding {
                BaseRounding::PersonThousand => (total, left.floor_to(1000)),
                BaseRounding::None | BaseRounding::HouseholdThousand => (total, left),
            }
        };
        let (total, usual) = base(false);
        if taper.0.max(total.0) > INCOME_LIMIT.0 || taper.0 < 0 {
            return Err(Refusal::new(
                "levy.income.out_of_range",
                format!(
                    "{}人目の所得{}は扱える範囲を超えています。所得の内訳を確かめてください",
                    index + 1,
                    Yen(taper.0.max(total.0))
                ),
            ));
        }
        let number = u16::try_from(index).unwrap_or(WHOLE_HOUSEHOLD);
        let mut step = |what, left: Yen, right: Yen, value: Yen| {
            why.step(Step {
                what,
                component: u8::MAX,
                person: number,
                left: left.0,
                right: right.0,
                value: value.0,
            });
        };
        step(
            What::LevyTotal,
            person.income.salary,
            person.income.pension,
            total,
        );
        step(What::BasicDeduction, taper, Yen::ZERO, deduction);
        step(What::IncomeBase, total, deduction, usual);
        let unemployed = if person.unemployed.is_empty() {
            usual
        } else {
            let (total, base) = base(true);
            step(What::IncomeBaseUnemployed, total, deduction, base);
            base
        };
        bases.push(Bases { usual, unemployed });
    }
    Ok(())
}

/// One component of one household.
struct ComponentRun<'a> {
    rules: &'a LevyRules,
    component: &'a ComponentRules,
    prices: &'a [TierPrices],
    household: &'a HouseholdYear,
    index: u8,
}

/// Sums over months, in millionths of a yen times months of a year.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    income: i64,
    asset: i64,
    per_capita: i64,
    per_adult: i64,
    per_household: i64,
    gross_per_capita: i64,
    gross_per_household: i64,
    maternity_income: i64,
    statutory: i64,
    preschool: i64,
    maternity: i64,
    minor: i64,
    former_dependant: i64,
    adjustment: i64,
    total: i64,
    capped: i64,
    base_months: i64,
    asset_months: i64,
    person_months: i64,
    adult_months: i64,
    household_months: i64,
}

impl ComponentRun<'_> {
    fn months_of(&self, person: &PersonYear) -> Months {
        match self.component.payers {
            Payers::Everyone => person.insured,
            Payers::CareAge => person.care,
        }
    }

    fn run<W: Why<What>>(&self, scratch: &mut Scratch, why: &mut W) -> ComponentLevy {
        let (charged, even) = self.charged();
        if charged.is_empty() {
            return ComponentLevy::default();
        }
        let mut sums = Sums::default();
        let whole_of = |months: Months| match self.rules.cap_method {
            // A group's figures are those of a whole year of its composition, over its own months
            // (monthly composition), or the share of the year that falls to it (person months).
            CapMethod::MonthlyComposition => months.count(),
            CapMethod::PersonMonths => 12,
        };
        let capped = |total: i64, whole: i64| match self.rules.cap_method {
            CapMethod::MonthlyComposition => total.min(self.component.cap.0 * MICRO * whole),
            CapMethod::PersonMonths => total,
        };
        match scratch.tiers.as_slice() {
            [only] if even => {
                let group = TierMonths {
                    months: charged,
                    tier: only.tier,
                };
                let whole = whole_of(charged);
                sums = self.group(group, whole, charged, &scratch.bases, &sums);
                sums.capped = capped(sums.total, whole);
            }
            _ => {
                self.month_groups(charged, &scratch.tiers, &mut scratch.groups);
                for group in &scratch.groups {
                    let whole = whole_of(group.months);
                    let part = self.group(*group, whole, charged, &scratch.bases, &sums);
                    part.add_to(&mut sums);
                    sums.capped += capped(part.total, whole);
                }
            }
        }
        if self.rules.cap_method == CapMethod::PersonMonths {
            sums.adjustment = self.adjustment();
            sums.total = (sums.total - sums.adjustment).max(0);
            sums.capped = sums.total.min(self.component.cap.0 * MICRO * 12);
        }
        self.conclude(&sums, why)
    }

    /// The months in which anyone is charged, and whether nothing about it changes within them.
    fn charged(&self) -> (Months, bool) {
        let household = self.household;
        let mut charged = Months::NONE;
        let mut even = true;
        for person in &household.people {
            let months = self.months_of(person);
            if months.is_empty() {
                continue;
            }
            even &= charged.is_empty() || months == charged;
            even &= whole_or_none(person.unemployed, months)
                && whole_or_none(person.former_dependant_months, months);
            charged = charged.or(months);
        }
        even &= whole_or_none(household.specific_half, charged)
            && whole_or_none(household.specific_three_quarters, charged);
        (charged, even)
    }

    /// What the ordinance takes off this component in the year.
    fn adjustment(&self) -> i64 {
        if self.household.adjustments.is_empty() {
            return 0;
        }
        let own = usize::from(self.index);
        let all = self.household.adjustments.iter();
        let taken_off = all.filter(|adjustment| adjustment.component == own);
        taken_off.map(|adjustment| adjustment.yen.0).sum::<i64>() * MICRO * 12
    }

    /// Cuts the charged months into groups within which nothing that matters changes.
    fn month_groups(&self, charged: Months, tiers: &[TierMonths], groups: &mut Vec<TierMonths>) {
        groups.clear();
        for part in tiers {
            let months = part.months.and(charged);
            if !months.is_empty() {
                groups.push(TierMonths {
                    months,
                    tier: part.tier,
                });
            }
        }
        if self.rules.cap_method == CapMethod::PersonMonths {
            return;
        }
        for person in &self.household.people {
            // What happens to someone in months without this component does not change its composition.
            let months = self.months_of(person);
            cut(groups, months);
            cut(groups, months.and(person.unemployed));
            cut(groups, months.and(person.former_dependant_months));
        }
        if self.component.specific_household {
            let half = self.household.specific_half;
            cut(groups, half);
            cut(groups, self.household.specific_three_quarters.except(half));
        }
    }

    /// The sums of one group of months; `before` are those of the groups before it.
    #[inline]
    fn group(
        &self,
        group: TierMonths,
        whole: i64,
        charged: Months,
        bases: &[Bases],
        before: &Sums,
    ) -> Sums {
        let mut part = Sums::default();
        let Some(prices) = self.prices.get(group.tier) else {
            return part;
        };
        let mut household_months = Months::NONE;
        let mut only_former_dependants = group.months;
        for (person, bases) in self.household.people.iter().zip(bases) {
            let months = self.months_of(person).and(group.months);
            if months.is_empty() {
                continue;
            }
            household_months = household_months.or(months);
            let waived = person.former_dependant_months.and(months);
            only_former_dependants = only_former_dependants.except(months.except(waived));
            self.add_person(person, months, bases, prices, whole, &mut part);
        }
        if self.component.per_household > Yen::ZERO {
            self.add_household(prices, household_months, only_former_dependants, &mut part);
        }
        part.household_months = household_months.count();
        self.round_parts(whole, &mut part);
        if self.rules.cap_method == CapMethod::MonthlyComposition
            && !self.household.adjustments.is_empty()
        {
            // Shared by the charged months; what division leaves over goes to the later groups.
            let months = before.household_months + group.months.count();
            part.adjustment =
                self.adjustment() * months / charged.count().max(1) - before.adjustment;
        }
        let total =
            part.income + part.asset + part.per_capita + part.per_adult + part.per_household
                - part.adjustment;
        part.total = total.max(0);
        part
    }

    fn add_person(
        &self,
        person: &PersonYear,
        months: Months,
        bases: &Bases,
        prices: &TierPrices,
        whole: i64,
        part: &mut Sums,
    ) {
        let maternity = months.and(person.maternity).count();
        let paid = months.except(person.maternity);
        let (paid_months, unemployed) = (paid.count(), paid.and(person.unemployed).count());
        let usual = paid_months - unemployed;
        let relieved = if maternity > 0 {
            months.and(person.maternity).and(person.unemployed).count()
        } else {
            0
        };
        let rate = self.component.income_rate.0;
        let income_before = part.income;
        if !person.former_dependant {
            part.base_months += bases.usual.0 * usual;
            part.base_months += bases.unemployed.0 * unemployed;
            match self.component.income_rounding {
                IncomeRounding::PersonFloor | IncomeRounding::PersonNearest => {
                    part.income += self.rounded(bases.usual) * usual;
                    if unemployed > 0 {
                        part.income += self.rounded(bases.unemployed) * unemployed;
                    }
                    if maternity > 0 {
                        part.maternity_income += self.rounded(bases.usual) * (maternity - relieved)
                            + self.rounded(bases.unemployed) * relieved;
                    }
                }
                IncomeRounding::HouseholdFloor | IncomeRounding::HouseholdNearest => {
                    if self.component.person_unit > 0 {
                        part.income +=
                            (bases.usual.0 * usual + bases.unemployed.0 * unemployed) * rate;
                    }
                    if maternity > 0 {
                        part.maternity_income += (bases.usual.0 * (maternity - relieved)
                            + bases.unemployed.0 * relieved)
                            * rate;
                    }
                }
            }
        }
        part.asset_months += person.asset_tax.0 * months.count();

        let free = person.minor && self.component.minor_exempt;
        let reduced = prices.per_capita.reduced;
        let after = if person.preschool && self.component.preschool {
            part.preschool += (reduced - prices.preschool) * months.count();
            prices.preschool
        } else {
            reduced
        };
        part.gross_per_capita += prices.per_capita.gross * months.count();
        part.statutory += (prices.per_capita.gross - reduced) * months.count();
        part.maternity += after * maternity;
        let own = if free {
            part.minor += after * paid_months;
            0
        } else {
            part.person_months += paid_months;
            let relief_months = paid.and(person.former_dependant_months).count();
            let relief = (after - after.min(prices.per_capita.gross / 2)) * relief_months;
            part.former_dependant += relief;
            after * paid_months - relief
        };
        part.per_capita += own;
        let adult = if person.minor {
            0
        } else {
            part.adult_months += paid_months;
            part.gross_per_capita += prices.per_adult.gross * months.count();
            part.statutory += (prices.per_adult.gross - prices.per_adult.reduced) * months.count();
            let reduced = prices.per_adult.reduced;
            part.maternity += reduced * maternity;
            let relief_months = paid.and(person.former_dependant_months).count();
            let relief = (reduced - reduced.min(prices.per_adult.gross / 2)) * relief_months;
            part.former_dependant += relief;
            reduced * paid_months - relief
        };
        part.per_adult += adult;
        if self.component.person_unit > 0 {
            let exact = part.income - income_before + own + adult;
            let kept = Rounding::Floor.divide(exact, whole * MICRO, self.component.person_unit)
                * whole
                * MICRO;
            // The cut comes off the income part, so that the parts still add up to the component.
            part.income += kept - exact;
        }
    }

    /// One person's annual 所得割 in millionths of a yen, its fraction dropped as the ordinance says.
    #[inline]
    fn rounded(&self, base: Yen) -> i64 {
        let exact = base.0 * self.component.income_rate.0;
        match self.component.income_rounding {
            IncomeRounding::PersonFloor => Rounding::Floor.divide(exact, MICRO, 1) * MICRO,
            _ => Rounding::Nearest.divide(exact, MICRO, 1) * MICRO,
        }
    }

    /// 平等割. 根拠: 国民健康保険法施行令 第29条の7第2項第8号 (特定世帯 1/2、特定継続世帯 3/4)
    fn add_household(
        &self,
        prices: &TierPrices,
        months: Months,
        only_former_dependants: Months,
        part: &mut Sums,
    ) {
        let (half, three_quarters) = if self.component.specific_household {
            let half = months.and(self.household.specific_half);
            let three = months
                .and(self.household.specific_three_quarters)
                .except(half);
            (half, three)
        } else {
            (Months::NONE, Months::NONE)
        };
        let full = months.except(half).except(three_quarters);
        for (price, months) in [
            (prices.household, full),
            (prices.specific_half, half),
            (prices.specific_three_quarters, three_quarters),
        ] {
            let count = months.count();
            part.gross_per_household += price.gross * count;
            part.statutory += (price.gross - price.reduced) * count;
            let relief_months = months.and(only_former_dependants).count();
            let relief = (price.reduced - price.reduced.min(price.gross / 2)) * relief_months;
            part.former_dependant += relief;
            part.per_household += price.reduced * count - relief;
        }
    }

    /// Drops the fractions that the ordinance drops before the parts are added up.
    fn round_parts(&self, whole: i64, part: &mut Sums) {
        let step = whole * MICRO;
        let rate = self.component.income_rate.0;
        let household = match self.component.income_rounding {
            IncomeRounding::HouseholdFloor => Some(Rounding::Floor),
            IncomeRounding::HouseholdNearest => Some(Rounding::Nearest),
            IncomeRounding::PersonFloor | IncomeRounding::PersonNearest => None,
        };
        if let Some(rounding) = household
            && self.component.person_unit == 0
        {
            let base = match self.rules.base_rounding {
                BaseRounding::HouseholdThousand => {
                    Rounding::Floor.divide(part.base_months, whole, 1000) * whole
                }
                BaseRounding::None | BaseRounding::PersonThousand => part.base_months,
            };
            part.income = rounding.divide(base * rate, step, 1) * step;
        }
        if part.asset_months > 0 && self.component.asset_rate.0 > 0 {
            let asset = part.asset_months * self.component.asset_rate.0;
            part.asset = Rounding::Floor.divide(asset, step, 1) * step;
        }
        if self.component.reduction_rounding == crate::rules::levy::ReductionRounding::FloorTotals {
            let floor =
                |amount: &mut i64| *amount = Rounding::Floor.divide(*amount, step, 1) * step;
            floor(&mut part.per_household);
            // Where each person's own sum was cut already there is no total left to cut.
            if self.component.person_unit == 0 {
                floor(&mut part.per_capita);
                floor(&mut part.per_adult);
            }
        }
    }

    /// 区分の年額の端数. The three usual units are divided by as constants.
    #[inline]
    fn amount(&self, capped: i64) -> Yen {
        const YEAR: i64 = 12 * MICRO;
        let rounding = self.component.amount_rounding;
        Yen(match self.component.amount_unit {
            1 => rounding.divide(capped, YEAR, 1),
            10 => rounding.divide(capped, YEAR, 10),
            100 => rounding.divide(capped, YEAR, 100),
            unit => rounding.divide(capped, YEAR, unit),
        })
    }

    /// Twelfths to yen, the cap, the rounding, and the steps told.
    fn conclude<W: Why<What>>(&self, sums: &Sums, why: &mut W) -> ComponentLevy {
        const YEAR: i64 = 12 * MICRO;
        // Most sums of most households are zero, and a division costs more than the look.
        let yen = |sum: i64| match sum {
            0 => Yen::ZERO,
            sum => Yen(sum.div_euclid(YEAR)),
        };
        let levy = ComponentLevy {
            income: yen(sums.income),
            asset: yen(sums.asset),
            per_capita: yen(sums.per_capita),
            per_adult: yen(sums.per_adult),
            per_household: yen(sums.per_household),
            gross_income: yen(sums.income + sums.maternity_income),
            gross_per_capita: yen(sums.gross_per_capita),
            gross_per_household: yen(sums.gross_per_household),
            statutory_reduction: yen(sums.statutory),
            preschool_deduction: yen(sums.preschool),
            maternity_deduction: yen(sums.maternity + sums.maternity_income),
            minor_deduction: yen(sums.minor),
            former_dependant_relief: yen(sums.former_dependant),
            adjustment: yen(sums.adjustment),
            before_cap: yen(sums.total),
            over_cap: yen(sums.total - sums.capped),
            amount: self.amount(sums.capped),
        };
        let component = self.component;
        let mut step = |what, left: i64, right: i64, value: Yen| {
            why.step(Step {
                what,
                component: self.index,
                person: WHOLE_HOUSEHOLD,
                left,
                right,
                value: value.0,
            });
        };
        step(
            What::IncomeLevy,
            sums.base_months,
            component.income_rate.0,
            levy.income,
        );
        if component.asset_rate.0 > 0 {
            step(
                What::AssetLevy,
                sums.asset_months,
                component.asset_rate.0,
                levy.asset,
            );
        }
        step(
            What::PerCapita,
            sums.person_months,
            component.per_capita.0,
            levy.per_capita,
        );
        if component.per_adult.0 > 0 {
            step(
                What::PerAdult,
                sums.adult_months,
                component.per_adult.0,
                levy.per_adult,
            );
        }
        if component.per_household.0 > 0 {
            step(
                What::PerHousehold,
                sums.household_months,
                component.per_household.0,
                levy.per_household,
            );
        }
        for (what, value) in [
            (What::StatutoryReduction, levy.statutory_reduction),
            (What::PreschoolDeduction, levy.preschool_deduction),
            (What::MaternityDeduction, levy.maternity_deduction),
            (What::MinorDeduction, levy.minor_deduction),
            (What::FormerDependantRelief, levy.former_dependant_relief),
            (What::Adjustment, levy.adjustment),
        ] {
            if value != Yen::ZERO {
                step(what, 0, 0, value);
            }
        }
        if levy.over_cap > Yen::ZERO {
            step(What::Cap, levy.before_cap.0, component.cap.0, levy.over_cap);
        }
        step(
            What::ComponentAmount,
            sums.capped.div_euclid(YEAR),
            component.amount_unit,
            levy.amount,
        );
        levy
    }
}

impl Sums {
    #[inline]
    fn add_to(self, other: &mut Self) {
        other.income += self.income;
        other.asset += self.asset;
        other.per_capita += self.per_capita;
        other.per_adult += self.per_adult;
        other.per_household += self.per_household;
        other.gross_per_capita += self.gross_per_capita;
        other.gross_per_household += self.gross_per_household;
        other.maternity_income += self.maternity_income;
        other.statutory += self.statutory;
        other.preschool += self.preschool;
        other.maternity += self.maternity;
        other.minor += self.minor;
        other.former_dependant += self.former_dependant;
        other.adjustment += self.adjustment;
        other.total += self.total;
        other.base_months += self.base_months;
        other.asset_months += self.asset_months;
        other.person_months += self.person_months;
        other.adult_months += self.adult_months;
        other.household_months += self.household_months;
    }
}

/// Whether a month map takes all of some months or none of them.
fn whole_or_none(map: Months, of: Months) -> bool {
    let inside = map.and(of);
    inside.is_empty() || inside == of
}

/// Cuts every group along a month map.
fn cut(groups: &mut Vec<TierMonths>, map: Months) {
    for index in 0..groups.len() {
        let Some(group) = groups.get_mut(index) else {
            return;
        };
        let inside = group.months.and(map);
        if inside.is_empty() || inside == group.months {
            continue;
        }
        group.months = group.months.except(map);
        let split = TierMonths {
            months: inside,
            tier: group.tier,
        };
        groups.push(split);
    }
}
