//! 職権処理 — from a candidate to a case with ground and evidence, past a second person, to the notice.

mod new;

pub use new::{page as new_page, send as new_send};

use crate::answer;
use crate::desk::{Desk, Posted};
use crate::registry::names;
use crate::security::random_token;
use crate::view::cards::{Action, Card, CardsPage, Cell, Table};
use crate::view::format::{count, day_ja};
use crate::view::layout::Tone;
use axum::extract::Path;
use axum::response::Response;
use db::Conn;
use office::OfficeError;
use office::eligibility::ex_officio::{self, Case, Stage};
use office::security::permit::{ApproveEligibility, Function, HandleWork, RegisterEligibility};
use office::worklist::{self, Candidate};

/// The cases, the newest first, with figures on top.
pub async fn page(desk: Desk) -> Response {
    desk.answer(move |desk| {
        desk.permit::<HandleWork>()?;
        desk.record(HandleWork::CODE, None)?;
        let mut page = CardsPage::new(desk.layout("職権処理"), "職権処理");
        desk.store().read(|conn| {
            let all = ex_officio::list(conn)?;
            let mut figures = Table::new("件数", &["状態", "#件数"]);
            for stage in Stage::ALL {
                let number = all.iter().filter(|one| one.2 == stage).count();
                let number = i64::try_from(number).unwrap_or(i64::MAX);
                figures.row(vec![stage.label_ja().into(), count(number).into()]);
            }
            page.cards
                .push(Card::new("件数（最近200件）", "w6").with_table(figures, ""));
            let mut ways = Card::new("", "w6");
            if desk.session().may(RegisterEligibility::CODE) {
                ways.actions
                    .push(Action::link("起案する", "/ex-officio/new").main());
            }
            ways.actions
                .push(Action::link("資格重複", "/lists/overlap"));
            ways.actions.push(Action::link("未届", "/lists/unreported"));
            page.cards.push(ways);
            page.cards.push(cases(desk, conn, &all)?);
            Ok::<_, OfficeError>(())
        })?;
        answer::page(&page)
    })
    .await
}

fn cases(
    desk: &Desk,
    conn: &mut Conn,
    all: &[(i64, Case, Stage, Option<i64>)],
) -> Result<Card, OfficeError> {
    let today = desk.business_date();
    let names = names::people(conn, today, all.iter().map(|one| one.1.person_id))?;
    let rules = desk.book()?.eligibility();
    let mut table = Table::new(
        "職権処理",
        &[
            "#番号",
            "人",
            "事由",
            "該当日",
            "根拠",
            "確認した資料",
            "状態",
        ],
    );
    for (case_id, case, stage, proposal) in all {
        let cause = rules
            .cause(&case.cause, case.event_on)
            .map_or(case.cause.as_str(), |cause| cause.name_ja.as_str());
        let tone = match stage {
            Stage::Proposed | Stage::Approved => Tone::Warn,
            Stage::Rejected => Tone::Bad,
            Stage::Notified => Tone::Good,
        };
        let row = table.row(vec![
            case_id.to_string().into(),
            Cell::link(
                &names.person(case.person_id),
                &format!("/people/{}", case.person_id),
            ),
            cause.into(),
            day_ja(case.event_on).into(),
            case.ground.as_str().into(),
            case.evidence.as_str().into(),
            Cell::badge(stage.label_ja(), tone),
        ]);
        row.off = *stage == Stage::Rejected;
        if let Some(id) = proposal.filter(|_| *stage == Stage::Proposed)
            && desk.session().may(ApproveEligibility::CODE)
        {
            row.actions
                .push(Action::link("承認へ", &format!("/approvals/{id}")));
        }
        if *stage == Stage::Approved {
            let request = random_token()?;
            row.actions.push(Action::post(
                "通知を作る",
                &format!("/ex-officio/{case_id}"),
                &[("request_id", &request)],
            ));
        }
    }
    Ok(Card::new("職権処理", "w12").with_table(table, "職権処理はありません。"))
}

/// Writes the notice of a case that was approved.
pub async fn notify(Path(case_id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<HandleWork>()?;
            let acting = desk.acting(fields.text("request_id"));
            match ex_officio::notify(desk.store(), &permit, &acting, case_id) {
                Ok(letter) => Ok(answer::go(&format!("/letters/{}", letter.letter_id))),
                Err(error) if answer::is_repeated_order(&error) => Ok(answer::go("/ex-officio")),
                Err(error) => Err(error),
            }
        })
        .await
}

/// Where a candidate of the work list is dealt with; none where this member of staff cannot.
#[must_use]
pub fn href(desk: &Desk, item: &worklist::Item) -> Option<String> {
    let candidate = Candidate::of(item)?;
    if !desk.session().may(RegisterEligibility::CODE) {
        return None;
    }
    Some(if candidate.cause.starts_with("ex_officio") {
        format!("/ex-officio/new?item={}", item.item_id)
    } else {
        format!("/people/{}", candidate.person_id)
    })
}
