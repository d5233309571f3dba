//! 重複の受入れ — a row of a list: a matter of its own, one that is known, or something new about one that is.

use super::find::{self, Rank};
use super::table::{self, Kept, State};
use super::{Reported, settle};
use crate::acts::Act;
use crate::error::OfficeError;
use crate::worklist::{self, ELIGIBILITY_OVERLAP, NewItem};
use db::Conn;
use law::Date;

/// What became of a row of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// A matter of the work list, for a person found with a rank: a new one, or one whose row says something else now.
    Matter {
        /// Whom it is about.
        person_id: i64,
        /// How sure that is.
        rank: Rank,
    },
    /// The same double insurance is on the list already.
    Known,
    /// The double insurance is over here, and the list tells now when the other one ended: the 取得 after it is to be asked for.
    Ended {
        /// Whom it is about.
        person_id: i64,
    },
    /// The person found is not insured here on those days: nothing overlaps.
    NoOverlap,
}

/// 重複の受入れ — matches a row, and opens the matter once; again when a later list says something else, or when the loss
/// that closed it was taken back.
///
/// 根拠: 国民健康保険法 第6条・第7条・第8条第1項
///
/// # Errors
/// [`OfficeError::Input`] beside the item when nobody, or more than one person, fits.
pub fn take(conn: &mut Conn, act: &Act, row: &Reported, on: Date) -> Result<Taken, OfficeError> {
    let (person_id, rank) = find::person(conn, row)?;
    let key = row.key(person_id);
    let insured = find::insured_in(conn, person_id, row.gained_on, row.lost_on)?;
    if let Some(kept) = table::known(conn, &key)? {
        return again(conn, act, &kept, (row, rank), (insured, on));
    }
    let Some(household_id) = insured else {
        return Ok(Taken::NoOverlap);
    };
    let source = format!("overlap/{key}");
    let item = matter(row, (person_id, household_id, rank), &source, on);
    let item_id = worklist::open(conn, act, &item)?;
    table::insert(conn, act, &key, person_id, rank, item_id, row)?;
    Ok(Taken::Matter { person_id, rank })
}

/// What is known, told again. An older list adds nothing to a newer one.
fn again(
    conn: &mut Conn,
    act: &Act,
    kept: &Kept,
    (row, rank): (&Reported, Rank),
    (insured, on): (Option<i64>, Date),
) -> Result<Taken, OfficeError> {
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

fn matter(
    row: &Reported,
    (person_id, household_id, rank): (i64, i64, Rank),
    source: &str,
    on: Date,
) -> NewItem {
    // A period that is over asks for both: the insurance here ends with it and begins again after it.
    let back = row.lost_on.map_or_else(String::new, |until| {
        let day = law::era::wareki(until);
        format!("、{day}に離脱: その日からの取得を確かめる")
    });
    let title = format!(
        "{}から{}に加入: 国保の喪失を確かめる{back}（{}）",
        law::era::wareki(row.gained_on),
        row.insurer_name,
        rank.label_ja()
    );
    NewItem {
        household_id: Some(household_id),
        detail: rank.label_ja().to_owned(),
        ..NewItem::about_person(ELIGIBILITY_OVERLAP, person_id, source, &title, on)
    }
}
