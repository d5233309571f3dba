//! `kokuho doctor`: what is weak about how the records are reached is named.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use db::testing::Cluster;
use db::{Store, StoreUrl};
use std::net::TcpListener;
use support::ran::{good, ran_on, refused};

const IN_PLAIN: &str = "との通信が暗号化されていません";

/// A database under an address that is not this machine's own. It is the very same server: `0.0.0.0` leads back here, and
/// nothing in the address says so.
#[test]
fn a_database_on_another_machine_that_is_spoken_to_in_plain_is_named() {
    let port = TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let cluster = Cluster::start_plain(port).unwrap();
    let made = Store::create_namespace(cluster.url(), "minato", "minato", "Correct-horse-7");
    let StoreUrl::Postgres { url, schema } = made.unwrap() else {
        panic!("no PostgreSQL")
    };
    let owner = StoreUrl::Postgres {
        url: cluster.url().to_owned(),
        schema: schema.clone(),
    };
    let owner = Store::open(&owner).unwrap();
    owner.migrate(office::schema::MIGRATIONS).unwrap();
    let doctor = |host: &str, more: &str| {
        let url = url.replace("127.0.0.1", host);
        assert!(url.contains(host), "{host}");
        let sign = if url.contains('?') { '&' } else { '?' };
        let store = StoreUrl::Postgres {
            url: if more.is_empty() {
                url
            } else {
                format!("{url}{sign}{more}")
            },
            schema: schema.clone(),
        };
        ran_on(&store, "kanri", "20260720", &["doctor"])
    };
    let near = good(doctor("127.0.0.1", ""));
    assert!(!near.contains(IN_PLAIN), "{near}");
    assert!(near.contains("職員が登録されていません"), "{near}");
    // Elsewhere in plain only where somebody wrote so, and then it is named.
    let told = refused(doctor("0.0.0.0", ""));
    assert!(told.contains("sslmode=verify-full"), "{told}");
    let far = good(doctor("0.0.0.0", "sslmode=disable"));
    let named = format!("データベース 0.0.0.0 {IN_PLAIN}");
    assert!(far.contains(&named), "{far}");
    assert_eq!(far.matches(IN_PLAIN).count(), 1, "{far}");
    assert!(!far.contains("Correct-horse-7"), "{far}");
}
