//! 判定の境 — every threshold to the yen and to the day, with its clause.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod judgement_support;

use judgement_support::{Person, elder, household, rules, under70};
use law::judgement::{Application, HeadedElsewhere, Over70, Pending, Stay, Under70, seventy_from};
use law::levy::facts::Unemployment;
use law::levy::{Filing, Income};
use law::{Date, Yen, day};

const ON: Date = Date::constant(2026, 10, 1);
const ADULT: Date = Date::constant(1980, 5, 5);
const ELDER: Date = Date::constant(1955, 5, 5);

fn class_of_base(base: i64) -> Under70 {
    let head = Person::born(ADULT, ON).base(base).taxed(base);
    under70(&household(vec![head]), ON).class.unwrap()
}

// covers: JDG-004, JDG-006
#[test]
fn under_70_bounds_are_exceeded_not_reached() {
    // 国民健康保険法施行令 第29条の3第1項第2号〜第4号: 「超える」「以下」
    let expected = [
        (9_010_001, Under70::A),
        (9_010_000, Under70::B),
        (6_000_001, Under70::B),
        (6_000_000, Under70::C),
        (2_100_001, Under70::C),
        (2_100_000, Under70::D),
        (0, Under70::D),
    ];
    for (base, class) in expected {
        assert_eq!(class_of_base(base), class, "{base}");
    }
}

// covers: JDG-004
#[test]
fn incomes_of_all_insured_add_up_and_the_uninsured_head_does_not() {
    let member = || Person::born(ADULT, ON).base(1_050_000).taxed(500_000);
    let insured = household(vec![member(), member()]);
    assert_eq!(under70(&insured, ON).base_total, Yen(2_100_000));
    assert_eq!(under70(&insured, ON).class, Some(Under70::D));
    // 擬制世帯主: taxed, so not オ; his income stays out of the sum (国民健康保険法施行令 第29条の3第1項第5号イ).
    let head = Person::born(ADULT, ON)
        .not_insured()
        .base(20_000_000)
        .taxed(15_000_000);
    let poor = Person::born(ADULT, ON).income(Income::default()).untaxed();
    let fictitious = household(vec![head, poor]);
    let judged = under70(&fictitious, ON);
    assert_eq!(
        (judged.class, judged.base_total),
        (Some(Under70::D), Yen::ZERO)
    );
    let head = Person::born(ADULT, ON)
        .not_insured()
        .income(Income::default())
        .untaxed();
    let poor = Person::born(ADULT, ON).income(Income::default()).untaxed();
    assert_eq!(
        under70(&household(vec![head, poor]), ON).class,
        Some(Under70::E)
    );
}

// covers: JDG-004
#[test]
fn untaxed_goes_before_the_sum_and_unfiled_before_untaxed() {
    let rich_but_untaxed = Person::born(ADULT, ON).base(3_000_000).untaxed();
    let judged = under70(&household(vec![rich_but_untaxed]), ON);
    assert_eq!(judged.class, Some(Under70::E));
    let poor = || Person::born(ADULT, ON).income(Income::default()).untaxed();
    let unfiled = Person::born(ADULT, ON).filing(Filing::Unfiled, false, Income::default());
    assert_eq!(
        under70(&household(vec![poor(), unfiled]), ON).class,
        Some(Under70::A)
    );
}

// covers: JDG-017
#[test]
fn nothing_is_final_while_an_answer_is_awaited() {
    let poor = || Person::born(ADULT, ON).income(Income::default()).untaxed();
    let asked = Person::born(ADULT, ON).filing(Filing::Filed, true, Income::default());
    let judged = under70(&household(vec![poor(), asked]), ON);
    assert_eq!(
        (judged.class, judged.pending),
        (None, Some(Pending::Inquiry))
    );
    let silent = Person::born(ADULT, ON);
    let judged = under70(&household(vec![poor(), silent]), ON);
    assert_eq!(
        (judged.class, judged.pending),
        (None, Some(Pending::IncomeMissing))
    );
    // Income is known and the rest of the household is untaxed: オ or エ hangs on a record nobody sent.
    let no_record = Person::born(ADULT, ON).base(100_000);
    let judged = under70(&household(vec![poor(), no_record]), ON);
    assert_eq!(
        (judged.class, judged.pending),
        (None, Some(Pending::TaxMissing))
    );
    // A child needs neither return nor record.
    let child = Person::born(day(2015, 5, 5), ON);
    assert_eq!(
        under70(&household(vec![poor(), child]), ON).class,
        Some(Under70::E)
    );
}

// covers: JDG-006
/// 今治市ほか 2024〜2026年の事故: people without an address in Japan on 1 January were taken for 非課税.
#[test]
fn incident_37_abroad_on_1_january_is_never_untaxed() {
    let poor = || Person::born(ADULT, ON).income(Income::default()).untaxed();
    let abroad = Person::born(ADULT, ON).abroad();
    let judged = under70(&household(vec![poor(), abroad]), ON);
    assert_eq!((judged.class, judged.abroad), (Some(Under70::D), true));
    let abroad = Person::born(ADULT, ON).income(Income::default()).abroad();
    assert_eq!(
        under70(&household(vec![abroad]), ON).class,
        Some(Under70::D)
    );
    let old = Person::born(ELDER, ON).income(Income::default()).abroad();
    let judged = elder(&household(vec![old]), ON);
    assert_eq!(
        (judged.class, judged.tenths),
        (Some(Over70::General), Some(2))
    );
}

fn single(taxable: i64, base: i64, revenue: i64, applied: bool) -> Option<u8> {
    let person = Person::born(ELDER, ON)
        .base(base)
        .taxed(taxable)
        .revenue(revenue, false);
    let mut facts = household(vec![person]);
    if applied {
        facts.applications.push(Application {
            benefit_year: 2026,
            received_on: day(2026, 7, 10),
        });
    }
    elder(&facts, ON).tenths
}

// covers: JDG-001
#[test]
fn copay_is_three_tenths_from_1450000_on() {
    // 国民健康保険法施行令 第27条の2第2項: 145万円以上
    assert_eq!(single(1_449_999, 5_000_000, 9_000_000, true), Some(2));
    assert_eq!(single(1_450_000, 5_000_000, 9_000_000, true), Some(3));
}

// covers: JDG-001
#[test]
fn copay_is_two_tenths_with_bases_up_to_2100000_without_application() {
    // 第27条の2第3項第3号: 210万円以下
    assert_eq!(single(1_500_000, 2_100_000, 9_000_000, false), Some(2));
    assert_eq!(single(1_500_000, 2_100_001, 9_000_000, false), Some(3));
}

// covers: JDG-001, JDG-002
#[test]
fn copay_is_two_tenths_with_revenue_below_3830000_alone() {
    // 第27条の2第3項第1号: 383万円に満たない
    assert_eq!(single(1_450_000, 2_200_000, 3_829_999, true), Some(2));
    assert_eq!(single(1_450_000, 2_200_000, 3_830_000, true), Some(3));
    assert_eq!(single(1_450_000, 2_200_000, 3_829_999, false), Some(3));
}

fn couple(first: i64, second: i64) -> Option<u8> {
    let one = Person::born(ELDER, ON)
        .base(2_200_000)
        .taxed(1_450_000)
        .revenue(first, true);
    let two = Person::born(ELDER, ON)
        .income(Income::default())
        .untaxed()
        .revenue(second, true);
    elder(&household(vec![one, two]), ON).tenths
}

fn with_former(own: i64, former: i64) -> Option<u8> {
    let one = Person::born(ELDER, ON)
        .base(2_200_000)
        .taxed(1_450_000)
        .revenue(own, true);
    let two = Person::born(day(1950, 1, 1), ON)
        .former_insured(day(2025, 1, 1))
        .income(Income::default())
        .revenue(former, true);
    elder(&household(vec![one, two]), ON).tenths
}

// covers: JDG-001
#[test]
fn copay_is_two_tenths_with_revenues_below_5200000_together() {
    assert_eq!(couple(4_000_000, 1_199_999), Some(2));
    assert_eq!(couple(4_000_000, 1_200_000), Some(3));
    // 第27条の2第3項第2号: one of 70 and over alone with a 特定同一世帯所属者.
    assert_eq!(with_former(4_000_000, 1_199_999), Some(2));
    assert_eq!(with_former(4_000_000, 1_200_000), Some(3));
    // Below 3,830,000 alone needs nobody else.
    assert_eq!(with_former(3_829_999, 9_000_000), Some(2));
}

fn active_class(taxable: i64) -> Option<Over70> {
    let person = Person::born(ELDER, ON)
        .base(9_000_000)
        .taxed(taxable)
        .revenue(9_999_999, true);
    elder(&household(vec![person]), ON).class
}

// covers: JDG-004
#[test]
fn active_classes_are_reached_not_exceeded() {
    // 国民健康保険法施行令 第29条の3第4項第2号〜第4号
    assert_eq!(active_class(6_900_000), Some(Over70::Active3));
    assert_eq!(active_class(6_899_999), Some(Over70::Active2));
    assert_eq!(active_class(3_800_000), Some(Over70::Active2));
    assert_eq!(active_class(3_799_999), Some(Over70::Active1));
    assert_eq!(active_class(1_450_000), Some(Over70::Active1));
    assert_eq!(active_class(1_449_999), Some(Over70::General));
}

fn low_class(on: Date, pension_revenue: i64, salary: i64) -> Option<Over70> {
    let income = Income {
        pension_revenue: Yen(pension_revenue),
        salary: Yen(salary),
        ..Income::default()
    };
    let person = Person::born(ELDER, on).income(income).untaxed();
    elder(&household(vec![person]), on).class
}

// covers: JDG-004, JDG-008
#[test]
fn lowest_income_deducts_the_pension_amount_of_the_month() {
    // 国民健康保険法施行令 第29条の3第4項第6号
    for (on, deduction) in [
        (day(2025, 7, 1), 800_000),
        (day(2025, 8, 1), 806_700),
        (day(2026, 7, 1), 806_700),
        (day(2026, 8, 1), 826_500),
    ] {
        assert_eq!(low_class(on, deduction, 0), Some(Over70::Low1), "{on}");
        assert_eq!(low_class(on, deduction + 1, 0), Some(Over70::Low2), "{on}");
    }
    assert_eq!(low_class(ON, 0, 100_000), Some(Over70::Low1));
    assert_eq!(low_class(ON, 0, 100_001), Some(Over70::Low2));
}

/// 国民健康保険法施行令 第29条の3第4項第6号: the amount of 所得税法 第28条第2項 less 10万円 — what 租税特別措置法
/// 第41条の3の11第2項 took off it for the pension is not taken off once more.
// covers: JDG-004, JDG-008
#[test]
fn salary_before_the_adjustment_for_pensions_loses_100000_once() {
    let spouse = |salary: i64, pension: i64| {
        let income = Income {
            salary_revenue: Yen(770_000),
            salary: Yen(salary),
            pension_revenue: Yen(750_000),
            pension: Yen(pension),
            ..Income::default()
        };
        let people = vec![
            Person::born(ELDER, ON).income(Income::default()).untaxed(),
            Person::born(day(1963, 5, 5), ON).income(income).untaxed(),
        ];
        elder(&household(people), ON).class
    };
    // Salary 770,000 − 650,000 = 120,000; pension 750,000 − 600,000 = 150,000; 調整控除 100,000 leaves 20,000.
    assert_eq!(spouse(20_000, 150_000), Some(Over70::Low2));
    // 100,001 before, 1 after: 1 is left. 100,000 before, and whatever was below it, is nothing.
    assert_eq!(spouse(1, 100_000), Some(Over70::Low2));
    assert_eq!(spouse(0, 100_000), Some(Over70::Low1));
    // A pension of 40,000: of 100,000 and 40,000 together, 40,000 is taken.
    assert_eq!(spouse(60_000, 40_000), Some(Over70::Low1));
    assert_eq!(spouse(60_001, 40_000), Some(Over70::Low2));
    assert_eq!(spouse(100_000, 0), Some(Over70::Low1));
    assert_eq!(spouse(100_001, 0), Some(Over70::Low2));
}

fn with_children(births: &[Date], child_income: i64) -> Option<u8> {
    let mut people = vec![
        Person::born(ELDER, ON)
            .base(2_200_000)
            .taxed(1_450_000 + 330_000 - 1)
            .revenue(9_999_999, true),
    ];
    people.extend(births.iter().map(|birth| {
        Person::born(*birth, ON).income(Income {
            business: Yen(child_income),
            ..Income::default()
        })
    }));
    elder(&household(people), ON).tenths
}

// covers: JDG-001
#[test]
fn adjustment_counts_children_on_31_december_of_the_income_year() {
    // 国民健康保険法施行令 第27条の2第1項第2号: 16歳未満 33万円、16歳以上19歳未満 12万円、合計所得38万円以下
    // Sixteen is attained the day before the birthday: born on 2 January 2010, it is 1 January 2026.
    assert_eq!(with_children(&[day(2010, 1, 2)], 0), Some(2));
    assert_eq!(with_children(&[day(2010, 1, 1)], 0), Some(3));
    assert_eq!(with_children(&[day(2010, 1, 2)], 380_000), Some(2));
    assert_eq!(with_children(&[day(2010, 1, 2)], 380_001), Some(3));
    let teens = [day(2007, 1, 2), day(2008, 5, 5), day(2009, 5, 5)];
    assert_eq!(with_children(&teens, 0), Some(2));
    let nineteen = [day(2007, 1, 1), day(2008, 5, 5), day(2009, 5, 5)];
    assert_eq!(with_children(&nineteen, 0), Some(3));
}

/// 国民健康保険法施行令 第27条の2第1項: 「十二月三十一日現在において世帯主であつて、同日現在において当該世帯主と同一の世帯に属する」
/// asks for the household of that day. Who has moved since, grandchild and all, keeps the deduction; who was not head of the
/// other household, or not on that very day, has none.
// covers: JDG-001
#[test]
fn who_headed_another_household_on_31_december_is_deducted_its_children() {
    let child = |born| Person::born(born, ON).facts;
    let elder_of = |elsewhere: &[(usize, law::Date, law::Date)]| {
        let host = Person::born(day(1975, 5, 5), ON);
        let moved = Person::born(ELDER, ON)
            .base(2_200_000)
            .taxed(1_500_000)
            .revenue(9_999_999, true);
        let mut facts = household(vec![host, moved]);
        facts.headed_elsewhere = elsewhere
            .iter()
            .map(|(person, on, born)| HeadedElsewhere {
                person: *person,
                on: *on,
                people: vec![child(*born)],
            })
            .collect();
        elder(&facts, ON).tenths
    };
    let (year_end, grandchild) = (day(2025, 12, 31), day(2011, 5, 5));
    assert_eq!(elder_of(&[]), Some(3));
    // 1,500,000 − 330,000 is below 1,450,000.
    assert_eq!(elder_of(&[(1, year_end, grandchild)]), Some(2));
    assert_eq!(elder_of(&[(0, year_end, grandchild)]), Some(3));
    assert_eq!(elder_of(&[(1, day(2024, 12, 31), grandchild)]), Some(3));
    assert_eq!(elder_of(&[(1, year_end, day(2007, 1, 1))]), Some(3));
}

/// 所得税法 第85条第3項: who is a child is asked on 31 December of the income year, as everywhere in tax: born on 2 January
/// 2010, of 15 that day and of 16 the next by the law of ages.
// covers: JDG-001, JDG-012
#[test]
fn who_was_fifteen_on_31_december_needs_no_return() {
    let with = |born| {
        let head = Person::born(ADULT, ON).base(1_000_000).taxed(1_000_000);
        let child = Person::born(born, ON);
        under70(&household(vec![head, child]), ON).pending
    };
    assert_eq!(with(day(2010, 1, 2)), None);
    assert_eq!(with(day(2010, 1, 1)), Some(Pending::IncomeMissing));
}

/// 国民健康保険法施行令 第27条の2第1項: a child of 16 to 18 is deducted where its income is 38万円 or less; while that is not
/// known the ratio is held, if and only if the answer changes it.
// covers: JDG-001
#[test]
fn a_child_whose_income_is_not_known_holds_what_hangs_on_it() {
    let child = || Person::born(day(2008, 5, 5), ON);
    let unfiled = || child().filing(Filing::Unfiled, false, Income::default());
    let asked = || child().filing(Filing::Filed, true, Income::default());
    let judged = |taxable: i64, child: Person| {
        let head = Person::born(ELDER, ON)
            .base(2_200_000)
            .taxed(taxable)
            .revenue(9_999_999, true);
        let said = elder(&household(vec![head, child]), ON);
        (said.tenths, said.class, said.pending)
    };
    let missing = |reason| (None, None, Some(reason));
    // 1,500,000 − 120,000 is below 1,450,000.
    assert_eq!(judged(1_500_000, child()), missing(Pending::IncomeMissing));
    assert_eq!(judged(1_500_000, unfiled()), missing(Pending::Unfiled));
    assert_eq!(judged(1_500_000, asked()), missing(Pending::Inquiry));
    assert_eq!(judged(1_569_999, child()).0, None);
    // The answer makes no difference: 1,570,000 − 120,000 is 1,450,000, and 1,449,999 is below it anyway.
    let three = |class| (Some(3), Some(class), None);
    assert_eq!(judged(1_570_000, child()), three(Over70::Active1));
    assert_eq!(judged(1_449_999, child()).0, Some(2));
    // It decides between 現役並みⅠ and Ⅱ, and between Ⅱ and Ⅲ.
    assert_eq!(judged(3_800_000, child()), missing(Pending::IncomeMissing));
    assert_eq!(judged(3_919_999, child()), missing(Pending::IncomeMissing));
    assert_eq!(judged(3_920_000, child()), three(Over70::Active2));
    assert_eq!(judged(7_019_999, child()), missing(Pending::IncomeMissing));
    assert_eq!(judged(7_020_000, child()), three(Over70::Active3));
    // Who is told has an answer, and one of 19 or under 16 asks for none.
    let told = |income: i64| {
        child().income(Income {
            business: Yen(income),
            ..Income::default()
        })
    };
    assert_eq!(judged(1_500_000, told(380_000)).0, Some(2));
    assert_eq!(judged(1_500_000, told(380_001)).0, Some(3));
    assert_eq!(
        judged(1_500_000, Person::born(day(2006, 5, 5), ON)).0,
        Some(3)
    );
    assert_eq!(
        judged(1_500_000, Person::born(day(2012, 5, 5), ON)).0,
        Some(2)
    );
    // A lighter way that is open to all the same: 210万円以下.
    let head = Person::born(ELDER, ON).base(2_100_000).taxed(1_500_000);
    assert_eq!(elder(&household(vec![head, child()]), ON).tenths, Some(2));
    // Who was not head on 31 December has no deduction to wait for.
    let later = Person::born(ELDER, ON)
        .base(2_200_000)
        .taxed(1_500_000)
        .revenue(9_999_999, true);
    let first = Person::born(ADULT, ON).income(Income::default()).untaxed();
    assert_eq!(
        elder(&household(vec![first, later, child()]), ON).tenths,
        Some(3)
    );
}

// covers: JDG-001
#[test]
fn salary_of_a_child_counts_after_100000() {
    let head = || {
        Person::born(ELDER, ON)
            .base(2_200_000)
            .taxed(1_779_999)
            .revenue(9_999_999, true)
    };
    let child = |salary: i64| {
        Person::born(day(2012, 5, 5), ON).income(Income {
            salary: Yen(salary),
            ..Income::default()
        })
    };
    assert_eq!(
        elder(&household(vec![head(), child(480_000)]), ON).tenths,
        Some(2)
    );
    assert_eq!(
        elder(&household(vec![head(), child(480_001)]), ON).tenths,
        Some(3)
    );
    // 第27条の2第1項: the salary of 所得税法 第28条第2項, before what was taken off it beside a pension of 100,000.
    let with_pension = |salary: i64| {
        Person::born(day(2012, 5, 5), ON).income(Income {
            salary: Yen(salary),
            pension: Yen(100_000),
            ..Income::default()
        })
    };
    for (salary, tenths) in [(280_000, 2), (280_001, 3)] {
        let facts = household(vec![head(), with_pension(salary)]);
        assert_eq!(elder(&facts, ON).tenths, Some(tenths), "{salary}");
    }
}

// covers: JDG-012
#[test]
fn involuntary_unemployment_counts_30_percent_and_opens_the_household_threshold() {
    let salary = |salary: i64| Income {
        salary_revenue: Yen(5_000_000),
        salary: Yen(salary),
        ..Income::default()
    };
    let judged = |amount: i64, code: u8| {
        let mut head = Person::born(ADULT, ON).income(salary(amount)).taxed(amount);
        head.facts.unemployments.push(Unemployment {
            left_on: day(2025, 12, 31),
            code,
        });
        under70(&household(vec![head]), ON).class
    };
    // 43万 + 57万 × 1 = 1,000,000 of 30/100: 3,333,333 × 30/100 = 999,999.
    assert_eq!(judged(3_333_333, 11), Some(Under70::E));
    assert_eq!(judged(3_333_336, 11), Some(Under70::E));
    assert_eq!(judged(3_333_337, 11), Some(Under70::D));
    assert_eq!(judged(3_333_333, 40), Some(Under70::C));
}

/// 国民健康保険法施行令 第29条の3第10項: 年齢六十五歳以上の者 of the pension's deduction, asked on 31 December of the income
/// year (所得税法 第35条第4項、租税特別措置法 第41条の15の3).
// covers: JDG-012
#[test]
fn the_age_of_a_pensioner_is_that_of_31_december() {
    // 43万 + 57万 × 2 = 157万, and 10万 more for a second earner: of 1,000,000 that is one under 65 alone.
    let class = |birth_on: Date| {
        let mut head = Person::born(ADULT, ON)
            .income(Income {
                salary_revenue: Yen(8_000_000),
                salary: Yen(4_000_000),
                ..Income::default()
            })
            .taxed(3_000_000);
        head.facts.unemployments.push(Unemployment {
            left_on: day(2025, 12, 31),
            code: 11,
        });
        let pensioner = Person::born(birth_on, ON)
            .income(Income {
                pension_revenue: Yen(1_000_000),
                pension: Yen(400_000),
                ..Income::default()
            })
            .untaxed();
        under70(&household(vec![head, pensioner]), ON).class
    };
    // 1,200,000 + 400,000 = 1,600,000: within 1,670,000, not within 1,570,000.
    // Born on 2 January 1961: 65 on 1 January 2026, and 64 on 31 December 2025.
    assert_eq!(class(day(1961, 1, 2)), Some(Under70::E));
    assert_eq!(class(day(1961, 1, 1)), Some(Under70::D));
    assert_eq!(class(day(1960, 12, 31)), Some(Under70::D));
}

// covers: JDG-012
#[test]
fn involuntary_unemployment_lasts_until_the_31_july_after() {
    // 離職日の翌日の属する年度の翌年度の末日 2026-03-31, and then until 2026-07-31.
    let class = |on: Date| {
        let mut head = Person::born(ADULT, on)
            .income(Income {
                salary_revenue: Yen(9_000_000),
                salary: Yen(7_000_000),
                ..Income::default()
            })
            .taxed(5_000_000);
        head.facts.unemployments.push(Unemployment {
            left_on: day(2024, 6, 30),
            code: 21,
        });
        under70(&household(vec![head]), on).class
    };
    assert_eq!(class(day(2024, 6, 1)), Some(Under70::B));
    assert_eq!(class(day(2024, 7, 1)), Some(Under70::D));
    assert_eq!(class(day(2026, 7, 31)), Some(Under70::D));
    assert_eq!(class(day(2026, 8, 1)), Some(Under70::B));
}

// covers: JDG-001
#[test]
fn seventy_begins_the_month_after_and_on_the_1st_the_same_month() {
    // 国民健康保険法 第42条第1項第3号、年齢計算ニ関スル法律
    assert_eq!(seventy_from(day(1956, 8, 1)), day(2026, 8, 1));
    assert_eq!(seventy_from(day(1956, 8, 2)), day(2026, 9, 1));
    assert_eq!(seventy_from(day(1956, 8, 31)), day(2026, 9, 1));
    let copay = law::judgement::moment::copay_under70;
    assert_eq!(copay(day(1956, 8, 2), day(2026, 8, 31)), Some(3));
    assert_eq!(copay(day(1956, 8, 2), day(2026, 9, 1)), None);
    // 六歳に達する日以後の最初の3月31日: a child born on 1 April is six on 31 March.
    assert_eq!(copay(day(2020, 4, 1), day(2026, 3, 31)), Some(2));
    assert_eq!(copay(day(2020, 4, 1), day(2026, 4, 1)), Some(3));
    assert_eq!(copay(day(2020, 4, 2), day(2027, 3, 31)), Some(2));
    assert_eq!(copay(day(2020, 4, 2), day(2027, 4, 1)), Some(3));
}

#[test]
fn rules_of_a_month_come_back_from_their_text() {
    let rules = rules(ON);
    let text = rules.canonical_json().unwrap();
    assert_eq!(
        law::rules::JudgementRules::from_canonical_json(&text).unwrap(),
        rules
    );
}

/// 施行令 第29条の3第1項第5号（施行地に住所を有しない者である場合を除く）: who came from abroad after 1 January makes the household エ, or
/// 一般, whether or not the tax side has a record; who lived here on the day, came from within, or was born after it does not.
// covers: JDG-006
#[test]
fn who_came_from_abroad_after_the_assessment_day_is_never_untaxed() {
    let came = |birth_on, stays: &[(Date, Option<Date>, bool)]| {
        let mut person = Person::born(birth_on, ON);
        for (from, until, from_abroad) in stays.iter().copied() {
            person.facts.stays.push(Stay {
                span: law::Span { from, until },
                from_abroad,
            });
        }
        person
    };
    let child = day(2015, 5, 5);
    let (since, left) = (day(2026, 5, 10), day(2026, 2, 1));
    for (birth_on, stays, class) in [
        (child, vec![(since, None, true)], Under70::D),
        (child, vec![(day(2026, 1, 2), None, true)], Under70::D),
        (day(2026, 1, 1), vec![(since, None, true)], Under70::D),
        (day(2026, 1, 2), vec![(since, None, true)], Under70::E),
        (child, vec![(day(2026, 1, 1), None, true)], Under70::E),
        (child, vec![(since, None, false)], Under70::E),
        (
            child,
            vec![(day(2015, 5, 5), Some(left), false), (since, None, true)],
            Under70::E,
        ),
        (
            child,
            vec![(left, Some(since), true), (day(2026, 7, 1), None, false)],
            Under70::D,
        ),
    ] {
        let head = Person::born(ADULT, ON).base(0).untaxed();
        let facts = household(vec![head, came(birth_on, &stays)]);
        assert_eq!(under70(&facts, ON).class, Some(class), "{stays:?}");
        let elder_head = Person::born(ELDER, ON).base(0).untaxed();
        let judged = elder(&household(vec![elder_head, came(birth_on, &stays)]), ON);
        let general = class == Under70::D;
        assert_eq!(judged.class == Some(Over70::General), general, "{stays:?}");
    }
    // No municipality has a record of an adult either: エ and 一般, not held.
    let unheard = || came(ADULT, &[(since, None, true)]);
    let judged = under70(&household(vec![unheard()]), ON);
    assert_eq!((judged.class, judged.abroad), (Some(Under70::D), true));
    let old = came(ELDER, &[(since, None, true)]);
    let judged = elder(&household(vec![old]), ON);
    assert_eq!(
        (judged.class, judged.tenths),
        (Some(Over70::General), Some(2))
    );
    // Who came from another municipality is waited for.
    let within = came(ADULT, &[(since, None, false)]);
    assert_eq!(under70(&household(vec![within]), ON).class, None);
    // 簡易申告 of an adult tells the income and not where they lived; a tax record does.
    let adult = || came(ADULT, &[(since, None, true)]).income(Income::default());
    let class = |person| under70(&household(vec![person]), ON).class;
    assert_eq!(class(adult()), Some(Under70::D));
    assert_eq!(class(adult().untaxed()), Some(Under70::E));
}

/// 施行令 第29条の3第4項第6号・第27条の2第1項第1号: what is taxed apart counts after the losses carried over.
// covers: JDG-004
#[test]
fn carried_losses_on_shares_and_futures_leave_no_income() {
    let class = |change: fn(&mut Income)| {
        let mut income = Income::default();
        change(&mut income);
        let person = Person::born(ELDER, ON).income(income).untaxed();
        elder(&household(vec![person]), ON).class
    };
    let shares = |income: &mut Income| {
        income.listed_shares = Yen(300_000);
        income.listed_dividend = Yen(100_000);
        income.listed_loss_used = Yen(400_000);
    };
    assert_eq!(class(shares), Some(Over70::Low1));
    let one_left = |income: &mut Income| {
        income.listed_shares = Yen(400_001);
        income.listed_loss_used = Yen(400_000);
    };
    assert_eq!(class(one_left), Some(Over70::Low2));
    let futures = |income: &mut Income| {
        income.futures = Yen(400_000);
        income.futures_loss_used = Yen(400_000);
    };
    assert_eq!(class(futures), Some(Over70::Low1));
    // One kind's loss hides no other kind.
    let other = |income: &mut Income| {
        income.futures = Yen(1);
        income.listed_loss_used = Yen(400_000);
    };
    assert_eq!(class(other), Some(Over70::Low2));
}

/// A child under 16 has no return to file: a record that says 未申告 says nothing (地方税法 第317条の2第1項ただし書).
// covers: JDG-006
#[test]
fn a_child_recorded_as_unfiled_does_not_raise_the_class() {
    let class = |born: Date| {
        let head = Person::born(ADULT, ON).base(0).untaxed();
        let unfiled = Filing::Unfiled;
        let child = Person::born(born, ON).filing(unfiled, false, Income::default());
        under70(&household(vec![head, child]), ON).class
    };
    assert_eq!(class(day(2010, 1, 2)), Some(Under70::E));
    // 16 on 31 December, as the day before the birthday has it.
    assert_eq!(class(day(2010, 1, 1)), Some(Under70::A));
}
