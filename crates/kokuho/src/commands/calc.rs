//! `kokuho calc levy`: one household given as JSON, levied under any ordinance, with every step.

use crate::edge;
use anyhow::{Context, Result, anyhow};
use clap::{Args, Subcommand};
use law::FiscalYear;
use law::levy::Assessor;
use law::levy::explain::explain;
use law::levy::facts::{HouseholdFacts, household_years};
use law::rules::RuleBook;
use office::levy::YearRules;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::Read;

/// 何を計算するか
#[derive(Subcommand)]
pub enum Action {
    /// 1世帯の年額を、根拠とともに計算する
    Levy(Options),
}

/// 1世帯の計算
#[derive(Args)]
pub struct Options {
    /// 世帯のJSON（省略または - で標準入力）
    #[arg(default_value = "-")]
    household: String,
    /// 条例の規則ファイル（TOML）。省略時は同梱の規則
    #[arg(long)]
    rules: Option<String>,
}

/// A question: whose rules, which year, which household.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// 全国地方公共団体コード.
    pub municipality: String,
    /// 相当年度.
    pub fiscal_year: FiscalYear,
    /// Dated facts of the household.
    pub household: HouseholdFacts,
}

/// The answer for one liable head.
#[derive(Debug, Serialize)]
pub struct Answer {
    /// Index of the liable head in the question.
    pub liable: usize,
    /// 軽減の割合 in tenths.
    pub reduction_tenths: i64,
    /// By component.
    pub components: Vec<Component>,
    /// 年額.
    pub total: i64,
    /// Each step with its clause.
    pub steps: Vec<Line>,
}

/// One component of an answer.
#[derive(Debug, Serialize)]
pub struct Component {
    /// 区分.
    pub name: String,
    /// 決定額.
    pub amount: i64,
    /// 限度超過額.
    pub over_cap: i64,
}

/// One step of an answer.
#[derive(Debug, Serialize)]
pub struct Line {
    /// 項目.
    pub label: String,
    /// 計算.
    pub sentence: String,
    /// 根拠.
    pub clause: String,
    /// 結果.
    pub value: i64,
}

/// Runs the command.
pub fn run(action: &Action) -> Result<()> {
    let Action::Levy(options) = action;
    let text = if options.household == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        text
    } else {
        fs::read_to_string(&options.household)
            .with_context(|| format!("{} を読めません", options.household))?
    };
    let question: Question = serde_json::from_str(&text).context("世帯のJSONを読めません")?;
    let book = match &options.rules {
        None => edge::book()?,
        Some(path) => with_ordinance(path)?,
    };
    let rules = YearRules::from_book(&book, &question.municipality, question.fiscal_year)?;
    let answers = answer(&rules, &question.household)?;
    println!("{}", serde_json::to_string_pretty(&answers)?);
    Ok(())
}

fn with_ordinance(path: &str) -> Result<RuleBook> {
    let text = fs::read_to_string(path).with_context(|| format!("{path} を読めません"))?;
    RuleBook::embedded_with(&[(path, text.as_str())]).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        anyhow!("規則ファイルに誤りがあります\n{}", lines.join("\n"))
    })
}

/// The levies of a household, one for each liable head.
fn answer(rules: &YearRules, household: &HouseholdFacts) -> Result<Vec<Answer>> {
    let assessor = Assessor::new(&rules.levy)?;
    let years = household_years(&rules.levy, &rules.household, rules.year(), household)?;
    years
        .iter()
        .map(|year| {
            let reasoned = assessor.explain(&year.household)?;
            let components = rules
                .levy
                .components
                .iter()
                .zip(&reasoned.value.components)
                .map(|(component, levy)| Component {
                    name: component.name_ja.clone(),
                    amount: levy.amount.0,
                    over_cap: levy.over_cap.0,
                })
                .collect();
            let steps = explain(&rules.levy, &reasoned.steps)
                .into_iter()
                .map(|line| Line {
                    label: line.label,
                    sentence: line.sentence,
                    clause: line.clause,
                    value: line.value,
                })
                .collect();
            Ok(Answer {
                liable: year.head,
                reduction_tenths: reasoned.value.reduction_tenths,
                components,
                total: reasoned.value.total.0,
                steps,
            })
        })
        .collect()
}
