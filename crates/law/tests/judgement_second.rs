//! The fast judgement against the slow, literal one, day by day on random households.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "tests"
)]

mod judgement_literal;
mod judgement_support;

use judgement_literal::on_day;
use judgement_support::book;
use law::judgement::timeline::Periods;
use law::judgement::{
    Application, HeadedElsewhere, HouseholdFacts, IncomeVersion, MovedIn, PersonFacts,
    RevenueVersion, Stay, Subject, TaxStanding, TaxVersion, timeline,
};
use law::levy::facts::{HeadSpan, Unemployment};
use law::levy::{Filing, Income};
use law::{Date, FiscalYear, Span, Yen, day};

struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.roll(all.len() as u64) as usize]
    }

    fn day_between(&mut self, from: Date, days: u64) -> Date {
        let mut day = from;
        for _ in 0..self.roll(days) {
            day = day.tomorrow().unwrap();
        }
        day
    }
}

const START: Date = Date::constant(2025, 8, 1);
const END: Date = Date::constant(2027, 8, 1);
/// Amounts on, below and above every threshold, some with 430,000 more.
const AMOUNTS: [i64; 22] = [
    0, 1, 99_999, 100_000, 100_001, 380_000, 380_001, 430_000, 1_449_999, 1_450_000, 1_880_000,
    2_100_000, 2_530_000, 2_530_001, 3_800_000, 6_000_000, 6_430_000, 6_430_001, 6_900_000,
    9_440_000, 9_440_001, 24_000_001,
];

fn income(dice: &mut Dice) -> Income {
    let salary = if dice.roll(2) == 0 {
        dice.of(&AMOUNTS)
    } else {
        0
    };
    let pension_revenue = dice.of(&[
        0, 0, 806_700, 806_701, 826_500, 826_501, 1_100_001, 2_000_000,
    ]);
    let business = if dice.roll(3) == 0 {
        dice.of(&AMOUNTS)
    } else {
        0
    };
    Income {
        salary_revenue: Yen(salary * 3 / 2),
        salary: Yen(salary),
        pension_revenue: Yen(pension_revenue),
        pension: Yen((pension_revenue - 1_100_000).max(0)),
        business: Yen(business),
        ..Income::default()
    }
}

fn years(dice: &mut Dice, person: &mut PersonFacts) {
    for year in [2025, 2026] {
        let fiscal_year = FiscalYear(year);
        let known_on = day(year, 6, 1);
        if dice.roll(12) > 0 {
            person.incomes.push(IncomeVersion {
                fiscal_year,
                known_on,
                filing: match dice.roll(20) {
                    0 => Filing::Unfiled,
                    1 => Filing::NotRequired,
                    _ => Filing::Filed,
                },
                inquiry_open: dice.roll(25) == 0,
                income: income(dice),
            });
            if let Some(last) = person.incomes.last_mut()
                && last.filing != Filing::Filed
            {
                last.income = Income::default();
            }
        }
        if dice.roll(6) > 0 {
            person.taxes.push(TaxVersion {
                fiscal_year,
                known_on,
                standing: dice.of(&[
                    TaxStanding::Taxed,
                    TaxStanding::NotTaxed,
                    TaxStanding::NotTaxed,
                    TaxStanding::Exempted,
                ]),
                taxable_income: (dice.roll(8) > 0).then(|| {
                    Yen(dice.of(&[
                        0, 1_449_999, 1_450_000, 1_779_999, 3_799_999, 3_800_000, 6_899_999,
                        6_900_000,
                    ]))
                }),
                abroad: dice.roll(12) == 0,
                adjustment: None,
            });
        }
        if dice.roll(3) == 0 {
            person.revenues.push(RevenueVersion {
                fiscal_year,
                known_on,
                revenue: Yen(dice.of(&[
                    1_000_000, 1_370_001, 3_829_999, 3_830_000, 4_000_000, 5_199_999,
                ])),
                by_record: dice.roll(2) == 0,
            });
        }
    }
}

fn person(dice: &mut Dice) -> PersonFacts {
    let birth = match dice.roll(6) {
        // 70 within the two years, the firsts of months among them.
        0 => dice.day_between(day(1955, 8, 1), 730),
        1 => day(1955 + dice.roll(2) as i16, 1 + dice.roll(12) as i8, 1),
        2 => dice.day_between(day(1950, 9, 1), 1_500),
        3 => dice.day_between(day(2006, 1, 1), 1_500),
        4 => dice.day_between(day(2009, 12, 25), 15),
        _ => dice.day_between(day(1960, 1, 1), 14_000),
    };
    let mut person = PersonFacts::born(birth);
    let from = if dice.roll(2) == 0 {
        day(2015, 4, 1)
    } else {
        dice.day_between(START, 700)
    };
    let from = from.max(birth);
    match dice.roll(5) {
        0 => {}
        1 => {
            let until = dice.day_between(from.tomorrow().unwrap().max(START), 500);
            person.insured.push(Span {
                from,
                until: Some(until),
            });
            if dice.roll(2) == 0 {
                let again = dice.day_between(until.tomorrow().unwrap(), 90);
                person.insured.push(Span {
                    from: again,
                    until: None,
                });
            } else if dice.roll(2) == 0 {
                person.former_insured.push(Span {
                    from: until.yesterday().unwrap(),
                    until: None,
                });
            }
        }
        _ => person.insured.push(Span { from, until: None }),
    }
    if dice.roll(6) == 0 {
        person.unemployments.push(Unemployment {
            left_on: dice.day_between(day(2023, 6, 1), 1_000),
            code: dice.of(&[11, 23, 34, 40]),
        });
    }
    years(dice, &mut person);
    if dice.roll(5) == 0 {
        let came = dice.day_between(day(2024, 10, 1), 600);
        let left = dice.day_between(came.tomorrow().unwrap(), 500);
        let stay = |from, until, from_abroad| Stay {
            span: Span { from, until },
            from_abroad,
        };
        person.stays.push(stay(came, Some(left), dice.roll(2) == 0));
        let again = dice.day_between(left.tomorrow().unwrap(), 200);
        person.stays.push(stay(again, None, dice.roll(2) == 0));
    }
    person
}

fn household(dice: &mut Dice) -> HouseholdFacts {
    let people: Vec<PersonFacts> = (0..=dice.roll(4)).map(|_| person(dice)).collect();
    let first = dice.roll(people.len() as u64) as usize;
    let mut heads = vec![HeadSpan {
        person: first,
        from: day(2010, 4, 1),
        until: None,
    }];
    if dice.roll(3) == 0 {
        let changed = dice.day_between(day(2025, 6, 1), 700);
        heads[0].until = Some(changed);
        heads.push(HeadSpan {
            person: dice.roll(people.len() as u64) as usize,
            from: changed,
            until: None,
        });
    }
    let applications = (0..dice.roll(3))
        .map(|_| Application {
            benefit_year: 2025 + dice.roll(2) as i16,
            received_on: dice.day_between(day(2025, 6, 1), 600),
        })
        .collect();
    let headed_elsewhere = match dice.roll(4) {
        0 => vec![HeadedElsewhere {
            person: dice.roll(people.len() as u64) as usize,
            on: day(2023 + dice.roll(4) as i16, 12, 31),
            people: (0..=dice.roll(3)).map(|_| person(dice)).collect(),
        }],
        _ => Vec::new(),
    };
    let moved_in = moved_in(dice, &people);
    HouseholdFacts {
        people,
        heads,
        applications,
        headed_elsewhere,
        moved_in,
    }
}

/// Who came within a month from another household: its people in the same order, with the spans they had there.
fn moved_in(dice: &mut Dice, people: &[PersonFacts]) -> Vec<MovedIn> {
    let mut all = Vec::new();
    for (person, facts) in people.iter().enumerate() {
        for span in &facts.insured {
            let month = span.from.first_of_month();
            if span.from == month || dice.roll(2) == 0 {
                continue;
            }
            let stood_on = match dice.roll(3) {
                0 => dice.day_between(month, u64::from(span.from.day().cast_unsigned()) - 1),
                _ => month,
            };
            let mut there = people.to_vec();
            for (index, one) in there.iter_mut().enumerate() {
                let gone = dice.roll(3) == 0 && index != person;
                let since = dice.day_between(day(2024, 4, 1), 1_200);
                let (from, until) = if index == person {
                    (stood_on, Some(span.from))
                } else {
                    (since, None)
                };
                one.insured = vec![Span { from, until }];
                if gone {
                    one.insured.clear();
                }
                one.former_insured.clear();
            }
            all.push(MovedIn {
                person,
                on: span.from,
                stood_on,
                household: HouseholdFacts {
                    heads: vec![HeadSpan {
                        person: dice.roll(people.len() as u64) as usize,
                        from: day(2010, 4, 1),
                        until: None,
                    }],
                    people: there,
                    ..HouseholdFacts::default()
                },
            });
        }
    }
    all
}

// covers: JDG-001, JDG-004, JDG-006, JDG-012, JDG-017
#[test]
fn fast_and_literal_agree_on_every_day_of_random_households() {
    let periods = Periods::of(&book(), START, END).unwrap();
    let mut dice = Dice(20_261_120);
    let mut seen = std::collections::BTreeMap::new();
    for number in 0..1_500 {
        let facts = household(&mut dice);
        let spans = timeline(&periods, &facts, START, END).unwrap();
        let subjects = std::iter::once(None).chain((0..facts.people.len()).map(Some));
        for subject in subjects {
            let mut on = START;
            while on < END {
                let wanted = match subject {
                    None => Subject::Household,
                    Some(index) => Subject::Elder(index),
                };
                let found = spans
                    .iter()
                    .find(|span| span.subject == wanted && span.from <= on && on < span.until);
                let fast = found.map(|span| {
                    let verdict = span.verdict;
                    (verdict.class, verdict.tenths, verdict.pending)
                });
                let slow = on_day(&facts, subject, on);
                assert_eq!(
                    fast, slow,
                    "household {number}, {subject:?}, {on}: {facts:#?}"
                );
                *seen
                    .entry((subject.is_some(), slow.map(|said| said.0)))
                    .or_insert(0) += 1;
                on = on.saturating_add(jiff_days(1 + dice.roll(9).cast_signed()));
            }
        }
    }
    // Every class came up, on both sides of 70.
    for class in 0..=5 {
        assert!(
            seen.contains_key(&(false, Some(class))),
            "70歳未満 {class}: {seen:?}"
        );
    }
    for class in 11..=16 {
        assert!(
            seen.contains_key(&(true, Some(class))),
            "70歳以上 {class}: {seen:?}"
        );
    }
}

fn jiff_days(days: i64) -> jiff::Span {
    jiff::Span::new().days(days)
}
