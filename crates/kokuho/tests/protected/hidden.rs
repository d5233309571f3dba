//! The city with the household in hiding.

use super::browser::Browser;
use super::city::{self, CITY, NOW};
use super::{import, steps};
use axum::Router;
use db::testing::TestStore;
use db::{Span, Store};
use exchange::Extent;
use law::day;
use law::levy::{Filing, Income};
use law::rules::RuleBook;
use office::certificate::{KeptRules, issue};
use office::registry::destination::{self, Destination, Use};
use office::registry::support::{Measure, MeasureKind};
use office::registry::{
    HouseholdHead, InsuredSpan, Resident, Sex, Status, YearIncome, contact, load_household, record,
    record_household, record_person, slot, support, year_span,
};
use office::security::login::command_session;
use office::security::permit::{
    ImportFile, IssueCertificate, RegisterContact, RegisterFact, RegisterResident,
};
use office::security::{Session, authorize};
use office::{Acting, OfficeError, acts};
use web::App;

pub const VICTIM: i64 = 7_000_011;
/// Lives with the victim, without a measure of her own: the address is the same.
pub const ELDER: i64 = 7_000_013;
pub const OTHER_SIDE: i64 = 7_000_021;
pub const HOME: i64 = 7_000_001;
pub const LEFT: i64 = 7_000_002;

/// Whatever tells where they are, or were when the measure was asked for.
pub const SECRETS: &[&str] = &[
    "隠里九丁目",
    "かくれ荘",
    "9990999",
    "999-0999",
    "送達町八丁目",
    "9980998",
    "998-0998",
    "保留町七丁目",
    "つつみ荘",
];

pub struct City {
    pub store: TestStore,
    pub router: Router,
}

fn session(store: &Store, login: &str) -> Session {
    store
        .read(|conn| command_session(conn, login, "test", NOW))
        .unwrap()
}

fn acting(store: &Store, login: &str, minute: i64) -> Acting {
    let now = NOW - 86_400_000_000 + minute * 60_000_000;
    session(store, login).acting("国民健康保険事務", day(2026, 6, 14), now, None)
}

fn resident(
    name: &str,
    kana: &str,
    birth: law::Date,
    sex: Sex,
    home: i64,
    place: [&str; 3],
) -> Resident {
    Resident {
        status: Status::Resident,
        name: name.to_owned(),
        kana: kana.to_owned(),
        latin_name: None,
        alias: None,
        former_surname: None,
        birth_on: birth,
        birth_unknown: false,
        sex,
        register_household: Some(home),
        relationship: "02".to_owned(),
        postal_code: place[0].to_owned(),
        address: place[1].to_owned(),
        building: place[2].to_owned(),
        ward: String::new(),
        resident_since: Some(birth),
        withheld: false,
    }
}

/// Who lives where: the victim and a child left [`LEFT`] for [`HOME`] in April; the measure is asked for in May.
fn people(store: &Store) {
    let secret = ["9990999", "東京都港区隠里九丁目9番9号", "かくれ荘909"];
    let plain = ["1080014", "東京都港区芝一丁目1番1号", ""];
    let act_by = acting(store, "levy01", 1);
    let permit = authorize::<RegisterFact>(&session(store, "levy01")).unwrap();
    store
        .write(|conn| {
            let act = acts::begin(
                conn,
                &act_by,
                &permit,
                "registry.register",
                &acts::ActDetails::default(),
            )?;
            let moved = day(2026, 4, 1);
            let all = [
                (
                    VICTIM,
                    "秘密 花子",
                    "ヒミツ ハナコ",
                    day(1985, 5, 5),
                    Sex::Female,
                ),
                (
                    VICTIM + 1,
                    "秘密 小桜",
                    "ヒミツ コザクラ",
                    day(2018, 7, 7),
                    Sex::Female,
                ),
                (
                    ELDER,
                    "秘密 ウメ",
                    "ヒミツ ウメ",
                    day(1958, 2, 2),
                    Sex::Female,
                ),
                (
                    OTHER_SIDE,
                    "秘密 一郎",
                    "ヒミツ イチロウ",
                    day(1983, 3, 3),
                    Sex::Male,
                ),
            ];
            for (id, name, kana, birth, sex) in all {
                let before = resident(name, kana, birth, sex, LEFT, plain);
                record_person(conn, &act, id, 1, Span::since(birth), &before)?;
                if id != OTHER_SIDE {
                    let now = resident(name, kana, birth, sex, HOME, secret);
                    record_person(conn, &act, id, 1, Span::since(moved), &now)?;
                }
                let insured = |household_id, from, until| {
                    let span = InsuredSpan {
                        household_id,
                        branch: id % 10,
                        gain_cause: "01".to_owned(),
                        gain_reported_on: Some(from),
                        loss_cause: None,
                        loss_event_on: None,
                        loss_reported_on: None,
                    };
                    (Span::new(from, until), span)
                };
                let spans = if id == OTHER_SIDE {
                    vec![insured(LEFT, day(2020, 4, 1), None)]
                } else {
                    vec![
                        insured(LEFT, day(2020, 4, 1), Some(moved)),
                        insured(HOME, moved, None),
                    ]
                };
                for (span, insured) in spans {
                    record(conn, &act, id, span, &insured)?;
                }
                let income = YearIncome {
                    filing: Filing::Filed,
                    inquiry_open: false,
                    source: "test".to_owned(),
                    received_on: day(2026, 6, 1),
                    income: Income::default(),
                };
                record(conn, &act, id, year_span(law::FiscalYear(2026)), &income)?;
                let card = office::certificate::fact::Card {
                    linked: false,
                    as_of: day(2026, 6, 1),
                    source: "test".to_owned(),
                };
                record(conn, &act, id, Span::since(day(2026, 3, 31)), &card)?;
            }
            let head = |person, number: &str| HouseholdHead {
                head_person_id: person,
                symbol: "99".to_owned(),
                number: number.to_owned(),
            };
            record_household(conn, &act, HOME, Span::since(moved), &head(VICTIM, "88"))?;
            record_household(
                conn,
                &act,
                LEFT,
                Span::since(day(2020, 4, 1)),
                &head(OTHER_SIDE, "77"),
            )
        })
        .unwrap();
}

fn measure(store: &Store) {
    let permit = authorize::<RegisterResident>(&session(store, "counter01")).unwrap();
    let measure = Measure {
        kind: MeasureKind::Full,
        ends_on: Some(day(2027, 4, 30)),
        history_number: 0,
        origin: "counter".to_owned(),
    };
    for (minute, person) in [(20, VICTIM), (21, VICTIM + 1)] {
        let seen = store
            .read(|conn| office::registry::event::version(conn, person))
            .unwrap();
        let span = Span::since(day(2026, 5, 1));
        let by = acting(store, "counter01", minute);
        support::register(store, &permit, &by, person, seen, span, &measure).unwrap();
    }
}

fn places(store: &Store) {
    let place = |document: &str| Use {
        person_id: VICTIM,
        scheme: "nhi".to_owned(),
        document: document.to_owned(),
        from: day(2026, 5, 1),
        until: None,
    };
    let shelter = Destination {
        addressee: "秘密 花子".to_owned(),
        postal_code: "9980998".to_owned(),
        address: "東京都港区送達町八丁目8番8号".to_owned(),
        building: "つつみ荘".to_owned(),
        relation: "self".to_owned(),
        ground: "送付先変更届".to_owned(),
        ..Destination::default()
    };
    let contact_by = authorize::<RegisterContact>(&session(store, "counter01")).unwrap();
    let second = authorize::<RegisterContact>(&session(store, "shikaku01")).unwrap();
    let seen = store.read(|conn| slot::version(conn, VICTIM)).unwrap();
    let by = acting(store, "counter01", 30);
    let id = destination::propose(store, &contact_by, &by, &place("levy"), &shelter, seen).unwrap();
    let by = acting(store, "shikaku01", 31);
    destination::decide(store, &second, &by, id, true, "", &[]).unwrap();
    // Another one waits for its second person.
    let seen = store.read(|conn| slot::version(conn, VICTIM)).unwrap();
    let by = acting(store, "counter01", 32);
    destination::propose(
        store,
        &contact_by,
        &by,
        &place("certificate"),
        &shelter,
        seen,
    )
    .unwrap();
    let seen = store.read(|conn| slot::version(conn, VICTIM)).unwrap();
    let by = acting(store, "counter01", 33);
    let phone = contact::Contact {
        contact: "03-1234-9999".to_owned(),
        remark: "昼間".to_owned(),
    };
    let span = Span::since(day(2026, 5, 1));
    contact::register(
        store,
        &contact_by,
        &by,
        VICTIM,
        "mobile",
        span,
        &phone,
        seen,
    )
    .unwrap();
}

fn certificate(store: &Store) {
    let rules = KeptRules::from_book(RuleBook::shared().unwrap(), CITY).unwrap();
    let permit = authorize::<IssueCertificate>(&session(store, "counter01")).unwrap();
    for (minute, person) in [(40, VICTIM), (41, VICTIM + 1), (42, ELDER)] {
        let due = issue::Due {
            household_id: HOME,
            person_id: person,
            arose_on: day(2026, 4, 1),
            reason: "01",
            expected: None,
        };
        issue::due(
            store,
            &permit,
            &acting(store, "counter01", minute),
            &rules,
            &due,
        )
        .unwrap();
    }
}

/// A file about the victim with rows that wait for a person: for what is wrong in them, and for a number that cannot be read.
fn held(store: &Store) {
    let catalogue = exchange::Catalogue::shipped().unwrap();
    let wide = "７００００１１".to_owned();
    let numbers = [
        VICTIM.to_string(),
        wide,
        format!("{VICTIM} "),
        format!("{VICTIM}a"),
    ];
    let rows: Vec<_> = numbers
        .iter()
        .map(|number| {
            let mut row = import::resident(
                number,
                "秘密　花子",
                "ヒミツ　ハナコ",
                &[("birth_on", "1985-02-31")],
            );
            row.retain(|(name, _)| !matches!(*name, "town" | "building" | "postal_code"));
            row.extend([
                ("town", "保留町七丁目"),
                ("building", "つつみ荘"),
                ("postal_code", "9990999"),
            ]);
            row
        })
        .collect();
    let file = import::File::of(&catalogue, "resident", 7, Extent::Difference, &rows);
    let incoming = office::import::Incoming {
        name: &file.name,
        bytes: &file.bytes,
        control: file.control.as_deref(),
    };
    let permit = authorize::<ImportFile>(&session(store, "levy01")).unwrap();
    let report = office::import::receive(
        store,
        &catalogue,
        &permit,
        &acting(store, "levy01", 50),
        &office::import::Municipality::new(CITY),
        &incoming,
        &office::import::Options::default(),
    )
    .unwrap();
    assert_eq!(report.held, 4);
}

/// The pages, with a maker of notices that prints the words of the paper alone.
fn router(store: &Store, office: web::Office) -> Router {
    let paper: web::PaperMaker = std::sync::Arc::new(|store, _permit, acting, notice_id| {
        store.read(|conn| {
            let Some(notice) = office::notices::find(conn, notice_id)? else {
                return Ok(None);
            };
            office::notices::release::check_paper(conn, &notice, acting)?;
            let content = office::notices::content::gather(conn, &notice, acting.business_date)?;
            Ok::<_, OfficeError>(Some(format!("{content:?}").into_bytes()))
        })
    });
    let _ = store;
    web::router(App::new(
        city::config(),
        web::Office {
            paper: Some(paper),
            ..office
        },
    ))
}

/// Everything that leaves traces has happened to the household.
pub async fn city_with_a_household_in_hiding() -> City {
    let (store, office) = city::office(2);
    // The binary asks for the age of a password by the machine's clock.
    store
        .write(|conn| conn.execute_text("update staff set password_set_at = 4000000000000000", &[]))
        .unwrap();
    people(&store);
    certificate(&store);
    measure(&store);
    places(&store);
    held(&store);
    let found = store
        .read(|conn| load_household(conn, HOME, day(2026, 6, 15), None))
        .unwrap();
    assert_eq!(found.unwrap().members.len(), 3);
    let router = router(&store, office);
    steps::publish(&router, &store).await;
    let _ = Browser::new(&router);
    City { store, router }
}
