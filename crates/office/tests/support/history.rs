//! Random histories of a household or two: what happens, when it is reported, and when it is levied again.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use super::desk::{Desk, business, filed, head, insured, lost, person};
use super::permit;
use db::Span;
use jiff::ToSpan;
use law::levy::relief::{Relief, ReliefBase, ReliefKind, ReliefSize};
use law::levy::{Filing, Income};
use law::{Date, FiscalYear, Months, Rounding, Yen, day};
use office::OfficeError;
use office::acts::ActId;
use office::ledger::Method;
use office::levy::run::RunKind;
use office::levy::{decision::Decision, deferral, relief};
use office::registry::{
    self, CareExempt, FormerDependant, InsuredSpan, Maternity, Pension, Unemployment, record,
    timeline, year_span,
};
use office::security::permit::GrantRelief;
use sim::dice::Dice;
use std::collections::BTreeMap;

/// Days of birth of the eight people every history knows: working age, 39 turning 40, 64 turning 65, 68, 74 turning 75, a
/// pupil of 17 turning 18, a child of 5 turning 6, and one not yet born.
const BORN: [(i16, i8, i8); 8] = [
    (1980, 2, 3),
    (1985, 10, 1),
    (1960, 12, 15),
    (1957, 6, 20),
    (1950, 9, 10),
    (2007, 8, 8),
    (2019, 4, 1),
    (2025, 9, 30),
];

/// What is reported.
#[derive(Clone, Debug)]
pub enum Event {
    /// 取得 or 転入.
    Joins(usize, i64, Date),
    /// 喪失.
    Leaves(usize, Date, &'static str),
    /// 世帯主変更.
    Heads(usize, i64, Date),
    /// 所得 of a year: filed or not, inquiry open, 事業所得, 給与.
    Earns(usize, i16, bool, bool, i64, i64),
    /// 離職.
    LosesWork(usize, Date),
    /// 出産.
    Delivers(usize, Date, bool),
    /// 介護適用除外.
    Exempt(usize, Date, Date),
    /// 旧被扶養者.
    Dependant(Date),
    /// 年金 of the 68-year-old: account transfer asked for, and last February's amount.
    Pension(i16, bool, i64),
    /// 減免 of a household in a year, in per cent; none takes it away.
    Relief(i64, i16, Option<u8>),
    /// 納付猶予 of the first ordinary instalment to come, by so many days.
    Defer(i64, i16, i64),
    /// Undoes one of the acts so far.
    Undo(usize),
}

/// How the households are levied again after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Levied {
    Not,
    AtTheCounter,
    InARun,
}

/// One step: what is reported on a day, and whether the households are levied again.
#[derive(Clone, Debug)]
pub struct Step {
    pub on: Date,
    pub event: Event,
    pub levied: Levied,
}

/// The steps that a seed stands for.
pub fn steps(seed: u64, years: (i16, i16), count: usize) -> Vec<Step> {
    let mut dice = Dice::new(seed, 77);
    let mut on = day(years.0, 5, 20);
    let last = day(years.1 + 1, 3, 25);
    let mut steps = Vec::with_capacity(count);
    for number in 0..count {
        on = on.saturating_add(dice.between(2, 95).days()).min(last);
        let event = event(&mut dice, years, on, number);
        let levied = match dice.between(0, 7) {
            0..=1 if number + 1 < count => Levied::Not,
            2 => Levied::InARun,
            _ => Levied::AtTheCounter,
        };
        steps.push(Step { on, event, levied });
    }
    steps
}

fn event(dice: &mut Dice, years: (i16, i16), on: Date, number: usize) -> Event {
    let mut any = |least: i64, most: i64| dice.between(least, most);
    let who = usize::try_from(any(0, 7)).unwrap();
    let home = any(1, 2);
    let year = i16::try_from(any(i64::from(years.0), i64::from(years.1))).unwrap();
    // Up to three years before it is reported, and a little after.
    let when = on.saturating_add(any(-700, 60).days());
    let when = when.max(day(years.0 - 1, 4, 2));
    match any(0, 26) {
        // Nobody joins at 75 or later.
        0..=4 if who == 4 => Event::Joins(who, home, when.min(day(2025, 6, 1))),
        0..=4 => Event::Joins(who, home, when.max(born(who))),
        5..=7 => {
            let causes = ["insurance", "moved_out", "welfare", "death", "removed"];
            Event::Leaves(who, when, causes[usize::try_from(any(0, 4)).unwrap()])
        }
        8..=9 => Event::Heads(usize::try_from(any(0, 4)).unwrap(), home, when),
        10..=14 => {
            let wealth = [0, 300_000, 900_000, 2_500_000, 12_000_000, -2_000_000];
            let business = wealth[usize::try_from(any(0, 5)).unwrap()];
            let salary = any(0, 1) * any(0, 40) * 100_000;
            Event::Earns(who, year, any(0, 4) > 0, any(0, 9) == 0, business, salary)
        }
        15 => Event::LosesWork(usize::try_from(any(0, 1)).unwrap(), when),
        16..=17 => Event::Delivers(1, when, any(0, 3) == 0),
        18 => Event::Exempt(
            usize::try_from(any(0, 2)).unwrap(),
            when,
            when.saturating_add(any(1, 300).days()),
        ),
        19 => Event::Dependant(when),
        20 => Event::Pension(year, any(0, 2) == 0, any(0, 2) * 4_300),
        21..=22 => {
            let percent = any(-1, 3);
            Event::Relief(home, year, u8::try_from(percent * 30 + 10).ok())
        }
        23..=24 => Event::Defer(home, year, any(20, 200)),
        _ => Event::Undo(usize::try_from(any(0, i64::try_from(number.max(1)).unwrap())).unwrap()),
    }
}

fn born(who: usize) -> Date {
    let (year, month, of_month) = BORN[who];
    day(year, month, of_month)
}

/// 宛名番号 of the people of history `number`.
fn id(number: i64, who: usize) -> i64 {
    number * 100 + i64::try_from(who).unwrap() + 1
}

fn household(number: i64, home: i64) -> i64 {
    number * 10 + home
}

/// The households of history `number`.
pub fn households(number: i64) -> [i64; 2] {
    [household(number, 1), household(number, 2)]
}

/// The people and the empty households that every history begins with.
pub fn found(desk: &Desk, number: i64, since: Date) {
    desk.report(since, |conn, act| {
        for who in 0..BORN.len() {
            person(conn, act, id(number, who), born(who))?;
        }
        // In every other history the 68-year-old is insured alone, and her pension is collected from.
        if number % 2 == 0 {
            insured(
                conn,
                act,
                id(number, 3),
                household(number, 2),
                day(2022, 4, 1),
            )?;
            for rules in &desk.rules {
                let pension = pension(false, 4_300);
                record(conn, act, id(number, 3), year_span(rules.year()), &pension)?;
            }
        }
        for home in [1, 2] {
            let first = if home == 1 { 0 } else { 3 };
            head(
                conn,
                act,
                household(number, home),
                id(number, first),
                day(2000, 4, 1),
            )?;
        }
        Ok(())
    });
}

fn pension(account_transfer: bool, february: i64) -> Pension {
    Pension {
        annual_pension: Yen(2_400_000),
        care_special: true,
        care_per_payment: Yen(9_000),
        account_transfer,
        february_amount: Yen(february),
    }
}

/// Plays steps in an office; after each levy everything that must hold is held against it.
pub fn play(desk: &Desk, number: i64, steps: &[Step]) {
    found(desk, number, steps[0].on);
    let mut acts: Vec<Option<ActId>> = Vec::new();
    for step in steps {
        acts.push(play_event(desk, number, step, &mut acts.clone()));
        if let Event::Undo(which) = step.event
            && let Some(slot) = acts.get_mut(which)
        {
            *slot = None;
        }
        match step.levied {
            Levied::Not => continue,
            Levied::AtTheCounter => {
                desk.try_relevy(step.on, &households(number)).unwrap();
            }
            Levied::InARun => {
                for rules in begun(desk, step.on) {
                    desk.publish_year(step.on, rules, RunKind::Monthly);
                }
            }
        }
        check(desk, number, step.on);
    }
}

fn play_event(desk: &Desk, number: i64, step: &Step, acts: &mut [Option<ActId>]) -> Option<ActId> {
    let who_is = |who: usize| id(number, who);
    let event = step.event.clone();
    if let Event::Undo(which) = event {
        if let Some(act) = acts.get(which).copied().flatten() {
            desk.undo(step.on, act);
        }
        return None;
    }
    if let Event::Defer(home, year, days) = event {
        defer(desk, step, household(number, home), year, days);
        return None;
    }
    let act = desk.report(step.on, |conn, act| match event {
        Event::Joins(who, home, from) => {
            insured(conn, act, who_is(who), household(number, home), from)
        }
        Event::Leaves(who, on, cause) => {
            let standing = timeline::<InsuredSpan>(conn, who_is(who), None)?;
            let Some(span) = standing
                .iter()
                .find(|span| span.valid.holds(on) && span.valid.from < on)
            else {
                return Ok(());
            };
            let home = span.fact.household_id;
            lost(conn, act, who_is(who), home, (span.valid.from, on), cause)
        }
        Event::Heads(who, home, from) => {
            head(conn, act, household(number, home), who_is(who), from)
        }
        Event::Earns(who, year, is_filed, inquiry, own, salary) => {
            let income = Income {
                salary: Yen(salary),
                salary_revenue: Yen(salary + 600_000 * i64::from(salary > 0)),
                ..business(own)
            };
            let state = if is_filed {
                Filing::Filed
            } else {
                Filing::Unfiled
            };
            filed(conn, act, who_is(who), year, (state, inquiry), income)
        }
        Event::LosesWork(who, left_on) => {
            let fact = Unemployment {
                left_on,
                leaving_code: 11,
            };
            record(conn, act, who_is(who), fact.span(), &fact)
        }
        Event::Delivers(who, delivery_on, multiple) => {
            let fact = Maternity {
                delivery_on,
                multiple,
                confirmed: false,
            };
            record(conn, act, who_is(who), fact.span(), &fact)
        }
        Event::Exempt(who, from, until) => {
            let fact = CareExempt {
                facility: "見本園".to_owned(),
            };
            record(conn, act, who_is(who), Span::new(from, Some(until)), &fact)
        }
        Event::Dependant(since) => record(
            conn,
            act,
            who_is(3),
            Span::new(since, None),
            &FormerDependant { since },
        ),
        Event::Pension(year, account_transfer, february) => {
            let fact = pension(account_transfer, february);
            record(conn, act, who_is(3), year_span(FiscalYear(year)), &fact)
        }
        Event::Relief(home, year, percent) => {
            let span = year_span(FiscalYear(year));
            let house = household(number, home);
            let Some(percent) = percent else {
                relief::TABLE.close(conn, act.stamp(), house, span)?;
                return Ok(());
            };
            let granted = vec![Relief {
                kind: ReliefKind::Poverty,
                ordinance: "条例".to_owned(),
                components: vec![0, 1],
                base: ReliefBase::Whole,
                size: ReliefSize::Percent(percent),
                months: Months::first(12),
                unit: 1,
                rounding: Rounding::Floor,
            }];
            let json = serde_json::to_string(&granted).unwrap();
            relief::TABLE.put(conn, act.stamp(), house, span, &[json.into()])?;
            Ok(())
        }
        Event::Defer(..) | Event::Undo(_) => Ok(()),
    });
    Some(act)
}

/// The years that have begun.
fn begun(desk: &Desk, on: Date) -> Vec<i16> {
    let years = desk.rules.iter().map(|rules| rules.year());
    years
        .filter(|year| *year <= FiscalYear::of(on))
        .map(|year| year.0)
        .collect()
}

/// Puts the first ordinary instalment to come off, where one stands and nothing waits to be levied.
fn defer(desk: &Desk, step: &Step, house: i64, year: i16, days: i64) {
    let charged = desk.charged(house, year);
    let coming = charged.iter().find(|row| {
        row.method == Method::Ordinary && row.due_on >= step.on && !row.parts.is_zero()
    });
    let Some(row) = coming else { return };
    let request = deferral::Request {
        household_id: house,
        levy_year: FiscalYear(year),
        liable_id: row.debtor_id,
        instalments: &[row.instalment],
        until: row.due_on.saturating_add(days.days()),
        reason: "試験",
    };
    let permit = permit::<GrantRelief>(&desk.chief);
    let acting = desk.chief(step.on);
    match deferral::grant(&desk.store, &desk.books(), &permit, &acting, &request) {
        Ok(_) => {}
        Err(OfficeError::Refusal(refusal)) => assert_eq!(refusal.code, "levy.deferral.pending"),
        Err(other) => panic!("{other}"),
    }
}

/// Books and standing decisions of one history against the rule on the facts as known now.
pub fn check(desk: &Desk, number: i64, on: Date) {
    let own = households(number);
    desk.check_books(&own);
    let again = desk.try_relevy(on, &own).unwrap();
    assert!(
        again.is_empty(),
        "levied again, something changed: {again:?}"
    );
    for rules in desk
        .rules
        .iter()
        .filter(|rules| rules.year() <= FiscalYear::of(on))
    {
        for house in own {
            same_as_scratch(desk, desk, house, rules.year().0);
        }
    }
}

/// Incremental equals from scratch: what stands in `desk` is what the rule says of the facts in `scratch`.
pub fn same_as_scratch(desk: &Desk, scratch: &Desk, house: i64, year: i16) {
    let fresh: BTreeMap<i64, _> = scratch
        .rule_on_facts(house, year)
        .into_iter()
        .map(|one| (one.liable_id, one))
        .collect();
    let standing: BTreeMap<i64, Decision> = desk
        .standing(house, year)
        .into_iter()
        .map(|one| (one.outcome.liable_id, one))
        .collect();
    for liable in fresh.keys().chain(standing.keys()) {
        let wanted = fresh.get(liable).map(|one| one.parts).unwrap_or_default();
        let stands = standing.get(liable);
        let parts = stands.map(|one| one.outcome.parts).unwrap_or_default();
        let barred = stands.map_or(Yen::ZERO, |one| one.barred);
        if barred == Yen::ZERO {
            assert_eq!(parts, wanted, "household {house} {year} liable {liable}");
        } else {
            assert_eq!(
                parts.total() + barred,
                wanted.total(),
                "household {house} {year}"
            );
        }
    }
}

/// Lays the facts that stand in `from` into `into`, all under one act: a store that knows the end and no history.
pub fn lay_final_facts(from: &Desk, into: &Desk, number: i64, since: Date) {
    fn copy<K: registry::Kind>(from: &Desk, into: &Desk, subject: i64) {
        let facts = from
            .store
            .read(|conn| timeline::<K>(conn, subject, None))
            .unwrap();
        if facts.is_empty() {
            return;
        }
        into.report(day(2028, 4, 1), |conn, act| {
            for one in &facts {
                record(conn, act, subject, one.valid, &one.fact)?;
            }
            Ok(())
        });
    }
    let _ = since;
    into.report(day(2020, 4, 1), |conn, act| {
        for who in 0..BORN.len() {
            person(conn, act, id(number, who), born(who))?;
        }
        Ok(())
    });
    for who in 0..BORN.len() {
        let subject = id(number, who);
        copy::<InsuredSpan>(from, into, subject);
        copy::<registry::YearIncome>(from, into, subject);
        copy::<Unemployment>(from, into, subject);
        copy::<Maternity>(from, into, subject);
        copy::<CareExempt>(from, into, subject);
        copy::<FormerDependant>(from, into, subject);
        copy::<Pension>(from, into, subject);
    }
    for house in households(number) {
        let heads = from
            .store
            .read(|conn| timeline::<registry::HouseholdHead>(conn, house, None))
            .unwrap();
        let reliefs = from
            .store
            .read(|conn| relief::TABLE.timeline(conn, house, None))
            .unwrap();
        into.report(day(2028, 4, 1), |conn, act| {
            for one in &heads {
                registry::record_household(conn, act, house, one.valid, &one.fact)?;
            }
            for one in &reliefs {
                relief::TABLE.put(conn, act.stamp(), house, one.valid, &one.values)?;
            }
            Ok(())
        });
    }
}
