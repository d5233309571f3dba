//! What was sent out: tables and registers on sealed media, messages once more, backups; each as it lies there and as whoever
//! holds the key reads it.

use super::Piece;
use super::city::CITY;
use super::medium::approved_medium;
use super::year::{Year, database, folder, rows};
use db::{Store, StoreUrl};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const KOKUHO: &str = env!("CARGO_BIN_EXE_kokuho");
const TODAY: &str = "20270401";

/// Runs a command that needs no store.
fn plain(words: &[&str]) -> String {
    let out = Command::new(KOKUHO).args(words).output().unwrap();
    let text = String::from_utf8([out.stdout, out.stderr].concat()).unwrap();
    assert!(out.status.success(), "{words:?} {text}");
    text
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let found = fs::read_dir(folder).into_iter().flatten();
    let mut all: Vec<PathBuf> = found.map(|one| one.unwrap().path()).collect();
    all.sort();
    all
}

impl Year {
    /// Everything that is sent out, made anew in a folder of its own.
    pub fn away(&self, round: &str) -> Vec<Piece> {
        let at = folder(&self.store).join("away").join(round);
        fs::create_dir_all(&at).unwrap();
        let path = |name: &str| at.join(name).to_str().unwrap().to_owned();
        let key = path("key.txt");
        let made = plain(&["backup", "key", "--out", &key]);
        let public = made
            .split_whitespace()
            .find(|word| word.starts_with("age1"))
            .unwrap();
        let medium = format!("USB-{round}");
        approved_medium(&self.store, &medium, &medium, "2099-03-31");
        let seal = ["--seal-to", public];
        let carried = [
            &["--medium-number", &medium, "--approval-number", &medium],
            &seal[..],
        ]
        .concat();
        let (sealed, tables, again) = (path("sealed"), path("sealed-tables"), path("again"));
        let run = |words: &[&str]| drop(self.kokuho_as("admin01", TODAY, words));
        let request = ["--request-number", "移行8-1"];
        run(&[&["handover", "--out", &sealed], &request[..], &carried].concat());
        fs::create_dir_all(&tables).unwrap();
        for table in ["levies", "ledger"] {
            let out = format!("{tables}/{table}.csv");
            let words = ["export", table, "--year", "2026", "--out", &out];
            run(&[&words[..], &seal].concat());
        }
        let sent = rows(
            &self.store,
            "select file_id from outbox_file order by file_id",
        );
        assert!(!sent.is_empty(), "nothing was sent");
        for file in sent {
            let words = ["messages", "export", "--again", &file, "--out"];
            let out = format!("{again}/{file}");
            run(&[&words[..], &[out.as_str()]].concat());
            assert!(!files(Path::new(&out)).is_empty(), "{out}");
        }
        let kept = path("backup");
        let vault = self.kept.url().with_password();
        run(&[
            "backup",
            "make",
            "--vault",
            &vault,
            "--to",
            public,
            "--folder",
            &kept,
            "--place",
            "国内第二センター",
            "--key-holder",
            "課長",
        ]);
        let mut all = Vec::new();
        let mut take = |kind: &str, path: &Path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            all.push(Piece {
                what: format!("{kind} {name}"),
                bytes: fs::read(path).unwrap(),
            });
        };
        for (kind, folder) in [("handover", &sealed), ("tables", &tables)] {
            let open = path(&format!("open-{kind}"));
            for file in files(Path::new(folder)) {
                take(&format!("sealed {kind}"), &file);
                let sealed = file.to_str().unwrap();
                assert!(sealed.ends_with(".age"), "{sealed} lies open");
                plain(&["unseal", "--key", &key, "--out", &open, sealed]);
            }
            for file in files(Path::new(&open)) {
                take(&format!("opened {kind}"), &file);
            }
        }
        for file in files(Path::new(&again)).iter().flat_map(|one| files(one)) {
            take("sent again", &file);
        }
        for file in files(Path::new(&kept)) {
            take("sealed backup", &file);
        }
        all.extend(self.restored(&at, &kept, &key));
        all
    }

    /// The backup of a folder, put back into databases of its own.
    fn restored(&self, at: &Path, kept: &str, key: &str) -> Vec<Piece> {
        let kept = files(Path::new(kept));
        let sealed: Vec<&PathBuf> = kept
            .iter()
            .filter(|file| file.extension().is_some_and(|end| end == "age"))
            .collect();
        assert_eq!(sealed.len(), 1, "{sealed:?}");
        let into = ["office", "vault"].map(|name| {
            let folder = at.join(format!("restored-{name}"));
            fs::create_dir_all(&folder).unwrap();
            StoreUrl::Sqlite(folder.join("store.db"))
        });
        let [office, vault] = &into;
        plain(&[
            "restore",
            sealed[0].to_str().unwrap(),
            "--key",
            key,
            "--store",
            &office.with_password(),
            "--vault",
            &vault.with_password(),
            "--city",
            CITY,
            "--as",
            "admin01",
            "--business-date",
            TODAY,
        ]);
        let mut all = Vec::new();
        for (name, url) in ["restored office", "restored vault"].iter().zip(&into) {
            let store = Store::open(url).unwrap();
            all.extend(database(name, &store));
        }
        all
    }
}
