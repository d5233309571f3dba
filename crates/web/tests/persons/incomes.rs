//! 所得・資産の画面: each year with its items, its source (file and row, declaration, answer), the day it was received and
//! by whom; what was replaced stays to be seen.

use crate::common::browser::Browser;
use crate::common::pages_of_intake;
use crate::common::steps::again;
use crate::import::{Desk, File, household, income, insured, resident};
use axum::http::StatusCode;
use db::Store;
use exchange::Extent;
use law::FiscalYear;
use law::rules::RuleBook;
use office::import::{Options, Settlement, held_rows, settle};
use office::levy::YearRules;
use web::registry::incomes::{Line, lines};

const PASSWORD: &str = "Correct-horse-7-battery";
const ONE: i64 = 7_000_011;
const HOME: &str = "9000010";

/// One person with a year that came by file, a year that waited and was put right, and an asset.
fn taken(store: &Store) -> (Desk, Vec<File>) {
    let desk = Desk::new(store);
    let one = "7000011";
    let files = vec![
        desk.file(
            "resident",
            1,
            Extent::Full,
            &[resident(one, "港　一郎", "ミナト　イチロウ", &[])],
        ),
        desk.file("household", 2, Extent::Full, &[household(HOME, one, &[])]),
        desk.file("insured", 3, Extent::Full, &[insured(one, HOME, &[])]),
        desk.file(
            "income",
            4,
            Extent::Difference,
            &[
                income(
                    one,
                    "2025",
                    &[
                        ("history_number", "4"),
                        ("salary_revenue", "5000000"),
                        ("salary", "3560000"),
                        ("pension_revenue", "1200000"),
                        ("pension", "600000"),
                        ("land_long_gain", "9000000"),
                        ("land_long_special_deduction", "8000000"),
                        ("net_loss_used", "160000"),
                        ("corrected_on", "2026-05-20"),
                    ],
                ),
                income("7000099", "2025", &[("business", "1000000")]),
            ],
        ),
        desk.file(
            "income",
            5,
            Extent::Difference,
            // The income from a pension cannot exceed the pension: the row waits.
            &[income(
                one,
                "2026",
                &[
                    ("history_number", "7"),
                    ("pension_revenue", "1000000"),
                    ("pension", "2000000"),
                ],
            )],
        ),
        desk.file(
            "asset_tax",
            6,
            Extent::Difference,
            &["2025", "2026"].map(|year| {
                vec![
                    ("person_number", one),
                    ("fiscal_year", year),
                    ("asset_tax", "81000"),
                ]
            }),
        ),
    ];
    for file in &files {
        desk.take_with(store, file, &Options::default()).unwrap();
    }
    (desk, files)
}

fn right(store: &Store, desk: &Desk) {
    let rows = store
        .read(|conn| held_rows(conn, None, (0, 0), 50))
        .unwrap();
    let row = rows
        .iter()
        .find(|row| row.cells.get("pension").is_some_and(|yen| yen == "2000000"))
        .unwrap();
    settle(
        store,
        &desk.catalogue,
        &desk.permit(),
        &desk.acting(),
        &desk.municipality,
        (row.file_id, row.row_number),
        &Settlement::Correct(vec![("pension".to_owned(), "400000".to_owned())]),
    )
    .unwrap();
}

/// The card of one year.
fn year<'p>(page: &'p str, title: &str) -> &'p str {
    let (_, rest) = page
        .split_once(&format!("{title}分"))
        .unwrap_or_else(|| panic!("{title} is not on the page: {page}"));
    rest.split("</section>").next().unwrap()
}

fn has(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "{word}: {text}");
    }
}

fn row<'t>(card: &'t str, word: &str) -> &'t str {
    card.split("<tr")
        .find(|row| row.contains(word))
        .unwrap_or_else(|| panic!("no row with {word}: {card}"))
}

// covers: JDG-014
#[tokio::test(flavor = "multi_thread")]
async fn each_year_names_its_items_its_source_its_day_and_who_received_it() {
    let store = db::testing::sqlite(office::schema::MIGRATIONS).unwrap();
    let (desk, files) = taken(&store);
    right(&store, &desk);
    let router = pages_of_intake(&store);
    let mut clerk = Browser::new(&router);
    let csrf = clerk.log_in("import", PASSWORD).await;
    let path = format!("/people/{ONE}/incomes");
    let person = clerk.get(&format!("/people/{ONE}")).await;
    has(&person.text, &[&format!("href=\"{path}\"")]);

    let page = clerk.get(&path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    // 令和7年度: every item as the tax side decided it, the file with the number of its row there, and the two days.
    let first = year(&page.text, "令和7年度");
    has(
        first,
        &[
            "令和6年中",
            "給与収入",
            "5,000,000円",
            "給与所得",
            "3,560,000円",
            "公的年金等収入",
            "分離長期譲渡の特別控除額",
            "8,000,000円",
            "純損失の繰越控除額",
            "160,000円",
        ],
    );
    // 3,560,000 + 600,000 − 160,000 + (9,000,000 − 8,000,000)
    let came = row(first, "現在");
    has(
        came,
        &[
            "5,000,000",
            "税務の資料",
            "履歴番号4",
            &files[3].name,
            "令和8年6月1日",
            "資料の日付 令和8年5月20日",
            "取込 担当",
        ],
    );
    // 令和8年度: the row that waited is named by its place in the file.
    let second = year(&page.text, "令和8年度");
    let came = row(second, "履歴番号7");
    has(
        came,
        &["税務の資料", &files[4].name, "2行目", "取込 担当", "現在"],
    );
    let asset = row(second, "固定資産税額");
    has(
        asset,
        &[
            "81,000",
            &files[5].name,
            "令和8年6月1日",
            "取込 担当",
            // 港区 levies no 資産割.
            "資産割には使いません",
        ],
    );

    // A clerk is told by another municipality: this stands now, and what stood before is still there.
    let declare = format!("/households/{HOME}/declare/income?person={ONE}");
    let number = ONE.to_string();
    let typed = [
        ("csrf", csrf.as_str()),
        ("do", "preview"),
        ("person", number.as_str()),
        ("year", "2026"),
        ("filing", "filed"),
        ("paper", "answer"),
        ("source", "前住所地の回答書 第12号"),
        ("received_on", "R8.5.29"),
        ("pension_revenue", "1000000"),
        ("pension", "450000"),
    ];
    let shown = clerk.post(&declare, &typed).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    let done = clerk.post(&declare, &again(&shown, "confirm")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let page = clerk.get(&path).await;
    let second = year(&page.text, "令和8年度");
    let stands = row(second, "照会の回答");
    has(
        stands,
        &[
            "450,000",
            "前住所地の回答書 第12号",
            "令和8年5月29日",
            "取込 担当",
            "現在",
        ],
    );
    has(row(second, "履歴番号7"), &["400,000", "差替え済"]);
    // A paper nobody can have in hand is refused beside its field.
    let mut wrong = typed;
    wrong[5] = ("paper", "tax");
    let told = clerk.post(&declare, &wrong).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    has(&told.text, &["id=\"paper-wrong\""]);
}

/// 資産割: where the year's rules take it the asset is its base, and a year without one is said to be without.
// covers: JDG-014
#[test]
fn an_asset_is_the_base_of_the_levy_where_the_rules_take_it() {
    let store = db::testing::sqlite(office::schema::MIGRATIONS).unwrap();
    taken(&store);
    let book = RuleBook::shared().unwrap();
    let said = |city: &str| {
        let rules = [YearRules::from_book(book, city, FiscalYear(2025)).unwrap()];
        let all = store.read(|conn| lines(conn, ONE, &rules)).unwrap();
        let asset: Vec<&Line> = all
            .iter()
            .filter(|line| line.kind == "固定資産税額" && line.year == FiscalYear(2025))
            .collect();
        assert_eq!(asset.len(), 1);
        (asset[0].what.text.clone(), asset[0].yen.clone())
    };
    let (with, yen) = said("012122");
    assert_eq!((with.as_str(), yen.as_str()), ("資産割の基礎", "81,000"));
    assert_eq!(said("131032").0, "資産割には使いません");
}
