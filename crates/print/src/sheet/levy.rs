//! Pages of 納入通知書・納税通知書: the front page and its 続紙.

use super::levy_check::check;
use super::levy_places::Places;
use super::wording::{appeal, lead, title};
use super::{Fault, Setter, Sheet, frame, row, taken_off, yen};
use crate::content::{
    Component, Instalment, LevyNotice, LevyTable, Line, Member, Method, Office, Window,
};
use crate::fit::{Frame, Set};
use crate::form::{Address, Fill, Filled, Part};
use serde_json::{Value, json};
use std::borrow::Cow;

/// Members on one 続紙.
const SHEET_MEMBERS: usize = 44;
/// Lines of reasons on one 続紙.
const SHEET_LINES: usize = 54;

const REASON: Frame = frame(1750, 85, 1);
/// 被保険者の内訳 and reasons on a 続紙: micrometres from the top.
const MORE_TOP_UM: i32 = 29_000;

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
    let shown = shown(&notice.table);
    let places = Places::of(
        shown.len(),
        notice.instalments.len(),
        members.len(),
        reasons.len(),
    );
    let (front_members, more_members) = members.split_at(places.front_members);
    let (front_reasons, more_reasons) = reasons.split_at(places.front_lines);

    let heads = component_heads(&notice.table, setter);
    let mut front = Page::default();
    front_page(notice, setter, &mut front);
    components(&notice.table, &shown, &heads, &places, &mut front);
    instalments(notice, setter, &places, &mut front);
    front.part(places.payment_um, json!({ "form": "levy-payment" }));
    front.set(
        "payment",
        setter.fit("納付方法", &notice.payment, frame(1600, 90, 1)),
    );
    member_table(front_members, &heads, false, places.members_um, &mut front);
    front.word(
        "member-count",
        member_count(front_members.len(), members.len()),
    );
    if !reasons.is_empty() {
        let mut lines = front_reasons.to_vec();
        if !more_reasons.is_empty() {
            lines.push(continued());
        }
        reason_lines(notice, lines, false, places.reasons_um, &mut front);
    }
    let mut sheets = vec![front.sheet()];
    for rows in more_members.chunks(SHEET_MEMBERS) {
        let mut page = more_page(notice, setter);
        member_table(rows, &heads, true, MORE_TOP_UM, &mut page);
        sheets.push(page.sheet());
    }
    for lines in more_reasons.chunks(SHEET_LINES) {
        let mut page = more_page(notice, setter);
        reason_lines(notice, lines.to_vec(), true, MORE_TOP_UM, &mut page);
        sheets.push(page.sheet());
    }
    Ok(sheets)
}

/// A page in the making: forms and what is set into their places.
#[derive(Default)]
struct Page {
    filled: Filled,
}

impl Page {
    fn part(&mut self, down_um: i32, body: Value) {
        self.filled.parts.push(Part { body, down_um });
    }

    fn sets(&mut self, name: &'static str, sets: Vec<Set>) {
        self.filled.fills.push((name.into(), Fill::Sets(sets)));
    }

    fn set(&mut self, name: &'static str, set: Set) {
        self.sets(name, vec![set]);
    }

    fn words(&mut self, name: impl Into<Cow<'static, str>>, words: Vec<String>) {
        self.filled.fills.push((name.into(), Fill::Words(words)));
    }

    fn word(&mut self, name: &'static str, word: String) {
        self.words(name, vec![word]);
    }

    fn sheet(self) -> Sheet {
        Sheet::filled(self.filled)
    }
}

fn member_count(front: usize, all: usize) -> String {
    if front < all {
        format!(
            "{}人目からは続紙に記載しています。　被保険者数　{all}人",
            front + 1
        )
    } else {
        format!("被保険者数　{all}人")
    }
}

fn continued() -> Set {
    Set {
        s: 8_000,
        l: vec![vec![(4, "（続きは続紙に記載しています。）".into())]],
    }
}

fn front_page(notice: &LevyNotice, setter: &mut Setter, page: &mut Page) {
    let lead = lead(notice);
    page.part(
        0,
        json!({
            "form": "levy",
            "title": title(notice),
            "short": notice.kind.short_ja(),
            "changed": notice.change.is_some(),
            "contact": Places::CONTACT,
            "issuer": issuer(&notice.office, setter),
            "lead": setter.lines_within("根拠の条例", &lead, 1800, &[95, 85, 75, 65], 2),
            "appeal": setter.lines_within("教示", &appeal(notice), 1790, &[74, 70, 66, 62, 58], 8),
        }),
    );
    let address = address(&notice.window, setter);
    page.filled
        .fills
        .push(("window".into(), Fill::Address(address)));
    let number = setter.fit("通知書番号", &notice.notice_number, frame(330, 90, 1));
    for name in ["number-head", "number", "number-foot"] {
        page.set(name, number.clone());
    }
    let mut fact = |name: &'static str, field: &str, text: &str, frame: Frame| {
        page.set(name, setter.fit(field, text, frame));
    };
    fact("issued", "発行日", &notice.issued_on, frame(400, 90, 1));
    fact("year", "相当年度", &notice.levy_year, frame(400, 115, 1));
    fact(
        "liable",
        "納付義務者",
        &notice.liable_person,
        row(900, 58, 95),
    );
    let cell = frame(330, 95, 1);
    fact("symbol", "記号番号", &notice.symbol_number, cell);
    fact("levy-year", "相当年度", &notice.levy_year, cell);
    fact("assessed-year", "調定年度", &notice.assessed_year, cell);
    match &notice.reduction {
        Some(one) => {
            fact("reduction", "軽減区分", &one.class, frame(220, 95, 1));
            fact("reduction-why", "軽減の理由", &one.why, row(700, 58, 78));
        }
        None => fact("reduction", "軽減区分", "該当なし", frame(600, 95, 1)),
    }
    page.word("decided", yen(notice.table.total.decided_yen));
    if let Some(change) = notice.change {
        page.word("before", format!("{} 円", yen(change.before_yen)));
        page.word("difference", format!("{} 円", yen(change.difference_yen)));
    }
}

fn more_page(notice: &LevyNotice, setter: &mut Setter) -> Page {
    let mut page = Page::default();
    page.part(0, json!({ "form": "levy-more", "title": title(notice) }));
    let mut fact = |name: &'static str, field: &str, text: &str, frame: Frame| {
        page.set(name, setter.fit(field, text, frame));
    };
    fact("year", "相当年度", &notice.levy_year, frame(300, 90, 1));
    fact(
        "number-foot",
        "通知書番号",
        &notice.notice_number,
        frame(330, 90, 1),
    );
    fact(
        "liable",
        "納付義務者",
        &notice.liable_person,
        frame(910, 95, 1),
    );
    page
}

fn reason_lines(notice: &LevyNotice, lines: Vec<Set>, more: bool, down_um: i32, page: &mut Page) {
    let title = match (notice.change.is_some(), more) {
        (true, false) => "変更の理由",
        (true, true) => "変更の理由（続き）",
        (false, false) => "備考",
        (false, true) => "備考（続き）",
    };
    page.part(
        down_um,
        json!({ "form": "levy-reasons", "title": title, "more": more }),
    );
    page.sets("reasons", lines);
}

/// The address block as a template takes it.
pub(super) fn window(window: &Window, setter: &mut Setter) -> Value {
    let address = address(window, setter);
    json!({ "postal": address.postal, "address": address.lines, "name": address.name })
}

/// The address block, which ends 45 mm from the top: the name takes what the address leaves.
pub(super) fn address(window: &Window, setter: &mut Setter) -> Address {
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
    Address {
        postal: setter.fit("郵便番号", &window.postal_code, frame(300, 105, 1)),
        lines: address,
        name: setter.fit("宛名", &window.addressee, name),
    }
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

/// The lines of the table that any component has.
fn shown(table: &LevyTable) -> Vec<&'static Line> {
    Component::LINES
        .iter()
        .filter(|line| {
            let mut all = table.components.iter().chain([&table.total]);
            all.any(|one| (line.amount)(one).is_some())
        })
        .collect()
}

fn components(table: &LevyTable, shown: &[&Line], heads: &[Set], places: &Places, page: &mut Page) {
    let labels: Vec<&str> = shown.iter().map(|line| line.label).collect();
    page.part(
        0,
        json!({
            "form": "levy-components",
            "heads": heads,
            "labels": labels.join("\n"),
            "rows": shown.len(),
            "pitch": places.table_pitch_um,
        }),
    );
    for (place, one) in table.components.iter().chain([&table.total]).enumerate() {
        let figure = |line: &&Line| match (line.amount)(one) {
            None => "－".to_owned(),
            Some(amount) if line.taken_off => taken_off(amount),
            Some(amount) => yen(amount),
        };
        let figures = shown.iter().map(figure).collect();
        page.words(format!("component-{place}"), figures);
    }
}

fn instalments(notice: &LevyNotice, setter: &mut Setter, places: &Places, page: &mut Page) {
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
    let methods: Vec<&str> = all.iter().map(|one| method(one.method)).collect();
    page.part(
        0,
        json!({
            "form": "levy-instalments",
            "n": all.len(),
            "methods": methods.join("\n"),
            "labels": labels,
            "due": due,
            "changed": notice.change.is_some(),
            "special": all.iter().any(|one| one.method == Method::Special),
            "pitch": places.due_pitch_um,
        }),
    );
    if let Some(change) = notice.change {
        let before = |one: &Instalment| one.before_yen.map_or_else(|| "－".to_owned(), yen);
        let mut column: Vec<String> = all.iter().map(before).collect();
        column.push(yen(change.before_yen));
        page.words("due-before", column);
    }
    let mut column: Vec<String> = all.iter().map(|one| yen(one.amount_yen)).collect();
    column.push(yen(notice.table.total.decided_yen));
    page.words("due-amounts", column);
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
            .map_or_else(|| "不明".to_owned(), yen),
        months: months.collect(),
        note: setter.fit("摘要", &member.note, row(note_width, 48, 75)),
    }
}

/// The table of the members on one page.
fn member_table(rows: &[Row], heads: &[Set], more: bool, down_um: i32, page: &mut Page) {
    page.part(
        down_um,
        json!({ "form": "levy-members", "heads": heads, "rows": rows.len(), "more": more }),
    );
    let words = |cell: fn(&Row) -> &String| rows.iter().map(cell).cloned().collect();
    let sets = |cell: fn(&Row) -> &Set| rows.iter().map(cell).cloned().collect();
    page.words("member-number", words(|row| &row.number));
    page.sets("member-name", sets(|row| &row.name));
    page.words("member-income", words(|row| &row.income));
    for place in 0..heads.len() {
        let month = |row: &Row| row.months.get(place).cloned().unwrap_or_default();
        page.words(format!("months-{place}"), rows.iter().map(month).collect());
    }
    page.sets("member-note", sets(|row| &row.note));
}
