//! 長期該当の決定 as it is shown: beside its form, on the page of the judgement, and to fill an application.

use crate::desk::Desk;
use crate::registry::{acts, names};
use crate::view::cards::{Action, Card, Cell, Table};
use crate::view::format::{day_ja, moment_ja};
use crate::view::layout::Tone;
use db::Conn;
use office::OfficeError;
use office::judgement::long_stay::{self, Ruling};
use office::security::permit::{Function, Judge, ReceiveApplication};

/// 長期該当 of several people, each with the way to the application.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn card(desk: &Desk, conn: &mut Conn, people: &[i64]) -> Result<Card, OfficeError> {
    let today = desk.business_date();
    let names = names::people(conn, today, people.iter().copied())?;
    let mut table = Table::new("長期該当", &["氏名", "長期該当年月日", "申請日", "#日数"]);
    for person in people {
        let found = long_stay::granted_on(conn, *person, today)?;
        let said = |value: fn(&Ruling) -> String| found.as_ref().map_or_else(String::new, value);
        let row = table.row(vec![
            names.person(*person).into(),
            said(|one| day_ja(one.reduced_from)).into(),
            said(|one| day_ja(one.applied_on)).into(),
            said(|one| one.days.to_string()).into(),
        ]);
        if desk.session().may(Judge::CODE) {
            let href = format!("/people/{person}/long-stay");
            row.actions.push(Action::link("長期該当の申請", &href));
        }
    }
    Ok(Card::new("長期該当（90日を超える入院）", "w12")
        .with_table(table, "国保に加入している人がいません。"))
}

/// The people of a household who are 長期該当, in words that help to fill an application.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn hint(desk: &Desk, conn: &mut Conn, people: &[i64]) -> Result<String, OfficeError> {
    let today = desk.business_date();
    let names = names::people(conn, today, people.iter().copied())?;
    let mut said = Vec::new();
    for person in people {
        if let Some(one) = long_stay::granted_on(conn, *person, today)? {
            said.push(format!(
                "{} {}",
                names.person(*person),
                day_ja(one.reduced_from)
            ));
        }
    }
    Ok(if said.is_empty() {
        "長期該当の決定があるときだけ".to_owned()
    } else {
        format!("決定: {}", said.join("、"))
    })
}

/// Every ruling, the latest first, and the way on to the paper.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn history(desk: &Desk, conn: &mut Conn, person: i64) -> Result<Card, OfficeError> {
    let mut table = Table::new(
        "これまでの判定",
        &["申請日", "#日数", "判定", "長期該当年月日", "登録"],
    );
    for one in long_stay::rulings(conn, person)? {
        let (state, from) = if one.granted {
            (Cell::badge("該当", Tone::Good), day_ja(one.reduced_from))
        } else {
            (Cell::badge("非該当", Tone::Plain), String::new())
        };
        let row = table.row(vec![
            day_ja(one.applied_on).into(),
            one.days.to_string().into(),
            state,
            from.into(),
            moment_ja(one.recorded_at).into(),
        ]);
        row.off = !one.stands;
    }
    let mut card =
        Card::new("これまでの判定", "w4").with_table(table, "長期該当の判定はありません。");
    let granted = long_stay::granted_on(conn, person, desk.business_date())?;
    let home = acts::household_of(desk, conn, person)?;
    if let (Some(_), Some(home)) = (granted, home)
        && desk.session().may(ReceiveApplication::CODE)
    {
        let href = format!("/households/{home}/apply?person={person}");
        card.actions
            .push(Action::link("証の申請を受け付ける", &href));
    }
    Ok(card)
}
