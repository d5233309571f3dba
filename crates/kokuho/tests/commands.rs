//! Commands of the binary: what reads or changes records asks who, says no to whoever may not, and writes either down.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use db::{Span, Store};
use office::security::hours::{self, Days, Hours};
use office::security::login::command_session;
use office::security::permit::ManageStaff;
use office::security::post::{self, Placed, Post, PostKind};
use office::security::{Role, authorize};
use std::fs;
use std::process::{Command, Output};
use support::ran::Folder;
use support::{KOKUHO, WARD, fill, namespace, numbers, texts};

fn run(store: &Store, staff: &str, words: &[&str]) -> Output {
    Command::new(KOKUHO)
        .args(words)
        .args(["--store", &store.url().with_password()])
        .args(["--city", WARD, "--as", staff, "--business-date", "20260720"])
        .output()
        .unwrap()
}

fn complaint(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn lines(store: &Store) -> i64 {
    numbers(store, "select count(*) from access_log")[0]
}

fn last_line(store: &Store) -> String {
    let text = "select coalesce(s.login, '') || ' ' || l.what || ' ' || l.outcome || ' ' || l.purpose from access_log l \
                left join staff s on s.staff_id = l.staff_id order by l.entry_id desc limit 1";
    texts(store, text).pop().unwrap()
}

/// Commands that show something, with the functions of which one has to be held.
const LOOKS: &[(&[&str], &[&str])] = &[
    (&["levy", "list"], &["levy.view"]),
    (&["levy", "compare", "1", "2"], &["levy.view"]),
    (
        &["judgement", "list"],
        &["judgement.run", "eligibility.approve"],
    ),
    (
        &["judgement", "changes", "1"],
        &["judgement.run", "eligibility.approve"],
    ),
    (
        &["renewal", "list"],
        &["certificate.run", "certificate.approve"],
    ),
    (
        &["renewal", "summary", "1"],
        &["certificate.run", "certificate.approve"],
    ),
    (
        &["renewal", "delta", "1"],
        &["certificate.run", "certificate.approve"],
    ),
    (&["statistics", "--year", "2026"], &["registry.view"]),
    (&["messages", "list"], &["work.handle"]),
    (&["messages", "check"], &["work.handle"]),
    (
        &["retention", "due"],
        &["retention.propose", "retention.approve"],
    ),
    (&["backup", "list"], &["backup.make"]),
    (&["audit", "check"], &["security.audit"]),
    (
        &["verify", "--year", "2026"],
        &["levy.view", "security.audit"],
    ),
    (&["doctor"], &["security.staff", "security.audit"]),
    (
        &[
            "provisions",
            "given",
            "--from",
            "20260401",
            "--to",
            "20270331",
        ],
        &["security.audit"],
    ),
];

// covers: SEC-003, SEC-033
#[test]
fn every_command_that_shows_records_asks_who_and_writes_it_down() {
    let city = namespace("sqlite");
    fill(&city, 3);
    let logins = ["kanri", "tanto", "kacho", "mado", "kansa"];
    let roles = |login: &str| -> Vec<Role> {
        let session = city
            .read(|conn| command_session(conn, login, "test", 0))
            .unwrap();
        session.roles().to_vec()
    };
    for (words, functions) in LOOKS {
        let may = |login: &&&str| {
            roles(login)
                .iter()
                .any(|role| functions.iter().any(|function| role.holds(function)))
        };
        let one = *logins.iter().find(may).expect("somebody who may");
        let other = *logins
            .iter()
            .find(|login| !may(login))
            .expect("somebody who may not");
        let before = lines(&city);
        let refused = run(&city, other, words);
        assert!(!refused.status.success(), "{words:?} as {other}");
        assert!(
            complaint(&refused).contains("権限がありません"),
            "{words:?}: {}",
            complaint(&refused)
        );
        assert!(
            refused.stdout.is_empty(),
            "{words:?} shows something to {other}"
        );
        assert_eq!(lines(&city), before + 1, "{words:?}");
        let line = last_line(&city);
        assert!(
            line.starts_with(&format!("{other} ")) && line.contains(" refused kokuho "),
            "{line}"
        );
        let shown = run(&city, one, words);
        assert!(
            !complaint(&shown).contains("権限がありません"),
            "{words:?} as {one}: {}",
            complaint(&shown)
        );
        assert_eq!(lines(&city), before + 2, "{words:?}");
        let line = last_line(&city);
        let command = format!("kokuho {}", words[..words.len().min(2)].join(" "));
        let command = command.trim_end_matches(" --year");
        assert!(
            line.starts_with(&format!("{one} ")) && line.ends_with(&format!(" shown {command}")),
            "{line}"
        );
        // Nobody in particular sees nothing.
        let nobody = run(&city, "", words);
        assert!(
            !nobody.status.success() && nobody.stdout.is_empty(),
            "{words:?}"
        );
    }
    // What changes records is refused and written down, too.
    let before = lines(&city);
    let refused = run(&city, "mado", &["levy", "run", "--year", "2026"]);
    assert!(complaint(&refused).contains("権限がありません"));
    assert_eq!(lines(&city), before + 1);
    assert_eq!(last_line(&city), "mado levy.run refused kokuho");
}

/// Files of commands in which a namespace is opened without a question, and why.
const NOBODY_ASKED: &[(&str, &str)] = &[
    ("serve.rs", "the pages ask"),
    ("staff.rs", "`first` works only where there is no account"),
];

#[test]
fn no_command_opens_the_records_without_asking() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/commands");
    let mut asked = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&path).unwrap();
        for body in text.split("\nfn ").flat_map(|part| part.split("\npub fn ")) {
            if !body.contains("namespace.open()")
                || NOBODY_ASKED.iter().any(|(file, _)| *file == name)
            {
                continue;
            }
            let opened = body.matches("namespace.open()").count();
            let questions = ["edge::look", "edge::permit::", "Door::<"]
                .iter()
                .map(|question| body.matches(question).count())
                .sum::<usize>();
            let function = body.lines().next().unwrap();
            assert!(
                questions >= opened,
                "{name}: {function} opens {opened} and asks {questions}"
            );
            asked += opened;
        }
    }
    assert!(asked > 30, "{asked}");
}

#[test]
fn the_first_administrator_is_made_once_and_has_to_choose_a_password() {
    let city = namespace("sqlite");
    let empty = run(&city, "", &["doctor"]);
    assert!(
        String::from_utf8_lossy(&empty.stdout).contains("kokuho staff first"),
        "{}",
        complaint(&empty)
    );
    let first = [
        "staff",
        "first",
        "--login",
        "kanri01",
        "--name",
        "見本 管理",
    ];
    let made = run(&city, "", &first);
    assert!(made.status.success(), "{}", complaint(&made));
    let said = String::from_utf8_lossy(&made.stdout).into_owned();
    let password = said
        .split("最初のパスワード ")
        .nth(1)
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .to_owned();
    assert_eq!(password.len(), 19, "{password}");
    assert_eq!(numbers(&city, "select must_change from staff"), [1]);
    let again = run(
        &city,
        "",
        &["staff", "first", "--login", "kanri02", "--name", "見本"],
    );
    assert!(
        complaint(&again).contains("既に登録されています"),
        "{}",
        complaint(&again)
    );
    assert_eq!(numbers(&city, "select count(*) from staff"), [1]);
    for text in [
        "select note from act",
        "select what || purpose from access_log",
    ] {
        let rows = texts(&city, text);
        assert!(!rows.iter().any(|row| row.contains(&password)), "{text}");
    }
    assert!(run(&city, "kanri01", &["doctor"]).status.success());
}

// covers: SEC-012
#[test]
fn a_command_has_what_the_pages_have_today_and_the_night_runs_at_night() {
    let city = namespace("sqlite");
    fill(&city, 1);
    let now = {
        #[allow(clippy::disallowed_methods, reason = "the binary reads the clock")]
        jiff::Timestamp::now().as_microsecond()
    };
    let (today, _) = hours::in_japan(now);
    let admin = city
        .read(|conn| command_session(conn, "kanri", "test", now))
        .unwrap();
    let permit = authorize::<ManageStaff>(&admin).unwrap();
    let acting = admin.acting("発令", today, now, None);
    let tanto = city
        .read(|conn| command_session(conn, "tanto", "test", now))
        .unwrap()
        .staff_id();
    let place = |roles: &[Role]| {
        let post = Post {
            kind: PostKind::Regular,
            roles: roles.to_vec(),
            ward: String::new(),
            ground: "令和8年発令第12号".to_owned(),
        };
        let span = Span::since(today.yesterday().unwrap());
        let placed = city
            .write(|conn| post::place(conn, &acting, &permit, tanto, (span, &post)))
            .unwrap();
        assert_eq!(placed, Placed::Holds);
    };
    let levies = || run(&city, "tanto", &["levy", "run", "--year", "2026"]);
    assert!(levies().status.success(), "{}", complaint(&levies()));
    // The role it was opened with is taken away.
    place(&[Role::Eligibility]);
    assert!(complaint(&levies()).contains("権限がありません"));
    // Outside the hours of use somebody's command is refused; what the machine starts by itself is not.
    for day in [today, today.tomorrow().unwrap()] {
        let none = Hours {
            role: Role::Eligibility,
            days: Days::Day(day),
            from_minute: 0,
            until_minute: 0,
        };
        city.write(|conn| hours::set(conn, &acting, &permit, (none, today)))
            .unwrap();
    }
    let statistics = run(&city, "tanto", &["statistics", "--year", "2026"]);
    assert!(
        complaint(&statistics).contains("利用可能時間"),
        "{}",
        complaint(&statistics)
    );
    for job in ["nightly", "remind"] {
        let done = run(&city, "tanto", &[job]);
        assert!(done.status.success(), "{job}: {}", complaint(&done));
    }
    // Retired: no command and no job.
    place(&[]);
    for words in [&["levy", "list"][..], &["nightly"], &["remind"]] {
        let told = complaint(&run(&city, "tanto", words));
        assert!(told.contains("発令の期間"), "{words:?}: {told}");
    }
}

/// Runs something that no command does on the tables.
fn alter(store: &Store, text: &str) {
    store.write(|conn| conn.execute_text(text, &[])).unwrap();
}

// covers: SEC-012
#[test]
fn whoever_let_the_password_lapse_gives_no_command_and_stops_no_night() {
    let city = namespace("sqlite");
    fill(&city, 1);
    let list = || run(&city, "tanto", &["levy", "list"]);
    assert!(list().status.success(), "{}", complaint(&list()));
    alter(
        &city,
        "update staff set password_set_at = 0 where login = 'tanto'",
    );
    let told = complaint(&list());
    assert!(
        told.contains("失効") && told.contains("kokuho staff password"),
        "{told}"
    );
    let night = run(&city, "tanto", &["remind"]);
    assert!(night.status.success(), "{}", complaint(&night));
}

// covers: SEC-012
#[test]
fn what_one_administrator_does_on_the_server_ends_with_the_second() {
    let city = namespace("sqlite");
    fill(&city, 1);
    // Accounts of the pages: opened, waiting for a post.
    alter(
        &city,
        "update staff set roles = '' where login in ('mado', 'kansa')",
    );
    let post = |staff: &str, login: &str, role: &str| {
        let words = [
            "staff",
            "post",
            "--login",
            login,
            "--role",
            role,
            "--from",
            "20200401",
            "--ground",
            "令和8年発令第1号",
        ];
        run(&city, staff, &words)
    };
    let doctor = || String::from_utf8_lossy(&run(&city, "kanri", &["doctor"]).stdout).into_owned();
    assert!(
        doctor().contains("ログインできるシステム管理者が1人です"),
        "{}",
        doctor()
    );
    assert!(!run(&city, "mado", &["messages", "list"]).status.success());
    // Nobody places themselves, and nobody but an administrator places anybody.
    assert!(complaint(&post("kanri", "kanri", "levy")).contains("自分自身"));
    assert!(complaint(&post("tanto", "mado", "counter")).contains("権限がありません"));
    let done = post("kanri", "mado", "counter");
    assert!(done.status.success(), "{}", complaint(&done));
    assert!(run(&city, "mado", &["messages", "list"]).status.success());
    let done = post("kanri", "kansa", "administrator");
    assert!(done.status.success(), "{}", complaint(&done));
    let kinds = texts(&city, "select kind from audit_alert where kind = 'placed'");
    assert_eq!(kinds.len(), 2, "an auditor is told of each");
    // There are two now: the pages would do.
    assert!(!doctor().contains("システム管理者が"), "{}", doctor());
    assert!(complaint(&post("kanri", "mado", "auditor")).contains("ほかにいます"));
    let again = |login: &str| run(&city, "kanri", &["staff", "password", "--login", login]);
    assert!(complaint(&again("kanri")).contains("ほかにいます"));
    // Both lapsed: one of them gets a first password on the server, and then gives it to the other on the pages.
    alter(
        &city,
        "update staff set password_set_at = 0 where login in ('kanri', 'kansa')",
    );
    assert!(
        doctor().is_empty(),
        "no command with a password that lapsed"
    );
    let given = again("kanri");
    let said = String::from_utf8_lossy(&given.stdout).into_owned();
    assert!(said.contains("最初のパスワード "), "{}", complaint(&given));
    assert!(
        doctor().contains("ログインできるシステム管理者が1人です"),
        "{}",
        doctor()
    );
    assert!(complaint(&again("kansa")).contains("ほかにいます"));
}

// covers: SEC-003
#[test]
fn a_command_on_one_person_or_household_asks_the_row_and_a_list_leaves_others_out() {
    let city = namespace("sqlite");
    fill(&city, 3);
    let household = numbers(&city, "select min(subject) from household_fact")[0].to_string();
    let person = numbers(&city, "select min(subject) from insured_fact")[0].to_string();
    alter(
        &city,
        &format!(
            "insert into outbox_message (message_id, layout, subject, valid_from, division, content, told, state, decided_on, \
             act_id, result_note) values (1, 'kss_person', {person}, '2026-06-01', 1, '', '', 'waiting', '2026-06-01', 1, '')"
        ),
    );
    let hold = |number: &str, of: &str| -> Vec<String> {
        [
            "retention",
            "hold",
            "--kind",
            "arrears",
            number,
            of,
            "--ground",
            "滞納処分",
            "--review-on",
            "20270401",
        ]
        .map(ToOwned::to_owned)
        .to_vec()
    };
    let placed = run(
        &city,
        "kanri",
        &hold("--person", &person)
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>(),
    );
    assert!(placed.status.success(), "{}", complaint(&placed));
    // From now on everybody has the rows of a ward in which nobody lives.
    alter(&city, "update staff set ward = '北区'");
    for (number, role) in (1..).zip(Role::ALL) {
        let key = office::security::setting::rows_key(role);
        alter(
            &city,
            &format!(
                "insert into security_setting (setting_no, key, value, set_at, act_id) values ({number}, '{key}', 'ward', 1, 1)"
            ),
        );
    }
    let words = |text: &str| -> Vec<String> { text.split(' ').map(ToOwned::to_owned).collect() };
    let orders: Vec<(&str, Vec<String>)> = vec![
        (
            "tanto",
            words(&format!("levy relevy {household} --reason 試験")),
        ),
        ("tanto", words("messages resend 1")),
        ("kanri", hold("--person", &person)),
        ("kanri", hold("--household", &household)),
        ("kanri", words("retention release 1 --reason 完納")),
    ];
    for (staff, order) in orders {
        let order: Vec<&str> = order.iter().map(String::as_str).collect();
        let before = lines(&city);
        let refused = run(&city, staff, &order);
        assert!(
            complaint(&refused).contains("担当する区か案件"),
            "{order:?}: {}",
            complaint(&refused)
        );
        assert!(refused.stdout.is_empty(), "{order:?}");
        assert_eq!(lines(&city), before + 1, "{order:?}");
        assert!(
            last_line(&city).contains(" refused "),
            "{}",
            last_line(&city)
        );
    }
    // What holds everybody is for whoever may open everybody.
    let folder = Folder::new("whole-town");
    let out = folder.at("out");
    let files = [
        ("tanto", format!("messages export --out {out}")),
        ("tanto", format!("export levies --year 2026 --out {out}")),
        (
            "tanto",
            format!("changes --from 20260601 --to 20260630 --out {out}"),
        ),
        (
            "tanto",
            format!("handover --out {out} insured --request-number 移行8-1"),
        ),
        (
            "tanto",
            format!("pension request --year 2026 --month 8 --out {out}"),
        ),
    ];
    for (staff, order) in files {
        let order = words(&order);
        let order: Vec<&str> = order.iter().map(String::as_str).collect();
        let before = lines(&city);
        let refused = run(&city, staff, &order);
        assert!(
            complaint(&refused).contains("団体全体の人が載ります"),
            "{order:?}: {}",
            complaint(&refused)
        );
        assert!(folder.all().is_empty(), "{order:?}");
        assert_eq!(lines(&city), before + 1, "{order:?}");
        assert!(
            last_line(&city).contains(" refused "),
            "{}",
            last_line(&city)
        );
    }
    let list = run(&city, "tanto", &["messages", "list"]);
    let said = String::from_utf8_lossy(&list.stdout).into_owned();
    assert!(
        said.contains("担当外 ") && !said.contains(&format!(" {person} ")),
        "{said}"
    );
}
