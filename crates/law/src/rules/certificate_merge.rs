//! A municipality's rows of 証 laid over the nation's, and held against each other.

use super::book::RuleBook;
use super::certificate::{CertificateRules, CertificateTables};
use super::error::{Faults, Place};
use super::series::Series;
use crate::certificate::kind::{Class, Kind, Practice};
use crate::{Date, Refusal, Span};

impl RuleBook {
    /// 証の規則 of one municipality: the nation's rows with its own over them.
    ///
    /// # Errors
    /// A [`Refusal`] when the municipality has no rule files.
    pub fn certificate(&self, code6: &str) -> Result<CertificateRules, Refusal> {
        let own = &self.municipal(code6)?.certificate;
        Ok(merged(&self.certificate, own, code6))
    }
}

/// The rules of one municipality: its own rows over the nation's, the periods it leaves open filled by the nation's.
pub(super) fn merged(
    national: &CertificateTables,
    own: &CertificateTables,
    municipality: &str,
) -> CertificateRules {
    let mut codes: Vec<&String> = national.kinds.keys().chain(own.kinds.keys()).collect();
    codes.sort();
    codes.dedup();
    let mut kinds = Vec::new();
    for code in codes {
        let series =
            |tables: &CertificateTables| tables.kinds.get(code).cloned().unwrap_or_default();
        kinds.extend(
            over(&series(national), &series(own))
                .into_iter()
                .map(|(span, kind)| Kind {
                    from: span.from,
                    until: span.until,
                    ..kind
                }),
        );
    }
    let mut codes: Vec<&String> = national.classes.keys().chain(own.classes.keys()).collect();
    codes.sort();
    codes.dedup();
    let mut classes = Vec::new();
    for code in codes {
        let series =
            |tables: &CertificateTables| tables.classes.get(code).cloned().unwrap_or_default();
        classes.extend(
            over(&series(national), &series(own))
                .into_iter()
                .map(|(span, class)| Class {
                    from: span.from,
                    until: span.until,
                    ..class
                }),
        );
    }
    let practices = over(&national.practice, &own.practice)
        .into_iter()
        .map(|(span, row)| Practice {
            from: span.from,
            until: span.until,
            ..row
        })
        .collect();
    CertificateRules {
        municipality: municipality.to_owned(),
        kinds,
        classes,
        practices,
    }
}

/// Rows of `own`, and what they leave of the rows of `base`, in order of time.
fn over<T: Clone>(base: &Series<T>, own: &Series<T>) -> Vec<(Span, T)> {
    let mut rows: Vec<(Span, T)> = own
        .rows()
        .iter()
        .map(|row| (row.span, row.value.clone()))
        .collect();
    for row in base.rows() {
        let mut from = row.span.from;
        for taken in own.rows() {
            if taken.span.until.is_some_and(|until| until <= from) {
                continue;
            }
            if row.span.until.is_some_and(|until| until <= taken.span.from) {
                break;
            }
            if from < taken.span.from {
                let left = Span {
                    from,
                    until: Some(taken.span.from),
                };
                rows.push((left, row.value.clone()));
            }
            match taken.span.until {
                Some(until) => from = until,
                None => from = Date::MAX,
            }
        }
        if from < Date::MAX && row.span.until.is_none_or(|until| from < until) {
            rows.push((
                Span {
                    from,
                    until: row.span.until,
                },
                row.value.clone(),
            ));
        }
    }
    rows.sort_by_key(|(span, _)| span.from);
    rows
}

/// What does not fit together in one municipality's rules: forms and numbers that two kinds share, papers that look
/// alike within a family.
fn misfits(rules: &CertificateRules) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    let together = |a: &Kind, b: &Kind| {
        a.until.is_none_or(|until| b.from < until) && b.until.is_none_or(|until| a.from < until)
    };
    for (place, a) in rules.kinds.iter().enumerate() {
        for b in rules
            .kinds
            .iter()
            .skip(place + 1)
            .filter(|b| b.code != a.code)
        {
            let pair = format!("{}（{}）と{}（{}）", a.name_ja, a.code, b.name_ja, b.code);
            if a.form.id == b.form.id {
                found.push((
                    "form_id",
                    format!(
                        "{pair}の様式番号が同じ{}です。取り違えるため、別の番号にしてください",
                        a.form.id
                    ),
                ));
            }
            if a.number.prefix == b.number.prefix {
                found.push((
                    "number_prefix",
                    format!(
                        "{pair}の交付番号の頭が同じ{}です。別の数字にしてください",
                        a.number.prefix
                    ),
                ));
            }
            if together(a, b)
                && a.family == b.family
                && a.form.paper == b.form.paper
                && a.form.colour == b.form.colour
            {
                found.push((
                    "colour",
                    format!("{pair}の用紙と色が同じです。取り違えるため、色を変えてください"),
                ));
            }
        }
    }
    found
}

/// Notes the misfits of one municipality's rules in its own file, or in the nation's where it has none.
pub(super) fn check(
    national: &CertificateTables,
    own: &CertificateTables,
    code: &str,
    faults: &Faults,
) {
    let first = |tables: &CertificateTables| {
        let mut rows = tables.kinds.values().flat_map(|series| series.rows());
        rows.next().map(|row| Place::file(&row.place.file))
    };
    let Some(place) = first(own).or_else(|| first(national)) else {
        return;
    };
    for (field, message) in misfits(&merged(national, own, code)) {
        faults.note(&place, Some(field), message);
    }
}
