//! 資格に付く状態の画面 — what is true of a person, a household or a facility for a time, as of any day and as it was known.

mod columns;
pub mod effect;
mod facilities;
mod fields;
mod parts;
mod read;
pub mod register;
mod rule;
pub mod undo;

pub use facilities::page as facilities_page;
pub use rule::{page as rule_page, send as rule_send};

use crate::answer;
use crate::change::About;
use crate::desk::Desk;
use crate::fields::Fields;
use crate::registry::{acts, household, names, picture};
use crate::view::cards::{Action, Card, CardsPage, Cell, Table};
use crate::view::format::{day_ja, moment_ja};
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use law::{Date, Refusal};
use office::eligibility::status::{Described, Line, Subject, facility, of_subject};
use office::registry::{load_household, load_person};
use office::security::permit::{Function, RegisterEligibility, ViewHousehold};
use office::{OfficeError, trail};
use parts::{as_of, history, slips, trials, undo_href};

/// Whom a status is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// 個人.
    Person(i64),
    /// 国保世帯.
    Household(i64),
    /// 施設; 0 for a new one.
    Facility(i64),
}

impl Whom {
    /// 宛名番号, 世帯番号 or 施設番号.
    #[must_use]
    pub const fn id(self) -> i64 {
        match self {
            Self::Person(id) | Self::Household(id) | Self::Facility(id) => id,
        }
    }

    /// As the office has it.
    #[must_use]
    pub const fn subject(self) -> (Subject, i64) {
        match self {
            Self::Person(id) => (Subject::Person, id),
            Self::Household(id) => (Subject::Household, id),
            Self::Facility(id) => (Subject::Facility, id),
        }
    }

    fn path(self) -> String {
        match self {
            Self::Person(id) => format!("/people/{id}"),
            Self::Household(id) => format!("/households/{id}"),
            Self::Facility(id) => format!("/facilities/{id}"),
        }
    }

    fn back(self) -> String {
        match self {
            Self::Facility(_) => "/facilities".to_owned(),
            _ => format!("{}/statuses", self.path()),
        }
    }

    fn done(self, act: i64) -> String {
        format!("{}?done={act}", self.back())
    }

    fn about(self) -> About {
        match self {
            Self::Person(id) => About {
                person: Some(id),
                ..About::default()
            },
            Self::Household(id) => About {
                household: Some(id),
                person: None,
                tab: "statuses",
            },
            Self::Facility(_) => About::default(),
        }
    }

    /// Whether a status can be about it.
    fn takes(self, code: &str) -> bool {
        let (subject, _) = self.subject();
        let own = Described::find(code).is_some_and(|row| row.subject == subject);
        own || subject == Subject::Person && ["slip", "trial"].contains(&code)
    }

    /// Whether what tells a place must not be shown.
    fn withheld(self, desk: &Desk, conn: &mut Conn) -> Result<bool, OfficeError> {
        let Self::Person(id) = self else {
            return Ok(false);
        };
        let found = load_person(conn, id, desk.business_date(), None)?;
        Ok(found.is_some_and(|one| one.hidden))
    }

    /// Its name for a form.
    fn said(self, desk: &Desk, conn: &mut Conn) -> Result<String, OfficeError> {
        let today = desk.business_date();
        Ok(match self {
            Self::Person(id) => {
                let names = names::people(conn, today, [id])?;
                format!("{}（宛名番号{id}）", names.person(id))
            }
            Self::Household(id) => {
                let number = names::household_number(conn, id, today)?;
                format!("{number}（世帯番号{id}）")
            }
            Self::Facility(0) => "新しい施設".to_owned(),
            Self::Facility(id) => {
                let name = facility::get(conn, id, today)?.map(|one| one.name);
                format!("施設{id} {}", name.unwrap_or_default())
            }
        })
    }
}

/// The standing line of a status that begins on a day.
fn line_from(conn: &mut Conn, whom: Whom, code: &str, from: Date) -> Result<Line, OfficeError> {
    let (subject, id) = whom.subject();
    let found = of_subject(conn, subject, id, None)?;
    let found = found
        .into_iter()
        .find(|line| line.code == code && line.valid.from == from);
    found.ok_or_else(|| {
        Refusal::new(
            "web.status.missing",
            format!(
                "{}に始まる登録は、もうありません。一覧を読み直してください",
                day_ja(from)
            ),
        )
        .into()
    })
}

/// The statuses of a person on a day by name, in one line.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn count_on(conn: &mut Conn, person: i64, on: Date) -> Result<String, OfficeError> {
    let lines = of_subject(conn, Subject::Person, person, None)?;
    let names: Vec<&str> = lines
        .iter()
        .filter(|line| line.valid.holds(on))
        .map(|line| line.label_ja)
        .collect();
    Ok(if names.is_empty() {
        "なし".to_owned()
    } else {
        names.join("、")
    })
}

/// The page of a person.
pub async fn of_person(
    desk: Desk,
    Path(id): Path<i64>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ViewHousehold>()?;
        desk.record(ViewHousehold::CODE, Some(id))?;
        let page = desk
            .store()
            .read(|conn| person(desk, conn, id, &Fields::new(asked)))?;
        match page {
            Some(page) => answer::page(&page),
            None => answer::not_found(desk, "この宛名番号の人"),
        }
    })
    .await
}

fn person(
    desk: &Desk,
    conn: &mut Conn,
    id: i64,
    asked: &Fields,
) -> Result<Option<CardsPage>, OfficeError> {
    let today = desk.business_date();
    if load_person(conn, id, today, None)?.is_none() {
        return Ok(None);
    }
    let whom = Whom::Person(id);
    let withheld = whom.withheld(desk, conn)?;
    let home = acts::household_of(desk, conn, id)?;
    let mut layout = desk.layout("資格に付く状態");
    layout.subject = match home {
        Some(home) => household::subject(desk, conn, home, "statuses")?,
        None => None,
    };
    let mut page = CardsPage::new(layout, &format!("{}の状態", whom.said(desk, conn)?));
    done(desk, conn, whom, asked, &mut page)?;
    page.cards.push(as_of(
        desk,
        conn,
        whom,
        asked,
        withheld,
        &mut page.page.errors,
    )?);
    page.cards.push(history(desk, conn, whom, withheld)?);
    page.cards.extend(slips(desk, conn, id)?);
    page.cards.extend(trials(desk, conn, id, withheld)?);
    let mut links = Card::new("登録する", "w12");
    if desk.session().may(RegisterEligibility::CODE) {
        for (code, title) in fields::of_people() {
            let href = format!("/people/{id}/status/{code}");
            links.actions.push(Action::link(&title, &href));
        }
    }
    links
        .actions
        .push(Action::link("宛名へ", &format!("/people/{id}")));
    page.cards.push(links);
    Ok(Some(page))
}

/// What was just done, and how it is taken back.
fn done(
    desk: &Desk,
    conn: &mut Conn,
    whom: Whom,
    asked: &Fields,
    page: &mut CardsPage,
) -> Result<(), OfficeError> {
    let Ok(act) = asked.text("done").parse::<i64>() else {
        return Ok(());
    };
    let found = trail::find(conn, act)?.filter(|act| act.staff_id == desk.session().staff_id());
    if let Some(act) = found {
        page.page.done = format!(
            "{}を行いました（処理番号{} {}）。",
            acts::label(&act.kind),
            act.act_id,
            moment_ja(act.recorded_at)
        );
        page.page.undo_href = undo_href(desk, &act, whom).unwrap_or_default();
    }
    Ok(())
}

/// The page of a household: its own, and those of its people on a day.
pub async fn of_household(
    desk: Desk,
    Path(id): Path<i64>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ViewHousehold>()?;
        desk.record(ViewHousehold::CODE, Some(id))?;
        let page = desk
            .store()
            .read(|conn| home(desk, conn, id, &Fields::new(asked)))?;
        match page {
            Some(page) => answer::page(&page),
            None => answer::not_found(desk, "この世帯"),
        }
    })
    .await
}

fn home(
    desk: &Desk,
    conn: &mut Conn,
    id: i64,
    asked: &Fields,
) -> Result<Option<CardsPage>, OfficeError> {
    let today = desk.business_date();
    let whom = Whom::Household(id);
    let mut layout = desk.layout("資格に付く状態");
    layout.subject = household::subject(desk, conn, id, "statuses")?;
    let Some(found) = load_household(conn, id, today, None)? else {
        return Ok(None);
    };
    let mut page = CardsPage::new(layout, "世帯と世帯員の状態");
    done(desk, conn, whom, asked, &mut page)?;
    let on = asked
        .day("as_of", "基準日", today, &mut page.page.errors)
        .unwrap_or(today);
    let mut table = Table::new(
        "世帯員の状態",
        &["人", "状態", "該当日", "非該当日", "内容"],
    );
    for person in picture::everyone(&found) {
        let id = person.person_id;
        let one = picture::current(person);
        let name = one.map_or_else(|| format!("宛名番号{id}"), |one| one.name.clone());
        let withheld = person.hidden;
        let lines = of_subject(conn, Subject::Person, id, None)?;
        let mut none = true;
        for line in lines.iter().filter(|line| line.valid.holds(on)) {
            let (from, until) = columns::days(line);
            table.row(vec![
                Cell::link(&name, &format!("/people/{id}/statuses")),
                line.label_ja.into(),
                from.into(),
                until.into(),
                columns::in_one(line, withheld)?.into(),
            ]);
            none = false;
        }
        if none {
            table.row(vec![
                Cell::link(&name, &format!("/people/{id}/statuses")),
                "なし".into(),
                "".into(),
                "".into(),
                "".into(),
            ]);
        }
    }
    let own = as_of(desk, conn, whom, asked, false, &mut page.page.errors)?;
    page.cards.push(own);
    page.cards.push(
        Card::new(&format!("世帯員の{}の状態", day_ja(on)), "w12")
            .with_table(table, "世帯員がいません。"),
    );
    let mut all = history(desk, conn, whom, false)?;
    if desk.session().may(RegisterEligibility::CODE) {
        let href = format!("/households/{id}/status/special_circumstances");
        all.actions
            .push(Action::link("特別の事情に関する届", &href));
    }
    page.cards.push(all);
    Ok(Some(page))
}
