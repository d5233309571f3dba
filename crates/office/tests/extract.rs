//! データ抽出: an approved, purposeful, masked and expiring request, or nothing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use crate::support::handed::cleared;
use crate::support::merged::{confirm, propose};
use db::Span;
use law::day;
use office::OfficeError;
use office::exports::Extract;
use office::extract::extract;
use office::registers::{Given, Registers, agree, take_step};
use office::registry::{InsuredSpan, Resident, Sex, Status, record, record_person};
use office::schema::MIGRATIONS;
use office::security::permit::{ConfirmRegister, ExportData, KeepRegister, RegisterFact};
use office::security::{Role, Session, authorize};

const CHARGED: &str = "insert into ledger (household_id, levy_year, entry_id, act_id, decision_id, debtor_id, fiscal_year, \
    instalment, due_on, method, debit, credit, medical_yen, support_yen, care_yen, child_yen) \
    values ($1, 2026, 1, $2, 1, $1, 2026, 1, '2026-06-30', 1, 1, 2, 60000, 30000, 0, 1000)";

fn people(store: &db::Store, clerk: &Session) {
    let permit = authorize::<RegisterFact>(clerk).unwrap();
    let acting = clerk.acting("試験", day(2026, 6, 1), 1, None);
    store
        .write(|conn| {
            let details = office::acts::ActDetails::default();
            let act = office::acts::begin(conn, &acting, &permit, "registry.register", &details)?;
            for id in [11, 12, 13, 14] {
                let resident = Resident {
                    status: Status::Resident,
                    name: format!("見本 {id}"),
                    kana: "ミホン".to_owned(),
                    latin_name: None,
                    alias: None,
                    former_surname: None,
                    birth_on: day(1970, 1, 2),
                    birth_unknown: false,
                    sex: Sex::Male,
                    register_household: None,
                    relationship: "02".to_owned(),
                    postal_code: "1080014".to_owned(),
                    address: "東京都港区芝一丁目".to_owned(),
                    building: String::new(),
                    ward: String::new(),
                    resident_since: None,
                    withheld: id == 13,
                };
                record_person(conn, &act, id, 1, Span::since(day(1970, 1, 2)), &resident)?;
                let insured = InsuredSpan {
                    household_id: 1,
                    branch: id,
                    gain_cause: "01".to_owned(),
                    gain_reported_on: None,
                    loss_cause: None,
                    loss_event_on: None,
                    loss_reported_on: None,
                };
                record(conn, &act, id, Span::since(day(2020, 4, 1)), &insured)?;
                // Each owes the year's amount of a household of that number.
                conn.execute_text(CHARGED, &[id.into(), act.id.0.into()])?;
            }
            Ok::<_, OfficeError>(())
        })
        .unwrap();
}

fn given(pairs: &[(&str, &str)]) -> Given {
    pairs
        .iter()
        .map(|(field, value)| ((*field).to_owned(), (*value).to_owned()))
        .collect()
}

// covers: SEC-017, SEC-052
#[test]
fn nothing_is_extracted_but_for_an_approved_request_by_whom_and_until_when_it_says() {
    for store in db::testing::both(MIGRATIONS).unwrap() {
        support::staff(&store);
        let (clerk, _) = support::staff_named(&store, "levy77", &[Role::Levy, Role::Supervisor]);
        let (other, _) = support::staff_named(&store, "levy78", &[Role::Levy]);
        let (one, _) = support::staff_named(&store, "keeper01", &[Role::Administrator, Role::Levy]);
        let (two, _) = support::staff_named(&store, "keeper02", &[Role::Supervisor, Role::Levy]);
        people(&store, &clerk);
        let when = (day(2026, 6, 1), 2);
        confirm(&store, propose(&store, (13, 14), when), when);
        let registers = Registers::shipped().unwrap();
        let register = registers.get("extraction").unwrap();
        let today = day(2026, 6, 15);
        let pull_at = |who: &Session, request, on, now| {
            let permit = authorize::<ExportData>(who).unwrap();
            let acting = who.acting("抽出", on, now, None);
            let cleared = cleared::<Extract>(&store, &acting, &permit);
            extract(&store, (&permit, &cleared), &acting, request)
        };
        let pull = |who: &Session, request, on| pull_at(who, request, on, 3);
        let step = |on, code: &str, values: &[(&str, &str)]| {
            let permit = authorize::<KeepRegister>(&one).unwrap();
            let acting = one.acting("台帳", today, 2, None);
            let what = (code, &given(values));
            store
                .write(|conn| take_step(conn, (&acting, &permit), register, on, what))
                .unwrap();
        };
        for (request, view) in [
            (1, "被保険者の一覧（生年・性別・取得日）"),
            (2, "生年別・性別の被保険者数"),
            (3, "世帯別の年額"),
        ] {
            step(
                None,
                "enter",
                &[
                    ("request_purpose", "保健事業の計画"),
                    ("ground", "国民健康保険法 第82条"),
                    ("view", view),
                    ("user_login", "levy77"),
                ],
            );
            assert!(
                pull(&clerk, request, today)
                    .unwrap_err()
                    .to_string()
                    .contains("二人の承認")
            );
            let number = format!("E-{request}");
            let approval = [
                ("approval_number", number.as_str()),
                ("use_until", "2026-06-30"),
            ];
            step(Some((request, 1)), "approve", &approval);
            assert!(
                pull(&clerk, request, today).is_err(),
                "one person is not two"
            );
            // Whoever will take the table does not agree to it.
            let permit = authorize::<ConfirmRegister>(&clerk).unwrap();
            let acting = clerk.acting("台帳", today, 2, None);
            let own = store.write(|conn| agree(conn, (&acting, &permit), register, (request, 2)));
            assert!(
                own.unwrap_err()
                    .to_string()
                    .contains("ほかの職員が行ってください")
            );
            let permit = authorize::<ConfirmRegister>(&two).unwrap();
            let acting = two.acting("台帳", today, 2, None);
            store
                .write(|conn| agree(conn, (&acting, &permit), register, (request, 2)))
                .unwrap();
            assert!(
                pull(&other, request, today)
                    .unwrap_err()
                    .to_string()
                    .contains("認められた職員")
            );
            let late = pull(&clerk, request, day(2026, 7, 1))
                .unwrap_err()
                .to_string();
            assert!(late.contains("利用期限"), "{late}");
            // A business date that was put back does not make the request last: the last day ends at midnight in Japan.
            let midnight = 1_782_831_600_000_000;
            let back = pull_at(&clerk, request, day(2026, 6, 30), midnight);
            assert!(back.unwrap_err().to_string().contains("利用期限"));
            let last = pull_at(&clerk, request, day(2026, 6, 30), midnight - 1);
            assert!(last.is_ok());
            let table = pull(&clerk, request, day(2026, 6, 30)).unwrap();
            let text = table.text;
            assert_eq!(table.rows, [2, 1, 2][usize::try_from(request).unwrap() - 1]);
            assert!(!text.contains("見本") && !text.contains("芝"), "{text}");
            match request {
                1 => assert_eq!(
                    text.lines().skip(1).collect::<Vec<_>>(),
                    ["11,1970,1,2020-04-01", "12,1970,1,2020-04-01"],
                    "whoever is under 支援措置 is left out, by any number"
                ),
                2 => assert_eq!(text.lines().nth(1).unwrap(), "1970,1,4"),
                _ => assert_eq!(
                    text.lines().skip(1).collect::<Vec<_>>(),
                    ["11,2026,91000", "12,2026,91000"],
                    "nor is their household's amount"
                ),
            }
        }
        assert!(pull(&clerk, 99, today).is_err());
        // However it came to be agreed to by them: neither of the two takes the table.
        let mut lax = register.clone();
        for step in &mut lax.steps {
            step.not_by = None;
        }
        for (request, login) in [(4, "keeper01"), (5, "keeper02")] {
            let keep = authorize::<KeepRegister>(&one).unwrap();
            let acting = one.acting("台帳", today, 2, None);
            let number = format!("E-{request}");
            let asked = [
                ("request_purpose", "保健事業の計画"),
                ("ground", "国民健康保険法 第82条"),
                ("view", "世帯別の年額"),
                ("user_login", login),
            ];
            let approval = [
                ("approval_number", number.as_str()),
                ("use_until", "2026-06-30"),
            ];
            let confirm = authorize::<ConfirmRegister>(&two).unwrap();
            let theirs = two.acting("台帳", today, 2, None);
            store
                .write(|conn| {
                    let given_now = given(&asked);
                    take_step(conn, (&acting, &keep), &lax, None, ("enter", &given_now))?;
                    let given_now = given(&approval);
                    let on = Some((request, 1));
                    take_step(conn, (&acting, &keep), &lax, on, ("approve", &given_now))?;
                    agree(conn, (&theirs, &confirm), &lax, (request, 2))
                })
                .unwrap();
            let who = if login == "keeper01" { &one } else { &two };
            let refused = pull(who, request, today).unwrap_err().to_string();
            assert!(refused.contains("自分では抽出できません"), "{refused}");
        }
    }
}
