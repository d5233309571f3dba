//! A case's household as the facts the engine levies.

use super::fields::Fields;
use super::tariff::Tariff;
use law::levy::{Adjustment, Filing, HouseholdYear, Income, PersonYear, Standing, estimate};
use law::{FiscalYear, Months, Yen};
use serde_json::Value;

/// One person as read, before it is known who of the uninsured is the head.
struct Member {
    insured: bool,
    age: i64,
    facts: PersonYear,
}

/// Reads `household` and the facts that stand beside it.
pub fn read(
    case: &mut Fields<'_>,
    fiscal_year: FiscalYear,
    tariff: &Tariff,
) -> Result<HouseholdYear, String> {
    let people = case
        .take("household")
        .and_then(Value::as_array)
        .ok_or("household がありません")?;
    let mut members = Vec::new();
    for (place, person) in people.iter().enumerate() {
        let mut fields = Fields::of(person, &format!("household[{place}]."))?;
        members.push(member(&mut fields, fiscal_year)?);
        fields.finish()?;
    }
    let former = case.yen("tokutei_doitsu")?.unwrap_or(0);
    let mut people = settle(members, former);
    if let Some(tax) = case.yen_of(&["固定資産税_世帯", "固定資産税世帯"])? {
        let head = people
            .iter_mut()
            .find(|person| person.standing == Standing::Insured)
            .ok_or("固定資産税_世帯 を付ける被保険者がいません")?;
        head.asset_tax += Yen(tax);
    }
    let forced = case.tenths("force_reduction")?;
    let (half, three_quarters) = specific(case)?;
    Ok(HouseholdYear {
        fiscal_year,
        people,
        specific_half: half,
        specific_three_quarters: three_quarters,
        forced_reduction: forced.or((!tariff.can_judge).then_some(0)),
        adjustments: adjustments(case, tariff)?,
    })
}

/// 特定世帯 and 特定継続世帯 hold for the whole year of an example.
fn specific(case: &mut Fields<'_>) -> Result<(Months, Months), String> {
    match case.text("byodo_factor")?.as_deref() {
        None | Some("1" | "1.0") => Ok((Months::NONE, Months::NONE)),
        Some("0.5" | "0.50" | "1/2") => Ok((Months::ALL, Months::NONE)),
        Some("0.75" | "3/4") => Ok((Months::NONE, Months::ALL)),
        Some(other) => Err(format!(
            "byodo_factor「{other}」は 0.5 か 0.75 で書いてください"
        )),
    }
}

fn adjustments(case: &mut Fields<'_>, tariff: &Tariff) -> Result<Vec<Adjustment>, String> {
    let Some(discount) = case.take("local_discount") else {
        return Ok(Vec::new());
    };
    let mut fields = Fields::of(discount, "local_discount.")?;
    let mut found = Vec::new();
    for (component, code) in tariff.codes.iter().enumerate() {
        if let Some(yen) = fields.yen(code)? {
            found.push(Adjustment {
                component,
                yen: Yen(yen),
            });
        }
    }
    fields.finish()?;
    Ok(found)
}

/// Gives the uninsured their standing: `former` of them, the oldest first, are 特定同一世帯所属者; of
/// the rest the first is 擬制世帯主, and others do not enter the levy at all. Missing 特定同一世帯所属者
/// are added without income.
fn settle(members: Vec<Member>, former: i64) -> Vec<PersonYear> {
    let mut by_age: Vec<(i64, usize)> = members
        .iter()
        .enumerate()
        .filter(|(_, member)| !member.insured)
        .map(|(place, member)| (member.age, place))
        .collect();
    by_age.sort_by_key(|(age, place)| (-age, *place));
    let wanted = usize::try_from(former).unwrap_or(0);
    let moved_on: Vec<usize> = by_age
        .iter()
        .take(wanted)
        .map(|(_, place)| *place)
        .collect();
    let mut people = Vec::new();
    let mut head_known = false;
    for (place, member) in members.into_iter().enumerate() {
        let standing = match member.insured {
            true => Standing::Insured,
            false if moved_on.contains(&place) => Standing::FormerInsured,
            false if !head_known => {
                head_known = true;
                Standing::FictitiousHead
            }
            false => continue,
        };
        people.push(PersonYear {
            standing,
            ..member.facts
        });
    }
    for _ in moved_on.len()..wanted {
        people.push(PersonYear {
            standing: Standing::FormerInsured,
            aged_65: true,
            ..PersonYear::default()
        });
    }
    people
}

fn member(fields: &mut Fields<'_>, fiscal_year: FiscalYear) -> Result<Member, String> {
    fields.ignore(&["name", "続柄", "note", "notes"]);
    let age = fields.yen("age")?.ok_or("household の age がありません")?;
    let insured = fields.choice("insured")?.unwrap_or(true);
    let aged_65 = age >= 65;
    let months = months_of(fields, insured)?;
    let (income, derived_earner) = income(fields, fiscal_year, aged_65)?;
    let told = fields.choice("給与所得者等")?;
    let preschool = fields.mark("preschool")?;
    let facts = PersonYear {
        insured: months,
        care: care_months(fields, age, months)?,
        unemployed: relieved_months(fields, "非自発的失業", months)?,
        maternity: maternity_months(fields, months)?,
        preschool,
        // A 未就学児 is under 18 whether marked or not.
        minor: fields.mark("under18")? || preschool,
        aged_65,
        earner: told.or(derived_earner),
        asset_tax: Yen(fields.yen("固定資産税")?.unwrap_or(0)),
        filing: if fields.mark("未申告")? {
            Filing::Unfiled
        } else {
            Filing::Filed
        },
        income,
        ..PersonYear::default()
    };
    Ok(Member {
        insured,
        age,
        facts,
    })
}

/// `months`: only the count is known, so the months are taken from April on.
fn months_of(fields: &mut Fields<'_>, insured: bool) -> Result<Months, String> {
    let count = fields.yen("months")?.unwrap_or(12);
    match i32::try_from(count) {
        Ok(count @ 0..=12) if insured => Ok(Months::first(count)),
        Ok(0..=12) => Ok(Months::NONE),
        _ => Err(format!("months「{count}」は 0 から 12 で書いてください")),
    }
}

/// 介護分: 40 to 64 by the age at the beginning of the year pays in every insured month, unless the
/// case counts the months itself (at 39 the last ones, at 64 the first ones).
fn care_months(fields: &mut Fields<'_>, age: i64, insured: Months) -> Result<Months, String> {
    let counted = fields.yen_of(&["介護月数", "care_months"])?;
    Ok(match counted {
        Some(count) => cut(insured, count, age < 40)?,
        None if (40..65).contains(&age) => insured,
        None => Months::NONE,
    })
}

/// 非自発的失業: true for all insured months, or how many of the last ones.
fn relieved_months(fields: &mut Fields<'_>, key: &str, insured: Months) -> Result<Months, String> {
    match fields.take(key) {
        Some(Value::Bool(holds)) => Ok(if *holds { insured } else { Months::NONE }),
        None => Ok(Months::NONE),
        Some(_) => cut(insured, fields.yen(key)?.unwrap_or(0), true),
    }
}

fn maternity_months(fields: &mut Fields<'_>, insured: Months) -> Result<Months, String> {
    let counted = fields.yen_of(&["産前産後月数", "産前産後", "maternity_months"])?;
    cut(insured, counted.unwrap_or(0), false)
}

/// The first or last `count` of some months.
fn cut(months: Months, count: i64, last: bool) -> Result<Months, String> {
    let held = months.count();
    if !(0..=held).contains(&count) {
        return Err(format!(
            "月数「{count}」は加入月数（{held}か月）以内で書いてください"
        ));
    }
    let skip = usize::try_from(if last { held - count } else { 0 }).unwrap_or(0);
    let take = usize::try_from(count).unwrap_or(0);
    Ok(months
        .iter()
        .skip(skip)
        .take(take)
        .fold(Months::NONE, |found, index| {
            found.or(Months::between(index, index + 1))
        }))
}

/// The income items, and whether the person is 給与所得者等 where only 所得 is given.
///
/// Revenue without income is turned into income by the tables for trial calculations, with
/// 所得金額調整控除 where the salary was computed. Income without revenue shows an earner where it is
/// more than the threshold's revenue can leave.
fn income(
    fields: &mut Fields<'_>,
    fiscal_year: FiscalYear,
    aged_65: bool,
) -> Result<(Income, Option<bool>), String> {
    let mut yen = |keys: &[&str]| Ok::<_, String>(fields.yen_of(keys)?.map(Yen));
    let family_revenue = yen(&["専従者給与収入", "専従者給与"])?;
    let salary_revenue = yen(&["給与収入"])?.or(family_revenue);
    let salary_given = yen(&["給与所得"])?;
    let pension_revenue = yen(&["年金収入", "公的年金等収入"])?;
    let pension_given = yen(&["年金所得", "公的年金等所得"])?;
    let mut zero = |keys: &[&str]| Ok::<_, String>(yen(keys)?.unwrap_or_default());
    let mut income = Income {
        salary_revenue: salary_revenue.unwrap_or_default(),
        pension_revenue: pension_revenue.unwrap_or_default(),
        family_employee_revenue: family_revenue.unwrap_or_default(),
        miscellaneous: zero(&["その他所得"])? + zero(&["雑所得"])?,
        business: zero(&["事業所得", "営業所得"])?,
        farming: zero(&["農業所得"])?,
        real_estate: zero(&["不動産所得"])?,
        interest: zero(&["利子所得"])?,
        dividend: zero(&["配当所得"])?,
        family_employee_deduction: zero(&["専従者控除", "専従者給与控除"])?,
        land_long_gain: zero(&["長期譲渡所得", "分離長期譲渡所得", "譲渡所得"])?,
        land_long_special_deduction: zero(&[
            "長期譲渡特別控除",
            "分離長期譲渡特別控除",
            "譲渡特別控除",
            "特別控除",
        ])?,
        land_short_gain: zero(&["短期譲渡所得", "分離短期譲渡所得"])?,
        land_short_special_deduction: zero(&["短期譲渡特別控除", "分離短期譲渡特別控除"])?,
        general_shares: zero(&["株式譲渡所得", "一般株式等譲渡所得"])?,
        listed_shares: zero(&["上場株式等譲渡所得"])?,
        listed_dividend: zero(&["上場株式等配当所得"])?,
        futures: zero(&["先物所得", "先物取引所得"])?,
        forestry: zero(&["山林所得"])?,
        net_loss_used: zero(&["純損失の繰越控除", "純損失"])?,
        casualty_loss_used: zero(&["雑損失の繰越控除", "雑損失"])?,
        total_income: zero(&["合計所得金額", "合計所得"])?,
        ..Income::default()
    };
    let salary_computed = estimate::salary_income(fiscal_year, income.salary_revenue);
    let salary = salary_given.unwrap_or(salary_computed);
    let others = Income { salary, ..income };
    income.pension = pension_given.unwrap_or_else(|| {
        estimate::pension_income(
            fiscal_year,
            income.pension_revenue,
            aged_65,
            others.total_for_taper(),
        )
    });
    income.salary = match salary_given {
        Some(given) => given,
        None => estimate::salary_after_adjustment(fiscal_year, salary, income.pension),
    };
    let own_pay = income.salary_revenue - income.family_employee_revenue;
    income.family_employee_salary = if income.family_employee_revenue == Yen::ZERO {
        Yen::ZERO
    } else {
        (income.salary - estimate::salary_income(fiscal_year, own_pay)).at_least_zero()
    };
    let pension_left = if aged_65 { 150_000 } else { 0 };
    let shows_salary = salary_revenue.is_none() && income.salary > Yen::ZERO;
    let shows_pension = pension_revenue.is_none() && income.pension.0 > pension_left;
    let derived = (shows_salary || shows_pension).then_some(true);
    Ok((income, derived))
}
