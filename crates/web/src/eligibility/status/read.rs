//! 状態の入力を読む — what was typed becomes an order; what cannot be read is said beside its field.

use super::columns;
use super::fields::{DIRECTIONS, STAGES, Topic, changes, owned, slips, trials};
use crate::desk::Desk;
use crate::fields::{Fields, note};
use crate::view::FieldError;
use db::{ColumnType, Span, Value};
use office::OfficeError;
use office::eligibility::status::assistance::{self, Told};
use office::eligibility::status::facility::Entering;
use office::eligibility::status::order::{Order, Stated};
use office::eligibility::status::slip::{Direction, Slip, SlipKind};
use office::eligibility::status::whereabouts::Trial;
use office::eligibility::status::{Described, Line};

/// Reads a form; `replaced` is what a correction replaces, and whether its places were hidden.
pub fn read(
    desk: &Desk,
    topic: Topic,
    subject: i64,
    fields: &Fields,
    errors: &mut Vec<FieldError>,
    replaced: Option<(&Line, bool)>,
) -> Result<Option<Order>, OfficeError> {
    let today = desk.business_date();
    let text = |name: &str| fields.text(name).to_owned();
    let own = desk.app().config().municipality_code.clone();
    let number = |name: &str, label: &str, errors: &mut Vec<FieldError>| {
        let found = fields.text(name).parse::<i64>().ok();
        if found.is_none() {
            note(
                errors,
                name,
                &format!("{label}: 番号を数字で入力してください"),
            );
        }
        found
    };
    let order = match topic {
        Topic::Plain(described) => {
            return plain_read(desk, described, subject, fields, errors, replaced);
        }
        Topic::Assistance => {
            let change = fields.code("change", "異動", &changes(), errors);
            let on = fields.required_day("from", "異動日", today, errors);
            let reported_on = fields.required_day("reported_on", "連携日・届出日", today, errors);
            let (Some((change, _)), Some(on), Some(reported_on)) = (change, on, reported_on) else {
                return Ok(None);
            };
            let Some(change) = assistance::Change::from_code(&change) else {
                return Ok(None);
            };
            Order::Assistance(Told {
                person_id: subject,
                change,
                on,
                office: text("office"),
                case_number: text("case_number"),
                medical: fields.has("medical"),
                reported_on,
            })
        }
        Topic::Enter => {
            let typed = fields.text("facility");
            let head = typed.split([' ', '\u{3000}']).next().unwrap_or("");
            let facility_id = head.parse::<i64>().ok();
            if facility_id.is_none() {
                note(errors, "facility", "施設: 一覧から番号で選んでください");
            }
            let entered_on = fields.required_day("from", "入所日", today, errors);
            let reported_on = fields.required_day("reported_on", "届出日", today, errors);
            let (Some(facility_id), Some(entered_on), Some(reported_on)) =
                (facility_id, entered_on, reported_on)
            else {
                return Ok(None);
            };
            Order::Enter {
                own,
                entering: Entering {
                    person_id: subject,
                    facility_id,
                    entered_on,
                    came_from: text("came_from"),
                    reported_on,
                },
            }
        }
        Topic::Hold => {
            let stage = fields.code("stage", "区分", &owned(&STAGES), errors);
            let from = fields.required_day("from", "保留を始める日", today, errors);
            let until = fields.required_day("until", "保留を終える日", today, errors);
            let (Some((stage, _)), Some(from), Some(until)) = (stage, from, until) else {
                return Ok(None);
            };
            if !fields.has("notice") && !fields.has("certificate") {
                note(errors, "notice", "保留: 止めるものを選んでください");
                return Ok(None);
            }
            Order::Hold {
                person_id: subject,
                span: Span::new(from, Some(until)),
                stage: stage.parse().unwrap_or(0),
                notice: fields.has("notice"),
                certificate: fields.has("certificate"),
                ground: text("ground"),
            }
        }
        Topic::Slip => {
            let kind = fields.code("kind", "連絡票", &slips(), errors);
            let direction = fields.code("direction", "発行・受理", &owned(&DIRECTIONS), errors);
            let made_on = fields.required_day("made_on", "発行日・受理日", today, errors);
            let since = fields.required_day("since", "開始日", today, errors);
            let until = fields.day("until", "終了日", today, errors);
            let household = number("household", "国保世帯番号", errors);
            let place = text("municipality");
            if place.len() != 6 || !place.bytes().all(|byte| byte.is_ascii_digit()) {
                note(
                    errors,
                    "municipality",
                    "相手の市区町村コード: 半角数字6桁で入力してください",
                );
            }
            let kind = kind.and_then(|(code, _)| SlipKind::from_code(&code));
            let direction = direction.and_then(|(code, _)| Direction::from_code(&code));
            let (Some(kind), Some(direction), Some(made_on), Some(since), Some(household_id)) =
                (kind, direction, made_on, since, household)
            else {
                return Ok(None);
            };
            Order::Slip(Slip {
                kind,
                direction,
                person_id: subject,
                household_id,
                municipality: place,
                made_on,
                since,
                until,
            })
        }
        Topic::Trial => {
            let trial = fields.code("trial", "調査の方法", &trials(), errors);
            let found_on = fields.required_day("found_on", "調査日", today, errors);
            let trial = trial
                .and_then(|(code, _)| Trial::ALL.iter().find(|row| row.1 == code).map(|row| row.0));
            let (Some(trial), Some(found_on)) = (trial, found_on) else {
                return Ok(None);
            };
            Order::Trial {
                person_id: subject,
                found_on,
                trial,
                finding: text("finding"),
            }
        }
        Topic::Circumstances => {
            let reported_on = fields.required_day("reported_on", "届出日", today, errors);
            let Some(reported_on) = reported_on else {
                return Ok(None);
            };
            Order::Circumstances {
                household_id: subject,
                reported_on,
                ground: text("ground"),
                evidence: text("evidence"),
            }
        }
    };
    Ok(errors.is_empty().then_some(order))
}

fn plain_read(
    desk: &Desk,
    described: &'static Described,
    subject: i64,
    fields: &Fields,
    errors: &mut Vec<FieldError>,
    replaced: Option<(&Line, bool)>,
) -> Result<Option<Order>, OfficeError> {
    let today = desk.business_date();
    let from = fields.required_day("from", "該当日", today, errors);
    let until = fields.day("until", "非該当日", today, errors);
    let mut values = Vec::new();
    let all = columns::of(described)?;
    for ((column, field), kind) in all.into_iter().zip(described.types) {
        let name = format!("c_{column}");
        let label = &field.name_ja;
        let list = columns::choices(described, field);
        let typed = fields.text(&name);
        // A place that was not shown and is not typed anew stays what it was.
        if let Some((line, true)) = replaced
            && typed.is_empty()
            && described.tells_place(column)
            && let Some(value) = line.value(column)
        {
            values.push(value.clone());
            continue;
        }
        let needed = field.required || described.needs_place(column);
        if needed && typed.is_empty() && !columns::is_flag(field) {
            note(errors, &name, &format!("{label}: 入力してください"));
            continue;
        }
        let value = if columns::is_flag(field) {
            Value::Int(i64::from(fields.has(&name)))
        } else if columns::is_day(field) {
            fields.day(&name, label, today, errors).into()
        } else if *kind == ColumnType::Int {
            let code = if list.is_empty() {
                typed.to_owned()
            } else {
                fields
                    .code(&name, label, &list, errors)
                    .map_or_else(String::new, |(code, _)| code)
            };
            match code.parse::<i64>() {
                Ok(number) => Value::Int(number),
                Err(_) => {
                    if list.is_empty() {
                        note(errors, &name, &format!("{label}: 数字で入力してください"));
                    }
                    continue;
                }
            }
        } else if !list.is_empty() && !typed.is_empty() {
            match fields.code(&name, label, &list, errors) {
                Some((code, _)) => Value::Text(code),
                None => continue,
            }
        } else if column == "loss_cause" && typed.is_empty() {
            Value::Null
        } else if typed.chars().count() > usize::from(field.max) {
            note(
                errors,
                &name,
                &format!("{label}: {}文字までで入力してください", field.max),
            );
            continue;
        } else {
            Value::Text(typed.to_owned())
        };
        values.push(value);
    }
    let Some(from) = from.filter(|_| errors.is_empty()) else {
        return Ok(None);
    };
    Ok(Some(Order::State(Stated {
        code: described.code.to_owned(),
        subject,
        replaces: replaced.map(|(line, _)| line.valid),
        span: Span::new(from, until),
        values,
        note: fields.text("note").to_owned(),
    })))
}

/// The field an error of the office belongs to.
#[must_use]
pub fn field_of(topic: Topic, label: &str) -> String {
    let aliases = [
        ("保険者の市区町村コード", "insurer"),
        ("所在地の市区町村コード", "municipality"),
        ("後期高齢者医療の被保険者番号", "number"),
        ("介護保険者番号", "insurer"),
        ("介護保険の被保険者番号", "number"),
        ("適用除外の号", "item"),
        ("区分", "stage"),
    ];
    let plain = match label {
        "終了日" | "退非該当日" | "保留の期限" => "until",
        "開始日" if matches!(topic, Topic::Slip) => "since",
        "開始日" | "退該当日" => "from",
        "調査の内容" => "finding",
        "理由" => "ground",
        "届け出た事情" => "ground",
        "添付書類" => "evidence",
        "ケース番号" => "case_number",
        _ => "",
    };
    let Topic::Plain(described) = topic else {
        return plain.to_owned();
    };
    let named = columns::of(described).ok().and_then(|all| {
        all.into_iter()
            .find(|(_, field)| field.name_ja == label)
            .map(|(column, _)| column)
    });
    let alias = aliases
        .iter()
        .find(|(known, _)| *known == label)
        .map(|(_, column)| *column);
    match named.or(alias) {
        Some(column) => format!("c_{column}"),
        None => plain.to_owned(),
    }
}
