//! 提供・移転: nothing goes to whom the table does not list for that purpose, what is carried is sealed and entered, and what
//! went out stands in the record.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use db::Store;
use db::testing;
use law::{Date, day};
use office::OfficeError;
use office::backup::{new_key, read_key, read_recipients};
use office::exports::{EligibilityStatus, Extract, Handed, LevyTable, LinkageOutbox};
use office::provision::{
    Asked, Cleared, HEADING, Medium, Sent, clear, given, seal, sent, table, unseal,
};
use office::registers::entries;
use office::schema::MIGRATIONS;
use office::security::Session;
use office::security::permit::{ExportData, KeepRegister};
use std::path::Path;
use support::medium::approved_medium;
use support::{CITY, book, permit, staff};

const TODAY: Date = jiff::civil::date(2026, 11, 20);
const FUJISAWA: &str = "142051";

fn ask<E: Handed<Needs = ExportData>>(
    store: &Store,
    who: &Session,
    city: &str,
    asked: &Asked<'_>,
) -> Result<Cleared<E>, OfficeError> {
    let acting = who.acting("試験", TODAY, 10, None);
    let rules = book();
    store.write(|conn| {
        clear::<E>(
            conn,
            (&acting, &permit::<ExportData>(who)),
            (&rules, city),
            asked,
        )
    })
}

fn to(recipient: &str) -> Asked<'_> {
    Asked {
        recipient,
        ..Asked::default()
    }
}

fn code<T: std::fmt::Debug>(outcome: Result<T, OfficeError>) -> String {
    match outcome.unwrap_err() {
        OfficeError::Refusal(refusal) => refusal.code.to_owned(),
        OfficeError::Input { field, .. } => field,
        other => panic!("{other}"),
    }
}

fn records(store: &Store) -> i64 {
    store
        .read(|conn| {
            conn.query_text("select count(*) from provision_record", &[], |row| {
                row.int(0)
            })
        })
        .unwrap()[0]
}

// covers: OUT-046, OUT-047
#[test]
fn who_is_not_listed_for_the_purpose_gets_nothing() {
    for store in [
        testing::sqlite(MIGRATIONS).unwrap(),
        testing::postgres(MIGRATIONS).unwrap(),
    ] {
        let (clerk, _) = staff(&store);
        let outbox = |asked: Asked<'_>| code(ask::<LinkageOutbox>(&store, &clerk, CITY, &asked));
        assert_eq!(outbox(to("nobody")), "rules.provision.unknown");
        // Listed, but for something else.
        assert_eq!(outbox(to("successor")), "provision.not_listed");
        assert_eq!(outbox(to("office-ledger")), "provision.not_listed");
        assert_eq!(
            code(ask::<LevyTable>(&store, &clerk, CITY, &to("nhi-aggregate"))),
            "provision.not_listed"
        );
        let otherwise = Asked {
            purpose: "統計",
            ..to("nhi-aggregate")
        };
        assert_eq!(outbox(otherwise), "provision.purpose");
        // Through the network of 番号法, or the platform between sections, and never as a file.
        assert_eq!(outbox(to("network-042")), "provision.other_way");
        assert_eq!(outbox(to("network-101")), "rules.provision.disputed");
        assert_eq!(outbox(to("network-former-01")), "rules.provision.deleted");
        let transfer = code(ask::<EligibilityStatus>(
            &store,
            &clerk,
            FUJISAWA,
            &to("transfer-07"),
        ));
        assert_eq!(transfer, "provision.other_way");
        assert_eq!(outbox(to("transfer-07")), "rules.provision.unknown");
        // Without 依頼票 where the table asks for one.
        let extract = |asked: Asked<'_>| ask::<Extract>(&store, &clerk, CITY, &asked);
        assert_eq!(code(extract(to("office-extract"))), "依頼票の番号");
        let blank = Asked {
            request: "  ",
            ..to("office-extract")
        };
        assert_eq!(code(extract(blank)), "依頼票の番号");
        assert_eq!(records(&store), 0);
        let rightly = Asked {
            request: "依頼8-1",
            purpose: "承認された申請ごとの目的",
            ..to("office-extract")
        };
        extract(rightly).unwrap();
        assert_eq!(records(&store), 1);
    }
}

fn file(sealed: bool) -> Sent {
    Sent::of("a.csv", b"x", 1, sealed, None)
}

// covers: SEC-049, OUT-048
#[test]
fn what_is_carried_is_sealed_and_stands_in_the_register_of_media() {
    for store in [
        testing::sqlite(MIGRATIONS).unwrap(),
        testing::postgres(MIGRATIONS).unwrap(),
    ] {
        let (clerk, _) = staff(&store);
        let asked = Asked {
            request: "移行8-1",
            ..to("successor")
        };
        let cleared = ask::<EligibilityStatus>(&store, &clerk, CITY, &asked).unwrap();
        assert!(cleared.is_carried());
        let acting = clerk.acting("試験", TODAY, 20, None);
        let (may, keeper) = (permit::<ExportData>(&clerk), permit::<KeepRegister>(&clerk));
        let out = |files: &[Sent], medium: Option<&Medium>, keeper| {
            store.write(|conn| sent(conn, &acting, (&may, keeper), &cleared, (files, medium)))
        };
        let medium = Medium {
            number: "USB-8-1".to_owned(),
            approval: "A-1".to_owned(),
        };
        let keeps = Some(&keeper);
        assert_eq!(
            code(out(&[file(false)], Some(&medium), keeps)),
            "provision.unsealed"
        );
        assert_eq!(
            code(out(&[file(true), file(false)], Some(&medium), keeps)),
            "provision.unsealed"
        );
        assert_eq!(code(out(&[file(true)], None, keeps)), "媒体番号");
        assert_eq!(
            code(out(&[file(true)], Some(&medium), None)),
            "provision.medium"
        );
        // Neither on a medium that is not in the register, nor under another approval, nor past its day.
        assert_eq!(
            code(out(&[file(true)], Some(&medium), keeps)),
            "registers.media"
        );
        approved_medium(&store, "USB-8-0", "A-0", "2020-01-01");
        approved_medium(&store, "USB-8-1", "A-1", "2099-01-01");
        for (number, approval) in [("USB-8-0", "A-0"), ("USB-8-1", "A-0")] {
            let wrong = Medium {
                number: number.to_owned(),
                approval: approval.to_owned(),
            };
            assert_eq!(
                code(out(&[file(true)], Some(&wrong), keeps)),
                "registers.media"
            );
        }
        let day_of = (TODAY, TODAY);
        let all = |code: &str, days| store.read(|conn| given(conn, days, code)).unwrap();
        assert_eq!(
            all("", day_of)[0].file,
            None,
            "cleared, and nothing out yet"
        );
        let entry = out(&[file(true), file(true)], Some(&medium), keeps).unwrap();
        let media = store.read(|conn| entries(conn, "media")).unwrap();
        assert_eq!(media.len(), 2, "no new entry");
        assert_eq!(Some(media[1].entry_id), entry);
        assert_eq!(media[1].state, "使用承認");
        assert!(media[1].due_on.is_some(), "it is still to be brought back");
        assert!(media[1].values["copied"].contains("a.csv"));

        let listed = all("successor", day_of);
        assert_eq!(listed.len(), 2);
        for one in &listed {
            assert_eq!(one.request_number, "移行8-1");
            assert_eq!(one.login, "levy01");
            assert!(one.ground.contains("第66条"), "{}", one.ground);
            let file = one.file.as_ref().unwrap();
            assert_eq!((file.sealed, file.medium_entry_id), (true, entry));
        }
        assert_eq!(all("nhi-aggregate", day_of), []);
        assert_eq!(all("", (TODAY.tomorrow().unwrap(), day(2027, 3, 31))), []);
        // The record itself is only ever added to.
        for text in [
            "update provision_record set recipient = 'x'",
            "delete from provision_file",
        ] {
            let changed = store.write(|conn| Ok::<_, OfficeError>(conn.execute_text(text, &[])?));
            assert!(changed.is_err(), "{text}");
        }
    }
}

/// 業務日付 that is put back makes neither a medium fit for use again nor a recipient that has ended: both go by today.
#[test]
fn a_business_date_that_is_put_back_lasts_for_nothing() {
    // Ten in the morning in Japan of 20 November 2026, and of a day on which the recipient still stood.
    const NOW: i64 = 1_795_136_400_000_000;
    const EARLIER: i64 = 1_714_525_200_000_000;
    for store in [
        testing::sqlite(MIGRATIONS).unwrap(),
        testing::postgres(MIGRATIONS).unwrap(),
    ] {
        let (clerk, _) = staff(&store);
        approved_medium(&store, "USB-8-1", "A-1", "2026-11-19");
        approved_medium(&store, "USB-8-2", "A-2", "2026-11-20");
        let fit = |number: &str, approval: &str, on, now| {
            let medium = Medium {
                number: number.to_owned(),
                approval: approval.to_owned(),
            };
            let acting = clerk.acting("試験", on, now, None);
            store.read(|conn| medium.check(conn, &acting))
        };
        let before = day(2026, 11, 1);
        assert_eq!(code(fit("USB-8-1", "A-1", before, NOW)), "registers.media");
        assert_eq!(code(fit("USB-8-1", "A-1", TODAY, 1)), "registers.media");
        fit("USB-8-2", "A-2", before, NOW).unwrap();
        let rules = book();
        let asked = |on, now| {
            let acting = clerk.acting("試験", on, now, None);
            let may = permit::<ExportData>(&clerk);
            let to = to("network-former-01");
            store.write(|conn| clear::<LinkageOutbox>(conn, (&acting, &may), (&rules, CITY), &to))
        };
        let stood = day(2024, 5, 1);
        assert_eq!(code(asked(stood, EARLIER)), "provision.other_way");
        assert_eq!(code(asked(stood, NOW)), "rules.provision.deleted");
    }
}

// covers: SEC-049
#[test]
fn a_sealed_file_is_opened_by_its_recipients_alone() {
    let (secret, public) = new_key();
    let (other, _) = new_key();
    let (second, second_public) = new_key();
    let to = read_recipients(&[public, second_public]).unwrap();
    let text = "宛名番号,氏名\r\n1,国保 太郎\r\n".repeat(2_000);
    let sealed = seal(text.as_bytes(), &to).unwrap();
    let holds = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|at| at == part);
    assert!(!holds(&sealed, "国保 太郎".as_bytes()));
    let open = |key: &str, sealed: &[u8], most| unseal(sealed, &read_key(key).unwrap(), most);
    let most = 1 << 20;
    for key in [&secret, &second] {
        assert_eq!(open(key, &sealed, most).unwrap(), text.as_bytes());
    }
    let refused = |key: &str, sealed: &[u8], most| code(open(key, sealed, most));
    assert_eq!(refused(&other, &sealed, most), "provision.seal");
    assert_eq!(refused(&secret, &sealed, 1_000), "provision.seal");
    for cut in [0, 10, sealed.len() / 2, sealed.len() - 1] {
        assert_eq!(refused(&secret, &sealed[..cut], most), "provision.seal");
    }
    let mut changed = sealed;
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    assert_eq!(refused(&secret, &changed, most), "provision.seal");
    assert!(seal(b"x", &[]).is_err());
}

// covers: OUT-031, DOC-015
#[test]
fn the_table_of_recipients_is_the_one_in_git() {
    let rules = book();
    let mut found = String::from("# 提供先・移転先\n");
    for (city, on) in [
        ("131032", day(2026, 6, 15)),
        ("142051", day(2024, 5, 26)),
        ("142051", day(2026, 6, 15)),
    ] {
        found.push_str(&format!("\n## {city} {on}\n{}\n", HEADING.join(" | ")));
        for row in table(&rules, city, on) {
            for cell in &row[..10] {
                assert!(!cell.is_empty(), "{row:?}");
            }
            found.push_str(&format!("{}\n", row.join(" | ")));
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/provision/table.golden.txt");
    if std::env::var_os("KOKUHO_BLESS").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    assert_eq!(
        found,
        std::fs::read_to_string(&path).unwrap_or_default(),
        "look at the difference; then run with KOKUHO_BLESS=1"
    );
}

#[test]
fn every_export_has_somebody_it_goes_to_and_every_recipient_knows_its_exports() {
    let rules = book();
    let rows = rules.provisions(CITY, TODAY);
    let to: Vec<&String> = rows.iter().flat_map(|row| &row.provision.exports).collect();
    for export in office::exports::ALL {
        assert!(
            to.iter().any(|code| *code == export.code),
            "{}",
            export.code
        );
    }
    for code in to {
        assert!(
            office::exports::ALL.iter().any(|one| one.code == code),
            "{code}"
        );
    }
}
