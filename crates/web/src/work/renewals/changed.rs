//! 凍結後の異動 — whose paper is to be taken out or made again, who is to get one after all, and who was approved and got none.

use crate::certificate::rules;
use crate::desk::Desk;
use crate::registry::names;
use crate::view::cards::{Card, Cell, Table};
use crate::view::format::count;
use crate::work::{household, person};
use office::OfficeError;
use office::certificate::run::{Run, RunState};
use office::certificate::{KeptRules, run_delta, run_mark, run_missed};

/// Households held against their papers for one page.
const HOUSEHOLDS: usize = 300;
/// Lines on one page.
const PAGE: usize = 100;

/// What changed since a run was frozen: while it waits to be published, and while its papers wait in the office.
pub(super) fn cards(desk: &Desk, run: &Run) -> Result<Vec<Card>, OfficeError> {
    let waits = match run.state {
        RunState::Calculated | RunState::Approved => true,
        RunState::Published => {
            let lying = desk
                .store()
                .read(|conn| run_mark::lying(conn, run.run_id))?;
            lying.to_print + lying.to_mail > 0
        }
        RunState::Calculating | RunState::Publishing | RunState::Cancelled => {
            return Ok(Vec::new());
        }
    };
    let rules = rules(desk)?;
    let mut cards = Vec::new();
    if waits {
        cards.push(since(desk, run, &rules)?);
    }
    if run.is_published() {
        cards.extend(missed(desk, run, &rules)?);
    }
    Ok(cards)
}

fn kind_ja(rules: &KeptRules, run: &Run, code: &str) -> String {
    let found = rules.kind(code, run.issued_on);
    found.map_or_else(|_| code.to_owned(), |kind| kind.name_ja.clone())
}

fn since(desk: &Desk, run: &Run, rules: &KeptRules) -> Result<Card, OfficeError> {
    let (found, left) = desk
        .store()
        .read(|conn| run_delta::first(conn, run.run_id, HOUSEHOLDS))?;
    let shown = found.get(..PAGE).unwrap_or(&found);
    let names = desk.store().read(|conn| {
        let numbers = shown.iter().map(|one| one.person_id);
        names::people(conn, desk.business_date(), numbers)
    })?;
    let mut table = Table::new(
        "凍結後の異動",
        &[
            "異動",
            "人",
            "国保世帯",
            "更新の証",
            "いまの証",
            "証",
            "わけ",
        ],
    );
    for one in shown {
        let paper = one.certificate_id.map_or_else(Cell::default, |paper| {
            let place = one.place.map_or("", |place| place.label_ja());
            Cell::link(
                &format!("証{paper} {place}"),
                &format!("/certificates/{paper}"),
            )
        });
        table.row(vec![
            one.change.label_ja().into(),
            person(&names, one.person_id),
            household(one.household_id),
            kind_ja(rules, run, &one.kinds.0).into(),
            kind_ja(rules, run, &one.kinds.1).into(),
            paper,
            one.reason.as_str().into(),
        ]);
    }
    let mut card = Card::new("凍結後の異動", "w12").with_table(table, "ありません。");
    if run.is_published() {
        card.beside = "抜取・差替えの証は、印刷と発送に入れません。証の画面で交付を取り消すか、作り直してください。"
            .to_owned();
    }
    let more = found.len().saturating_sub(shown.len());
    if more > 0 || left > 0 {
        card.fact(
            "このほか",
            format!(
                "{}人と、事実の変わった{}世帯（kokuho renewal delta で全部を見る）",
                count(i64::try_from(more).unwrap_or(i64::MAX)),
                count(i64::try_from(left).unwrap_or(i64::MAX))
            ),
        );
    }
    Ok(card)
}

/// 交付しなかった人: approved, and no paper of the run was written.
fn missed(desk: &Desk, run: &Run, rules: &KeptRules) -> Result<Option<Card>, OfficeError> {
    let found = desk
        .store()
        .read(|conn| run_missed::missed(conn, run.run_id))?;
    if found.is_empty() {
        return Ok(None);
    }
    let shown = found.get(..PAGE).unwrap_or(&found);
    let names = desk.store().read(|conn| {
        let numbers = shown.iter().map(|one| one.person_id);
        names::people(conn, desk.business_date(), numbers)
    })?;
    let mut table = Table::new("交付しなかった人", &["人", "国保世帯", "更新の証", "わけ"]);
    for one in shown {
        let why = match one.covered_by {
            Some(paper) => Cell::link(
                &format!("後に交付した証{paper}がある"),
                &format!("/certificates/{paper}"),
            ),
            None => "承認した内容のとおりに作れない（処理待ちに挙げた）".into(),
        };
        table.row(vec![
            person(&names, one.person_id),
            household(one.household_id),
            kind_ja(rules, run, &one.kind).into(),
            why,
        ]);
    }
    let many = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let title = format!("承認した後に交付しなかった人（{}人）", count(many));
    Ok(Some(Card::new(&title, "w12").with_table(table, "")))
}
