//! 影響 — what an eligibility event sets in motion, as cards of a preview.

use super::status::effect;
use crate::change::Shown;
use crate::desk::Desk;
use crate::registry::codes::word;
use crate::registry::names::{self, Names};
use crate::view::cards::{Card, Cell, Note, Table};
use crate::view::format::day_ja;
use crate::view::layout::Tone;
use law::judgement::Verdict;
use office::OfficeError;
use office::certificate::Task;
use office::eligibility::Consequences;
use office::eligibility::project::Row;
use office::judgement::decision::{HOUSEHOLD, label_ja};
use office::registry::InsuredSpan;

/// What was found out, as cards and notes.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn shown(desk: &Desk, found: &Consequences) -> Result<Shown, OfficeError> {
    let today = desk.business_date();
    let ids = found
        .people
        .iter()
        .map(|person| person.person_id)
        .chain(
            found
                .judged
                .iter()
                .map(|one| one.subject_id)
                .filter(|id| *id != HOUSEHOLD),
        )
        .chain(found.tasks.iter().map(|task| task.person_id))
        .chain(found.households.iter().flat_map(|household| {
            let rows = household.before.iter().chain(&household.after);
            rows.map(|row| row.1.head_person_id)
        }));
    let names = desk
        .store()
        .read(|conn| names::people(conn, today, ids.collect::<Vec<_>>()))?;
    let mut shown = Shown {
        blocks: effect::explained(
            desk,
            (0..).zip(&found.relevied).map(|(place, one): (usize, _)| {
                (one, found.reasons.get(place).map_or(&[][..], Vec::as_slice))
            }),
        )?,
        ..Shown::default()
    };
    if !found.approval.is_empty() {
        shown.notes.push(Note::new(
            Tone::Warn,
            "別の職員の承認が要ります",
            found.approval.clone(),
        ));
    }
    if !found.warnings.is_empty() {
        let mut lines: Vec<String> = Vec::new();
        for line in found.warnings.iter().map(|one| one.message_ja()) {
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        shown
            .notes
            .push(Note::new(Tone::Warn, "確かめること", lines));
    }
    for (title, all) in [
        ("賦課は保留になります", &found.held),
        ("負担区分の判定は保留になります", &found.not_judged),
        ("証の確認は保留になります", &found.papers_held),
    ] {
        for held in all {
            shown
                .notes
                .push(Note::new(Tone::Bad, title, vec![held.message_ja.clone()]));
        }
    }
    if !found.waiting.is_empty() {
        let lines = found
            .waiting
            .iter()
            .map(|one| one.message_ja.clone())
            .collect();
        shown
            .notes
            .push(Note::new(Tone::Warn, "効力を待つ異動", lines));
    }
    shown.cards.push(people(found, &names));
    shown.cards.push(households(found, &names));
    shown.cards.push(judged(found, &names));
    shown.cards.push(papers(&found.tasks, &names));
    shown.cards.push(messages(found, &names));
    shown.cards.retain(|card| {
        card.table
            .as_ref()
            .is_some_and(|table| !table.rows.is_empty())
    });
    Ok(shown)
}

fn spans(rows: &[Row<InsuredSpan>]) -> String {
    let all: Vec<String> = rows
        .iter()
        .map(|row| {
            let until = row.0.until.map_or_else(String::new, |until| {
                let why = row.1.loss_cause.as_deref().unwrap_or("");
                format!("{} {}", day_ja(until), word("loss_cause", why))
            });
            format!(
                "{} {}〜{until}（世帯{} 枝番{:02}）",
                day_ja(row.0.from),
                word("gain_cause", &row.1.gain_cause),
                row.1.household_id,
                row.1.branch
            )
        })
        .collect();
    if all.is_empty() {
        "なし".to_owned()
    } else {
        all.join("、")
    }
}

fn people(found: &Consequences, names: &Names) -> Card {
    let mut table = Table::new(
        "資格の変更",
        &[
            "人",
            "適用の期間（いま）",
            "適用の期間（登録後）",
            "都道府県の資格",
        ],
    );
    for person in &found.people {
        let prefecture: Vec<String> = person
            .prefecture
            .iter()
            .map(|span| {
                let until = span.until.map_or_else(String::new, day_ja);
                format!("{}〜{until}", day_ja(span.from))
            })
            .collect();
        let mut after = Cell::from(spans(&person.after));
        if person.former_after.len() > person.former_before.len() {
            after.small = "特定同一世帯所属者になります".to_owned();
        } else if person.former_after.len() < person.former_before.len() {
            after.small = "特定同一世帯所属者でなくなります".to_owned();
        }
        table.row(vec![
            names.person(person.person_id).into(),
            spans(&person.before).into(),
            after,
            prefecture.join("、").into(),
        ]);
    }
    Card::new("資格", "w12").with_table(table, "")
}

fn households(found: &Consequences, names: &Names) -> Card {
    let mut table = Table::new(
        "世帯の変更",
        &[
            "世帯",
            "世帯主・記号番号（いま）",
            "世帯主・記号番号（登録後）",
        ],
    );
    for household in &found.households {
        let said = |rows: &[Row<office::registry::HouseholdHead>]| -> String {
            let all: Vec<String> = rows
                .iter()
                .map(|row| {
                    let until = row.0.until.map_or_else(String::new, day_ja);
                    format!(
                        "{} {} {}〜{until}",
                        names.person(row.1.head_person_id),
                        names::written(&row.1),
                        day_ja(row.0.from)
                    )
                })
                .collect();
            if all.is_empty() {
                "なし".to_owned()
            } else {
                all.join("、")
            }
        };
        table.row(vec![
            household.household_id.to_string().into(),
            said(&household.before).into(),
            said(&household.after).into(),
        ]);
    }
    Card::new("世帯", "w12").with_table(table, "")
}

fn judged(found: &Consequences, names: &Names) -> Card {
    let mut table = Table::new("負担区分の変更", &["対象", "期間", "いま", "登録後"]);
    let said =
        |verdict: &Option<Verdict>| verdict.as_ref().map_or_else(|| "なし".to_owned(), label_ja);
    for one in &found.judged {
        let about = if one.subject_id == HOUSEHOLD {
            format!("世帯番号{}", one.household_id)
        } else {
            names.person(one.subject_id)
        };
        table.row(vec![
            about.into(),
            format!(
                "{}〜{}",
                day_ja(one.from),
                day_ja(law::date::previous_day(one.until))
            )
            .into(),
            said(&one.before).into(),
            said(&one.after).into(),
        ]);
    }
    Card::new("判定", "w12").with_table(table, "")
}

/// 証 to issue, replace or collect, as a card.
#[must_use]
pub fn papers(tasks: &[Task], names: &Names) -> Card {
    let mut table = Table::new("証の交付と回収", &["人", "すること", "いつから", "理由"]);
    for task in tasks {
        let mut what = Cell::from(task.title.clone());
        task.kind.label_ja().clone_into(&mut what.small);
        table.row(vec![
            names.person(task.person_id).into(),
            what,
            day_ja(task.from).into(),
            task.reason.clone().into(),
        ]);
    }
    Card::new("証", "w12").with_table(table, "")
}

fn messages(found: &Consequences, names: &Names) -> Card {
    let mut table = Table::new("連携", &["相手", "内容", "対象"]);
    for message in &found.messages {
        let about = match (message.person_id, message.household_id) {
            (Some(person), _) => names.person(person),
            (None, Some(household)) => format!("世帯番号{household}"),
            (None, None) => String::new(),
        };
        table.row(vec![
            message.partner_ja.into(),
            message.what_ja.into(),
            about.into(),
        ]);
    }
    Card::new("連携", "w12").with_table(table, "")
}
