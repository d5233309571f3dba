//! 交付の記録の訂正 — the form under a paper, and what was corrected before.

use crate::desk::Desk;
use crate::fields::Fields;
use crate::security::random_token;
use crate::view::FieldError;
use crate::view::cards::{Card, Cell, Table};
use crate::view::entry::{Field, Form, Input};
use crate::view::format::day_ja;
use db::Conn;
use office::certificate::Certificate;
use office::certificate::correct::{Entry, correct, corrections};
use office::certificate::record::Division;
use office::security::permit::{Function, IssueCertificate};
use office::{Acting, OfficeError, trail};

/// Names of fields in words, and in the form.
const NAMES: [(&str, &str); 4] = [
    ("交付事由", "reason"),
    ("異動日", "occurred_on"),
    ("申請日", "applied_on"),
    ("訂正の理由", "note"),
];

/// The field of the form that an input error speaks of.
pub(super) fn field(label: &str) -> Option<&'static str> {
    let found = NAMES.iter().find(|(name, _)| *name == label);
    found.map(|(_, field)| *field)
}

/// The record and its form; none where there is nothing to show and nothing may be done.
///
/// # Errors
/// [`OfficeError`].
pub(super) fn card(desk: &Desk, found: &Certificate) -> Result<Option<Card>, OfficeError> {
    let id = found.certificate_id;
    let made = desk.store().read(|conn| corrections(conn, id))?;
    let may = desk.session().may(IssueCertificate::CODE);
    if made.is_empty() && !may {
        return Ok(None);
    }
    let mut card = Card::new("交付の記録の訂正", "w12");
    if !made.is_empty() {
        card = card.with_table(desk.store().read(|conn| table(conn, id))?, "");
    }
    if may {
        let last = made.last().map_or(0, |one| one.correction_no);
        card.form = Some(form(found, last)?);
    }
    Ok(Some(card))
}

fn table(conn: &mut Conn, id: i64) -> Result<Table, OfficeError> {
    let columns = [
        "交付区分",
        "交付事由",
        "異動日",
        "申請日",
        "訂正の理由",
        "職員",
        "処理",
    ];
    let mut table = Table::new("訂正の経過", &columns);
    for one in corrections(conn, id)?.iter().rev() {
        let by = trail::find(conn, one.act_id)?;
        let entry = &one.entry;
        table.row(vec![
            entry.division.label_ja().into(),
            entry.reason.as_str().into(),
            day_ja(entry.occurred_on).into(),
            entry.applied_on.map_or_else(String::new, day_ja).into(),
            one.note.as_str().into(),
            by.map_or_else(String::new, |act| act.staff_name).into(),
            Cell::link(&one.act_id.to_string(), &format!("/acts/{}", one.act_id)),
        ]);
    }
    Ok(table)
}

fn form(found: &Certificate, last: i64) -> Result<Form, OfficeError> {
    let divisions = Division::ALL
        .map(|one| (one.code().to_owned(), one.label_ja().to_owned()))
        .to_vec();
    let applied = found.applied_on.map_or_else(String::new, day_ja);
    let action = format!("/certificates/{}", found.certificate_id);
    Ok(Form::post(&action)
        .fields(vec![
            Field::new(
                Input::Choice(divisions),
                "division",
                "交付区分",
                found.division.code(),
            ),
            Field::new(Input::Text, "reason", "交付事由", &found.reason),
            Field::new(
                Input::Day,
                "occurred_on",
                "異動日",
                &day_ja(found.occurred_on),
            ),
            Field::new(Input::Day, "applied_on", "申請日", &applied),
            Field::new(Input::Text, "note", "訂正の理由", "").hint(
                "券面の発効期日・有効期限・長期該当・送付先は差替えで、回収・返戻の日は処理の取消で直します",
            ),
        ])
        .hide("what", "correct")
        .hide("seen", &last.to_string())
        .hide("request_id", &random_token()?)
        .button("訂正する", "confirm", "main"))
}

/// Does what the form orders.
///
/// # Errors
/// [`OfficeError`].
pub(super) fn order(
    desk: &Desk,
    acting: &Acting,
    id: i64,
    fields: &Fields,
) -> Result<(), OfficeError> {
    let permit = desk.permit::<IssueCertificate>()?;
    let mut errors: Vec<FieldError> = Vec::new();
    let today = desk.business_date();
    let occurred = fields.day("occurred_on", "異動日", today, &mut errors);
    let applied = fields.day("applied_on", "申請日", today, &mut errors);
    if let Some(error) = errors.first() {
        let found = NAMES.iter().find(|(_, field)| *field == error.field);
        let label = found.map_or("異動日", |(label, _)| *label);
        return Err(OfficeError::input(label, &error.message));
    }
    let occurred_on =
        occurred.ok_or_else(|| OfficeError::input("異動日", "異動日を入れてください"))?;
    let division = Division::of(fields.text("division"))
        .ok_or_else(|| OfficeError::input("交付区分", "交付区分を一覧から選んでください"))?;
    let entry = Entry {
        division,
        reason: fields.text("reason").to_owned(),
        occurred_on,
        applied_on: applied,
    };
    // A form that was made by hand names no state it has seen: it is told of the one there is.
    let seen = fields.text("seen").parse().unwrap_or(-1);
    let note = fields.text("note");
    correct(desk.store(), &permit, acting, (id, seen), (&entry, note))?;
    Ok(())
}
