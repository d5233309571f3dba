//! 宛名検索. What is typed comes by POST and stands in the address of the answer sealed under the session, so that no
//! name, reading, day of birth or number is in an address, in the history of a browser or in a log.

use super::names;
use crate::answer;
use crate::desk::{Desk, Posted};
use crate::view::FieldError;
use crate::view::format::{day_ja, day_short};
use crate::view::layout::{Badge, Tone};
use crate::view::search::{Found, SearchPage};
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use db::Conn;
use law::Date;
use office::OfficeError;
use office::registry::{Belonging, Cursor, Hit, load_belongings, load_person, search};
use office::security::access::{Access, Outcome, record};
use office::security::permit::{Function, SearchPerson, UseNumber};
use office::vault::free_of_numbers;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Longer words are nobody's name; what is longer is not carried in an address.
const LONGEST: usize = 200;

/// The address of an answer: what was asked, sealed.
#[derive(Debug, Default, Deserialize)]
pub struct Address {
    #[serde(default)]
    asked: String,
}

/// What was typed, and where the page begins.
#[derive(Debug, Default, Deserialize, Serialize)]
struct Asked {
    words: String,
    after: Option<(String, i64)>,
}

impl Asked {
    fn href(&self, desk: &Desk) -> Result<String, OfficeError> {
        Ok(format!("/search?asked={}", desk.sealed(self)?))
    }
}

/// What was typed: it leads to the page of its answer.
pub async fn send(posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            desk.permit::<SearchPerson>()?;
            let words = fields.text("q").trim();
            if words.is_empty() {
                desk.leads_on();
                return Ok(answer::go("/search"));
            }
            if is_number(desk, words)? {
                return wrong(desk, "", NOT_BY_NUMBER);
            }
            if words.chars().count() > LONGEST {
                return wrong(desk, "", TOO_LONG);
            }
            desk.leads_on();
            let asked = Asked {
                words: words.to_owned(),
                after: None,
            };
            Ok(answer::go(&asked.href(desk)?))
        })
        .await
}

const TOO_LONG: &str = "検索する言葉が長すぎます。200字までで入力してください";
const OF_ANOTHER_SESSION: &str =
    "この検索の言葉は、前のログインのものなので読めません。もう一度入力してください";

fn blank(desk: &Desk) -> SearchPage {
    SearchPage {
        page: desk.layout("宛名検索"),
        found: Vec::new(),
        read_as: Vec::new(),
        more_href: String::new(),
        asked: false,
    }
}

fn wrong(desk: &Desk, words: &str, message: &str) -> Result<Response, OfficeError> {
    let mut page = blank(desk);
    words.clone_into(&mut page.page.query);
    page.page.errors.push(FieldError {
        field: "search".to_owned(),
        message: message.to_owned(),
    });
    answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// The search page, and the answer to what was asked.
pub async fn page(desk: Desk, Query(address): Query<Address>) -> Response {
    desk.answer(move |desk| {
        let permit = desk.permit::<SearchPerson>()?;
        if address.asked.is_empty() {
            return answer::page(&blank(desk));
        }
        let Some(asked) = desk.unsealed::<Asked>(&address.asked) else {
            return wrong(desk, "", OF_ANOTHER_SESSION);
        };
        let mut page = blank(desk);
        page.asked = true;
        page.page.query.clone_from(&asked.words);
        desk.record(SearchPerson::CODE, None)?;
        let cursor = asked.after.as_ref().map(|(key, person_id)| Cursor {
            key: key.clone(),
            person_id: *person_id,
        });
        let acting = desk.acting("");
        let result = desk.store().read(|conn| {
            let result = search(conn, &permit, &acting, &asked.words, cursor.as_ref())?;
            Ok::<_, OfficeError>((all_found(desk, conn, &result.hits)?, result.next))
        });
        let (found, next) = match result {
            Ok(result) => result,
            Err(OfficeError::Input { message, .. }) => return wrong(desk, &asked.words, &message),
            Err(other) => return Err(other),
        };
        page.found = found;
        if let Some(next) = next {
            let further = Asked {
                words: asked.words.clone(),
                after: Some((next.key, next.person_id)),
            };
            page.more_href = further.href(desk)?;
        }
        // One person and nobody else: straight to the household.
        if let ([one], true) = (
            page.found.as_slice(),
            page.more_href.is_empty() && cursor.is_none(),
        ) && one.href.starts_with("/households/")
            && !page.page.eyes.closed(&one.href)
        {
            return Ok(answer::go(&one.href));
        }
        answer::page(&page)
    })
    .await
}

/// What is said to whoever types an individual number here.
pub const NOT_BY_NUMBER: &str =
    "個人番号では検索できません。個人番号の画面で、利用目的と件名を入れて特定してください";

/// Whether what was typed is an individual number and nobody's 宛名番号; the attempt is recorded as refused, without it.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn is_number(desk: &Desk, typed: &str) -> Result<bool, OfficeError> {
    if free_of_numbers("検索", typed).is_ok() {
        return Ok(false);
    }
    let own = typed.trim().parse::<i64>().ok();
    let today = desk.business_date();
    let known = desk.store().read(|conn| match own {
        Some(number) => Ok(load_person(conn, number, today, None)?.is_some()),
        None => Ok::<_, OfficeError>(false),
    })?;
    if known {
        return Ok(false);
    }
    let mut access = Access::of(desk.session(), desk.now(), UseNumber::CODE, None);
    access.outcome = Outcome::Refused;
    desk.store().write(|conn| record(conn, &access))?;
    Ok(true)
}

/// The lines of a page of hits; what they need is read for all of them together.
fn all_found(desk: &Desk, conn: &mut Conn, hits: &[Hit]) -> Result<Vec<Found>, OfficeError> {
    let today = desk.business_date();
    let people: Vec<i64> = hits.iter().map(|hit| hit.person_id).collect();
    let belongings = load_belongings(conn, &people, today)?;
    let households = belongings
        .values()
        .filter_map(|one| household_of(one, today));
    let numbers = names::household_numbers(conn, households, today)?;
    let line = |hit: &Hit| {
        let belongs = belongings.get(&hit.person_id).cloned().unwrap_or_default();
        found(desk, hit, &belongs, &numbers)
    };
    Ok(hits.iter().map(line).collect())
}

fn found(desk: &Desk, hit: &Hit, belongs: &Belonging, numbers: &HashMap<i64, String>) -> Found {
    let today = desk.business_date();
    let town = &desk.app().config().municipality_name;
    let household = household_of(belongs, today);
    let number = household.and_then(|household| numbers.get(&household).cloned());
    let (standing, gone) = standing(belongs, today);
    let mut badges = Vec::new();
    if hit.address.is_none() {
        badges.push(withheld());
    }
    if hit.status == 2 {
        badges.push(Badge::new("除票", Tone::Plain, "住民票が消除されています"));
    }
    Found {
        href: household.map_or_else(
            || format!("/people/{}", hit.person_id),
            |household| format!("/households/{household}"),
        ),
        name: hit.name.clone(),
        kana: hit.kana.clone(),
        birth: if hit.birth_unknown {
            format!("{}（不詳）", day_ja(hit.birth_on))
        } else {
            day_ja(hit.birth_on)
        },
        age: law::date::age_on(hit.birth_on, today).to_string(),
        sex: super::picture::sex_ja(hit.sex).to_owned(),
        // Most people live here; the name of the town before each address would only be in the way.
        address: match &hit.address {
            Some(address) => address
                .strip_prefix(town.as_str())
                .unwrap_or(address)
                .to_owned(),
            None => "（非開示）".to_owned(),
        },
        number: number.unwrap_or_default(),
        person_id: hit.person_id,
        standing,
        badges,
        gone,
    }
}

/// 支援措置.
pub(super) fn withheld() -> Badge {
    Badge::new(
        "支援措置",
        Tone::Bad,
        "住民票の写しの交付制限などの支援措置を受けています。住所を誰にも伝えないでください",
    )
}

/// The household a person belongs to: now, or the last one.
pub(crate) fn household_of(belongs: &Belonging, today: Date) -> Option<i64> {
    let now = belongs.insured.iter().find(|span| span.valid.holds(today));
    let last = || belongs.insured.iter().max_by_key(|span| span.valid.from);
    let former = || {
        belongs
            .former_insured
            .iter()
            .max_by_key(|span| span.valid.from)
    };
    now.or_else(last)
        .map(|span| span.fact.household_id)
        .or_else(|| former().map(|span| span.fact.household_id))
        .or_else(|| belongs.headed.first().copied())
}

fn standing(belongs: &Belonging, today: Date) -> (String, bool) {
    if belongs.insured.iter().any(|span| span.valid.holds(today)) {
        return ("加入中".to_owned(), false);
    }
    if belongs
        .former_insured
        .iter()
        .any(|span| span.valid.holds(today))
    {
        return ("特定同一世帯所属者".to_owned(), false);
    }
    if let Some(from) = belongs
        .insured
        .iter()
        .map(|span| span.valid.from)
        .filter(|from| *from > today)
        .min()
    {
        return (format!("{}加入予定", day_short(from)), false);
    }
    match belongs
        .insured
        .iter()
        .filter_map(|span| span.valid.until)
        .max()
    {
        Some(lost) => (format!("{}喪失", day_short(lost)), true),
        None if !belongs.headed.is_empty() => ("擬制世帯主".to_owned(), false),
        None => ("加入の記録なし".to_owned(), true),
    }
}
