//! 一覧の再掲 — a double insurance that is known, told again: with something new, or after its loss was taken back.

use super::find::{self, Rank};
use super::table::{self, State};
use super::{Reported, Taken, matter, settle};
use crate::acts::Act;
use crate::error::OfficeError;
use crate::worklist::{self, Candidate};
use db::{Conn, Span};
use law::Date;

/// What is known, told again. An older list adds nothing to a newer one.
pub(super) fn told(
    conn: &mut Conn,
    act: &Act,
    key: &str,
    (row, rank): (&Reported, Rank),
    on: Date,
) -> Result<Taken, OfficeError> {
    let Some(kept) = &table::of_key(conn, key)? else {
        return Ok(Taken::Known);
    };
    let insured = find::insured_in(conn, kept.person_id, row.gained_on, row.lost_on)?;
    let person_id = kept.person_id;
    let newer = row.as_of >= kept.row.as_of && row.lost_on != kept.row.lost_on;
    let taken_back = kept.state == State::Lost && insured.is_some();
    if !newer && !taken_back {
        return Ok(Taken::Known);
    }
    let Some(household_id) = insured else {
        let stays = (kept.state, kept.item_id, kept.rank);
        table::told_again(conn, act, kept, row, stays)?;
        return Ok(row
            .lost_on
            .map_or(Taken::Known, |_| Taken::Ended { person_id }));
    };
    settle(conn, act, kept, "後の一覧で内容が変わった", on)?;
    let source = format!("overlap/{}/{}", kept.row_id, act.id.0);
    let item = matter(row, (person_id, household_id, rank), &source, on);
    let item_id = worklist::open(conn, act, &item)?;
    table::told_again(conn, act, kept, row, (State::Found, item_id, rank))?;
    Ok(Taken::Matter { person_id, rank })
}

/// 日の訂正 — a row that says another 資格取得日 of an insurance that an older list named: what waits for that day waits for it no more.
/// One that was over before this one began is another insurance.
pub(super) fn corrected(
    conn: &mut Conn,
    act: &Act,
    (person_id, row): (i64, &Reported),
    on: Date,
) -> Result<(), OfficeError> {
    let new = Span::new(row.gained_on, row.lost_on);
    for kept in table::of_insurer(conn, &row.of_both(person_id))? {
        let old = Span::new(kept.row.gained_on, kept.row.lost_on);
        let same = kept.row.gained_on != row.gained_on && old.intersection(new).is_some();
        if same && kept.row.as_of < row.as_of {
            table::set_state(conn, kept.row_id, kept.state, State::Denied, act)?;
            let note = "後の一覧で資格取得日が変わった";
            settle(conn, act, &kept, note, on)?;
            Candidate::withdraw(conn, act, person_id, note, |one| {
                one.occurred_on == kept.row.gained_on && asks(&one.cause)
            })?;
        }
    }
    Ok(())
}

/// Whether a candidate of a cause follows from this list.
fn asks(cause: &str) -> bool {
    ["ex_officio_insurance", "joined_insurance"].contains(&cause)
}
