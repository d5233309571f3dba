//! 緊急利用, 警告, and who could see a person on a day.

use super::pages::Sheet;
use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::Fields;
use crate::view::cards::{Action, Card, Cell, Note, Table};
use crate::view::entry::{Field, Form, Input};
use crate::view::format::{day_ja, moment_ja};
use crate::view::layout::Tone;
use axum::extract::{Path, Query};
use axum::response::Response;
use office::OfficeError;
use office::security::alert::{self, AlertKind};
use office::security::emergency::{self, Emergency};
use office::security::permit::{ApproveEmergency, Function, ReviewAccess};
use office::security::{Role, who};

/// Lines on one page.
const PAGE: i64 = 100;

/// 緊急利用.
pub async fn emergencies(desk: Desk) -> Response {
    desk.answer(|desk| {
        // Who looks afterwards sees the list too.
        let reviews = desk.session().may(ReviewAccess::CODE);
        if !reviews {
            desk.permit::<ApproveEmergency>()?;
        }
        desk.record(ApproveEmergency::CODE, None)?;
        let all = desk.store().read(emergency::all)?;
        let columns = ["#番号", "職員", "役割", "#分", "理由", "申請", "経過"];
        let mut table = Table::new("緊急利用", &columns);
        for one in &all {
            let row = table.row(vec![
                one.use_id.to_string().into(),
                one.name.as_str().into(),
                one.role.map_or("", Role::name_ja).into(),
                one.minutes.to_string().into(),
                one.reason.as_str().into(),
                moment_ja(one.asked_at).into(),
                course(one).into(),
            ]);
            row.actions = actions(desk, one, reviews);
        }
        let mut sheet = Sheet::new("緊急利用");
        let empty = "緊急利用の申請はありません。申請は「本人の設定」から行います。";
        sheet
            .cards
            .push(Card::new("", "w12").with_table(table, empty));
        sheet.show(desk, Vec::new())
    })
    .await
}

fn course(one: &Emergency) -> String {
    let steps: Vec<String> = one
        .steps
        .iter()
        .map(|step| {
            let what = match step.what.as_str() {
                "given" => format!("承認（{}まで）", moment_ja(step.until)),
                "refused" => "不承認".to_owned(),
                "ended" => "打切り".to_owned(),
                _ => format!("点検「{}」", step.note),
            };
            format!("{what} {}", step.name)
        })
        .collect();
    if steps.is_empty() {
        "承認待ち".to_owned()
    } else {
        steps.join("、")
    }
}

fn actions(desk: &Desk, one: &Emergency, reviews: bool) -> Vec<Action> {
    let href = format!("/emergencies/{}", one.use_id);
    let own = one.staff_id == desk.session().staff_id();
    let approves = desk.session().may(ApproveEmergency::CODE);
    let open = !one.has("given") && !one.has("refused");
    let mut all = Vec::new();
    if approves && open && !own {
        all.push(Action::post("承認する", &href, &[("do", "give")]).main());
        all.push(Action::post("承認しない", &href, &[("do", "refuse")]));
    }
    if approves && one.has("given") && !one.has("ended") {
        all.push(Action::post("打ち切る", &href, &[("do", "end")]));
    }
    if reviews && one.has("given") && !one.has("reviewed") && !own {
        let hidden = [
            ("do", "review"),
            ("finding", "目的どおりの利用であることを記録で確かめた"),
        ];
        all.push(Action::post("点検済みにする", &href, &hidden));
    }
    all
}

/// Answers, ends or reviews an emergency.
pub async fn answer_emergency(Path(use_id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let acting = desk.acting("");
            let what = fields.text("do");
            if what == "review" {
                let permit = desk.permit::<ReviewAccess>()?;
                let finding = (use_id, fields.text("finding"));
                desk.store()
                    .write(|conn| emergency::review(conn, &acting, &permit, finding))?;
                return Ok(answer::go("/emergencies"));
            }
            let permit = desk.permit::<ApproveEmergency>()?;
            desk.store().write(|conn| match what {
                "give" => emergency::answer(conn, &acting, &permit, use_id, (true, "")),
                "refuse" => emergency::answer(conn, &acting, &permit, use_id, (false, "")),
                "end" => emergency::end(conn, &acting, &permit, use_id),
                _ => Err(OfficeError::input("操作", "一覧のボタンから選んでください")),
            })?;
            Ok(answer::go("/emergencies"))
        })
        .await
}

/// 警告.
pub async fn alerts(desk: Desk, Query(asked): Query<Vec<(String, String)>>) -> Response {
    desk.answer(move |desk| {
        let permit = desk.permit::<ReviewAccess>()?;
        desk.record(ReviewAccess::CODE, None)?;
        let fields = Fields::new(asked);
        let all = !fields.text("all").is_empty();
        let before = fields.text("before").parse::<i64>().ok();
        let found = desk
            .store()
            .read(|conn| alert::list(conn, &permit, all, (before, PAGE)))?;
        let columns = ["#番号", "日時", "種類", "職員", "内容", "点検"];
        let mut table = Table::new("警告", &columns);
        if i64::try_from(found.len()).is_ok_and(|number| number >= PAGE)
            && let Some(last) = found.last()
        {
            let keep = if all { "&all=1" } else { "" };
            table.more_href = format!("/alerts?before={}{keep}", last.alert_id);
        }
        for one in &found {
            let kind = one.kind.map_or("", AlertKind::name_ja);
            table.row(vec![
                Cell::link(
                    &one.alert_id.to_string(),
                    &format!("/alerts/{}", one.alert_id),
                ),
                moment_ja(one.at).into(),
                Cell::badge(kind, Tone::Warn),
                one.name.as_str().into(),
                one.detail.as_str().into(),
                match &one.finding {
                    Some(finding) => Cell::beside(finding, &one.reviewer),
                    None => "未点検".into(),
                },
            ]);
        }
        let mut sheet = Sheet::new("警告");
        let mut card = Card::new("", "w12").with_table(table, "点検を待つ警告はありません。");
        card.actions = vec![
            if all {
                Action::link("未点検だけを見る", "/alerts")
            } else {
                Action::link("点検済みも見る", "/alerts?all=1")
            },
            Action::link("ある人を見ることができた職員", "/who-could-see"),
        ];
        sheet.cards.push(card);
        sheet.show(desk, Vec::new())
    })
    .await
}

/// One alarm, to be looked at.
pub async fn one_alert(Path(alert_id): Path<i64>, desk: Desk) -> Response {
    desk.answer(move |desk| {
        let permit = desk.permit::<ReviewAccess>()?;
        desk.record(ReviewAccess::CODE, None)?;
        let near = Some(alert_id.saturating_add(1));
        let found = desk
            .store()
            .read(|conn| alert::list(conn, &permit, true, (near, 1)))?;
        let Some(one) = found.into_iter().find(|one| one.alert_id == alert_id) else {
            return answer::not_found(desk, "この警告");
        };
        let mut card = Card::new("", "w12");
        card.fact("種類", one.kind.map_or("", AlertKind::name_ja));
        card.fact("日時", moment_ja(one.at));
        card.fact("職員", one.name.as_str());
        card.fact("内容", one.detail.as_str());
        let day = law_day(one.at);
        let log = format!("/access-log?from={day}&until={day}&staff={}", one.staff_id);
        card.actions = vec![Action::link("その日の記録を見る", &log)];
        match &one.finding {
            Some(finding) => {
                card.fact("点検の結果", Cell::beside(finding, &one.reviewer));
                card.fact(
                    "点検した日時",
                    one.reviewed_at.map_or_else(String::new, moment_ja),
                );
            }
            None => {
                card.form = Some(
                    Form::post(&format!("/alerts/{alert_id}"))
                        .fields(vec![
                            Field::new(Input::Area, "finding", "点検の結果", "")
                                .wide()
                                .first(),
                        ])
                        .button("点検済みにする", "", "main")
                        .back("警告の一覧へ", "/alerts"),
                );
            }
        }
        let mut sheet = Sheet::new(&format!("警告 {alert_id}"));
        sheet.cards.push(card);
        sheet.show(desk, Vec::new())
    })
    .await
}

fn law_day(micros: i64) -> law::Date {
    crate::view::format::day_in_japan(micros)
}

/// Writes down what was found out.
pub async fn review_alert(Path(alert_id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<ReviewAccess>()?;
            let acting = desk.acting("");
            let finding = (alert_id, fields.text("finding"));
            desk.store()
                .write(|conn| alert::review(conn, &acting, &permit, finding))?;
            Ok(answer::go("/alerts"))
        })
        .await
}

/// Who could see a person on a day, and who did.
pub async fn who_could_see(desk: Desk, Query(asked): Query<Vec<(String, String)>>) -> Response {
    desk.answer(move |desk| {
        let permit = desk.permit::<ReviewAccess>()?;
        let fields = Fields::new(asked);
        let today = law_day(desk.now());
        let mut errors = Vec::new();
        let on = fields.day("on", "日", today, &mut errors).unwrap_or(today);
        let subject = fields.text("subject").parse::<i64>().ok();
        // The auditor asks about a person; the person is not opened.
        desk.record("security.who_could_see", None)?;
        let mut ask = Card::new("", "w12");
        ask.form = Some(
            Form::get("/who-could-see")
                .fields(vec![
                    Field::new(
                        Input::Text,
                        "subject",
                        "宛名番号・世帯番号",
                        fields.text("subject"),
                    )
                    .first(),
                    Field::new(Input::Day, "on", "日", &day_ja(on)),
                ])
                .button("調べる", "", "main"),
        );
        let mut sheet = Sheet::new("ある人を見ることができた職員");
        sheet.cards.push(ask);
        if let Some(subject) = subject {
            let found = desk
                .store()
                .read(|conn| who::could_see(conn, &permit, subject, on))?;
            let columns = ["職員番号", "氏名", "役割", "所属", "緊急", "#見た回数"];
            let mut could = Table::new("見ることができた職員", &columns);
            for one in &found {
                let roles: Vec<&str> = one.roles.iter().map(|role| role.name_ja()).collect();
                could.row(vec![
                    one.login.as_str().into(),
                    one.name.as_str().into(),
                    roles.join("・").into(),
                    if one.ward.is_empty() {
                        "本庁"
                    } else {
                        &one.ward
                    }
                    .into(),
                    if one.by_emergency {
                        Cell::badge("緊急利用", Tone::Warn)
                    } else {
                        Cell::default()
                    },
                    if one.looks == 0 {
                        Cell::default()
                    } else {
                        let href = format!(
                            "/access-log?from={on}&until={on}&staff={}&subject={subject}",
                            one.staff_id
                        );
                        Cell::link(&one.looks.to_string(), &href)
                    },
                ]);
            }
            let looked = found.iter().filter(|one| one.looks > 0).count();
            sheet.notes.push(Note::new(
                Tone::Info,
                &format!(
                    "{}に見ることができた職員は{}人、見た職員は{looked}人です",
                    day_ja(on),
                    found.len()
                ),
                vec!["その日に立っていた発令・権限表・行の条件によります。".to_owned()],
            ));
            sheet
                .cards
                .push(Card::new("", "w12").with_table(could, "見ることができた職員はいません。"));
        }
        sheet.show(desk, errors)
    })
    .await
}
