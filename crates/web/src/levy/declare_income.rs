//! 所得の申告の欄 — the items a counter is told, and what they come to.

use crate::desk::Desk;
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::entry::{Choice, Field, Input};
use crate::view::format::{day_ja, year_ja};
use law::levy::{Filing, Income};
use law::{FiscalYear, Yen};
use office::levy::declare::Statement;
use office::registry::origin::Paper;
use office::registry::{PersonPicture, YearIncome};

pub(super) fn filings() -> Vec<Choice> {
    [
        (Filing::Filed, "申告済"),
        (Filing::Unfiled, "未申告"),
        (Filing::NotRequired, "申告不要"),
    ]
    .map(|(filing, label)| (filing_code(filing).to_owned(), label.to_owned()))
    .to_vec()
}

pub(super) fn filing_code(filing: Filing) -> &'static str {
    match filing {
        Filing::Filed => "filed",
        Filing::Unfiled => "unfiled",
        Filing::NotRequired => "not_required",
    }
}

pub(super) fn income_year(desk: &Desk, fields: &Fields) -> FiscalYear {
    let typed = fields.text("year").parse::<i16>().ok().map(FiscalYear);
    typed.unwrap_or_else(|| desk.usual_year())
}

pub(super) fn income_of(person: &PersonPicture, year: FiscalYear) -> Option<&YearIncome> {
    person
        .incomes
        .iter()
        .find(|income| income.valid.holds(year.assessment_day()))
        .map(|income| &income.fact)
}

type Item = (&'static str, &'static str, fn(&mut Income) -> &mut Yen);

/// The items a counter is told; the others stand as they were.
const ITEMS: [Item; 12] = [
    ("salary_revenue", "給与収入", |income| {
        &mut income.salary_revenue
    }),
    ("salary", "給与所得", |income| &mut income.salary),
    ("pension_revenue", "公的年金等収入", |income| {
        &mut income.pension_revenue
    }),
    ("pension", "公的年金等の所得", |income| {
        &mut income.pension
    }),
    ("business", "営業等所得", |income| &mut income.business),
    ("farming", "農業所得", |income| &mut income.farming),
    ("real_estate", "不動産所得", |income| {
        &mut income.real_estate
    }),
    ("interest", "利子所得", |income| &mut income.interest),
    ("dividend", "配当所得", |income| &mut income.dividend),
    ("miscellaneous", "雑所得（年金以外）", |income| {
        &mut income.miscellaneous
    }),
    ("short_gain", "総合短期譲渡", |income| {
        &mut income.short_gain
    }),
    (
        "long_gain_and_occasional_half",
        "総合長期譲渡・一時（2分の1後）",
        |income| &mut income.long_gain_and_occasional_half,
    ),
];

/// The fields of the amounts, with what stands.
pub fn amounts(desk: &Desk, fields: &Fields, standing: Option<&PersonPicture>) -> Vec<Field> {
    let year = income_year(desk, fields);
    let mut stands = standing
        .and_then(|person| income_of(person, year))
        .map(|income| income.income)
        .unwrap_or_default();
    ITEMS
        .iter()
        .map(|(name, label, item)| {
            let stood = *item(&mut stands);
            let value = if fields.has(name) {
                fields.text(name).to_owned()
            } else if stood == Yen::ZERO {
                String::new()
            } else {
                stood.grouped()
            };
            let field = Field::new(Input::Yen, name, label, &value);
            match *name {
                "salary" | "pension" => field.hint("空欄なら収入から計算"),
                _ => field,
            }
        })
        .collect()
}

/// 資料の種類; a form without it speaks of a 簡易申告.
fn paper_of(fields: &Fields, errors: &mut Vec<FieldError>) -> Option<Paper> {
    if !fields.has("paper") {
        return Some(Paper::Brief);
    }
    let paper = Paper::in_hand(fields.text("paper"));
    if paper.is_none() {
        note(errors, "paper", "資料の種類: 一覧から選んでください");
    }
    paper
}

pub(super) fn income(
    desk: &Desk,
    fields: &Fields,
    person: &PersonPicture,
    errors: &mut Vec<FieldError>,
) -> Option<(Statement, Vec<(String, String)>)> {
    let years: Vec<FiscalYear> = desk
        .app()
        .office()
        .rules
        .iter()
        .map(office::levy::YearRules::year)
        .collect();
    let year = fields.year("year", &years, errors)?;
    let received_on =
        fields.required_day("received_on", "受け取った日", desk.business_date(), errors)?;
    let filing = match fields.text("filing") {
        "unfiled" => Filing::Unfiled,
        "not_required" => Filing::NotRequired,
        _ => Filing::Filed,
    };
    let mut income = income_of(person, year)
        .map(|stands| stands.income)
        .unwrap_or_default();
    for (name, label, item) in ITEMS {
        *item(&mut income) = fields.yen(name, label, errors);
    }
    let born = person.residents.last().map(|record| record.fact.birth_on);
    // 前年の12月31日に65歳に達しているか（公的年金等控除の区分）.
    let aged_65 =
        born.is_some_and(|born| law::date::attains(born, 65) <= law::day(year.0 - 1, 12, 31));
    let worked_out = law::levy::estimate::income_from_revenue(
        year,
        income.salary_revenue,
        income.pension_revenue,
        Yen::ZERO,
        aged_65,
    );
    if fields.text("salary").is_empty() {
        income.salary = worked_out.salary;
    }
    if fields.text("pension").is_empty() {
        income.pension = worked_out.pension;
    }
    let paper = paper_of(fields, errors)?;
    let source = match fields.text("source") {
        "" => {
            note(errors, "source", "資料: 申告書などの名を入力してください");
            return None;
        }
        source => paper.source(source),
    };
    let mut words = vec![
        ("賦課年度".to_owned(), year_ja(year)),
        (
            "申告".to_owned(),
            filings()
                .into_iter()
                .find(|(code, _)| code == filing_code(filing))
                .map_or_else(String::new, |(_, label)| label),
        ),
        ("資料の種類".to_owned(), paper.label_ja().to_owned()),
        ("資料".to_owned(), fields.text("source").to_owned()),
        ("受け取った日".to_owned(), day_ja(received_on)),
    ];
    for (_, label, item) in ITEMS {
        let yen = *item(&mut income);
        if yen != Yen::ZERO {
            words.push((label.to_owned(), yen.to_string()));
        }
    }
    let fact = YearIncome {
        filing,
        inquiry_open: fields.has("inquiry_open"),
        source,
        received_on,
        income,
    };
    Some((Statement::Income(year, Box::new(fact)), words))
}
