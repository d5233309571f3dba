//! 安全管理の入口, 利用可能時間, 端末台帳.

use super::pages::{Sheet, chosen_role, clock, minutes, or_again, roles};
use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::Fields;
use crate::view::FieldError;
use crate::view::cards::{Action, Card, Cell, Table};
use crate::view::entry::{Field, Form, Input};
use crate::view::format::{day_ja, moment_ja};
use axum::extract::Path;
use axum::response::Response;
use db::Span;
use office::OfficeError;
use office::security::hours::{self, Days, Hours};
use office::security::permit::ManageStaff;
use office::security::terminal::{self, Terminal};

const PAGES: [(&str, &str, &str); 7] = [
    (
        "/staff",
        "職員",
        "登録・発令・停止・失効・パスワード・登録コード",
    ),
    (
        "/permissions",
        "権限表",
        "機能 × 役割 × 場所 × 時間を見る、変更を提案する、書き出す",
    ),
    (
        "/settings",
        "安全管理の設定",
        "二つ目の要素・閲覧できる行・本人と親族・警告のしきい値",
    ),
    (
        "/proposals",
        "二人目の承認",
        "ほかの管理者が提案した変更を確かめて承認する",
    ),
    ("/hours", "利用可能時間", "役割ごとに、曜日と日で定める"),
    (
        "/terminals",
        "端末台帳",
        "登録・設置場所・ワイヤー・使用の終わり",
    ),
    ("/emergencies", "緊急利用", "申請の承認・打切り・点検"),
];

/// The way to every page of administration.
pub async fn hub(desk: Desk) -> Response {
    desk.answer(|desk| {
        desk.permit::<ManageStaff>()?;
        desk.record("security.staff", None)?;
        let mut table = Table::new("安全管理の画面", &["画面", "できること"]);
        for (href, name, does) in PAGES {
            table.row(vec![Cell::link(name, href), does.into()]);
        }
        let mut sheet = Sheet::new("安全管理");
        sheet.cards.push(Card::new("", "w12").with_table(table, ""));
        sheet.show(desk, Vec::new())
    })
    .await
}

const WEEK: [&str; 7] = ["月曜", "火曜", "水曜", "木曜", "金曜", "土曜", "日曜"];

/// 利用可能時間.
pub async fn hours_page(desk: Desk) -> Response {
    desk.answer(|desk| {
        desk.permit::<ManageStaff>()?;
        desk.record("security.staff", None)?;
        show_hours(desk, &Fields::default(), Vec::new())
    })
    .await
}

fn show_hours(
    desk: &Desk,
    fields: &Fields,
    errors: Vec<FieldError>,
) -> Result<Response, OfficeError> {
    let permit = desk.permit::<ManageStaff>()?;
    let all = desk.store().read(|conn| hours::stated(conn, &permit))?;
    let today = hours::in_japan(desk.now()).0;
    let columns = ["役割", "日", "時間", "適用", "定めた人"];
    let (mut table, mut gone) = (
        Table::new("利用可能時間", &columns),
        Table::new("過ぎた定め・改めた定め", &columns),
    );
    for one in &all {
        let ended = one.valid.until.is_some_and(|until| until <= today);
        let into = if one.stands && !ended {
            &mut table
        } else {
            &mut gone
        };
        let mut days = Cell::from(days_of(one.valid));
        if one.stands && one.valid.from > today {
            days.small = "これから".to_owned();
        } else if !one.stands {
            days.small = "改めた".to_owned();
        }
        into.row(vec![
            one.hours.role.name_ja().into(),
            name_of(one.hours.days).into(),
            time_of(&one.hours).into(),
            days,
            Cell::beside(&one.staff, &moment_ja(one.recorded_at)),
        ]);
    }
    let mut days: Vec<(String, String)> = (1..=7)
        .zip(WEEK)
        .map(|(number, name): (u8, &str)| (number.to_string(), name.to_owned()))
        .collect();
    days.insert(0, ("work".to_owned(), "月曜〜金曜".to_owned()));
    days.push(("day".to_owned(), "次の一日".to_owned()));
    let mut ask = Card::new("定める", "w12");
    ask.form = Some(
        Form::post("/hours")
            .fields(vec![
                Field::new(Input::Choice(roles()), "role", "役割", fields.text("role")),
                Field::new(Input::Choice(days), "days", "曜日", fields.text("days")),
                Field::new(Input::Day, "day", "一日だけの日", fields.text("day"))
                    .hint("「次の一日」のとき。閉庁日・休日開庁など"),
                Field::new(Input::Text, "from", "始まり", fields.text("from")).hint("8:30"),
                Field::new(Input::Text, "until", "終わり", fields.text("until"))
                    .hint("始まりと同じなら一日使えません"),
                Field::new(Input::Day, "since", "適用する日", fields.text("since"))
                    .hint("この日から効きます。空なら今日から"),
            ])
            .button("定める", "", "main")
            .back("安全管理へ", "/security"),
    );
    let mut sheet = Sheet::new("利用可能時間");
    let empty = "定めがありません。定めのない役割はいつでも使えます。";
    sheet
        .cards
        .push(Card::new("いまとこれからの定め", "w12").with_table(table, empty));
    sheet.cards.push(ask);
    sheet
        .cards
        .push(Card::new("過ぎた定め・改めた定め", "w12").with_table(gone, "まだありません。"));
    sheet.show(desk, errors)
}

fn name_of(days: Days) -> String {
    match days {
        Days::Weekday(number) => WEEK
            .get(usize::from(number).saturating_sub(1))
            .copied()
            .unwrap_or_default()
            .to_owned(),
        Days::Day(day) => day_ja(day),
    }
}

fn time_of(hours: &Hours) -> String {
    if hours.from_minute == hours.until_minute {
        return "使えない".to_owned();
    }
    format!(
        "{}〜{}",
        clock(hours.from_minute),
        clock(hours.until_minute)
    )
}

fn days_of(valid: Span) -> String {
    let last = valid.until.map(law::date::previous_day);
    match last {
        Some(last) if last == valid.from => day_ja(last),
        Some(last) => format!("{}〜{}", day_ja(valid.from), day_ja(last)),
        None => format!("{}から", day_ja(valid.from)),
    }
}

/// Sets hours.
pub async fn set_hours(posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let done = lay_down(desk, &fields).map(|()| answer::go("/hours"));
            let ids = [
                ("役割", "role"),
                ("一日だけの日", "day"),
                ("始まり", "from"),
                ("利用可能時間", "until"),
                ("適用する日", "since"),
            ];
            or_again(done, &ids, |errors| show_hours(desk, &fields, errors))
        })
        .await
}

fn lay_down(desk: &Desk, fields: &Fields) -> Result<(), OfficeError> {
    let permit = desk.permit::<ManageStaff>()?;
    let role = chosen_role(fields, "role")?;
    let time = |name: &str| {
        minutes(fields.text(name)).ok_or_else(|| {
            OfficeError::input("始まり", "始まりと終わりを 8:30 の形で入れてください")
        })
    };
    let (from_minute, until_minute) = (time("from")?, time("until")?);
    let days: Vec<Days> = match fields.text("days") {
        "work" => (1..=5).map(Days::Weekday).collect(),
        "day" => {
            let mut errors = Vec::new();
            let day = fields.day("day", "一日だけの日", desk.business_date(), &mut errors);
            let day =
                day.ok_or_else(|| OfficeError::input("一日だけの日", "日を入れてください"))?;
            vec![Days::Day(day)]
        }
        number => vec![Days::Weekday(number.parse().unwrap_or(0))],
    };
    let acting = desk.acting("");
    let mut errors = Vec::new();
    let since = fields.day("since", "適用する日", desk.business_date(), &mut errors);
    if let Some(wrong) = errors.pop() {
        return Err(OfficeError::input("適用する日", &wrong.message));
    }
    let since = since.unwrap_or(hours::in_japan(desk.now()).0);
    desk.store().write(|conn| {
        for days in &days {
            let hours = Hours {
                role,
                days: *days,
                from_minute,
                until_minute,
            };
            hours::set(conn, &acting, &permit, (hours, since))?;
        }
        Ok(())
    })
}

/// 端末台帳.
pub async fn terminals(desk: Desk) -> Response {
    desk.answer(|desk| {
        desk.permit::<ManageStaff>()?;
        desk.record("security.staff", None)?;
        show_terminals(desk, &Fields::default(), Vec::new())
    })
    .await
}

fn show_terminals(
    desk: &Desk,
    fields: &Fields,
    errors: Vec<FieldError>,
) -> Result<Response, OfficeError> {
    let all = desk.store().read(terminal::all)?;
    let columns = [
        "#番号",
        "識別",
        "端末名",
        "設置場所",
        "区・支所",
        "ワイヤー",
        "状態",
    ];
    let mut table = Table::new("端末台帳", &columns);
    for one in &all {
        let row = table.row(vec![
            one.terminal_id.to_string().into(),
            one.address.as_str().into(),
            one.name.as_str().into(),
            one.place.as_str().into(),
            one.ward.as_str().into(),
            if one.wire_lock { "あり" } else { "なし" }.into(),
            one.ended_at
                .map_or_else(
                    || "使用中".to_owned(),
                    |at| format!("{}に終わり", moment_ja(at)),
                )
                .into(),
        ]);
        row.off = one.ended_at.is_some();
        if one.ended_at.is_none() {
            let href = format!("/terminals/{}/end", one.terminal_id);
            row.actions = vec![Action::post("使用を終える", &href, &[])];
        }
    }
    let mut ask = Card::new("端末を登録する", "w12");
    ask.form = Some(
        Form::post("/terminals")
            .fields(vec![
                Field::new(Input::Text, "address", "端末の識別", fields.text("address"))
                    .hint("接続元のアドレス"),
                Field::new(Input::Text, "name", "端末名", fields.text("name")),
                Field::new(Input::Text, "place", "設置場所", fields.text("place")),
                Field::new(Input::Text, "ward", "区・支所", fields.text("ward")).hint("本庁は空"),
                Field::new(
                    Input::Check,
                    "wire",
                    "盗難防止用ワイヤーがある",
                    fields.text("wire"),
                ),
            ])
            .button("登録する", "", "main")
            .back("安全管理へ", "/security"),
    );
    let mut sheet = Sheet::new("端末台帳");
    sheet
        .cards
        .push(Card::new("", "w12").with_table(table, "登録された端末はありません。"));
    sheet.cards.push(ask);
    sheet.show(desk, errors)
}

/// Puts a terminal into the register.
pub async fn register_terminal(posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<ManageStaff>()?;
            let text = |name: &str| fields.text(name).to_owned();
            let new = Terminal {
                terminal_id: 0,
                address: text("address"),
                name: text("name"),
                place: text("place"),
                ward: text("ward"),
                wire_lock: !text("wire").is_empty(),
                ended_at: None,
            };
            let acting = desk.acting("");
            let done = desk
                .store()
                .write(|conn| terminal::register(conn, &acting, &permit, &new))
                .map(|_| answer::go("/terminals"));
            let ids = [
                ("端末の識別", "address"),
                ("端末名", "name"),
                ("設置場所", "place"),
            ];
            or_again(done, &ids, |errors| show_terminals(desk, &fields, errors))
        })
        .await
}

/// Takes a terminal out of use.
pub async fn end_terminal(Path(terminal_id): Path<i64>, posted: Posted) -> Response {
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<ManageStaff>()?;
            let acting = desk.acting("");
            desk.store()
                .write(|conn| terminal::end(conn, &acting, &permit, terminal_id))?;
            Ok(answer::go("/terminals"))
        })
        .await
}
