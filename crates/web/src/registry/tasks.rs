//! 届出・申請 — everything that can be done for a household by this member of staff, and what was done, with its undoing.

use super::{acts, household};
use crate::answer;
use crate::desk::Desk;
use crate::eligibility::household::What;
use crate::levy::declare_fields::Kind;
use crate::view::cards::{Action, Card, CardsPage, Cell, Table};
use crate::view::format::{day_ja, moment_ja, year_ja};
use crate::view::layout::Tone;
use axum::extract::Path;
use axum::response::Response;
use db::Conn;
use office::levy::numbers::label_ja;
use office::levy::{deferral, relief};
use office::security::permit::{
    Function, GrantRelief, RegisterEligibility, RegisterFact, TrialLevy, ViewHousehold,
};
use office::{OfficeError, trail};

/// So many acts are listed.
const ACTS: usize = 20;

/// The page.
pub async fn page(desk: Desk, Path(household): Path<i64>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ViewHousehold>()?;
        desk.record(ViewHousehold::CODE, Some(household))?;
        let page = desk.store().read(|conn| gather(desk, conn, household))?;
        match page {
            Some(page) => answer::page(&page),
            None => answer::no_household(desk, household),
        }
    })
    .await
}

fn gather(desk: &Desk, conn: &mut Conn, id: i64) -> Result<Option<CardsPage>, OfficeError> {
    let mut layout = desk.layout("届出・申請");
    layout.subject = household::subject(desk, conn, id, "tasks")?;
    if layout.subject.is_none() {
        return Ok(None);
    }
    let mut page = CardsPage::new(layout, "届出・申請");
    page.cards.push(eligibility(desk, id));
    page.cards.push(levy(desk, id));
    page.cards.push(reliefs(desk, conn, id)?);
    page.cards.push(deferrals(desk, conn, id)?);
    page.cards.push(done(desk, conn, id)?);
    page.cards
        .retain(|card| !card.actions.is_empty() || card.table.is_some());
    Ok(Some(page))
}

fn eligibility(desk: &Desk, id: i64) -> Card {
    let mut card = Card::new("資格の届出", "w12");
    if desk.session().may(RegisterEligibility::CODE) {
        let mut link = |label: &str, path: &str| {
            let href = format!("/households/{id}/{path}");
            card.actions.push(Action::link(label, &href));
        };
        link("加入（取得）", "gain");
        link("喪失", "loss");
        for (_, code, title) in What::ALL {
            link(title, &format!("change/{code}"));
        }
    }
    card
}

fn levy(desk: &Desk, id: i64) -> Card {
    let mut card = Card::new("賦課の届出", "w12");
    if desk.session().may(RegisterFact::CODE) {
        for (_, code, title) in Kind::ALL {
            let href = format!("/households/{id}/declare/{code}");
            card.actions.push(Action::link(title, &href));
        }
        let href = format!("/households/{id}/relief");
        card.actions.push(Action::link("減免の申請", &href));
    }
    if desk.session().may(GrantRelief::CODE) {
        let href = format!("/households/{id}/deferral");
        card.actions.push(Action::link("徴収猶予", &href));
    }
    if desk.session().may(TrialLevy::CODE) {
        let href = format!("/trial?household={id}");
        card.actions.push(Action::link("この世帯で試算", &href));
    }
    card
}

fn reliefs(desk: &Desk, conn: &mut Conn, id: i64) -> Result<Card, OfficeError> {
    let mut table = Table::new(
        "減免申請",
        &["#番号", "年度", "事由", "申請日", "申請の理由", "状態"],
    );
    let may = desk.session().may(GrantRelief::CODE);
    for one in relief::of_household(conn, id)? {
        let kind = relief::kind_of(one.reason)
            .map_or("旧被扶養者", law::levy::relief::ReliefKind::label_ja);
        let (state, open) = match &one.ruling {
            None => (Cell::badge("申請中", Tone::Warn), true),
            Some((relief::Ruled::Granted, ..)) => (Cell::badge("減免決定", Tone::Good), true),
            Some((ruled, ..)) => (Cell::badge(ruled.label_ja(), Tone::Plain), false),
        };
        let row = table.row(vec![
            one.application_id.to_string().into(),
            year_ja(one.levy_year).into(),
            kind.into(),
            day_ja(one.applied_on).into(),
            one.grounds.into(),
            state,
        ]);
        if may && open {
            let label = if one.ruling.is_none() {
                "裁定する"
            } else {
                "取り消す"
            };
            let href = format!("/households/{id}/relief/{}", one.application_id);
            row.actions.push(Action::link(label, &href));
        }
    }
    let none = table.rows.is_empty();
    let mut card = Card::new("減免", "w12").with_table(table, "減免の申請はありません。");
    if none {
        card.table = None;
    }
    Ok(card)
}

fn deferrals(desk: &Desk, conn: &mut Conn, id: i64) -> Result<Card, OfficeError> {
    let mut table = Table::new(
        "徴収猶予",
        &[
            "#番号",
            "年度",
            "期",
            "納期限",
            "猶予の期限",
            "理由",
            "状態",
        ],
    );
    let may = desk.session().may(GrantRelief::CODE);
    for one in deferral::of_household(conn, id)? {
        let state = if one.withdrawn {
            Cell::badge("取消", Tone::Plain)
        } else {
            Cell::badge("猶予", Tone::Good)
        };
        let row = table.row(vec![
            one.deferral_id.to_string().into(),
            year_ja(one.levy_year).into(),
            label_ja(one.instalment).into(),
            day_ja(one.from_due_on).into(),
            day_ja(one.to_due_on).into(),
            one.reason.into(),
            state,
        ]);
        row.off = one.withdrawn;
        if may && !one.withdrawn {
            let href = format!("/households/{id}/deferral/{}", one.deferral_id);
            row.actions.push(Action::link("取り消す", &href));
        }
    }
    let none = table.rows.is_empty();
    let mut card = Card::new("徴収猶予", "w12").with_table(table, "徴収猶予はありません。");
    if none {
        card.table = None;
    }
    Ok(card)
}

/// What was done for the household, newest first.
fn done(desk: &Desk, conn: &mut Conn, id: i64) -> Result<Card, OfficeError> {
    let mut table = Table::new(
        "行った処理",
        &["#処理番号", "日時", "職員", "処理", "内容", "状態"],
    );
    let all = trail::of_household(conn, id, desk.business_date(), 0)?;
    for act in all.iter().take(ACTS) {
        let state = match (act.undone, act.undoes) {
            (true, _) => Cell::badge("取消済", Tone::Plain),
            (false, Some(other)) => Cell::from(format!("処理{other}の取消")),
            (false, None) => Cell::default(),
        };
        let row = table.row(vec![
            Cell::link(
                &act.act_id.to_string(),
                &format!("/acts/{}?household={id}", act.act_id),
            ),
            moment_ja(act.recorded_at).into(),
            act.staff_name.as_str().into(),
            acts::label(&act.kind).into(),
            act.note.as_str().into(),
            state,
        ]);
        row.off = act.undone;
        if let Some(href) = acts::undo_href(desk, act, id) {
            row.actions.push(Action::link("取り消す", &href));
        }
    }
    Ok(Card::new("行った処理", "w12").with_table(table, "この世帯に行った処理はありません。"))
}
