//! 変更の流れ — one way for everything a clerk changes: form, preview, confirmation, done.
//!
//! The preview is the deed carried out and rolled back. The confirmation says which state it was given on; when the
//! household has changed since, the page says who changed what and asks again. What was typed travels with every step,
//! and the same order sent twice is carried out once.

pub mod difference;
mod digest;
mod levy_change;

use digest::digest;
pub use levy_change::{blocks, books};

use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::registry::household;
use crate::security::random_token;
use crate::view::FieldError;
use crate::view::cards::{Card, CardsPage, Form, Note};
use crate::view::layout::Tone;
use crate::view::levy::PreviewBlock;
use axum::http::StatusCode;
use axum::response::Response;
use db::Conn;
use office::{Acting, OfficeError, trail};

/// Whom a change is about; the household stays in sight and is watched for the changes of others.
#[derive(Clone, Copy, Debug, Default)]
pub struct About {
    /// 国保世帯番号.
    pub household: Option<i64>,
    /// 宛名番号, to be recorded.
    pub person: Option<i64>,
    /// Which tab of the household it belongs to.
    pub tab: &'static str,
}

/// What a preview shows.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// What will be written, name and value.
    pub facts: Vec<(String, String)>,
    /// What it does to the levy.
    pub blocks: Vec<PreviewBlock>,
    /// What it does to anything else.
    pub cards: Vec<Card>,
    /// What has to be read first.
    pub notes: Vec<Note>,
    /// What else makes this preview another one than before; the facts and figures above are counted anyway.
    pub mark: String,
}

/// The page before anything is sent: fields, and what helps to fill them.
#[derive(Clone, Debug, Default)]
pub struct Blank {
    /// The fields, without buttons.
    pub form: Form,
    /// Beside the form.
    pub cards: Vec<Card>,
    /// What has to be read first.
    pub notes: Vec<Note>,
}

/// Something a clerk changes.
pub trait Change: Sized + Send + Sync + 'static {
    /// What was typed, read.
    type Order;

    /// Name of the page.
    fn title(&self) -> String;
    /// Whom it is about.
    fn about(&self) -> About;
    /// Asks for the permit, so that nobody sees a page whose order would be refused.
    ///
    /// # Errors
    /// [`OfficeError::Refusal`].
    fn allow(&self, desk: &Desk) -> Result<(), OfficeError>;
    /// The fields with what was typed, or with what stands.
    ///
    /// # Errors
    /// [`OfficeError`]; a refusal becomes a page of its own.
    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError>;
    /// Reads what was typed; what cannot be read is noted.
    ///
    /// # Errors
    /// [`OfficeError`].
    fn read(
        &self,
        desk: &Desk,
        conn: &mut Conn,
        fields: &Fields,
        errors: &mut Vec<FieldError>,
    ) -> Result<Option<Self::Order>, OfficeError>;
    /// What it would do.
    ///
    /// # Errors
    /// [`OfficeError`]; an input or a refusal goes back to the form.
    fn show(&self, desk: &Desk, order: &Self::Order) -> Result<Shown, OfficeError>;
    /// Does it.
    ///
    /// # Errors
    /// As [`Change::show`].
    fn carry_out(
        &self,
        desk: &Desk,
        order: &Self::Order,
        acting: &Acting,
    ) -> Result<(), OfficeError>;
    /// Where it is shown when it is done; the act is 0 where none was written.
    fn done(&self, act: i64) -> String;
    /// The field an input error belongs to, from its Japanese name.
    fn field_of(&self, label: &str) -> String;
    /// Where one goes without doing anything.
    fn back(&self) -> String;
    /// What the button says.
    fn verb(&self) -> &'static str {
        "この内容で登録する"
    }
}

/// The form.
pub async fn open<C: Change>(desk: Desk, change: C, asked: Vec<(String, String)>) -> Response {
    desk.answer(move |desk| {
        change.allow(desk)?;
        record(desk, &change)?;
        form(desk, &change, &Fields::new(asked), Vec::new())
    })
    .await
}

/// What was sent: a form to be shown again, looked at, or confirmed.
pub async fn send<C: Change>(posted: Posted, change: C) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            change.allow(desk)?;
            record(desk, &change)?;
            let step = fields.text("do");
            if step == "edit" || step.starts_with("more") {
                return form(desk, &change, &fields, Vec::new());
            }
            // What was done already is not read again: the register has moved on by the order itself.
            if let Some(done) = carried_out_before(desk, &change, &fields)? {
                return Ok(done);
            }
            let mut errors = Vec::new();
            let read = desk
                .store()
                .read(|conn| change.read(desk, conn, &fields, &mut errors));
            let order = match read {
                Ok(Some(order)) if errors.is_empty() => order,
                Ok(_) => return form(desk, &change, &fields, errors),
                Err(error) => return refused(desk, &change, &fields, error),
            };
            let answered = if step == "confirm" {
                confirm(desk, &change, &fields, &order)
            } else {
                change.show(desk, &order).and_then(|shown| {
                    preview(desk, &change, &fields, shown, Vec::new(), StatusCode::OK)
                })
            };
            answered.or_else(|error| refused(desk, &change, &fields, error))
        })
        .await
}

fn record<C: Change>(desk: &Desk, change: &C) -> Result<(), OfficeError> {
    let about = change.about();
    match about.person.or(about.household) {
        Some(subject) => {
            desk.record("registry.register", Some(subject))?;
            desk.record_behind()
        }
        None => Ok(()),
    }
}

/// The form again, with what is wrong beside its field.
fn refused<C: Change>(
    desk: &Desk,
    change: &C,
    fields: &Fields,
    error: OfficeError,
) -> Result<Response, OfficeError> {
    if let Some(done) = carried_out_before(desk, change, fields)? {
        return Ok(done);
    }
    let mut errors = Vec::new();
    match error {
        OfficeError::Input { field, message } => {
            note(
                &mut errors,
                &change.field_of(&field),
                &format!("{field}: {message}"),
            );
        }
        OfficeError::Refusal(refusal)
            if refusal.code != office::security::authorize::NOT_PERMITTED =>
        {
            let clause = refusal
                .clause
                .map_or_else(String::new, |clause| format!("（根拠 {clause}）"));
            note(&mut errors, "", &format!("{}{clause}", refusal.message_ja));
        }
        OfficeError::Conflict(message) => note(&mut errors, "", &message),
        other => return Err(other),
    }
    form(desk, change, fields, errors)
}

/// An order that was carried out already leads to what it did.
fn carried_out_before<C: Change>(
    desk: &Desk,
    change: &C,
    fields: &Fields,
) -> Result<Option<Response>, OfficeError> {
    let request = fields.text("request_id");
    if request.is_empty() || fields.text("do") != "confirm" {
        return Ok(None);
    }
    let found = desk.store().read(|conn| trail::by_request(conn, request))?;
    Ok(found
        .filter(|act| act.staff_id == desk.session().staff_id())
        .map(|act| answer::go(&change.done(act.act_id))))
}

fn form<C: Change>(
    desk: &Desk,
    change: &C,
    fields: &Fields,
    errors: Vec<FieldError>,
) -> Result<Response, OfficeError> {
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let (blank, subject, seen) = desk.store().read(|conn| {
        let subject = subject(desk, conn, change)?;
        Ok::<_, OfficeError>((
            change.blank(desk, conn, fields)?,
            subject,
            trail::latest_moment(conn)?,
        ))
    })?;
    let mut layout = desk.layout(&change.title());
    layout.subject = subject;
    layout.errors = errors;
    let mut page = CardsPage::new(layout, &change.title());
    page.notes = blank.notes;
    let seen = if fields.has("seen") {
        fields.text("seen").to_owned()
    } else {
        seen.to_string()
    };
    let mut card = Card::new("", if blank.cards.is_empty() { "w12" } else { "w8" });
    // The way on is the first button: it is the one Enter presses.
    let mut form = blank.form;
    let others = std::mem::take(&mut form.buttons);
    let mut form = form
        .hide("seen", &seen)
        .button("確認へ進む", "preview", "main")
        .back("やめて戻る", &change.back());
    form.buttons.extend(others);
    card.form = Some(form);
    page.cards.push(card);
    page.cards.extend(blank.cards);
    answer::page_with(status, &page)
}

fn subject<C: Change>(
    desk: &Desk,
    conn: &mut Conn,
    change: &C,
) -> Result<Option<crate::view::Subject>, OfficeError> {
    let about = change.about();
    match about.household {
        Some(id) => household::subject(desk, conn, id, about.tab),
        None => Ok(None),
    }
}

/// What will be done, to be looked at before it is confirmed.
fn preview<C: Change>(
    desk: &Desk,
    change: &C,
    fields: &Fields,
    shown: Shown,
    before: Vec<Card>,
    status: StatusCode,
) -> Result<Response, OfficeError> {
    let (subject, seen) = desk.store().read(|conn| {
        Ok::<_, OfficeError>((subject(desk, conn, change)?, trail::latest_moment(conn)?))
    })?;
    let digest = digest(&shown);
    let mut layout = desk.layout(&format!("{}の確認", change.title()));
    layout.subject = subject;
    let mut page = CardsPage::new(layout, &format!("{}の確認", change.title()));
    page.aside = "まだ何も変わっていません".to_owned();
    page.notes = shown.notes;
    let nothing = shown.blocks.is_empty() && shown.cards.is_empty();
    page.blocks = shown.blocks;
    page.cards = before;
    let mut card = Card::new("登録する内容", if nothing { "w12" } else { "w6" });
    for (name, value) in &shown.facts {
        card.fact(name, value.as_str());
    }
    page.cards.push(card);
    page.cards.extend(shown.cards);
    // A page that was shown because others were first is given on what is known now.
    let seen = if status == StatusCode::CONFLICT || !fields.has("seen") {
        seen.to_string()
    } else {
        fields.text("seen").to_owned()
    };
    let request = if fields.has("request_id") && status != StatusCode::CONFLICT {
        fields.text("request_id").to_owned()
    } else {
        random_token()?
    };
    let mut form = Form::post("")
        .hide("seen", &seen)
        .hide("digest", &digest)
        .hide("request_id", &request)
        .button(change.verb(), "confirm", "main")
        .button("戻って直す", "edit", "")
        .back("やめて戻る", &change.back());
    for (name, value) in fields.pairs() {
        if !["csrf", "do", "seen", "digest", "request_id"].contains(&name) {
            form = form.hide(name, value);
        }
    }
    let mut card = Card::new("", "w12");
    if nothing {
        card.empty = "賦課・判定・証に変わるものはありません。".to_owned();
    }
    card.form = Some(form);
    page.cards.push(card);
    answer::page_with(status, &page)
}

fn confirm<C: Change>(
    desk: &Desk,
    change: &C,
    fields: &Fields,
    order: &C::Order,
) -> Result<Response, OfficeError> {
    let seen = fields.text("seen").parse::<i64>().unwrap_or(0);
    let since = match change.about().household {
        Some(household) => desk
            .store()
            .read(|conn| difference::since(desk, conn, household, seen))?,
        None => Vec::new(),
    };
    let shown = change.show(desk, order)?;
    if !since.is_empty() || digest(&shown) != fields.text("digest") {
        if let Some(done) = carried_out_before(desk, change, fields)? {
            return Ok(done);
        }
        return overtaken(desk, change, fields, shown, since);
    }
    let acting = desk.acting(fields.text("request_id"));
    change.carry_out(desk, order, &acting)?;
    let act = desk
        .store()
        .read(|conn| trail::by_request(conn, fields.text("request_id")))?
        .map_or(0, |act| act.act_id);
    Ok(answer::go(&change.done(act)))
}

/// Somebody was first: who, what, and what the order would do now.
fn overtaken<C: Change>(
    desk: &Desk,
    change: &C,
    fields: &Fields,
    mut shown: Shown,
    since: Vec<Card>,
) -> Result<Response, OfficeError> {
    shown.notes.insert(
        0,
        Note::new(
            Tone::Bad,
            "先に変更されています",
            vec![
                "この画面を開いた後に、この世帯か計算の結果が変わりました。まだ何も登録していません。".to_owned(),
                "変わったところと、いま登録した場合の結果を確かめてから、もう一度確定してください。入力した内容は残っています。".to_owned(),
            ],
        ),
    );
    preview(desk, change, fields, shown, since, StatusCode::CONFLICT)
}
