//! 操作の記録 — who looked at whom, when and from where: for those who have to answer for it.

use crate::answer;
use crate::desk::Desk;
use crate::fields::Fields;
use crate::view::cards::{Card, CardsPage, Cell, Table};
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::{day_ja, moment_ja};
use crate::view::layout::Tone;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use law::Date;
use office::security::access::{self, Wanted};
use office::security::permit::{self, Function, ReviewAccess};
use office::security::staff;

/// Lines on one page.
const PAGE: i64 = 100;
/// What the record says beside the codes of functions.
const OTHERS: &[(&str, &str)] = &[
    ("login", "ログイン"),
    ("login.second", "ログイン（二つ目の要素）"),
    ("login.enrol", "登録コードによるログイン"),
    ("logout", "ログアウト"),
    ("password", "パスワードの変更"),
    ("own", "本人の設定"),
    ("factor.register", "二つ目の要素の登録"),
    ("factor.end", "二つ目の要素を外す"),
    ("relation.declare", "本人・親族の申告"),
    ("number.find", "個人番号による検索"),
    ("number.show", "個人番号の表示"),
    ("number.confirm", "個人番号による本人確認"),
    ("security.permissions.export", "権限表の書出し"),
    ("security.who_could_see", "見ることができた職員の調査"),
];
/// A day in microseconds.
const DAY: i64 = 86_400_000_000;

/// The first microsecond of a day in Japan.
fn begin(day: Date) -> i64 {
    let days = law::day(1970, 1, 1)
        .until(day)
        .map_or(0, |span| i64::from(span.get_days()));
    days * DAY - 9 * 3_600_000_000
}

/// The lines looked for, newest first.
pub async fn page(desk: Desk, Query(asked): Query<Vec<(String, String)>>) -> Response {
    desk.answer(move |desk| {
        let permit = desk.permit::<ReviewAccess>()?;
        desk.record(ReviewAccess::CODE, None)?;
        let fields = Fields::new(asked);
        let today = desk.business_date();
        let now = crate::view::format::day_in_japan(desk.now());
        let mut errors = Vec::new();
        let from = fields
            .day("from", "から", today, &mut errors)
            .unwrap_or(now);
        let until = fields
            .day("until", "まで", today, &mut errors)
            .unwrap_or(now);
        let number = |name: &str| fields.text(name).parse::<i64>().ok();
        let wanted = Wanted {
            from: begin(from),
            until: begin(until) + DAY,
            staff_id: number("staff").unwrap_or(0),
            outcome: fields.text("outcome").to_owned(),
            what: fields.text("what").to_owned(),
            subject: number("subject"),
            before: number("before"),
        };
        let (entries, all) = desk.store().read(|conn| {
            let entries = access::page(conn, &permit, &wanted, PAGE)?;
            Ok::<_, office::OfficeError>((entries, staff::names(conn, &permit, today)?))
        })?;
        let status = if errors.is_empty() {
            StatusCode::OK
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        };
        let mut layout = desk.layout("操作の記録");
        layout.errors = errors;
        let mut page = CardsPage::new(layout, "操作の記録");
        let mut people: Vec<Choice> = vec![("0".to_owned(), "すべて".to_owned())];
        people.extend(all.iter().map(|one| {
            (
                one.staff_id.to_string(),
                format!("{} {}", one.login, one.name),
            )
        }));
        let outcomes: Vec<Choice> = [
            ("", "すべて"),
            ("shown", "許可"),
            ("refused", "拒否"),
            ("failed", "失敗"),
        ]
        .map(|(code, label)| (code.to_owned(), label.to_owned()))
        .to_vec();
        let mut whats: Vec<Choice> = vec![(String::new(), "すべて".to_owned())];
        whats.extend(OTHERS.iter().chain(permit::ALL).map(|(code, name)| {
            ((*code).to_owned(), (*name).to_owned())
        }));
        let mut ask = Card::new("", "w12");
        ask.form = Some(
            Form::get("/access-log")
                .fields(vec![
                    Field::new(Input::Day, "from", "から", &day_ja(from)),
                    Field::new(Input::Day, "until", "まで", &day_ja(until)),
                    Field::new(Input::Choice(people), "staff", "職員", fields.text("staff")),
                    Field::new(Input::Choice(whats), "what", "機能", fields.text("what")),
                    Field::new(
                        Input::Choice(outcomes),
                        "outcome",
                        "結果",
                        fields.text("outcome"),
                    ),
                    Field::new(
                        Input::Text,
                        "subject",
                        "宛名番号・世帯番号",
                        fields.text("subject"),
                    ),
                ])
                .button("表示", "", "main"),
        );
        page.cards.push(ask);
        let mut table = Table::new(
            "操作の記録",
            &["日時", "職員", "端末", "機能", "#対象", "利用目的", "結果"],
        );
        let full = i64::try_from(entries.len()).is_ok_and(|number| number >= PAGE);
        if let Some(last) = entries.last().filter(|_| full) {
            table.more_href = format!(
                "/access-log?from={from}&until={until}&staff={}&outcome={}&what={}&subject={}&before={}",
                wanted.staff_id,
                wanted.outcome,
                answer::percent(&wanted.what),
                fields.text("subject"),
                last.entry_id
            );
        }
        for entry in &entries {
            let line = &entry.recorded;
            let function = OTHERS
                .iter()
                .chain(permit::ALL)
                .find(|(code, _)| *code == line.what)
                .map_or(line.what.as_str(), |(_, name)| name);
            table.row(vec![
                moment_ja(line.at).into(),
                entry.staff_name.as_str().into(),
                line.terminal.as_str().into(),
                function.into(),
                line.subject
                    .map_or_else(String::new, |id| id.to_string())
                    .into(),
                line.purpose.as_str().into(),
                match line.outcome.as_str() {
                    "shown" => Cell::badge("許可", Tone::Plain),
                    "refused" => Cell::badge("拒否", Tone::Bad),
                    _ => Cell::badge("失敗", Tone::Warn),
                },
            ]);
        }
        page.cards
            .push(Card::new("", "w12").with_table(table, "この条件の記録はありません。"));
        answer::page_with(status, &page)
    })
    .await
}
