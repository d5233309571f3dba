//! 台帳の記入 — a step of an entry, by one person or by two.

use super::kind::{Register, Step};
use super::read::{self, Entry};
use super::remind;
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{ConfirmRegister, KeepRegister, Permit};
use db::{Conn, Sql, Value};
use law::{Date, Refusal};
use std::collections::BTreeMap;

const INSERT_ENTRY: Sql = Sql {
    name: "registers.insert_entry",
    text: "insert into register_entry (entry_id, register, recorded_at, act_id) values ($1, $2, $3, $4)",
};
const INSERT_STEP: Sql = Sql {
    name: "registers.insert_step",
    text: "insert into register_step (entry_id, step_no, step, state, given, two_persons, closes, due_on, staff_id, \
           business_date, recorded_at, act_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
};
const INSERT_CONFIRMATION: Sql = Sql {
    name: "registers.insert_confirmation",
    text: "insert into register_confirmation (entry_id, step_no, agreed, reason, staff_id, recorded_at, act_id) \
           values ($1, $2, $3, $4, $5, $6, $7)",
};
const INSERT_ONCE: Sql = Sql {
    name: "registers.insert_once",
    text: "insert into register_once (register, field, value, entry_id) values ($1, $2, $3, $4)",
};
const STANDS_ONCE: Sql = Sql {
    name: "registers.stands_once",
    text: "select count(*) from register_once where register = $1 and field = $2 and value = $3",
};

const LOGIN: Sql = Sql {
    name: "registers.login",
    text: "select login from staff where staff_id = $1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[
    INSERT_ENTRY,
    INSERT_STEP,
    INSERT_CONFIRMATION,
    INSERT_ONCE,
    STANDS_ONCE,
    LOGIN,
];

/// Values by the code of their field.
pub type Given = BTreeMap<String, String>;

/// What became of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It counts; the number of the entry.
    Done(i64),
    /// It counts when a second person agrees; the number of the entry.
    AwaitsSecond(i64),
}

/// Takes a step: opens an entry (`on` is `None`) or carries one on. `on` has the number of the entry and how many steps
/// of it were seen.
///
/// # Errors
/// [`OfficeError::Input`] beside a field; [`OfficeError::Conflict`] where somebody else took a step first; a refusal where
/// the step cannot be taken now.
pub fn take_step(
    conn: &mut Conn,
    (acting, permit): (&Acting, &Permit<KeepRegister>),
    register: &Register,
    on: Option<(i64, i64)>,
    (step, given): (&str, &Given),
) -> Result<Taken, OfficeError> {
    let standing = match on {
        Some((entry_id, seen)) => Some(seen_entry(conn, register, entry_id, seen)?),
        None => None,
    };
    let step = allowed(register, standing.as_ref(), step)?;
    check_given(register, step, given)?;
    if let Some(entry) = &standing {
        not_by(conn, entry, step, acting)?;
    }
    let before = standing.as_ref().and_then(|entry| entry.due_on);
    let due_on = if step.keeps_due {
        before
    } else {
        due(step, given, acting.business_date)?
    };
    let details = ActDetails {
        note: format!("{} {}", register.name, step.name),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "register.step", &details)?;
    let (entry_id, step_no) = match &standing {
        Some(entry) => (entry.entry_id, entry.steps + 1),
        None => {
            let entry_id = conn.next_ids("register_entry", 1)?;
            conn.execute(
                &INSERT_ENTRY,
                &[
                    entry_id.into(),
                    register.code.as_str().into(),
                    act.recorded_at.into(),
                    act.id.0.into(),
                ],
            )?;
            (entry_id, 1)
        }
    };
    // What waits for a second person may be turned down: it takes no value from anybody yet.
    if step.two_persons {
        free(conn, register, given)?;
    } else {
        once(conn, register, entry_id, given)?;
    }
    let stored = serde_json::to_string(given)
        .map_err(|error| OfficeError::Bug(format!("台帳の値を書けません: {error}")))?;
    conn.execute(
        &INSERT_STEP,
        &[
            entry_id.into(),
            step_no.into(),
            step.code.as_str().into(),
            step.to.as_str().into(),
            stored.into(),
            step.two_persons.into(),
            step.closes.into(),
            due_on.into(),
            acting.staff_id.into(),
            acting.business_date.into(),
            act.recorded_at.into(),
            act.id.0.into(),
        ],
    )?;
    if step.two_persons {
        return Ok(Taken::AwaitsSecond(entry_id));
    }
    if let Some(entry) = standing.as_ref().filter(|_| !step.keeps_due) {
        remind::answered(conn, &act, entry)?;
    }
    Ok(Taken::Done(entry_id))
}

/// 二人目: agrees to the step that waits. `on` has the number of the entry and how many steps of it were seen.
///
/// # Errors
/// A refusal where it is the person who took it; [`OfficeError::Conflict`] where none waits, or another than was seen.
pub fn agree(
    conn: &mut Conn,
    (acting, permit): (&Acting, &Permit<ConfirmRegister>),
    register: &Register,
    on: (i64, i64),
) -> Result<(), OfficeError> {
    confirm(conn, (acting, permit), register, on, (true, ""))
}

/// 二人目: turns the step that waits down; the entry stays as it was.
///
/// # Errors
/// As [`agree`], and [`OfficeError::Input`] without a reason.
pub fn turn_down(
    conn: &mut Conn,
    (acting, permit): (&Acting, &Permit<ConfirmRegister>),
    register: &Register,
    (on, reason): ((i64, i64), &str),
) -> Result<(), OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::input("差し戻しの理由", "入力してください"));
    }
    confirm(conn, (acting, permit), register, on, (false, reason))
}

fn confirm(
    conn: &mut Conn,
    (acting, permit): (&Acting, &Permit<ConfirmRegister>),
    register: &Register,
    (entry_id, seen): (i64, i64),
    (agreed, reason): (bool, &str),
) -> Result<(), OfficeError> {
    let entry = seen_entry(conn, register, entry_id, seen)?;
    let Some(waiting) = &entry.waiting else {
        return Err(OfficeError::Conflict(format!(
            "{}の{entry_id}番に、確認を待つ手続はありません。開き直してください",
            register.name
        )));
    };
    if waiting.staff_id == acting.staff_id {
        return Err(Refusal::new(
            "registers.second_person",
            "記入した職員は確認できません。ほかの職員が確かめてください".to_owned(),
        )
        .into());
    }
    let step = register.steps.iter().find(|step| step.code == waiting.step);
    if let Some(step) = step.filter(|_| agreed) {
        not_by(conn, &entry, step, acting)?;
    }
    if agreed {
        once(conn, register, entry_id, &waiting.given)?;
    }
    let details = ActDetails {
        note: format!("{} {entry_id}番", register.name),
        ..ActDetails::default()
    };
    let act: Act = acts::begin(conn, acting, permit, "register.confirm", &details)?;
    conn.execute(
        &INSERT_CONFIRMATION,
        &[
            entry_id.into(),
            entry.steps.into(),
            agreed.into(),
            reason.into(),
            acting.staff_id.into(),
            act.recorded_at.into(),
            act.id.0.into(),
        ],
    )?;
    if agreed {
        remind::answered(conn, &act, &entry)?;
    }
    Ok(())
}

/// Whoever a step is taken for is none of the two who take it.
fn not_by(conn: &mut Conn, entry: &Entry, step: &Step, acting: &Acting) -> Result<(), OfficeError> {
    let Some(named) = step
        .not_by
        .as_ref()
        .and_then(|field| entry.values.get(field))
    else {
        return Ok(());
    };
    let own = conn.query_opt(&LOGIN, &[acting.staff_id.into()], |row| row.text(0))?;
    if own.as_ref() == Some(named) {
        return Err(Refusal::new(
            "registers.own_matter",
            format!(
                "「{}」は、この記入で認められる本人（{named}）にはできません。ほかの職員が行ってください",
                step.name
            ),
        )
        .into());
    }
    Ok(())
}

fn required(conn: &mut Conn, register: &Register, entry_id: i64) -> Result<Entry, OfficeError> {
    read::entry(conn, entry_id)?
        .filter(|entry| entry.register == register.code)
        .ok_or_else(|| {
            OfficeError::input(&register.name, &format!("{entry_id}番の記入はありません"))
        })
}

fn seen_entry(
    conn: &mut Conn,
    register: &Register,
    entry_id: i64,
    seen: i64,
) -> Result<Entry, OfficeError> {
    let entry = required(conn, register, entry_id)?;
    if entry.steps != seen {
        return Err(OfficeError::Conflict(format!(
            "{}の{entry_id}番は、開いた後に{}へ進みました。開き直して確かめてください",
            register.name, entry.state
        )));
    }
    Ok(entry)
}

fn allowed<'r>(
    register: &'r Register,
    entry: Option<&Entry>,
    code: &str,
) -> Result<&'r Step, OfficeError> {
    let refuse = |message: String| Err(Refusal::new("registers.step", message).into());
    let Some(step) = register.steps.iter().find(|step| step.code == code) else {
        return Err(OfficeError::input(
            "手続",
            &format!("{}に「{code}」という手続はありません", register.name),
        ));
    };
    match entry {
        None if step.from.is_empty() => Ok(step),
        None => refuse(format!("「{}」は記入済みのものに行う手続です", step.name)),
        Some(entry) if entry.waiting.is_some() => refuse(
            "二人目の確認を待っている手続があります。確認か差し戻しの後に進めてください".to_owned(),
        ),
        Some(entry) if step.from.contains(&entry.state) => Ok(step),
        Some(entry) => refuse(format!(
            "いまは「{}」です。「{}」の手続はできません",
            entry.state, step.name
        )),
    }
}

fn check_given(register: &Register, step: &Step, given: &Given) -> Result<(), OfficeError> {
    for code in &step.asks {
        let value = given.get(code).map_or("", String::as_str);
        if let Some(field) = register.field(code) {
            field.check(value)?;
        }
    }
    for (code, value) in given {
        let known = step.asks.contains(code) || step.takes.contains(code);
        let Some(field) = register.field(code).filter(|_| known) else {
            return Err(OfficeError::input(
                code,
                &format!("「{}」では記入しない項目です", step.name),
            ));
        };
        field.check(value)?;
    }
    Ok(())
}

fn due(step: &Step, given: &Given, today: Date) -> Result<Option<Date>, OfficeError> {
    if let Some(days) = step.due_days {
        return Ok(Some(today.saturating_add(jiff::Span::new().days(days))));
    }
    let Some(day) = step.due_field.as_ref().and_then(|field| given.get(field)) else {
        return Ok(None);
    };
    day.parse()
        .map(Some)
        .map_err(|_| OfficeError::input("期限", "年月日として読めません"))
}

/// The fields that are there once, with their names and values.
fn only_once<'g>(
    register: &'g Register,
    given: &'g Given,
) -> impl Iterator<Item = (&'g str, &'g str, [Value; 3])> {
    given.iter().filter_map(|(code, value)| {
        let field = register.field(code).filter(|field| field.once)?;
        let key = [
            register.code.as_str().into(),
            code.as_str().into(),
            value.as_str().into(),
        ];
        Some((field.name.as_str(), value.as_str(), key))
    })
}

fn is_taken(field: &str, value: &str) -> OfficeError {
    OfficeError::input(field, &format!("「{value}」は登録されています"))
}

fn free(conn: &mut Conn, register: &Register, given: &Given) -> Result<(), OfficeError> {
    for (field, value, key) in only_once(register, given) {
        if conn.query_one(&STANDS_ONCE, &key, |row| row.int(0))? > 0 {
            return Err(is_taken(field, value));
        }
    }
    Ok(())
}

fn once(
    conn: &mut Conn,
    register: &Register,
    entry_id: i64,
    given: &Given,
) -> Result<(), OfficeError> {
    for (field, value, [register, code, kept]) in only_once(register, given) {
        let key = [register, code, kept, entry_id.into()];
        match conn.savepoint(|conn| conn.execute(&INSERT_ONCE, &key)) {
            Ok(_) => {}
            Err(error) if error.is_duplicate() => return Err(is_taken(field, value)),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
