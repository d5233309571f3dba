//! 保存期間と消去 — what has outlived its term, who is held back, what one proposed and another answers, and the certificate.

pub mod one;

use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::Fields;
use crate::security::pages::{Sheet, or_again};
use crate::security::random_token;
use crate::view::FieldError;
use crate::view::cards::{Action, Card, Cell, Note, Table};
use crate::view::entry::{Field, Form, Input};
use crate::view::format::{count, day_ja};
use crate::view::layout::Tone;
use axum::extract::Path;
use axum::response::Response;
use law::rules::levy::Status;
use office::OfficeError;
use office::retention::hold::{self, HoldKind, NewHold};
use office::retention::{self, On, Proposal};
use office::security::permit::ProposeErasure;

fn on<'d>(desk: &'d Desk) -> Result<On<'d>, OfficeError> {
    let city = &desk.app().config().municipality_code;
    Ok(On::new(
        desk.book()?,
        city,
        (desk.business_date(), desk.now()),
    )?)
}

fn name_of(desk: &Desk, class: &str) -> Result<String, OfficeError> {
    let classes = desk.book()?.retention_classes();
    let found = classes.into_iter().find(|(code, _)| *code == class);
    Ok(found.map_or_else(|| class.to_owned(), |(_, name)| name.to_owned()))
}

/// What is due, class by class; proposals and holds.
pub async fn list(desk: Desk) -> Response {
    desk.answer(|desk| {
        desk.permit::<ProposeErasure>()?;
        desk.record("retention", None)?;
        show(desk, &Fields::default(), Vec::new())
    })
    .await
}

fn show(desk: &Desk, fields: &Fields, errors: Vec<FieldError>) -> Result<Response, OfficeError> {
    let mut sheet = Sheet::new("保存期間と消去");
    let (classes, draft) = classes(desk, fields)?;
    if draft {
        sheet.notes.push(Note::new(
            Tone::Warn,
            "確かめていない年限があります",
            vec![
                "「仮」の年限は市の文書管理規程で確かめてから消去してください。年限は rules/municipal の保存年限と rules/national/retention.toml にあります。"
                    .to_owned(),
            ],
        ));
    }
    sheet.cards.push(classes);
    sheet.cards.push(proposals(desk)?);
    sheet.cards.push(holds(desk)?);
    sheet.cards.push(new_hold(fields)?);
    sheet.show(desk, errors)
}

fn classes(desk: &Desk, fields: &Fields) -> Result<(Card, bool), OfficeError> {
    let on = on(desk)?;
    let columns = [
        "記録の区分",
        "#年限",
        "この日より前に終わったもの",
        "#消去できる件数",
        "消去しないもの",
    ];
    let mut table = Table::new("記録の区分ごとの消去の時期", &columns);
    let mut choices = Vec::new();
    let mut draft = false;
    for (class, name) in on.book.retention_classes() {
        let due = desk.store().read(|conn| retention::due(conn, on, class))?;
        draft |= due.kept.status == Status::Draft;
        let small = if due.kept.status == Status::Draft {
            "仮"
        } else {
            ""
        };
        let before = due
            .closed_before
            .map_or_else(|| "消去しない".to_owned(), day_ja);
        let held: Vec<String> = due
            .held
            .iter()
            .map(|(why, rows)| format!("{} {}件", why.label_ja(), rows))
            .collect();
        let number = i64::try_from(due.keys.len()).unwrap_or(i64::MAX);
        table.row(vec![
            name.into(),
            Cell::beside(&format!("{}年", due.kept.years), small),
            before.into(),
            count(number).into(),
            held.join("、").into(),
        ]);
        if number > 0 {
            choices.push((class.to_owned(), name.to_owned()));
        }
    }
    let mut card = Card::new("区分ごとの時期", "w12").with_table(table, "");
    card.beside = format!("{} 現在", day_ja(on.day));
    if !choices.is_empty() {
        card.form = Some(
            Form::post("/retention")
                .fields(vec![
                    Field::new(
                        Input::Choice(choices),
                        "class",
                        "消去する区分",
                        fields.text("class"),
                    )
                    .hint("賦課、資格、宛名の順に消去します"),
                    Field::new(Input::Text, "reason", "理由", fields.text("reason")).wide(),
                ])
                .hide("request_id", &random_token()?)
                .button("消去を提案する", "", "main"),
        );
    }
    Ok((card, draft))
}

fn proposals(desk: &Desk) -> Result<Card, OfficeError> {
    let columns = ["#番号", "区分", "提案", "#件数", "理由", "状態"];
    let mut table = Table::new("消去の提案", &columns);
    for one in desk.store().read(retention::proposals)? {
        let href = format!("/retention/{}", one.erasure_id);
        table.row(vec![
            Cell::link(&one.erasure_id.to_string(), &href),
            name_of(desk, &one.class)?.into(),
            Cell::beside(&one.proposer, &day_ja(one.proposed_on)),
            count(one.keys).into(),
            one.reason.as_str().into(),
            state(&one),
        ]);
    }
    Ok(Card::new("消去の提案と結果", "w12").with_table(table, "提案はまだありません。"))
}

fn state(one: &Proposal) -> Cell {
    match (one.approved, one.rows) {
        (None, _) => Cell::badge("承認待ち", Tone::Warn),
        (Some(false), _) => Cell::badge("却下", Tone::Plain),
        (Some(true), rows) => Cell::beside("消去済", &format!("{}行", count(rows.unwrap_or(0)))),
    }
}

fn holds(desk: &Desk) -> Result<Card, OfficeError> {
    let columns = ["#番号", "種類", "対象", "理由", "見直す日"];
    let mut table = Table::new("消去の保留", &columns);
    for one in desk.store().read(hold::standing)? {
        let of = match (one.person_id, one.household_id) {
            (Some(person), _) => format!("宛名番号 {person}"),
            (None, household) => format!("世帯 {}", household.unwrap_or(0)),
        };
        let past = one.review_on <= desk.business_date();
        let mut review = Cell::from(day_ja(one.review_on).as_str());
        if past {
            review.small = "見直しの時期です".to_owned();
        }
        let number = one.request.map_or_else(
            || one.hold_id.to_string(),
            |request| format!("台帳{request}"),
        );
        let row = table.row(vec![
            number.into(),
            one.kind.label_ja().into(),
            of.into(),
            one.ground.as_str().into(),
            review,
        ]);
        // A request holds until it is closed where it stands.
        if one.request.is_none() {
            row.actions.push(Action::post(
                "解除する",
                &format!("/retention/holds/{}/end", one.hold_id),
                &[("reason", "事由がなくなったことを確かめた")],
            ));
        }
    }
    let empty = "保留している人と世帯はありません。";
    Ok(Card::new("消去の保留", "w12").with_table(table, empty))
}

fn new_hold(fields: &Fields) -> Result<Card, OfficeError> {
    let kinds = HoldKind::all()
        .map(|(code, label)| (code.to_owned(), label.to_owned()))
        .collect();
    let mut card = Card::new("保留する", "w12");
    card.form = Some(
        Form::post("/retention/holds")
            .fields(vec![
                Field::new(Input::Choice(kinds), "kind", "種類", fields.text("kind")),
                Field::new(Input::Text, "person", "宛名番号", fields.text("person"))
                    .hint("人か世帯のどちらか一方"),
                Field::new(
                    Input::Text,
                    "household",
                    "世帯番号",
                    fields.text("household"),
                ),
                Field::new(
                    Input::Day,
                    "review_on",
                    "見直す日",
                    fields.text("review_on"),
                )
                .hint("この日を過ぎても自動では解除されません"),
                Field::new(Input::Text, "ground", "保留の理由", fields.text("ground")).wide(),
            ])
            .hide("request_id", &random_token()?)
            .button("保留する", "", "main"),
    );
    Ok(card)
}

/// Proposes to erase a class.
pub async fn propose(posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<ProposeErasure>()?;
            let acting = desk.acting(fields.text("request_id"));
            let on = on(desk)?;
            let asked = (fields.text("class"), fields.text("reason"));
            let done = desk
                .store()
                .write(|conn| retention::propose(conn, (&acting, &permit), on, asked))
                .map(|id| answer::go(&format!("/retention/{id}")));
            or_again(done, &[("理由", "reason")], |errors| {
                show(desk, &fields, errors)
            })
        })
        .await
}

/// Places a hold.
pub async fn place_hold(posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<ProposeErasure>()?;
            let acting = desk.acting(fields.text("request_id"));
            let done = read_hold(desk, &fields)
                .and_then(|new| {
                    desk.store()
                        .write(|conn| hold::place(conn, (&acting, &permit), &new))
                })
                .map(|_| answer::go("/retention"));
            let ids = [
                ("宛名番号・世帯番号", "person"),
                ("宛名番号", "person"),
                ("世帯番号", "household"),
                ("保留の理由", "ground"),
                ("見直す日", "review_on"),
                ("種類", "kind"),
            ];
            or_again(done, &ids, |errors| show(desk, &fields, errors))
        })
        .await
}

fn read_hold(desk: &Desk, fields: &Fields) -> Result<NewHold, OfficeError> {
    let number = |name: &str, label: &str| match fields.text(name) {
        "" => Ok(None),
        text => text
            .parse::<i64>()
            .map(Some)
            .map_err(|_| OfficeError::input(label, "数字で入力してください")),
    };
    Ok(NewHold {
        kind: HoldKind::from_code(fields.text("kind"))
            .ok_or_else(|| OfficeError::input("種類", "一つ選んでください"))?,
        person_id: number("person", "宛名番号")?,
        household_id: number("household", "世帯番号")?,
        ground: fields.text("ground").to_owned(),
        review_on: law::era::date_input(fields.text("review_on"), desk.business_date())
            .map_err(|error| OfficeError::input("見直す日", &error.to_string()))?,
    })
}

/// Ends a hold.
pub async fn end_hold(Path(hold_id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<ProposeErasure>()?;
            let acting = desk.acting("");
            let reason = fields.text("reason");
            desk.store()
                .write(|conn| hold::end(conn, (&acting, &permit), hold_id, reason))?;
            Ok(answer::go("/retention"))
        })
        .await
}
