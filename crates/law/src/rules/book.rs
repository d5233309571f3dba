//! 規則の書 — every rule file read, checked and ready to be asked.

use super::assemble::{levy_rules, tax_misfits};
use super::calendar::Calendar;
use super::certificate::CertificateTables;
use super::certificate_merge;
use super::eligibility::EligibilityRules;
use super::error::{Faults, Place, RuleError};
use super::judgement::JudgementTables;
use super::municipal::Municipal;
use super::national::LevyTables;
use super::national_collection::CollectionTables;
use super::office_practice::{self, OfficePractice};
use super::provision::ProvisionTables;
use super::retention::RetentionTables;
use super::row::Row;
use super::series::Series;
use crate::FiscalYear;
use std::collections::BTreeMap;
use std::sync::OnceLock;
use toml::{Table, Value};

/// The rule files that ship with the program, as (path, text).
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/rule_files.rs"));

/// Every rule file, read and checked as a whole.
#[derive(Clone, Debug)]
pub struct RuleBook {
    pub(super) levy: LevyTables,
    pub(super) collection: CollectionTables,
    pub(super) judgement: JudgementTables,
    pub(super) calendar: Calendar,
    pub(super) certificate: CertificateTables,
    pub(super) eligibility: EligibilityRules,
    pub(super) practice: Series<OfficePractice>,
    pub(super) provision: ProvisionTables,
    pub(super) retention: RetentionTables,
    pub(super) municipals: BTreeMap<String, Municipal>,
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

    /// The shipped rule files with a municipality's own: a file of the same path replaces the shipped one.
    ///
    /// # Errors
    /// As [`RuleBook::embedded`].
    pub fn embedded_with<P: AsRef<str>, T: AsRef<str>>(
        own: &[(P, T)],
    ) -> Result<Self, Vec<RuleError>> {
        let mut files: BTreeMap<&str, &str> = EMBEDDED.iter().copied().collect();
        files.extend(
            own.iter()
                .map(|(path, text)| (path.as_ref(), text.as_ref())),
        );
        let files: Vec<(&str, &str)> = files.into_iter().collect();
        Self::parse(&files)
    }

    /// The shipped rule files, read once for the whole program.
    ///
    /// # Errors
    /// As [`RuleBook::embedded`].
    pub fn shared() -> Result<&'static Self, &'static [RuleError]> {
        static SHARED: OnceLock<Result<RuleBook, Vec<RuleError>>> = OnceLock::new();
        match SHARED.get_or_init(Self::embedded) {
            Ok(book) => Ok(book),
            Err(errors) => Err(errors),
        }
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
            collection: CollectionTables::default(),
            judgement: JudgementTables::default(),
            calendar: Calendar::default(),
            certificate: CertificateTables::default(),
            eligibility: EligibilityRules::default(),
            practice: Series::default(),
            provision: ProvisionTables::default(),
            retention: RetentionTables::default(),
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
                    "late_charge_rate" => self.collection.late_charge_rate(row),
                    "holidays" => self.collection.holidays(row),
                    "closed_every_year" => self.collection.closed_every_year(row),
                    "time_limit" => self.collection.time_limit(row),
                    "special_collection" => self.collection.special_collection(row),
                    "certificate_kind" => self.certificate.kind(row),
                    "certificate_class" => self.certificate.class(row),
                    "certificate_practice" => self.certificate.practice(row),
                    "eligibility_cause" => self.eligibility.read_cause(row),
                    "eligibility_exclusion" => self.eligibility.read_exclusion(row),
                    "eligibility_unknown" => self.eligibility.read_unknown(row),
                    "eligibility_practice" => self.eligibility.read_practice(row),
                    "provision" => self.provision.read(row),
                    "retention_class" => self.retention.class(row),
                    "retention_backup" => self.retention.backup(row),
                    "office_practice" => office_practice::push(&mut self.practice, row),
                    _ => {
                        if self.judgement.read(name, row).is_some() {
                            unknown_table(place, name, faults);
                        }
                    }
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
                if !municipal.read(name, row) {
                    unknown_table(place, name, faults);
                }
            }
        }
    }

    fn settle(&mut self, faults: &Faults) {
        self.levy.settle(faults);
        self.collection.settle(faults);
        self.certificate.settle(faults);
        self.judgement.settle(faults);
        self.eligibility.settle(faults);
        self.practice.settle(faults);
        self.provision.settle(faults);
        self.retention.settle(faults);
        self.calendar = self.collection.calendar();
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
                    Ok(assembled) => {
                        for (place, field, message) in assembled.misfits {
                            faults.note(&place, Some(field), message);
                        }
                    }
                    Err(refusal) => faults.note(&Place::file(file), None, refusal.message_ja),
                }
            }
            for (place, field, message) in tax_misfits(municipal) {
                faults.note(&place, Some(field), message);
            }
            certificate_merge::check(
                &self.certificate,
                &municipal.certificate,
                &municipal.code,
                faults,
            );
        }
    }
}

/// Fiscal years for which a municipality has rates.
pub(super) fn years(municipal: &Municipal) -> Vec<FiscalYear> {
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
