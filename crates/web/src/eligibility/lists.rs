//! 一覧 — 資格重複, 未届, 居所不明 and the yearly checks: figures on top, where each matter stands, what was sent, and the
//! steps over the whole list.

mod step;

pub use step::{page as step_page, send as step_send};

use crate::answer;
use crate::desk::Desk;
use crate::fields::Fields;
use crate::registry::names;
use crate::view::cards::{Action, Card, CardsPage, Cell, Table};
use crate::view::format::{count, day_ja};
use crate::view::layout::{Badge, Tone};
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use law::Date;
use office::OfficeError;
use office::eligibility::letters::{self, LetterKind};
use office::eligibility::overlap::{self, Rank, State};
use office::eligibility::status::whereabouts;
use office::eligibility::waves::Wave;
use office::notices::not_found::kept_back;
use office::security::permit::{Function, HandleWork, RegisterEligibility, RunEligibility};
use office::worklist::{
    self, Candidate, Cursor, ELIGIBILITY_CANDIDATE, ELIGIBILITY_UNREPORTED, Filter, Item,
    JUDGEMENT_INVITE, Kind, STATUS_FACILITY, STATUS_RESIDENCE_PERIOD, STATUS_STUDENT,
    STATUS_WHEREABOUTS,
};

/// So many rows are shown at once.
const MOST: usize = 100;

/// The lists: place in the address, title, and the kind of their matters.
const LISTS: [(&str, &str, Option<Kind>); 7] = [
    ("overlap", "資格重複（社保）", None),
    ("unreported", "未届の勧奨", Some(ELIGIBILITY_UNREPORTED)),
    ("whereabouts", "居所不明", Some(STATUS_WHEREABOUTS)),
    ("student", "在学の確認", Some(STATUS_STUDENT)),
    ("facility", "施設入所の確認", Some(STATUS_FACILITY)),
    ("stay", "在留期間の確認", Some(STATUS_RESIDENCE_PERIOD)),
    ("revenue", "2割の申請の案内", Some(JUDGEMENT_INVITE)),
];

fn title_of(list: &str) -> Option<(&'static str, Option<Kind>)> {
    LISTS
        .iter()
        .find(|row| row.0 == list)
        .map(|row| (row.1, row.2))
}

/// A list.
pub async fn page(
    desk: Desk,
    Path(list): Path<String>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    desk.answer(move |desk| {
        desk.permit::<HandleWork>()?;
        let Some((title, kind)) = title_of(&list) else {
            return answer::not_found(desk, "この一覧");
        };
        desk.record(HandleWork::CODE, None)?;
        let asked = Fields::new(asked);
        let mut page = CardsPage::new(desk.layout(title), title);
        desk.store().read(|conn| {
            page.cards.push(views(&list));
            match kind {
                None => overlaps(desk, conn, &asked, &mut page)?,
                Some(kind) => matters(desk, conn, (&list, kind), &asked, &mut page)?,
            }
            Ok::<_, OfficeError>(())
        })?;
        answer::page(&page)
    })
    .await
}

fn views(list: &str) -> Card {
    let mut card = Card::new("", "w12");
    for (code, title, _) in LISTS {
        let link = Action::link(title, &format!("/lists/{code}"));
        card.actions
            .push(if code == list { link.main() } else { link });
    }
    card.actions.push(Action::link("職権処理", "/ex-officio"));
    card.actions.push(Action::link("文書", "/letters"));
    card
}

/// The steps over a list, for whoever may run them.
fn steps(desk: &Desk, list: &str) -> Card {
    let mut card = Card::new("一覧への処理", "w6");
    if !desk.session().may(RunEligibility::CODE) {
        "一覧への処理は資格担当が行います。".clone_into(&mut card.empty);
        return card;
    }
    for (_, path, label) in Wave::ALL {
        if path.split('/').next() == Some(list) {
            let href = path.replacen('/', "/wave/", 1);
            card.actions
                .push(Action::link(label, &format!("/lists/{href}")));
        }
    }
    card
}

fn overlaps(
    desk: &Desk,
    conn: &mut Conn,
    asked: &Fields,
    page: &mut CardsPage,
) -> Result<(), OfficeError> {
    let state = State::read(asked.text("state")).unwrap_or(State::Found);
    let mut figures = Table::new("状態ごと", &["状態", "#件数"]);
    let counts = overlap::by_state(conn)?;
    for (one, code, label) in State::ALL {
        let number = counts
            .iter()
            .find(|row| row.0 == label)
            .map_or(0, |row| row.1);
        let mut cell = Cell::link(label, &format!("/lists/overlap?state={code}"));
        if one == state {
            cell.badges.push(Badge::new("表示中", Tone::Info, ""));
        }
        figures.row(vec![cell, count(number).into()]);
    }
    page.cards
        .push(Card::new("件数", "w6").with_table(figures, ""));
    page.cards.push(steps(desk, "overlap"));
    let today = desk.business_date();
    let all = overlap::list(conn, state)?;
    let names = names::people(conn, today, all.iter().take(MOST).map(|one| one.person_id))?;
    let mut table = Table::new(
        "資格重複",
        &[
            "人",
            "確からしさ",
            "他の保険者",
            "他の保険の資格",
            "送った文書",
            "状態",
        ],
    );
    for one in all.iter().take(MOST) {
        let tone = match one.rank {
            Rank::Sure => Tone::Good,
            Rank::Likely => Tone::Info,
            Rank::Doubtful => Tone::Warn,
        };
        let lost = one.row.lost_on.map_or_else(String::new, day_ja);
        let row = table.row(vec![
            Cell::link(
                &names.person(one.person_id),
                &format!("/people/{}", one.person_id),
            ),
            Cell::badge(one.rank.label_ja(), tone),
            Cell::beside(&one.row.insurer_name, &one.row.insurer_number),
            format!("{}〜{lost}", day_ja(one.row.gained_on)).into(),
            sent(conn, one.item_id)?,
            one.state.label_ja().into(),
        ]);
        row.actions
            .push(Action::link("処理待ち", &format!("/work/{}", one.item_id)));
        proceed(desk, conn, one.person_id, row)?;
    }
    let title = format!(
        "{}（{}件）",
        state.label_ja(),
        count(i64::try_from(all.len()).unwrap_or(i64::MAX))
    );
    page.cards
        .push(Card::new(&title, "w12").with_table(table, "この状態の人はいません。"));
    Ok(())
}

/// The letters of a matter: how many, the last one, and until when an answer is waited for.
fn sent(conn: &mut Conn, item_id: i64) -> Result<Cell, OfficeError> {
    let all = letters::of_item(conn, item_id)?;
    let Some(last) = all.last() else {
        return Ok("なし".into());
    };
    let until = last
        .answer_by
        .map_or_else(String::new, |day| format!("回答期限 {}", day_ja(day)));
    Ok(Cell {
        href: format!("/letters/{}", last.letter_id),
        small: until,
        ..Cell::from(format!("{}通 {}", all.len(), last.content.title))
    })
}

/// A candidate of 職権 that waits for this person is one step away.
fn proceed(
    desk: &Desk,
    conn: &mut Conn,
    person: i64,
    row: &mut crate::view::cards::Row,
) -> Result<(), OfficeError> {
    if !desk.session().may(RegisterEligibility::CODE) {
        return Ok(());
    }
    let filter = Filter {
        kind: Some(ELIGIBILITY_CANDIDATE),
        person_id: Some(person),
        ..Filter::default()
    };
    for item in worklist::list(conn, &filter, None, desk.business_date())?.items {
        if Candidate::of(&item).is_some_and(|one| one.cause.starts_with("ex_officio")) {
            let href = format!("/ex-officio/new?item={}", item.item_id);
            row.actions.push(Action::link("職権で処理", &href));
        }
    }
    Ok(())
}

fn matters(
    desk: &Desk,
    conn: &mut Conn,
    (list, kind): (&str, Kind),
    asked: &Fields,
    page: &mut CardsPage,
) -> Result<(), OfficeError> {
    let today = desk.business_date();
    let settled = asked.text("state") == "settled";
    page.cards.push(figures(conn, list, kind, today)?);
    page.cards.push(steps(desk, list));
    let filter = Filter {
        kind: Some(kind),
        settled,
        overdue: asked.text("state") == "overdue",
        ..Filter::default()
    };
    let cursor = asked
        .text("after_on")
        .parse::<Date>()
        .ok()
        .map(|due_on| Cursor {
            due_on,
            item_id: asked.text("after").parse().unwrap_or(0),
        });
    let found = worklist::list(conn, &filter, cursor.as_ref(), today)?;
    let people = found.items.iter().filter_map(|item| item.person_id);
    let names = names::people(conn, today, people.collect::<Vec<_>>())?;
    let mut table = Table::new("処理待ち", &["期限", "人", "件名", "送った文書", "状態"]);
    for item in &found.items {
        let person = item.person_id.unwrap_or(0);
        let row = table.row(vec![
            due(item),
            Cell::link(&names.person(person), &format!("/people/{person}/statuses")),
            item.title.as_str().into(),
            sent(conn, item.item_id)?,
            item.outcome
                .map_or(item.state.label_ja(), worklist::Outcome::label_ja)
                .into(),
        ]);
        row.off = settled;
        proceed(desk, conn, person, row)?;
    }
    if let Some(next) = found.next {
        table.more_href = format!(
            "/lists/{list}?state={}&after_on={}&after={}",
            asked.text("state"),
            next.due_on,
            next.item_id
        );
    }
    let mut card = Card::new("一覧", "w12").with_table(table, "該当する人はいません。");
    for (state, label) in [
        ("", "未処理"),
        ("overdue", "期限超過"),
        ("settled", "処理済"),
    ] {
        let link = Action::link(label, &format!("/lists/{list}?state={state}"));
        let here = asked.text("state") == state;
        card.actions.push(if here { link.main() } else { link });
    }
    page.cards.push(card);
    if list == "whereabouts" {
        page.cards.push(held(desk, conn)?);
    }
    Ok(())
}

fn due(item: &Item) -> Cell {
    let mut cell = Cell::link(&day_ja(item.due_on), &format!("/work/{}", item.item_id));
    if item.overdue {
        cell.badges
            .push(Badge::new("期限超過", Tone::Bad, "期限を過ぎています"));
    }
    cell
}

/// How many wait, and what became of each wave of letters.
fn figures(conn: &mut Conn, list: &str, kind: Kind, today: Date) -> Result<Card, OfficeError> {
    let mut table = Table::new("件数", &["区分", "#件数", "#回答", "#返戻"]);
    let counts = worklist::count_by_kind(conn, &[], today)?;
    let own = counts.iter().find(|one| one.kind == kind.code);
    let (open, overdue) = own.map_or((0, 0), |one| (one.open, one.overdue));
    table.row(vec![
        "未処理".into(),
        count(open).into(),
        "".into(),
        "".into(),
    ]);
    table.row(vec![
        "うち期限超過".into(),
        count(overdue).into(),
        "".into(),
        "".into(),
    ]);
    for one in letters::desk::counts(conn)? {
        if belongs(list, one.kind) {
            table.row(vec![
                Cell::link(
                    one.kind.title_ja(),
                    &format!("/letters?kind={}", one.kind.code()),
                ),
                count(one.decided).into(),
                count(one.answered).into(),
                count(one.came_back).into(),
            ]);
        }
    }
    Ok(Card::new("件数", "w6").with_table(table, ""))
}

fn belongs(list: &str, kind: LetterKind) -> bool {
    match list {
        "unreported" => matches!(
            kind,
            LetterKind::UnreportedFirst
                | LetterKind::UnreportedSecond
                | LetterKind::UnreportedFinal
        ),
        "whereabouts" => kind == LetterKind::WhereaboutsInquiry,
        "student" => kind == LetterKind::StudentCheck,
        "facility" => kind == LetterKind::FacilityCheck,
        "stay" => kind == LetterKind::ResidencePeriod,
        "revenue" => kind == LetterKind::RevenueInvitation,
        _ => false,
    }
}

/// Whose papers are held today.
fn held(desk: &Desk, conn: &mut Conn) -> Result<Card, OfficeError> {
    let today = desk.business_date();
    let all = whereabouts::held(conn, today)?;
    let kept = kept_back(conn, today, None)?;
    let names = names::people(conn, today, all.iter().copied())?;
    let mut table = Table::new(
        "保留中の人",
        &[
            "人",
            "止めているもの",
            "発送停止の通知書",
            "終える日",
            "理由",
        ],
    );
    for person in all.iter().take(MOST) {
        let Some(hold) = whereabouts::hold_on(conn, *person, today)? else {
            continue;
        };
        let mut what = Vec::new();
        if hold.notice {
            what.push("通知書");
        }
        if hold.certificate {
            what.push("証");
        }
        let mut own = kept.iter().filter(|one| one.addressee_id == *person);
        let back = own.next().map_or_else(Cell::default, |first| {
            let number = i64::try_from(own.count() + 1).unwrap_or(i64::MAX);
            let words = format!("{}通", count(number));
            Cell::link(&words, &format!("/notices/{}", first.notice_id))
        });
        table.row(vec![
            Cell::link(
                &names.person(*person),
                &format!("/people/{person}/statuses"),
            ),
            what.join("・").into(),
            back,
            day_ja(hold.until).into(),
            hold.ground.into(),
        ]);
    }
    let title = format!(
        "保留中の人（{}人）",
        count(i64::try_from(all.len()).unwrap_or(i64::MAX))
    );
    Ok(Card::new(&title, "w12").with_table(table, "保留中の人はいません。"))
}
