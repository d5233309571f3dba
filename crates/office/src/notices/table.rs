//! 内訳の表 — the columns of a notice's table, so cut that each column adds up to what was decided.

use crate::ledger::{COMPONENT_CODES, Parts};
use crate::levy::YearRules;
use crate::levy::why::Explained;
use law::Yen;

/// One component's column. What is taken off is positive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// 医療分 and so on.
    pub name_ja: String,
    /// 所得割額.
    pub income: Yen,
    /// 資産割額; `None` where the ordinance has none.
    pub asset: Option<Yen>,
    /// 均等割額, 18歳以上均等割額 included.
    pub per_capita: Yen,
    /// 平等割額; `None` where the ordinance has none.
    pub per_household: Option<Yen>,
    /// 軽減額.
    pub statutory_reduction: Yen,
    /// 未就学児の減額.
    pub preschool_deduction: Yen,
    /// 18歳未満の減額.
    pub minor_deduction: Yen,
    /// 産前産後の減額.
    pub maternity_deduction: Yen,
    /// 限度超過額.
    pub over_cap: Yen,
    /// 減免額・調整額.
    pub relief: Yen,
    /// 端数: what the roundings of the ordinance took away in all.
    pub rounding: Yen,
    /// 決定額.
    pub decided: Yen,
}

impl Column {
    /// What the rows above 端数 come to.
    fn before_rounding(&self) -> Yen {
        self.income
            + self.asset.unwrap_or_default()
            + self.per_capita
            + self.per_household.unwrap_or_default()
            - self.statutory_reduction
            - self.preschool_deduction
            - self.minor_deduction
            - self.maternity_deduction
            - self.over_cap
            - self.relief
    }

    fn add(&mut self, other: &Self) {
        self.income += other.income;
        self.per_capita += other.per_capita;
        for (sum, one) in [
            (&mut self.asset, other.asset),
            (&mut self.per_household, other.per_household),
        ] {
            if let Some(yen) = one {
                *sum = Some(sum.unwrap_or_default() + yen);
            }
        }
        self.statutory_reduction += other.statutory_reduction;
        self.preschool_deduction += other.preschool_deduction;
        self.minor_deduction += other.minor_deduction;
        self.maternity_deduction += other.maternity_deduction;
        self.over_cap += other.over_cap;
        self.relief += other.relief;
        self.rounding += other.rounding;
        self.decided += other.decided;
    }
}

/// The columns of a decision, one for each component of its rules, and their sum.
#[must_use]
pub fn columns(
    rules: &YearRules,
    explained: &[Explained],
    decided: Parts,
) -> (Vec<Column>, Column) {
    let mut columns: Vec<Column> = Vec::with_capacity(rules.levy.components.len());
    for (index, component) in rules.levy.components.iter().enumerate() {
        let mut column = Column {
            name_ja: component.name_ja.clone(),
            asset: (component.asset_rate.0 > 0).then_some(Yen::ZERO),
            per_household: (component.per_household > Yen::ZERO).then_some(Yen::ZERO),
            decided: decided_of(&component.code, decided),
            ..Column::default()
        };
        for one in explained {
            let Some(levy) = one.reasoned.value.components.get(index) else {
                continue;
            };
            column.income += levy.gross_income;
            if let Some(asset) = &mut column.asset {
                *asset += levy.asset;
            }
            column.per_capita += levy.gross_per_capita;
            if let Some(per_household) = &mut column.per_household {
                *per_household += levy.gross_per_household;
            }
            column.statutory_reduction += levy.statutory_reduction;
            column.preschool_deduction += levy.preschool_deduction;
            column.minor_deduction += levy.minor_deduction;
            column.maternity_deduction += levy.maternity_deduction;
            column.over_cap += levy.over_cap;
            column.relief += levy.former_dependant_relief + levy.adjustment + one.relief_of(index);
        }
        column.rounding = column.before_rounding() - column.decided;
        columns.push(column);
    }
    let mut total = Column {
        name_ja: "合計".to_owned(),
        ..Column::default()
    };
    columns.iter().for_each(|column| total.add(column));
    (columns, total)
}

fn decided_of(code: &str, decided: Parts) -> Yen {
    COMPONENT_CODES
        .iter()
        .zip(decided.columns())
        .find(|(other, _)| **other == code)
        .map_or(Yen::ZERO, |(_, yen)| yen)
}
