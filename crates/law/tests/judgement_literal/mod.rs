//! 判定の二つ目の実装 — slow and literal: every day of every month, figures written out, statutes followed line by line.
//! It shares no code with the first beyond the shapes of the facts.

use law::judgement::{
    HouseholdFacts, IncomeVersion, PersonFacts, RevenueVersion, TaxStanding, TaxVersion,
};
use law::levy::{Filing, Income};
use law::{Date, FiscalYear, Yen, day};

/// What is said of a household or an elder: (class code, tenths, reason of holding).
pub type Said = (i64, i64, i64);

/// Age in completed years at the end of a day: a year is complete the day before the birthday.
fn age_at_end_of(birth: Date, on: Date) -> i64 {
    let next = on.tomorrow().unwrap();
    let before = (next.month(), next.day()) < (birth.month(), birth.day());
    i64::from(next.year()) - i64::from(birth.year()) - i64::from(before)
}

fn seventy(birth: Date, month: Date) -> bool {
    // 七十歳に達する日の属する月の翌月以後
    age_at_end_of(birth, month.yesterday().unwrap()) >= 70
}

fn insured(person: &PersonFacts, on: Date) -> bool {
    person
        .insured
        .iter()
        .any(|span| span.from <= on && span.until.is_none_or(|until| on < until))
}

fn head(facts: &HouseholdFacts, on: Date) -> Option<usize> {
    facts
        .heads
        .iter()
        .find(|head| head.from <= on && head.until.is_none_or(|until| on < until))
        .map(|head| head.person)
}

fn income_year(month: Date) -> i16 {
    match month.month() {
        1..=7 => month.year() - 2,
        _ => month.year() - 1,
    }
}

/// 年度: the fiscal year that begins in the year after the income.
fn year_of(month: Date) -> FiscalYear {
    FiscalYear(income_year(month) + 1)
}

fn version(person: &PersonFacts, month: Date) -> Option<(Filing, bool, Income)> {
    person
        .incomes
        .iter()
        .rfind(|one| one.fiscal_year == year_of(month))
        .map(|one| (one.filing, one.inquiry_open, one.income))
}

struct Tax {
    taxed: bool,
    abroad: bool,
    taxable: Option<i64>,
}

fn tax(person: &PersonFacts, month: Date) -> Option<Tax> {
    let found = person
        .taxes
        .iter()
        .rfind(|one| one.fiscal_year == year_of(month))?;
    Some(Tax {
        taxed: found.standing == TaxStanding::Taxed,
        abroad: found.abroad,
        taxable: found.taxable_income.map(|yen| yen.0),
    })
}

fn child(person: &PersonFacts, month: Date) -> bool {
    let last = day(income_year(month), 12, 31);
    person.birth_on > last || age_at_end_of(person.birth_on, last) < 16
}

/// 1月1日に国外: as the tax side says, or where it says nothing, as the residents' register tells.
fn lived_abroad(person: &PersonFacts, month: Date) -> bool {
    tax(person, month).map_or_else(|| newcomer_from_abroad(person, month), |tax| tax.abroad)
}

/// 0 known, 1 所得照会中, 2 所得情報なし, 4 未申告.
fn state(person: &PersonFacts, month: Date) -> i64 {
    let abroad = lived_abroad(person, month);
    match version(person, month) {
        Some((_, true, _)) => 1,
        Some((Filing::Unfiled, _, _)) if !abroad && !child(person, month) => 4,
        Some(_) => 0,
        None if child(person, month) || abroad => 0,
        None => 2,
    }
}

fn items(person: &PersonFacts, month: Date) -> Income {
    version(person, month).map_or_else(Income::default, |one| one.2)
}

/// 特例対象被保険者等, or before the first 31 July after.
fn unemployed(person: &PersonFacts, month: Date) -> bool {
    person.unemployments.iter().any(|one| {
        let first = one.left_on.tomorrow().unwrap();
        let ends_in = if first.month() >= 4 {
            first.year() + 2
        } else {
            first.year() + 1
        };
        let counted = [11, 12, 21, 22, 23, 31, 32, 33, 34].contains(&one.code);
        counted
            && age_at_end_of(person.birth_on, one.left_on) < 65
            && day(first.year(), first.month(), 1) <= month
            && month <= day(ends_in, 7, 31)
    })
}

/// 総所得金額等 (the generator makes salary, pension and business only).
fn total(person: &PersonFacts, month: Date, at_thirty: bool) -> i64 {
    let items = items(person, month);
    let salary = if at_thirty {
        items.salary.0 * 30 / 100
    } else {
        items.salary.0
    };
    (salary + items.pension.0 + items.business.0).max(0)
}

fn base(person: &PersonFacts, month: Date) -> i64 {
    let items = items(person, month);
    let whole = (items.salary.0 + items.pension.0 + items.business.0).max(0);
    let deduction = if whole <= 24_000_000 {
        430_000
    } else if whole <= 24_500_000 {
        290_000
    } else if whole <= 25_000_000 {
        150_000
    } else {
        0
    };
    (total(person, month, unemployed(person, month)) - deduction).max(0)
}

/// Everyone in the household on a day: (index, insured, head).
fn judged(facts: &HouseholdFacts, on: Date) -> Vec<usize> {
    let head = head(facts, on);
    (0..facts.people.len())
        .filter(|index| head == Some(*index) || insured(&facts.people[*index], on))
        .collect()
}

fn former(facts: &HouseholdFacts, on: Date) -> Vec<usize> {
    (0..facts.people.len())
        .filter(|index| {
            let person = &facts.people[*index];
            let span = person
                .former_insured
                .iter()
                .find(|span| span.from <= on && span.until.is_none_or(|until| on < until));
            let Some(span) = span else { return false };
            // 継続して同一の世帯主の世帯に属する: the same head on every day since.
            let mut day = span.from;
            let now = head(facts, on);
            let mut same = true;
            while day <= on {
                same &= head(facts, day).is_none() || head(facts, day) == now;
                day = day.tomorrow().unwrap();
            }
            same && !insured(person, on)
        })
        .collect()
}

/// 施行地に住所を有しない者 on the 賦課期日, as the residents' register alone tells it: not here on the day, and the next entry is
/// 国外転入.
fn newcomer_from_abroad(person: &PersonFacts, month: Date) -> bool {
    let levied_on = day(year_of(month).0, 1, 1);
    if person.birth_on > levied_on {
        return false;
    }
    let mut next = None;
    for stay in &person.stays {
        if stay.span.from <= levied_on && stay.span.until.is_none_or(|until| until > levied_on) {
            return false;
        }
        if stay.span.from > levied_on && next.is_none() {
            next = Some(stay.from_abroad);
        }
    }
    next == Some(true)
}

/// Who is taxed or was abroad by what is on record, whatever is still to be heard.
fn surely_taxed(person: &PersonFacts, month: Date) -> bool {
    match tax(person, month) {
        Some(tax) => tax.taxed || tax.abroad,
        None => newcomer_from_abroad(person, month),
    }
}

/// Why nobody can say whether somebody is taxed: 照会中 says nothing of 非課税, and no record says it but without any income.
fn standing_unknown(person: &PersonFacts, month: Date) -> Option<i64> {
    let state = state(person, month);
    if surely_taxed(person, month) {
        return None;
    }
    match (tax(person, month).is_some(), state) {
        (true, 1) => Some(1),
        (true, _) => None,
        (false, 0) if total(person, month, false) == 0 => None,
        (false, 0) => Some(3),
        (false, why) => Some(why),
    }
}

/// 市町村民税世帯非課税, everything known.
fn untaxed(facts: &HouseholdFacts, on: Date, month: Date) -> bool {
    judged(facts, on)
        .iter()
        .all(|index| !surely_taxed(&facts.people[*index], month))
}

/// 特定同一世帯所属者 and everyone who is judged.
fn everyone(facts: &HouseholdFacts, on: Date) -> Vec<usize> {
    let mut all = judged(facts, on);
    all.extend(former(facts, on));
    all.sort_unstable();
    all.dedup();
    all
}

/// One person with every answer there could be, as far as answers tell classes apart: nothing, an earner with nothing, a fortune;
/// taxed or not where no record says it.
fn answers(person: &PersonFacts, month: Date) -> Vec<PersonFacts> {
    let fiscal_year = year_of(month);
    let known_on = day(fiscal_year.0, 7, 1);
    let open = standing_unknown(person, month).is_some();
    let with = |income: Option<Income>, standing: TaxStanding| {
        let mut person = person.clone();
        if let Some(income) = income {
            person.incomes.push(IncomeVersion {
                fiscal_year,
                known_on,
                filing: Filing::Filed,
                inquiry_open: false,
                income,
            });
        }
        if open {
            person.taxes.push(TaxVersion {
                fiscal_year,
                known_on,
                standing,
                taxable_income: tax(&person, month).and_then(|tax| tax.taxable).map(Yen),
                abroad: false,
                adjustment: None,
            });
        }
        person
    };
    let earner = Income {
        salary_revenue: Yen(600_000),
        ..Income::default()
    };
    let fortune = Income {
        business: Yen(100_000_000),
        ..Income::default()
    };
    match state(person, month) {
        1 | 2 => vec![
            with(Some(Income::default()), TaxStanding::NotTaxed),
            with(Some(earner), TaxStanding::NotTaxed),
            with(Some(fortune), TaxStanding::Taxed),
        ],
        0 if open => vec![
            with(None, TaxStanding::NotTaxed),
            with(None, TaxStanding::Taxed),
        ],
        _ => vec![person.clone()],
    }
}

/// The household with every answer there could be.
fn possible(facts: &HouseholdFacts, on: Date, month: Date) -> Vec<HouseholdFacts> {
    let mut all = vec![facts.clone()];
    for index in everyone(facts, on) {
        let answers = answers(&facts.people[index], month);
        all = all
            .iter()
            .flat_map(|one| {
                answers.iter().map(|answer| {
                    let mut one = one.clone();
                    one.people[index] = answer.clone();
                    one
                })
            })
            .collect();
    }
    all
}

/// What every answer gives; where they differ, why it is held.
fn certain(
    facts: &HouseholdFacts,
    (on, month): (Date, Date),
    class: impl Fn(&HouseholdFacts) -> i64,
    summed: &[usize],
) -> Result<i64, i64> {
    let all = possible(facts, on, month);
    let first = class(&all[0]);
    if all.iter().all(|one| class(one) == first) {
        return Ok(first);
    }
    let judged = judged(facts, on);
    let standing = judged
        .iter()
        .filter_map(|index| standing_unknown(&facts.people[*index], month));
    let taxed = judged
        .iter()
        .any(|index| surely_taxed(&facts.people[*index], month));
    let awaited = |people: &[usize]| {
        let states = people
            .iter()
            .map(|index| state(&facts.people[*index], month));
        states.filter(|state| [1, 2].contains(state)).min()
    };
    let why = if let Some(why) = standing.min().filter(|_| !taxed) {
        Some(why)
    } else if all.iter().any(|one| special(one, on, month)) && taxed {
        awaited(&everyone(facts, on))
    } else {
        awaited(summed)
    };
    Err(why.unwrap())
}

/// 特例対象被保険者等所属世帯特例基準.
fn special(facts: &HouseholdFacts, on: Date, month: Date) -> bool {
    let former = former(facts, on);
    let counts = |index: usize| insured(&facts.people[index], on) || former.contains(&index);
    let everyone = everyone(facts, on);
    let any = everyone
        .iter()
        .any(|index| counts(*index) && unemployed(&facts.people[*index], month));
    if !any
        || everyone
            .iter()
            .any(|index| state(&facts.people[*index], month) != 0)
    {
        return false;
    }
    let year_end = day(income_year(month), 12, 31);
    let (mut sum, mut earners, mut heads) = (0, 0, 0);
    for index in everyone {
        let person = &facts.people[index];
        let items = items(person, month);
        sum += total(person, month, counts(index) && unemployed(person, month));
        let old = age_at_end_of(person.birth_on, year_end) >= 65;
        let pension_over = if old { 1_100_000 } else { 600_000 };
        earners +=
            i64::from(items.salary_revenue.0 > 550_000 || items.pension_revenue.0 > pension_over);
        heads += i64::from(counts(index));
    }
    let each = if month >= day(2026, 8, 1) {
        570_000
    } else {
        560_000
    };
    sum <= 430_000 + 100_000 * (earners - 1).max(0) + each * heads
}

/// 70歳未満 on a day, for a month.
pub fn household(facts: &HouseholdFacts, on: Date, month: Date) -> Said {
    let everyone = judged(facts, on);
    if everyone
        .iter()
        .any(|index| state(&facts.people[*index], month) == 4)
    {
        return (1, 0, 0);
    }
    let summed: Vec<usize> = everyone
        .into_iter()
        .filter(|index| insured(&facts.people[*index], on))
        .collect();
    let class = |facts: &HouseholdFacts| known_class(facts, &summed, (on, month));
    match certain(facts, (on, month), class, &summed) {
        Ok(class) => (class, 0, 0),
        Err(why) => (0, 0, why),
    }
}

fn known_class(facts: &HouseholdFacts, summed: &[usize], (on, month): (Date, Date)) -> i64 {
    if untaxed(facts, on, month) || special(facts, on, month) {
        return 5;
    }
    let sum: i64 = summed
        .iter()
        .map(|index| base(&facts.people[*index], month))
        .sum();
    if sum > 9_010_000 {
        1
    } else if sum > 6_000_000 {
        2
    } else if sum > 2_100_000 {
        3
    } else {
        4
    }
}

/// 所得税法 第28条第2項の金額, found again: the amount of which 租税特別措置法 第41条の3の11第2項 leaves the salary on record.
/// Where several do (all of 10万円 or less), the smallest.
fn before_adjustment(items: &Income) -> i64 {
    let (salary, pension) = (items.salary.0, items.pension.0);
    let after = |amount: i64| {
        let both = amount > 0 && pension > 0 && amount + pension > 100_000;
        let taken = amount.min(100_000) + pension.min(100_000) - 100_000;
        if both { amount - taken } else { amount }
    };
    [0, 1, 99_999, 100_000, pension.min(100_000)]
        .into_iter()
        .map(|more| salary + more)
        .filter(|amount| after(*amount) == salary)
        .min()
        .unwrap()
}

/// The people of the household that somebody headed on 31 December: this one, or another one.
fn of_that_day(facts: &HouseholdFacts, index: usize, year_end: Date) -> Vec<PersonFacts> {
    if head(facts, year_end) == Some(index) {
        return facts.people.clone();
    }
    let mut all = facts.headed_elsewhere.iter();
    let there = all.find(|one| (one.person, one.on) == (index, year_end));
    there.map_or_else(Vec::new, |one| one.people.clone())
}

/// 控除対象者 that nobody can tell: the reason of the first, for whoever was head on 31 December.
fn child_unknown(facts: &HouseholdFacts, index: usize, month: Date) -> Option<i64> {
    let year_end = day(income_year(month), 12, 31);
    of_that_day(facts, index, year_end)
        .iter()
        .filter(|other| other.birth_on <= year_end && insured(other, year_end))
        .filter(|other| age_at_end_of(other.birth_on, year_end) < 19)
        .map(|other| state(other, month))
        .find(|state| *state != 0)
}

fn adjusted(facts: &HouseholdFacts, index: usize, month: Date, hopeful: bool) -> i64 {
    let person = &facts.people[index];
    let year_end = day(income_year(month), 12, 31);
    let mut deduction = 0;
    for other in &of_that_day(facts, index, year_end) {
        let items = items(other, month);
        let own = (before_adjustment(&items) - 100_000).max(0);
        let income = own + items.pension.0 + items.business.0;
        if other.birth_on > year_end || !insured(other, year_end) {
            continue;
        }
        let age = age_at_end_of(other.birth_on, year_end);
        let low = if state(other, month) == 0 {
            income <= 380_000
        } else {
            hopeful
        };
        if age >= 19 || !low {
            continue;
        }
        deduction += if age < 16 { 330_000 } else { 120_000 };
    }
    let recorded = tax(person, month).and_then(|tax| tax.taxable);
    let whole = total(person, month, false);
    let most = (whole - if whole <= 24_000_000 { 430_000 } else { 0 }).max(0);
    (recorded.unwrap_or(most) - deduction).max(0)
}

fn applied(facts: &HouseholdFacts, month: Date) -> bool {
    let year = if month.month() >= 8 {
        month.year()
    } else {
        month.year() - 1
    };
    facts.applications.iter().any(|one| {
        let (y, m) = (one.received_on.year(), one.received_on.month());
        let next = if m == 12 {
            day(y + 1, 1, 1)
        } else {
            day(y, m + 1, 1)
        };
        one.benefit_year == year && (one.received_on < day(year, 8, 1) || next <= month)
    })
}

fn revenue(person: &PersonFacts, month: Date, applied: bool) -> Option<i64> {
    let stated = person
        .revenues
        .iter()
        .rfind(|one| one.fiscal_year == year_of(month));
    if let Some(one) = stated {
        return (applied || one.by_record).then_some(one.revenue.0);
    }
    // Without any word of 収入 a granted application leaves the record; without an application nothing confirms it.
    let items = items(person, month);
    (applied && state(person, month) == 0 && items.business.0 == 0)
        .then_some(items.salary_revenue.0 + items.pension_revenue.0)
}

/// What is said of the ratio where it is not 2割, children that nobody can tell left out or, hopefully, taken in.
fn ratio(
    facts: &HouseholdFacts,
    old: &[usize],
    (on, month): (Date, Date),
    hopeful: bool,
) -> Option<Said> {
    let amounts = old
        .iter()
        .map(|index| adjusted(facts, *index, month, hopeful));
    let highest = amounts.max().unwrap();
    let bases: i64 = old
        .iter()
        .map(|index| base(&facts.people[*index], month))
        .sum();
    let two = if highest < 1_450_000 || bases <= 2_100_000 {
        true
    } else {
        let applied = applied(facts, month);
        let own: Option<i64> = old
            .iter()
            .map(|index| revenue(&facts.people[*index], month, applied))
            .sum();
        match (own, old.len()) {
            (None, _) => false,
            (Some(own), 1) => {
                own < 3_830_000 || {
                    let former = former(facts, on);
                    let theirs: Option<i64> = former
                        .iter()
                        .map(|index| revenue(&facts.people[*index], month, applied))
                        .sum();
                    !former.is_empty() && theirs.is_some_and(|theirs| own + theirs < 5_200_000)
                }
            }
            (Some(own), _) => own < 5_200_000,
        }
    };
    if two {
        return None;
    }
    let class = if highest >= 6_900_000 {
        11
    } else if highest >= 3_800_000 {
        12
    } else {
        13
    };
    Some((class, 3, 0))
}

/// One elder with every 所得, 課税所得 and 収入 an answer may bring: nothing or a fortune, the revenue on record or not; where the
/// tax side does not say the 課税所得, nothing or as much as there may be.
fn burdens(person: &PersonFacts, month: Date) -> Vec<PersonFacts> {
    let fiscal_year = year_of(month);
    let known_on = day(fiscal_year.0, 7, 1);
    let abroad = lived_abroad(person, month);
    let taxes = |taxable: Option<i64>| TaxVersion {
        fiscal_year,
        known_on,
        standing: TaxStanding::Taxed,
        taxable_income: taxable.map(Yen),
        abroad,
        adjustment: None,
    };
    if ![1, 2].contains(&state(person, month)) {
        let mut nothing = person.clone();
        nothing.taxes.push(taxes(Some(0)));
        let said = tax(person, month).is_some_and(|tax| tax.taxable.is_some());
        return if said {
            vec![person.clone()]
        } else {
            vec![person.clone(), nothing]
        };
    }
    let mut all = Vec::new();
    for amount in [0, 100_000_000] {
        for stated in [None, Some(0), Some(100_000_000)] {
            let mut one = person.clone();
            one.incomes.push(IncomeVersion {
                fiscal_year,
                known_on,
                filing: Filing::Filed,
                inquiry_open: false,
                income: Income {
                    business: Yen(amount),
                    ..Income::default()
                },
            });
            one.taxes.push(taxes(Some(amount)));
            let mut known = person.revenues.iter();
            let known = known.any(|one| one.fiscal_year == fiscal_year);
            if let Some(revenue) = stated.filter(|_| !known) {
                one.revenues.push(RevenueVersion {
                    fiscal_year,
                    known_on,
                    revenue: Yen(revenue),
                    by_record: true,
                });
            }
            all.push(one);
        }
    }
    all
}

/// The household with every answer there could be of those of 70 and over.
fn every_burden(facts: &HouseholdFacts, old: &[usize], month: Date) -> Vec<HouseholdFacts> {
    let mut all = vec![facts.clone()];
    for index in old {
        let answers = burdens(&facts.people[*index], month);
        all = all
            .iter()
            .flat_map(|one| {
                answers.iter().map(|answer| {
                    let mut one = one.clone();
                    one.people[*index] = answer.clone();
                    one
                })
            })
            .collect();
    }
    all
}

/// 70歳以上 on a day, for a month; everyone of 70 and over in the household alike.
pub fn elders(facts: &HouseholdFacts, on: Date, month: Date) -> Said {
    let old: Vec<usize> = (0..facts.people.len())
        .filter(|index| {
            let person = &facts.people[*index];
            insured(person, on) && seventy(person.birth_on, month)
        })
        .collect();
    let states = old.iter().map(|index| state(&facts.people[*index], month));
    let awaited = states.filter(|state| [1, 2].contains(state)).min();
    let every = |hopeful: bool| -> Vec<Option<Said>> {
        let all = every_burden(facts, &old, month);
        all.iter()
            .map(|one| ratio(one, &old, (on, month), hopeful))
            .collect()
    };
    let same = |all: &[Option<Said>], part: fn(&Option<Said>) -> Option<i64>| {
        all.iter().all(|one| part(one) == part(&all[0]))
    };
    let tenths: fn(&Option<Said>) -> Option<i64> = |said| said.map(|said| said.1);
    let class: fn(&Option<Said>) -> Option<i64> = |said| said.map(|said| said.0);
    let sober = every(false);
    // 課税情報なし where nobody is asked about.
    let why = awaited.unwrap_or(3);
    if !same(&sober, tenths) {
        return (0, 0, why);
    }
    let all = [sober.clone(), every(true)].concat();
    let unknown = old
        .iter()
        .find_map(|index| child_unknown(facts, *index, month));
    let hangs = !same(&all, tenths) || (same(&sober, class) && !same(&all, class));
    if let Some(reason) = unknown
        && hangs
    {
        return (0, 0, reason);
    }
    if let Some(three) = sober[0] {
        return if same(&sober, class) {
            three
        } else {
            (0, 3, why)
        };
    }
    let all = judged(facts, on);
    if all
        .iter()
        .any(|index| state(&facts.people[*index], month) == 4)
    {
        return (14, 2, 0);
    }
    let class = |facts: &HouseholdFacts| known_low(facts, (on, month));
    match certain(facts, (on, month), class, &all) {
        Ok(class) => (class, 2, 0),
        Err(why) => (0, 2, why),
    }
}

fn known_low(facts: &HouseholdFacts, (on, month): (Date, Date)) -> i64 {
    if !untaxed(facts, on, month) {
        return if special(facts, on, month) { 15 } else { 14 };
    }
    let deduction = if month >= day(2026, 8, 1) {
        826_500
    } else {
        806_700
    };
    let nobody = judged(facts, on).iter().all(|index| {
        let items = items(&facts.people[*index], month);
        items.pension_revenue.0 <= deduction
            && before_adjustment(&items) <= 100_000
            && items.business.0 <= 0
    });
    if nobody { 16 } else { 15 }
}

/// Says what holds on a day: of the household, and of a person of 70 or over.
pub fn on_day(facts: &HouseholdFacts, index: Option<usize>, on: Date) -> Option<Said> {
    let month = on.first_of_month();
    match index {
        None => {
            if !facts.people.iter().any(|person| insured(person, on)) && !later(facts, on) {
                return None;
            }
            let mut basis = month;
            while !facts.people.iter().any(|person| insured(person, basis)) {
                basis = basis.tomorrow().unwrap();
                if basis > on {
                    return None;
                }
            }
            Some(household(facts, basis, month))
        }
        Some(index) => {
            let person = &facts.people[index];
            if !insured(person, on) || !seventy(person.birth_on, month) {
                return None;
            }
            let span = person
                .insured
                .iter()
                .find(|span| span.from <= on && span.until.is_none_or(|until| on < until))?;
            // 世帯変更 counts from 翌月1日: until then what the former household was told.
            let from_elsewhere = facts
                .moved_in
                .iter()
                .find(|one| one.person == index && one.on == span.from && one.on > month);
            if let Some(one) = from_elsewhere {
                return Some(elders(&one.household, one.stood_on, month));
            }
            Some(elders(facts, span.from.max(month), month))
        }
    }
}

/// Whether somebody is insured again later in the month.
fn later(facts: &HouseholdFacts, on: Date) -> bool {
    let mut day = on;
    while day.month() == on.month() {
        if facts.people.iter().any(|person| insured(person, day)) {
            return true;
        }
        day = day.tomorrow().unwrap();
    }
    false
}
