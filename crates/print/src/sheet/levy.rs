//! Pages of 納入通知書・納税通知書: the front page and its 続紙.

use super::levy_check::check;
use super::levy_places::Places;
use super::wording::{appeal, lead, title};
use super::{Fault, Setter, Sheet, frame, row, taken_off, yen};
use crate::content::{
    Component, Instalment, LevyNotice, LevyTable, Line, Member, Method, Office, Window,
};
use crate::fit::{Frame, Set, column};
use serde_json::{Value, json};

/// Members on one 続紙.
const SHEET_MEMBERS: usize = 44;
/// Lines of reasons on one 続紙.
const SHEET_LINES: usize = 54;

const REASON: Frame = frame(1750, 85, 1);

pub(super) fn sheets(notice: &LevyNotice, setter: &mut Setter) -> Result<Vec<Sheet>, Fault> {
    check(notice)?;
    let members: Vec<Row> = notice
        .members
        .iter()
        .enumerate()
        .map(|(place, member)| member_row(place, member, setter))
        .collect();
    let reasons: Vec<Set> = notice
        .reasons
        .iter()
        .flat_map(|reason| setter.lines("理由・備考", &format!("・{reason}"), REASON))
        .collect();
    let table = table(&notice.table);
    let places = Places::of(
        table.rows,
        notice.instalments.len(),
        members.len(),
        reasons.len(),
    );
    let (front_members, more_members) = members.split_at(places.front_members);
    let (front_reasons, more_reasons) = reasons.split_at(places.front_lines);

    let heads = component_heads(&notice.table, setter);
    let mut front = front(notice, setter);
    if let Value::Object(front) = &mut front {
        front.insert("table".into(), table.body);
        front.insert("places".into(), places.body());
        front.insert("heads".into(), json!(heads));
        front.insert("members".into(), member_columns(front_members));
        front.insert("member_count".into(), json!(members.len()));
        front.insert("members_continue".into(), json!(!more_members.is_empty()));
        front.insert("reasons".into(), json!(front_reasons));
        front.insert("reasons_continue".into(), json!(!more_reasons.is_empty()));
    }
    let mut sheets = vec![Sheet::plain(front)];
    for rows in more_members.chunks(SHEET_MEMBERS) {
        sheets.push(continuation(
            notice,
            setter,
            &heads,
            json!({ "members": member_columns(rows) }),
        ));
    }
    for lines in more_reasons.chunks(SHEET_LINES) {
        sheets.push(continuation(
            notice,
            setter,
            &heads,
            json!({ "reasons": lines }),
        ));
    }
    Ok(sheets)
}

fn front(notice: &LevyNotice, setter: &mut Setter) -> Value {
    let fact = |setter: &mut Setter, field: &str, text: &str, width: i64| {
        setter.fit(field, text, frame(width, 95, 1))
    };
    let reduction = notice.reduction.as_ref().map(|one| {
        json!({
            "class": setter.fit("軽減区分", &one.class, frame(220, 95, 1)),
            "why": setter.fit("軽減の理由", &one.why, row(700, 58, 78)),
        })
    });
    let lead = lead(notice);
    json!({
        "form": "levy",
        "title": title(notice),
        "short": notice.kind.short_ja(),
        "year": setter.fit("相当年度", &notice.levy_year, frame(400, 115, 1)),
        "number": setter.fit("通知書番号", &notice.notice_number, frame(330, 90, 1)),
        "issued": setter.fit("発行日", &notice.issued_on, frame(400, 90, 1)),
        "window": window(&notice.window, setter),
        "issuer": issuer(&notice.office, setter),
        "lead": setter.lines_within("根拠の条例", &lead, 1800, &[95, 85, 75, 65], 2),
        "liable": setter.fit("納付義務者", &notice.liable_person, row(900, 58, 95)),
        "symbol": fact(setter, "記号番号", &notice.symbol_number, 330),
        "levy_year": fact(setter, "相当年度", &notice.levy_year, 330),
        "assessed_year": fact(setter, "調定年度", &notice.assessed_year, 330),
        "reduction": reduction,
        "decided": yen(notice.table.total.decided_yen),
        "change": notice.change.map(|change| json!({
            "before": yen(change.before_yen),
            "difference": yen(change.difference_yen),
        })),
        "instalments": instalments(notice, setter),
        "payment": setter.fit("納付方法", &notice.payment, frame(1600, 90, 1)),
        "reasons_title": if notice.change.is_some() { "変更の理由" } else { "備考" },
        "appeal": setter.lines_within("教示", &appeal(notice), 1790, &[74, 70, 66, 62, 58], 8),
    })
}

fn continuation(notice: &LevyNotice, setter: &mut Setter, heads: &[Set], part: Value) -> Sheet {
    let mut body = json!({
        "form": "levy-more",
        "title": title(notice),
        "year": setter.fit("相当年度", &notice.levy_year, frame(300, 90, 1)),
        "number": setter.fit("通知書番号", &notice.notice_number, frame(330, 90, 1)),
        "liable": setter.fit("納付義務者", &notice.liable_person, frame(910, 95, 1)),
        "heads": heads,
        "reasons_title": if notice.change.is_some() { "変更の理由（続き）" } else { "備考（続き）" },
    });
    if let (Value::Object(body), Value::Object(part)) = (&mut body, part) {
        body.extend(part);
    }
    Sheet::plain(body)
}

/// The address block, which ends 45 mm from the top: the name takes what the address leaves.
pub(super) fn window(window: &Window, setter: &mut Setter) -> Value {
    let lines = if window.address.len() > 2 { 1 } else { 2 };
    let address: Vec<Set> = window
        .address
        .iter()
        .map(|line| setter.fit("住所", line, frame(820, 100, lines)))
        .collect();
    let heights = address.iter().map(|set| {
        let lines = i64::try_from(set.l.len()).unwrap_or(1);
        lines * set.s * 353 / 1000 * 115 / 100 + 1_300
    });
    let left_um = 24_500 - heights.sum::<i64>();
    let name = Frame {
        height_um: left_um.max(4_600),
        ..frame(740, 130, 2)
    };
    json!({
        "postal": setter.fit("郵便番号", &window.postal_code, frame(300, 105, 1)),
        "address": address,
        "name": setter.fit("宛名", &window.addressee, name),
    })
}

pub(super) fn issuer(office: &Office, setter: &mut Setter) -> Value {
    let head = format!("{}　{}", office.head_title, office.head_name);
    json!({
        "municipality": setter.fit("市町村名", &office.municipality, frame(500, 105, 1)),
        "head": setter.fit("発行者", head.trim_end(), frame(640, 120, 1)),
        "section": setter.fit("担当", &office.section, frame(700, 95, 1)),
        "address": setter.fit("担当の所在地", &office.address, frame(850, 85, 1)),
        "phone": setter.fit("電話番号", &office.phone, frame(600, 95, 1)),
        "hours": setter.fit("受付時間", &office.hours, frame(850, 85, 1)),
    })
}

fn component_heads(table: &LevyTable, setter: &mut Setter) -> Vec<Set> {
    table
        .components
        .iter()
        .map(|one| setter.fit("区分の名", &one.name, frame(140, 80, 1)))
        .collect()
}

/// The table of components and its number of rows.
struct Table {
    rows: usize,
    body: Value,
}

fn table(table: &LevyTable) -> Table {
    let shown: Vec<&Line> = Component::LINES
        .iter()
        .filter(|line| {
            let mut all = table.components.iter().chain([&table.total]);
            all.any(|one| (line.amount)(one).is_some())
        })
        .collect();
    let figures = |one: &Component| -> Value {
        let rows: Vec<String> = shown
            .iter()
            .map(|line| match (line.amount)(one) {
                None => "－".to_owned(),
                Some(amount) if line.taken_off => taken_off(amount),
                Some(amount) => yen(amount),
            })
            .collect();
        let (decided, above) = rows
            .split_last()
            .map_or(("", [].as_slice()), |(last, above)| (last.as_str(), above));
        json!({ "figures": above.join("\n"), "decided": decided })
    };
    let body = json!({
        "labels": shown.iter().map(|line| line.label).collect::<Vec<_>>().join("\n"),
        "rows": shown.len(),
        "columns": table.components.iter().chain([&table.total]).map(figures).collect::<Vec<_>>(),
    });
    Table {
        rows: shown.len(),
        body,
    }
}

fn instalments(notice: &LevyNotice, setter: &mut Setter) -> Value {
    let all = &notice.instalments;
    let due_width = if notice.change.is_some() { 186 } else { 225 };
    let labels: Vec<Set> = all
        .iter()
        .map(|one| setter.fit("期別", &one.label, frame(115, 80, 1)))
        .collect();
    let due: Vec<Set> = all
        .iter()
        .map(|one| setter.fit("納期限", &one.due_on, frame(due_width, 80, 1)))
        .collect();
    let before = |one: &Instalment| one.before_yen.map_or_else(|| "－".to_owned(), yen);
    let joined = |cell: fn(&Instalment) -> String| -> String {
        all.iter().map(cell).collect::<Vec<_>>().join("\n")
    };
    json!({
        "n": all.len(),
        "methods": joined(|one| method(one.method).to_owned()),
        "labels": labels,
        "due": due,
        "before": notice.change.map(|_| all.iter().map(before).collect::<Vec<_>>().join("\n")),
        "amounts": joined(|one| yen(one.amount_yen)),
        "special": all.iter().any(|one| one.method == Method::Special),
    })
}

fn method(method: Method) -> &'static str {
    match method {
        Method::Ordinary => "普",
        Method::Special => "特",
    }
}

/// One member's row.
struct Row {
    number: String,
    name: Set,
    income: String,
    months: Vec<String>,
    note: Set,
}

fn member_row(place: usize, member: &Member, setter: &mut Setter) -> Row {
    // What the months leave of the table's width.
    let note_width = 870 - 135 * i64::try_from(member.months.len()).unwrap_or(0);
    let months = member
        .months
        .iter()
        .map(|months| months.map_or_else(|| "－".to_owned(), |months| months.to_string()));
    let field = format!("被保険者{}の氏名", place + 1);
    Row {
        number: (place + 1).to_string(),
        name: setter.fit(&field, &member.name, row(515, 48, 90)),
        income: member
            .income_base_yen
            .map_or_else(|| "未申告".to_owned(), yen),
        months: months.collect(),
        note: setter.fit("摘要", &member.note, row(note_width, 48, 75)),
    }
}

/// The rows of a page as columns.
fn member_columns(rows: &[Row]) -> Value {
    let joined = |cell: fn(&Row) -> &str| rows.iter().map(cell).collect::<Vec<_>>().join("\n");
    let components = rows.first().map_or(0, |row| row.months.len());
    let months: Vec<String> = (0..components)
        .map(|at| {
            let column = rows.iter().filter_map(|row| row.months.get(at));
            column.map(String::as_str).collect::<Vec<_>>().join("\n")
        })
        .collect();
    json!({
        "n": rows.len(),
        "no": joined(|row| &row.number),
        "name": column(rows.iter().map(|row| row.name.clone()).collect(), 9_000),
        "income": joined(|row| &row.income),
        "months": months,
        "note": column(rows.iter().map(|row| row.note.clone()).collect(), 7_500),
    })
}
