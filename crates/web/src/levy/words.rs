//! What the office says of a levy, as the pages show it: the one place where the two meet.

use crate::view::amounts::{AmountRow, AmountTable, RowKind};
use crate::view::why::Why;
use law::Yen;
use law::levy::explain::{Line, explain};
use law::levy::instalment::InstalmentKey;
use law::levy::{ComponentLevy, Levy, What};
use law::reason::Reasoned;
use law::rules::LevyRules;
use office::levy::numbers::{instalment_number, label_ja};
use office::levy::why::Explained;
use office::notices::table::Column;

/// 7割軽減, or nothing.
#[must_use]
pub fn reduction(tenths: i64) -> String {
    if tenths == 0 {
        String::new()
    } else {
        format!("{tenths}割軽減")
    }
}

/// 第1期, 随時1, 過年度1: as the notice says it.
#[must_use]
pub fn instalment(key: InstalmentKey) -> String {
    label_ja(instalment_number(key))
}

/// Names of the components.
#[must_use]
pub fn components(rules: &LevyRules) -> Vec<String> {
    rules
        .components
        .iter()
        .map(|component| component.name_ja.clone())
        .collect()
}

/// One part of a component: label, how the row stands, and where the amount is.
type Part = (&'static str, RowKind, fn(&ComponentLevy) -> Yen);

const PARTS: [Part; 13] = [
    ("所得割額", RowKind::Plain, |levy| levy.income),
    ("資産割額", RowKind::Plain, |levy| levy.asset),
    ("均等割額", RowKind::Plain, |levy| levy.per_capita),
    ("18歳以上均等割額", RowKind::Plain, |levy| {
        levy.per_adult
    }),
    ("平等割額", RowKind::Plain, |levy| levy.per_household),
    (
        "うち軽減した額（7・5・2割）",
        RowKind::Off,
        |levy| levy.statutory_reduction,
    ),
    ("うち未就学児の減額", RowKind::Off, |levy| {
        levy.preschool_deduction
    }),
    ("うち産前産後の減額", RowKind::Off, |levy| {
        levy.maternity_deduction
    }),
    ("うち18歳未満の減額", RowKind::Off, |levy| {
        levy.minor_deduction
    }),
    ("うち旧被扶養者の減免", RowKind::Off, |levy| {
        levy.former_dependant_relief
    }),
    ("調整額", RowKind::Off, |levy| levy.adjustment),
    ("限度超過額", RowKind::Off, |levy| levy.over_cap),
    ("決定額", RowKind::Sum, |levy| levy.amount),
];

/// Amounts by component.
#[must_use]
pub fn amounts(rules: &LevyRules, levy: &Levy) -> AmountTable {
    AmountTable {
        components: components(rules),
        rows: PARTS
            .iter()
            .map(|(label, kind, part)| AmountRow {
                label: (*label).to_owned(),
                cells: levy.components.iter().map(part).collect(),
                total: None,
                kind: *kind,
            })
            .collect(),
        total: levy.total,
        reduction: reduction(levy.reduction_tenths),
    }
}

/// A row of a decision's table: label, how it stands, and where the amount is; absent where the ordinance has no such
/// part.
type ColumnPart = (&'static str, RowKind, fn(&Column) -> Option<Yen>);

const COLUMN_PARTS: [ColumnPart; 12] = [
    ("所得割額", RowKind::Plain, |column| Some(column.income)),
    ("資産割額", RowKind::Plain, |column| column.asset),
    ("均等割額", RowKind::Plain, |column| {
        Some(column.per_capita)
    }),
    ("平等割額", RowKind::Plain, |column| {
        column.per_household
    }),
    ("軽減額", RowKind::Off, |column| {
        Some(column.statutory_reduction)
    }),
    ("未就学児の減額", RowKind::Off, |column| {
        Some(column.preschool_deduction)
    }),
    ("18歳未満の減額", RowKind::Off, |column| {
        Some(column.minor_deduction)
    }),
    ("産前産後の減額", RowKind::Off, |column| {
        Some(column.maternity_deduction)
    }),
    ("限度超過額", RowKind::Off, |column| {
        Some(column.over_cap)
    }),
    ("減免額・調整額", RowKind::Off, |column| {
        Some(column.relief)
    }),
    ("端数", RowKind::Off, |column| Some(column.rounding)),
    ("決定額", RowKind::Sum, |column| Some(column.decided)),
];

/// The table of a decision, whose columns add up to what was decided; the same as on its notice.
#[must_use]
pub fn decided(columns: &[Column], sum: &Column, tenths: i64) -> AmountTable {
    AmountTable {
        components: columns
            .iter()
            .map(|column| column.name_ja.clone())
            .collect(),
        rows: COLUMN_PARTS
            .iter()
            .map(|(label, kind, part)| AmountRow {
                label: (*label).to_owned(),
                cells: columns
                    .iter()
                    .map(|column| part(column).unwrap_or_default())
                    .collect(),
                total: Some(part(sum).unwrap_or_default()),
                kind: *kind,
            })
            .collect(),
        total: sum.decided,
        reduction: reduction(tenths),
    }
}

/// 条例減免 of an explained levy, opened to each component; nothing where none was granted.
#[must_use]
pub fn relief(explained: &Explained) -> Option<Why> {
    let relieved = explained.relieved.as_ref()?;
    let rules = &explained.rules.levy;
    let parts = relieved
        .parts
        .iter()
        .map(|part| {
            let relief = explained.reliefs.get(part.relief);
            let component = rules.components.get(part.component);
            Why {
                label: format!(
                    "{} {}",
                    component.map_or("", |one| one.name_ja.as_str()),
                    relief.map_or("", |one| one.kind.label_ja())
                ),
                value: format!("△{}", part.yen),
                inputs: vec![
                    ("対象の額".to_owned(), part.base.to_string()),
                    (
                        "対象の月".to_owned(),
                        format!("{}月 / {}月", part.months, part.of_months),
                    ),
                ],
                clause: relief.map_or_else(String::new, |one| one.ordinance.clone()),
                rounding: relief.map_or_else(String::new, |one| {
                    format!("{}円単位{}", one.unit, one.rounding.label_ja())
                }),
                ..Why::default()
            }
        })
        .collect();
    Some(Why {
        label: "条例による減免".to_owned(),
        value: format!("△{}", relieved.relief),
        parts,
        ..Why::default()
    })
}

/// Why: the annual amount, its components, the judgement of 軽減 and each person's income.
///
/// `names` are those of the people of the household year, in order.
#[must_use]
pub fn why(rules: &LevyRules, reasoned: &Reasoned<Levy, What>, names: &[String]) -> Vec<Why> {
    let lines = explain(rules, &reasoned.steps);
    let mut roots = Vec::new();
    for (index, component) in rules.components.iter().enumerate() {
        let own: Vec<&Line> = lines
            .iter()
            .filter(|line| line.component == Some(index))
            .collect();
        if own.is_empty() {
            continue;
        }
        let last = own
            .iter()
            .rev()
            .find(|line| line.what == What::ComponentAmount);
        let parts = own
            .iter()
            .filter(|line| line.what != What::ComponentAmount)
            .map(|line| leaf(line, names))
            .collect();
        let head = last.map(|line| leaf(line, names)).unwrap_or_default();
        roots.push(Why {
            label: component.name_ja.clone(),
            value: reasoned
                .value
                .components
                .get(index)
                .map_or_else(String::new, |levy| levy.amount.to_string()),
            parts,
            ..head
        });
    }
    let shared = |wanted: &[What]| -> Vec<Why> {
        lines
            .iter()
            .filter(|line| line.component.is_none() && wanted.contains(&line.what))
            .map(|line| leaf(line, names))
            .collect()
    };
    roots.push(Why {
        label: "軽減の判定".to_owned(),
        value: match reasoned.value.reduction_tenths {
            0 => "軽減なし".to_owned(),
            tenths => reduction(tenths),
        },
        parts: shared(JUDGEMENT),
        ..Why::default()
    });
    roots.push(Why {
        label: "所得割の算定基礎".to_owned(),
        parts: shared(INCOME),
        ..Why::default()
    });
    roots.extend(
        lines
            .iter()
            .filter(|line| line.what == What::Total)
            .map(|line| leaf(line, names)),
    );
    roots.retain(|one| one.opens() || !one.value.is_empty());
    roots
}

const JUDGEMENT: &[What] = &[
    What::JudgementIncome,
    What::Earners,
    What::Heads,
    What::Threshold,
    What::ReductionTier,
    What::NotReducedUnknownIncome,
];
const INCOME: &[What] = &[
    What::LevyTotal,
    What::BasicDeduction,
    What::IncomeBase,
    What::IncomeBaseUnemployed,
];

fn leaf(line: &Line, names: &[String]) -> Why {
    let label = match line.person {
        None => line.label.clone(),
        Some(person) => {
            let name = names
                .get(person)
                .cloned()
                .unwrap_or_else(|| format!("{}人目", person + 1));
            format!("{}（{name}）", line.label)
        }
    };
    Why {
        label,
        value: value(line),
        inputs: Vec::new(),
        formula: line.sentence.clone(),
        clause: line.clause.clone(),
        parameter: line.source.clone(),
        rounding: line.rounding.clone(),
        parts: Vec::new(),
    }
}

fn value(line: &Line) -> String {
    match line.what {
        What::Earners | What::Heads => format!("{}人", line.value),
        What::ReductionTier => match line.value {
            0 => "軽減なし".to_owned(),
            tenths => reduction(tenths),
        },
        What::NotReducedUnknownIncome => "軽減なし".to_owned(),
        What::StatutoryReduction
        | What::PreschoolDeduction
        | What::MaternityDeduction
        | What::MinorDeduction
        | What::FormerDependantRelief
        | What::Adjustment
        | What::Cap
            if line.value != 0 =>
        {
            format!("△{}", Yen(line.value))
        }
        _ => Yen(line.value).to_string(),
    }
}
