//! Households for the tests of the judgement.

#![allow(dead_code, reason = "each test uses a part")]

use law::judgement::{
    ElderJudgement, HouseholdFacts, HouseholdJudgement, IncomeVersion, Moment, PersonFacts,
    RevenueVersion, TaxStanding, TaxVersion, judge_elder, judge_household, tax_year,
};
use law::levy::facts::HeadSpan;
use law::levy::{Filing, Income};
use law::reason::Silent;
use law::rules::judgement::JudgementHabits;
use law::rules::{JudgementBook, JudgementRules, RuleBook};
use law::{Date, FiscalYear, Span, Yen, day};

/// The shipped rules of one municipality.
pub fn book() -> JudgementBook {
    RuleBook::shared().unwrap().judgement_of("131032").unwrap()
}

/// The rules for the month of a day.
pub fn rules(on: Date) -> JudgementRules {
    book().at(on).unwrap()
}

/// The rules for the month of a day, with other habits.
pub fn rules_with(on: Date, change: impl Fn(&mut JudgementHabits)) -> JudgementRules {
    let mut rules = rules(on);
    change(&mut rules.habits);
    rules
}

/// A span without end.
pub fn since(from: Date) -> Span {
    Span { from, until: None }
}

/// A person insured all along with a filed income of a year and a tax record.
pub struct Person {
    pub facts: PersonFacts,
    year: FiscalYear,
}

impl Person {
    pub fn born(birth_on: Date, on: Date) -> Self {
        let mut facts = PersonFacts::born(birth_on);
        facts.insured.push(since(day(2010, 4, 1)));
        Self {
            facts,
            year: tax_year(on),
        }
    }

    pub fn not_insured(mut self) -> Self {
        self.facts.insured.clear();
        self
    }

    pub fn insured(mut self, from: Date, until: Option<Date>) -> Self {
        self.facts.insured = vec![Span { from, until }];
        self
    }

    pub fn former_insured(mut self, from: Date) -> Self {
        self.facts.insured.clear();
        self.facts.former_insured.push(since(from));
        self
    }

    /// A filed income.
    pub fn income(self, income: Income) -> Self {
        self.filing(Filing::Filed, false, income)
    }

    /// A filed income whose 基準所得額 is `base` (business income of 430,000 more).
    pub fn base(self, base: i64) -> Self {
        self.income(Income {
            business: Yen(base + 430_000),
            ..Income::default()
        })
    }

    pub fn filing(mut self, filing: Filing, inquiry_open: bool, income: Income) -> Self {
        self.facts.incomes.push(IncomeVersion {
            fiscal_year: self.year,
            known_on: day(self.year.0, 6, 1),
            filing,
            inquiry_open,
            income,
        });
        self
    }

    pub fn taxed(self, taxable: i64) -> Self {
        self.tax(TaxStanding::Taxed, Some(taxable), false)
    }

    pub fn untaxed(self) -> Self {
        self.tax(TaxStanding::NotTaxed, Some(0), false)
    }

    pub fn abroad(self) -> Self {
        self.tax(TaxStanding::NotTaxed, None, true)
    }

    pub fn tax(mut self, standing: TaxStanding, taxable: Option<i64>, abroad: bool) -> Self {
        self.facts.taxes.push(TaxVersion {
            fiscal_year: self.year,
            known_on: day(self.year.0, 6, 1),
            standing,
            taxable_income: taxable.map(Yen),
            abroad,
            adjustment: None,
        });
        self
    }

    pub fn revenue(mut self, revenue: i64, by_record: bool) -> Self {
        self.facts.revenues.push(RevenueVersion {
            fiscal_year: self.year,
            known_on: day(self.year.0, 6, 1),
            revenue: Yen(revenue),
            by_record,
        });
        self
    }
}

/// A household whose first person is the head all along.
pub fn household(people: Vec<Person>) -> HouseholdFacts {
    HouseholdFacts {
        people: people.into_iter().map(|person| person.facts).collect(),
        heads: vec![HeadSpan {
            person: 0,
            from: day(2000, 4, 1),
            until: None,
        }],
        ..HouseholdFacts::default()
    }
}

/// The 70歳未満 judgement on a day.
pub fn under70(facts: &HouseholdFacts, on: Date) -> HouseholdJudgement {
    judge_household(&rules(on), facts, Moment::of(on), &mut Silent).unwrap()
}

/// The 70歳以上 judgement on a day.
pub fn elder(facts: &HouseholdFacts, on: Date) -> ElderJudgement {
    judge_elder(&rules(on), facts, Moment::of(on), &mut Silent).unwrap()
}
