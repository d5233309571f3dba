//! 試算 — one household at the counter, also before it joins. Nothing of it is kept.

use super::{trial_of, words};
use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::amounts::AmountTable;
use crate::view::format::{day_ja, year_ja};
use crate::view::trial::{TrialPage, TrialPerson};
use crate::view::why::Why;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use law::levy::estimate::income_from_revenue;
use law::levy::facts::{
    HeadSpan, HouseholdFacts, InsuredSpan, PersonFacts, Unemployment, household_years,
};
use law::levy::instalment::plan;
use law::levy::{Assessor, Filing};
use law::{Date, FiscalYear, Span, Yen, day};
use office::OfficeError;
use office::levy::YearRules;
use office::security::permit::{Function, TrialLevy};
use serde::Deserialize;

/// Rows of an empty form.
const ROWS: usize = 3;
/// The most people of one household on the form.
const MOST: usize = 12;
/// 離職理由コード used where the counter knows only that leaving was involuntary.
const INVOLUNTARY: u8 = 11;

/// Whose facts the form begins with.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct From {
    household: Option<i64>,
}

/// The empty form, or that of a household as it stands.
pub async fn page(desk: Desk, Query(from): Query<From>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<TrialLevy>()?;
        let fields = match from.household {
            Some(household) => {
                desk.record(TrialLevy::CODE, Some(household))?;
                desk.store()
                    .read(|conn| trial_of::household(desk, conn, household))?
            }
            None => Fields::default(),
        };
        answer::page(&form(desk, &fields, Vec::new()))
    })
    .await
}

/// The form with its answer.
pub async fn calculate(posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            desk.permit::<TrialLevy>()?;
            if fields.text("do") == "more" {
                return answer::page(&form(desk, &fields, Vec::new()));
            }
            let mut errors = Vec::new();
            let years: Vec<FiscalYear> = desk
                .app()
                .office()
                .rules
                .iter()
                .map(YearRules::year)
                .collect();
            let year = fields.year("year", &years, &mut errors);
            let Some(rules) = year.and_then(|year| desk.app().rules(year)) else {
                return answer::page_with(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    &form(desk, &fields, errors),
                );
            };
            let household = read(desk, rules.year(), &fields, &mut errors);
            if !errors.is_empty() {
                return answer::page_with(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    &form(desk, &fields, errors),
                );
            }
            match levy(desk, rules, &household) {
                Ok(done) => {
                    let mut page = form(desk, &fields, Vec::new());
                    page.answered = true;
                    page.amounts = done.amounts;
                    page.why = done.why;
                    page.instalments = done.instalments;
                    page.remarks = done.remarks;
                    answer::page(&page)
                }
                Err(OfficeError::Refusal(refusal)) => {
                    note(&mut errors, "", &refusal.to_string());
                    answer::page_with(
                        StatusCode::UNPROCESSABLE_ENTITY,
                        &form(desk, &fields, errors),
                    )
                }
                Err(other) => Err(other),
            }
        })
        .await
}

fn form(desk: &Desk, fields: &Fields, errors: Vec<FieldError>) -> TrialPage {
    let typed_rows = (1..=MOST)
        .rev()
        .find(|n| fields.has(&format!("birth_{n}")))
        .unwrap_or(0);
    let more = usize::from(fields.text("do") == "more");
    let rows = (typed_rows + more).clamp(ROWS, MOST);
    let mut layout = desk.layout("試算");
    layout.errors = errors;
    TrialPage {
        page: layout,
        years: desk.years(),
        year: if fields.has("year") {
            fields.text("year").to_owned()
        } else {
            desk.usual_year().0.to_string()
        },
        people: (1..=rows)
            .map(|number| person(desk, fields, number))
            .collect(),
        answered: false,
        amounts: AmountTable::default(),
        instalments: Vec::new(),
        why: Vec::new(),
        remarks: Vec::new(),
    }
}

/// A row of the form as typed; days that can be read come back in full.
fn person(desk: &Desk, fields: &Fields, number: usize) -> TrialPerson {
    let today = desk.business_date();
    let text = |name: &str| fields.text(&format!("{name}_{number}")).to_owned();
    let written = |name: &str| fields.day_written(&format!("{name}_{number}"), today);
    let birth = fields.birth(&format!("birth_{number}"), "", today, &mut Vec::new());
    TrialPerson {
        number,
        birth: birth.map_or_else(|| text("birth"), day_ja),
        salary: text("salary"),
        pension: text("pension"),
        other: text("other"),
        standing: text("standing"),
        filing: text("filing"),
        from: written("from"),
        until: written("until"),
        unemployed: written("unemployed"),
    }
}

/// The household as typed; people without a day of birth are left out, unless something else was typed for them.
fn read(
    desk: &Desk,
    year: FiscalYear,
    fields: &Fields,
    errors: &mut Vec<FieldError>,
) -> HouseholdFacts {
    let today = desk.business_date();
    let mut household = HouseholdFacts::default();
    let mut head = None;
    for number in 1..=MOST {
        let name = |field: &str| format!("{field}_{number}");
        let anything = [
            "birth",
            "salary",
            "pension",
            "other",
            "from",
            "until",
            "unemployed",
        ]
        .iter()
        .any(|field| !fields.text(&name(field)).is_empty());
        if !anything {
            continue;
        }
        let label = |what: &str| format!("{number}人目の{what}");
        let Some(birth_on) = fields.birth(&name("birth"), &label("生年月日"), today, errors)
        else {
            continue;
        };
        let mut person = facts(year, fields, number, birth_on, today, errors);
        match fields.text(&name("standing")) {
            "fictitious_head" => {
                head = head.or(Some(household.people.len()));
                person.insured.clear();
            }
            "former_insured" => {
                let from = person
                    .insured
                    .first()
                    .map_or(year.assessment_day(), |span| span.acquired_on);
                person.insured.clear();
                person.former_insured = vec![Span { from, until: None }];
            }
            _ => {}
        }
        household.people.push(person);
    }
    if household.people.is_empty() {
        note(errors, "birth_1", "1人目の生年月日: 日付を入力してください");
    }
    household.heads = vec![HeadSpan {
        person: head.unwrap_or(0),
        from: day(1900, 1, 1),
        until: None,
    }];
    household
}

fn facts(
    year: FiscalYear,
    fields: &Fields,
    number: usize,
    birth_on: Date,
    today: Date,
    errors: &mut Vec<FieldError>,
) -> PersonFacts {
    let name = |field: &str| format!("{field}_{number}");
    let label = |what: &str| format!("{number}人目の{what}");
    let salary = fields.yen(&name("salary"), &label("給与収入"), errors);
    let pension = fields.yen(&name("pension"), &label("公的年金収入"), errors);
    let other = fields.yen(&name("other"), &label("その他の所得"), errors);
    let from = fields.day(&name("from"), &label("加入日"), today, errors);
    let until = fields.day(&name("until"), &label("喪失日"), today, errors);
    if let (Some(from), Some(until)) = (from, until)
        && until <= from
    {
        note(
            errors,
            &name("until"),
            &format!("{}: 加入日より後の日にしてください", label("喪失日")),
        );
    }
    let left_on = fields.day(&name("unemployed"), &label("離職日"), today, errors);
    // 前年の12月31日に65歳に達しているか（公的年金等控除の区分）.
    let aged_65 = law::date::attains(birth_on, 65) <= day(year.0 - 1, 12, 31);
    let mut person = PersonFacts::born(birth_on);
    person.insured = vec![InsuredSpan {
        // Before the year: a person who was insured all along, or was born into it.
        acquired_on: from.unwrap_or_else(|| birth_on.max(year.previous().assessment_day())),
        lost_on: until,
        event_on: None,
        cause: None,
    }];
    person.income = income_from_revenue(year, salary, pension, other, aged_65);
    person.filing = match fields.text(&name("filing")) {
        "unfiled" => Filing::Unfiled,
        "not_required" => Filing::NotRequired,
        _ => Filing::Filed,
    };
    person.unemployments = left_on
        .map(|left_on| Unemployment {
            left_on,
            code: INVOLUNTARY,
        })
        .into_iter()
        .collect();
    person
}

struct Done {
    amounts: AmountTable,
    why: Vec<Why>,
    instalments: Vec<(String, String, Yen)>,
    remarks: Vec<String>,
}

fn levy(desk: &Desk, rules: &YearRules, household: &HouseholdFacts) -> Result<Done, OfficeError> {
    let years = household_years(&rules.levy, &rules.household, rules.year(), household)?;
    let Some(first) = years.first() else {
        return Err(law::Refusal::new(
            "web.trial.nothing",
            format!(
                "{}に保険料（税）がかかる月がありません。加入日・喪失日・立場を確かめてください",
                year_ja(rules.year())
            ),
        )
        .into());
    };
    let reasoned = Assessor::new(&rules.levy)?.explain(&first.household)?;
    let people: Vec<String> = first
        .members
        .iter()
        .map(|index| format!("{}人目", index + 1))
        .collect();
    let annual: Vec<Yen> = reasoned
        .value
        .components
        .iter()
        .map(|component| component.amount)
        .collect();
    // As if it were decided before the first instalment, or today where the year has already begun to fall due.
    let decided_on = desk.business_date().max(rules.year().assessment_day());
    let instalments = plan(
        &rules.instalments,
        &desk.app().office().calendar,
        &annual,
        decided_on,
    )?
    .iter()
    .map(|one| (words::instalment(one.key), day_ja(one.due_on), one.amount()))
    .collect();
    let mut remarks = vec![
        format!("納期は{}に決定したとした場合です。", day_ja(decided_on)),
        "給与所得と公的年金等の所得は、収入から所得税の表で求めた見込みです。".to_owned(),
    ];
    if years.len() > 1 {
        remarks.push(
            "年度の途中で世帯全員が抜けて入り直すため、最初の期間だけを示しています。".to_owned(),
        );
    }
    Ok(Done {
        amounts: words::amounts(&rules.levy, &reasoned.value),
        why: words::why(&rules.levy, &reasoned, &people),
        instalments,
        remarks,
    })
}
