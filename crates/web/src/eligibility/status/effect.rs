//! 影響 — what an order about a status comes to, as a preview.

use super::columns;
use crate::change::Shown;
use crate::desk::Desk;
use crate::levy::preview::block;
use crate::levy::show;
use crate::registry::names;
use crate::view::cards::{Card, Cell, Note, Table};
use crate::view::format::day_ja;
use crate::view::layout::Tone;
use crate::view::levy::PreviewBlock;
use office::OfficeError;
use office::eligibility::status::order::{Effect, Order};
use office::eligibility::status::{Levied, Line};
use office::worklist::Item;

/// What was found out.
///
/// # Errors
/// [`OfficeError`].
pub fn shown(desk: &Desk, effect: &Effect, withheld: bool) -> Result<Shown, OfficeError> {
    let mut shown = Shown {
        blocks: blocks(desk, &effect.levy)?,
        ..Shown::default()
    };
    if !effect.says.is_empty() {
        shown
            .notes
            .push(Note::new(Tone::Info, "", effect.says.clone()));
    }
    if !effect.levy.held.is_empty() {
        let held = effect.levy.held.clone();
        shown
            .notes
            .push(Note::new(Tone::Bad, "賦課は保留になります", held));
    }
    let mut table = Table::new(
        "状態の変更",
        &["状態", "該当日", "非該当日", "内容", "登録すると"],
    );
    let mut add = |lines: &[Line], badge: (&str, Tone)| -> Result<(), OfficeError> {
        for line in lines {
            let (from, until) = columns::days(line);
            let row = table.row(vec![
                line.label_ja.into(),
                from.into(),
                until.into(),
                columns::in_one(line, withheld)?.into(),
                Cell::badge(badge.0, badge.1),
            ]);
            row.off = badge.1 == Tone::Plain;
        }
        Ok(())
    };
    add(&effect.before, ("なくなる", Tone::Plain))?;
    add(&effect.after, ("加わる", Tone::Good))?;
    if !table.rows.is_empty() {
        shown
            .cards
            .push(Card::new("状態", "w12").with_table(table, ""));
    }
    shown.cards.extend(matters(effect));
    Ok(shown)
}

fn matters(effect: &Effect) -> Option<Card> {
    let mut table = Table::new("処理待ち", &["種類", "件名", "期限", "登録すると"]);
    let mut add = |items: &[Item], badge: (&str, Tone)| {
        for item in items {
            table.row(vec![
                item.kind_ja.as_str().into(),
                item.title.as_str().into(),
                day_ja(item.due_on).into(),
                Cell::badge(badge.0, badge.1),
            ]);
        }
    };
    add(&effect.opened, ("処理待ちに載る", Tone::Warn));
    add(&effect.closed, ("処理待ちから外れる", Tone::Plain));
    (!table.rows.is_empty()).then(|| Card::new("処理待ち", "w12").with_table(table, ""))
}

/// What the levy becomes, each amount open to its reasons.
fn blocks(desk: &Desk, levy: &Levied) -> Result<Vec<PreviewBlock>, OfficeError> {
    explained(
        desk,
        levy.relevied
            .iter()
            .zip(levy.reasons.iter().map(Vec::as_slice)),
    )
}

/// Levies that change, each with its reasons.
///
/// # Errors
/// [`OfficeError`].
pub fn explained<'l>(
    desk: &Desk,
    levies: impl Iterator<
        Item = (
            &'l office::levy::Relevied,
            &'l [office::levy::why::Explained],
        ),
    >,
) -> Result<Vec<PreviewBlock>, OfficeError> {
    let mut blocks = Vec::new();
    for (one, reasons) in levies {
        let people = reasons
            .iter()
            .flat_map(|one| one.members.iter().map(|member| member.person_id));
        let ids: Vec<i64> = people.chain([one.after.outcome.liable_id]).collect();
        let names = desk
            .store()
            .read(|conn| names::people(conn, desk.business_date(), ids))?;
        let rules = desk.rules(one.after.levy_year)?;
        blocks.push(block(rules, one, &names, show::reasons(reasons, &names)));
    }
    Ok(blocks)
}

/// What an order says beside its effect.
#[must_use]
pub fn words(order: &Order) -> Vec<(String, String)> {
    let pair = |name: &str, value: String| (name.to_owned(), value);
    match order {
        Order::State(stated) if stated.replaces.is_some() => {
            vec![
                pair("処理", "訂正".to_owned()),
                pair("備考", stated.note.clone()),
            ]
        }
        Order::State(stated) => {
            vec![
                pair("処理", "登録".to_owned()),
                pair("備考", stated.note.clone()),
            ]
        }
        Order::End { from, note, .. } => vec![
            pair("処理", "終了".to_owned()),
            pair("非該当日", day_ja(*from)),
            pair("理由", note.clone()),
        ],
        Order::Leave { left_on, .. } => vec![
            pair("処理", "退所".to_owned()),
            pair("退所日", day_ja(*left_on)),
        ],
        Order::Assistance(told) => vec![
            pair("異動", told.change.label_ja().to_owned()),
            pair("異動日", day_ja(told.on)),
        ],
        Order::Enter { entering, .. } => vec![
            pair("入所日", day_ja(entering.entered_on)),
            pair("入所前の市区町村コード", entering.came_from.clone()),
        ],
        Order::Hold { ground, .. } => vec![pair("理由", ground.clone())],
        Order::Trial {
            found_on,
            trial,
            finding,
            ..
        } => {
            let name = office::eligibility::status::whereabouts::Trial::ALL
                .iter()
                .find(|row| row.0 == *trial)
                .map_or("", |row| row.2);
            vec![
                pair("調査日", day_ja(*found_on)),
                pair("調査の方法", name.to_owned()),
                pair("調べて分かったこと", finding.clone()),
            ]
        }
        Order::Slip(slip) => vec![
            pair("連絡票", slip.kind.label_ja().to_owned()),
            pair("発行日・受理日", day_ja(slip.made_on)),
            pair("開始日", day_ja(slip.since)),
            pair("終了日", slip.until.map_or_else(String::new, day_ja)),
            pair("相手の市区町村コード", slip.municipality.clone()),
            pair("国保世帯番号", slip.household_id.to_string()),
        ],
        Order::Circumstances {
            reported_on,
            ground,
            evidence,
            ..
        } => vec![
            pair("届出日", day_ja(*reported_on)),
            pair("届け出た事情", ground.clone()),
            pair("添付書類", evidence.clone()),
        ],
    }
}
