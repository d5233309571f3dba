//! 所得・資産 — year by year what levy and judgement rest on, item by item, where it came from, when and by whom it was
//! received, and what it replaced.

use super::{codes, names, picture, search};
use crate::answer;
use crate::desk::Desk;
use crate::view::cards::{Action, Card, CardsPage, Cell, Table};
use crate::view::format::{day_ja, moment_ja, year_ja};
use crate::view::layout::Tone;
use axum::extract::Path;
use axum::response::Response;
use db::Conn;
use law::levy::{Filing, Income};
use law::{Date, FiscalYear, Yen};
use office::OfficeError;
use office::judgement::{ResidentTax, Revenue};
use office::levy::YearRules;
use office::registry::origin::{self, Origin, Paper};
use office::registry::taxation::ITEMS;
use office::registry::{AssetTax, Dated, Kind, YearIncome, history, load_person};
use office::security::permit::{Function, RegisterFact, ViewLevy};
use std::collections::BTreeSet;

/// The page of one person.
pub async fn page(desk: Desk, Path(person): Path<i64>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ViewLevy>()?;
        desk.record(ViewLevy::CODE, Some(person))?;
        let page = desk.store().read(|conn| gather(desk, conn, person))?;
        match page {
            Some(page) => answer::page(&page),
            None => answer::not_found(desk, "この宛名番号の人"),
        }
    })
    .await
}

fn gather(desk: &Desk, conn: &mut Conn, person: i64) -> Result<Option<CardsPage>, OfficeError> {
    let today = desk.business_date();
    let Some(found) = load_person(conn, person, today, None)? else {
        return Ok(None);
    };
    let name = names::people(conn, today, [person])?.person(person);
    let heading = format!("{name} 所得・資産");
    let mut page = CardsPage::new(desk.layout(&heading), &heading);
    page.aside = format!("宛名番号 {person}");
    page.badges = picture::badges(&found, today, true);
    let lines = lines(conn, person, &desk.app().office().rules)?;
    let years: BTreeSet<FiscalYear> = lines.iter().map(|line| line.year).collect();
    for year in years.iter().rev() {
        page.cards
            .push(of_year(&desk.app().office().rules, *year, &lines));
    }
    if years.is_empty() {
        let mut card = Card::new("所得・資産", "w12");
        card.empty = "所得・資産の記録はありません。".to_owned();
        page.cards.push(card);
    }
    let home = search::household_of(&found.belonging(), today).unwrap_or(0);
    if let Some(card) = page.cards.first_mut() {
        let back = format!("/people/{person}");
        card.actions.push(Action::link("宛名の画面へ", &back));
        if home != 0 && desk.session().may(RegisterFact::CODE) {
            let href = format!("/households/{home}/declare/income?person={person}");
            card.actions
                .push(Action::link("所得の申告を登録する", &href));
        }
    }
    Ok(Some(page))
}

/// One fact of a person's year, in words.
pub struct Line {
    /// 賦課年度.
    pub year: FiscalYear,
    /// What it is.
    pub kind: &'static str,
    /// What it says beside the amount.
    pub what: Cell,
    /// In yen; 不明 where it is not known.
    pub yen: String,
    /// Where it came from.
    pub source: Cell,
    /// When it was received.
    pub received: Cell,
    /// Which act took it in, and who.
    pub by: Cell,
    /// Whether it stands.
    pub stands: bool,
    /// The items of a known income.
    income: Option<Income>,
}

/// Every fact of a person's taxes ever written, those that were replaced too.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn lines(conn: &mut Conn, person: i64, rules: &[YearRules]) -> Result<Vec<Line>, OfficeError> {
    let mut all = Vec::new();
    for one in history::<YearIncome>(conn, person)? {
        let fact = &one.fact;
        let (what, known) = filing(fact);
        let stated = (fact.source.as_str(), Some(fact.received_on));
        let yen = known.then(|| fact.income.levy_total(false));
        let mut line = line(conn, "所得", &one, (what, yen), stated)?;
        line.income = known.then_some(fact.income);
        all.push(line);
    }
    for one in history::<ResidentTax>(conn, person)? {
        let fact = &one.fact;
        let stated = (fact.source.as_str(), Some(fact.received_on));
        let said = (Cell::from(standing_ja(fact)), fact.taxable_income);
        all.push(line(conn, "住民税", &one, said, stated)?);
    }
    for one in history::<Revenue>(conn, person)? {
        let fact = &one.fact;
        let how = if fact.by_record {
            "公簿で確認"
        } else {
            "申請による"
        };
        let stated = (fact.source.as_str(), Some(fact.received_on));
        let said = (Cell::from(how), Some(fact.revenue));
        all.push(line(conn, "収入（基準収入額）", &one, said, stated)?);
    }
    for one in history::<AssetTax>(conn, person)? {
        let what = match takes_assets(rules, FiscalYear::of(one.valid.from)) {
            Some(true) => "資産割の基礎",
            Some(false) => "資産割には使いません",
            None => "",
        };
        let said = (Cell::from(what), Some(one.fact.asset_tax));
        // The row of the tax side has no source and no day of its own: the act that took it in has.
        all.push(line(conn, "固定資産税額", &one, said, ("", None))?);
    }
    Ok(all)
}

fn line<F: Kind>(
    conn: &mut Conn,
    kind: &'static str,
    one: &Dated<F>,
    (what, yen): (Cell, Option<Yen>),
    (source, stated): (&str, Option<Date>),
) -> Result<Line, OfficeError> {
    let origin = origin::of_act(conn, one.act_id)?;
    let received_on = origin.received_on(stated);
    let mut received = Cell::from(day_ja(received_on));
    if let Some(stated) = stated.filter(|stated| *stated != received_on) {
        received.small = format!("資料の日付 {}", day_ja(stated));
    }
    Ok(Line {
        year: FiscalYear::of(one.valid.from),
        kind,
        what,
        yen: yen.map_or_else(|| "不明".to_owned(), |yen| yen.grouped()),
        source: source_ja(source, &origin),
        received,
        by: Cell {
            href: format!("/acts/{}", one.act_id),
            ..Cell::beside(&moment_ja(one.recorded_at), &origin.act.staff_name)
        },
        stands: one.superseded_at.is_none(),
        income: None,
    })
}

/// The paper, and beside it its name, its number with the sender, the file and the rows of it.
fn source_ja(source: &str, origin: &Origin) -> Cell {
    let (paper, name) = Paper::of_source(source);
    let file = origin.file.as_ref().map(|file| {
        let rows: Vec<String> = file.rows.iter().map(|row| format!("{row}行目")).collect();
        format!(
            "{} {}（受付番号{}）",
            file.name,
            rows.join("・"),
            file.file_id
        )
        .replace("  ", " ")
        .replace(" （", "（")
    });
    let mut small = Vec::new();
    match paper {
        Paper::Tax => small.push(format!("履歴番号{name}")),
        Paper::Other if name.is_empty() => {}
        _ => small.push(name.to_owned()),
    }
    let label = match (paper, &file) {
        (Paper::Other, Some(_)) if name.is_empty() => Paper::Tax.label_ja(),
        (Paper::Other, None) if name.is_empty() => origin.act.note.as_str(),
        _ => paper.label_ja(),
    };
    small.extend(file);
    Cell::beside(label, &small.join(" "))
}

/// Whether a year's rules take 資産割; `None` where the office has no rules of that year.
fn takes_assets(rules: &[YearRules], year: FiscalYear) -> Option<bool> {
    let rules = rules.iter().find(|rules| rules.year() == year)?;
    let mut components = rules.levy.components.iter();
    Some(components.any(|component| component.asset_rate.0 > 0))
}

fn of_year(rules: &[YearRules], year: FiscalYear, lines: &[Line]) -> Card {
    let mut table = Table::new(
        &format!("{}の所得・資産", year_ja(year)),
        &[
            "種類",
            "内容",
            "#金額（円）",
            "資料",
            "受け取った日",
            "登録",
            "状態",
        ],
    );
    let mut card = Card::new(&format!("{}分", year_ja(year)), "w12");
    card.beside = format!("{}の所得", calendar_year(year));
    let mut of_year: Vec<&Line> = lines.iter().filter(|line| line.year == year).collect();
    of_year.sort_by_key(|line| !line.stands);
    for line in of_year {
        if line.stands
            && let Some(income) = &line.income
        {
            items(&mut card, income);
        }
        let row = table.row(vec![
            line.kind.into(),
            line.what.clone(),
            line.yen.as_str().into(),
            line.source.clone(),
            line.received.clone(),
            line.by.clone(),
            if line.stands {
                Cell::badge("現在", Tone::Good)
            } else {
                Cell::badge("差替え済", Tone::Plain)
            },
        ]);
        row.off = !line.stands;
    }
    let asset = lines
        .iter()
        .any(|line| line.year == year && line.stands && line.kind == "固定資産税額");
    if takes_assets(rules, year) == Some(true) && !asset {
        card.fact(
            "固定資産税額",
            "記録がありません（資産割は0円で計算します）",
        );
    }
    card.with_table(table, "記録はありません。")
}

/// 年中 — the calendar year whose income a fiscal year takes.
fn calendar_year(year: FiscalYear) -> String {
    year_ja(year.previous()).replace("年度", "年中")
}

/// Every item of an income that is not zero, under the name the tax side's file gives it.
fn items(card: &mut Card, income: &Income) {
    let layout = codes::catalogue().and_then(|catalogue| catalogue.layout("income"));
    let label = |name: &str| {
        let field = layout.and_then(|layout| layout.fields.iter().find(|one| one.name == name));
        field.map_or_else(|| name.to_owned(), |field| field.name_ja.clone())
    };
    for (name, get, _) in ITEMS {
        let yen = get(income);
        if yen != Yen::ZERO {
            card.fact(&label(name), yen.to_string());
        }
    }
    if let Some(yen) = income.net_loss_for_judgement {
        card.fact(&label("net_loss_for_judgement"), yen.to_string());
    }
}

fn filing(fact: &YearIncome) -> (Cell, bool) {
    match (fact.filing, fact.inquiry_open) {
        (_, true) => (Cell::badge("照会中", Tone::Warn), false),
        (Filing::Unfiled, _) => (Cell::badge("未申告", Tone::Warn), false),
        (Filing::Filed, false) => ("申告済".into(), true),
        (Filing::NotRequired, false) => ("申告不要".into(), true),
    }
}

fn standing_ja(fact: &ResidentTax) -> &'static str {
    use law::judgement::TaxStanding;
    match fact.standing {
        TaxStanding::Taxed => "課税",
        TaxStanding::NotTaxed => "非課税",
        TaxStanding::Exempted => "免除",
    }
}
