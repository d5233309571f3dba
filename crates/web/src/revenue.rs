//! 基準収入額適用申請 and the incomes it rests on, as cards of the page of judgement.

use crate::desk::Desk;
use crate::registry::incomes::lines;
use crate::registry::names::{self, Names};
use crate::view::cards::{Action, Card, Cell, Table};
use crate::view::format::{day_ja, year_ja};
use crate::view::layout::Tone;
use db::Conn;
use law::{Date, FiscalYear, Yen};
use office::OfficeError;
use office::judgement::application;
use office::registry::load_household;
use office::security::permit::{Function, Judge, ReceiveApplication};

/// The benefit year that begins in August of a year.
#[must_use]
pub fn year_name(year: i16) -> String {
    format!(
        "{}から{}まで",
        day_ja(law::day(year, 8, 1)),
        day_ja(law::day(year.saturating_add(1), 7, 31))
    )
}

/// The applications of a household, with the ways to receive and decide.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn card(desk: &Desk, conn: &mut Conn, household: i64) -> Result<Card, OfficeError> {
    let mut table = Table::new(
        "基準収入額適用申請",
        &[
            "#番号",
            "適用の期間",
            "申請日",
            "収入金額",
            "状態",
            "決定日",
            "理由",
        ],
    );
    for one in application::list(conn, household)? {
        let state = match one.granted {
            None => Cell::badge("決定待ち", Tone::Warn),
            Some(true) => Cell::badge("認定", Tone::Good),
            Some(false) => Cell::badge("不認定", Tone::Bad),
        };
        let row = table.row(vec![
            one.application_id.to_string().into(),
            year_name(one.benefit_year).into(),
            day_ja(one.received_on).into(),
            stated(conn, desk.business_date(), one.application_id)?.into(),
            state,
            one.decided_on.map_or_else(String::new, day_ja).into(),
            one.reason.as_str().into(),
        ]);
        if desk.session().may(Judge::CODE) {
            let label = if one.granted.is_none() {
                "決定する"
            } else {
                "決定し直す"
            };
            let href = format!("/households/{household}/revenue/{}", one.application_id);
            row.actions.push(Action::link(label, &href));
        }
    }
    let mut card = Card::new("基準収入額適用申請", "w12").with_table(table, "申請はありません。");
    if desk.session().may(ReceiveApplication::CODE) {
        let href = format!("/households/{household}/revenue");
        card.actions.push(Action::link("申請を受け付ける", &href));
    }
    Ok(card)
}

/// 収入金額 as an application states it, person by person.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn stated(conn: &mut Conn, on: Date, application: i64) -> Result<String, OfficeError> {
    let revenues = office::judgement::stated::stated(conn, application)?;
    let names = names::people(conn, on, revenues.iter().map(|one| one.0))?;
    Ok(if revenues.is_empty() {
        "記録なし".to_owned()
    } else {
        said(&revenues, &names)
    })
}

/// Amounts with the names of whose they are, in one line.
#[must_use]
pub fn said(revenues: &[(i64, Yen)], names: &Names) -> String {
    let lines: Vec<String> = revenues
        .iter()
        .map(|(person, yen)| format!("{} {}円", names.person(*person), yen.grouped()))
        .collect();
    lines.join("、")
}

/// 所得・課税・収入・資産 of a household's people: what judgement and levy rest on, where it came from and when.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn incomes(
    desk: &Desk,
    conn: &mut Conn,
    people: &[i64],
    names: &Names,
    years: &[FiscalYear],
) -> Result<Card, OfficeError> {
    let mut table = Table::new(
        "所得・資産",
        &[
            "対象",
            "年度",
            "種類",
            "内容",
            "#金額（円）",
            "資料",
            "受け取った日",
            "登録",
        ],
    );
    for person in people {
        let name = names.person(*person);
        for line in lines(conn, *person, &desk.app().office().rules)? {
            if !line.stands || !years.contains(&line.year) {
                continue;
            }
            table.row(vec![
                Cell::link(&name, &format!("/people/{person}/incomes")),
                year_ja(line.year).into(),
                line.kind.into(),
                line.what,
                line.yen.into(),
                line.source,
                line.received,
                line.by,
            ]);
        }
    }
    Ok(Card::new("所得・資産", "w12").with_table(table, "所得の記録はありません。"))
}

/// The incomes of everyone in a household today, of the years a benefit year rests on.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn beside(
    desk: &Desk,
    conn: &mut Conn,
    household: i64,
    year: i16,
) -> Result<Card, OfficeError> {
    let today = desk.business_date();
    let found = load_household(conn, household, today, None)?;
    let people: Vec<i64> = found
        .iter()
        .flat_map(|found| found.members.iter().chain(&found.former_members))
        .map(|one| one.person_id)
        .collect();
    let names = names::people(conn, today, people.iter().copied())?;
    incomes(desk, conn, &people, &names, &[FiscalYear(year)])
}
