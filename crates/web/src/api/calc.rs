//! 賦課の計算 as JSON: one household in, the levy of each liable head out, with every step.

use super::guard;
use crate::desk::Desk;
use axum::Json;
use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use law::FiscalYear;
use law::levy::Assessor;
use law::levy::explain::explain;
use law::levy::facts::{HouseholdFacts, household_years};
use law::rules::RuleBook;
use office::OfficeError;
use office::levy::YearRules;
use office::security::permit::TrialLevy;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// 問い — whose rules, which year, which household.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// 全国地方公共団体コード（6桁）
    #[schema(example = "131032")]
    pub municipality: String,
    /// 相当年度（西暦）
    #[schema(value_type = i16, example = 2026)]
    pub fiscal_year: FiscalYear,
    /// 日付の付いた世帯の事実
    #[schema(schema_with = super::document::household_schema)]
    pub household: HouseholdFacts,
    /// 条例の規則ファイル（TOML）の本文。省くと同梱の規則
    #[serde(default)]
    pub ordinance: Option<String>,
}

/// 答え — the levy of one liable head. Amounts are whole yen.
#[derive(Debug, Serialize, ToSchema)]
pub struct Answer {
    /// 納付義務者（household.people の位置）
    pub liable: usize,
    /// 軽減の割合（7、5、2、0）
    pub reduction_tenths: i64,
    /// 区分ごとの決定額
    pub components: Vec<Component>,
    /// 年額（円）
    pub total: i64,
    /// 計算の段階
    pub steps: Vec<Step>,
}

/// 区分.
#[derive(Debug, Serialize, ToSchema)]
pub struct Component {
    /// medical、support、care、child
    pub code: String,
    /// 区分の名
    pub name: String,
    /// 決定額（円）
    pub amount: i64,
    /// 限度超過額（円）
    pub over_cap: i64,
}

/// 段階 — one step with its ground.
#[derive(Debug, Serialize, ToSchema)]
pub struct Step {
    /// 項目
    pub label: String,
    /// 区分の名。世帯に共通なら空
    pub component: String,
    /// 人（household.people ではなく、その賦課の人の位置）。世帯全体なら省く
    pub person: Option<usize>,
    /// 計算
    pub sentence: String,
    /// 根拠
    pub clause: String,
    /// 率・額の出典
    pub source: String,
    /// 端数
    pub rounding: String,
    /// 結果
    pub value: i64,
}

/// 拒否.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// 変わらない符号
    pub code: String,
    /// 何が誤りで、どうすればよいか
    pub message: String,
    /// 根拠。なければ空
    pub clause: String,
}

/// 1世帯の年額を、根拠とともに計算する
#[utoipa::path(
    post,
    path = "/api/v1/levy/calc",
    tag = "賦課",
    request_body = Question,
    responses(
        (status = 200, description = "納付義務者ごとの年額", body = Vec<Answer>),
        (status = 401, description = "ログインしていない"),
        (status = 403, description = "試算の権限がない、または他のサイトからの要求", body = Problem),
        (status = 415, description = "Content-Type が application/json でない", body = Problem),
        (status = 422, description = "JSON が読めない、または規則や事実が計算を許さない", body = Problem),
    )
)]
pub async fn calculate(desk: Desk, headers: HeaderMap, body: Bytes) -> Response {
    let read: Result<Question, _> = guard::read(&headers, &body);
    desk.answer(move |desk| {
        desk.permit::<TrialLevy>()?;
        match read {
            Ok(question) => Ok(Json(answer(desk, &question)?).into_response()),
            Err(refused) => Ok(*refused),
        }
    })
    .await
}

/// The levies of a household, one for each liable head.
fn answer(desk: &Desk, question: &Question) -> Result<Vec<Answer>, OfficeError> {
    let made;
    let own = desk.app().config().municipality_code == question.municipality
        && question.ordinance.is_none();
    let held = if own {
        desk.app().rules(question.fiscal_year)
    } else {
        None
    };
    let rules = match held {
        Some(rules) => rules,
        None => {
            made = rules_of(question)?;
            &made
        }
    };
    let assessor = Assessor::new(&rules.levy)?;
    let years = household_years(
        &rules.levy,
        &rules.household,
        rules.year(),
        &question.household,
    )?;
    let mut answers = Vec::with_capacity(years.len());
    for year in &years {
        let reasoned = assessor.explain(&year.household)?;
        let components = rules.levy.components.iter().zip(&reasoned.value.components);
        answers.push(Answer {
            liable: year.head,
            reduction_tenths: reasoned.value.reduction_tenths,
            components: components
                .map(|(component, levy)| Component {
                    code: component.code.clone(),
                    name: component.name_ja.clone(),
                    amount: levy.amount.0,
                    over_cap: levy.over_cap.0,
                })
                .collect(),
            total: reasoned.value.total.0,
            steps: explain(&rules.levy, &reasoned.steps)
                .into_iter()
                .map(|line| Step {
                    label: line.label,
                    component: line.component_ja,
                    person: line.person,
                    sentence: line.sentence,
                    clause: line.clause,
                    source: line.source,
                    rounding: line.rounding,
                    value: line.value,
                })
                .collect(),
        });
    }
    Ok(answers)
}

fn rules_of(question: &Question) -> Result<YearRules, OfficeError> {
    let read;
    let book = match &question.ordinance {
        None => RuleBook::shared().map_err(faulty)?,
        Some(text) => {
            let path = format!("municipal/{}/ordinance.toml", question.municipality);
            read = RuleBook::embedded_with(&[(path.as_str(), text.as_str())])
                .map_err(|errors| faulty(&errors))?;
            &read
        }
    };
    YearRules::from_book(book, &question.municipality, question.fiscal_year)
}

fn faulty(errors: &[law::rules::RuleError]) -> OfficeError {
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    law::Refusal::new(
        "api.ordinance",
        format!("規則ファイルに誤りがあります: {}", lines.join(" / ")),
    )
    .into()
}
