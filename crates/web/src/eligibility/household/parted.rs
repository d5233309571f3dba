//! 世帯分離と世帯合併 — as of their 異動日: whoever is insured in the household on that day or later, though he may have left
//! since.
//!
//! 根拠: 国民健康保険法 第76条、国民健康保険法施行規則 第9条

use super::super::people::Candidate;
use crate::desk::Desk;
use crate::fields::{Fields, note};
use crate::registry::names;
use crate::view::FieldError;
use crate::view::entry::{Field, Input};
use db::Conn;
use jiff::ToSpan;
use office::OfficeError;
use office::eligibility::NewEvent;
use office::eligibility::as_of::{merging, splitting};
use office::eligibility::compose::When;
use office::registry::{Dated, InsuredSpan, load_household};
use std::collections::BTreeSet;

/// What a page says of a change: names and values.
type Told = Vec<(String, String)>;

/// Events of a merger with the household that goes on, and how they are said.
type Merged = ((Vec<NewEvent>, i64), Told);

/// Whoever is insured in the household on the 異動日 or later; while that is not told, whoever was within two years.
fn insured<'p>(
    desk: &Desk,
    household: i64,
    people: &'p [Candidate],
    fields: &Fields,
) -> Vec<(&'p Candidate, &'p Dated<InsuredSpan>)> {
    let today = desk.business_date();
    let told = law::era::date_input(fields.text("occurred_on"), today);
    let since = told.unwrap_or_else(|_| today.saturating_sub(2.years()));
    people
        .iter()
        .filter_map(|one| Some((one, one.stay(household, since)?)))
        .collect()
}

/// One field for each who may part from the household.
pub(super) fn leave_fields(
    desk: &Desk,
    household: i64,
    people: &[Candidate],
    fields: &Fields,
) -> Vec<Field> {
    insured(desk, household, people, fields)
        .into_iter()
        .map(|(one, stay)| {
            let name = format!("leave_{}", one.id());
            let label = one.described_until(desk.business_date(), Some(stay));
            Field::new(Input::Check, &name, &label, fields.text(&name)).wide()
        })
        .collect()
}

/// 世帯分離, and how it is said; what is missing is noted.
pub(super) fn split(
    desk: &Desk,
    conn: &mut Conn,
    (household, when): (i64, When),
    (people, fields): (&[Candidate], &Fields),
    errors: &mut Vec<FieldError>,
) -> Result<Option<(Vec<NewEvent>, Told)>, OfficeError> {
    let chosen = |name: &str| {
        let mut people = people.iter();
        people.find(|one| one.id().to_string() == fields.text(name))
    };
    let leaving: Vec<&Candidate> = insured(desk, household, people, fields)
        .into_iter()
        .map(|(one, _)| one)
        .filter(|one| fields.has(&format!("leave_{}", one.id())))
        .collect();
    let Some(head) = chosen("head") else {
        note(errors, "head", "新しい世帯の世帯主: 一覧から選んでください");
        return Ok(None);
    };
    if leaving.is_empty() {
        note(errors, "", "分離する人: 一人以上選んでください");
        return Ok(None);
    }
    let names: Vec<&str> = leaving.iter().map(|one| one.name.as_str()).collect();
    let mut told = vec![
        ("分離する人".to_owned(), names.join("、")),
        ("新しい世帯の世帯主".to_owned(), head.name.clone()),
    ];
    let successor = chosen("successor");
    if let Some(successor) = successor {
        let name = successor.name.clone();
        told.push(("元の世帯の新しい世帯主".to_owned(), name));
    }
    let ids: Vec<i64> = leaving.iter().map(|one| one.id()).collect();
    let heads = (head.id(), successor.map(Candidate::id));
    let events = splitting(conn, when, household, &ids, heads)?;
    Ok(Some((events, told)))
}

/// 世帯合併 into another household, and how it is said; what is missing is noted.
pub(super) fn merge(
    desk: &Desk,
    conn: &mut Conn,
    (household, when): (i64, When),
    (people, fields): (&[Candidate], &Fields),
    errors: &mut Vec<FieldError>,
) -> Result<Option<Merged>, OfficeError> {
    let today = desk.business_date();
    let typed = fields.text("into");
    let target = match typed.parse::<i64>() {
        Ok(into) if into == household => {
            Err("この世帯の番号です。別の世帯の番号を入力してください".to_owned())
        }
        Ok(into) => load_household(conn, into, today, None)?
            .ok_or_else(|| format!("世帯番号{into}の国保世帯はありません。番号を確かめてください")),
        Err(_) if typed.is_empty() => Err("合併先の世帯の番号を入力してください".to_owned()),
        Err(_) => Err(format!(
            "「{typed}」は世帯番号ではありません。記号番号ではなく、世帯番号を入力してください"
        )),
    };
    let target = match target {
        Ok(target) => target,
        Err(text) => {
            note(errors, "into", &format!("合併先の世帯番号: {text}"));
            return Ok(None);
        }
    };
    let into = target.household_id;
    let events = merging(conn, when, household, into)?;
    let moved = events.iter().filter(|one| one.household_id() == Some(into));
    let moved: BTreeSet<i64> = moved.filter_map(NewEvent::person_id).collect();
    let names: Vec<&str> = people
        .iter()
        .filter(|one| moved.contains(&one.id()))
        .map(|one| one.name.as_str())
        .collect();
    let number = names::household_number(conn, into, today)?;
    let told = vec![
        ("合併先".to_owned(), format!("{number}（世帯番号{into}）")),
        (
            "移る人".to_owned(),
            format!("{}（{}人）", names.join("、"), moved.len()),
        ),
    ];
    Ok(Some(((events, into), told)))
}
