//! 宛名検索 over a made-up million of persons on both engines: `cargo bench -p office --bench registry_search`.
//!
//! `KOKUHO_BENCH_PERSONS` sets another number.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement"
)]

use db::{ColumnType, Store, Value};
use law::{Date, day};
use office::registry::fact::load_columns;
use office::registry::keys::{kana_key, name_key};
use office::registry::merge::candidates;
use office::registry::search_key::{Keys, of_record, phone_key};
use office::registry::{HouseholdHead, Kind, Resident, Sex, Status, search};
use office::security::login::command_session;
use office::security::password::PasswordCost;
use office::security::staff::{NewStaff, open_first, prepare};
use office::security::{Role, authorize};
use office::{Acting, OfficeError};
use std::time::Instant;

const SURNAMES: [(&str, &str); 20] = [
    ("佐藤", "サトウ"),
    ("鈴木", "スズキ"),
    ("髙橋", "タカハシ"),
    ("田中", "タナカ"),
    ("伊藤", "イトウ"),
    ("渡邉", "ワタナベ"),
    ("山本", "ヤマモト"),
    ("中村", "ナカムラ"),
    ("小林", "コバヤシ"),
    ("加藤", "カトウ"),
    ("𠮷田", "ヨシダ"),
    ("山﨑", "ヤマザキ"),
    ("齋藤", "サイトウ"),
    ("濵田", "ハマダ"),
    ("德永", "トクナガ"),
    ("長谷川", "ハセガワ"),
    ("佐々木", "ササキ"),
    ("大塚", "オオツカ"),
    ("神山", "カミヤマ"),
    ("廣瀨", "ヒロセ"),
];
const GIVEN: [(&str, &str); 20] = [
    ("太郎", "タロウ"),
    ("花子", "ハナコ"),
    ("一", "ハジメ"),
    ("誠", "マコト"),
    ("陽菜", "ヒナ"),
    ("蓮", "レン"),
    ("美咲", "ミサキ"),
    ("大翔", "ヒロト"),
    ("さくら", "サクラ"),
    ("健", "ケン"),
    ("裕子", "ユウコ"),
    ("翔太", "ショウタ"),
    ("結衣", "ユイ"),
    ("隆", "タカシ"),
    ("恵", "メグミ"),
    ("直樹", "ナオキ"),
    ("京子", "キョウコ"),
    ("悠真", "ユウマ"),
    ("愛", "アイ"),
    ("実", "ミノル"),
];

fn main() {
    let persons: i64 = std::env::var("KOKUHO_BENCH_PERSONS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000_000);
    for store in db::testing::both(office::schema::MIGRATIONS).unwrap() {
        measure(&store, persons);
    }
}

/// A number between 0 and `below`, the same every time.
fn draw(seed: i64, below: i64) -> i64 {
    let mixed = seed
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (mixed >> 33).rem_euclid(below)
}

fn birth(person: i64) -> Date {
    let at = draw(person * 7 + 3, 90 * 365);
    let year = i16::try_from(1930 + at / 365).unwrap();
    let month = i8::try_from(at % 12 + 1).unwrap();
    day(year, month, i8::try_from(at % 28 + 1).unwrap())
}

fn resident(person: i64) -> (Resident, String, String) {
    let surname = SURNAMES[usize::try_from(draw(person * 3 + 1, 20)).unwrap()];
    let given = GIVEN[usize::try_from(draw(person * 5 + 2, 20)).unwrap()];
    let foreign = person % 33 == 0;
    let name = format!("{}　{}", surname.0, given.0);
    let kana = format!("{}　{}", surname.1, given.1);
    let resident = Resident {
        status: Status::Resident,
        name,
        kana,
        latin_name: foreign.then(|| format!("NGUYEN VAN {person}")),
        alias: foreign.then(|| format!("{}　{}", given.0, surname.0)),
        former_surname: (person % 50 == 1).then(|| "高橋".to_owned()),
        birth_on: birth(person),
        birth_unknown: false,
        sex: Sex::Unknown,
        register_household: Some(person / 2),
        relationship: "02".to_owned(),
        postal_code: "1050011".to_owned(),
        address: format!("東京都港区芝公園{person}番"),
        building: String::new(),
        ward: String::new(),
        resident_since: None,
        withheld: false,
    };
    let (name, kana) = (resident.name.clone(), resident.kana.clone());
    (resident, name, kana)
}

fn load(store: &Store, persons: i64) {
    let head = |person: i64| -> Vec<Value> {
        let from = Value::from(day(2020, 4, 1));
        vec![
            person.into(),
            1.into(),
            from,
            Value::Null,
            1.into(),
            1.into(),
        ]
    };
    for first in (1..=persons).step_by(50_000) {
        let stretch = first..(first + 50_000).min(persons + 1);
        store
            .write(|conn| {
                let columns = load_columns::<Resident>();
                let mut bulk = conn.bulk("resident_fact", &columns);
                for person in stretch.clone() {
                    let mut row = head(person);
                    row.extend(resident(person).0.values());
                    bulk.row(&row)?;
                }
                bulk.finish()?;
                let columns = [
                    ("search_key", ColumnType::Text),
                    ("person_id", ColumnType::Int),
                    ("kind", ColumnType::Int),
                ];
                let mut bulk = conn.bulk("search_key", &columns);
                for person in stretch.clone() {
                    let mut keys = Keys::new();
                    of_record(
                        &office::registry::detail::items_of(&resident(person).0),
                        &mut keys,
                    );
                    for (key, kind) in keys {
                        bulk.row(&[key.into(), person.into(), kind.code().into()])?;
                    }
                    if person % 5 == 0 {
                        let phone = phone_key(&format!("090-{person:08}"));
                        bulk.row(&[phone.into(), person.into(), 5.into()])?;
                    }
                }
                bulk.finish()?;
                let columns = load_columns::<HouseholdHead>();
                let mut bulk = conn.bulk("household_fact", &columns);
                for person in stretch.clone().filter(|person| person % 3 == 0) {
                    let mut row = head(person);
                    row.extend([person.into(), "港".into(), format!("{person:07}").into()]);
                    bulk.row(&row)?;
                }
                bulk.finish()?;
                Ok::<(), OfficeError>(())
            })
            .unwrap();
    }
    store
        .write(|conn| conn.execute_text("analyze", &[]))
        .unwrap();
}

fn measure(store: &Store, persons: i64) {
    let acting = Acting {
        staff_id: 0,
        terminal: "bench".to_owned(),
        purpose: "計測".to_owned(),
        business_date: day(2026, 11, 20),
        now: 1,
        request_id: None,
    };
    let staff = NewStaff {
        login: "bench".to_owned(),
        name: "計測".to_owned(),
        password: "Correct-horse-7-battery".to_owned(),
        roles: vec![Role::Eligibility],
        ward: String::new(),
    };
    let ready = prepare(staff, PasswordCost::LOWEST).unwrap();
    let session = store
        .write(|conn| {
            open_first(conn, &acting, &ready)?;
            command_session(conn, "bench", "bench", 0)
        })
        .unwrap();
    let started = Instant::now();
    load(store, persons);
    let engine = store
        .read(|conn| Ok::<_, OfficeError>(format!("{:?}", conn.engine())))
        .unwrap();
    println!(
        "{engine}: {persons} persons loaded in {:?}",
        started.elapsed()
    );
    let person = |seed: i64| draw(seed * 11 + 5, persons) + 1;
    let kinds: [(&str, &dyn Fn(i64) -> String); 10] = [
        ("カナの姓", &|seed| {
            SURNAMES[usize::try_from(seed % 20).unwrap()].1.to_owned()
        }),
        ("カナ氏名", &|seed| resident(person(seed)).2),
        ("カナ1字", &|seed| {
            SURNAMES[usize::try_from(seed % 20).unwrap()]
                .1
                .chars()
                .take(1)
                .collect()
        }),
        ("漢字氏名", &|seed| resident(person(seed)).1),
        ("通称", &|seed| {
            resident(person(seed) / 33 * 33 + 33)
                .0
                .alias
                .unwrap_or_default()
        }),
        ("ローマ字", &|seed| {
            format!("nguyen van {}", person(seed) / 33 * 33 + 33)
        }),
        ("生年月日", &|seed| {
            birth(person(seed)).to_string().replace('-', "")
        }),
        ("生年月日とカナ", &|seed| {
            let number = person(seed);
            format!(
                "{} {}",
                resident(number).2,
                birth(number).to_string().replace('-', "")
            )
        }),
        ("宛名番号・記号番号", &|seed| {
            format!("{:07}", person(seed) / 3 * 3)
        }),
        ("電話番号", &|seed| {
            format!("090-{:08}", person(seed) / 5 * 5)
        }),
    ];
    for (kind, typed) in kinds {
        let mut times = Vec::new();
        let mut hits = 0;
        for seed in 0..100 {
            let typed = typed(seed);
            let started = Instant::now();
            let page = store
                .read(|conn| search(conn, &authorize(&session)?, &acting, &typed, None))
                .unwrap();
            times.push(started.elapsed());
            hits += page.hits.len();
        }
        times.sort_unstable();
        println!(
            "{engine}: {kind}: median {:?}, worst {:?}, {hits} hits",
            times[50], times[99]
        );
    }
    let started = Instant::now();
    let pairs = store
        .read(|conn| candidates(conn, &authorize(&session)?, (0, 0)))
        .unwrap();
    println!(
        "{engine}: 名寄せ候補: first {} pairs in {:?}",
        pairs.len(),
        started.elapsed()
    );
    assert!(name_key("𠮷田") == name_key("吉田") && kana_key("ヨシダ") == kana_key("ﾖｼﾀ"));
}
