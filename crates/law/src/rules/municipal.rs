//! 条例の規則 — one municipality's rows through time.

use super::certificate::CertificateTables;
use super::eligibility::EligibilityPractice;
use super::eligibility_read::push_practice;
use super::error::{Faults, Place};
use super::judgement::JudgementHabits;
use super::late_charge::LateChargeRules;
use super::municipal_collection::InstalmentPlan;
use super::municipal_levy::{ComponentRates, Method};
use super::office_practice::{self, OfficePractice};
use super::practice::{OfficeText, ReliefRules, RetentionRules, SmallChangeRules};
use super::provision::ProvisionTables;
use super::row::Row;
use super::series::{Cited, Dated, Series};
use super::special_collection::SpecialCollectionRules;
use crate::judgement::copay_relief::CopayReliefRules;
use crate::levy::facts::Habits;
use crate::levy::instalment::ChangeHabits;
use std::collections::BTreeMap;

/// One municipality's rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Municipal {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) files: Vec<String>,
    pub(super) method: Series<Method>,
    pub(super) rates: Series<Vec<ComponentRates>>,
    pub(super) instalment: Series<InstalmentPlan>,
    pub(super) change: Series<ChangeHabits>,
    pub(super) household: Series<Habits>,
    pub(super) late_charge: Series<LateChargeRules>,
    pub(super) special_collection: Series<SpecialCollectionRules>,
    pub(super) small_change: Series<SmallChangeRules>,
    pub(super) relief: BTreeMap<String, Series<ReliefRules>>,
    pub(super) judgement: Series<JudgementHabits>,
    pub(super) copay_relief: Series<CopayReliefRules>,
    pub(super) office: Series<OfficeText>,
    pub(super) provision: ProvisionTables,
    pub(super) retention: Series<RetentionRules>,
    pub(super) certificate: CertificateTables,
    pub(super) eligibility: Series<EligibilityPractice>,
    pub(super) practice: Series<OfficePractice>,
}

impl Municipal {
    pub(super) fn new(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            ..Self::default()
        }
    }

    /// Reads one row of a named table; `false` where there is no such table.
    pub(super) fn read(&mut self, table: &str, row: Row<'_>) -> bool {
        match table {
            "municipality" => self.identity(row),
            "method" => self.read_method(row),
            "rates" => self.read_rates(row),
            "instalment" => self.read_instalment(row),
            "change" => self.read_change(row),
            "household" => self.read_household(row),
            "late_charge" => self.read_late_charge(row),
            "special_collection" => self.read_special_collection(row),
            "small_change" => self.read_small_change(row),
            "relief" => self.read_relief(row),
            "judgement" => self.read_judgement(row),
            "copay_relief" => self.read_copay_relief(row),
            "office" => self.read_office(row),
            "provision" => self.provision.read(row),
            "retention" => self.read_retention(row),
            "certificate_kind" => self.certificate.kind(row),
            "certificate_class" => self.certificate.class(row),
            "certificate_practice" => self.certificate.practice(row),
            "eligibility_practice" => push_practice(&mut self.eligibility, row),
            "office_practice" => office_practice::push(&mut self.practice, row),
            "unknown" => self.unknown(row),
            _ => return false,
        }
        true
    }

    /// Puts every table in order of time and checks its periods.
    pub(super) fn settle(&mut self, faults: &Faults) {
        if self.name.is_empty() {
            let file = self.files.first().map_or("", String::as_str);
            let place = Place::file(file);
            faults.note(
                &place,
                Some("municipality"),
                "[municipality] の表（code と name）がありません。どれか1つのファイルに書いてください",
            );
        }
        self.method.settle(faults);
        self.rates.settle(faults);
        self.rates.must_close(faults);
        self.instalment.settle(faults);
        self.instalment.must_close(faults);
        self.change.settle(faults);
        self.household.settle(faults);
        self.late_charge.settle(faults);
        self.special_collection.settle(faults);
        self.small_change.settle(faults);
        self.judgement.settle(faults);
        self.copay_relief.settle(faults);
        self.office.settle(faults);
        self.provision.settle(faults);
        self.retention.settle(faults);
        self.certificate.settle(faults);
        self.eligibility.settle(faults);
        self.practice.settle(faults);
        for relief in self.relief.values_mut() {
            relief.settle(faults);
        }
    }

    /// `[municipality]`.
    fn identity(&mut self, row: Row<'_>) {
        let code = row.text("code");
        if code != self.code {
            row.fault(
                "code",
                format!(
                    "フォルダーの名前 {} と合いません。どちらかを直してください",
                    self.code
                ),
            );
        }
        if !self.name.is_empty() {
            row.fault(
                "name",
                "[municipality] の表が2つあります。1つにしてください",
            );
        }
        self.name = row.text("name");
        row.finish();
    }

    /// `[[unknown]]`: a period declared as not known.
    fn unknown(&mut self, row: Row<'_>) {
        let (span, provenance) = row.dated();
        if provenance.note.is_empty() {
            row.fault("note", "何を確かめればよいかを書いてください");
        }
        let table = row.text("table");
        let unknown = Dated {
            span,
            place: row.place.clone(),
            provenance,
            value: (),
        };
        match table.as_str() {
            "method" => self.method.declare_unknown(unknown),
            "rates" => self.rates.declare_unknown(unknown),
            "instalment" => self.instalment.declare_unknown(unknown),
            "late_charge" => self.late_charge.declare_unknown(unknown),
            _ => row.fault(
                "table",
                "未確認の期間を書けるのは method・rates・instalment・late_charge です",
            ),
        }
        row.finish();
    }

    /// Every row of this municipality.
    pub(super) fn cite<'s>(&'s self, into: &mut Vec<Cited<'s>>) {
        self.method.cite(into);
        self.rates.cite(into);
        self.instalment.cite(into);
        self.change.cite(into);
        self.household.cite(into);
        self.late_charge.cite(into);
        self.special_collection.cite(into);
        self.small_change.cite(into);
        self.judgement.cite(into);
        self.copay_relief.cite(into);
        self.office.cite(into);
        self.provision.cite(into);
        self.retention.cite(into);
        self.certificate.cite(into);
        self.eligibility.cite(into);
        self.practice.cite(into);
        for relief in self.relief.values() {
            relief.cite(into);
        }
    }
}
