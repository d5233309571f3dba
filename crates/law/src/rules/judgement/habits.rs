//! 市町村の規則: 判定 — `[[judgement]]` of a municipality, and what the book answers.

use super::super::book::RuleBook;
use super::super::municipal::Municipal;
use super::super::row::Row;
use super::super::series::Dated;
use super::{
    ApplicationEffect, CorrectionEffect, JudgementBook, JudgementHabits, JudgementTables,
    RevenueRecord, Unfiled,
};
use crate::Refusal;
use crate::judgement::copay_relief::{CopayReliefRules, Measure, Stage};
use crate::levy::facts::FormerInsuredTie;

impl RuleBook {
    /// 判定 as law and cabinet order fix it: ceilings, meals, thresholds.
    #[must_use]
    pub fn judgement(&self) -> &JudgementTables {
        &self.judgement
    }

    /// 判定の規則 of one municipality, through time.
    ///
    /// # Errors
    /// A [`Refusal`] when the book does not know the municipality.
    pub fn judgement_of(&self, code6: &str) -> Result<JudgementBook, Refusal> {
        let municipal = self.municipals.get(code6).ok_or_else(|| {
            Refusal::new(
                "rules.municipality.missing",
                format!(
                    "団体コード {code6} の規則がありません。rules/municipal/{code6}/levy.toml を作ってください"
                ),
            )
        })?;
        Ok(JudgementBook {
            municipality: code6.to_owned(),
            tables: self.judgement.clone(),
            basic_deduction: self.levy.basic_deduction.clone(),
            habits: municipal.judgement.clone(),
            copay_relief: municipal.copay_relief.clone(),
        })
    }
}

impl Municipal {
    /// `[[judgement]]`: what a municipality chooses where no statute does.
    pub(in super::super) fn read_judgement(&mut self, row: Row<'_>) {
        let (span, provenance) = row.dated();
        let value = JudgementHabits {
            status: provenance.status,
            unfiled: row.choice(
                "unfiled",
                ("highest_class", Unfiled::HighestClass),
                &[("pending", Unfiled::Pending)],
            ),
            unfiled_head_counts: row.flag("unfiled_head_counts"),
            correction: effect(&row, "correction"),
            late_filing: effect(&row, "late_filing"),
            application: row.choice(
                "application",
                ("next_month", ApplicationEffect::NextMonth),
                &[("retroactive", ApplicationEffect::Retroactive)],
            ),
            revenue_by_record: row.flag("revenue_by_record"),
            revenue_record: if row.has("revenue_record") {
                row.choice(
                    "revenue_record",
                    ("confirmed", RevenueRecord::Confirmed),
                    &[("pay_alone", RevenueRecord::PayAlone)],
                )
            } else {
                RevenueRecord::Confirmed
            },
            former_insured_tie: row.choice(
                "former_insured_tie",
                ("same_head", FormerInsuredTie::SameHead),
                &[("same_household", FormerInsuredTie::SameHousehold)],
            ),
        };
        self.judgement.push(Dated {
            span,
            place: row.place.clone(),
            provenance,
            value,
        });
        row.finish();
    }

    /// `[[copay_relief]]`: 一部負担金の減免・徴収猶予の段階表.
    pub(in super::super) fn read_copay_relief(&mut self, row: Row<'_>) {
        let (span, provenance) = row.dated();
        let stages: Vec<Stage> = row.rows("stage").into_iter().map(stage).collect();
        if stages.is_empty() {
            row.fault("stage", "段の行がありません");
        }
        if !stages.is_sorted_by(|one, two| one.up_to_permille < two.up_to_permille) {
            row.fault("stage", "段は up_to_permille の小さい順に並べてください");
        }
        let value = CopayReliefRules {
            stages,
            savings_months: row.int("savings_months", 0, 36),
            relief_months: row.int("relief_months", 1, 12),
            deferral_months: row.int("deferral_months", 1, 12),
            inpatient_only: row.flag("inpatient_only"),
        };
        self.copay_relief.push(Dated {
            span,
            place: row.place.clone(),
            provenance,
            value,
        });
        row.finish();
    }
}

fn stage(row: Row<'_>) -> Stage {
    let percent = if row.has("percent") {
        row.small("percent", 1, 99)
    } else {
        0
    };
    let measure = row.choice(
        "measure",
        ("exempt", Measure::Exempt),
        &[
            ("reduce", Measure::Reduce { percent }),
            ("defer", Measure::Defer),
        ],
    );
    if matches!(measure, Measure::Reduce { .. }) != (percent > 0) {
        row.fault(
            "percent",
            "measure が reduce の段だけに、1から99までの割合を書いてください",
        );
    }
    let value = Stage {
        up_to_permille: row.int("up_to_permille", 1, 10_000),
        measure,
    };
    row.finish();
    value
}

fn effect(row: &Row<'_>, field: &str) -> CorrectionEffect {
    row.choice(
        field,
        ("retroactive", CorrectionEffect::Retroactive),
        &[
            ("next_month", CorrectionEffect::NextMonth),
            (
                "retroactive_when_lighter",
                CorrectionEffect::RetroactiveWhenLighter,
            ),
        ],
    )
}
