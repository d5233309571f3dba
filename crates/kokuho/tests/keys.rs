//! `kokuho number`: the keys of the vault and of the codes changed while the pages are open, and by whoever may alone.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "../../web/tests/common/browser.rs"]
mod browser;
#[path = "../../web/tests/common/numbers.rs"]
mod numbers;
mod support;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response};
use browser::Browser;
use db::Store;
use db::testing::TestStore;
use law::day;
use numbers::Lots;
use office::security::factor::{self, FactorSetup};
use office::security::login::command_session;
use office::security::password::PasswordCost;
use office::security::permit::ManageStaff;
use office::security::staff::{NewStaff, open as open_account, prepare};
use office::security::{Role, authorize, totp};
use office::vault::MasterKey;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::UNIX_EPOCH;
use support::ran::{Folder, good, plain, ran_on, refused};
use support::{KOKUHO, WARD, fill, namespace, numbers as ids, texts};

const PASSWORD: &str = "Correct-horse-7-battery";
const TODAY: &str = "20260720";

/// A city, an empty vault beside it and the files of two master keys.
struct City {
    store: TestStore,
    folder: Folder,
    vault: String,
    people: Vec<i64>,
}

impl City {
    fn new(name: &str) -> Self {
        let store = namespace("sqlite");
        fill(&store, 2);
        let folder = Folder::new(name);
        for key in ["old", "next", "third"] {
            good(plain(&["number", "key", "--out", &folder.at(key)]));
        }
        let text = "select distinct subject from insured_fact order by subject";
        let people = ids(&store, text);
        let vault = format!("sqlite:{}", folder.at("vault.db"));
        let city = Self {
            store,
            folder,
            vault,
            people,
        };
        good(city.number("kanri", "open", &city.key("old")));
        city
    }

    fn key(&self, name: &str) -> Vec<String> {
        vec!["--vault-key".to_owned(), self.folder.at(name)]
    }

    fn number(&self, staff: &str, what: &str, more: &[String]) -> std::process::Output {
        let mut words = vec!["number", what, "--vault", &self.vault];
        words.extend(more.iter().map(String::as_str));
        ran_on(self.store.url(), staff, TODAY, &words)
    }

    fn rewrap(&self, staff: &str, from: &str, to: &str) -> std::process::Output {
        let next = ["--next".to_owned(), self.folder.at(to)];
        self.number(staff, "rewrap", &[self.key(from), next.to_vec()].concat())
    }

    fn master(&self, name: &str) -> MasterKey {
        MasterKey::read(&std::fs::read_to_string(self.folder.at(name)).unwrap()).unwrap()
    }

    /// When the keys were made, by the machine's clock: a password given then has not lapsed.
    fn made_at(&self) -> i64 {
        let file = std::fs::metadata(self.folder.at("old")).unwrap();
        let since = file.modified().unwrap().duration_since(UNIX_EPOCH);
        i64::try_from(since.unwrap().as_micros()).unwrap()
    }

    fn vault(&self) -> Store {
        Store::open(&self.vault.parse().unwrap()).unwrap()
    }

    fn account(&self, login: &str, role: Role) {
        let admin = self
            .store
            .read(|conn| command_session(conn, "kanri", "test", 0))
            .unwrap();
        let acting = admin.acting("試験", day(2026, 7, 1), self.made_at(), None);
        let new = NewStaff {
            login: login.to_owned(),
            name: login.to_owned(),
            password: PASSWORD.to_owned(),
            roles: vec![role],
            ward: String::new(),
        };
        let ready = prepare(new, PasswordCost::LOWEST)
            .unwrap()
            .of_demonstration();
        let permit = authorize::<ManageStaff>(&admin).unwrap();
        self.store
            .write(|conn| open_account(conn, &acting, &permit, &ready))
            .unwrap();
    }

    /// The pages, opened by the binary with a master key.
    fn served(&self, key: &str) -> Served {
        let mut child = Command::new(KOKUHO)
            .args(["serve", "--city", WARD, "--listen", "127.0.0.1:0"])
            .args(["--store", &self.store.url().with_password()])
            .args(["--business-date", TODAY, "--vault", &self.vault])
            .args(["--vault-key", &self.folder.at(key)])
            .args(["--master-key", &self.folder.at(key)])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = String::new();
        let out = child.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut told).unwrap();
        let address = told.split("://").nth(1).map(|rest| {
            let word = rest.split_whitespace().next().unwrap();
            word.to_owned()
        });
        Served { child, address }
    }
}

/// A running program; ended with the test.
struct Served {
    child: Child,
    address: Option<String>,
}

impl Served {
    /// A router that passes every request on to the program.
    fn router(&self) -> Router {
        let address = self.address.clone().expect("the pages are open");
        Router::new().fallback(move |request: Request<Body>| passed_on(address.clone(), request))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

async fn passed_on(address: String, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let mut asked = format!("{} {} HTTP/1.1\r\n", head.method, head.uri);
    asked += &format!("host: {address}\r\nconnection: close\r\n");
    asked += &format!("content-length: {}\r\n", body.len());
    for (name, value) in &head.headers {
        asked += &format!("{name}: {}\r\n", value.to_str().unwrap());
    }
    let mut stream = TcpStream::connect(&address).unwrap();
    stream.write_all(format!("{asked}\r\n").as_bytes()).unwrap();
    stream.write_all(&body).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let (head, body) = answer.split_at(end.unwrap() + 4);
    let head = std::str::from_utf8(head).unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap();
    let mut response = Response::builder().status(status);
    for line in lines.filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').unwrap();
        assert_ne!(name.to_lowercase(), "transfer-encoding", "{line}");
        response = response.header(name, value.trim());
    }
    response.body(Body::from(body.to_vec())).unwrap()
}

async fn register(browser: &mut Browser, csrf: &str, person: i64, number: &str) -> String {
    let fields = [
        ("csrf", csrf),
        ("do", "register"),
        ("number", number),
        ("source", "form"),
        ("giver", "person"),
        ("evidence", "card"),
        ("form", "資格取得届"),
        ("checked", "1"),
    ];
    let path = format!("/number/people/{person}");
    browser.post(&path, &fields).await.text
}

// covers: SEC-067
#[tokio::test(flavor = "multi_thread")]
async fn pages_that_were_open_when_the_keys_changed_say_so_and_write_nothing() {
    let city = City::new("keys-served");
    city.account("bango", Role::NumberUser);
    let mut seed = [0_u8; 8];
    getrandom::fill(&mut seed).unwrap();
    let mut lots = Lots::new(u64::from_le_bytes(seed));
    let (first, second) = (lots.number(), lots.number());
    let kept = || ids(&city.vault(), "select count(*) from number_seal")[0];

    let pages = city.served("old");
    let mut browser = Browser::new(&pages.router());
    let csrf = browser.log_in("bango", PASSWORD).await;
    let done = register(&mut browser, &csrf, city.people[0], &first).await;
    assert!(done.contains("登録しました"), "{done}");
    let rotated = good(city.number("kanri", "rotate", &city.key("old")));
    assert!(rotated.contains("1件を新しい鍵で封じ直し"), "{rotated}");
    assert!(rotated.contains("起動し直してください"), "{rotated}");

    let told = register(&mut browser, &csrf, city.people[1], &second).await;
    assert!(told.contains("起動し直し"), "{told}");
    assert!(!told.contains(&second) && !told.contains("登録しました"));
    assert_eq!(kept(), 1);
    // The same number for somebody else is not taken for a new one either.
    let told = register(&mut browser, &csrf, city.people[1], &first).await;
    assert!(told.contains("起動し直し"), "{told}");
    assert_eq!(kept(), 1);
    drop(pages);

    good(city.rewrap("kanri", "old", "next"));
    let mut shut = city.served("old");
    assert!(shut.address.is_none(), "opened with the key from before");
    let mut said = String::new();
    let err = shut.child.stderr.take();
    err.unwrap().read_to_string(&mut said).unwrap();
    assert!(said.contains("親鍵が番号の金庫と合いません"), "{said}");
    let pages = city.served("next");
    let mut browser = Browser::new(&pages.router());
    let csrf = browser.log_in("bango", PASSWORD).await;
    let done = register(&mut browser, &csrf, city.people[1], &second).await;
    assert!(done.contains("登録しました"), "{done}");
    let waits = register(&mut browser, &csrf, city.people[1], &first).await;
    assert!(!waits.contains("登録しました"), "{waits}");
    assert_eq!(kept(), 2);
}

// covers: SEC-067
#[test]
fn the_master_key_is_changed_by_who_may_and_the_same_order_can_be_given_again() {
    let city = City::new("keys-rewrap");
    let clerk = city
        .store
        .read(|conn| command_session(conn, "mado", "test", 0))
        .unwrap();
    let setup = FactorSetup::new(&city.master("old"), None, "港区").unwrap();
    let made = factor::new_totp(&setup, &clerk).unwrap();
    let now = 1_800_000_000_000_000;
    let code = totp::code(&bytes_of(&made.typed), totp::step_of(now));
    let typed = ("", made.sealed.as_str(), code.as_str());
    factor::confirm_totp(&city.store, &setup, &clerk, typed, now).unwrap();
    let wrapped = || {
        let text = "select hex(wrapped) from vault_key order by purpose, version";
        texts(&city.vault(), text)
    };
    let secret = || texts(&city.store, "select hex(secret) from factor");
    let (keys, sealed) = (wrapped(), secret());
    assert_eq!((keys.len(), sealed.len()), (2, 1));

    // Whoever may not changes nothing.
    let told = refused(city.rewrap("mado", "old", "next"));
    assert!(told.contains("番号の鍵管理"), "{told}");
    // Nor does a key that is not this vault's, or is no key.
    refused(city.rewrap("kanri", "third", "next"));
    std::fs::write(city.folder.at("broken"), "12").unwrap();
    let told = refused(city.rewrap("kanri", "old", "broken"));
    assert!(told.contains("16進数64桁"), "{told}");
    assert_eq!((wrapped(), secret()), (keys.clone(), sealed.clone()));

    let told = good(city.rewrap("kanri", "old", "next"));
    assert!(
        told.contains("ワンタイムコード1件を封じ直しました"),
        "{told}"
    );
    assert!(told.contains("起動し直してください"), "{told}");
    assert_ne!(wrapped(), keys);
    assert_ne!(secret(), sealed);
    let told = refused(city.number("kanri", "open", &city.key("old")));
    assert!(told.contains("親鍵が番号の金庫と合いません"), "{told}");
    good(city.number("kanri", "open", &city.key("next")));
    // A program that still has the key from before seals no code: nothing would open it after its next start.
    let made = factor::new_totp(&setup, &clerk).unwrap();
    let code = totp::code(&bytes_of(&made.typed), totp::step_of(now));
    let typed = ("", made.sealed.as_str(), code.as_str());
    let stale = factor::confirm_totp(&city.store, &setup, &clerk, typed, now).unwrap_err();
    assert!(stale.to_string().contains("起動し直す"), "{stale}");
    assert_eq!(secret().len(), 1);
    // The same order once more finds everything done.
    let (keys, sealed) = (wrapped(), secret());
    let told = good(city.rewrap("kanri", "old", "next"));
    assert!(told.contains("ワンタイムコード0件"), "{told}");
    assert_eq!((wrapped(), secret()), (keys, sealed));
    // The code opens with the next key: it can be sealed on from there.
    let told = good(city.rewrap("kanri", "next", "third"));
    assert!(told.contains("ワンタイムコード1件"), "{told}");
    let text =
        "select kind || ' ' || note from act where kind like 'number.keys.%' order by act_id";
    let acts = texts(&city.store, text);
    let both = [
        "number.keys.codes ワンタイムコード1件を新しい親鍵で封じ直し",
        "number.keys.rewrap 親鍵を交換",
    ];
    assert_eq!(acts, [both, both].concat());
}

/// The secret as a generator reads it.
fn bytes_of(typed: &str) -> Vec<u8> {
    let (mut held, mut bits, mut bytes) = (0_u32, 0, Vec::new());
    for letter in typed.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'2'..=b'7' => letter - b'2' + 26,
            _ => continue,
        };
        held = (held << 5) | u32::from(value);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xFF).unwrap());
        }
    }
    bytes
}
