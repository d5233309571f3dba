//! The list, by due day and number, page by page.

use super::item::{Item, Outcome, Owner, State, Step};
use super::kind::Kind;
use crate::error::OfficeError;
use crate::security::Role;
use db::{Conn, Row, Sql, StoreError, Value};
use law::Date;

/// Items of one page.
pub const PAGE: usize = 50;

const GET: Sql = Sql {
    name: "worklist.get",
    text: "select item_id, kind, person_id, household_id, title, detail, source, due_on, owner_role, owner_staff, \
           state, outcome, opened_act_id, settled_act_id, steps from work_item where item_id = $1",
};
const LIST: Sql = Sql {
    name: "worklist.list",
    text: "select item_id, kind, person_id, household_id, title, detail, source, due_on, owner_role, owner_staff, \
           state, outcome, opened_act_id, settled_act_id, steps from work_item \
           where state = $1 and (due_on > $2 or (due_on = $2 and item_id > $3)) \
           and (cast($4 as text) is null or kind = $4) \
           and (cast($5 as text) is null or cast($5 as text) like '%,' || owner_role || ',%') \
           and (cast($6 as bigint) is null or owner_staff = $6) \
           and (cast($7 as bigint) is null or person_id = $7) \
           and (cast($8 as bigint) is null or household_id = $8) \
           and (cast($9 as text) is null or due_on < $9) \
           order by due_on, item_id limit $10",
};
const COUNTS: Sql = Sql {
    name: "worklist.counts",
    text: "select kind, count(*), cast(sum(case when due_on < $1 then 1 else 0 end) as bigint), min(due_on) \
           from work_item where state = 'open' and (cast($2 as text) is null or cast($2 as text) like '%,' || owner_role || ',%') \
           group by kind order by kind",
};
const STEPS: Sql = Sql {
    name: "worklist.steps",
    text: "select step_no, what, owner_role, owner_staff, due_on, outcome, note, act_id \
           from work_item_step where item_id = $1 order by step_no",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[GET, LIST, COUNTS, STEPS];

/// Which items are wanted. Everything left open wants all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this kind.
    pub kind: Option<Kind>,
    /// Of one of these roles; of any where none is named.
    pub roles: Vec<Role>,
    /// Of this member of staff.
    pub staff_id: Option<i64>,
    /// About this person.
    pub person_id: Option<i64>,
    /// About this household.
    pub household_id: Option<i64>,
    /// 期限超過 alone.
    pub overdue: bool,
    /// Settled ones instead of open ones.
    pub settled: bool,
}

/// Where the next page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Due day of the last item seen.
    pub due_on: Date,
    /// Its number.
    pub item_id: i64,
}

/// A page of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Items.
    pub items: Vec<Item>,
    /// Where the next page begins, when there is one.
    pub next: Option<Cursor>,
}

/// How many wait, of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// Code of the kind.
    pub kind: String,
    /// Its name.
    pub label_ja: String,
    /// Open.
    pub open: i64,
    /// 期限超過.
    pub overdue: i64,
    /// The earliest due day.
    pub first_due_on: Date,
}

/// One page of the list, in the order of due day and number. `today` decides what is overdue.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn list(
    conn: &mut Conn,
    filter: &Filter,
    after: Option<&Cursor>,
    today: Date,
) -> Result<Page, OfficeError> {
    let state = if filter.settled {
        State::Settled
    } else {
        State::Open
    };
    let (due_on, item_id) = after.map_or((Value::from(""), 0), |cursor| {
        (cursor.due_on.into(), cursor.item_id)
    });
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let params = [
        state.code().into(),
        due_on,
        item_id.into(),
        filter.kind.map(|kind| kind.code.to_owned()).into(),
        among(&filter.roles).into(),
        filter.staff_id.into(),
        filter.person_id.into(),
        filter.household_id.into(),
        filter.overdue.then_some(today).into(),
        limit.into(),
    ];
    let mut items = conn.query(&LIST, &params, |row| read(row, today))?;
    let more = items.len() > PAGE;
    items.truncate(PAGE);
    let next = items.last().filter(|_| more).map(|item| Cursor {
        due_on: item.due_on,
        item_id: item.item_id,
    });
    Ok(Page { items, next })
}

/// One item.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn get(conn: &mut Conn, item_id: i64, today: Date) -> Result<Option<Item>, OfficeError> {
    Ok(conn.query_opt(&GET, &[item_id.into()], |row| read(row, today))?)
}

/// How many wait, kind by kind, of some roles; of all where none is named.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn count_by_kind(
    conn: &mut Conn,
    roles: &[Role],
    today: Date,
) -> Result<Vec<Count>, OfficeError> {
    let params = [today.into(), among(roles).into()];
    Ok(conn.query(&COUNTS, &params, |row| {
        let kind = row.text(0)?;
        Ok(Count {
            label_ja: label(&kind),
            kind,
            open: row.int(1)?,
            overdue: row.int(2)?,
            first_due_on: row.date(3)?,
        })
    })?)
}

/// What happened with an item, oldest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn steps(conn: &mut Conn, item_id: i64) -> Result<Vec<Step>, OfficeError> {
    Ok(conn.query(&STEPS, &[item_id.into()], |row| {
        Ok(Step {
            step_no: row.int(0)?,
            what: row.text(1)?,
            owner: owner(row, 2)?,
            due_on: row.date(4)?,
            outcome: Outcome::from_code(row.str(5)?),
            note: row.text(6)?,
            act_id: row.int(7)?,
        })
    })?)
}

/// Some roles as a statement asks for them: every code between commas.
fn among(roles: &[Role]) -> Option<String> {
    (!roles.is_empty()).then(|| format!(",{},", Role::write_list(roles)))
}

fn label(code: &str) -> String {
    Kind::of(code).map_or_else(|| code.to_owned(), |kind| kind.label_ja.to_owned())
}

fn owner(row: &Row<'_>, at: usize) -> Result<Owner, StoreError> {
    let code = row.str(at)?;
    let role = Role::from_code(code)
        .ok_or_else(|| row.wrong(at, format!("役割「{code}」を知りません")))?;
    Ok(Owner {
        role,
        staff_id: row.opt_int(at + 1)?,
    })
}

fn read(row: &Row<'_>, today: Date) -> Result<Item, StoreError> {
    let kind = row.text(1)?;
    let state = match row.str(10)? {
        "open" => State::Open,
        "settled" => State::Settled,
        other => return Err(row.wrong(10, format!("状態「{other}」を知りません"))),
    };
    let due_on = row.date(7)?;
    Ok(Item {
        item_id: row.int(0)?,
        kind_ja: label(&kind),
        kind,
        person_id: row.opt_int(2)?,
        household_id: row.opt_int(3)?,
        title: row.text(4)?,
        detail: row.text(5)?,
        source: row.text(6)?,
        due_on,
        overdue: state == State::Open && due_on < today,
        owner: owner(row, 8)?,
        state,
        outcome: Outcome::from_code(row.str(11)?),
        opened_act_id: row.int(12)?,
        settled_act_id: row.opt_int(13)?,
        steps: row.int(14)?,
    })
}
