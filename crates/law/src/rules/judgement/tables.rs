//! 国の規則: 判定 — the rows of `rules/national/judgement.toml` through time.

use super::super::error::Faults;
use super::super::levy::Status;
use super::super::row::Row;
use super::super::series::{Cited, Dated, Series};
use super::ceiling::{ceiling_of, class_of, meal_of};
use super::{
    ActiveLimits, Ceiling, CeilingClass, ClassLimits, CopayRules, LowIncomeRules, MealClass,
    MealKind, StandardBurden, UnemployedHouseholdRules,
};
use crate::judgement::{FrequentRules, LongStayRules, Over70, SpecialDiseaseRules, Under70};
use crate::levy::EarnerThresholds;
use crate::{Date, Refusal, Yen};
use std::collections::BTreeMap;

/// 判定 as law and cabinet order fix it, looked up by the month of treatment.
#[derive(Clone, Debug, Default)]
pub struct JudgementTables {
    classes: Series<ClassLimits>,
    copay: Series<CopayRules>,
    active: Series<ActiveLimits>,
    low: Series<LowIncomeRules>,
    unemployed: Series<UnemployedHouseholdRules>,
    ceilings: BTreeMap<CeilingClass, Series<Ceiling>>,
    special_disease: Series<SpecialDiseaseRules>,
    long_stay: Series<LongStayRules>,
    frequent: Series<FrequentRules>,
    meals: BTreeMap<(MealKind, MealClass), Series<StandardBurden>>,
}

fn dated<T>(row: &Row<'_>, value: T) -> Dated<T> {
    let (span, provenance) = row.dated();
    Dated {
        span,
        place: row.place.clone(),
        provenance,
        value,
    }
}

impl JudgementTables {
    /// Reads one row of a named table; gives it back where there is no such table.
    pub(in super::super) fn read<'a>(&mut self, table: &str, row: Row<'a>) -> Option<Row<'a>> {
        match table {
            "burden_class" => {
                let value = ClassLimits {
                    class_a_over: row.yen("class_a_over"),
                    class_b_over: row.yen("class_b_over"),
                    class_c_over: row.yen("class_c_over"),
                };
                if value.class_c_over >= value.class_b_over
                    || value.class_b_over >= value.class_a_over
                {
                    row.fault(
                        "class_a_over",
                        "区分の境は ア > イ > ウ の順に大きくしてください",
                    );
                }
                self.classes.push(dated(&row, value));
            }
            "copay" => {
                let value = copay_of(&row);
                if value.revenue_single_below >= value.revenue_several_below {
                    row.fault(
                        "revenue_single_below",
                        "1人の基準収入額は2人以上の額より小さくしてください",
                    );
                }
                self.copay.push(dated(&row, value));
            }
            "active_class" => {
                let value = ActiveLimits {
                    third_from: row.yen("third_from"),
                    second_from: row.yen("second_from"),
                };
                self.active.push(dated(&row, value));
            }
            "low_income" => {
                let value = LowIncomeRules {
                    pension_deduction: row.yen("pension_deduction"),
                    salary_relief: row.yen("salary_relief"),
                };
                self.low.push(dated(&row, value));
            }
            "unemployed_household" => {
                let value = unemployed_of(&row);
                self.unemployed.push(dated(&row, value));
            }
            "ceiling" => {
                let class = class_of(&row);
                let value = ceiling_of(&row);
                let series = self.ceilings.entry(class).or_default();
                series.push(dated(&row, value));
            }
            "special_disease" => {
                let value = SpecialDiseaseRules {
                    usual: row.yen("usual"),
                    upper: row.yen("upper"),
                };
                self.special_disease.push(dated(&row, value));
            }
            "long_stay" => {
                let value = LongStayRules {
                    days_over: row.int("days_over", 1, 366),
                    window_months: row.int("window_months", 1, 36),
                };
                self.long_stay.push(dated(&row, value));
            }
            "frequent" => {
                let value = FrequentRules {
                    window_months: row.int("window_months", 1, 36),
                    months: row.int("months", 1, 12),
                };
                self.frequent.push(dated(&row, value));
            }
            "standard_burden" => {
                let (key, value) = meal_of(&row);
                self.meals.entry(key).or_default().push(dated(&row, value));
            }
            _ => return Some(row),
        }
        row.finish();
        None
    }

    pub(in super::super) fn settle(&mut self, faults: &Faults) {
        self.classes.settle(faults);
        self.copay.settle(faults);
        self.active.settle(faults);
        self.low.settle(faults);
        self.unemployed.settle(faults);
        self.special_disease.settle(faults);
        self.long_stay.settle(faults);
        self.frequent.settle(faults);
        for series in self.ceilings.values_mut() {
            series.settle(faults);
        }
        for series in self.meals.values_mut() {
            series.settle(faults);
        }
    }

    pub(in super::super) fn cite<'s>(&'s self, into: &mut Vec<Cited<'s>>) {
        self.classes.cite(into);
        self.copay.cite(into);
        self.active.cite(into);
        self.low.cite(into);
        self.unemployed.cite(into);
        self.special_disease.cite(into);
        self.long_stay.cite(into);
        self.frequent.cite(into);
        for series in self.ceilings.values() {
            series.cite(into);
        }
        for series in self.meals.values() {
            series.cite(into);
        }
    }

    pub(super) fn classes(&self, month: Date) -> Result<&Dated<ClassLimits>, Refusal> {
        self.classes
            .at(month, "rules.burden_class.missing", "70歳未満の区分の境")
    }

    pub(super) fn copay(&self, month: Date) -> Result<&Dated<CopayRules>, Refusal> {
        self.copay
            .at(month, "rules.copay.missing", "70歳以上の負担割合の基準")
    }

    pub(super) fn low(&self, month: Date) -> Result<&Dated<LowIncomeRules>, Refusal> {
        self.low
            .at(month, "rules.low_income.missing", "低所得Ⅰの年金控除")
    }

    pub(super) fn unemployed(
        &self,
        month: Date,
    ) -> Result<&Dated<UnemployedHouseholdRules>, Refusal> {
        self.unemployed.at(
            month,
            "rules.unemployed_household.missing",
            "特例対象被保険者等の世帯の基準",
        )
    }

    /// 現役並みの段; `None` before there were any.
    pub(super) fn active(&self, month: Date) -> Option<ActiveLimits> {
        let found = self.active.rows().iter();
        found
            .filter(|row| row.span.contains(month))
            .map(|row| row.value)
            .next()
    }

    /// 高額療養費算定基準額 of a class for a month of treatment, and how sure it is.
    ///
    /// # Errors
    /// A [`Refusal`] where the month has no row.
    pub fn ceiling(&self, class: CeilingClass, month: Date) -> Result<(Ceiling, Status), Refusal> {
        let subject = format!("{}の限度額", class_label(class));
        let series = self.ceilings.get(&class).ok_or_else(|| {
            Refusal::new(
                "rules.ceiling.missing",
                format!("{subject}の行がありません"),
            )
        })?;
        let row = series.at(month.first_of_month(), "rules.ceiling.missing", &subject)?;
        Ok((row.value, row.provenance.status))
    }

    /// 標準負担額 for a month of treatment, and how sure it is.
    ///
    /// # Errors
    /// A [`Refusal`] where the month has no row.
    pub fn standard_burden(
        &self,
        kind: MealKind,
        class: MealClass,
        month: Date,
    ) -> Result<(Yen, Status), Refusal> {
        let subject = format!("標準負担額（{}）", class.label_ja());
        let series = self.meals.get(&(kind, class)).ok_or_else(|| {
            Refusal::new(
                "rules.standard_burden.missing",
                format!("{subject}の行がありません"),
            )
        })?;
        let row = series.at(
            month.first_of_month(),
            "rules.standard_burden.missing",
            &subject,
        )?;
        Ok((row.value.yen, row.provenance.status))
    }

    /// 特定疾病の限度額 for a month of treatment.
    ///
    /// # Errors
    /// A [`Refusal`] where the month has no row.
    pub fn special_disease(&self, month: Date) -> Result<SpecialDiseaseRules, Refusal> {
        let subject = "特定疾病の限度額";
        self.special_disease
            .at(month, "rules.special_disease.missing", subject)
            .map(|row| row.value)
    }

    /// 長期該当 on a day.
    ///
    /// # Errors
    /// A [`Refusal`] where the day has no row.
    pub fn long_stay(&self, on: Date) -> Result<LongStayRules, Refusal> {
        self.long_stay
            .at(on, "rules.long_stay.missing", "長期該当の日数")
            .map(|row| row.value)
    }

    /// 多数回該当 for a month of treatment.
    ///
    /// # Errors
    /// A [`Refusal`] where the month has no row.
    pub fn frequent(&self, month: Date) -> Result<FrequentRules, Refusal> {
        self.frequent
            .at(month, "rules.frequent.missing", "多数回該当の月数")
            .map(|row| row.value)
    }

    pub(super) fn changes(&self) -> Vec<Date> {
        let classes = self.classes.rows().iter().map(|row| row.span.from);
        let copay = self.copay.rows().iter().map(|row| row.span.from);
        let active = self.active.rows().iter().map(|row| row.span.from);
        let low = self.low.rows().iter().map(|row| row.span.from);
        let unemployed = self.unemployed.rows().iter().map(|row| row.span.from);
        classes
            .chain(copay)
            .chain(active)
            .chain(low)
            .chain(unemployed)
            .collect()
    }
}

/// A class as printed.
fn class_label(class: CeilingClass) -> &'static str {
    match class {
        CeilingClass::Under70(class) => Under70::label_ja(class),
        CeilingClass::Over70(class) => Over70::label_ja(class),
    }
}

fn copay_of(row: &Row<'_>) -> CopayRules {
    CopayRules {
        income_from: row.yen("income_from"),
        base_up_to: row.yen("base_up_to"),
        revenue_single_below: row.yen("revenue_single_below"),
        revenue_several_below: row.yen("revenue_several_below"),
        deduction_under_16: row.yen("deduction_under_16"),
        deduction_under_19: row.yen("deduction_under_19"),
        child_income_up_to: row.yen("child_income_up_to"),
        child_salary_relief: row.yen("child_salary_relief"),
    }
}

fn unemployed_of(row: &Row<'_>) -> UnemployedHouseholdRules {
    let earner = row.has("earner").then(|| row.table("earner")).flatten();
    let value = UnemployedHouseholdRules {
        base: row.yen("base"),
        per_earner: row.yen("per_earner"),
        per_head: row.yen("per_head"),
        earner: earner.map_or(
            EarnerThresholds {
                salary: Yen(i64::MAX),
                pension_under_65: Yen(i64::MAX),
                pension_65: Yen(i64::MAX),
            },
            |earner| {
                let value = EarnerThresholds {
                    salary: earner.yen("salary"),
                    pension_under_65: earner.yen("pension_under_65"),
                    pension_65: earner.yen("pension_65"),
                };
                earner.finish();
                value
            },
        ),
    };
    if (value.per_earner > Yen::ZERO) != row.has("earner") {
        row.fault(
            "earner",
            "per_earner が0より大きい年は earner（給与所得者等の基準）が要り、0の年は要りません",
        );
    }
    value
}
