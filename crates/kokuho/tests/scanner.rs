//! 検査の道具: a scanner of the municipality's own stands before every file, at the command and at the API.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use support::medium::approved_medium;
use support::ran::*;
use support::*;

/// A scanner that finds a word, as the municipality's finds what it knows, and writes down how much it was shown.
fn scanner(folder: &Folder, word: &str) -> String {
    let path = folder.at("scanner.sh");
    let script = format!(
        "#!/bin/sh\nset -e\ncat > \"$1.shown\"\nif grep -q -a '{word}' \"$1.shown\"; then exit 1; fi\n"
    );
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    format!("{path} {}", folder.at("file"))
}

// covers: SEC-071
#[test]
fn no_file_is_taken_that_the_scanner_does_not_call_clean() {
    let city = namespace("sqlite");
    fill(&city, 3);
    let folder = Folder::new("scanner");
    let key = folder.at("key.txt");
    let said = good(plain(&["backup", "key", "--out", &key]));
    let public = said
        .split_whitespace()
        .find(|word| word.starts_with("age1"));
    let out = folder.at("out");
    approved_medium(&city, "USB-1", "A-1", "2099-03-31");
    let carried = [
        ["--request-number", "移行8-1"],
        ["--seal-to", public.unwrap()],
        ["--medium-number", "USB-1"],
        ["--approval-number", "A-1"],
    ]
    .concat();
    let hand = ["handover", "--out", &out, "insured"];
    good(ran_on(
        city.url(),
        "kanri",
        "20260720",
        &[&hand[..], &carried].concat(),
    ));
    let clear = folder.at("clear");
    for file in fs::read_dir(&out).unwrap() {
        let path = file.unwrap().path().to_str().unwrap().to_owned();
        good(plain(&["unseal", "--key", &key, "--out", &clear, &path]));
    }
    let data = folder
        .all()
        .into_iter()
        .find(|name| name.starts_with("clear/") && name.contains("_insured_1"))
        .unwrap();
    let data = folder.at(&data);
    let other = namespace("sqlite");
    fill(&other, 2);
    let received = || numbers(&other, "select count(*) from import_file")[0];
    let before = received();
    let import = |scanner: Option<&str>| {
        let words = ["import", "--force", data.as_str()];
        let more: Vec<&str> = scanner
            .iter()
            .flat_map(|line| ["--scanner", line])
            .collect();
        ran_on(
            other.url(),
            "tanto",
            "20260720",
            &[&words[..], &more].concat(),
        )
    };
    // Something is found: nothing is taken.
    let first = fs::read_to_string(&data).unwrap();
    let word: String = first.chars().filter(char::is_ascii_digit).take(4).collect();
    let found = refused(import(Some(&scanner(&folder, &word))));
    assert!(
        found.contains("ウイルス") && found.contains("1行も取り込んでいません"),
        "{found}"
    );
    assert_eq!(
        fs::read(folder.at("file.shown")).unwrap(),
        fs::read(&data).unwrap(),
        "the scanner saw the whole file"
    );
    // It cannot be asked, or says something else: nothing is taken either.
    for line in ["/nowhere/scanner", "sh -c exit_with_two"] {
        let failed = refused(import(Some(line)));
        assert!(
            failed.contains("ファイルの検査ができません"),
            "{line}: {failed}"
        );
    }
    assert!(refused(import(Some(" "))).contains("検査の命令"));
    assert_eq!(received(), before);
    // Clean: it is taken, by the setting of the environment too.
    let clean = scanner(&folder, "nothing of this kind");
    let taken = Command::new(KOKUHO)
        .args([
            "import",
            "--force",
            &data,
            "--store",
            &other.url().with_password(),
        ])
        .args([
            "--city",
            WARD,
            "--as",
            "tanto",
            "--business-date",
            "20260720",
        ])
        .env("KOKUHO_SCANNER", &clean)
        .output()
        .unwrap();
    good(taken);
    assert_eq!(received(), before + 1);
}

// covers: SEC-071
#[test]
fn no_answer_of_a_pension_payer_is_read_that_is_not_clean() {
    let city = namespace("sqlite");
    fill(&city, 1);
    let folder = Folder::new("scanner-pension");
    let read = |content: &[u8], scanner: Option<&str>| {
        let path = folder.at("answer.txt");
        fs::write(&path, content).unwrap();
        let words = ["pension", "result", path.as_str()];
        let more: Vec<&str> = scanner
            .iter()
            .flat_map(|line| ["--scanner", line])
            .collect();
        refused(ran_on(
            city.url(),
            "tanto",
            "20260720",
            &[&words[..], &more].concat(),
        ))
    };
    let program = read(b"\x7fELF", None);
    assert!(program.contains("実行ファイル"), "{program}");
    let finds = scanner(&folder, "evil");
    let found = read(b"an evil word", Some(&finds));
    assert!(found.contains("ウイルス"), "{found}");
    let other = read(b"another word", Some(&finds));
    assert!(!other.contains("ウイルス"), "{other}");
}
