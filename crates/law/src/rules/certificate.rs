//! 証の規則 — kinds, classes and practices as rows, read and checked; a municipality's own rows come before the nation's.

use super::canonical::hash_of;
use super::certificate_check::{check_kind, insurer_number};
use super::error::Faults;
use super::levy::Status;
use super::row::Row;
use super::series::{Cited, Dated, Series};
use crate::certificate::form::{Form, Item, MailClass, NumberScheme, Paper};
use crate::certificate::kind::{
    Class, Condition, End, Family, Grant, Holder, Kind, Practice, Start, StayEnd,
};
use crate::{Date, Refusal, Span};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 証の規則 of one municipality through time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateRules {
    /// 団体コード.
    pub municipality: String,
    /// Every kind with its period.
    pub kinds: Vec<Kind>,
    /// 適用区分.
    pub classes: Vec<Class>,
    /// 取扱い.
    pub practices: Vec<Practice>,
}

impl CertificateRules {
    /// The kinds issued on a day.
    #[must_use]
    pub fn issued_on(&self, day: Date) -> Vec<&Kind> {
        self.kinds
            .iter()
            .filter(|kind| kind.issued_on(day))
            .collect()
    }

    /// The kind of a code in force on a day; where none is, the latest row of the code, so that the reason can be told.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such kind at all.
    pub fn kind(&self, code: &str, day: Date) -> Result<&Kind, Refusal> {
        let rows = || self.kinds.iter().filter(|kind| kind.code == code);
        let found = rows().find(|kind| kind.issued_on(day));
        found
            .or_else(|| rows().max_by_key(|kind| kind.from))
            .ok_or_else(|| {
                Refusal::new(
                    "rules.certificate.unknown",
                    format!("証の種類「{code}」はありません。証の規則に行を足してください"),
                )
            })
    }

    /// The row of a 適用区分 on a day.
    ///
    /// # Errors
    /// A [`Refusal`] when there is none.
    pub fn class(&self, code: &str, day: Date) -> Result<&Class, Refusal> {
        let mut rows = self.classes.iter().filter(|class| class.code == code);
        let found =
            rows.find(|class| class.from <= day && class.until.is_none_or(|until| day < until));
        found.ok_or_else(|| {
            Refusal::new(
                "rules.certificate.class",
                format!("適用区分「{code}」に{day}の行がありません。証の規則に行を足してください"),
            )
        })
    }

    /// 取扱い on a day.
    ///
    /// # Errors
    /// A [`Refusal`] when no row holds the day.
    pub fn practice(&self, day: Date) -> Result<&Practice, Refusal> {
        let mut rows = self.practices.iter();
        let found = rows.find(|row| row.from <= day && row.until.is_none_or(|until| day < until));
        found.ok_or_else(|| {
            Refusal::new(
                "rules.certificate.practice",
                format!("証の取扱い（certificate_practice）に{day}の行がありません。証の規則に行を足してください"),
            )
        })
    }

    /// The canonical text, under whose hash a decision names the rules.
    ///
    /// # Errors
    /// A [`Refusal`] when the rules cannot be written as JSON, which no value of theirs allows.
    pub fn canonical_json(&self) -> Result<String, Refusal> {
        super::canonical::canonical(self)
    }

    /// Reads a canonical text back.
    ///
    /// # Errors
    /// A [`Refusal`] when the text is not that of such rules.
    pub fn from_canonical_json(text: &str) -> Result<Self, Refusal> {
        super::canonical::read(text)
    }

    /// SHA-256 of the canonical text.
    ///
    /// # Errors
    /// As [`CertificateRules::canonical_json`].
    pub fn hash(&self) -> Result<String, Refusal> {
        self.canonical_json().map(|text| hash_of(&text))
    }
}

/// Rows as they stand in the files, of the nation or of one municipality.
#[derive(Clone, Debug, Default)]
pub(super) struct CertificateTables {
    pub(super) kinds: BTreeMap<String, Series<Kind>>,
    pub(super) classes: BTreeMap<String, Series<Class>>,
    pub(super) practice: Series<Practice>,
}

impl CertificateTables {
    pub(super) fn settle(&mut self, faults: &Faults) {
        for series in self.kinds.values_mut() {
            series.settle(faults);
        }
        for series in self.classes.values_mut() {
            series.settle(faults);
        }
        self.practice.settle(faults);
    }

    pub(super) fn cite<'s>(&'s self, into: &mut Vec<Cited<'s>>) {
        self.kinds.values().for_each(|series| series.cite(into));
        self.classes.values().for_each(|series| series.cite(into));
        self.practice.cite(into);
    }

    pub(super) fn kind(&mut self, row: Row<'_>) {
        let (span, provenance) = row.dated();
        let value = read_kind(&row, span, provenance.status);
        let series = self.kinds.entry(value.code.clone()).or_default();
        series.push(Dated {
            span,
            place: row.place.clone(),
            provenance,
            value,
        });
        row.finish();
    }

    pub(super) fn class(&mut self, row: Row<'_>) {
        let (span, provenance) = row.dated();
        let value = Class {
            code: row.text("code"),
            label_ja: row.text("label"),
            from: span.from,
            until: span.until,
            elderly: row.flag("elderly"),
            tax_exempt: row.flag("tax_exempt"),
            ceiling: row.flag("ceiling"),
            dialysis_yen: row.yen("dialysis_yen"),
        };
        let series = self.classes.entry(value.code.clone()).or_default();
        series.push(Dated {
            span,
            place: row.place.clone(),
            provenance,
            value,
        });
        row.finish();
    }

    pub(super) fn practice(&mut self, row: Row<'_>) {
        let (span, provenance) = row.dated();
        let stay_end = row.choice(
            "stay_end",
            ("same_day", StayEnd::SameDay),
            &[("next_day", StayEnd::NextDay)],
        );
        let value = Practice {
            from: span.from,
            until: span.until,
            insurer_number: insurer_number(&row),
            insurer_name: row.text_maybe_empty("insurer_name"),
            stay_end,
            card_list_days: row.small("card_list_days", 1, 120),
            alias_first: row.flag("alias_first"),
            sex_on_back: row.flag("sex_on_back"),
            household_together: row.flag("household_together"),
            bag_pieces: row.int("bag_pieces", 1, 10_000),
            arrears_withhold: row.flag("arrears_withhold"),
            arrears_days: row.small("arrears_days", 0, 120),
            short_months: row.small("short_months", 1, 11),
            papers_per_envelope: row.int("papers_per_envelope", 1, 50),
            status: provenance.status,
        };
        self.practice.push(Dated {
            span,
            place: row.place.clone(),
            provenance,
            value,
        });
        row.finish();
    }
}

/// Words of a list, each known and none twice.
fn words<T: Copy + Ord>(row: &Row<'_>, field: &str, known: &[(&'static str, T)]) -> Vec<T> {
    let mut found = Vec::new();
    for text in row.texts(field) {
        match known.iter().find(|(word, _)| *word == text) {
            Some((_, value)) if found.contains(value) => {
                row.fault(field, format!("「{text}」が2度あります。1つにしてください"));
            }
            Some((_, value)) => found.push(*value),
            None => {
                let all: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
                row.fault(
                    field,
                    format!(
                        "「{text}」を知りません。{} のどれかで書いてください",
                        all.join("・")
                    ),
                );
            }
        }
    }
    found
}

fn read_kind(row: &Row<'_>, span: Span, status: Status) -> Kind {
    let [first, rest @ ..] = Family::WORDS;
    let [first_mail, rest_mail @ ..] = MailClass::WORDS;
    let kind = Kind {
        code: row.text("code"),
        name_ja: row.text("name"),
        from: span.from,
        until: span.until,
        accepted_through: row
            .has("accepted_through")
            .then(|| row.date("accepted_through")),
        family: row.choice("family", first, &rest),
        holder: row.choice(
            "holder",
            ("person", Holder::Person),
            &[("household", Holder::Household)],
        ),
        conditions: words(row, "conditions", &Condition::WORDS),
        grant: row.choice(
            "grant",
            ("office", Grant::Office),
            &[("application", Grant::Application)],
        ),
        arrears_check: row.flag("arrears_check"),
        approval: row.flag("approval"),
        start: row.choice(
            "start",
            ("arose", Start::Arose),
            &[
                ("application_month", Start::ApplicationMonth),
                ("application_day", Start::ApplicationDay),
                ("issue", Start::Issue),
            ],
        ),
        ends: words(row, "ends", &End::WORDS),
        years: row.small("years", 0, 5),
        renewal_month: row.small("renewal_month", 0, 12),
        returned: row.flag("returned"),
        items: words(row, "items", &Item::WORDS),
        notes: row.texts("notes"),
        form: read_form(row),
        number: NumberScheme {
            prefix: row.text("number_prefix"),
            digits: row.small("number_digits", 5, 9),
        },
        mail: row.choice("mail", first_mail, &rest_mail),
        partner_code: row.text_maybe_empty("partner_code"),
        status,
    };
    check_kind(row, &kind);
    kind
}

fn read_form(row: &Row<'_>) -> Form {
    Form {
        id: row.text("form_id"),
        version: row.text("form_version"),
        paper: row.choice(
            "paper",
            ("card", Paper::Card),
            &[("postcard", Paper::Postcard), ("a4", Paper::A4)],
        ),
        colour: row.text("colour"),
    }
}
