//! 税・年金の行 — one fact for a person and fiscal year; a later load takes the place of the earlier one.

use super::cells::{date, int, municipality_of, own_row};
use super::directory::Directory;
use super::intake::Municipality;
use super::plan::{Plan, Replace, Staged, Stated, Target, unknown_person};

use crate::error::OfficeError;
use crate::registry::taxation::{self, AssetTax, ITEMS, Pension, YearIncome};
use db::Conn;
use exchange::{Flaw, Row};
use law::levy::{Filing, Income};
use law::{Date, FiscalYear, Yen};

/// Layouts with one row for a person and fiscal year.
pub(super) enum Yearly {
    /// 所得情報.
    Income,
    /// 固定資産税額.
    AssetTax,
    /// 年金.
    Pension,
}

impl Plan for Yearly {
    fn subject_item(&self) -> &'static str {
        "person_number"
    }

    fn needs(&self) -> &'static [&'static str] {
        match self {
            Self::Income => &[
                "fiscal_year",
                "history_number",
                "filing",
                "salary",
                "pension",
                "business",
            ],
            Self::AssetTax => &["fiscal_year", "asset_tax"],
            Self::Pension => &["fiscal_year", "annual_pension", "care_special"],
        }
    }

    fn target(&self) -> Target {
        match self {
            Self::Income => Target {
                derived: taxation::DERIVED,
                version: Some(taxation::SOURCE),
                withdraws: true,
                ..Target::of::<YearIncome>(Replace::EachSpan)
            },
            Self::AssetTax => Target {
                withdraws: true,
                ..Target::of::<AssetTax>(Replace::EachSpan)
            },
            Self::Pension => Target {
                withdraws: true,
                ..Target::of::<Pension>(Replace::EachSpan)
            },
        }
    }

    fn municipality_of<'r>(&self, row: &Row<'r>) -> Option<&'r str> {
        municipality_of(row)
    }

    fn state(
        &self,
        row: &Row<'_>,
        municipality: &Municipality,
        today: Date,
        flaws: &mut Vec<Flaw>,
    ) -> Option<Stated> {
        own_row(row, municipality, flaws);
        let year = fiscal_year(row, today, flaws)?;
        let span = taxation::year_span(year);
        let order = (i64::from(year.0), int(row, "history_number"));
        match self {
            Self::Income => {
                let fact = income(row, today, flaws);
                Some(Stated::new(span, &fact, order))
            }
            Self::AssetTax => Some(Stated::new(
                span,
                &AssetTax {
                    asset_tax: Yen(int(row, "asset_tax")),
                },
                order,
            )),
            Self::Pension => {
                let fact = Pension {
                    annual_pension: Yen(int(row, "annual_pension")),
                    care_special: row.named("care_special") == "1",
                    care_per_payment: Yen(int(row, "care_per_payment")),
                    account_transfer: row.named("account_transfer") == "1",
                    february_amount: Yen(int(row, "february_amount")),
                };
                Some(Stated::new(span, &fact, order))
            }
        }
    }

    fn together(&self, rows: &mut [Staged]) {
        super::plan::no_duplicates(rows, "賦課年度");
        latest_of_each_year(rows);
    }

    fn against(
        &self,
        conn: &mut Conn,
        directory: &mut Directory,
        row: &Staged,
        flaws: &mut Vec<Flaw>,
    ) -> Result<(), OfficeError> {
        if directory.person(conn, row.subject)?.is_none() {
            flaws.push(unknown_person("宛名番号", row.subject));
        }
        Ok(())
    }
}

/// Of several histories of one year the latest stands; the others say nothing of their own.
pub(super) fn latest_of_each_year(rows: &mut [Staged]) {
    rows.sort_by_key(|row| row.stated.as_ref().map(|stated| (stated.order, row.line)));
    let years: Vec<_> = rows
        .iter()
        .map(|row| row.stated.as_ref().map(|stated| stated.from))
        .collect();
    for (place, row) in rows.iter_mut().enumerate() {
        let later = years.get(place + 1).copied().flatten();
        if row.flaws.is_empty()
            && later.is_some()
            && row.stated.as_ref().map(|stated| stated.from) == later
        {
            row.stated = None;
        }
    }
}

pub(super) fn fiscal_year(row: &Row<'_>, today: Date, flaws: &mut Vec<Flaw>) -> Option<FiscalYear> {
    let year = row.named("fiscal_year").parse::<i16>().ok()?;
    let this = FiscalYear::of(today);
    if year < 2008 || year > this.0 + 1 {
        flaws.push(Flaw::hold(
            "賦課年度",
            "import.row.year",
            format!(
                "{year}年度は扱いません。2008年度から{}年度までです",
                this.0 + 1
            ),
        ));
        return None;
    }
    Some(FiscalYear(year))
}

fn income(row: &Row<'_>, today: Date, flaws: &mut Vec<Flaw>) -> YearIncome {
    let mut income = Income {
        net_loss_for_judgement: row
            .column("net_loss_for_judgement")
            .and_then(|column| row.int(column))
            .map(Yen),
        ..Income::default()
    };
    for (name, _, set) in ITEMS {
        set(&mut income, Yen(int(row, name)));
    }
    check_items(row, &income, flaws);
    let filing = match row.named("filing") {
        "1" => Filing::Unfiled,
        "2" => Filing::NotRequired,
        _ => Filing::Filed,
    };
    if filing == Filing::Unfiled && ITEMS.iter().any(|(_, get, _)| get(&income) != Yen::ZERO) {
        flaws.push(Flaw::hold(
            "申告区分",
            "import.income.unfiled",
            "未申告なのに金額があります。申告区分か金額を確かめてください".to_owned(),
        ));
    }
    YearIncome {
        filing,
        inquiry_open: row.named("inquiry_open") == "1",
        source: format!("tax/{}", int(row, "history_number")),
        received_on: date(row, "corrected_on").unwrap_or(today),
        income,
    }
}

/// Pairs of which the first cannot exceed the second.
const AT_MOST: &[(&str, &str)] = &[
    ("salary", "salary_revenue"),
    ("pension", "pension_revenue"),
    ("family_employee_revenue", "salary_revenue"),
    ("family_employee_salary", "salary"),
    ("land_short_special_deduction", "land_short_gain"),
    ("land_long_special_deduction", "land_long_gain"),
];

fn check_items(row: &Row<'_>, income: &Income, flaws: &mut Vec<Flaw>) {
    let name_ja = |item: &str| {
        row.column(item)
            .map_or(item.to_owned(), |column| row.name_ja(column).to_owned())
    };
    for (part, whole) in AT_MOST {
        let (small, large) = (int(row, part), int(row, whole));
        if small > large {
            flaws.push(Flaw::hold(
                &name_ja(part),
                "import.income.exceeds",
                format!(
                    "{}が「{}」の{}を超えています",
                    Yen(small),
                    name_ja(whole),
                    Yen(large)
                ),
            ));
        }
    }
    let items = [
        income.salary,
        income.pension,
        income.business,
        income.farming,
        income.real_estate,
        income.interest,
        income.dividend,
        income.miscellaneous,
        income.short_gain,
        income.long_gain_and_occasional_half,
    ];
    let counted = items.into_iter().sum::<Yen>().at_least_zero();
    if let Some(declared) = row
        .column("comprehensive_total")
        .and_then(|column| row.int(column))
        && Yen(declared).at_least_zero() != counted
    {
        flaws.push(Flaw::hold(
            &name_ja("comprehensive_total"),
            "import.income.total",
            format!(
                "{}ですが、内訳の合計は{counted}です。どの所得が漏れているか確かめてください",
                Yen(declared)
            ),
        ));
    }
    let derived = Income {
        total_income: Yen::ZERO,
        ..*income
    }
    .total_for_taper();
    if income.total_income != Yen::ZERO && income.total_income < derived {
        flaws.push(Flaw::hold(
            &name_ja("total_income"),
            "import.income.total",
            format!(
                "{}ですが、内訳の合計{derived}を下回ります",
                income.total_income
            ),
        ));
    }
}
