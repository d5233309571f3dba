//! 状態の申出 — one thing a clerk states of a person, a household or a facility: carried out, or shown and rolled back.
//!
//! Whatever is stated here runs through one deed, so that the page of a status shows all that follows before it is
//! confirmed: what it replaces, the matters it opens, the levy where the levy reads the status.

use super::assistance;
use super::circumstances;
use super::describe::{Described, Subject};
use super::facility;
use super::history::{Line, of_subject};
use super::slip;
pub use super::stated::{Order, Stated};
pub use super::taken_back::{Undone, of_act, preview_undo, undo};
use super::whereabouts::{self, AskedHold};
use super::{follow, known};
use crate::acts::{self, Act, ActDetails, ActId, Acting};
use crate::eligibility::request::Books;
use crate::eligibility::{covered, ended, student_head};
use crate::error::OfficeError;
use crate::rehearsal::rolled_back;
use crate::security::permit::{Permit, RegisterFact};
use crate::worklist::{self, Item};
use db::{Conn, Span, Sql, Store};
use law::{Date, Refusal};

const OPENED: Sql = Sql {
    name: "status.order.opened",
    text: "select item_id from work_item where opened_act_id = $1 order by item_id",
};
const SETTLED: Sql = Sql {
    name: "status.order.settled",
    text: "select item_id from work_item where settled_act_id = $1 order by item_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[OPENED, SETTLED];

/// What an order comes to.
#[derive(Clone, Debug, Default)]
pub struct Effect {
    /// What the subject had that is gone.
    pub before: Vec<Line>,
    /// What the subject has that is new.
    pub after: Vec<Line>,
    /// Matters opened on the work list.
    pub opened: Vec<Item>,
    /// Matters taken off it.
    pub closed: Vec<Item>,
    /// What the levy becomes, where it reads the status.
    pub levy: follow::Levied,
    /// What it means in law, and what else a clerk has to look at.
    pub says: Vec<String>,
}

/// What an order would come to: the deed itself, rolled back.
///
/// # Errors
/// What the deed refuses.
pub fn preview(
    store: &Store,
    permit: &Permit<RegisterFact>,
    acting: &Acting,
    order: &Order,
    books: &Books<'_>,
) -> Result<Effect, OfficeError> {
    rolled_back(store, |conn| {
        deed(conn, permit, &acting.without_request(), order, books).map(|done| done.1)
    })
}

/// 登録 — carries an order out.
///
/// # Errors
/// [`OfficeError::Input`] beside the field; [`OfficeError::Refusal`] for what cannot be.
pub fn carry_out(
    store: &Store,
    permit: &Permit<RegisterFact>,
    acting: &Acting,
    order: &Order,
    books: &Books<'_>,
) -> Result<ActId, OfficeError> {
    store.write(|conn| deed(conn, permit, acting, order, books).map(|done| done.0))
}

pub(super) fn described(code: &str) -> Result<&'static Described, OfficeError> {
    Described::find(code).ok_or_else(|| {
        Refusal::new(
            "status.unknown",
            format!("「{code}」という状態はありません。一覧から選んでください"),
        )
        .into()
    })
}

fn deed(
    conn: &mut Conn,
    permit: &Permit<RegisterFact>,
    acting: &Acting,
    order: &Order,
    books: &Books<'_>,
) -> Result<(ActId, Effect), OfficeError> {
    let numbered;
    let order = match order {
        Order::State(stated) if stated.code == "facility" && stated.subject == 0 => {
            let subject = facility::next_number(conn)?;
            numbered = Order::State(Stated {
                subject,
                ..stated.clone()
            });
            &numbered
        }
        other => other,
    };
    let subject = order.subject()?;
    let (kind, note) = order.act();
    let before = of_subject(conn, subject.0, subject.1, None)?;
    let details = ActDetails {
        note,
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, &kind, &details)?;
    write(conn, &act, acting, (books.municipality, order))?;
    let mut effect = Effect::default();
    if order.moves_levy() {
        effect.levy = follow::levy(conn, books, acting, &act, subject.1, &details.note)?;
    }
    effect.says = follow::says(conn, order, acting.business_date)?;
    finish(
        conn,
        &act,
        subject,
        before,
        acting.business_date,
        &mut effect,
    )?;
    Ok((act.id, effect))
}

/// Code of 修学中の者.
const STUDENT: &str = "student";

fn write(
    conn: &mut Conn,
    act: &Act,
    acting: &Acting,
    (own, order): (&str, &Order),
) -> Result<(), OfficeError> {
    let here = (own, acting.business_date);
    match order {
        Order::State(stated) => {
            state(conn, act, stated)?;
            if stated.code == STUDENT {
                ended::answered(conn, act, own, stated.subject)?;
                student_head::of_student(conn, act, here, stated.subject)?;
            }
            covered::of_status(conn, act, stated, here)
        }
        Order::End {
            code,
            subject,
            from,
            ..
        } => {
            end(conn, act, described(code)?, *subject, *from)?;
            if code == STUDENT {
                student_head::of_student(conn, act, here, *subject)?;
            }
            covered::of_end(conn, act, (code, *subject, *from), here)
        }
        Order::Assistance(told) => assistance::apply(conn, act, own, told).map(|_| ()),
        Order::Enter { own, entering } => {
            facility::enter_under(conn, act, (own, here.1), entering).map(|_| ())
        }
        Order::Leave {
            own,
            person_id,
            left_on,
        } => facility::leave_under(conn, act, (own, here.1), *person_id, *left_on).map(|_| ()),
        Order::Hold {
            person_id,
            span,
            stage,
            notice,
            certificate,
            ground,
        } => {
            let asked = AskedHold {
                stage: *stage,
                notice: *notice,
                certificate: *certificate,
                ground,
            };
            let today = acting.business_date;
            whereabouts::hold_under(conn, act, *person_id, *span, &asked, today).map(|_| ())
        }
        Order::Trial {
            person_id,
            found_on,
            trial,
            finding,
        } => {
            let line = (*found_on, *trial, finding.as_str());
            whereabouts::note_under(conn, act, *person_id, line, acting.business_date).map(|_| ())
        }
        Order::Slip(slip) => slip::keep_under(conn, act, slip).map(|_| ()),
        Order::Circumstances {
            household_id,
            reported_on,
            ground,
            evidence,
        } => {
            let said = (ground.as_str(), evidence.as_str());
            circumstances::notify_under(conn, act, *household_id, *reported_on, said).map(|_| ())
        }
    }
}

fn state(conn: &mut Conn, act: &Act, stated: &Stated) -> Result<(), OfficeError> {
    let described = described(&stated.code)?;
    known(conn, described.subject, stated.subject)?;
    let span = (described.span)(&stated.values, stated.span)?;
    if !span.has_days() {
        return Err(OfficeError::input(
            "終了日",
            "終了日は開始日より後の日にしてください",
        ));
    }
    (described.check)(&stated.values, span)?;
    if let Some(old) = stated.replaces
        && described
            .table
            .close(conn, act.stamp(), stated.subject, old)?
            == 0
    {
        return Err(OfficeError::Conflict(format!(
            "訂正する「{}」は、もう登録されていません。読み直してください",
            described.label_ja
        )));
    }
    described
        .table
        .put(conn, act.stamp(), stated.subject, span, &stated.values)?;
    Ok(())
}

fn end(
    conn: &mut Conn,
    act: &Act,
    described: &Described,
    subject: i64,
    from: Date,
) -> Result<(), OfficeError> {
    for fact in described.table.timeline(conn, subject, None)? {
        let stays = Span::new(fact.valid.from, Some(from));
        let check = |span| (described.check)(&fact.values, span);
        if stays.has_days() && fact.valid.holds(from) && check(fact.valid).is_ok() {
            check(stays).map_err(|why| by_correction(described, &why))?;
        }
    }
    let closed = described
        .table
        .close(conn, act.stamp(), subject, Span::new(from, None))?;
    if closed == 0 {
        return Err(Refusal::new(
            "status.nothing",
            format!(
                "{}以後の「{}」は登録されていません。日を確かめてください",
                law::era::wareki(from),
                described.label_ja
            ),
        )
        .into());
    }
    Ok(())
}

/// What stood rightly and would not with an end: more than a day is to be said of it.
fn by_correction(described: &Described, why: &OfficeError) -> OfficeError {
    Refusal::new(
        "status.end.correct",
        format!(
            "「{}」は、終了日のほかにも入れる欄があります（{why}）。「訂正」で終了日と一緒に入れてください",
            described.label_ja
        ),
    )
    .into()
}

/// What changed of the subject and of the work list.
pub(super) fn finish(
    conn: &mut Conn,
    act: &Act,
    subject: (Subject, i64),
    before: Vec<Line>,
    today: Date,
    effect: &mut Effect,
) -> Result<(), OfficeError> {
    let after = of_subject(conn, subject.0, subject.1, None)?;
    effect.before = without(&before, &after);
    effect.after = without(&after, &before);
    effect.opened = items(conn, &OPENED, act, today)?;
    effect.closed = items(conn, &SETTLED, act, today)?;
    Ok(())
}

/// Those of some lines that others do not have.
pub(super) fn without(some: &[Line], others: &[Line]) -> Vec<Line> {
    let same = |one: &Line, other: &Line| {
        one.code == other.code && one.valid == other.valid && one.values == other.values
    };
    let mut left = some.to_vec();
    left.retain(|one| !others.iter().any(|other| same(one, other)));
    left
}

fn items(conn: &mut Conn, sql: &Sql, act: &Act, today: Date) -> Result<Vec<Item>, OfficeError> {
    let ids = conn.query(sql, &[act.id.0.into()], |row| row.int(0))?;
    let mut found = Vec::new();
    for id in ids {
        found.extend(worklist::get(conn, id, today)?);
    }
    Ok(found)
}
