//! 規則の書 — every rule file read, checked and ready to be asked.

use super::assemble::{instalment_rules, levy_rules};
use super::calendar::Calendar;
use super::error::{Faults, Place, RuleError};
use super::instalment::InstalmentRules;
use super::late_charge::LateChargeRates;
use super::levy::LevyRules;
use super::municipal::Municipal;
use super::national::LevyTables;
use super::row::Row;
use super::series::Series;
use crate::{FiscalYear, Refusal};
use std::collections::BTreeMap;
use toml::{Table, Value};

/// The rule files that ship with the program, as (path, text).
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/rule_files.rs"));

/// Every rule file, read and checked as a whole.
#[derive(Clone, Debug)]
pub struct RuleBook {
    levy: LevyTables,
    late_charge: Series<LateChargeRates>,
    calendar: Calendar,
    municipals: BTreeMap<String, Municipal>,
}

impl RuleBook {
    /// The rule files that ship with the program, as (path, text).
    #[must_use]
    pub const fn embedded_files() -> &'static [(&'static str, &'static str)] {
        EMBEDDED
    }

    /// The shipped rule files, read.
    ///
    /// # Errors
    /// Every fault found in them.
    pub fn embedded() -> Result<Self, Vec<RuleError>> {
        Self::parse(EMBEDDED)
    }
}

impl RuleBook {
    /// Reads rule files given as (path, text): `national/<name>.toml` and `municipal/<code6>/<name>.toml`,
    /// with or without `rules/` in front.
    ///
    /// # Errors
    /// Every fault of every file at once: unknown keys, floats, gaps and overlaps, missing clauses, amounts
    /// above the national cap, rows that are missing.
    pub fn parse<P: AsRef<str>, T: AsRef<str>>(files: &[(P, T)]) -> Result<Self, Vec<RuleError>> {
        let faults = Faults::default();
        let mut book = Self {
            levy: LevyTables::default(),
            late_charge: Series::new(),
            calendar: Calendar::default(),
            municipals: BTreeMap::new(),
        };
        for (path, text) in files {
            book.read_file(path.as_ref(), text.as_ref(), &faults);
        }
        book.settle(&faults);
        // Rows that cannot be read say nothing reliable about whether they fit together.
        if faults.count() == 0 {
            book.check_fit(&faults);
        }
        let all = faults.into_all();
        if all.is_empty() { Ok(book) } else { Err(all) }
    }

    fn read_file(&mut self, path: &str, text: &str, faults: &Faults) {
        let place = Place::file(path);
        let table: Table = match text.parse() {
            Ok(table) => table,
            Err(error) => {
                faults.note(&place, None, format!("TOMLとして読めません。{error}"));
                return;
            }
        };
        let before = faults.count();
        refuse_floats(&place, "", &table, faults);
        if faults.count() > before {
            return;
        }
        let parts: Vec<&str> = path
            .strip_prefix("rules/")
            .unwrap_or(path)
            .split('/')
            .collect();
        match parts.as_slice() {
            ["national", _] => self.read_national(&place, &table, faults),
            ["municipal", code, _] => self.read_municipal(&place, code, &table, faults),
            _ => faults.note(
                &place,
                None,
                "rules/national/名前.toml か rules/municipal/団体コード6桁/名前.toml に置いてください",
            ),
        }
    }

    fn read_national(&mut self, place: &Place, table: &Table, faults: &Faults) {
        for (name, value) in table {
            for row in rows_of(place, name, value, faults) {
                match name.as_str() {
                    "component" => self.levy.component(row),
                    "reduction" => self.levy.reduction(row),
                    "basic_deduction" => self.levy.basic_deduction(row),
                    "maternity" => self.levy.maternity(row),
                    _ => unknown_table(place, name, faults),
                }
            }
        }
    }

    fn read_municipal(&mut self, place: &Place, code: &str, table: &Table, faults: &Faults) {
        if let Err(message) = super::code::check(code) {
            faults.note(place, None, message);
        }
        let municipal = self
            .municipals
            .entry(code.to_owned())
            .or_insert_with(|| Municipal::new(code));
        municipal.files.push(place.file.clone());
        for (name, value) in table {
            for row in rows_of(place, name, value, faults) {
                match name.as_str() {
                    "municipality" => municipal.identity(row),
                    "method" => municipal.method(row),
                    "rates" => municipal.rates(row),
                    "instalment" => municipal.instalment(row),
                    "unknown" => municipal.unknown(row),
                    _ => unknown_table(place, name, faults),
                }
            }
        }
    }

    fn settle(&mut self, faults: &Faults) {
        self.levy.settle(faults);
        self.late_charge.settle(faults);
        for municipal in self.municipals.values_mut() {
            municipal.settle(faults);
        }
    }

    /// Builds every year of every municipality once.
    fn check_fit(&self, faults: &Faults) {
        for municipal in self.municipals.values() {
            let file = municipal.files.first().map_or("", String::as_str);
            for year in years(municipal) {
                match levy_rules(&self.levy, municipal, year) {
                    Ok((_, misfits)) => {
                        for (place, field, message) in misfits {
                            faults.note(&place, Some(field), message);
                        }
                    }
                    Err(refusal) => faults.note(&Place::file(file), None, refusal.message_ja),
                }
            }
        }
    }

    fn municipal(&self, code: &str) -> Result<&Municipal, Refusal> {
        self.municipals.get(code).ok_or_else(|| {
            Refusal::new(
                "rules.municipality.missing",
                format!(
                    "団体コード {code} の規則がありません。rules/municipal/{code}/levy.toml を作ってください"
                ),
            )
        })
    }

    /// 賦課の規則 of one municipality and fiscal year.
    ///
    /// # Errors
    /// A [`Refusal`] that names the municipality, the year and what there is; there is no fallback.
    pub fn levy(&self, code6: &str, year: FiscalYear) -> Result<LevyRules, Refusal> {
        levy_rules(&self.levy, self.municipal(code6)?, year).map(|(rules, _)| rules)
    }

    /// 納期 of one municipality and fiscal year.
    ///
    /// # Errors
    /// As [`RuleBook::levy`].
    pub fn instalments(&self, code6: &str, year: FiscalYear) -> Result<InstalmentRules, Refusal> {
        instalment_rules(self.municipal(code6)?, year)
    }

    /// 休日の暦.
    #[must_use]
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }
}

/// Fiscal years for which a municipality has rates.
fn years(municipal: &Municipal) -> Vec<FiscalYear> {
    let mut years = Vec::new();
    for row in municipal.rates.rows() {
        let mut year = FiscalYear::of(row.span.from);
        while row
            .span
            .until
            .is_some_and(|until| year.assessment_day() < until)
        {
            if row.span.contains(year.assessment_day()) {
                years.push(year);
            }
            year = year.next();
        }
    }
    years
}

fn unknown_table(place: &Place, name: &str, faults: &Faults) {
    faults.note(
        place,
        Some(name),
        "知らない表です。綴りを確かめるか、この表を消してください",
    );
}

/// The rows of a top-level key: a table is one row, an array of tables several.
fn rows_of<'a>(place: &Place, name: &str, value: &'a Value, faults: &'a Faults) -> Vec<Row<'a>> {
    let at = |row| Place {
        file: place.file.clone(),
        table: name.to_owned(),
        row,
    };
    match value {
        Value::Table(table) => vec![Row::new(at(None), table, faults)],
        Value::Array(items) if items.iter().all(Value::is_table) => items
            .iter()
            .enumerate()
            .filter_map(|(index, item)| {
                let table = item.as_table()?;
                Some(Row::new(at(Some(index + 1)), table, faults))
            })
            .collect(),
        _ => {
            faults.note(
                place,
                Some(name),
                "表の外に項目があります。[[表の名前]] の下に書いてください",
            );
            Vec::new()
        }
    }
}

/// Floats have no place in a rule file, wherever they stand.
fn refuse_floats(place: &Place, path: &str, table: &Table, faults: &Faults) {
    for (key, value) in table {
        let path = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        refuse_float(place, &path, value, faults);
    }
}

fn refuse_float(place: &Place, path: &str, value: &Value, faults: &Faults) {
    match value {
        Value::Float(number) => faults.note(
            place,
            Some(path),
            format!(
                "小数 {number} があります。金額は整数の円、率は \"7.51\" のように引用符で囲んで書いてください"
            ),
        ),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                refuse_float(place, &format!("{path}[{}]", index + 1), item, faults);
            }
        }
        Value::Table(table) => refuse_floats(place, path, table, faults),
        _ => {}
    }
}
