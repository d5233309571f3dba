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
    ("staff.rs", "works only where there is no account"),
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
