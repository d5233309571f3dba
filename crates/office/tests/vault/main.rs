//! 番号の金庫: sealed, found blindly, linked by two people, and never anywhere else.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod second;
#[path = "../support/mod.rs"]
mod support;

use crate::support::handed::cleared;
use db::testing::{self, TestStore};
use db::{Store, StoreUrl};
use office::exports::NetworkQueryFile;
use office::schema::MIGRATIONS;
use office::security::permit::{
    ApproveNumber, Permit, RegisterNumber, SettleNumber, UseNumber, ViewHousehold,
};
use office::security::{Role, Session, authorize};
use office::vault::{
    self, Evidence, Found, FoundResident, Giver, IndividualNumber, KeyPurpose, Keys, LinkKind,
    LinkOutcome, LinkState, MasterKey, NetworkQuery, NumberPurpose, NumberUse, Origin, Registered,
    Registration, Source, Vault, query,
};
use office::{Acting, OfficeError};

/// A number made from eleven drawn digits and its check digit. Nobody's on purpose, somebody's by chance.
fn number(lots: &mut fastrand::Rng) -> IndividualNumber {
    let digits: Vec<u32> = (0..11).map(|_| lots.u32(..10)).collect();
    let sum: u32 = digits
        .iter()
        .rev()
        .zip(1..)
        .map(|(digit, n)| digit * if n <= 6 { n + 1 } else { n - 5 })
        .sum();
    let check = match sum % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    };
    let text: String = digits.iter().chain([&check]).map(u32::to_string).collect();
    IndividualNumber::read(&text).unwrap()
}

fn master() -> MasterKey {
    MasterKey::from_bytes([3; 32])
}

struct Desk {
    office: TestStore,
    vault: Vault,
    _kept: TestStore,
    clerk: Session,
    chief: Session,
}

fn desk(office: TestStore, kept: TestStore) -> Desk {
    let (clerk, chief) = support::number_staff(&office);
    let store = Store::clone(&kept);
    let keys = Keys::open(&store, &master(), 1).unwrap();
    Desk {
        office,
        vault: Vault { store, keys },
        _kept: kept,
        clerk,
        chief,
    }
}

fn desks() -> Vec<Desk> {
    testing::both(MIGRATIONS)
        .unwrap()
        .into_iter()
        .zip(testing::both(vault::MIGRATIONS).unwrap())
        .map(|(office, kept)| desk(office, kept))
        .collect()
}

fn in_memory() -> Desk {
    desk(
        testing::memory(MIGRATIONS).unwrap(),
        testing::memory(vault::MIGRATIONS).unwrap(),
    )
}

fn acting(session: &Session) -> Acting {
    session.acting("個人番号利用事務", law::day(2026, 11, 20), 1_000, None)
}

fn form() -> Origin {
    Origin {
        source: Source::Form,
        giver: Giver::Person,
        evidence: Evidence::NumberCard,
        form: "資格取得届 R8-000123".to_owned(),
        ground: String::new(),
    }
}

fn feed() -> Origin {
    Origin {
        source: Source::ResidentRecord,
        giver: Giver::ExOfficio,
        evidence: Evidence::Feed,
        form: String::new(),
        ground: "住民票関係情報の連携".to_owned(),
    }
}

fn registration(person_id: i64, number: Option<&IndividualNumber>, origin: Origin) -> Registration {
    Registration {
        person_id,
        number: number.cloned(),
        origin,
        checklist_done: true,
        changed_by_law: false,
    }
}

impl Desk {
    fn register(&self, registration: &Registration) -> Result<Registered, OfficeError> {
        let permit: Permit<RegisterNumber> = authorize(&self.clerk)?;
        vault::register::register(
            &self.vault,
            &self.office,
            &permit,
            &acting(&self.clerk),
            registration,
        )
    }

    fn link(&self, person_id: i64, number: &IndividualNumber) -> Registered {
        self.register(&registration(person_id, Some(number), form()))
            .unwrap()
    }

    fn find(&self, number: &IndividualNumber) -> Found {
        let permit: Permit<UseNumber> = authorize(&self.clerk).unwrap();
        let case = NumberUse::new(NumberPurpose::FindFromForm, "届出 受付8-15").unwrap();
        let why = (&acting(&self.clerk), &case);
        self.vault.find(&self.office, &permit, why, number).unwrap()
    }

    fn show(
        &self,
        person_id: i64,
        purpose: NumberPurpose,
    ) -> Result<Option<IndividualNumber>, OfficeError> {
        let permit: Permit<UseNumber> = authorize(&self.clerk)?;
        let case = NumberUse::new(purpose, "連携 8-15").unwrap();
        let why = (&acting(&self.clerk), &case);
        self.vault.show(&self.office, &permit, why, person_id)
    }

    fn propose(&self, who: &Session, link_id: i64, how: LinkOutcome) -> Result<(), OfficeError> {
        let permit: Permit<SettleNumber> = authorize(&self.clerk)?;
        self.vault.propose(
            &self.office,
            &permit,
            &acting(who),
            link_id,
            (how, "住民票の写しで確かめた"),
        )
    }

    fn agree(&self, who: &Session, link_id: i64) -> Result<LinkOutcome, OfficeError> {
        let seen = self.vault.row(link_id)?.unwrap().steps();
        self.agree_to(who, (link_id, seen))
    }

    /// Agrees to a row of which so many steps were seen.
    fn agree_to(&self, who: &Session, seen: (i64, i64)) -> Result<LinkOutcome, OfficeError> {
        let permit: Permit<ApproveNumber> = authorize(&self.chief)?;
        self.vault.agree(&self.office, &permit, &acting(who), seen)
    }

    fn acts(&self) -> Vec<(String, String, String)> {
        self.office
            .read(|conn| {
                Ok::<_, OfficeError>(conn.query_text(
                    "select kind, purpose, note from act where kind like 'number.%' order by act_id",
                    &[],
                    |row| Ok((row.text(0)?, row.text(1)?, row.text(2)?)),
                )?)
            })
            .unwrap()
    }
}

// covers: ADR-016
#[test]
fn a_number_is_twelve_digits_with_the_right_check_digit_and_no_error_repeats_it() {
    let mut lots = fastrand::Rng::with_seed(1);
    for _ in 0..500 {
        let right = number(&mut lots);
        let digits = right.expose().to_owned();
        let wide: String = digits
            .chars()
            .map(|digit| char::from_u32(u32::from(digit) - 0x30 + 0xff10).unwrap())
            .collect();
        assert_eq!(IndividualNumber::read(&wide).unwrap(), right);
        let grouped = format!("{}-{} {}", &digits[..4], &digits[4..8], &digits[8..]);
        assert_eq!(IndividualNumber::read(&grouped).unwrap(), right);
        let last = digits[11..].parse::<u32>().unwrap();
        let wrong = format!("{}{}", &digits[..11], (last + 1) % 10);
        for typed in [
            wrong.as_str(),
            &digits[1..],
            &format!("{digits}1"),
            "12345678901x",
        ] {
            let error = IndividualNumber::read(typed).unwrap_err();
            assert!(!error.to_string().contains(&typed[..6]), "{error}");
        }
        assert_eq!(format!("{right:?}"), "IndividualNumber(…)");
        assert!(!right.masked().contains(&digits[..10]));
    }
}

// covers: ADR-011, ADR-012, ADR-013, ADR-014, ADR-015, SEC-019
#[test]
fn a_number_is_registered_with_its_origin_found_shown_and_confirmed_each_under_an_act() {
    for desk in desks() {
        let mut lots = fastrand::Rng::with_seed(2);
        let (one, two) = (number(&mut lots), number(&mut lots));
        assert_eq!(desk.link(101, &one), Registered::Linked);
        assert_eq!(desk.link(101, &one), Registered::Same);
        let fed = registration(102, Some(&two), feed());
        assert_eq!(desk.register(&fed).unwrap(), Registered::Linked);
        assert_eq!(desk.find(&one), Found::Standing(101));
        assert_eq!(desk.find(&number(&mut lots)), Found::Nobody);
        let shown = desk.show(102, NumberPurpose::Linkage).unwrap();
        assert_eq!(shown, Some(two.clone()));
        let permit: Permit<UseNumber> = authorize(&desk.clerk).unwrap();
        let why = NumberUse::new(NumberPurpose::VerifyIdentity, "窓口 8-15").unwrap();
        for (given, expected) in [(&one, true), (&two, false)] {
            let same = desk
                .vault
                .confirm(
                    &desk.office,
                    &permit,
                    (&acting(&desk.clerk), &why),
                    (101, given),
                )
                .unwrap();
            assert_eq!(same, expected);
        }
        let history = desk.vault.history(101).unwrap();
        assert_eq!(history.len(), 1);
        assert_eq!(history[0].origin, form());
        assert_eq!(history[0].masked, one.masked());
        assert_eq!(
            desk.vault.history(102).unwrap()[0].origin.source_ja(),
            "住基連携"
        );
        let acts = desk.acts();
        let kinds: Vec<&str> = acts.iter().map(|act| act.0.as_str()).collect();
        let expected = [
            "number.register",
            "number.register",
            "number.register",
            "number.find",
            "number.find",
            "number.show",
            "number.confirm",
            "number.confirm",
        ];
        assert_eq!(kinds, expected);
        assert_eq!(acts[3].1, "届出書・申請書による本人の特定");
        assert_eq!(acts[5].1, "情報連携");
    }
}

// covers: ADR-018, ADR-020, SEC-039
#[test]
fn without_evidence_authority_or_checklist_nothing_is_registered() {
    let desk = in_memory();
    let one = number(&mut fastrand::Rng::with_seed(3));
    type Spoil = (&'static str, fn(&mut Registration));
    let spoil: [Spoil; 6] = [
        ("様式", |given| given.origin.form.clear()),
        ("提供者", |given| given.origin.giver = Giver::Agent),
        ("確認書類", |given| {
            given.origin.evidence = Evidence::Feed
        }),
        ("確認書類", |given| {
            given.origin.source = Source::RegistryNetwork
        }),
        ("確認書類", |given| {
            given.origin = Origin {
                evidence: Evidence::NumberCard,
                ..feed()
            }
        }),
        ("確認事項", |given| given.checklist_done = false),
    ];
    for (named, spoil) in spoil {
        let mut given = registration(1, Some(&one), form());
        spoil(&mut given);
        let error = desk.register(&given).unwrap_err().to_string();
        assert!(error.contains(named), "{named}: {error}");
    }
    assert_eq!(desk.find(&one), Found::Nobody);
    assert_eq!(desk.vault.history(1).unwrap(), []);
}

// covers: ADR-016, ADR-017, ADR-021, SEC-046
#[test]
fn what_contradicts_waits_until_one_has_proposed_and_another_agreed() {
    for desk in desks() {
        let mut lots = fastrand::Rng::with_seed(4);
        let (one, two, three) = (number(&mut lots), number(&mut lots), number(&mut lots));
        desk.link(1, &one);
        desk.link(2, &two);
        // The same person with another number; the same number on another person; none.
        assert_eq!(
            desk.link(1, &three),
            Registered::Waits(1, LinkKind::OtherNumber)
        );
        assert_eq!(
            desk.link(3, &two),
            Registered::Waits(2, LinkKind::SameNumber)
        );
        let blank = registration(4, None, feed());
        assert_eq!(
            desk.register(&blank).unwrap(),
            Registered::Waits(3, LinkKind::Blank)
        );
        let rows = desk.vault.unsettled(0, 10).unwrap();
        assert_eq!(rows.len(), 3);
        assert_eq!((rows[1].person_id, rows[1].other_person_id), (3, Some(2)));
        // Nothing is linked, and nothing of those concerned is used meanwhile.
        assert_eq!(desk.find(&three), Found::Nobody);
        assert_eq!(desk.find(&two), Found::Standing(2));
        for person in [1, 2, 3, 4] {
            let refused = desk.show(person, NumberPurpose::Linkage).unwrap_err();
            assert!(refused.to_string().contains("確認リスト"), "{refused}");
            assert!(desk.show(person, NumberPurpose::CorrectLink).is_ok());
        }
        // The same person cannot do both; nobody agrees to what nobody proposed; what does not fit is refused.
        assert!(matches!(
            desk.agree(&desk.chief, 1),
            Err(OfficeError::Conflict(_))
        ));
        assert!(desk.propose(&desk.clerk, 1, LinkOutcome::Move).is_err());
        assert!(desk.propose(&desk.clerk, 3, LinkOutcome::Link).is_err());
        desk.propose(&desk.clerk, 1, LinkOutcome::Link).unwrap();
        let again = desk.propose(&desk.clerk, 1, LinkOutcome::Keep);
        assert!(matches!(again, Err(OfficeError::Conflict(_))));
        let alone = desk.agree(&desk.clerk, 1).unwrap_err();
        assert!(alone.to_string().contains("ほかの職員"), "{alone}");
        assert_eq!(desk.agree(&desk.chief, 1).unwrap(), LinkOutcome::Link);
        assert_eq!(desk.find(&three), Found::Standing(1));
        assert_eq!(
            desk.find(&one),
            Found::Former(1),
            "an old number leads to the person, as an old one"
        );
        // 紐付け訂正: the number moves to whom it belongs, both histories are kept.
        desk.propose(&desk.clerk, 2, LinkOutcome::Move).unwrap();
        let permit: Permit<ApproveNumber> = authorize(&desk.chief).unwrap();
        let chief = acting(&desk.chief);
        let vault = &desk.vault;
        vault
            .turn_down(
                &desk.office,
                &permit,
                &chief,
                (2, 1),
                "住所を確かめ直すこと",
            )
            .unwrap();
        assert_eq!(vault.unsettled(0, 10).unwrap()[0].state, LinkState::Open);
        desk.propose(&desk.clerk, 2, LinkOutcome::Move).unwrap();
        desk.agree(&desk.chief, 2).unwrap();
        assert_eq!(desk.find(&two), Found::Standing(3));
        assert_eq!(desk.show(2, NumberPurpose::Linkage).unwrap(), None);
        let corrected = &vault.history(2).unwrap()[0];
        assert!(corrected.superseded_at.is_some() && corrected.superseded_by_act.is_some());
        assert_eq!(vault.history(3).unwrap()[0].masked, two.masked());
        desk.propose(&desk.clerk, 3, LinkOutcome::Keep).unwrap();
        desk.agree(&desk.chief, 3).unwrap();
        assert_eq!(vault.unsettled(0, 10).unwrap(), []);
    }
}

/// I06: the residents' record itself says that the number was changed.
#[test]
fn a_number_changed_by_law_replaces_the_old_one_at_once_and_the_old_one_finds_the_person_as_old() {
    let desk = in_memory();
    let mut lots = fastrand::Rng::with_seed(5);
    let (old, new) = (number(&mut lots), number(&mut lots));
    desk.link(7, &old);
    let mut changed = registration(7, Some(&new), feed());
    changed.changed_by_law = true;
    assert_eq!(desk.register(&changed).unwrap(), Registered::Linked);
    assert_eq!(desk.find(&new), Found::Standing(7));
    assert_eq!(desk.find(&old), Found::Former(7));
    // The old number comes for somebody else: nobody is made from it.
    assert_eq!(
        desk.link(8, &old),
        Registered::Waits(1, LinkKind::SameNumber)
    );
    // A form alone does not change a number.
    let mut by_form = registration(7, Some(&number(&mut lots)), form());
    by_form.changed_by_law = true;
    assert_eq!(
        desk.register(&by_form).unwrap(),
        Registered::Waits(2, LinkKind::OtherNumber)
    );
}

// covers: SEC-067, SEC-076
#[test]
fn keys_are_renewed_while_numbers_stay_found_and_old_keys_go_only_when_unused() {
    for mut desk in desks() {
        let mut lots = fastrand::Rng::with_seed(6);
        let numbers: Vec<_> = (0..50).map(|_| number(&mut lots)).collect();
        for (number, person) in numbers.iter().zip(1..) {
            desk.link(person, number);
        }
        desk.link(1, &number(&mut lots));
        let store = desk.vault.store.clone();
        for purpose in [KeyPurpose::Sealing, KeyPurpose::Index] {
            let keys = &mut desk.vault.keys;
            store
                .write(|conn| keys.add(conn, &master(), purpose, 2))
                .unwrap();
        }
        // Half way, everything is still found, and a duplicate is still one.
        assert_eq!(desk.vault.reseal(20).unwrap(), 20);
        for (number, person) in numbers.iter().zip(1..) {
            assert_eq!(desk.find(number), Found::Standing(person));
        }
        assert!(matches!(
            desk.link(900, &numbers[3]),
            Registered::Waits(_, LinkKind::SameNumber)
        ));
        assert!(matches!(
            desk.link(901, &numbers[40]),
            Registered::Waits(_, LinkKind::SameNumber)
        ));
        assert!(desk.vault.retire_old_keys().is_err());
        while desk.vault.reseal(20).unwrap() > 0 {}
        // The row that waits since before is sealed with the old key.
        let refused = desk.vault.retire_old_keys().unwrap_err();
        assert!(refused.to_string().contains("1件残っています"), "{refused}");
        desk.propose(&desk.clerk, 1, LinkOutcome::Keep).unwrap();
        desk.agree(&desk.chief, 1).unwrap();
        desk.vault.retire_old_keys().unwrap();
        let next = MasterKey::from_bytes([4; 32]);
        store
            .write(|conn| desk.vault.keys.rewrap(conn, &next))
            .unwrap();
        assert!(
            Keys::open(&store, &master(), 3).is_err(),
            "the old master key opens nothing"
        );
        desk.vault.keys = Keys::open(&store, &next, 3).unwrap();
        assert_eq!(
            desk.vault
                .keys
                .versions(KeyPurpose::Sealing)
                .collect::<Vec<_>>(),
            [2]
        );
        for (number, person) in numbers.iter().zip(1..) {
            assert_eq!(desk.find(number), Found::Standing(person));
        }
    }
}

// covers: SEC-067, SEC-076, ADR-013
#[test]
fn neither_database_file_holds_a_digit_and_a_sealed_value_opens_only_in_its_place() {
    let folder = std::env::temp_dir().join(format!("kokuho-vault-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut lots = fastrand::Rng::with_seed(7);
    let numbers: Vec<_> = (0..200).map(|_| number(&mut lots)).collect();
    {
        let open = |name: &str, set| {
            let store = Store::open(&StoreUrl::Sqlite(folder.join(name))).unwrap();
            store.migrate(set).unwrap();
            store
        };
        let office = open("office.db", MIGRATIONS);
        let store = open("vault.db", vault::MIGRATIONS);
        let keys = Keys::open(&store, &master(), 1).unwrap();
        let vault = Vault { store, keys };
        let (clerk, _) = support::number_staff(&office);
        let register: Permit<RegisterNumber> = authorize(&clerk).unwrap();
        for (number, person) in numbers.iter().zip(1..) {
            let given = registration(person, Some(number), form());
            vault::register::register(&vault, &office, &register, &acting(&clerk), &given).unwrap();
        }
        // A value carried over to another person does not open there.
        vault
            .store
            .write(|conn| {
                conn.execute_text(
                    "update number_seal set sealed = (select sealed from number_seal where person_id = 2) \
                     where person_id = 1",
                    &[],
                )?;
                Ok::<_, OfficeError>(())
            })
            .unwrap();
        let permit: Permit<UseNumber> = authorize(&clerk).unwrap();
        let case = NumberUse::new(NumberPurpose::Linkage, "連携 8-15").unwrap();
        let by = acting(&clerk);
        let why = (&by, &case);
        let moved = vault.show(&office, &permit, why, 1).unwrap_err();
        assert!(matches!(moved, OfficeError::Bug(_)), "{moved}");
        let whole = vault.show(&office, &permit, why, 2).unwrap();
        assert_eq!(whole.as_ref(), Some(&numbers[1]));
    }
    for file in std::fs::read_dir(&folder).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for number in &numbers {
            let digits = number.expose().as_bytes();
            assert!(!bytes.windows(12).any(|window| window == digits));
        }
    }
    std::fs::remove_dir_all(folder).unwrap();
}

// covers: SEC-003, SEC-019
#[test]
fn who_holds_no_number_use_function_gets_no_permit() {
    let desk = in_memory();
    let (levy, _) = support::staff_named(&desk.office, "plain01", &[Role::Levy, Role::Counter]);
    assert!(authorize::<ViewHousehold>(&levy).is_ok());
    assert!(authorize::<RegisterNumber>(&levy).is_err());
    assert!(authorize::<UseNumber>(&levy).is_err());
    assert!(authorize::<SettleNumber>(&levy).is_err());
    assert!(
        authorize::<ApproveNumber>(&desk.clerk).is_err(),
        "who proposes does not agree"
    );
}

// covers: ADR-019, LNK-023
#[test]
fn the_network_is_asked_by_four_items_or_three_with_the_address_and_several_are_chosen_by_a_person()
{
    let name = Some("国保 太郎");
    let birth = Some(law::day(1960, 5, 3));
    let address = Some("港区芝公園1-5-25");
    for (given, allowed) in [
        ((name, birth, Some(1), address), true),
        ((name, birth, None, address), true),
        ((name, None, Some(1), address), true),
        ((None, birth, Some(1), address), true),
        ((name, birth, Some(1), None), false),
        ((name, birth, None, None), false),
        ((name, None, None, address), false),
        ((name, birth, Some(1), Some("  ")), false),
        ((name, None, Some(0), address), false),
    ] {
        let made = NetworkQuery::new(given.0, given.1, given.2, given.3);
        assert_eq!(made.is_ok(), allowed, "{given:?}");
    }
    let found: Vec<_> = (1..=2)
        .map(|answer_no| FoundResident {
            name: "国保 太郎".to_owned(),
            birth_on: law::day(1960, 5, 3),
            address: format!("港区芝公園{answer_no}"),
            answer_no,
        })
        .collect();
    assert!(
        query::choose(&found, None)
            .unwrap_err()
            .to_string()
            .contains("2人")
    );
    assert_eq!(query::choose(&found, Some(2)).unwrap(), Some(&found[1]));
    assert!(query::choose(&found, Some(3)).is_err());
    assert_eq!(query::choose(&found[..1], None).unwrap(), Some(&found[0]));
    assert_eq!(query::choose(&[], None).unwrap(), None);
}

// covers: ADR-015, SEC-019
#[test]
fn no_number_is_used_without_a_case_and_no_words_hide_one() {
    let mut lots = fastrand::Rng::with_seed(11);
    let drawn = number(&mut lots);
    assert!(NumberUse::new(NumberPurpose::FindFromForm, " ").is_err());
    assert!(NumberUse::new(NumberPurpose::FindFromForm, "1").is_err());
    let digits = drawn.expose();
    let spaced = format!("{} {}-{}", &digits[..4], &digits[4..8], &digits[8..]);
    let wide: String = digits
        .chars()
        .map(|digit| char::from_u32(u32::from(digit) - u32::from('0') + u32::from('０')).unwrap())
        .collect();
    for hidden in [digits, spaced.as_str(), wide.as_str()] {
        let case = format!("受付{hidden}の件");
        let refused = NumberUse::new(NumberPurpose::FindFromForm, &case).unwrap_err();
        assert!(!refused.to_string().contains(&digits[..6]), "{refused}");
        let desk = in_memory();
        desk.link(1, &drawn);
        desk.link(1, &number(&mut lots));
        let permit: Permit<SettleNumber> = authorize(&desk.clerk).unwrap();
        let how = (LinkOutcome::Keep, case.as_str());
        let by = acting(&desk.clerk);
        assert!(
            desk.vault
                .propose(&desk.office, &permit, &by, 1, how)
                .is_err()
        );
        let origin = Origin {
            ground: case.clone(),
            giver: Giver::Agent,
            ..form()
        };
        assert!(
            desk.register(&registration(2, Some(&drawn), origin))
                .is_err()
        );
    }
}

// covers: ADR-019
#[test]
fn a_query_to_the_network_is_a_file_of_the_allowed_items_and_a_record_without_values() {
    for desk in desks() {
        let permit: Permit<RegisterNumber> = authorize(&desk.clerk).unwrap();
        let query = NetworkQuery::new(
            Some("国保 太郎"),
            Some(law::day(1960, 5, 3)),
            None,
            Some("港区芝公園一丁目"),
        )
        .unwrap();
        let catalogue = exchange::Catalogue::shipped().unwrap();
        let ask = |case: &'static str| {
            let asking = vault::network::Asking {
                person_id: 77,
                case,
                municipality: "131032",
                made_at: "20260615100000",
            };
            let by = acting(&desk.clerk);
            let may = (
                &permit,
                &cleared::<NetworkQueryFile>(&desk.office, &by, &permit),
            );
            desk.vault
                .ask_network(&desk.office, &catalogue, may, &by, (asking, &query))
        };
        assert!(ask(" ").is_err());
        let file = ask("届出 受付8-20").unwrap();
        let text = String::from_utf8(file.bytes).unwrap();
        for value in ["国保 太郎", "1960-05-03", "港区芝公園一丁目", "77"] {
            assert!(text.contains(value), "{text}");
        }
        let flag = |text: &str| {
            let last = text.trim_end().rsplit(',').next();
            last.unwrap().trim_matches('"').to_owned()
        };
        assert_eq!(flag(&text), "0", "no measure: {text}");
        // Under 支援措置 the file says so beside the address.
        desk.office
            .write(|conn| {
                conn.execute_text(
                    "insert into support_fact (subject, fact_no, valid_from, valid_until, recorded_at, act_id, kind, \
                     ends_on, history_number, origin) values (77, 1, '2026-04-01', null, 1, 1, 1, null, 0, 'file')",
                    &[],
                )
            })
            .unwrap();
        let hidden = String::from_utf8(ask("届出 受付8-21").unwrap().bytes).unwrap();
        assert_eq!(flag(&hidden), "1", "{hidden}");
        let mut made = desk.vault.queries_of(77).unwrap();
        assert_eq!(made.remove(0).case, "届出 受付8-21");
        assert_eq!(made.len(), 1);
        assert_eq!(made[0].items, "氏名・生年月日・住所");
        assert_eq!(
            (made[0].case.as_str(), &made[0].file_name),
            ("届出 受付8-20", &file.name)
        );
        let act = desk
            .office
            .read(|conn| office::trail::find(conn, made[0].act_id))
            .unwrap()
            .unwrap();
        assert!(act.note.contains("氏名・生年月日・住所") && !act.note.contains("太郎"));
    }
}

// covers: SEC-067
#[test]
fn a_change_of_keys_is_ordered_recorded_and_gone_on_with_where_it_stopped() {
    let mut desk = in_memory();
    let mut lots = fastrand::Rng::with_seed(12);
    let numbers: Vec<_> = (0..30).map(|_| number(&mut lots)).collect();
    for (number, person) in numbers.iter().zip(1..) {
        desk.link(person, number);
    }
    let admin = support::staff_named(&desk.office, "keys01", &[Role::Administrator]).0;
    let permit = authorize(&admin).unwrap();
    let by = acting(&admin);
    let office = Store::clone(&desk.office);
    desk.vault
        .begin_rotation(&office, &permit, &by, &master())
        .unwrap();
    desk.vault.reseal(10).unwrap();
    // Killed here: the keys are read anew, and the same order makes no third key.
    desk.vault.keys = Keys::open(&desk.vault.store, &master(), 2).unwrap();
    desk.vault
        .begin_rotation(&office, &permit, &by, &master())
        .unwrap();
    assert_eq!(desk.vault.rotation().sealing_versions, 2);
    assert!(desk.vault.finish_rotation(&office, &permit, &by).is_err());
    let mut left = 0;
    loop {
        let sealed = desk.vault.reseal(7).unwrap();
        if sealed == 0 {
            break;
        }
        left += sealed;
    }
    assert_eq!(left, 20, "what was sealed again is not sealed twice");
    desk.vault.finish_rotation(&office, &permit, &by).unwrap();
    assert!(!desk.vault.rotation().is_open());
    for (number, person) in numbers.iter().zip(1..) {
        assert_eq!(desk.find(number), Found::Standing(person));
    }
    let done = desk.office.read(office_acts).unwrap();
    assert_eq!(done, ["number.keys.rotate", "number.keys.retire"]);
}

/// A program that was started before a change of keys neither seals with a key that is thrown away nor says of a number
/// that nobody has it: it says that it has to be started again.
// covers: SEC-067
#[test]
fn a_program_with_the_keys_from_before_a_change_says_so_and_writes_nothing() {
    for mut desk in desks() {
        let mut lots = fastrand::Rng::with_seed(13);
        let numbers: Vec<_> = (0..3).map(|_| number(&mut lots)).collect();
        desk.link(1, &numbers[0]);
        desk.link(2, &numbers[1]);
        let store = desk.vault.store.clone();
        let admin = support::staff_named(&desk.office, "keys01", &[Role::Administrator]).0;
        let (permit, by) = (authorize(&admin).unwrap(), acting(&admin));
        let office = Store::clone(&desk.office);
        let mut other = Vault {
            store: store.clone(),
            keys: Keys::open(&store, &master(), 2).unwrap(),
        };
        let seals = |desk: &Desk| {
            let text = "select count(*) from number_seal";
            let read = desk
                .vault
                .store
                .read(|conn| conn.query_text(text, &[], |row| row.int(0)));
            read.unwrap()[0]
        };
        let register: Permit<RegisterNumber> = authorize(&desk.clerk).unwrap();
        let told = |desk: &Desk| {
            let given = registration(3, Some(&numbers[2]), form());
            let by = acting(&desk.clerk);
            let registered =
                vault::register::register(&desk.vault, &office, &register, &by, &given);
            let refused = registered.unwrap_err();
            assert!(
                matches!(&refused, office::OfficeError::Refusal(one) if one.code == "vault.keys.changed"),
                "{refused}"
            );
            assert!(refused.to_string().contains("起動し直し"), "{refused}");
            assert_eq!(seals(desk), 2);
        };
        other
            .begin_rotation(&office, &permit, &by, &master())
            .unwrap();
        told(&desk);
        while other.reseal(10).unwrap() > 0 {}
        other.finish_rotation(&office, &permit, &by).unwrap();
        told(&desk);
        // Started again, it has the keys of the day: with another master key too, since the data keys stay.
        desk.vault.keys = Keys::open(&store, &master(), 3).unwrap();
        let next = MasterKey::from_bytes([5; 32]);
        other.change_master(&office, &permit, &by, &next).unwrap();
        desk.link(3, &numbers[2]);
        for (number, person) in numbers.iter().zip(1..) {
            assert_eq!(desk.find(number), Found::Standing(person));
        }
    }
}

fn office_acts(conn: &mut db::Conn) -> Result<Vec<String>, db::StoreError> {
    conn.query_text(
        "select kind from act where kind like 'number.keys%' order by act_id",
        &[],
        |row| row.text(0),
    )
}
