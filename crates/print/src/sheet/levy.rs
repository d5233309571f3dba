//! Pages of 納入通知書・納税通知書: the front page and its 続紙.

use super::wording::{appeal, lead, title};
use super::{Fault, Setter, Sheet, frame, row, sum, taken_off, yen};
use crate::content::{
    Component, Instalment, LevyNotice, LevyTable, Line, Member, Method, Office, Window,
};
use crate::fit::{Frame, Set};
use serde_json::{Value, json};

/// Most members on the front page.
const FRONT_MEMBERS: i64 = 8;
/// Lines of reasons for which the front page makes room before it takes members.
const FRONT_LINES: i64 = 4;
/// Members on one 続紙.
const SHEET_MEMBERS: usize = 44;
/// Lines of reasons on one 続紙.
const SHEET_LINES: usize = 54;
/// Rows the instalment table takes.
const MOST_INSTALMENTS: usize = 20;
/// Components the table takes.
const MOST_COMPONENTS: usize = 5;

const REASON: Frame = frame(1750, 85, 1);

pub(super) fn sheets(notice: &LevyNotice, setter: &mut Setter) -> Result<Vec<Sheet>, Fault> {
    check(notice)?;
    let members: Vec<Value> = notice
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
        front.insert("members".into(), json!(front_members));
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
            json!({ "members": rows }),
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

/// Where the parts of the front page lie, in micrometres, and how much of the lists it takes.
struct Places {
    table_pitch: i64,
    due_pitch: i64,
    payment: i64,
    members: i64,
    reasons: i64,
    front_members: usize,
    front_lines: usize,
}

impl Places {
    const TABLE_TOP: i64 = 106_200;
    const TABLE_ROOM: i64 = 58_000;
    const WIDEST_PITCH: i64 = 5_400;
    const CONTACT: i64 = 243_800;
    /// Heading and table head above the members.
    const MEMBER_HEAD: i64 = 12_200;
    const MEMBER_PITCH: i64 = 5_000;
    /// White and heading above the reasons.
    const REASON_HEAD: i64 = 7_400;
    const REASON_PITCH: i64 = 4_100;

    fn of(table_rows: usize, dues: usize, members: usize, lines: usize) -> Self {
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let pitch = |rows: i64| (Self::TABLE_ROOM / rows).min(Self::WIDEST_PITCH);
        let (table_rows, due_rows) = (count(table_rows) + 1, count(dues) + 2);
        let (table_pitch, due_pitch) = (pitch(table_rows), pitch(due_rows));
        let height = (table_pitch * table_rows).max(due_pitch * due_rows);
        let payment = Self::TABLE_TOP + height + 1_800;
        let top = payment + 6_400;
        let room = Self::CONTACT - 1_000 - top - Self::MEMBER_HEAD;
        let wanted = match count(lines).min(FRONT_LINES) {
            0 => 0,
            lines => Self::REASON_HEAD + Self::REASON_PITCH * lines,
        };
        let rows = ((room - wanted) / Self::MEMBER_PITCH).clamp(1, FRONT_MEMBERS);
        let rows = rows.min(count(members));
        let left = (room - rows * Self::MEMBER_PITCH - Self::REASON_HEAD) / Self::REASON_PITCH;
        // One line is kept for 「続きは続紙」.
        let kept = if count(lines) <= left {
            count(lines)
        } else {
            (left - 1).max(0)
        };
        Self {
            table_pitch,
            due_pitch,
            payment,
            members: top,
            reasons: top + Self::MEMBER_HEAD + rows * Self::MEMBER_PITCH + 2_200,
            front_members: usize::try_from(rows).unwrap_or(0),
            front_lines: usize::try_from(kept).unwrap_or(0),
        }
    }

    fn body(&self) -> Value {
        json!({
            "table_pitch": self.table_pitch,
            "due_pitch": self.due_pitch,
            "payment": self.payment,
            "members": self.members,
            "reasons": self.reasons,
            "contact": Self::CONTACT,
        })
    }
}

/// Totals against their parts, and the limits of the form.
fn check(notice: &LevyNotice) -> Result<(), Fault> {
    let table = &notice.table;
    if table.components.is_empty() || table.components.len() > MOST_COMPONENTS {
        return Err(Fault::new(
            "算定の内訳",
            format!(
                "区分は1から{MOST_COMPONENTS}までです（{}区分）",
                table.components.len()
            ),
        ));
    }
    for Line { label, amount, .. } in &Component::LINES {
        let parts: Vec<i64> = table.components.iter().filter_map(amount).collect();
        let total = amount(&table.total).unwrap_or(0);
        if sum(parts) != Some(total) {
            return Err(Fault::new(
                format!("算定の内訳 {label}"),
                format!(
                    "区分の合計と合計欄（{}円）が一致しません。賦課をやり直してください",
                    yen(total)
                ),
            ));
        }
    }
    let decided = table.total.decided_yen;
    if sum(notice.instalments.iter().map(|one| one.amount_yen)) != Some(decided) {
        return Err(Fault::new(
            "期別",
            format!(
                "期別の合計が決定額（{}円）と一致しません。期割をやり直してください",
                yen(decided)
            ),
        ));
    }
    if notice.instalments.len() > MOST_INSTALMENTS {
        return Err(Fault::new(
            "期別",
            format!(
                "期別は{MOST_INSTALMENTS}までです（{}）",
                notice.instalments.len()
            ),
        ));
    }
    check_change(notice)?;
    let components = table.components.len();
    for (place, member) in notice.members.iter().enumerate() {
        if member.months.len() != components {
            return Err(Fault::new(
                format!("被保険者 {}人目", place + 1),
                format!(
                    "月数が{}個あり、区分の数（{components}）と違います",
                    member.months.len()
                ),
            ));
        }
    }
    if notice.window.address.len() > 4 {
        return Err(Fault::new(
            "宛先",
            "住所は4行までです。方書をまとめてください",
        ));
    }
    Ok(())
}

fn check_change(notice: &LevyNotice) -> Result<(), Fault> {
    let before = notice.instalments.iter().map(|one| one.before_yen);
    let Some(change) = &notice.change else {
        if before.flatten().next().is_some() {
            return Err(Fault::new("期別", "当初の通知書に変更前の額があります"));
        }
        return Ok(());
    };
    let difference = notice
        .table
        .total
        .decided_yen
        .checked_sub(change.before_yen);
    if difference != Some(change.difference_yen) {
        return Err(Fault::new(
            "差引額",
            format!(
                "変更後と変更前の差になっていません（{}円）",
                yen(change.difference_yen)
            ),
        ));
    }
    if sum(before.map(Option::unwrap_or_default)) != Some(change.before_yen) {
        return Err(Fault::new(
            "期別",
            format!(
                "変更前の期別の合計が変更前の年額（{}円）と一致しません",
                yen(change.before_yen)
            ),
        ));
    }
    Ok(())
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
    let column = |one: &Component| -> Vec<String> {
        shown
            .iter()
            .map(|line| match (line.amount)(one) {
                None => "－".to_owned(),
                Some(amount) if line.taken_off => taken_off(amount),
                Some(amount) => yen(amount),
            })
            .collect()
    };
    let body = json!({
        "labels": shown.iter().map(|line| line.label).collect::<Vec<_>>(),
        "columns": table.components.iter().chain([&table.total]).map(column).collect::<Vec<_>>(),
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
    json!({
        "methods": all.iter().map(|one| method(one.method)).collect::<Vec<_>>(),
        "labels": labels,
        "due": due,
        "before": notice.change.map(|_| all.iter().map(before).collect::<Vec<_>>()),
        "amounts": all.iter().map(|one| yen(one.amount_yen)).collect::<Vec<_>>(),
        "special": all.iter().any(|one| one.method == Method::Special),
    })
}

fn method(method: Method) -> &'static str {
    match method {
        Method::Ordinary => "普",
        Method::Special => "特",
    }
}

fn member_row(place: usize, member: &Member, setter: &mut Setter) -> Value {
    // What the months leave of the table's width.
    let note_width = 870 - 135 * i64::try_from(member.months.len()).unwrap_or(0);
    let months: Vec<String> = member
        .months
        .iter()
        .map(|months| months.map_or_else(|| "－".to_owned(), |months| months.to_string()))
        .collect();
    let field = format!("被保険者{}の氏名", place + 1);
    json!({
        "no": (place + 1).to_string(),
        "name": setter.fit(&field, &member.name, row(515, 48, 90)),
        "income": member.income_base_yen.map_or_else(|| "未申告".to_owned(), yen),
        "months": months,
        "note": setter.fit("摘要", &member.note, row(note_width, 48, 75)),
    })
}
