//! 宛名・世帯・資格・判定・証 for programs: the same use cases as the pages, the same permits, the same record of views.

use super::guard;
use crate::desk::Desk;
use crate::eligibility::with_books;
use crate::registry::picture;
use crate::registry::search::{NOT_BY_NUMBER, is_number};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use law::Date;
use office::OfficeError;
use office::eligibility::{self, Consequences, Request};
use office::judgement;
use office::judgement::decision::label_ja;
use office::registry::{household_seen, search};
use office::security::permit::{Function, RegisterEligibility, SearchPerson, ViewHousehold};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// 検索語.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// カナ・漢字・生年月日・番号, separated by blanks.
    q: String,
}

/// 見つかった人.
#[derive(Debug, Serialize, ToSchema)]
pub struct Hit {
    /// 宛名番号.
    person_id: i64,
    /// 氏名.
    name: String,
    /// フリガナ.
    kana: String,
    /// 生年月日, ISO 8601.
    birth_on: String,
    /// 住所; absent when it is withheld.
    address: Option<String>,
}

/// 宛名検索: by POST, so that no name stands in an address.
#[utoipa::path(post, path = "/api/v1/search", request_body = Asked, responses((status = 200, body = Vec<Hit>)))]
pub async fn find(desk: Desk, headers: HeaderMap, body: Bytes) -> Response {
    desk.answer(move |desk| {
        let permit = desk.permit::<SearchPerson>()?;
        let asked: Asked = match guard::read(&headers, &body) {
            Ok(asked) => asked,
            Err(answer) => return Ok(*answer),
        };
        if is_number(desk, &asked.q)? {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(guard::problem(status, "api.search.number", NOT_BY_NUMBER));
        }
        desk.record(SearchPerson::CODE, None)?;
        let acting = desk.acting("");
        let found = desk
            .store()
            .read(|conn| search(conn, &permit, &acting, &asked.q, None))?;
        let eyes = desk.eyes();
        let all = found.hits.len();
        let hits: Vec<Hit> = found
            .hits
            .into_iter()
            .filter(|hit| !eyes.closes(hit.person_id))
            .map(|hit| Hit {
                person_id: hit.person_id,
                name: hit.name,
                kana: hit.kana,
                birth_on: hit.birth_on.to_string(),
                address: hit.address,
            })
            .collect();
        // A program is told that there is more than it was given, and not what.
        let closed = HeaderValue::from(all - hits.len());
        Ok(([(CLOSED_ROWS, closed)], Json(hits)).into_response())
    })
    .await
}

/// How many of those found are closed to whoever asks; they are not among the answers.
const CLOSED_ROWS: HeaderName = HeaderName::from_static("kokuho-closed-rows");

/// As of which day, as known at which moment.
#[derive(Debug, Default, Deserialize, IntoParams)]
pub struct When {
    /// 基準日, ISO 8601; today where it is not said.
    as_of: Option<String>,
    /// Microseconds since 1970 UTC; now where it is not said.
    known_at: Option<i64>,
}

/// 世帯員.
#[derive(Debug, Serialize, ToSchema)]
pub struct Member {
    /// 宛名番号.
    person_id: i64,
    /// 氏名.
    name: String,
    /// 加入中, 擬制世帯主 …
    standing: String,
    /// 取得.
    gained: String,
    /// 喪失.
    lost: String,
    /// 前年の所得 in words.
    income: String,
    /// 注意.
    warnings: Vec<String>,
}

/// 世帯.
#[derive(Debug, Serialize, ToSchema)]
pub struct Household {
    /// 世帯番号.
    household_id: i64,
    /// 世帯主の宛名番号.
    head_person_id: Option<i64>,
    /// 記号.
    symbol: String,
    /// 番号.
    number: String,
    /// 版: hand it back with a registration.
    version: i64,
    /// 世帯員.
    members: Vec<Member>,
}

/// 世帯の照会.
#[utoipa::path(get, path = "/api/v1/households/{id}", params(("id" = i64, Path), When), responses((status = 200, body = Household)))]
pub async fn household(desk: Desk, Path(id): Path<i64>, Query(when): Query<When>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ViewHousehold>()?;
        desk.record(ViewHousehold::CODE, Some(id))?;
        let today = desk.business_date();
        let as_of = match when.as_of.as_deref().map(str::parse::<Date>) {
            None => today,
            Some(Ok(day)) => day,
            Some(Err(_)) => {
                let message = "as_of は 2026-04-01 の形で書いてください";
                return Ok(guard::problem(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "api.as_of",
                    message,
                ));
            }
        };
        let found = desk.store().read(|conn| {
            let version = eligibility::version(conn, id)?;
            let found = household_seen(conn, id, (as_of, today), when.known_at)?;
            Ok::<_, office::OfficeError>(found.map(|found| (found, version)))
        })?;
        let Some((found, version)) = found else {
            let message = "この世帯は見つかりません";
            return Ok(guard::problem(
                StatusCode::NOT_FOUND,
                "api.household",
                message,
            ));
        };
        let members = picture::everyone(&found)
            .into_iter()
            .map(|person| {
                let row = picture::member(&found, person, as_of);
                Member {
                    person_id: row.person_id,
                    name: row.name,
                    standing: row.standing,
                    gained: row.gained,
                    lost: row.lost,
                    income: row.income,
                    warnings: row.badges.into_iter().map(|badge| badge.label).collect(),
                }
            })
            .collect();
        let head = found.head.as_ref().map(|head| &head.fact);
        Ok(Json(Household {
            household_id: id,
            head_person_id: head.map(|head| head.head_person_id),
            symbol: head.map_or_else(String::new, |head| head.symbol.clone()),
            number: head.map_or_else(String::new, |head| head.number.clone()),
            version,
            members,
        })
        .into_response())
    })
    .await
}

/// 判定.
#[derive(Debug, Serialize, ToSchema)]
pub struct Judged {
    /// 国保世帯番号.
    household_id: i64,
    /// 70歳以上.
    seventy: bool,
    /// 区分, in words.
    class: String,
    /// 負担割合 in tenths.
    tenths: Option<u8>,
    /// 保留の理由.
    pending: Option<String>,
}

/// 判定の照会 on the business date.
#[utoipa::path(get, path = "/api/v1/people/{id}/judgement", params(("id" = i64, Path)), responses((status = 200, body = Judged)))]
pub async fn judged(desk: Desk, Path(id): Path<i64>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ViewHousehold>()?;
        desk.record(ViewHousehold::CODE, Some(id))?;
        let today = desk.business_date();
        let found = desk
            .store()
            .read(|conn| judgement::standing(conn, id, today, None))?;
        let Some(found) = found else {
            let message = "この日に加入していません";
            return Ok(guard::problem(
                StatusCode::NOT_FOUND,
                "api.judgement",
                message,
            ));
        };
        let decision = if found.seventy {
            &found.person
        } else {
            &found.household
        };
        let verdict = decision.as_ref().and_then(|one| one.verdict.as_ref());
        Ok(Json(Judged {
            household_id: found.household_id,
            seventy: found.seventy,
            class: verdict.map_or_else(String::new, label_ja),
            tenths: found.tenths,
            pending: found.pending.map(|pending| pending.label_ja().to_owned()),
        })
        .into_response())
    })
    .await
}

/// 賦課の変更.
#[derive(Debug, Serialize, ToSchema)]
pub struct LevyChange {
    /// 相当年度.
    levy_year: i16,
    /// 納付義務者.
    liable_id: i64,
    /// Annual yen before.
    before: i64,
    /// Annual yen after.
    after: i64,
}

/// 影響.
#[derive(Debug, Serialize, ToSchema)]
pub struct Outcome {
    /// The act; 0 for a preview.
    act_id: i64,
    /// The events stated.
    event_ids: Vec<i64>,
    /// The proposal that waits for a second person.
    proposal_id: Option<i64>,
    /// The same order was carried out before.
    repeated: bool,
    /// People whose 資格 changes.
    people: Vec<i64>,
    /// Levies that change.
    levies: Vec<LevyChange>,
    /// Households and members whose burden class changes; 0 in place of a person for the household itself.
    judged: Vec<[i64; 2]>,
    /// Certificates to hand out, exchange or take back.
    papers: Vec<String>,
    /// What has to be looked at.
    warnings: Vec<String>,
    /// Why a second person has to approve.
    approval: Vec<String>,
}

fn outcome(found: &Consequences) -> Outcome {
    Outcome {
        act_id: 0,
        event_ids: Vec::new(),
        proposal_id: None,
        repeated: false,
        people: found.people.iter().map(|person| person.person_id).collect(),
        levies: found
            .levies
            .iter()
            .map(|levy| LevyChange {
                levy_year: levy.levy_year.0,
                liable_id: levy.liable_id,
                before: levy.before.0,
                after: levy.after.0,
            })
            .collect(),
        judged: found
            .judged
            .iter()
            .map(|one| [one.household_id, one.subject_id])
            .collect(),
        papers: found.tasks.iter().map(|task| task.title.clone()).collect(),
        warnings: found.warnings.iter().map(|one| one.message_ja()).collect(),
        approval: found.approval.clone(),
    }
}

/// 資格異動の申出 under a 命令の識別子, never empty: the same twice is carried out once.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    #[serde(deserialize_with = "guard::request_id")]
    request_id: String,
    request: Request,
}

/// 資格異動の申出 that is only looked at: nothing is carried out, so nothing has to be known again.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Look {
    #[serde(default, rename = "request_id")]
    _request_id: String,
    request: Request,
}

/// Everybody whom an order names, or whose events it takes back, is opened first.
fn asked(desk: &Desk, request: &Request) -> Result<(), OfficeError> {
    let named = desk.store().read(|conn| request.named(conn))?;
    for subject in named {
        desk.record(RegisterEligibility::CODE, Some(subject))?;
    }
    Ok(())
}

/// 資格異動の影響の確認: carried out and rolled back.
#[utoipa::path(post, path = "/api/v1/eligibility/preview", request_body = serde_json::Value, responses((status = 200, body = Outcome)))]
pub async fn preview(desk: Desk, headers: HeaderMap, body: Bytes) -> Response {
    let order: Look = match guard::read(&headers, &body) {
        Ok(order) => order,
        Err(answer) => {
            return desk
                .answer(move |desk| {
                    desk.permit::<RegisterEligibility>()?;
                    Ok(*answer)
                })
                .await;
        }
    };
    desk.answer(move |desk| {
        let permit = desk.permit::<RegisterEligibility>()?;
        asked(desk, &order.request)?;
        let found = with_books(desk, |books| {
            eligibility::preview(
                desk.store(),
                &permit,
                &desk.acting(""),
                &order.request,
                books,
            )
        })?;
        Ok(Json(outcome(&found)).into_response())
    })
    .await
}

/// 資格異動の登録.
#[utoipa::path(post, path = "/api/v1/eligibility/register", request_body = serde_json::Value, responses((status = 200, body = Outcome)))]
pub async fn register(desk: Desk, headers: HeaderMap, body: Bytes) -> Response {
    let order: Order = match guard::read(&headers, &body) {
        Ok(order) => order,
        Err(answer) => {
            return desk
                .answer(move |desk| {
                    desk.permit::<RegisterEligibility>()?;
                    Ok(*answer)
                })
                .await;
        }
    };
    desk.answer(move |desk| {
        let permit = desk.permit::<RegisterEligibility>()?;
        asked(desk, &order.request)?;
        let acting = desk.acting(&order.request_id);
        let done = with_books(desk, |books| {
            eligibility::register(desk.store(), &permit, &acting, &order.request, books)
        })?;
        Ok(Json(Outcome {
            act_id: done.act_id,
            event_ids: done.event_ids,
            proposal_id: done.proposal_id,
            repeated: done.repeated,
            ..outcome(&done.consequences)
        })
        .into_response())
    })
    .await
}
