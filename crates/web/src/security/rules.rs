//! 権限表, 安全管理の設定, and what waits for a second administrator.

use super::pages::{Sheet, chosen_role, minutes, or_again, roles};
use super::person::{self, said};
use super::setting_words::words;
use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::Fields;
use crate::view::FieldError;
use crate::view::cards::{Action, Card, Cell, Note, Table};
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::moment_ja;
use crate::view::layout::Tone;
use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use office::OfficeError;
use office::security::permission::{self, EVERYWHERE, Grant, MAIN_OFFICE};
use office::security::permit::{self, ManageStaff};
use office::security::proposal::{self, Change};
use office::security::rows::RowRule;
use office::security::second::FactorRule;
use office::security::{Role, alert, setting};

/// 権限表.
pub async fn table(desk: Desk, Query(asked): Query<Vec<(String, String)>>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ManageStaff>()?;
        desk.record("security.staff", None)?;
        show_table(desk, &Fields::new(asked), Vec::new())
    })
    .await
}

fn places(desk: &Desk) -> Result<Vec<Choice>, OfficeError> {
    let mut choices = vec![(MAIN_OFFICE.to_owned(), "本庁".to_owned())];
    for place in desk.store().read(permission::places)? {
        choices.push((place.clone(), place));
    }
    Ok(choices)
}

fn show_table(
    desk: &Desk,
    fields: &Fields,
    errors: Vec<FieldError>,
) -> Result<Response, OfficeError> {
    let permit = desk.permit::<ManageStaff>()?;
    let place = match fields.text("place") {
        "" => MAIN_OFFICE,
        place => place,
    };
    let lines = desk
        .store()
        .read(|conn| permission::table(conn, &permit, place, i64::MAX))?;
    let mut columns = vec!["機能"];
    columns.extend(Role::ALL.map(Role::name_ja));
    let mut table = Table::new("権限表", &columns);
    for line in &lines {
        let mut cells: Vec<Cell> = vec![line.name_ja.into()];
        for (grant, own) in &line.cells {
            let mut cell = Cell::from(grant.label_ja());
            if *own {
                cell.small = if *grant == Grant::MayNot {
                    "×団体"
                } else {
                    "団体"
                }
                .to_owned();
            }
            cells.push(cell);
        }
        table.row(cells);
    }
    let mut choose = Card::new("", "w12");
    choose.form = Some(
        Form::get("/permissions")
            .fields(vec![Field::new(
                Input::Choice(places(desk)?),
                "place",
                "場所",
                place,
            )])
            .button("表示", "", ""),
    );
    choose.actions = vec![Action::link("CSVに書き出す", "/permissions.csv")];
    let functions = permit::ALL
        .iter()
        .map(|(code, name)| ((*code).to_owned(), (*name).to_owned()))
        .collect();
    let mut everywhere = places(desk)?;
    everywhere.insert(0, (EVERYWHERE.to_owned(), "すべての場所".to_owned()));
    let may = vec![
        ("on".to_owned(), "使える".to_owned()),
        ("off".to_owned(), "使えない".to_owned()),
    ];
    let mut ask = Card::new("変更を提案する", "w12");
    ask.form = Some(
        Form::post("/permissions")
            .fields(vec![
                Field::new(Input::Choice(roles()), "role", "役割", fields.text("role")),
                Field::new(
                    Input::Choice(functions),
                    "function",
                    "機能",
                    fields.text("function"),
                ),
                Field::new(
                    Input::Choice(everywhere),
                    "where",
                    "場所",
                    fields.text("where"),
                ),
                Field::new(Input::Choice(may), "may", "可否", fields.text("may")),
                Field::new(Input::Text, "from", "時間（始まり）", fields.text("from"))
                    .hint("空なら一日中"),
                Field::new(Input::Text, "until", "時間（終わり）", fields.text("until")),
                Field::new(Input::Text, "reason", "理由", fields.text("reason")).wide(),
            ])
            .button("提案する", "", "main")
            .back("安全管理へ", "/security"),
    );
    let mut sheet = Sheet::new("権限表");
    sheet.notes.push(Note::new(
        Tone::Info,
        "",
        vec!["「団体」は、この団体が標準から変えたところです。変更は、別の管理者が承認したときから次の操作に効きます。".to_owned()],
    ));
    sheet.cards.push(choose);
    sheet.cards.push(Card::new("", "w12").with_table(table, ""));
    sheet.cards.push(ask);
    sheet.show(desk, errors)
}

/// Proposes a cell.
pub async fn propose_cell(posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let done = cell(desk, &fields).map(|()| answer::go("/proposals"));
            let ids = [("理由", "reason"), ("時間", "from"), ("役割", "role")];
            or_again(done, &ids, |errors| show_table(desk, &fields, errors))
        })
        .await
}

fn cell(desk: &Desk, fields: &Fields) -> Result<(), OfficeError> {
    let permit = desk.permit::<ManageStaff>()?;
    let role = chosen_role(fields, "role")?;
    let (from, until) = (fields.text("from"), fields.text("until"));
    let grant = match fields.text("may") {
        "off" => Grant::MayNot,
        _ if from.is_empty() && until.is_empty() => Grant::ALWAYS,
        _ => match (minutes(from), minutes(until)) {
            (Some(from), Some(until)) if from < until => Grant::May(from, until),
            _ => {
                return Err(OfficeError::input(
                    "時間",
                    "8:30 の形で、始まりが終わりより早くなるように入れてください",
                ));
            }
        },
    };
    let change = Change::Setting {
        key: setting::permission_key(role, fields.text("function"), fields.text("where")),
        value: grant.write(),
    };
    propose(desk, &permit, &change, fields.text("reason"))
}

fn propose(
    desk: &Desk,
    permit: &permit::Permit<ManageStaff>,
    change: &Change,
    reason: &str,
) -> Result<(), OfficeError> {
    let acting = desk.acting("");
    desk.store()
        .write(|conn| proposal::propose(conn, &acting, permit, change, reason))?;
    Ok(())
}

/// The table as a file.
pub async fn export(desk: Desk) -> Response {
    desk.answer(|desk| {
        let permit = desk.permit::<ManageStaff>()?;
        desk.record("security.permissions.export", None)?;
        let text = desk
            .store()
            .read(|conn| permission::export(conn, &permit))?;
        Ok((
            [
                (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
                (
                    header::CONTENT_DISPOSITION,
                    "attachment; filename=\"kengenhyo.csv\"",
                ),
            ],
            text,
        )
            .into_response())
    })
    .await
}

/// 安全管理の設定.
pub async fn settings(desk: Desk) -> Response {
    desk.answer(|desk| {
        desk.permit::<ManageStaff>()?;
        desk.record("security.staff", None)?;
        show_settings(desk, &Fields::default(), Vec::new())
    })
    .await
}

fn show_settings(
    desk: &Desk,
    fields: &Fields,
    errors: Vec<FieldError>,
) -> Result<Response, OfficeError> {
    let now = desk.store().read(|conn| setting::as_of(conn, i64::MAX))?;
    let mut table = Table::new(
        "役割ごとの設定",
        &["役割", "ログインの二つ目の要素", "閲覧できる行"],
    );
    for role in Role::ALL {
        table.row(vec![
            role.name_ja().into(),
            FactorRule::of(&now, role).name_ja().into(),
            RowRule::of(&now, role).name_ja().into(),
        ]);
    }
    let mut others = Card::new("団体の設定", "w12");
    let usual = [
        (setting::TERMINALS, "any".to_owned()),
        (setting::RELATIVES, "alert".to_owned()),
        (setting::MASS_COUNT, alert::USUAL_MASS.0.to_string()),
        (setting::MASS_MINUTES, alert::USUAL_MASS.1.to_string()),
        (setting::NIGHT_FROM, alert::USUAL_NIGHT.0.to_string()),
        (setting::NIGHT_UNTIL, alert::USUAL_NIGHT.1.to_string()),
    ];
    for (key, otherwise) in &usual {
        let (name, value) = words(key, now.get(key).unwrap_or(otherwise));
        others.fact(&name, value);
    }
    let pick = |all: Vec<(&str, &str)>| -> Vec<Choice> {
        all.into_iter()
            .map(|(code, name)| (code.to_owned(), name.to_owned()))
            .collect()
    };
    let whats = pick(vec![
        ("factor", "役割の二つ目の要素"),
        ("rows", "役割が閲覧できる行"),
        (setting::TERMINALS, "ログインできる端末"),
        (setting::RELATIVES, "本人・親族を開くとき"),
        (setting::MASS_COUNT, "大量閲覧とする人・世帯の数"),
        (setting::MASS_MINUTES, "大量閲覧をみる時間（分）"),
        (setting::NIGHT_FROM, "夜間の始まり"),
        (setting::NIGHT_UNTIL, "夜間の終わり"),
    ]);
    let mut values = pick(
        FactorRule::ALL
            .map(|one| (one.code(), one.name_ja()))
            .to_vec(),
    );
    values.extend(pick(
        RowRule::ALL.map(|one| (one.code(), one.name_ja())).to_vec(),
    ));
    values.extend(pick(vec![
        ("alert", "警告する"),
        ("refuse", "拒む"),
        ("any", "どの端末でも"),
        (setting::REGISTERED, "登録端末だけ"),
    ]));
    let mut ask = Card::new("変更を提案する", "w12");
    ask.form = Some(
        Form::post("/settings")
            .fields(vec![
                Field::new(Input::Choice(whats), "what", "設定", fields.text("what")),
                Field::new(Input::Choice(roles()), "role", "役割", fields.text("role"))
                    .hint("役割の設定のとき"),
                Field::new(Input::Code(values), "value", "値", fields.text("value"))
                    .hint("一覧から選ぶか、数・8:30 の形の時刻を入れます"),
                Field::new(Input::Text, "reason", "理由", fields.text("reason")).wide(),
            ])
            .button("提案する", "", "main")
            .back("安全管理へ", "/security"),
    );
    let mut sheet = Sheet::new("安全管理の設定");
    sheet
        .cards
        .push(Card::new("役割ごと", "w12").with_table(table, ""));
    sheet.cards.push(others);
    sheet.cards.push(ask);
    sheet.show(desk, errors)
}

/// Proposes a setting.
pub async fn propose_setting(posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let done = setting_of(desk, &fields).map(|()| answer::go("/proposals"));
            let ids = [("設定", "value"), ("理由", "reason"), ("役割", "role")];
            or_again(done, &ids, |errors| show_settings(desk, &fields, errors))
        })
        .await
}

fn setting_of(desk: &Desk, fields: &Fields) -> Result<(), OfficeError> {
    let permit = desk.permit::<ManageStaff>()?;
    let key = match fields.text("what") {
        "factor" => setting::factor_key(chosen_role(fields, "role")?),
        "rows" => setting::rows_key(chosen_role(fields, "role")?),
        other => other.to_owned(),
    };
    let typed = fields.text("value");
    let time = matches!(key.as_str(), setting::NIGHT_FROM | setting::NIGHT_UNTIL);
    let value = match minutes(typed) {
        Some(minute) if time => minute.to_string(),
        _ => typed.to_owned(),
    };
    let change = Change::Setting { key, value };
    propose(desk, &permit, &change, fields.text("reason"))
}

/// What waits for a second administrator, and what was decided.
pub async fn proposals(desk: Desk) -> Response {
    desk.answer(|desk| {
        desk.permit::<ManageStaff>()?;
        desk.record("security.staff", None)?;
        show_proposals(desk, None)
    })
    .await
}

fn show_proposals(desk: &Desk, note: Option<Note>) -> Result<Response, OfficeError> {
    let permit = desk.permit::<ManageStaff>()?;
    let all = desk.store().read(|conn| proposal::list(conn, &permit))?;
    let columns = ["#番号", "変更", "値", "理由", "提案", "結果"];
    let (mut waiting, mut done) = (
        Table::new("承認を待つ変更", &columns),
        Table::new("答えの出た変更", &columns),
    );
    for one in &all {
        let (name, value) = match &one.change {
            Change::Setting { key, value } => words(key, value),
            of_person => person::words(of_person),
        };
        let own = one.proposed_by == desk.session().staff_id();
        let result = match one.approved {
            None if own => "別の管理者の承認待ち".to_owned(),
            None => "承認待ち".to_owned(),
            Some(agreed) => format!(
                "{} {} {}",
                if agreed { "承認" } else { "不承認" },
                one.ruler,
                one.ruled_at.map_or_else(String::new, moment_ja)
            ),
        };
        let table = if one.approved.is_none() {
            &mut waiting
        } else {
            &mut done
        };
        let row = table.row(vec![
            one.proposal_id.to_string().into(),
            name.into(),
            value.into(),
            one.reason.as_str().into(),
            Cell::beside(&one.proposer, &moment_ja(one.proposed_at)),
            result.into(),
        ]);
        if one.approved.is_none() && !own {
            let href = format!("/proposals/{}", one.proposal_id);
            row.actions = vec![
                Action::post("承認する", &href, &[("answer", "yes")]).main(),
                Action::post("承認しない", &href, &[("answer", "no")]),
            ];
        }
    }
    let mut sheet = Sheet::new("二人目の承認");
    sheet.notes.extend(note);
    sheet.cards.push(
        Card::new("承認を待つ変更", "w12").with_table(waiting, "待っている変更はありません。"),
    );
    sheet
        .cards
        .push(Card::new("答えの出た変更", "w12").with_table(done, "まだありません。"));
    sheet.show(desk, Vec::new())
}

/// Agrees or does not.
pub async fn rule(Path(proposal_id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<ManageStaff>()?;
            let agree = fields.text("answer") == "yes";
            let acting = desk.acting("");
            let code = desk
                .store()
                .write(|conn| proposal::rule(conn, &acting, &permit, proposal_id, (agree, "")))?;
            match code {
                Some(code) => show_proposals(desk, Some(said(&code))),
                None => Ok(answer::go("/proposals")),
            }
        })
        .await
}
