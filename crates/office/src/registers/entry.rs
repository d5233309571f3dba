//! 台帳の記入 — a step of an entry, by one person or by two.

use super::kind::{Register, Step};
use super::read::{self, Entry};
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{ConfirmRegister, KeepRegister, Permit};
use db::{Conn, Sql};
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
    let due_on = due(step, given, acting.business_date)?;
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
    once(conn, register, entry_id, given)?;
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
    Ok(if step.two_persons {
        Taken::AwaitsSecond(entry_id)
    } else {
        Taken::Done(entry_id)
    })
}

/// 二人目: agrees to the step that waits.
///
/// # Errors
/// A refusal where it is the person who took it; [`OfficeError::Conflict`] where none waits.
pub fn agree(
    conn: &mut Conn,
    (acting, permit): (&Acting, &Permit<ConfirmRegister>),
    register: &Register,
    entry_id: i64,
) -> Result<(), OfficeError> {
    confirm(conn, (acting, permit), register, entry_id, (true, ""))
}

/// 二人目: turns the step that waits down; the entry stays as it was.
///
/// # Errors
/// As [`agree`], and [`OfficeError::Input`] without a reason.
pub fn turn_down(
    conn: &mut Conn,
    (acting, permit): (&Acting, &Permit<ConfirmRegister>),
    register: &Register,
    (entry_id, reason): (i64, &str),
) -> Result<(), OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::input("差し戻しの理由", "入力してください"));
    }
    confirm(conn, (acting, permit), register, entry_id, (false, reason))
}

fn confirm(
    conn: &mut Conn,
    (acting, permit): (&Acting, &Permit<ConfirmRegister>),
    register: &Register,
    entry_id: i64,
    (agreed, reason): (bool, &str),
) -> Result<(), OfficeError> {
    let entry = required(conn, register, entry_id)?;
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

fn once(
    conn: &mut Conn,
    register: &Register,
    entry_id: i64,
    given: &Given,
) -> Result<(), OfficeError> {
    for (code, value) in given {
        let Some(field) = register.field(code).filter(|field| field.once) else {
            continue;
        };
        let done = conn.savepoint(|conn| {
            conn.execute(
                &INSERT_ONCE,
                &[
                    register.code.as_str().into(),
                    code.as_str().into(),
                    value.as_str().into(),
                    entry_id.into(),
                ],
            )
        });
        match done {
            Ok(_) => {}
            Err(error) if error.is_duplicate() => {
                return Err(OfficeError::input(
                    &field.name,
                    &format!("「{value}」は登録されています"),
                ));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
