//! 国保資格異動の行 — the events behind the spans of insurance, taken over for people of whom none is known here.

use super::cells::{born_by, date, int, known_day, municipality_of, own_row};
use super::directory::{Directory, HeadEntry};
use super::intake::Municipality;
use super::plan::{Plan, Replace, Staged, Stated, Target, no_duplicates};
use crate::acts::Act;
use crate::eligibility::moves::{self, Taken};
use crate::error::OfficeError;
use crate::registry::InsuredSpan;
use db::Conn;
use exchange::{Flaw, Row};
use law::Date;
use std::collections::BTreeSet;

/// Days that an event can be without; one that is there is known.
const MAY_BE_EMPTY: [(&str, &str); 4] = [
    ("effective_on", "適用年月日"),
    ("prefecture_since", "都道府県資格取得年月日"),
    ("elsewhere_from", "他市区町村住所開始年月日"),
    ("former_since", "特定同一世帯該当年月日"),
];

/// 国保資格異動.
pub(super) struct Moves;

impl Plan for Moves {
    fn subject_item(&self) -> &'static str {
        "person_number"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["history_number", "change", "cause", "occurred_on"]
    }

    /// Nothing is laid in bulk; the table stands for those whose standing facts are read.
    fn target(&self) -> Target {
        Target {
            expected: "and 1 = 0",
            ..Target::of::<InsuredSpan>(Replace::FromFirstDay)
        }
    }

    fn in_any_order(&self) -> bool {
        true
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
        let cells = row
            .cells()
            .into_iter()
            .map(|(name, cell)| (name.to_owned(), cell.to_owned()))
            .collect();
        if let Err(OfficeError::Input { field, message }) = moves::read(&cells) {
            flaws.push(Flaw::hold(&field, "import.row.input", message));
        }
        let occurred_on = known_day(row, "occurred_on", "異動年月日", flaws);
        for (item, field) in MAY_BE_EMPTY {
            if !row.named(item).is_empty() {
                known_day(row, item, field, flaws);
            }
        }
        let day = date(row, "effective_on").or(occurred_on)?;
        let order = (int(row, "history_number"), 0);
        let mut stated = Stated::told(day, cells, order);
        let household = int(row, "household_number");
        stated.household = (household > 0).then_some(household);
        Some(stated)
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
        flaws: &mut [Vec<Flaw>],
    ) -> Result<u64, OfficeError> {
        let Some(subject) = group.first().map(|row| row.subject) else {
            return Ok(0);
        };
        let stated = group.iter().filter_map(|row| row.stated.as_ref());
        let lines = stated.map(|stated| moves::read(&stated.cells));
        let lines = lines.collect::<Result<Vec<_>, _>>()?;
        let taken = moves::take(conn, act, subject, &lines)?;
        if let Some(refusal) = moves::refusal(&taken) {
            for (place, flaws) in flaws.iter_mut().enumerate() {
                if !matches!(&taken, Taken::Strange(places) if !places.contains(&place)) {
                    let message = refusal.message_ja.clone();
                    flaws.push(Flaw::hold("異動区分", refusal.code, message));
                }
            }
        }
        let written = if taken == Taken::Written {
            lines.len()
        } else {
            0
        };
        Ok(u64::try_from(written).unwrap_or(0))
    }

    fn together(&self, rows: &mut [Staged]) {
        no_duplicates(rows, "履歴番号");
        rows.sort_by_key(|row| row.stated.as_ref().map(|stated| stated.order));
    }

    fn against(
        &self,
        conn: &mut Conn,
        directory: &mut Directory,
        row: &Staged,
        flaws: &mut Vec<Flaw>,
    ) -> Result<(), OfficeError> {
        let person = directory.person(conn, row.subject)?;
        born_by(person, row, "異動年月日", flaws);
        let Some((stated, household)) = row
            .stated
            .as_ref()
            .and_then(|stated| Some((stated, stated.household?)))
        else {
            return Ok(());
        };
        let heads = directory.heads(conn, household)?;
        let holds = |head: &HeadEntry| {
            head.from <= stated.from && head.until.is_none_or(|until| stated.from < until)
        };
        if !heads.iter().any(holds) {
            flaws.push(Flaw::hold(
                "国保世帯番号",
                "import.row.unknown_household",
                format!(
                    "国保世帯{household}に、{}の世帯主がありません。国保世帯を先に取り込むか、日を確かめてください",
                    stated.from
                ),
            ));
        }
        Ok(())
    }
}
