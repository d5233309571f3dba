//! 国保の行 — households of the insurance and spans of insurance.

use super::cells::{born_by, date, first_day, int, last_day, municipality_of, own_row};
use super::directory::{Directory, HeadEntry};
use super::intake::Municipality;
use super::own_events;
use super::plan::{
    Creates, Plan, Replace, Staged, Stated, Target, no_duplicates, no_overlap, unknown_person,
};
use crate::acts::Act;
use crate::error::OfficeError;
use crate::registry::{HouseholdHead, InsuredSpan, LoadedSpan};
use db::{Conn, Span};
use exchange::{Day, Flaw, Row};
use law::Date;
use std::collections::BTreeSet;

/// 国保世帯.
pub(super) struct Households;

impl Plan for Households {
    fn subject_item(&self) -> &'static str {
        "household_number"
    }

    fn needs(&self) -> &'static [&'static str] {
        &[
            "history_number",
            "valid_from",
            "valid_until",
            "number",
            "head_person_number",
        ]
    }

    fn target(&self) -> Target {
        Target {
            creates: Creates::Household,
            ..Target::of::<HouseholdHead>(Replace::Whole)
        }
    }

    fn carried_out(&self, conn: &mut Conn, rows: &[Staged]) -> Result<BTreeSet<i64>, OfficeError> {
        own_events::subjects(conn, &own_events::HOUSEHOLDS, rows)
    }

    fn carry_out(
        &self,
        conn: &mut Conn,
        _: &Act,
        _: Date,
        group: &[Staged],
        flaws: &mut [Vec<Flaw>],
    ) -> Result<u64, OfficeError> {
        own_events::hold_differences(conn, &self.target(), group, flaws)
    }

    fn municipality_of<'r>(&self, row: &Row<'r>) -> Option<&'r str> {
        municipality_of(row)
    }

    fn state(
        &self,
        row: &Row<'_>,
        municipality: &Municipality,
        _: Date,
        flaws: &mut Vec<Flaw>,
    ) -> Option<Stated> {
        own_row(row, municipality, flaws);
        let from = first_day(row, "valid_from", "適用開始年月日", flaws);
        let until = last_day(row, "valid_until", ("適用終了年月日", from), flaws);
        let head = int(row, "head_person_number");
        let fact = HouseholdHead {
            head_person_id: head,
            symbol: row.named("symbol").to_owned(),
            number: row.named("number").to_owned(),
        };
        let mut stated = Stated::new(
            Span::new(from?, until),
            &fact,
            (int(row, "history_number"), 0),
        );
        stated.head = Some(head);
        Some(stated)
    }

    fn together(&self, rows: &mut [Staged]) {
        no_duplicates(rows, "履歴番号");
        no_overlap(rows, "適用開始年月日", "世帯主・記号番号");
    }

    fn against(
        &self,
        conn: &mut Conn,
        directory: &mut Directory,
        row: &Staged,
        flaws: &mut Vec<Flaw>,
    ) -> Result<(), OfficeError> {
        let Some(head) = row.stated.as_ref().and_then(|stated| stated.head) else {
            return Ok(());
        };
        if directory.person(conn, head)?.is_none() {
            flaws.push(unknown_person("世帯主宛名番号", head));
        }
        Ok(())
    }
}

/// 国保資格.
pub(super) struct Insured;

impl Plan for Insured {
    fn subject_item(&self) -> &'static str {
        "person_number"
    }

    fn needs(&self) -> &'static [&'static str] {
        &[
            "history_number",
            "household_number",
            "branch",
            "gained_on",
            "gain_cause",
            "lost_on",
            "loss_cause",
        ]
    }

    fn target(&self) -> Target {
        Target::of::<LoadedSpan>(Replace::Whole)
    }

    fn carried_out(&self, conn: &mut Conn, rows: &[Staged]) -> Result<BTreeSet<i64>, OfficeError> {
        own_events::subjects(conn, &own_events::PEOPLE, rows)
    }

    fn carry_out(
        &self,
        conn: &mut Conn,
        _: &Act,
        _: Date,
        group: &[Staged],
        flaws: &mut [Vec<Flaw>],
    ) -> Result<u64, OfficeError> {
        // Of a span that events tell they tell the prefecture's day too.
        let target = Target {
            derived: &[LoadedSpan::GAINED_ON],
            ..self.target()
        };
        own_events::hold_differences(conn, &target, group, flaws)
    }

    fn municipality_of<'r>(&self, row: &Row<'r>) -> Option<&'r str> {
        municipality_of(row)
    }

    fn state(
        &self,
        row: &Row<'_>,
        municipality: &Municipality,
        _: Date,
        flaws: &mut Vec<Flaw>,
    ) -> Option<Stated> {
        own_row(row, municipality, flaws);
        // The prefecture's day of acquisition survives a move within it; what counts here is the day it applies. Where that is
        // told, the prefecture's may be unknown.
        let (gained, from) = if row.named("applied_from").is_empty() {
            let gained = first_day(row, "gained_on", "資格取得年月日", flaws);
            (gained, gained)
        } else {
            let from = first_day(row, "applied_from", "適用開始年月日", flaws);
            (prefecture_day(row, flaws), from)
        };
        let until = last_day(row, "lost_on", ("資格喪失年月日", from), flaws);
        let cause = row.named("loss_cause");
        if until.is_none() && !cause.is_empty() {
            flaws.push(Flaw::hold(
                "資格喪失年月日",
                "import.row.loss_day",
                "喪失事由があるのに喪失日が空です".to_owned(),
            ));
        }
        let event = date(row, "loss_event_on");
        if event.zip(until).is_some_and(|(event, until)| event > until) {
            flaws.push(Flaw::hold(
                "資格喪失該当年月日",
                "import.row.loss_event",
                "喪失の原因の日が喪失日より後です".to_owned(),
            ));
        }
        let household_id = int(row, "household_number");
        let span = InsuredSpan {
            household_id,
            branch: int(row, "branch"),
            gain_cause: row.named("gain_cause").to_owned(),
            gain_reported_on: date(row, "gain_reported_on"),
            loss_cause: (!cause.is_empty()).then(|| cause.to_owned()),
            loss_event_on: event,
            loss_reported_on: date(row, "loss_reported_on"),
        };
        let fact = LoadedSpan {
            span,
            gained_on: gained,
        };
        let mut stated = Stated::new(
            Span::new(from?, until),
            &fact,
            (int(row, "history_number"), 0),
        );
        stated.household = Some(household_id);
        stated
            .cells
            .extend((!cause.is_empty()).then(|| ("loss_cause".to_owned(), cause.to_owned())));
        Some(stated)
    }

    fn together(&self, rows: &mut [Staged]) {
        no_duplicates(rows, "履歴番号");
        no_overlap(rows, "資格取得年月日", "資格");
        lost_or_moved(rows);
    }

    fn against(
        &self,
        conn: &mut Conn,
        directory: &mut Directory,
        row: &Staged,
        flaws: &mut Vec<Flaw>,
    ) -> Result<(), OfficeError> {
        let person = directory.person(conn, row.subject)?;
        born_by(person, row, "資格取得年月日", flaws);
        let Some(stated) = &row.stated else {
            return Ok(());
        };
        let Some(household_id) = stated.household else {
            return Ok(());
        };
        let heads = directory.heads(conn, household_id)?;
        if !covers(heads, stated.from, stated.until) {
            flaws.push(Flaw::hold(
                "国保世帯番号",
                "import.row.unknown_household",
                format!("国保世帯{household_id}に、この資格の期間を通した世帯主がありません。国保世帯を先に取り込むか、期間を確かめてください"),
            ));
            return Ok(());
        }
        let open_head = heads
            .iter()
            .find(|head| head.until.is_none())
            .map(|head| head.head);
        let (Some(person), Some(head_id)) = (person, open_head.filter(|_| stated.until.is_none()))
        else {
            return Ok(());
        };
        let Some(head) = directory.person(conn, head_id)? else {
            flaws.push(unknown_person("世帯主宛名番号", head_id));
            return Ok(());
        };
        // Students and inmates of facilities live elsewhere and are not residents here; only residents are compared.
        let apart = person.status == 1
            && head.status == 1
            && person.register_household.is_some()
            && head.register_household.is_some()
            && person.register_household != head.register_household;
        if apart {
            flaws.push(Flaw::hold(
                "国保世帯番号",
                "import.row.head_elsewhere",
                format!("世帯主（宛名番号{head_id}）が同じ住民票の世帯にいません。世帯の異動が済んでいるか確かめてください"),
            ));
        }
        Ok(())
    }
}

/// 国保資格取得年月日, beside a day on which it applies here; none where the file says that it is not known.
fn prefecture_day(row: &Row<'_>, flaws: &mut Vec<Flaw>) -> Option<Date> {
    let day = row.column("gained_on").and_then(|column| row.day(column));
    if day == Some(Day::UnknownStart) {
        return None;
    }
    first_day(row, "gained_on", "資格取得年月日", flaws)
}

/// Holds rows that end without a cause, but where the insurance goes on that very day: a change of household.
fn lost_or_moved(rows: &mut [Staged]) {
    let begins: BTreeSet<Date> = rows
        .iter()
        .filter_map(|row| row.stated.as_ref().map(|stated| stated.from))
        .collect();
    for row in rows {
        let unexplained = row.stated.as_ref().is_some_and(|stated| {
            stated.cells.is_empty() && stated.until.is_some_and(|until| !begins.contains(&until))
        });
        if unexplained {
            row.flaws.push(Flaw::hold(
                "資格喪失事由",
                "import.row.loss_cause",
                "喪失日があるのに事由が空で、その日に続く資格もありません".to_owned(),
            ));
        }
    }
}

/// Whether the heads of a household follow one another without a gap over a span.
fn covers(heads: &[HeadEntry], from: Date, until: Option<Date>) -> bool {
    let mut reached = from;
    for head in heads {
        if head.from > reached {
            return false;
        }
        match head.until {
            None => return true,
            Some(end) if end > reached => reached = end,
            Some(_) => {}
        }
        if until.is_some_and(|until| reached >= until) {
            return true;
        }
    }
    false
}
