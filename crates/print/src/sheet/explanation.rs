//! Pages of 計算内訳書: rows of their own height, placed here so that the number of pages is known.

use super::levy::issuer;
use super::{Fault, Setter, Sheet, frame, yen};
use crate::content::{Explanation, Step};
use crate::fit::{Frame, Set};
use serde_json::{Value, json};

/// Lengths in tenths of a millimetre as `templates/explanation.typ` draws them.
const FIRST_TOP: i64 = 400;
const NEXT_TOP: i64 = 240;
const BOTTOM: i64 = 2750;
const FACT_PITCH: i64 = 62;
const LINE_PITCH: i64 = 42;
const ROW_PADDING: i64 = 28;
const GROUP_HEIGHT: i64 = 80;
const HEAD_HEIGHT: i64 = 62;
const NOTE_PITCH: i64 = 46;

const LABEL: Frame = frame(400, 85, 1);
const FORMULA: Frame = frame(750, 85, 1);
const CLAUSE: Frame = frame(310, 75, 1);
const NOTE: Frame = frame(1790, 85, 1);

/// Pages under construction: each a list of placed rows.
struct Pages {
    pages: Vec<Vec<Value>>,
    current: Vec<Value>,
    y: i64,
}

impl Pages {
    /// Room for a row; begins a new page (with the table head where `head`) when it does not fit.
    fn room(&mut self, height: i64, head: bool) -> i64 {
        if self.y + height > BOTTOM && !self.current.is_empty() {
            self.pages.push(std::mem::take(&mut self.current));
            self.y = NEXT_TOP;
            if head {
                self.head();
            }
        }
        let y = self.y;
        self.y += height;
        y
    }

    fn head(&mut self) {
        self.current
            .push(json!({ "kind": "head", "y": self.y, "h": HEAD_HEIGHT }));
        self.y += HEAD_HEIGHT;
    }
}

pub(super) fn sheets(content: &Explanation, setter: &mut Setter) -> Result<Vec<Sheet>, Fault> {
    if content.steps.is_empty() {
        return Err(Fault::new("計算内訳", "計算の段階が1つもありません"));
    }
    let facts: Vec<(Set, Set)> = content
        .facts
        .iter()
        .map(|fact| {
            let label = setter.fit("項目", &fact.label, frame(270, 85, 1));
            (
                label,
                setter.fit(&fact.label, &fact.value, frame(580, 90, 1)),
            )
        })
        .collect();
    let fact_rows = i64::try_from(facts.len().div_ceil(2)).unwrap_or(0);
    let mut pages = Pages {
        pages: Vec::new(),
        current: Vec::new(),
        y: FIRST_TOP + fact_rows * FACT_PITCH + 30,
    };
    pages.head();
    let mut group = "";
    for step in &content.steps {
        if step.group != group {
            group = &step.group;
            if !group.is_empty() {
                let set = setter.fit("計算の区分", group, frame(1780, 95, 1));
                // A heading stays with the row below it.
                let y = pages.room(GROUP_HEIGHT + LINE_PITCH + ROW_PADDING, true);
                pages.y = y + GROUP_HEIGHT;
                pages
                    .current
                    .push(json!({ "kind": "group", "y": y, "h": GROUP_HEIGHT, "text": set }));
            }
        }
        push_step(&mut pages, step, setter);
    }
    pages.y += 30;
    for note in &content.notes {
        for line in setter.lines("注記", note, NOTE) {
            let y = pages.room(NOTE_PITCH, false);
            pages
                .current
                .push(json!({ "kind": "note", "y": y, "h": NOTE_PITCH, "text": line }));
        }
    }
    let rest = std::mem::take(&mut pages.current);
    pages.pages.push(rest);
    let office = issuer(&content.office, setter);
    let title = setter.fit("題名", &content.title, frame(1500, 150, 1));
    let issued = setter.fit("作成日", &content.issued_on, frame(400, 85, 1));
    let all = pages.pages.into_iter().enumerate();
    Ok(all
        .map(|(place, rows)| {
            Sheet::plain(json!({
                "form": "explanation",
                "first": place == 0,
                "office": office,
                "title": title,
                "issued": issued,
                "facts": if place == 0 { json!(facts) } else { json!([]) },
                "rows": rows,
            }))
        })
        .collect())
}

fn push_step(pages: &mut Pages, step: &Step, setter: &mut Setter) {
    let label = setter.lines("項目", &step.label, LABEL);
    let formula = setter.lines("計算式", &step.formula, FORMULA);
    let clause = setter.lines("根拠", &step.clause, CLAUSE);
    let lines = [label.len(), formula.len(), clause.len()];
    let lines = i64::try_from(lines.into_iter().max().unwrap_or(1)).unwrap_or(1);
    let height = lines * LINE_PITCH + ROW_PADDING;
    let y = pages.room(height, true);
    pages.current.push(json!({
        "kind": "step",
        "y": y,
        "h": height,
        "label": label,
        "formula": formula,
        "clause": clause,
        "amount": step.amount_yen.map(yen),
        "strong": step.strong,
    }));
}
