//! 先に変更された内容 — who changed a household since a page was opened, and what differs.

use crate::desk::Desk;
use crate::registry::{acts, picture};
use crate::view::cards::{Card, Table};
use crate::view::format::moment_ja;
use crate::view::household::Member;
use db::Conn;
use office::registry::{HouseholdPicture, load_household};
use office::{OfficeError, trail};

/// What changed in a household after a moment; nothing where nothing did.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn since(
    desk: &Desk,
    conn: &mut Conn,
    household: i64,
    moment: i64,
) -> Result<Vec<Card>, OfficeError> {
    let today = desk.business_date();
    let done = trail::of_household(conn, household, today, moment)?;
    if done.is_empty() {
        return Ok(Vec::new());
    }
    let mut who = Table::new(
        "先に行われた処理",
        &["日時", "職員", "処理", "内容", "#処理番号"],
    );
    for act in &done {
        let name = if act.staff_id == desk.session().staff_id() {
            format!("{}（自分）", act.staff_name)
        } else {
            act.staff_name.clone()
        };
        who.row(vec![
            moment_ja(act.recorded_at).into(),
            name.into(),
            acts::label(&act.kind).into(),
            act.note.as_str().into(),
            act.act_id.to_string().into(),
        ]);
    }
    let before = load_household(conn, household, today, Some(moment))?;
    let after = load_household(conn, household, today, None)?;
    let mut what = Table::new(
        "変わった内容",
        &["対象", "項目", "画面を開いたとき", "いま"],
    );
    let rows = |found: &Option<HouseholdPicture>| -> Vec<(String, String, String)> {
        found
            .as_ref()
            .map(|found| items(found, today))
            .unwrap_or_default()
    };
    let (old, new) = (rows(&before), rows(&after));
    for (person, item, value) in &new {
        let stood = value_of(&old, person, item);
        if stood != *value {
            what.row(vec![
                person.as_str().into(),
                item.as_str().into(),
                stood.into(),
                value.as_str().into(),
            ]);
        }
    }
    for (person, item, value) in &old {
        if !value.is_empty()
            && !new
                .iter()
                .any(|(who, what, _)| who == person && what == item)
        {
            what.row(vec![
                person.as_str().into(),
                item.as_str().into(),
                value.as_str().into(),
                "".into(),
            ]);
        }
    }
    Ok(vec![
        Card::new("先に行われた処理", "w6").with_table(who, "記録がありません。"),
        Card::new("変わった内容", "w6")
            .with_table(what, "世帯の画面に出る項目に違いはありません。"),
    ])
}

fn value_of(rows: &[(String, String, String)], person: &str, item: &str) -> String {
    rows.iter()
        .find(|(who, what, _)| who == person && what == item)
        .map_or_else(String::new, |(_, _, value)| value.clone())
}

/// What a household is, item by item.
fn items(found: &HouseholdPicture, today: law::Date) -> Vec<(String, String, String)> {
    let mut rows = Vec::new();
    for person in picture::everyone(found) {
        let member: Member = picture::member(found, person, today);
        let who = format!("{}（{}）", member.name, member.person_id);
        let badges: Vec<&str> = member.badges.iter().map(|one| one.label.as_str()).collect();
        let resident = picture::current(person);
        let address = resident.map_or_else(String::new, |one| {
            if one.withheld {
                "（非開示）".to_owned()
            } else {
                format!("{} {}", one.address, one.building)
            }
        });
        for (item, value) in [
            ("資格", member.standing),
            ("取得", member.gained),
            ("喪失", member.lost),
            ("所得", member.income),
            ("続柄", member.relationship),
            ("生年月日", member.birth),
            ("住所", address),
            ("注意", badges.join("・")),
        ] {
            rows.push((who.clone(), item.to_owned(), value));
        }
    }
    rows
}
