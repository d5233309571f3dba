//! 世帯の画面.

use super::acts;
use super::lanes;
use super::names::{self, Names};
use super::picture;
use crate::answer;
use crate::desk::Desk;
use crate::fields::Fields;
use crate::levy::words;
use crate::view::format::{day_ja, year_ja};
use crate::view::household::{FavourLine, HouseholdPage, LevyLine, NoticeLine};
use crate::view::layout::{MenuItem, Subject};
use crate::view::timeline::{MarkFact, MarkKind, draw};
use crate::work::notices::{kind_ja, state_ja};
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use law::{Date, FiscalYear};
use office::levy::numbers::label_ja;
use office::levy::{Decision, decision, deferral, relief};
use office::notices::Notice;
use office::registry::{HouseholdPicture, household_seen, load_household};
use office::security::permit::{Function, TrialLevy, ViewHousehold, ViewLevy};
use office::{OfficeError, ledger, notices};

/// The household page.
pub async fn page(
    desk: Desk,
    Path(household): Path<i64>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ViewHousehold>()?;
        desk.record(ViewHousehold::CODE, Some(household))?;
        let fields = Fields::new(pairs);
        let page = desk
            .store()
            .read(|conn| gather(desk, conn, household, &fields))?;
        match page {
            Some(page) => answer::page(&page),
            // What was just done took the household back: the act itself is shown.
            None => match fields.text("done").parse::<i64>() {
                Ok(act) => Ok(answer::go(&format!("/acts/{act}"))),
                Err(_) => answer::no_household(desk, household),
            },
        }
    })
    .await
}

fn gather(
    desk: &Desk,
    conn: &mut Conn,
    household: i64,
    fields: &Fields,
) -> Result<Option<HouseholdPage>, OfficeError> {
    let today = desk.business_date();
    let mut errors = Vec::new();
    let as_of = fields
        .day("as_of", "基準日", today, &mut errors)
        .unwrap_or(today);
    let known_day = fields.day("known_at", "知り得た日", today, &mut errors);
    let known_at = known_day.map(end_of_day_in_japan);
    let Some(found) = household_seen(conn, household, (as_of, today), known_at)? else {
        return Ok(None);
    };
    let mut decisions = if desk.session().may(ViewLevy::CODE) {
        decision::history(conn, household)?
    } else {
        Vec::new()
    };
    if let Some(day) = known_day {
        decisions.retain(|one| one.decided_on <= day);
    }
    let mut papers = notices::of_household(conn, household)?;
    papers.retain(|paper| {
        known_day.is_none()
            || decisions
                .iter()
                .any(|one| one.decision_id == paper.decision_id)
    });
    let names = names::of(conn, as_of, &decisions)?;
    let people = picture::everyone(&found);
    let mut lanes: Vec<_> = people
        .iter()
        .map(|person| picture::lane(&found, person))
        .collect();
    let ids: Vec<i64> = people.iter().map(|person| person.person_id).collect();
    let all = names::people(conn, as_of, ids.iter().copied())?;
    lanes.extend(lanes::judgements(
        conn,
        household,
        (&ids, &all),
        as_of,
        known_at,
    )?);
    lanes.extend(lanes::certificates(conn, household, known_at)?);
    let marks = marks(desk, conn, household, &decisions, &papers)?;
    let mut layout = desk.layout("世帯");
    layout.errors = errors;
    if let Some((sentence, undo)) = acts::just_done(desk, conn, fields.text("done"), household)? {
        layout.done = sentence;
        layout.undo_href = undo.unwrap_or_default();
    }
    if fields.text("done") == "relevied" {
        layout.done = "更正を決定しました。下の賦課と通知で内容を確かめてください。".to_owned();
    }
    layout.subject = Some(describe(desk, &found, as_of, "household"));
    Ok(Some(HouseholdPage {
        page: layout,
        household_id: household,
        as_of: if fields.text("as_of").is_empty() {
            day_ja(as_of)
        } else {
            fields.text("as_of").to_owned()
        },
        known_at: fields.text("known_at").to_owned(),
        members: people
            .iter()
            .map(|person| picture::member(&found, person, as_of))
            .collect(),
        timeline: draw(as_of, &lanes, &marks),
        levies: levies(&decisions, &names),
        favours: favours(conn, household)?,
        notices: papers
            .iter()
            .map(|notice| notice_line(desk, notice, &names))
            .collect(),
        preview_href: if desk.session().may(TrialLevy::CODE) {
            format!("/households/{household}/preview")
        } else {
            String::new()
        },
    }))
}

/// The last microsecond of a day in Japan: what the office knew when it closed.
pub(crate) fn end_of_day_in_japan(day: Date) -> i64 {
    const DAY_MICROS: i64 = 86_400_000_000;
    const JAPAN_MICROS: i64 = 9 * 3_600_000_000;
    let epoch = law::day(1970, 1, 1);
    let days = epoch
        .until(day)
        .map_or(0, |span| i64::from(span.get_days()));
    (days + 1) * DAY_MICROS - JAPAN_MICROS - 1
}

/// The latest decision of each liable person and year, newest year first.
fn levies(decisions: &[Decision], names: &Names) -> Vec<LevyLine> {
    let mut latest: Vec<&Decision> = Vec::new();
    for one in decisions {
        let same = |other: &&mut &Decision| {
            other.levy_year == one.levy_year && other.outcome.liable_id == one.outcome.liable_id
        };
        match latest.iter_mut().find(same) {
            Some(held) if held.sequence < one.sequence => *held = one,
            Some(_) => {}
            None => latest.push(one),
        }
    }
    latest
        .into_iter()
        .map(|one| LevyLine {
            year: year_ja(one.levy_year),
            liable: names.person(one.outcome.liable_id),
            decided: day_ja(one.decided_on),
            reason: one.reason.clone(),
            reduction: words::reduction(one.outcome.tenths),
            total: one.outcome.parts.total(),
            href: format!(
                "/households/{}/levy/{}?liable={}",
                one.outcome.household_id, one.levy_year.0, one.outcome.liable_id
            ),
        })
        .collect()
}

/// 減免 and 徴収猶予 of the household.
fn favours(conn: &mut Conn, household: i64) -> Result<Vec<FavourLine>, OfficeError> {
    let mut lines = Vec::new();
    for one in relief::of_household(conn, household)? {
        let kind = relief::kind_of(one.reason)
            .map_or("旧被扶養者", law::levy::relief::ReliefKind::label_ja);
        let (state, on) = match &one.ruling {
            None => ("申請中".to_owned(), one.applied_on),
            Some((ruled, on, _)) => (ruled.label_ja().to_owned(), *on),
        };
        lines.push(FavourLine {
            kind: "減免申請".to_owned(),
            year: year_ja(one.levy_year),
            what: format!("{kind} {}", one.grounds),
            state,
            on: day_ja(on),
        });
    }
    for one in deferral::of_household(conn, household)? {
        lines.push(FavourLine {
            kind: "徴収猶予".to_owned(),
            year: year_ja(one.levy_year),
            what: format!(
                "{} {}→{} {}",
                label_ja(one.instalment),
                day_ja(one.from_due_on),
                day_ja(one.to_due_on),
                one.reason
            ),
            state: if one.withdrawn { "取消" } else { "猶予" }.to_owned(),
            on: day_ja(one.to_due_on),
        });
    }
    Ok(lines)
}

fn notice_line(desk: &Desk, notice: &Notice, names: &Names) -> NoticeLine {
    let year = i16::try_from(notice.levy_year).map_or_else(
        |_| notice.levy_year.to_string(),
        |year| year_ja(FiscalYear(year)),
    );
    NoticeLine {
        kind: kind_ja(desk, notice).to_owned(),
        addressee: names.person(notice.addressee_id),
        year,
        state: state_ja(&notice.state).0.to_owned(),
        href: format!("/notices/{}", notice.notice_id),
    }
}

fn marks(
    desk: &Desk,
    conn: &mut Conn,
    household: i64,
    decisions: &[Decision],
    papers: &[Notice],
) -> Result<Vec<MarkFact>, OfficeError> {
    let mut marks = Vec::new();
    for one in decisions {
        let label = format!(
            "{} {} {}",
            year_ja(one.levy_year),
            one.reason,
            one.outcome.parts.total()
        );
        marks.push(MarkFact {
            kind: MarkKind::Decision,
            on: one.decided_on,
            label,
        });
        for notice in papers
            .iter()
            .filter(|notice| notice.decision_id == one.decision_id)
        {
            marks.push(MarkFact {
                kind: MarkKind::Notice,
                on: one.decided_on,
                label: format!("{}（{}）", kind_ja(desk, notice), state_ja(&notice.state).0),
            });
        }
    }
    let mut years: Vec<FiscalYear> = decisions.iter().map(|one| one.levy_year).collect();
    years.sort_unstable();
    years.dedup();
    for year in years {
        for line in ledger::charged(conn, household, year.0)? {
            marks.push(MarkFact {
                kind: MarkKind::Due,
                on: line.due_on,
                label: format!(
                    "{} {} {}",
                    year_ja(year),
                    label_ja(line.instalment),
                    line.parts.total()
                ),
            });
        }
    }
    Ok(marks)
}

/// The household being handled, for the top of any page.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn subject(
    desk: &Desk,
    conn: &mut Conn,
    household: i64,
    tab: &str,
) -> Result<Option<Subject>, OfficeError> {
    let today = desk.business_date();
    let found = load_household(conn, household, today, None)?;
    Ok(found.map(|found| describe(desk, &found, today, tab)))
}

fn describe(desk: &Desk, found: &HouseholdPicture, as_of: Date, tab: &str) -> Subject {
    let head = found.head_person.as_ref().and_then(picture::current);
    let household = found.household_id;
    let hidden = picture::everyone(found)
        .into_iter()
        .any(|person| person.hidden);
    let year = desk.usual_year().0;
    let mut tabs = vec![MenuItem::new(
        "世帯",
        &format!("/households/{household}"),
        tab == "household",
    )];
    tabs.push(MenuItem::new(
        "資格",
        &format!("/households/{household}/register"),
        tab == "register",
    ));
    tabs.push(MenuItem::new(
        "判定",
        &format!("/households/{household}/judgement"),
        tab == "judgement",
    ));
    tabs.push(MenuItem::new(
        "証",
        &format!("/households/{household}/certificates"),
        tab == "certificates",
    ));
    tabs.push(MenuItem::new(
        "届出・申請",
        &format!("/households/{household}/tasks"),
        tab == "tasks",
    ));
    if desk.session().may(ViewLevy::CODE) {
        tabs.push(MenuItem::new(
            "賦課",
            &format!("/households/{household}/levy/{year}"),
            tab == "levy",
        ));
    }
    if desk.session().may(TrialLevy::CODE) {
        tabs.push(MenuItem::new(
            "再計算",
            &format!("/households/{household}/preview"),
            tab == "preview",
        ));
    }
    tabs.push(MenuItem::new(
        "状態",
        &format!("/households/{household}/statuses"),
        tab == "statuses",
    ));
    let number = found.head.as_ref().or_else(|| found.heads.last());
    Subject {
        household_id: household,
        number: number.map_or_else(String::new, |head| names::written(&head.fact)),
        head_name: head.map_or_else(|| format!("世帯番号{household}"), |head| head.name.clone()),
        head_kana: head.map_or_else(String::new, |head| head.kana.clone()),
        head_birth: head.map_or_else(String::new, |head| {
            format!(
                "{}（{}歳）",
                day_ja(head.birth_on),
                law::date::age_on(head.birth_on, as_of)
            )
        }),
        address: match head {
            Some(_) if hidden => "（非開示）".to_owned(),
            Some(head) => format!("{} {}", head.address, head.building),
            None => String::new(),
        },
        members: format!("加入{}人", found.members.len()),
        badges: picture::household_badges(found, as_of),
        tabs,
    }
}
