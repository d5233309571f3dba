//! 減免の額の欄 — base, share, components and months of a relief.

use super::relief::Ruling;
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::entry::{Choice, Field, Input};
use law::levy::relief::{Relief, ReliefBase, ReliefSize};
use law::rules::ReliefRules;
use law::rules::practice::ReliefShareOf;
use law::{Months, Rounding, Yen};
use office::levy::YearRules;
use office::levy::relief;

/// Months of a fiscal year as they are called, in order.
const MONTHS: [i64; 12] = [4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3];

fn bases() -> Vec<Choice> {
    [
        ("whole", "全額"),
        ("income", "所得割額"),
        ("per_capita", "均等割額"),
        ("per_capita_and_household", "均等割額と平等割額"),
    ]
    .map(|(code, label)| (code.to_owned(), label.to_owned()))
    .to_vec()
}

pub(super) fn size_fields(provision: &ReliefRules, fields: &Fields) -> Vec<Field> {
    let hint = if provision.shares.is_empty() {
        format!("{}%まで", provision.most_percent)
    } else {
        let shares: Vec<String> = provision
            .shares
            .iter()
            .map(|share| format!("{}{}%", of_ja(share.of), share.percent))
            .collect();
        format!("定め: {}", shares.join("、"))
    };
    let mut all = vec![
        Field::new(
            Input::Choice(bases()),
            "base",
            "対象の額",
            fields.text("base"),
        ),
        Field::new(Input::Text, "percent", "割合（%）", fields.text("percent")).hint(&hint),
    ];
    if provision.shares.is_empty() {
        all.push(
            Field::new(
                Input::Yen,
                "amount",
                "または額（円・年額）",
                fields.text("amount"),
            )
            .hint("割合を入れたときは空欄"),
        );
    }
    all
}

fn of_ja(of: ReliefShareOf) -> &'static str {
    match of {
        ReliefShareOf::Whole => "全額の",
        ReliefShareOf::Income => "所得割の",
        ReliefShareOf::PerCapita => "均等割の",
        ReliefShareOf::PerHousehold => "平等割の",
    }
}

pub(super) fn component_ticks(rules: &YearRules, fields: &Fields) -> Vec<Field> {
    let fresh = !fields.has("ruling");
    let names = rules.levy.components.iter().enumerate();
    names
        .map(|(index, component)| {
            let name = format!("component_{index}");
            let value = if fresh { "1" } else { fields.text(&name) };
            Field::new(Input::Check, &name, &component.name_ja, value)
        })
        .collect()
}

pub(super) fn month_ticks(fields: &Fields) -> Vec<Field> {
    let fresh = !fields.has("ruling");
    MONTHS
        .iter()
        .map(|month| {
            let name = format!("month_{month}");
            let value = if fresh { "1" } else { fields.text(&name) };
            Field::new(Input::Check, &name, &format!("{month}月"), value)
        })
        .collect()
}

pub(super) fn read_relief(
    rules: &YearRules,
    provision: &ReliefRules,
    fields: &Fields,
    errors: &mut Vec<FieldError>,
) -> Option<Ruling> {
    let components: Vec<usize> = (0..rules.levy.components.len())
        .filter(|index| fields.has(&format!("component_{index}")))
        .collect();
    let (mut months, mut month_names) = (Months::NONE, Vec::new());
    for (index, month) in (0_i32..).zip(MONTHS) {
        if fields.has(&format!("month_{month}")) {
            months = months.or(Months::between(index, index + 1));
            month_names.push(format!("{month}月"));
        }
    }
    if components.is_empty() {
        note(errors, "component_0", "対象の区分: 一つ以上選んでください");
    }
    if month_names.is_empty() {
        note(errors, "month_4", "対象の月: 一つ以上選んでください");
    }
    let amount = fields.yen("amount", "減免の額", errors);
    let size = match fields.text("percent") {
        "" if amount > Yen::ZERO => ReliefSize::Amount(amount),
        "" => {
            note(errors, "percent", "割合: 割合か額を入力してください");
            return None;
        }
        typed => match typed.trim_end_matches(['%', '％']).parse::<u8>() {
            Ok(percent @ 1..=100) => ReliefSize::Percent(percent),
            _ => {
                note(
                    errors,
                    "percent",
                    "割合: 1から100までの整数で入力してください",
                );
                return None;
            }
        },
    };
    let (code, base_ja) = bases()
        .into_iter()
        .find(|(code, _)| code == fields.text("base"))?;
    let base = match code.as_str() {
        "income" => ReliefBase::IncomePart,
        "per_capita" => ReliefBase::PerCapita,
        "per_capita_and_household" => ReliefBase::PerCapitaAndHousehold,
        _ => ReliefBase::Whole,
    };
    let names: Vec<&str> = components
        .iter()
        .filter_map(|index| rules.levy.components.get(*index))
        .map(|component| component.name_ja.as_str())
        .collect();
    let words = vec![
        ("裁定".to_owned(), "減免決定".to_owned()),
        ("事由".to_owned(), provision.name_ja.clone()),
        ("根拠".to_owned(), provision.clause.clone()),
        (
            "減免する額".to_owned(),
            match size {
                ReliefSize::Percent(percent) => format!("{base_ja}の{percent}%"),
                ReliefSize::Amount(yen) => format!("年額{yen}"),
            },
        ),
        ("対象の区分".to_owned(), names.join("・")),
        ("対象の月".to_owned(), month_names.join("・")),
    ];
    let kind = relief::kind_of(provision.reason)?;
    errors.is_empty().then(|| {
        let relief = Relief {
            kind,
            ordinance: provision.clause.clone(),
            components,
            base,
            size,
            months,
            unit: 1,
            rounding: Rounding::Floor,
        };
        Ruling::Grant(Box::new(relief), words)
    })
}
