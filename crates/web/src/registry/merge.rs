//! 名寄せ — numbers that may be of one person, held side by side; one person proposes, another decides, and what was joined
//! can be parted again.

use super::{names, picture, search};
use crate::answer;
use crate::desk::Desk;
use crate::view::cards::{Action, Card, CardsPage, Cell, Table};
use crate::view::format::day_ja;
use crate::view::layout::{Badge, Tone};
use axum::extract::Query;
use axum::response::Response;
use db::Conn;
use office::OfficeError;
use office::registry::merge;
use office::registry::{HIDDEN, PersonPicture, Status, load_person};
use office::security::permit::{ApproveMerge, Function, MergePerson};
use serde::Deserialize;

/// The pair a page of candidates begins after.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct After {
    #[serde(default)]
    one: i64,
    #[serde(default)]
    other: i64,
}

/// 名寄せ候補 and what waits for a second person.
pub async fn list(desk: Desk, Query(after): Query<After>) -> Response {
    desk.answer(move |desk| {
        let permit = desk.permit::<MergePerson>()?;
        desk.record(MergePerson::CODE, None)?;
        let page = desk.store().read(|conn| {
            let mut page = CardsPage::new(desk.layout("名寄せ"), "名寄せ");
            page.cards.push(waiting(desk, conn)?);
            page.cards.push(candidates(desk, conn, &permit, after)?);
            Ok::<_, OfficeError>(page)
        })?;
        answer::page(&page)
    })
    .await
}

fn waiting(desk: &Desk, conn: &mut Conn) -> Result<Card, OfficeError> {
    let all = merge::waiting(conn)?;
    let ids = all
        .iter()
        .flat_map(|one| std::iter::once(one.person_id).chain(one.other_id));
    let names = names::people(conn, desk.business_date(), ids.collect::<Vec<_>>())?;
    let mut table = Table::new("承認を待つ名寄せ", &["#申出", "代表宛名", "名寄せする宛名"]);
    for one in &all {
        let other = one.other_id.unwrap_or_default();
        table.row(vec![
            Cell::link(
                &one.proposal_id.to_string(),
                &format!("/register-proposals/{}", one.proposal_id),
            ),
            Cell::beside(&names.person(one.person_id), &one.person_id.to_string()),
            Cell::beside(&names.person(other), &other.to_string()),
        ]);
    }
    Ok(Card::new("承認を待つ名寄せ", "w12").with_table(table, "承認を待つ名寄せはありません。"))
}

fn candidates(
    desk: &Desk,
    conn: &mut Conn,
    permit: &office::security::permit::Permit<MergePerson>,
    after: After,
) -> Result<Card, OfficeError> {
    let found = merge::candidates(conn, permit, (after.one, after.other))?;
    let ids = found.iter().flat_map(|pair| [pair.one, pair.other]);
    let names = names::people(conn, desk.business_date(), ids.collect::<Vec<_>>())?;
    let mut table = Table::new(
        "名寄せの候補",
        &["フリガナ", "生年月日", "宛名", "もう一つの宛名"],
    );
    for pair in &found {
        let row = table.row(vec![
            Cell::link(&pair.kana, &format!("/merge/{}/{}", pair.one, pair.other)),
            day_ja(pair.birth_on).into(),
            Cell::beside(&names.person(pair.one), &pair.one.to_string()),
            Cell::beside(&names.person(pair.other), &pair.other.to_string()),
        ]);
        let href = format!("/merge/{}/{}", pair.one, pair.other);
        row.actions.push(Action::link("比べる", &href));
    }
    if let Some(last) = found.last()
        && i64::try_from(found.len()).is_ok_and(|count| count >= merge::PAGE)
    {
        table.more_href = format!("/merge?one={}&other={}", last.one, last.other);
    }
    let none = "フリガナと生年月日が同じ宛名はありません。";
    Ok(Card::new("名寄せの候補（フリガナと生年月日が同じ）", "w12").with_table(table, none))
}

/// Two records, item by item; where they differ it is marked.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn side_by_side(
    desk: &Desk,
    conn: &mut Conn,
    (one, other): (i64, i64),
) -> Result<Card, OfficeError> {
    let today = desk.business_date();
    let mut found = Vec::new();
    for number in [one, other] {
        found.push(load_person(conn, number, today, None)?);
    }
    // An address under 支援措置 is shown to nobody; the old ones are hidden with it, and those of the other record, which may
    // be the same person's.
    let mut records = found.iter().flatten().flat_map(|one| &one.residents);
    let hidden = records.any(|record| record.fact.withheld);
    let mut sides = Vec::new();
    for one in &found {
        sides.push(match one {
            Some(one) => record(desk, conn, one, hidden)?,
            None => Vec::new(),
        });
    }
    let mut table = Table::new(
        "二つの記録",
        &[
            "項目",
            &format!("宛名番号{one}"),
            &format!("宛名番号{other}"),
            "違い",
        ],
    );
    let [left, right] = sides.as_slice() else {
        return Ok(Card::new("二つの記録", "w12"));
    };
    let empty = String::new();
    for (place, (item, value)) in left.iter().enumerate() {
        let beside = right.get(place).map_or(&empty, |(_, value)| value);
        let differs = value != beside;
        table.row(vec![
            (*item).into(),
            value.as_str().into(),
            beside.as_str().into(),
            if differs {
                Cell::badge("違う", Tone::Warn)
            } else {
                Cell::default()
            },
        ]);
    }
    let mut card = Card::new("二つの記録", "w12").with_table(table, "");
    for number in [one, other] {
        let label = format!("宛名番号{number}を開く");
        card.actions
            .push(Action::link(&label, &format!("/people/{number}")));
    }
    Ok(card)
}

fn record(
    desk: &Desk,
    conn: &mut Conn,
    found: &PersonPicture,
    hidden: bool,
) -> Result<Vec<(&'static str, String)>, OfficeError> {
    let today = desk.business_date();
    let Some(now) = picture::current(found) else {
        return Ok(Vec::new());
    };
    let others = |pick: fn(&office::registry::Resident) -> &str| {
        let mut before: Vec<&str> = Vec::new();
        for record in &found.residents {
            let value = pick(&record.fact);
            if !value.is_empty() && !before.contains(&value) {
                before.push(value);
            }
        }
        before.join("、")
    };
    let household = match search::household_of(&found.belonging(), today) {
        Some(id) => format!(
            "{}（世帯番号{id}）",
            names::household_number(conn, id, today)?
        ),
        None => "なし".to_owned(),
    };
    let status = match now.status {
        Status::Resident => "住民",
        Status::Removed => "除票",
        Status::NonResident => "住登外",
    };
    let addresses = if hidden {
        HIDDEN.to_owned()
    } else {
        others(|one| &one.address)
    };
    let numbers: Vec<String> = merge::numbers_of(conn, found.person_id)?
        .into_iter()
        .filter(|number| *number != found.person_id)
        .map(|number| number.to_string())
        .collect();
    Ok(vec![
        ("氏名", now.name.clone()),
        ("フリガナ", now.kana.clone()),
        ("今までの氏名", others(|one| &one.name)),
        ("通称", now.alias.clone().unwrap_or_default()),
        ("ローマ字氏名", now.latin_name.clone().unwrap_or_default()),
        ("旧氏", now.former_surname.clone().unwrap_or_default()),
        ("生年月日", day_ja(now.birth_on)),
        ("性別", picture::sex(found).to_owned()),
        ("状態", status.to_owned()),
        ("住所（今までのものを含む）", addresses),
        (
            "住民となった日",
            now.resident_since.map_or_else(String::new, day_ja),
        ),
        ("国保世帯", household),
        ("名寄せされている番号", numbers.join("、")),
        ("記録の数", found.residents.len().to_string()),
    ])
}

/// 名寄せ of a person: the numbers joined, those that may be the same, and the ways to join and part.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn card(desk: &Desk, conn: &mut Conn, person: i64) -> Result<Option<Card>, OfficeError> {
    let may = desk.session().may(MergePerson::CODE);
    let merges = merge::of_person(conn, person)?;
    let found = if may {
        merge::candidates_of(conn, person)?
    } else {
        Vec::new()
    };
    if merges.is_empty() && found.is_empty() {
        return Ok(None);
    }
    let ids = merges
        .iter()
        .flat_map(|one| [one.kept_id, one.joined_id])
        .chain(found.iter().map(|one| one.other));
    let names = names::people(conn, desk.business_date(), ids.collect::<Vec<_>>())?;
    let mut table = Table::new("名寄せ", &["宛名番号", "氏名", "関係", "内容"]);
    for one in &merges {
        let other = if one.kept_id == person {
            one.joined_id
        } else {
            one.kept_id
        };
        let how = if one.kept_id == person {
            "この宛名に名寄せ"
        } else {
            "代表宛名"
        };
        let undone = one.undone_by_act.is_some();
        let mut relation = Cell::from(how);
        if undone {
            relation.badges.push(Badge::new("取消済", Tone::Plain, ""));
        }
        let row = table.row(vec![
            Cell::link(&other.to_string(), &format!("/people/{other}")),
            names.person(other).into(),
            relation,
            one.reason.as_str().into(),
        ]);
        row.off = undone;
        if !undone && desk.session().may(ApproveMerge::CODE) {
            let href = format!("/merges/{}/undo", one.merge_id);
            row.actions.push(Action::link("取り消す", &href));
        }
    }
    for one in &found {
        let row = table.row(vec![
            Cell::link(&one.other.to_string(), &format!("/people/{}", one.other)),
            names.person(one.other).into(),
            Cell::badge("同じ人かもしれない", Tone::Warn),
            format!("{} {}", one.kana, day_ja(one.birth_on)).into(),
        ]);
        let href = format!("/merge/{person}/{}", one.other);
        row.actions.push(Action::link("比べる", &href));
    }
    Ok(Some(Card::new("名寄せ", "w12").with_table(table, "")))
}
