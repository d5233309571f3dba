//! 課税情報の行 — one fact for a person and fiscal year; a later load takes the place of the earlier one.

use super::cells::{date, int, municipality_of, own_row};
use super::directory::Directory;
use super::intake::Municipality;
use super::plan::{Plan, Replace, Staged, Stated, Target, unknown_person};
use super::rows_tax::{fiscal_year, latest_of_each_year};
use crate::error::OfficeError;
use crate::judgement::ResidentTax;
use crate::judgement::facts::{DERIVED, SOURCE};
use crate::registry::taxation::year_span;
use db::Conn;
use exchange::{Flaw, Row};
use law::judgement::{AdjustmentCounts, TaxStanding};
use law::{Date, Yen};

/// 住民税課税情報.
pub(super) struct ResidentTaxes;

impl Plan for ResidentTaxes {
    fn subject_item(&self) -> &'static str {
        "person_number"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["fiscal_year", "history_number", "taxed", "taxable_income"]
    }

    fn target(&self) -> Target {
        Target {
            derived: DERIVED,
            version: Some(SOURCE),
            withdraws: true,
            ..Target::of::<ResidentTax>(Replace::EachSpan)
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
        let history = int(row, "history_number");
        let fact = resident_tax(row, today, flaws);
        Some(Stated::new(
            year_span(year),
            &fact,
            (i64::from(year.0), history),
        ))
    }

    fn together(&self, rows: &mut [Staged]) {
        super::plan::no_duplicates(rows, "課税年度");
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

fn resident_tax(row: &Row<'_>, today: Date, flaws: &mut Vec<Flaw>) -> ResidentTax {
    let given = |name: &str| row.column(name).and_then(|column| row.int(column));
    let standing = match row.named("taxed") {
        "1" => TaxStanding::Taxed,
        "2" => TaxStanding::Exempted,
        _ => TaxStanding::NotTaxed,
    };
    let taxable_income = given("taxable_income").map(Yen);
    let abroad = row.named("abroad") == "1";
    if abroad && standing == TaxStanding::Taxed {
        flaws.push(Flaw::hold(
            "賦課期日国外フラグ",
            "import.tax.abroad",
            "1月1日に国内に住所がないのに課税になっています。どちらが正しいか税へ確かめてください"
                .to_owned(),
        ));
    }
    let (under_16, under_19) = (given("adjust_under_16"), given("adjust_under_19"));
    let small = |count: Option<i64>| u8::try_from(count.unwrap_or(0)).unwrap_or(0);
    ResidentTax {
        standing,
        taxable_income,
        abroad,
        adjustment: (under_16.is_some() || under_19.is_some()).then(|| AdjustmentCounts {
            under_16: small(under_16),
            under_19: small(under_19),
        }),
        source: format!("tax/{}", int(row, "history_number")),
        received_on: date(row, "corrected_on").unwrap_or(today),
    }
}
