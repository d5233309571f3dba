//! 国の規則: 徴収 — late-charge rates, holidays, limits of time, and withholding from pensions.

use super::calendar::Calendar;
use super::error::Faults;
use super::late_charge::LateChargeRates;
use super::levy::LevyKind;
use super::municipal_levy::kind;
use super::practice::TimeLimits;
use super::row::Row;
use super::series::{Cited, Dated, Series};
use super::special_collection::SpecialCollectionLaw;
use crate::{Date, Span};

/// What the national tables say of collection, row by row.
#[derive(Clone, Debug, Default)]
pub(super) struct CollectionTables {
    pub(super) late_charge: Series<LateChargeRates>,
    pub(super) premium_limits: Series<TimeLimits>,
    pub(super) tax_limits: Series<TimeLimits>,
    pub(super) special_collection: Series<SpecialCollectionLaw>,
    holidays: Series<Vec<Date>>,
    closed_every_year: Series<Vec<(i8, i8)>>,
}

impl CollectionTables {
    pub(super) fn settle(&mut self, faults: &Faults) {
        self.late_charge.settle(faults);
        self.late_charge.must_close(faults);
        self.premium_limits.settle(faults);
        self.tax_limits.settle(faults);
        self.special_collection.settle(faults);
        self.holidays.settle(faults);
        self.holidays.must_close(faults);
        self.closed_every_year.settle(faults);
    }

    pub(super) fn cite<'s>(&'s self, into: &mut Vec<Cited<'s>>) {
        self.late_charge.cite(into);
        self.premium_limits.cite(into);
        self.tax_limits.cite(into);
        self.special_collection.cite(into);
        self.holidays.cite(into);
        self.closed_every_year.cite(into);
    }

    /// The calendar as far as the holidays are known without a gap.
    pub(super) fn calendar(&self) -> Calendar {
        let (Some(first), Some(last)) = (self.holidays.rows().first(), self.holidays.rows().last())
        else {
            return Calendar::default();
        };
        let mut holidays: Vec<Date> = self
            .holidays
            .rows()
            .iter()
            .flat_map(|row| row.value.iter().copied())
            .collect();
        holidays.sort_unstable();
        let closed = self.closed_every_year.rows().last();
        Calendar {
            known: Span {
                from: first.span.from,
                until: last.span.until,
            },
            holidays,
            closed_every_year: closed.map_or_else(Vec::new, |row| row.value.clone()),
        }
    }

    /// `[[late_charge_rate]]`: one calendar year.
    pub(super) fn late_charge_rate(&mut self, row: Row<'_>) {
        let (span, provenance) = row.dated();
        let year = span.from.year();
        let whole = Some(crate::day(year + 1, 1, 1));
        if span.from != crate::day(year, 1, 1) || span.until != whole {
            row.fault(
                "until",
                "延滞金の割合は暦年（1月1日から翌年1月1日の前日まで）で1行にしてください",
            );
        }
        let value = LateChargeRates {
            year,
            first_ppm: row.rate("first"),
            later_ppm: row.rate("later"),
            refund_ppm: row.rate("refund"),
        };
        self.late_charge.push(Dated {
            span,
            place: row.place.clone(),
            provenance,
            value,
        });
        row.finish();
    }

    /// `[[holidays]]`: 国民の祝日・休日 of a period.
    pub(super) fn holidays(&mut self, row: Row<'_>) {
        let (span, provenance) = row.dated();
        let days = row.dates("days");
        if !days.is_sorted_by(|a, b| a < b) || days.iter().any(|day| !span.contains(*day)) {
            row.fault(
                "days",
                "日付の順に、重ねずに、from から until の前日までの日だけを並べてください",
            );
        }
        self.holidays.push(Dated {
            span,
            place: row.place.clone(),
            provenance,
            value: days,
        });
        row.finish();
    }

    /// `[[closed_every_year]]`: 年末年始.
    pub(super) fn closed_every_year(&mut self, row: Row<'_>) {
        let (span, provenance) = row.dated();
        let days: Vec<(i8, i8)> = row
            .texts("days")
            .iter()
            .filter_map(|text| {
                let parsed = text.split_once('/').and_then(|(month, day)| {
                    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
                    Date::new(2024, month, day).ok().map(|_| (month, day))
                });
                if parsed.is_none() {
                    row.fault(
                        "days",
                        format!("「{text}」を読めません。\"12/29\" のように書いてください"),
                    );
                }
                parsed
            })
            .collect();
        self.closed_every_year.push(Dated {
            span,
            place: row.place.clone(),
            provenance,
            value: days,
        });
        row.finish();
    }

    /// `[[time_limit]]`: 期間制限・時効.
    pub(super) fn time_limit(&mut self, row: Row<'_>) {
        let (span, provenance) = row.dated();
        let value = TimeLimits {
            kind: kind(&row),
            increase_years: row.small("increase_years", 1, 10),
            decrease_years: row.small("decrease_years", 1, 10),
            fraud_years: row.small("fraud_years", 1, 10),
            collection_years: row.small("collection_years", 1, 10),
            refund_years: row.small("refund_years", 1, 10),
        };
        let series = match value.kind {
            LevyKind::Premium => &mut self.premium_limits,
            LevyKind::Tax => &mut self.tax_limits,
        };
        series.push(Dated {
            span,
            place: row.place.clone(),
            provenance,
            value,
        });
        row.finish();
    }

    /// `[[special_collection]]`: 特別徴収の国の定め.
    pub(super) fn special_collection(&mut self, row: Row<'_>) {
        let (span, provenance) = row.dated();
        let value = SpecialCollectionLaw {
            pension_minimum: row.yen("pension_minimum"),
            age_from: row.small("age_from", 40, 100),
            age_until: row.small("age_until", 40, 100),
            payments_a_year: row.small("payments_a_year", 1, 12),
            share_divisor: row.small("share_divisor", 1, 10),
            unit_yen: super::municipal_levy::unit(&row, "unit"),
            provisional_months: row.months("provisional_months"),
            main_months: row.months("main_months"),
        };
        self.special_collection.push(Dated {
            span,
            place: row.place.clone(),
            provenance,
            value,
        });
        row.finish();
    }
}
