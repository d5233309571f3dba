//! 判定の画面 — classes and ratios as they stand, month by month, each with its reasons; judged again where it is asked.

use crate::answer;
use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::registry::{household, names};
use crate::revenue;
use crate::view::FieldError;
use crate::view::cards::{Card, CardsPage, Cell, Note, Table};
use crate::view::entry::{Field, Form, Input};
use crate::view::format::{day_ja, moment_ja, year_ja};
use crate::view::layout::Tone;
use crate::view::why::Why;
use crate::{continuity, copay_relief, long_stay_shown};
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use law::judgement::{Pending, Verdict};
use law::{Date, FiscalYear};
use office::judgement::decision::{HOUSEHOLD, label_ja};
use office::judgement::{self, Decision, Judged};
use office::registry::load_household;
use office::security::permit::{Function, Judge, ViewHousehold, ViewLevy};
use office::{Acting, OfficeError};

/// The page.
pub async fn page(desk: Desk, Path(id): Path<i64>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ViewHousehold>()?;
        desk.record(ViewHousehold::CODE, Some(id))?;
        let page = desk.store().read(|conn| gather(desk, conn, id))?;
        match page {
            Some(page) => answer::page(&page),
            None => answer::no_household(desk, id),
        }
    })
    .await
}

fn gather(desk: &Desk, conn: &mut Conn, id: i64) -> Result<Option<CardsPage>, OfficeError> {
    let today = desk.business_date();
    let mut layout = desk.layout("判定");
    layout.subject = household::subject(desk, conn, id, "judgement")?;
    let Some(found) = load_household(conn, id, today, None)? else {
        return Ok(None);
    };
    let mut page = CardsPage::new(layout, "負担区分の判定");
    if let Some(decision) = judgement::of_household(conn, id, today, None)? {
        page.cards
            .push(standing(conn, "世帯（70歳未満の所得区分）", &decision)?);
    }
    let mut shown = false;
    for member in &found.members {
        let person = member.person_id;
        let Some(standing_now) = judgement::standing(conn, person, today, None)? else {
            continue;
        };
        let names = names::people(conn, today, [person])?;
        let name = names.person(person);
        if let Some(pending) = standing_now.pending {
            page.notes.push(held(&name, pending));
        }
        if let Some(decision) = &standing_now.person {
            page.cards
                .push(standing(conn, &format!("{name}（70歳以上）"), decision)?);
            shown = true;
        }
    }
    if page.cards.is_empty() && !shown {
        page.notes.push(Note::new(
            Tone::Info,
            "",
            vec!["この世帯の判定はまだありません。".to_owned()],
        ));
    }
    page.cards
        .push(months(desk, conn, id, &found.ever_members)?);
    if desk.session().may(Judge::CODE)
        && let Some(card) = page.cards.last_mut()
    {
        let href = format!("/households/{id}/judge");
        card.actions
            .push(crate::view::cards::Action::link("判定し直す", &href));
    }
    page.cards.push(revenue::card(desk, conn, id)?);
    let members: Vec<i64> = found.members.iter().map(|one| one.person_id).collect();
    page.cards
        .push(long_stay_shown::card(desk, conn, &members)?);
    page.cards.push(continuity::card(desk, conn, id)?);
    page.cards.push(copay_relief::card(desk, conn, id)?);
    if desk.session().may(ViewLevy::CODE) {
        let mut people: Vec<i64> = found.members.iter().map(|one| one.person_id).collect();
        people.extend(found.former_members.iter().map(|one| one.person_id));
        if let Some(head) = &found.head_person
            && !people.contains(&head.person_id)
        {
            people.push(head.person_id);
        }
        let names = names::people(conn, today, people.iter().copied())?;
        let year = FiscalYear::of(today);
        let years = [year.previous(), year];
        page.cards
            .push(revenue::incomes(desk, conn, &people, &names, &years)?);
    }
    Ok(Some(page))
}

fn held(name: &str, pending: Pending) -> Note {
    Note::new(
        Tone::Warn,
        &format!("{name} {}", pending.label_ja()),
        vec!["判定できるまで、区分の入る証は交付できません。".to_owned()],
    )
}

fn words(verdict: Option<&Verdict>) -> String {
    verdict.map_or_else(|| "判定なし".to_owned(), label_ja)
}

/// A decision with its reasons.
fn standing(conn: &mut Conn, title: &str, decision: &Decision) -> Result<Card, OfficeError> {
    let mut card = Card::new(title, "w6");
    card.fact("区分", words(decision.verdict.as_ref()));
    card.fact(
        "期間",
        format!(
            "{}から{}まで",
            day_ja(decision.from),
            day_ja(law::date::previous_day(decision.until))
        ),
    );
    if let Some(verdict) = &decision.verdict {
        card.fact("判定に使った所得の年", income_year_ja(verdict.income_year));
        card.fact("課税の年度", year_ja(verdict.tax_year));
    }
    card.fact("事由", decision.reason.as_str());
    card.fact(
        "決定日",
        Cell::beside(
            &day_ja(decision.decided_on),
            &moment_ja(decision.recorded_at),
        ),
    );
    match judgement::why(conn, decision) {
        Ok(explained) => {
            let today = decision.decided_on;
            let names = names::people(conn, today, explained.person_ids.iter().copied())?;
            card.whys = explained
                .lines
                .iter()
                .map(|line| {
                    let label = match line.person.and_then(|at| explained.person_ids.get(at)) {
                        Some(person) => format!("{}（{}）", line.label, names.person(*person)),
                        None => line.label.clone(),
                    };
                    Why {
                        label,
                        formula: line.sentence.clone(),
                        clause: line.clause.clone(),
                        ..Why::default()
                    }
                })
                .collect();
        }
        // A judgement that cannot be worked out again is an alarm on the page, not the end of the page.
        Err(OfficeError::Bug(message)) => card.fact("警告", Cell::badge(&message, Tone::Bad)),
        Err(OfficeError::Refusal(refusal)) => card.fact("説明", refusal.to_string()),
        Err(other) => return Err(other),
    }
    Ok(card)
}

/// Two benefit years month by month, the household first.
fn months(desk: &Desk, conn: &mut Conn, id: i64, people: &[i64]) -> Result<Card, OfficeError> {
    let today = desk.business_date();
    let year = FiscalYear::of(today);
    let (from, until) = (year.previous().assessment_day(), year.next().end());
    let mut table = Table::new("月ごとの判定", &["対象", "月", "区分", "事由", "決定日"]);
    let names = names::people(conn, today, people.iter().copied())?;
    let subjects = std::iter::once(None).chain(people.iter().copied().map(Some));
    for subject in subjects {
        let name = subject.map_or_else(|| "世帯".to_owned(), |person| names.person(person));
        let mut before: Option<i64> = None;
        for line in judgement::by_month(conn, id, subject, (from, until), None)? {
            // A decision is said once, at the month from which it holds.
            if before == Some(line.decision.decision_id) {
                continue;
            }
            before = Some(line.decision.decision_id);
            table.row(vec![
                name.as_str().into(),
                format!("{}から", month_ja(line.month)).into(),
                words(line.decision.verdict.as_ref()).into(),
                line.decision.reason.as_str().into(),
                day_ja(line.decision.decided_on).into(),
            ]);
        }
    }
    Ok(Card::new("月ごとの判定", "w12").with_table(table, "判定はまだありません。"))
}

fn month_ja(month: Date) -> String {
    let day = day_ja(month);
    day.split('月')
        .next()
        .map_or(day.clone(), |head| format!("{head}月"))
}

/// 再判定.
pub struct Again(i64);

/// The form.
pub async fn judge_page(
    desk: Desk,
    Path(id): Path<i64>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    change::open(desk, Again(id), asked).await
}

/// What was typed.
pub async fn judge(Path(id): Path<i64>, posted: Posted) -> Response {
    change::send(posted, Again(id)).await
}

/// From when, and why.
pub struct From {
    on: Date,
    reason: String,
}

impl Change for Again {
    type Order = From;

    fn title(&self) -> String {
        "判定のやり直し".to_owned()
    }

    fn about(&self) -> About {
        About {
            household: Some(self.0),
            person: None,
            tab: "judgement",
        }
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<Judge>().map(|_| ())
    }

    fn blank(&self, desk: &Desk, _: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let today = desk.business_date();
        let on = if fields.has("on") {
            fields.day_written("on", today)
        } else {
            day_ja(today)
        };
        let reason = if fields.has("reason") {
            fields.text("reason")
        } else {
            "窓口での再判定"
        };
        Ok(Blank {
            form: Form::post(&format!("/households/{}/judge", self.0)).fields(vec![
                Field::new(Input::Day, "on", "いつの月から", &on).first(),
                Field::new(Input::Text, "reason", "事由", reason).wide(),
            ]),
            ..Blank::default()
        })
    }

    fn read(
        &self,
        desk: &Desk,
        _: &mut Conn,
        fields: &Fields,
        errors: &mut Vec<FieldError>,
    ) -> Result<Option<From>, OfficeError> {
        let on = fields.required_day("on", "いつの月から", desk.business_date(), errors);
        if fields.text("reason").is_empty() {
            note(errors, "reason", "事由: 事由を入力してください");
        }
        Ok(on.map(|on| From {
            on,
            reason: fields.text("reason").to_owned(),
        }))
    }

    fn show(&self, desk: &Desk, order: &From) -> Result<Shown, OfficeError> {
        let book = book(desk)?;
        let today = desk.business_date();
        let (judged, names) = desk.store().read(|conn| {
            let judged = judgement::preview(conn, &book, self.0, order.on)?;
            let people = judged.iter().map(|one| one.subject_id);
            let names = names::people(conn, today, people.filter(|id| *id != HOUSEHOLD))?;
            Ok::<_, OfficeError>((judged, names))
        })?;
        let table = changes(&judged, &names);
        let mut cards = Vec::new();
        if !table.rows.is_empty() {
            cards.push(Card::new("変わる判定", "w6").with_table(table, ""));
        }
        Ok(Shown {
            facts: vec![
                ("いつの月から".to_owned(), month_ja(order.on)),
                ("事由".to_owned(), order.reason.clone()),
            ],
            cards,
            ..Shown::default()
        })
    }

    fn carry_out(&self, desk: &Desk, order: &From, acting: &Acting) -> Result<(), OfficeError> {
        let permit = desk.permit::<Judge>()?;
        let when = (order.on, order.reason.as_str());
        let book = book(desk)?;
        judgement::rejudge_households(desk.store(), &book, &permit, acting, &[self.0], when)?;
        Ok(())
    }

    fn done(&self, _: i64) -> String {
        format!("/households/{}/judgement", self.0)
    }

    fn field_of(&self, _: &str) -> String {
        String::new()
    }

    fn back(&self) -> String {
        format!("/households/{}/judgement", self.0)
    }

    fn verb(&self) -> &'static str {
        "この内容で判定する"
    }
}

/// 判定の規則 of the municipality.
///
/// # Errors
/// [`OfficeError`] where the shipped rules cannot be read.
pub fn book(desk: &Desk) -> Result<law::rules::JudgementBook, OfficeError> {
    Ok(desk
        .book()?
        .judgement_of(&desk.app().config().municipality_code)?)
}

/// What would change, line by line.
#[must_use]
pub fn changes(judged: &[Judged], names: &names::Names) -> Table {
    let mut table = Table::new("変わる判定", &["対象", "期間", "いま", "変更後"]);
    for one in judged {
        let who = if one.subject_id == HOUSEHOLD {
            "世帯（70歳未満）".to_owned()
        } else {
            names.person(one.subject_id)
        };
        table.row(vec![
            who.into(),
            format!(
                "{}〜{}",
                day_ja(one.from),
                day_ja(law::date::previous_day(one.until))
            )
            .into(),
            words(one.before.as_ref()).into(),
            words(one.after.as_ref()).into(),
        ]);
    }
    table
}

/// 令和6年中: the calendar year of an income.
fn income_year_ja(year: i16) -> String {
    let last = day_ja(law::day(year, 12, 31));
    let (year, _) = last.split_once('年').unwrap_or((&last, ""));
    format!("{year}年中")
}
