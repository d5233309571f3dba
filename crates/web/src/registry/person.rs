//! 宛名の画面 — one person: every name and address now and before, insurance, taxes, and what waits.

use super::codes::word;
use super::transfer::What;
use super::{kept, merge, names, picture, search};
use crate::answer;
use crate::certificate;
use crate::desk::Desk;
use crate::eligibility::{register, status};
use crate::view::cards::{Action, Card, CardsPage, Cell, Note, Table};
use crate::view::format::{day_ja, moment_ja, year_ja};
use crate::view::layout::{Badge, Tone};
use crate::work::list as work;
use axum::extract::Path;
use axum::response::Response;
use db::Conn;
use law::FiscalYear;
use law::levy::Filing;
use office::OfficeError;
use office::certificate::find as certificates;
use office::registry::origin::Paper;
use office::registry::register as movement;
use office::registry::{Dated, HIDDEN, PersonPicture, Resident, Status, load_person, timeline};
use office::security::permit::{
    Function, HandleWork, IssueCertificate, RegisterEligibility, RegisterFact, RegisterResident,
    ViewHousehold, ViewLevy,
};

/// The page.
pub async fn page(desk: Desk, Path(person): Path<i64>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ViewHousehold>()?;
        desk.record(ViewHousehold::CODE, Some(person))?;
        let page = desk.store().read(|conn| gather(desk, conn, person))?;
        match page {
            Some(page) => answer::page(&page),
            None => answer::not_found(desk, "この宛名番号の人"),
        }
    })
    .await
}

fn gather(desk: &Desk, conn: &mut Conn, person: i64) -> Result<Option<CardsPage>, OfficeError> {
    let today = desk.business_date();
    let Some(found) = load_person(conn, person, today, None)? else {
        return Ok(None);
    };
    let now = picture::current(&found);
    let name = now.map_or_else(|| format!("宛名番号{person}"), |one| one.name.clone());
    let mut page = CardsPage::new(desk.layout(&name), &name);
    page.aside = format!("宛名番号 {person}");
    page.badges = picture::badges(&found, today, true);
    if found.withheld {
        page.notes.push(Note::new(
            Tone::Bad,
            "支援措置対象者",
            vec!["住所・送付先を誰にも伝えないでください。書類は指定された送付先にだけ送ります。本人を名乗る問い合わせも、決められた方法で本人を確かめてください。".to_owned()],
        ));
    }
    let mut facts = facts(desk, conn, &found)?;
    facts
        .actions
        .extend(crate::number::person::action(desk, person));
    page.cards.push(facts);
    page.cards.push(insurance(desk, conn, &found)?);
    page.cards.push(residents(&found));
    page.cards
        .extend(kept::cards(desk, conn, person, found.hidden)?);
    page.cards.extend(merge::card(desk, conn, person)?);
    page.cards.push(movements(desk, conn, person)?);
    if desk.session().may(HandleWork::CODE) {
        page.cards
            .extend(work::card(desk, conn, Some(person), None)?);
    }
    let home = search::household_of(&found.belonging(), today).unwrap_or(0);
    page.cards
        .extend(register::of_person(desk, conn, person, home)?);
    page.cards.extend(papers(desk, conn, &found)?);
    if desk.session().may(ViewLevy::CODE) {
        let mut card = incomes(&found);
        if home != 0 && desk.session().may(RegisterFact::CODE) {
            let href = format!("/households/{home}/declare/income?person={person}");
            card.actions
                .push(Action::link("所得の申告を登録する", &href));
        }
        let href = format!("/people/{person}/incomes");
        card.actions.push(Action::link("所得・資産の内訳", &href));
        page.cards.push(card);
    }
    Ok(Some(page))
}

/// 種別 of 住登外者, whose record the residents' register does not move.
const OUTSIDER: i64 = 3;

fn kind_ja(kind: i64) -> &'static str {
    match kind {
        1 => "日本人住民",
        2 => "外国人住民",
        OUTSIDER => "住登外者",
        _ => "不明",
    }
}

fn facts(desk: &Desk, conn: &mut Conn, found: &PersonPicture) -> Result<Card, OfficeError> {
    let today = desk.business_date();
    let mut card = Card::new("基本", "w6");
    let Some(now) = picture::current(found) else {
        card.empty = "記載がありません。".to_owned();
        return Ok(card);
    };
    card.fact("氏名", Cell::beside(&now.name, &now.kana));
    card.fact("通称", now.alias.as_deref().unwrap_or(""));
    card.fact("ローマ字氏名", now.latin_name.as_deref().unwrap_or(""));
    card.fact("旧氏", now.former_surname.as_deref().unwrap_or(""));
    let unknown = if now.birth_unknown {
        "（不詳）"
    } else {
        ""
    };
    card.fact(
        "生年月日",
        format!(
            "{}{unknown}（{}歳）",
            day_ja(now.birth_on),
            law::date::age_on(now.birth_on, today)
        ),
    );
    card.fact("性別", picture::sex(found));
    card.fact("種別", kind_ja(found.kind));
    card.fact("状態", status_ja(now.status));
    card.fact("続柄", word("relationship", &now.relationship));
    card.fact("住所", address(now));
    card.fact(
        "住民となった日",
        now.resident_since.map_or_else(String::new, day_ja),
    );
    if let Some(register) = now.register_household {
        let all = office::registry::cohabitants::together(conn, register, today)?;
        let names = names::people(conn, today, all.iter().copied())?;
        let others: Vec<String> = all
            .into_iter()
            .filter(|id| *id != found.person_id)
            .map(|id| names.person(id))
            .collect();
        let small = if others.is_empty() {
            "単身".to_owned()
        } else {
            others.join("、")
        };
        card.fact("住民票の世帯", Cell::beside(&register.to_string(), &small));
    }
    Ok(card)
}

fn status_ja(status: Status) -> &'static str {
    match status {
        Status::Resident => "住民",
        Status::Removed => "除票",
        Status::NonResident => "住登外",
    }
}

fn address(now: &Resident) -> String {
    if now.withheld {
        return HIDDEN.to_owned();
    }
    let postal = match (now.postal_code.get(..3), now.postal_code.get(3..)) {
        (Some(head), Some(tail)) if !tail.is_empty() => format!("〒{head}-{tail} "),
        _ => String::new(),
    };
    format!("{postal}{} {}", now.address, now.building)
}

fn insurance(desk: &Desk, conn: &mut Conn, found: &PersonPicture) -> Result<Card, OfficeError> {
    let today = desk.business_date();
    let mut card = Card::new("国民健康保険", "w6");
    let id = found.person_id;
    let insured = found.insured.iter().any(|span| span.valid.holds(today));
    match search::household_of(&found.belonging(), today) {
        Some(household) => {
            let number = names::household_number(conn, household, today)?;
            let text = if number.is_empty() {
                format!("世帯番号{household}")
            } else {
                number
            };
            card.fact(
                "国保世帯",
                Cell::link(&text, &format!("/households/{household}")),
            );
            card.fact(
                "資格",
                if insured {
                    "加入中"
                } else {
                    "加入していない"
                },
            );
        }
        None => card.fact("資格", "加入の記録なし"),
    }
    if desk.session().may(RegisterEligibility::CODE) && !insured {
        let link = Action::link("加入の届出", &format!("/people/{id}/gain"));
        card.actions.push(link.main());
    }
    if desk.session().may(IssueCertificate::CODE) && !found.insured.is_empty() {
        let link = Action::link("資格の証明書", &format!("/people/{id}/proof"));
        card.actions.push(link);
    }
    let statuses = status::count_on(conn, id, today)?;
    card.fact(
        "状態",
        Cell::link(&statuses, &format!("/people/{id}/statuses")),
    );
    Ok(card)
}

/// 証の交付履歴, of somebody who is or was insured.
fn papers(
    desk: &Desk,
    conn: &mut Conn,
    found: &PersonPicture,
) -> Result<Option<Card>, OfficeError> {
    let all = certificates::of_person(conn, found.person_id)?;
    if all.is_empty() && found.insured.is_empty() {
        return Ok(None);
    }
    let list = certificate::table(desk, &all);
    let mut card = Card::new("証の交付履歴", "w12").with_table(list, "交付した証はありません。");
    card.actions
        .extend(certificate::setting::action(desk, found.person_id));
    Ok(Some(card))
}

/// Every record, the latest first: names and addresses now and before.
fn residents(found: &PersonPicture) -> Card {
    let mut table = Table::new(
        "氏名・住所の履歴",
        &[
            "から", "まで", "氏名", "カナ", "住所", "続柄", "状態", "登録",
        ],
    );
    let mut all: Vec<&Dated<Resident>> = found.residents.iter().collect();
    all.reverse();
    for record in all {
        let one = &record.fact;
        let mut name = Cell::from(one.name.as_str());
        let others: Vec<&str> = [&one.alias, &one.latin_name, &one.former_surname]
            .into_iter()
            .filter_map(|other| other.as_deref())
            .collect();
        name.small = others.join(" ");
        let row = table.row(vec![
            day_ja(record.valid.from).into(),
            record.valid.until.map_or_else(String::new, day_ja).into(),
            name,
            one.kana.as_str().into(),
            address(one).into(),
            word("relationship", &one.relationship).into(),
            status_ja(one.status).into(),
            Cell {
                href: format!("/acts/{}", record.act_id),
                ..Cell::from(moment_ja(record.recorded_at))
            },
        ]);
        row.off = record.valid.until.is_some();
    }
    Card::new("氏名・住所の履歴", "w12").with_table(table, "記載がありません。")
}

/// 住民異動 as stated, newest first, with what became of each.
fn movements(desk: &Desk, conn: &mut Conn, person: i64) -> Result<Card, OfficeError> {
    let mut table = Table::new("住民異動", &["異動日", "届出日", "事由", "登録", "状態"]);
    for entry in movement::history(conn, person)?.iter().rev() {
        let event = &entry.stated.event;
        let by = office::trail::find(conn, entry.stated.act_id)?;
        let when = by
            .as_ref()
            .map_or_else(String::new, |act| moment_ja(act.recorded_at));
        let who = by.map_or_else(String::new, |act| act.staff_name);
        let undone = entry.stated.undone_by_act.is_some();
        let row = table.row(vec![
            day_ja(event.occurred_on).into(),
            event.reported_on.map_or_else(String::new, day_ja).into(),
            format!("{} {}", event.cause, entry.cause_ja).into(),
            Cell {
                href: format!("/acts/{}", entry.stated.act_id),
                ..Cell::beside(&when, &who)
            },
            if undone {
                Cell::badge("取消済", Tone::Plain)
            } else {
                Cell::badge("有効", Tone::Good)
            },
        ]);
        row.off = undone;
        if !undone && desk.session().may(RegisterResident::CODE) {
            let href = format!("/people/{person}/undo-movement/{}", entry.stated.event_id);
            row.actions.push(Action::link("取り消す", &href));
        }
    }
    let mut card = Card::new("住民異動", "w12").with_table(table, "住民異動の登録はありません。");
    let outsider = office::registry::load::kind_of(conn, person)? == Some(OUTSIDER);
    if desk.session().may(RegisterResident::CODE) && !outsider {
        for (_, code, title) in What::ALL {
            let href = format!("/people/{person}/movement/{code}");
            card.actions.push(Action::link(title, &href));
        }
    }
    let residents: Vec<Dated<Resident>> = timeline(conn, person, None)?;
    let title = match residents.last().map(|last| last.fact.status) {
        Some(Status::NonResident) => Some("住登外の期限"),
        Some(Status::Removed) => Some("住登外にする"),
        _ => None,
    };
    if let Some(title) = title.filter(|_| desk.session().may(RegisterResident::CODE)) {
        let href = format!("/people/{person}/outsider");
        card.actions.push(Action::link(title, &href));
    }
    Ok(card)
}

fn incomes(found: &PersonPicture) -> Card {
    let mut table = Table::new(
        "所得",
        &["年度", "申告", "#総所得金額等（円）", "資料", "資料の日付"],
    );
    let mut all: Vec<_> = found.incomes.iter().collect();
    all.sort_by_key(|income| std::cmp::Reverse(income.valid.from));
    for income in all {
        let fact = &income.fact;
        let (filing, known) = match (fact.filing, fact.inquiry_open) {
            (_, true) => (Cell::badge("照会中", Tone::Warn), false),
            (Filing::Unfiled, _) => (
                Cell {
                    badges: vec![Badge::new("未申告", Tone::Warn, "申告を案内してください")],
                    ..Cell::default()
                },
                false,
            ),
            (Filing::Filed, false) => ("申告済".into(), true),
            (Filing::NotRequired, false) => ("申告不要".into(), true),
        };
        let total = if known {
            fact.income.levy_total(false).grouped()
        } else {
            "不明".to_owned()
        };
        let year = FiscalYear::of(income.valid.from);
        table.row(vec![
            year_ja(year).into(),
            filing,
            total.into(),
            Paper::of_source(&fact.source).0.label_ja().into(),
            day_ja(fact.received_on).into(),
        ]);
    }
    Card::new("所得", "w12").with_table(table, "所得の記録はありません。")
}
