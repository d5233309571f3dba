//! 資格の規則の読込み — `[[eligibility_cause]]`, `[[eligibility_exclusion]]`, `[[eligibility_unknown]]` and
//! `[[eligibility_practice]]` row by row.

use super::eligibility::{
    Cause, DayRule, EligibilityPractice, EligibilityRules, Exclusion, LossAt75, PrefectureEffect,
    Side,
};
use super::error::Faults;
use super::row::Row;
use super::series::{Cited, Dated, Series};

impl EligibilityRules {
    pub(super) fn read_cause(&mut self, row: Row<'_>) {
        let (span, provenance) = row.dated();
        let value = Cause {
            key: row.text("key"),
            code: row.text_maybe_empty("code"),
            side: side(&row),
            name_ja: row.text("name"),
            day: row.choice(
                "day",
                ("same", DayRule::Same),
                &[
                    ("next", DayRule::Next),
                    ("elsewhere", DayRule::Elsewhere),
                    ("practice", DayRule::Practice),
                ],
            ),
            prefecture: row.choice(
                "prefecture",
                ("none", PrefectureEffect::None),
                &[
                    ("breaks", PrefectureEffect::Breaks),
                    ("continues", PrefectureEffect::Continues),
                    ("told", PrefectureEffect::Told),
                ],
            ),
            leaves_household: row.flag("leaves_household"),
            former_insured: row.flag("former_insured"),
            report_days: row
                .has("report_days")
                .then(|| row.small("report_days", 1, 90)),
            omit_report: row.flag("omit_report"),
            approval: row.flag("approval"),
            papers: row.texts("papers"),
            clause: provenance.clause.clone(),
            status: provenance.status,
        };
        check_cause(&row, &value);
        let series = self.causes.entry(value.key.clone()).or_default();
        if let Some(first) = series.rows().first()
            && (first.value.code != value.code || first.value.side != value.side)
        {
            row.fault("key", "同じ key の行は、code と side を同じにしてください");
        }
        series.push(Dated {
            span,
            place: row.place.clone(),
            provenance,
            value,
        });
        row.finish();
    }

    pub(super) fn read_exclusion(&mut self, row: Row<'_>) {
        let (span, provenance) = row.dated();
        let value = Exclusion {
            key: row.text("key"),
            name_ja: row.text("name"),
            statuses: row.texts("statuses"),
            activities: row.texts("activities"),
            most_months: row
                .has("most_months")
                .then(|| row.small("most_months", 1, 60)),
            adults_only: row.flag("adults_only"),
            keeps_insured: row.flag("keeps_insured"),
            reason_ja: row.text("reason"),
            clause: provenance.clause.clone(),
        };
        if value.statuses.is_empty() && value.activities.is_empty() && value.most_months.is_none() {
            row.fault(
                "statuses",
                "在留資格・活動・期間のどれも書いていないので、全員に当たってしまいます",
            );
        }
        self.exclusions.push(Dated {
            span,
            place: row.place.clone(),
            provenance,
            value,
        });
        row.finish();
    }

    pub(super) fn read_unknown(&mut self, row: Row<'_>) {
        let (span, provenance) = row.dated();
        if provenance.note.is_empty() {
            row.fault("note", "何を確かめればよいかを書いてください");
        }
        let declared = Dated {
            span,
            place: row.place.clone(),
            provenance,
            value: (),
        };
        self.unknown.push((side(&row), declared));
        row.finish();
    }

    pub(super) fn read_practice(&mut self, row: Row<'_>) {
        push_practice(&mut self.practice, row);
    }

    pub(super) fn settle(&mut self, faults: &Faults) {
        for (side, unknown) in &self.unknown {
            for series in self.causes.values_mut() {
                let of_side = |row: &Dated<Cause>| row.value.side == *side;
                if series.rows().iter().any(of_side) {
                    series.declare_unknown(unknown.clone());
                }
            }
        }
        for series in self.causes.values_mut() {
            series.settle(faults);
        }
        self.practice.settle(faults);
    }

    pub(super) fn cite<'s>(&'s self, into: &mut Vec<Cited<'s>>) {
        for series in self.causes.values() {
            let rows = series.rows().iter();
            into.extend(rows.map(|row| (&row.place, row.span, &row.provenance)));
        }
        let exclusions = self.exclusions.iter();
        into.extend(exclusions.map(|row| (&row.place, row.span, &row.provenance)));
        let unknown = self.unknown.iter().map(|(_, row)| row);
        into.extend(unknown.map(|row| (&row.place, row.span, &row.provenance)));
        self.practice.cite(into);
    }
}

/// `[[eligibility_practice]]`, of the nation or of a municipality.
pub(super) fn push_practice(series: &mut Series<EligibilityPractice>, row: Row<'_>) {
    let (span, provenance) = row.dated();
    let value = EligibilityPractice {
        loss_at_75: row.choice(
            "loss_at_75",
            ("birthday", LossAt75::Birthday),
            &[("next_day", LossAt75::NextDay)],
        ),
        undo_approval_after_days: row.int("undo_approval_after_days", 0, 36_500),
        correction_approval: row.flag("correction_approval"),
        backdated_approval_after_days: row.int("backdated_approval_after_days", 0, 36_500),
        status: provenance.status,
    };
    series.push(Dated {
        span,
        place: row.place.clone(),
        provenance,
        value,
    });
    row.finish();
}

fn side(row: &Row<'_>) -> Side {
    row.choice(
        "side",
        ("gain", Side::Gain),
        &[("loss", Side::Loss), ("change", Side::Change)],
    )
}

fn check_cause(row: &Row<'_>, cause: &Cause) {
    let in_range = match cause.side {
        Side::Gain => ("01"..="15").contains(&cause.code.as_str()),
        Side::Loss => ("41"..="52").contains(&cause.code.as_str()),
        Side::Change => cause.code.is_empty(),
    };
    if !in_range {
        row.fault(
            "code",
            "取得は 01〜15、喪失は 41〜52 のコードを書き、変更は空にしてください",
        );
    }
    if cause.side != Side::Loss && cause.day != DayRule::Same {
        row.fault("day", "取得と変更はその日に効力があります（same）");
    }
    if cause.side != Side::Gain && cause.prefecture == PrefectureEffect::Told {
        row.fault("prefecture", "told は取得の事由だけに書けます");
    }
    if cause.side != Side::Loss && (cause.former_insured || cause.leaves_household) {
        row.fault("former_insured", "喪失の事由だけに書けます");
    }
}
