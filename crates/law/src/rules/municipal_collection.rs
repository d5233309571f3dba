//! 条例の規則: 徴収 — instalments, late charges, withholding from pensions, and the office's practice.

use super::instalment::{CareAttainment, RemainderTo};
use super::late_charge::LateChargeRules;
use super::municipal::Municipal;
use super::municipal_levy::unit;
use super::practice::{
    OfficeText, ReliefReason, ReliefRules, ReliefShare, ReliefShareOf, RetentionRules,
    SmallChangeRules,
};
use super::row::Row;
use super::series::{Dated, Provenance, Series};
use super::special_collection::SpecialCollectionRules;
use crate::Span;
use crate::levy::facts::{FormerInsuredTie, Habits, Rejoining};
use crate::levy::instalment::{ChangeHabits, DecreaseOrder, IncreaseSpread};
use crate::levy::specific_household::SpecificHouseholdEnd;

/// 納期 as a pattern of months and days; a day of `None` is the last of the month.
#[derive(Clone, Debug)]
pub(super) struct InstalmentPlan {
    pub(super) due: Vec<(i8, Option<i8>)>,
    pub(super) provisional: usize,
    pub(super) unit_yen: i64,
    pub(super) remainder: RemainderTo,
    pub(super) notice_days_before_due: i64,
    pub(super) ad_hoc_due_days: i64,
    pub(super) care_attainment: CareAttainment,
}

/// Adds a row to its table and notes the fields nobody asked for.
fn put<T>(series: &mut Series<T>, row: Row<'_>, dated: (Span, Provenance), value: T) {
    series.push(Dated {
        span: dated.0,
        place: row.place.clone(),
        provenance: dated.1,
        value,
    });
    row.finish();
}

impl Municipal {
    /// `[[instalment]]`.
    pub(super) fn read_instalment(&mut self, row: Row<'_>) {
        let dated = row.dated();
        let due: Vec<(i8, Option<i8>)> = row
            .texts("due")
            .iter()
            .filter_map(|text| {
                let day = month_and_day(text);
                if day.is_none() {
                    row.fault(
                        "due",
                        format!(
                            "「{text}」を読めません。\"6/end\"（6月末日）や \"12/25\" のように書いてください"
                        ),
                    );
                }
                day
            })
            .collect();
        let order = |(month, day): &(i8, Option<i8>)| ((month + 8) % 12, day.unwrap_or(31));
        if due.is_empty()
            || !due
                .windows(2)
                .all(|pair| matches!(pair, [a, b] if order(a) < order(b)))
        {
            row.fault("due", "納期限を4月から翌年3月の順に、1つ以上並べてください");
        }
        let value = InstalmentPlan {
            provisional: usize::from(row.small("provisional", 0, 12)),
            due,
            unit_yen: unit(&row, "unit"),
            remainder: row.choice(
                "remainder",
                ("first", RemainderTo::First),
                &[("last", RemainderTo::Last)],
            ),
            notice_days_before_due: row.int("notice_days_before_due", 0, 90),
            ad_hoc_due_days: row.int("ad_hoc_due_days", 0, 90),
            care_attainment: row.choice(
                "care_attainment",
                ("from_attainment", CareAttainment::FromAttainment),
                &[("spread", CareAttainment::Spread)],
            ),
        };
        if value.provisional > value.due.len() {
            row.fault("provisional", "仮算定の期の数が納期の数を超えています");
        }
        put(&mut self.instalment, row, dated, value);
    }

    /// `[[change]]`: 期別の変更の割り振り.
    pub(super) fn read_change(&mut self, row: Row<'_>) {
        let dated = row.dated();
        let value = ChangeHabits {
            increase: row.choice(
                "increase",
                ("redivide", IncreaseSpread::Redivide),
                &[("add_difference", IncreaseSpread::AddDifference)],
            ),
            decrease: row.choice(
                "decrease",
                ("redivide", DecreaseOrder::Redivide),
                &[
                    ("from_next", DecreaseOrder::FromNext),
                    ("from_last", DecreaseOrder::FromLast),
                ],
            ),
        };
        put(&mut self.change, row, dated, value);
    }

    /// `[[household]]`: 世帯の事実の読み方.
    pub(super) fn read_household(&mut self, row: Row<'_>) {
        let dated = row.dated();
        let value = Habits {
            specific_household_end: row.choice(
                "specific_household_end",
                ("months", SpecificHouseholdEnd::Months),
                &[("fiscal_year_end", SpecificHouseholdEnd::FiscalYearEnd)],
            ),
            former_insured_tie: row.choice(
                "former_insured_tie",
                ("same_head", FormerInsuredTie::SameHead),
                &[("same_household", FormerInsuredTie::SameHousehold)],
            ),
            rejoining: row.choice(
                "rejoining",
                ("same_levy", Rejoining::SameLevy),
                &[("new_levy", Rejoining::NewLevy)],
            ),
        };
        put(&mut self.household, row, dated, value);
    }

    /// `[[late_charge]]`: 延滞金・督促.
    pub(super) fn read_late_charge(&mut self, row: Row<'_>) {
        let dated = row.dated();
        let value = LateChargeRules {
            status: dated.1.status,
            first_period_months: row.small("first_period_months", 1, 3),
            base_unit: unit(&row, "base_unit"),
            base_minimum: row.yen("base_minimum").0,
            charge_unit: unit(&row, "charge_unit"),
            charge_minimum: row.yen("charge_minimum").0,
            days_in_year: row.int("days_in_year", 365, 366),
            reminder_fee_yen: row.yen("reminder_fee").0,
            reminder_within_days: row.int("reminder_within_days", 1, 90),
        };
        put(&mut self.late_charge, row, dated, value);
    }

    /// `[[special_collection]]`: 特別徴収.
    pub(super) fn read_special_collection(&mut self, row: Row<'_>) {
        let dated = row.dated();
        let value = SpecialCollectionRules {
            status: dated.1.status,
            exclude_year_of_75: row.flag("exclude_year_of_75"),
            estimate_divisor: row.small("estimate_divisor", 1, 12),
            level_from_month: row.choice(
                "level_from",
                ("none", None),
                &[("june", Some(6)), ("august", Some(8))],
            ),
            stop_days: row.small("stop_days", 0, 120),
            arrears_bar_transfer: row.flag("arrears_bar_transfer"),
        };
        put(&mut self.special_collection, row, dated, value);
    }

    /// `[[small_change]]`: 少額の扱い.
    pub(super) fn read_small_change(&mut self, row: Row<'_>) {
        let dated = row.dated();
        let value = SmallChangeRules {
            status: dated.1.status,
            increase_below: row.yen("increase_below"),
            refund_below: row.yen("refund_below"),
        };
        put(&mut self.small_change, row, dated, value);
    }

    /// `[[relief]]`: 減免. One series for each name.
    pub(super) fn read_relief(&mut self, row: Row<'_>) {
        let dated = row.dated();
        let shares: Vec<ReliefShare> = row.rows("share").into_iter().map(relief_share).collect();
        let most_percent = if row.has("most_percent") {
            row.small("most_percent", 1, 100)
        } else {
            0
        };
        if shares.is_empty() == (most_percent == 0) {
            row.fault(
                "share",
                "割合が決まっているときは share、市長が1件ごとに決めるときは most_percent の、どちらか一方を書いてください",
            );
        }
        let value = ReliefRules {
            reason: row.choice(
                "reason",
                ("former_dependant", ReliefReason::FormerDependant),
                &[
                    ("disaster", ReliefReason::Disaster),
                    ("income_drop", ReliefReason::IncomeDrop),
                    ("poverty", ReliefReason::Poverty),
                    ("custody", ReliefReason::Custody),
                    ("own_scheme", ReliefReason::OwnScheme),
                ],
            ),
            status: dated.1.status,
            clause: dated.1.clause.clone(),
            name_ja: row.text("name"),
            on_application: row.flag("on_application"),
            shares,
            most_percent,
        };
        let series = self.relief.entry(value.name_ja.clone()).or_default();
        put(series, row, dated, value);
    }

    /// `[[office]]`: 問い合わせ先.
    pub(super) fn read_office(&mut self, row: Row<'_>) {
        let dated = row.dated();
        let value = OfficeText {
            status: dated.1.status,
            section: row.text_maybe_empty("section"),
            phone: row.text_maybe_empty("phone"),
            postal_code: row.text_maybe_empty("postal_code"),
            address: row.text_maybe_empty("address"),
            chief_title: row.text("chief_title"),
            chief_name: row.text_where_given("chief_name").unwrap_or_default(),
        };
        put(&mut self.office, row, dated, value);
    }

    /// `[[retention]]`: 保存年限.
    pub(super) fn read_retention(&mut self, row: Row<'_>) {
        let dated = row.dated();
        let value = RetentionRules {
            status: dated.1.status,
            eligibility_years: row.small("eligibility_years", 1, 100),
            levy_years: row.small("levy_years", 1, 100),
            collection_years: row.small("collection_years", 1, 100),
            benefit_years: row.small("benefit_years", 1, 100),
            access_log_years: row.small("access_log_years", 1, 100),
        };
        put(&mut self.retention, row, dated, value);
    }
}

fn relief_share(row: Row<'_>) -> ReliefShare {
    let value = ReliefShare {
        of: row.choice(
            "of",
            ("whole", ReliefShareOf::Whole),
            &[
                ("income", ReliefShareOf::Income),
                ("per_capita", ReliefShareOf::PerCapita),
                ("per_household", ReliefShareOf::PerHousehold),
            ],
        ),
        percent: row.small("percent", 0, 100),
        months: row.has("months").then(|| row.small("months", 1, 120)),
        in_tier: row.has("in_tier").then(|| row.small("in_tier", 1, 9)),
    };
    row.finish();
    value
}

/// `6/end` or `12/25`.
fn month_and_day(text: &str) -> Option<(i8, Option<i8>)> {
    let (month, day) = text.split_once('/')?;
    let month: i8 = month
        .parse()
        .ok()
        .filter(|month| (1..=12).contains(month))?;
    if day == "end" {
        return Some((month, None));
    }
    let day: i8 = day.parse().ok()?;
    let last = crate::day(2025, month, 31).day();
    (1..=last).contains(&day).then_some((month, Some(day)))
}
