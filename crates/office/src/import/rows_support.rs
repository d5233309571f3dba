//! 支援措置対象者の行 — whose address is not given out, from when, and when that ends.

use super::cells::{date, first_day, int};
use super::directory::Directory;
use super::intake::Municipality;
use super::plan::{Plan, Replace, Staged, Stated, Target, unknown_person};
use crate::acts::Act;
use crate::error::OfficeError;
use crate::registry::fact::{Kind as _, Values};
use crate::registry::support::{self, Measure, MeasureKind};
use db::{Conn, Span};
use exchange::{Flaw, Row};
use law::{Date, date::next_day};
use std::collections::BTreeSet;

/// 支援措置対象者.
pub(super) struct SupportMeasures;

impl Plan for SupportMeasures {
    fn subject_item(&self) -> &'static str {
        "person_number"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["history_number", "starts_on", "ends_on", "measure_kind"]
    }

    fn target(&self) -> Target {
        Target::of::<Measure>(Replace::FromFirstDay)
    }

    fn in_any_order(&self) -> bool {
        true
    }

    fn municipality_of<'r>(&self, _: &Row<'r>) -> Option<&'r str> {
        None
    }

    fn state(
        &self,
        row: &Row<'_>,
        _: &Municipality,
        _: Date,
        flaws: &mut Vec<Flaw>,
    ) -> Option<Stated> {
        let starts_on = first_day(row, "starts_on", "開始年月日", flaws)?;
        let ends_on = date(row, "ends_on");
        if ends_on.is_some_and(|end| end < starts_on) {
            flaws.push(Flaw::hold(
                "終了年月日",
                "import.row.loss_before_gain",
                format!("終了年月日が開始年月日{starts_on}より前です。送り元で確かめてください"),
            ));
        }
        let ended = row.named("measure_kind") == "3";
        if ended && ends_on.is_none() {
            flaws.push(Flaw::hold(
                "終了年月日",
                "import.row.day_unknown",
                "支援措置終了に終了年月日がありません。いつ終わったか推測できません".to_owned(),
            ));
        }
        let measure = Measure {
            kind: match row.named("measure_kind") {
                "2" => MeasureKind::Provisional,
                _ => MeasureKind::Full,
            },
            ends_on,
            history_number: int(row, "history_number"),
            origin: "file".to_owned(),
        };
        // The end is the last day on which the measure holds.
        let span = match ends_on.filter(|_| ended) {
            Some(end) => Span::new(starts_on, Some(next_day(end))),
            None => Span::since(starts_on),
        };
        Some(Stated::new(span, &measure, (int(row, "history_number"), 0)))
    }

    fn together(&self, rows: &mut [Staged]) {
        rows.sort_by_key(|row| row.stated.as_ref().map(|stated| (stated.order, row.line)));
    }

    fn against(
        &self,
        conn: &mut Conn,
        directory: &mut Directory,
        row: &Staged,
        flaws: &mut Vec<Flaw>,
    ) -> Result<(), OfficeError> {
        if directory.person(conn, row.subject)?.is_none() {
            flaws.push(unknown_person("宛名番号", row.subject));
        }
        Ok(())
    }

    fn carried_out(&self, _: &mut Conn, rows: &[Staged]) -> Result<BTreeSet<i64>, OfficeError> {
        Ok(rows.iter().map(|row| row.subject).collect())
    }

    fn carry_out(
        &self,
        conn: &mut Conn,
        act: &Act,
        _: Date,
        group: &[Staged],
        _: &mut [Vec<Flaw>],
    ) -> Result<u64, OfficeError> {
        let mut posted = 0;
        for row in group {
            let Some(stated) = &row.stated else { continue };
            let values = &mut Values::of(Measure::TABLE.name, &stated.values);
            let measure = Measure::read(values)?;
            let changed = support::put(conn, act, row.subject, stated.span(), &measure)?;
            posted += u64::from(changed);
        }
        Ok(posted)
    }
}
