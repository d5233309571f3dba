//! One household at a time, of a city that is not there.
//!
//! A household depends on the seed and its own number alone, so a million of them stream without being kept.

use crate::dice::{Dice, WHOLE};
use crate::names;
use crate::population::Population;
use law::date::{self, attains, day};
use law::levy::estimate;
use law::levy::{Filing, Income};
use law::{Date, FiscalYear, Yen};

/// What to make.
#[derive(Clone, Debug)]
pub struct Plan {
    /// 全国地方公共団体コード.
    pub municipality: String,
    /// Name of the city, the front of every address.
    pub city: String,
    /// 相当年度.
    pub year: FiscalYear,
    /// Households.
    pub households: u64,
    /// Seed.
    pub seed: u64,
}

/// Why somebody belongs to the household.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// 被保険者.
    Insured,
    /// 擬制世帯主.
    FictitiousHead,
    /// 特定同一世帯所属者.
    FormerInsured,
}

/// One person.
#[derive(Clone, Debug)]
pub struct Person {
    /// 宛名番号.
    pub person_id: i64,
    /// Why he or she belongs here.
    pub part: Part,
    /// As written.
    pub name: String,
    /// Reading.
    pub kana: String,
    /// Latin name of a foreign resident.
    pub latin: Option<String>,
    /// 生年月日.
    pub birth_on: Date,
    /// 1 male, 2 female.
    pub sex: i64,
    /// 続柄 code: 02 世帯主, 11 夫, 12 妻, 20 子, 51 父.
    pub relationship: &'static str,
    /// 取得日.
    pub acquired_on: Date,
    /// 喪失日 with its cause and the day of the event.
    pub lost: Option<(Date, &'static str, Date)>,
    /// 後期高齢者医療へ移った日 of a 特定同一世帯所属者.
    pub moved_on: Option<Date>,
    /// Income; `None` where nothing has come from the tax side.
    pub income: Option<(Filing, bool, Income)>,
    /// 固定資産税額.
    pub asset_tax: Yen,
    /// 離職日 and 離職理由コード.
    pub unemployed: Option<(Date, u8)>,
    /// 出産予定日 and 多胎.
    pub maternity: Option<(Date, bool)>,
    /// 介護適用除外施設 since.
    pub care_exempt_since: Option<Date>,
    /// 旧被扶養者 since.
    pub former_dependant_since: Option<Date>,
}

/// One household.
#[derive(Clone, Debug)]
pub struct Household {
    /// 国保世帯番号.
    pub household_id: i64,
    /// 被保険者記号 and 番号.
    pub symbol: String,
    /// 番号.
    pub number: String,
    /// 郵便番号.
    pub postal_code: String,
    /// 住所.
    pub address: String,
    /// 方書.
    pub building: String,
    /// The head first.
    pub people: Vec<Person>,
}

/// People take the numbers of their household times this, so that numbers never meet.
const PEOPLE_A_HOUSEHOLD: i64 = 10;
/// First 国保世帯番号.
const FIRST_HOUSEHOLD: i64 = 1_000_001;

/// Makes households.
#[derive(Clone, Debug)]
pub struct City {
    plan: Plan,
    population: Population,
}

impl City {
    /// A city by its plan.
    ///
    /// # Errors
    /// What is wrong with the shipped population, in Japanese.
    pub fn new(plan: Plan) -> Result<Self, String> {
        Ok(Self {
            plan,
            population: Population::shipped()?,
        })
    }

    /// Its plan.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// All households in order of their number.
    pub fn households(&self) -> impl Iterator<Item = Household> + '_ {
        (0..self.plan.households).map(|number| self.household(number))
    }

    /// The `number`-th household.
    #[must_use]
    pub fn household(&self, number: u64) -> Household {
        let mut dice = Dice::new(self.plan.seed, number);
        let offset = i64::try_from(number).unwrap_or(0);
        let household_id = FIRST_HOUSEHOLD + offset;
        let (postal_code, address, building) = names::address(&mut dice, &self.plan.city);
        let mut maker = Maker {
            population: &self.population,
            year: self.plan.year,
            family: names::family(&mut dice),
            next_id: household_id * PEOPLE_A_HOUSEHOLD,
            dice,
        };
        let people = maker.people();
        Household {
            household_id,
            symbol: "国保".to_owned(),
            number: format!("{:08}", offset + 1),
            postal_code,
            address,
            building,
            people,
        }
    }
}

struct Maker<'p> {
    population: &'p Population,
    year: FiscalYear,
    family: names::Family,
    next_id: i64,
    dice: Dice,
}

impl Maker<'_> {
    fn people(&mut self) -> Vec<Person> {
        let size = 1 + self.dice.weighted(&self.population.household.size);
        let mut people = Vec::with_capacity(size + 1);
        let first = self.adult("02");
        let acquired_on = self.joining(first.birth_on);
        let foreign = self.dice.chance(400);
        let senior = date::age_on(first.birth_on, self.year.assessment_day());
        people.push(first);
        if size >= 2 {
            let partner_age =
                (senior + i16::try_from(self.dice.between(-6, 4)).unwrap_or(0)).clamp(18, 74);
            let sex = if people.first().is_some_and(|head| head.sex == 1) {
                2
            } else {
                1
            };
            let relationship = if sex == 2 { "12" } else { "11" };
            let partner = self.person(partner_age, sex, relationship);
            people.push(partner);
        }
        for _ in 2..size {
            let age = self.dice.between(0, i64::from((senior - 20).clamp(0, 45)));
            let sex = 1 + self.dice.between(0, 1);
            let child = self.person(i16::try_from(age).unwrap_or(0), sex, "20");
            people.push(child);
        }
        for person in &mut people {
            person.acquired_on = acquired_on.max(person.birth_on);
            if person.acquired_on >= date::birthday(person.birth_on, 75) {
                person.acquired_on = day(self.year.0 - 1, 4, 1);
            }
        }
        self.incomes(&mut people);
        self.leaving(&mut people);
        self.rare(&mut people);
        self.others(&mut people, acquired_on);
        if foreign {
            for person in &mut people {
                let (name, kana) = names::foreigner(&mut self.dice);
                person.latin = Some(name.clone());
                person.name = name;
                person.kana = kana;
            }
        }
        people
    }

    fn adult(&mut self, relationship: &'static str) -> Person {
        let shares: Vec<u32> = self.population.age.share.iter().skip(4).copied().collect();
        let band = 4 + self.dice.weighted(&shares);
        let female = self
            .population
            .age
            .female
            .get(band)
            .copied()
            .unwrap_or(WHOLE / 2);
        let low = i64::try_from(band).unwrap_or(4) * 5;
        let age = i16::try_from(self.dice.between(low, low + 4)).unwrap_or(40);
        let sex = if self.dice.chance(female) { 2 } else { 1 };
        self.person(age, sex, relationship)
    }

    /// Somebody who has completed `age` on the assessment day.
    fn person(&mut self, age: i16, sex: i64, relationship: &'static str) -> Person {
        let latest = self.year.assessment_day();
        let days = i32::try_from(self.dice.between(1, 364)).unwrap_or(1);
        let back = jiff::Span::new().years(age).days(days);
        let birth_on = latest.saturating_sub(back);
        let (name, kana) = names::person(&mut self.dice, self.family, sex == 2);
        self.next_id += 1;
        Person {
            person_id: self.next_id - 1,
            part: Part::Insured,
            name,
            kana,
            latin: None,
            birth_on,
            sex,
            relationship,
            acquired_on: birth_on,
            lost: None,
            moved_on: None,
            income: None,
            asset_tax: Yen::ZERO,
            unemployed: None,
            maternity: None,
            care_exempt_since: None,
            former_dependant_since: None,
        }
    }

    fn joining(&mut self, birth_on: Date) -> Date {
        if self.dice.chance(self.population.movement.joined) {
            let month = i32::try_from(self.dice.between(0, 11)).unwrap_or(0);
            let first = self.year.month_start(month);
            return day(
                first.year(),
                first.month(),
                i8::try_from(self.dice.between(1, 28)).unwrap_or(1),
            );
        }
        let years = i16::try_from(self.dice.between(1, 25)).unwrap_or(1);
        let month = i8::try_from(self.dice.between(1, 12)).unwrap_or(1);
        day(self.year.0 - years, month, 1).max(birth_on)
    }

    /// 75歳 for everyone who gets there this year, and a few who leave for other reasons.
    fn leaving(&mut self, people: &mut [Person]) {
        for person in people.iter_mut() {
            let birthday = date::birthday(person.birth_on, 75);
            if birthday < self.year.end() && birthday > person.acquired_on {
                person.lost = Some((date::next_day(birthday), "51", birthday));
            }
        }
        if people.len() == 1 && self.dice.chance(self.population.movement.left) {
            let month = i32::try_from(self.dice.between(1, 11)).unwrap_or(1);
            let first = self.year.month_start(month);
            let event = day(
                first.year(),
                first.month(),
                i8::try_from(self.dice.between(1, 28)).unwrap_or(1),
            );
            let (cause, lost_on) = if self.dice.chance(7_000) {
                ("42", date::next_day(event))
            } else {
                ("41", date::next_day(event))
            };
            for person in people.iter_mut() {
                if person.lost.is_none() && person.acquired_on < event {
                    person.lost = Some((lost_on, cause, event));
                }
            }
        }
    }

    fn incomes(&mut self, people: &mut [Person]) {
        let weights: Vec<u32> = self
            .population
            .income
            .classes
            .iter()
            .map(|class| class[2])
            .collect();
        let class = self.dice.weighted(&weights);
        let [least, most, _] = self
            .population
            .income
            .classes
            .get(class)
            .copied()
            .unwrap_or([0, 0, 0]);
        let mut left = self.dice.between(i64::from(least), i64::from(most)) * 1_000;
        let unfiled = self.dice.chance(self.population.income.unfiled);
        let inquiry = self.dice.chance(self.population.income.inquiry);
        for (place, person) in people.iter_mut().enumerate() {
            let age = date::age_on(person.birth_on, day(self.year.0, 1, 1));
            if age < 16 {
                person.income = Some((Filing::NotRequired, false, Income::default()));
                continue;
            }
            if place == 0 && unfiled {
                person.income = Some((Filing::Unfiled, false, Income::default()));
                continue;
            }
            if place == 0 && inquiry {
                person.income = Some((Filing::Filed, true, Income::default()));
                continue;
            }
            let share = if place == 0 && self.dice.chance(7_500) {
                left
            } else {
                self.dice.between(0, left)
            };
            left -= share;
            let income = self.income(age, Yen(share));
            person.income = Some((Filing::Filed, false, income));
        }
    }

    /// An income of about `target`, put together from what people of that age live on.
    fn income(&mut self, age: i16, target: Yen) -> Income {
        let aged = age >= 65;
        let pension_revenue = if aged || (age >= 60 && self.dice.chance(3_000)) {
            Yen(self.dice.between(300, 2_600) * 1_000)
        } else {
            Yen::ZERO
        };
        let kind = self.dice.weighted(&self.population.income.occupation);
        let mut income = Income {
            pension_revenue,
            ..Income::default()
        };
        let mut other = Yen::ZERO;
        if target > Yen::ZERO {
            match kind {
                0 => income.salary_revenue = Yen(target.0 * 14 / 10 + 550_000),
                1 => income.business = target,
                2 => income.farming = target,
                _ => income.real_estate = target,
            }
            if kind > 0 {
                other = target;
            }
        }
        let salary = estimate::salary_income(self.year, income.salary_revenue);
        income.pension = estimate::pension_income(self.year, pension_revenue, aged, salary + other);
        income.salary = estimate::salary_after_adjustment(self.year, salary, income.pension);
        income
    }

    fn rare(&mut self, people: &mut [Person]) {
        let special = self.population.special.clone();
        for person in people.iter_mut() {
            let age = date::age_on(person.birth_on, self.year.assessment_day());
            if self.dice.chance(special.asset_owner) && age >= 40 {
                person.asset_tax = Yen(self.dice.between(10, 220) * 1_000);
            }
            if (20..65).contains(&age) && self.dice.chance(special.unemployed) {
                let months = i8::try_from(self.dice.between(1, 12)).unwrap_or(1);
                let left_on = day(self.year.0 - 1, months, 28);
                let code = self
                    .dice
                    .one(&[11_u8, 12, 21, 22, 23, 31, 32, 33, 34])
                    .copied();
                person.unemployed = Some((left_on, code.unwrap_or(11)));
            }
            if person.sex == 2
                && (20..45).contains(&age)
                && self.dice.chance(special.maternity * 10)
            {
                let month = i32::try_from(self.dice.between(-1, 13)).unwrap_or(0);
                let first = self.year.month_start(month);
                person.maternity =
                    Some((day(first.year(), first.month(), 15), self.dice.chance(150)));
            }
            if (40..65).contains(&age) && self.dice.chance(special.care_exempt) {
                person.care_exempt_since = Some(day(self.year.0 - 1, 6, 10));
            }
            let joined_aged = attains(person.birth_on, 65) < person.acquired_on;
            if joined_aged && self.dice.chance(special.former_dependant * 10) {
                person.former_dependant_since = Some(person.acquired_on);
            }
            if let Some((Filing::Filed, false, income)) = &mut person.income {
                if self.dice.chance(special.shares) {
                    income.listed_shares = Yen(self.dice.between(0, 900) * 1_000);
                    income.listed_dividend = Yen(self.dice.between(0, 300) * 1_000);
                    income.listed_loss_used = Yen(self.dice.between(0, 600) * 1_000);
                }
                if self.dice.chance(special.land) {
                    income.land_long_gain = Yen(self.dice.between(1_000, 40_000) * 1_000);
                    income.land_long_special_deduction = income.land_long_gain.min(Yen(30_000_000));
                }
                if self.dice.chance(special.casualty_loss) {
                    income.casualty_loss_used = Yen(self.dice.between(100, 2_000) * 1_000);
                }
                if income.business > Yen(1_500_000)
                    && self.dice.chance(special.family_employee * 10)
                {
                    income.family_employee_deduction = Yen(860_000);
                    income.business -= Yen(860_000);
                }
            }
        }
    }

    /// 擬制世帯主 and 特定同一世帯所属者.
    fn others(&mut self, people: &mut Vec<Person>, acquired_on: Date) {
        let household = self.population.household.clone();
        if self.dice.chance(household.fictitious_head) {
            let age = i16::try_from(self.dice.between(35, 85)).unwrap_or(50);
            let mut head = self.person(age, 1, "02");
            head.part = Part::FictitiousHead;
            let income = self.dice.between(0, 8_000) * 1_000;
            head.income = Some((Filing::Filed, false, self.income(age, Yen(income))));
            for person in people.iter_mut() {
                if person.relationship == "02" {
                    person.relationship = if person.sex == 2 { "12" } else { "20" };
                }
            }
            people.insert(0, head);
        } else if self.dice.chance(household.former_insured) {
            let years = i16::try_from(self.dice.between(0, 9)).unwrap_or(0);
            let age = 75 + years;
            let mut former = self.person(age, 1, "51");
            let moved_on = attains(former.birth_on, 75).max(acquired_on);
            former.part = Part::FormerInsured;
            former.acquired_on = acquired_on;
            former.moved_on = Some(date::next_day(moved_on));
            former.income = Some((Filing::Filed, false, self.income(age, Yen::ZERO)));
            people.push(former);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn city(households: u64) -> City {
        City::new(Plan {
            municipality: "131032".to_owned(),
            city: "東京都港区".to_owned(),
            year: FiscalYear(2026),
            households,
            seed: 20_261_120,
        })
        .unwrap()
    }

    #[test]
    fn a_household_depends_on_its_number_alone() {
        let (all, city) = (city(50).households().collect::<Vec<_>>(), city(10));
        let again = city.household(7);
        assert_eq!(format!("{:?}", all[7]), format!("{again:?}"));
    }

    #[test]
    fn the_population_has_its_published_shape() {
        let households: Vec<_> = city(20_000).households().collect();
        let insured: Vec<_> = households
            .iter()
            .flat_map(|household| &household.people)
            .filter(|person| person.part == Part::Insured)
            .collect();
        // 1.47 persons a household, within three in a hundred; a fifth of the heads are not insured.
        let per_household = insured.len() * 100 / households.len();
        assert!((142..=153).contains(&per_household), "{per_household}");
        let fictitious = households
            .iter()
            .filter(|household| household.people[0].part == Part::FictitiousHead)
            .count();
        assert!((3_800..=4_450).contains(&fictitious), "{fictitious}");
        let seniors = insured
            .iter()
            .filter(|person| date::age_on(person.birth_on, day(2026, 4, 1)) >= 65)
            .count()
            * 100
            / insured.len();
        assert!((36..=50).contains(&seniors), "{seniors}");
    }

    #[test]
    fn people_have_their_own_numbers() {
        let mut ids: Vec<_> = city(2_000)
            .households()
            .flat_map(|household| household.people)
            .map(|person| person.person_id)
            .collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count);
    }
}
