//! 状態の画面の札 — what stands on a day, every line ever written, slips and what was tried.

use super::{Whom, columns};
use crate::desk::Desk;
use crate::eligibility::undo::offered;
use crate::fields::Fields;
use crate::registry::household;
use crate::view::cards::{Action, Card, Cell, Table};
use crate::view::entry::{Field, Form, Input};
use crate::view::format::{day_ja, moment_ja};
use crate::view::layout::Tone;
use db::Conn;
use office::eligibility::status::slip::{self, Direction};
use office::eligibility::status::whereabouts::{self, Trial};
use office::eligibility::status::{Subject, every, of_subject};
use office::security::permit::{ApproveEligibility, Function, RegisterEligibility};
use office::{OfficeError, trail};

/// Where an act about a status is taken back by this member of staff.
pub(super) fn undo_href(desk: &Desk, act: &trail::Done, whom: Whom) -> Option<String> {
    let own = act.kind.starts_with("status.") && act.kind != "status.whereabouts_note";
    let open = own && !act.undone && act.undoes.is_none();
    (open && offered(desk, act)).then(|| format!("{}/undo-status/{}", whom.path(), act.act_id))
}

/// What stands on a day, as known then or now.
pub(super) fn as_of(
    desk: &Desk,
    conn: &mut Conn,
    whom: Whom,
    asked: &Fields,
    withheld: bool,
    errors: &mut Vec<crate::view::FieldError>,
) -> Result<Card, OfficeError> {
    let today = desk.business_date();
    let on = asked.day("as_of", "基準日", today, errors).unwrap_or(today);
    let known = asked.day("known_at", "知り得た日", today, errors);
    let (subject, id) = whom.subject();
    let known_at = known.map(household::end_of_day_in_japan);
    let lines = of_subject(conn, subject, id, known_at)?;
    let mut table = Table::new("この日の状態", &["状態", "該当日", "非該当日", "内容"]);
    for line in lines.iter().filter(|line| line.valid.holds(on)) {
        let (from, until) = columns::days(line);
        table.row(vec![
            line.label_ja.into(),
            from.into(),
            until.into(),
            columns::in_one(line, withheld)?.into(),
        ]);
    }
    let mut card = Card::new(&format!("{}の状態", day_ja(on)), "w12")
        .with_table(table, "この日に当たる状態はありません。");
    card.form = Some(
        Form::get(&whom.back())
            .fields(vec![
                Field::new(Input::Day, "as_of", "基準日", &day_ja(on)),
                Field::new(
                    Input::Day,
                    "known_at",
                    "知り得た日",
                    &known.map_or_else(String::new, day_ja),
                )
                .hint("その日までに登録されたものだけで見る"),
            ])
            .button("表示", "", ""),
    );
    Ok(card)
}

/// Every line ever written, standing or replaced, with what can be done.
pub(super) fn history(
    desk: &Desk,
    conn: &mut Conn,
    whom: Whom,
    withheld: bool,
) -> Result<Card, OfficeError> {
    let (subject, id) = whom.subject();
    let mut table = Table::new(
        "履歴",
        &["状態", "該当日", "非該当日", "内容", "登録", "今"],
    );
    let may = desk.session().may(RegisterEligibility::CODE);
    let mut lines = every(conn, subject, id)?;
    lines.sort_by_key(|line| {
        (
            line.superseded_at.is_some(),
            std::cmp::Reverse(line.recorded_at),
        )
    });
    let rules = desk.session().may(ApproveEligibility::CODE);
    for line in lines {
        let act = trail::find(conn, line.act_id)?;
        let who = act
            .as_ref()
            .map_or_else(String::new, |act| act.staff_name.clone());
        let (from, until) = columns::days(&line);
        let stands = line.superseded_at.is_none();
        let state = match line.superseded_by_act {
            Some(by) => Cell {
                small: format!("処理{by}"),
                ..Cell::badge("置き換え・取消済", Tone::Plain)
            },
            None => Cell::badge("有効", Tone::Good),
        };
        let row = table.row(vec![
            line.label_ja.into(),
            from.into(),
            until.into(),
            columns::in_one(&line, withheld)?.into(),
            Cell {
                href: format!("/acts/{}", line.act_id),
                ..Cell::beside(&moment_ja(line.recorded_at), &who)
            },
            state,
        ]);
        row.off = !stands;
        if !stands {
            continue;
        }
        let path = whom.path();
        if may {
            let was = line.valid.from;
            let href = match whom {
                Whom::Facility(_) => format!("{path}?was={was}"),
                _ => format!("{path}/status/{}?was={was}", line.code),
            };
            row.actions.push(Action::link("訂正", &href));
        }
        if may && line.valid.until.is_none() && subject == Subject::Person {
            let href = format!("{path}/status/{}/end", line.code);
            row.actions.push(Action::link("終了", &href));
        }
        let pending = matches!(line.value("state"), Some(db::Value::Int(1)));
        if rules && line.code == "special_circumstances" && pending {
            let href = format!("{path}/circumstances");
            row.actions.push(Action::link("決定", &href));
        }
        if let Some(href) = act.and_then(|act| undo_href(desk, &act, whom)) {
            row.actions.push(Action::link("取消", &href));
        }
    }
    Ok(Card::new("履歴", "w12").with_table(table, "状態の登録はありません。"))
}

pub(super) fn slips(desk: &Desk, conn: &mut Conn, id: i64) -> Result<Option<Card>, OfficeError> {
    let mut table = Table::new(
        "連絡票",
        &[
            "連絡票",
            "向き",
            "発行日・受理日",
            "開始日",
            "終了日",
            "相手",
            "#世帯番号",
        ],
    );
    for kept in slip::of_person(conn, id)? {
        let act = trail::find(conn, kept.act_id)?;
        let one = &kept.slip;
        let way = match one.direction {
            Direction::Issued => "発行",
            Direction::Received => "受理",
        };
        let row = table.row(vec![
            one.kind.label_ja().into(),
            way.into(),
            day_ja(one.made_on).into(),
            day_ja(one.since).into(),
            one.until.map_or_else(String::new, day_ja).into(),
            one.municipality.as_str().into(),
            one.household_id.to_string().into(),
        ]);
        if let Some(href) = act.and_then(|act| undo_href(desk, &act, Whom::Person(id))) {
            row.actions.push(Action::link("取消", &href));
        }
    }
    Ok((!table.rows.is_empty()).then(|| Card::new("連絡票", "w12").with_table(table, "")))
}

pub(super) fn trials(
    desk: &Desk,
    conn: &mut Conn,
    id: i64,
    withheld: bool,
) -> Result<Option<Card>, OfficeError> {
    let mut table = Table::new("居所の調査", &["調査日", "方法", "分かったこと", "登録"]);
    for one in whereabouts::card(conn, id)? {
        let act = trail::find(conn, one.act_id)?;
        let name = Trial::ALL
            .iter()
            .find(|row| row.0 == one.trial)
            .map_or("", |row| row.2);
        let finding = if withheld {
            "（非開示）".to_owned()
        } else {
            one.finding
        };
        table.row(vec![
            day_ja(one.found_on).into(),
            name.into(),
            finding.into(),
            act.map_or_else(String::new, |act| act.staff_name).into(),
        ]);
    }
    let held = whereabouts::hold_on(conn, id, desk.business_date())?;
    if table.rows.is_empty() && held.is_none() {
        return Ok(None);
    }
    let mut card = Card::new("居所の調査", "w12").with_table(table, "調査の記録はありません。");
    if let Some(held) = held {
        card.fact("保留を終える日", day_ja(held.until));
        card.fact("保留の意味", held.effects_ja.join(" "));
    }
    Ok(Some(card))
}
