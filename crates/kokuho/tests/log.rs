//! What fails inside is written to the log, by the statement that failed and without the data of anybody.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use db::Sql;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use support::*;

const BREAK: Sql = Sql {
    name: "test.break",
    text: "drop table session",
};

/// A page asked for with a session, on a connection of its own.
fn status_of_home(address: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let token = "0".repeat(64);
    let asked = format!(
        "GET / HTTP/1.1\r\nHost: {address}\r\nCookie: kokuho={token}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(asked.as_bytes()).unwrap();
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).unwrap();
    line
}

#[test]
fn a_page_that_failed_inside_leaves_a_line_in_the_log() {
    let city = namespace("sqlite");
    fill(&city, 1);
    for (format, begins) in [("text", " ERROR "), ("json", "\"level\":\"ERROR\"")] {
        let mut server = Command::new(env!("CARGO_BIN_EXE_kokuho"))
            .args(["serve", "--city", WARD, "--listen", "127.0.0.1:0"])
            .args(["--store", &city.url().with_password()])
            .env("KOKUHO_LOG_FORMAT", format)
            .env_remove("KOKUHO_LOG")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = String::new();
        BufReader::new(server.stdout.take().unwrap())
            .read_line(&mut told)
            .unwrap();
        let address = told
            .split("://")
            .nth(1)
            .unwrap()
            .split_whitespace()
            .next()
            .unwrap()
            .to_owned();
        if format == "text" {
            assert!(
                status_of_home(&address).contains("303"),
                "nobody is logged in"
            );
            city.write(|conn| conn.execute(&BREAK, &[])).unwrap();
        }
        assert!(status_of_home(&address).contains("500"));
        server.kill().unwrap();
        server.wait().unwrap();
        let mut log = String::new();
        server
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut log)
            .unwrap();
        assert!(
            log.contains(begins) && log.contains("session"),
            "{format}: {log}"
        );
        assert!(!log.contains("見本"), "{log}");
    }
}
