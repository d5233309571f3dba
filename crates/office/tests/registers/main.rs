//! 台帳: declared as data, kept by one, agreed by two, overdue when nobody looks.
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

use db::testing::{self, TestStore};
use law::{Date, day};
use office::OfficeError;
use office::registers::{
    self, Entry, FieldKind, Given, Register, Registers, Taken, entries, entry, overdue, prove,
    take_step,
};
use office::schema::MIGRATIONS;
use office::security::permit::{ConfirmRegister, KeepRegister, Permit};
use office::security::{Role, Session, authorize};

struct Office {
    store: TestStore,
    registers: Registers,
    one: Session,
    two: Session,
}

fn office_on(store: TestStore) -> Office {
    support::staff(&store);
    let (one, _) = support::staff_named(&store, "keeper01", &[Role::Administrator]);
    let (two, _) = support::staff_named(&store, "keeper02", &[Role::Supervisor]);
    Office {
        store,
        registers: Registers::shipped().unwrap(),
        one,
        two,
    }
}

fn offices() -> Vec<Office> {
    testing::both(MIGRATIONS)
        .unwrap()
        .into_iter()
        .map(office_on)
        .collect()
}

fn given(pairs: &[(&str, &str)]) -> Given {
    pairs
        .iter()
        .map(|(field, value)| ((*field).to_owned(), (*value).to_owned()))
        .collect()
}

/// A right value for a field, different each time where it has to be.
fn sample(register: &Register, field: &str, turn: usize) -> String {
    let field = register.field(field).unwrap();
    match field.kind {
        FieldKind::Text | FieldKind::Evidence => format!("{} {turn}", field.name),
        FieldKind::Date => "2026-12-25".to_owned(),
        FieldKind::Number => "12".to_owned(),
        FieldKind::Choice => field.choices[turn % field.choices.len()].clone(),
        FieldKind::Checklist => field.choices.join("\n"),
    }
}

impl Office {
    fn step(
        &self,
        who: &Session,
        register: &str,
        on: Option<(i64, i64)>,
        (step, given): (&str, &Given),
        today: Date,
    ) -> Result<Taken, OfficeError> {
        let register = self.registers.get(register)?;
        let permit: Permit<KeepRegister> = authorize(who)?;
        let acting = who.acting("台帳管理", today, 1, None);
        self.store
            .write(|conn| take_step(conn, (&acting, &permit), register, on, (step, given)))
    }

    fn agree(&self, who: &Session, register: &str, entry_id: i64) -> Result<(), OfficeError> {
        let seen = self.entry(entry_id).steps();
        self.agree_to(who, register, (entry_id, seen))
    }

    /// Agrees to an entry of which so many steps were seen.
    fn agree_to(&self, who: &Session, register: &str, seen: (i64, i64)) -> Result<(), OfficeError> {
        let register = self.registers.get(register)?;
        let permit: Permit<ConfirmRegister> = authorize(who)?;
        let acting = who.acting("台帳管理", day(2026, 11, 20), 1, None);
        self.store
            .write(|conn| registers::agree(conn, (&acting, &permit), register, seen))
    }

    fn entry(&self, entry_id: i64) -> Entry {
        self.store
            .read(|conn| entry(conn, entry_id))
            .unwrap()
            .unwrap()
    }

    /// Takes a step and, where it is asked for, has it agreed to; everything in it is a sample.
    fn take(
        &self,
        register: &Register,
        on: Option<i64>,
        step: &str,
        change: &[(&str, &str)],
        today: Date,
    ) -> i64 {
        let declared = register
            .steps
            .iter()
            .find(|found| found.code == step)
            .unwrap();
        let turn = on.map_or_else(
            || usize::try_from(today.day()).unwrap(),
            |id| usize::try_from(id).unwrap(),
        );
        let mut values: Given = declared
            .asks
            .iter()
            .map(|field| (field.clone(), sample(register, field, turn)))
            .collect();
        values.extend(given(change));
        let seen = on.map(|id| (id, self.entry(id).steps()));
        let taken = self
            .step(&self.one, &register.code, seen, (step, &values), today)
            .unwrap_or_else(|error| panic!("{} {step}: {error}", register.name));
        match taken {
            Taken::Done(entry_id) => entry_id,
            Taken::AwaitsSecond(entry_id) => {
                let alone = self.agree(&self.one, &register.code, entry_id).unwrap_err();
                assert!(alone.to_string().contains("ほかの職員"), "{alone}");
                self.agree(&self.two, &register.code, entry_id).unwrap();
                entry_id
            }
        }
    }
}

// covers: SEC-041, SEC-042, SEC-043, SEC-048, SEC-053, SEC-060, SEC-061, SEC-078, SEC-082, SEC-083, SEC-086, SEC-092, SEC-103, SEC-104
#[test]
fn every_register_can_be_kept_from_its_first_step_to_its_last() {
    let office = office_on(testing::memory(MIGRATIONS).unwrap());
    let today = day(2026, 11, 20);
    for register in office.registers.iter() {
        assert!(!register.rows.is_empty() && !register.owner.is_empty());
        let opening = register.opening().unwrap();
        let entry_id = office.take(register, None, &opening.code, &[], today);
        // The shortest way: a step that leads on, preferring one that has not been taken.
        let mut way = vec![opening.code.clone()];
        while !office.entry(entry_id).closed {
            let state = office.entry(entry_id).state;
            let next = register
                .steps_from(&state)
                .filter(|step| !way.contains(&step.code))
                .min_by_key(|step| {
                    (
                        step.closes && register.steps_from(&state).count() > 1,
                        step.to == state,
                    )
                })
                .unwrap_or_else(|| panic!("{}: no way on from {state}", register.name));
            way.push(next.code.clone());
            office.take(register, Some(entry_id), &next.code, &[], today);
        }
        let entry = office.entry(entry_id);
        assert_eq!(entry.history.len(), way.len());
        assert_eq!(entry.waiting, None);
        // What is closed is closed.
        let last = register.steps.iter().find(|step| step.closes).unwrap();
        let again = office.step(
            &office.one,
            &register.code,
            Some((entry_id, entry.steps())),
            (&last.code, &Given::new()),
            today,
        );
        assert!(again.is_err(), "{}", register.name);
    }
    let outsourced = office.registers.get("outsourcing").unwrap();
    assert_eq!(
        outsourced.field("item").unwrap().choices.len(),
        7,
        "委託事項は7件"
    );
}

/// Told of a step before it is taken, and where it would be taken.
type Look<'l> = dyn FnMut(&registers::Step, Option<(i64, i64)>) + 'l;

/// The way to the end by steps not yet taken; `look` sees each step before it is taken, and where it would be taken.
fn walk(office: &Office, register: &Register, today: Date, look: &mut Look<'_>) {
    let opening = register.opening().unwrap();
    look(opening, None);
    let id = office.take(register, None, &opening.code, &[], today);
    let mut taken = vec![opening.code.clone()];
    while !office.entry(id).closed {
        let entry = office.entry(id);
        let next = register
            .steps_from(&entry.state)
            .filter(|step| !taken.contains(&step.code))
            .min_by_key(|step| step.closes)
            .unwrap();
        look(next, Some((id, entry.steps())));
        taken.push(next.code.clone());
        office.take(register, Some(id), &next.code, &[], today);
    }
}

// covers: SEC-027, SEC-031, SEC-037, SEC-077, SEC-079, SEC-087, SEC-091, SEC-094
#[test]
fn no_step_is_taken_without_each_thing_it_asks_for() {
    let office = office_on(testing::memory(MIGRATIONS).unwrap());
    let today = day(2026, 11, 20);
    let mut refused = 0;
    for register in office.registers.iter() {
        walk(&office, register, today, &mut |step, on| {
            let turn = on.map_or(20, |(id, _)| usize::try_from(id).unwrap());
            let whole: Given = step
                .asks
                .iter()
                .map(|field| (field.clone(), sample(register, field, turn)))
                .collect();
            for code in &step.asks {
                let field = register.field(code).unwrap();
                let mut told = vec![(String::new(), field.name.clone())];
                for choice in &field.choices {
                    if field.kind == FieldKind::Checklist {
                        let rest: Vec<&str> = field
                            .choices
                            .iter()
                            .filter(|one| *one != choice)
                            .map(String::as_str)
                            .collect();
                        told.push((rest.join("\n"), choice.clone()));
                    }
                }
                for (value, named) in told {
                    let mut short = whole.clone();
                    short.insert(code.clone(), value);
                    let answer = office
                        .step(&office.one, &register.code, on, (&step.code, &short), today)
                        .expect_err(&format!("{} {} without {named}", register.name, step.name))
                        .to_string();
                    assert!(answer.contains(&named), "{}: {answer}", register.name);
                    refused += 1;
                }
            }
        });
    }
    assert!(refused > 150, "{refused}");
    // What the rows name is among it.
    let has = |register: &str, field: &str, choice: &str| {
        let register = office.registers.get(register).unwrap();
        let asked = register
            .steps
            .iter()
            .any(|step| step.asks.contains(&field.to_owned()));
        let field = register.field(field).unwrap();
        asked && (choice.is_empty() || field.choices.iter().any(|one| one.contains(choice)))
    };
    for (register, field, choice) in [
        ("printout", "purpose", ""),
        ("printout", "destroyed_how", ""),
        ("check", "items", "来庁者から見えない"),
        ("check", "finding", ""),
        ("check", "kind", "内部監査"),
        ("cloud", "requirements", "27017"),
        ("cloud", "requirements", "27018"),
        ("cloud", "requirements", "CSマーク・ゴールド"),
        ("cloud", "requirements", "ISMAP"),
        ("cloud", "requirements", "国内保管"),
        ("cloud", "requirements", "責任共有"),
        ("cloud", "evidence", ""),
        ("visit", "visitor", ""),
        ("visit", "entry_check", "監視カメラ"),
        ("visit", "entry_check", "生体認証"),
        ("brought", "permit_number", ""),
        ("migration", "done", "移行以外のファイル"),
        ("outsourcing", "selection", "個人情報保護の体制"),
    ] {
        assert!(has(register, field, choice), "{register} {field} {choice}");
    }
}

// covers: SEC-031, SEC-037, SEC-073
#[test]
fn a_check_is_reminded_of_until_its_result_stands_and_nothing_is_taken_out_before_two_allow_it() {
    for office in offices() {
        let today = day(2026, 11, 20);
        let check = office.registers.get("check").unwrap();
        let plan = [("kind", "自己点検"), ("planned_on", "2026-12-10")];
        let id = office.take(check, None, "plan", &plan, today);
        let late = |on| office.store.read(|conn| overdue(conn, on)).unwrap();
        assert_eq!(late(day(2026, 12, 10)), []);
        assert_eq!(late(day(2026, 12, 11))[0].entry_id, id);
        office.take(check, Some(id), "pass", &[("finding", "すべて適")], today);
        assert_eq!(late(day(2026, 12, 11)), []);
        let kept = office.entry(id);
        assert_eq!(kept.values["finding"], "すべて適");
        assert!(kept.values["items"].contains("画面は来庁者から見えない"));

        let device = office.registers.get("device").unwrap();
        let id = office.take(device, None, "enter", &[], today);
        let removal = [
            ("permit_number", ""),
            ("reason", "訪問調査"),
            ("taken_out_until", "2026-12-01"),
        ];
        let take_out = |values: &[(&str, &str)]| {
            let seen = Some((id, office.entry(id).steps()));
            let what = ("permit_removal", &given(values));
            office.step(&office.one, "device", seen, what, today)
        };
        let bare = take_out(&removal).unwrap_err().to_string();
        assert!(bare.contains("許可番号"), "{bare}");
        let mut permitted = removal;
        permitted[0].1 = "持出 8-1";
        assert_eq!(take_out(&permitted).unwrap(), Taken::AwaitsSecond(id));
        assert_eq!(office.entry(id).state, "設置中", "one person is not two");
        office.agree(&office.two, "device", id).unwrap();
        assert_eq!(office.entry(id).state, "持出し中");
    }
}

// covers: SEC-050, SEC-052, SEC-054, SEC-055, SEC-090
#[test]
fn nothing_is_copied_to_a_medium_that_two_people_have_not_approved() {
    for office in offices() {
        let media = office.registers.get("media").unwrap();
        let may = |approval: &str| {
            office
                .store
                .read(|conn| prove::may_copy_to(conn, ("USB-01", approval), day(2026, 11, 27)))
                .map(|entry| entry.entry_id)
        };
        assert!(
            may("A-1")
                .unwrap_err()
                .to_string()
                .contains("媒体管理簿にありません")
        );
        let today = day(2026, 11, 20);
        let id = office.take(media, None, "enter", &[("medium_number", "USB-01")], today);
        assert!(may("A-1").unwrap_err().to_string().contains("保管中"));
        let values = [
            ("purpose", "国保連への提出"),
            ("user", "keeper01"),
            ("approval_number", "A-1"),
            ("protection", "暗号化した"),
            ("return_on", "2026-11-27"),
        ];
        let approve = |values: &[(&str, &str)]| {
            office.step(
                &office.one,
                "media",
                Some((id, 1)),
                ("approve", &given(values)),
                today,
            )
        };
        let half = approve(&values).unwrap_err().to_string();
        assert!(half.contains("パスワードを別の経路で渡す"), "{half}");
        let mut whole = values;
        whole[3].1 = "暗号化した\nパスワードを別の経路で渡す";
        assert_eq!(approve(&whole).unwrap(), Taken::AwaitsSecond(id));
        assert!(may("A-1").is_err(), "one person is not enough");
        office.agree(&office.two, "media", id).unwrap();
        assert_eq!(may("A-1").unwrap(), id);
        assert!(may("A-2").is_err(), "another approval");
        let after = day(2026, 11, 28);
        let late = office
            .store
            .read(|conn| prove::may_copy_to(conn, ("USB-01", "A-1"), after));
        assert!(late.unwrap_err().to_string().contains("返却期限"));
        // Not brought back in time.
        let late = |on| office.store.read(|conn| overdue(conn, on)).unwrap();
        assert_eq!(late(day(2026, 11, 27)), []);
        assert_eq!(late(day(2026, 11, 28))[0].entry_id, id);
        office.take(media, Some(id), "give_back", &[], today);
        assert!(may("A-1").is_err());
        office.take(
            media,
            Some(id),
            "destroy",
            &[("erasure_method", "物理的な破砕")],
            today,
        );
        assert!(may("A-1").unwrap_err().to_string().contains("廃棄済"));
        let history = &office.entry(id).history;
        assert_eq!(
            history.last().unwrap().given["erasure_method"],
            "物理的な破砕"
        );
        assert_eq!(history.last().unwrap().second, Some(office.two.staff_id()));
        let twice = office.step(
            &office.one,
            "media",
            None,
            (
                "enter",
                &given(&[
                    ("medium_number", "USB-01"),
                    ("medium_kind", "USBメモリ"),
                    ("storage_place", "金庫"),
                    ("key_holder", "係長"),
                ]),
            ),
            today,
        );
        assert!(twice.unwrap_err().to_string().contains("登録されています"));
    }
}

// covers: SEC-084, SEC-085, SEC-101
#[test]
fn without_every_attachment_and_clause_no_subcontract_is_permitted() {
    let office = office_on(testing::memory(MIGRATIONS).unwrap());
    let today = day(2026, 11, 20);
    let ask = |attachments: &str| {
        let values = given(&[
            ("contract_number", "R8-001"),
            ("subcontractor", "再委託先"),
            ("reason", "繁忙期の入力"),
            ("attachments", attachments),
        ]);
        office.step(&office.one, "subcontract", None, ("apply", &values), today)
    };
    let all = office
        .registers
        .get("subcontract")
        .unwrap()
        .field("attachments")
        .unwrap()
        .choices
        .clone();
    for left_out in &all {
        let rest: Vec<&str> = all
            .iter()
            .map(String::as_str)
            .filter(|choice| choice != left_out)
            .collect();
        let refused = ask(&rest.join("\n")).unwrap_err().to_string();
        assert!(refused.contains(left_out.as_str()), "{refused}");
    }
    assert_eq!(ask(&all.join("\n")).unwrap(), Taken::Done(1));
    let bare = office.step(
        &office.one,
        "subcontract",
        Some((1, 1)),
        (
            "permit",
            &given(&[("decision", "決裁 R8-55"), ("clauses", "秘密保持")]),
        ),
        today,
    );
    assert!(bare.unwrap_err().to_string().contains("持出しの禁止"));
}

// covers: SEC-098, SEC-099, SEC-100, SEC-081, DOC-020
#[test]
fn who_is_not_trained_and_whether_there_was_a_serious_incident_is_asked_of_the_registers() {
    for office in offices() {
        let today = day(2026, 11, 20);
        let logins = ["keeper01".to_owned(), "keeper02".to_owned()];
        let untrained = |on| {
            office
                .store
                .read(|conn| prove::untrained(conn, &logins, on))
                .unwrap()
        };
        assert_eq!(untrained(today).len(), 2);
        let training = office.registers.get("training").unwrap();
        let id = office.take(
            training,
            None,
            "plan",
            &[("staff_login", "keeper01"), ("planned_on", "2026-12-01")],
            today,
        );
        assert_eq!(
            office
                .store
                .read(|conn| overdue(conn, day(2026, 12, 2)))
                .unwrap()
                .len(),
            1
        );
        office.take(
            training,
            Some(id),
            "finish",
            &[("finished_on", "2026-11-20")],
            today,
        );
        assert_eq!(untrained(today), ["keeper02"]);
        assert_eq!(untrained(day(2027, 11, 19)), ["keeper02"]);
        assert_eq!(
            untrained(day(2027, 11, 20)).len(),
            2,
            "a year later it is to be done again"
        );

        let incidents = office.registers.get("incident").unwrap();
        let serious = |on, years| {
            office
                .store
                .read(|conn| prove::serious_incident_within(conn, on, years))
                .unwrap()
        };
        assert!(!serious(today, 3));
        office.take(
            incidents,
            None,
            "open",
            &[("occurred_on", "2026-11-01"), ("gravity", "ヒヤリハット")],
            today,
        );
        assert!(!serious(today, 3));
        let id = office.take(
            incidents,
            None,
            "open",
            &[("occurred_on", "2026-11-19"), ("gravity", "重大事故")],
            today,
        );
        assert!(serious(day(2026, 11, 19).saturating_add(jiff_days(364)), 1));
        assert!(!serious(
            day(2026, 11, 19).saturating_add(jiff_days(366)),
            1
        ));
        assert!(serious(day(2028, 11, 19), 3));
        assert!(!serious(day(2029, 11, 19), 3));
        // The first report is due in three days; then the second.
        let due = |id| office.entry(id).due_on.unwrap();
        assert_eq!(due(id), day(2026, 11, 23));
        office.take(incidents, Some(id), "report", &[], today);
        assert_eq!(due(id), day(2026, 12, 17));
    }
}

fn jiff_days(days: i64) -> jiff::Span {
    jiff::Span::new().days(days)
}

#[test]
fn a_stale_page_a_waiting_step_a_stranger_field_and_a_wrong_state_are_told() {
    for office in offices() {
        let today = day(2026, 11, 20);
        let question = given(&[("kind", "その他"), ("question", "どこへ請求しますか")]);
        let opened = office
            .step(&office.one, "inquiry", None, ("receive", &question), today)
            .unwrap();
        assert_eq!(opened, Taken::Done(1));
        let answer = given(&[("answer", "市政情報課へ")]);
        let stale = office.step(
            &office.one,
            "inquiry",
            Some((1, 0)),
            ("answer", &answer),
            today,
        );
        assert!(matches!(stale, Err(OfficeError::Conflict(_))), "{stale:?}");
        let stranger = given(&[("answer", "x"), ("kind", "その他")]);
        assert!(
            office
                .step(
                    &office.one,
                    "inquiry",
                    Some((1, 1)),
                    ("answer", &stranger),
                    today
                )
                .is_err()
        );
        assert!(
            office
                .step(
                    &office.one,
                    "inquiry",
                    Some((1, 1)),
                    ("receive", &question),
                    today
                )
                .is_err()
        );
        assert!(
            office
                .step(&office.one, "inquiry", None, ("answer", &answer), today)
                .is_err()
        );
        assert!(
            office
                .step(
                    &office.one,
                    "media",
                    Some((1, 1)),
                    ("approve", &answer),
                    today
                )
                .is_err()
        );
        assert!(
            office
                .step(&office.one, "nothing", None, ("x", &answer), today)
                .is_err()
        );
        let wrong_kind = given(&[("kind", "苦情"), ("question", "?")]);
        let refused = office.step(
            &office.one,
            "inquiry",
            None,
            ("receive", &wrong_kind),
            today,
        );
        assert!(
            refused
                .unwrap_err()
                .to_string()
                .contains("から選んでください")
        );
        // A step that waits can be turned down, with a reason; the entry is as it was.
        let request = given(&[
            ("request_number", "K-1"),
            ("kind", "開示"),
            ("person_number", "1"),
            ("form", "様式1"),
            ("identity", "本人"),
        ]);
        office
            .step(
                &office.one,
                "disclosure",
                None,
                ("receive", &request),
                today,
            )
            .unwrap();
        let decide = given(&[("decision", "一部"), ("letter", "通知1")]);
        office
            .step(
                &office.one,
                "disclosure",
                Some((2, 1)),
                ("decide", &decide),
                today,
            )
            .unwrap();
        let meanwhile = office.step(
            &office.one,
            "disclosure",
            Some((2, 2)),
            ("extend", &given(&[("letter", "x")])),
            today,
        );
        assert!(meanwhile.unwrap_err().to_string().contains("二人目の確認"));
        let register = office.registers.get("disclosure").unwrap();
        let permit: Permit<ConfirmRegister> = authorize(&office.two).unwrap();
        let acting = office.two.acting("台帳管理", today, 1, None);
        let down = |reason: &str| {
            office.store.write(|conn| {
                registers::turn_down(conn, (&acting, &permit), register, ((2, 2), reason))
            })
        };
        assert!(down(" ").is_err());
        down("理由の記載が足りない").unwrap();
        assert!(matches!(down("もう一度"), Err(OfficeError::Conflict(_))));
        let entry = office.entry(2);
        assert_eq!((entry.state.as_str(), entry.closed), ("審査中", false));
        assert!(!entry.values.contains_key("decision"));
        assert_eq!(
            office
                .store
                .read(|conn| entries(conn, "disclosure"))
                .unwrap()
                .len(),
            1
        );
    }
}

#[test]
fn a_register_that_leads_nowhere_is_not_taken() {
    let right = "[[register]]\ncode='x'\nname='試験'\npurpose='p'\nowner='o'\nrows=['SEC-001']\n\
                 [[register.field]]\ncode='a'\nname='項目'\nkind='text'\n\
                 [[register.step]]\ncode='open'\nname='開く'\nto='中'\nasks=['a']\n\
                 [[register.step]]\ncode='close'\nname='閉じる'\nfrom=['中']\nto='済'\ncloses=true\n";
    assert!(Registers::default().add(right).is_ok());
    for (from, to) in [
        ("asks=['a']", "asks=['b']"),
        ("from=['中']", "from=['外']"),
        ("from=['中']\n", ""),
        ("closes=true", "closes=false"),
        ("kind='text'", "kind='choice'"),
        ("kind='text'", "kind='text'\nchoices=['x']"),
        ("kind='text'", "kind='float'"),
        ("to='中'", "to='中'\ndue_days=3\ndue_field='a'"),
        ("owner='o'", "owner='o'\nunknown='y'"),
    ] {
        let wrong = right.replacen(from, to, 1);
        assert_ne!(wrong, right, "{from}");
        assert!(Registers::default().add(&wrong).is_err(), "{to}");
    }
}

// covers: SEC-054, SEC-097, SEC-099
#[test]
fn what_is_overdue_goes_onto_the_work_list_once_and_the_report_names_what_was_exercised_last() {
    use office::registers::{control, remind};
    use office::security::permit::HandleWork;
    for office in offices() {
        let device = office.registers.get("device").unwrap();
        let today = day(2026, 11, 20);
        let id = office.take(device, None, "enter", &[], today);
        let out = [("taken_out_until", "2026-11-25")];
        office.take(device, Some(id), "permit_removal", &out, today);
        let (chief, _) =
            support::staff_named(&office.store, "chief77", &[Role::EligibilitySupervisor]);
        let permit: Permit<HandleWork> = authorize(&chief).unwrap();
        let on = |date| {
            let acting = chief.acting("期限の確認", date, 5, None);
            remind::remind(&office.store, &permit, &acting, &office.registers).unwrap()
        };
        assert_eq!(on(day(2026, 11, 25)), 0, "the day itself is in time");
        assert_eq!((on(day(2026, 11, 26)), on(day(2026, 11, 27))), (1, 0));
        let report = office
            .store
            .read(|conn| control::report(conn, &office.registers))
            .unwrap();
        let of = |row: &str, name: &str| {
            let found = report.iter().find(|one| one.row == row && one.name == name);
            found.unwrap_or_else(|| panic!("{row} {name}")).last.clone()
        };
        assert!(
            of("SEC-073", "機器管理台帳")
                .unwrap()
                .1
                .contains(&format!("{id}番"))
        );
        assert_eq!(of("SEC-048", "媒体管理簿"), None);
        assert!(of("SEC-005", "職員IDと権限の登録・失効").is_some());
    }
}

/// What the report asks for is what the program writes.
#[test]
fn every_act_of_the_report_is_one_that_the_program_knows() {
    fn text(folder: &std::path::Path, into: &mut String) {
        for one in std::fs::read_dir(folder).unwrap() {
            let path = one.unwrap().path();
            if path.is_dir() {
                text(&path, into);
            } else if path.extension().is_some_and(|end| end == "rs") {
                into.push_str(&std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut code = String::new();
    text(
        &std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut code,
    );
    for control in office::registers::control::shipped().unwrap() {
        assert!(!control.acts.is_empty() || !control.accesses.is_empty());
        let words = control
            .acts
            .iter()
            .chain(control.accesses.iter().map(|(what, _)| what));
        for word in words {
            assert!(
                code.contains(&format!("\"{word}\"")),
                "{}: {word}",
                control.name
            );
        }
    }
}
