//! TLS, and what happens on the wire before there is a request.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod common;

use common::listening::{Folder, certificate, config, listen, refused, write_key};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};
use web::edge::EdgePolicy;
use web::edge::tls::{TlsFiles, examine};

const ASK: &[u8] = b"GET /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    stream
}

/// All that comes until the other side closes; what cannot be read any more is the end as well.
fn rest(mut stream: impl Read) -> String {
    let mut all = Vec::new();
    let _ = stream.read_to_end(&mut all);
    String::from_utf8_lossy(&all).into_owned()
}

fn over_tls(
    address: SocketAddr,
    files: &TlsFiles,
    versions: &[&'static rustls::SupportedProtocolVersion],
) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    for one in CertificateDer::pem_file_iter(&files.certificates).unwrap() {
        roots.add(one.unwrap()).unwrap();
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let session = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(session, connect(address));
    stream.write_all(ASK)?;
    Ok(rest(stream))
}

#[test]
fn pages_come_over_tls_with_hsts_and_cookies_of_tls_alone() {
    let folder = Folder::new("tls-good");
    let files = certificate(&folder, "good", 2025, 2099);
    let (_store, address) = listen(config(EdgePolicy {
        tls: Some(files.clone()),
        ..EdgePolicy::default()
    }));
    for version in [&rustls::version::TLS13, &rustls::version::TLS12] {
        let answer = over_tls(address, &files, &[version]).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains("strict-transport-security: max-age=63072000"));
        assert!(answer.contains("__Host-kokuho-door=") && answer.contains("; Secure"));
        assert!(answer.contains("ログイン"));
    }
}

#[test]
fn what_is_not_tls_gets_no_answer() {
    let folder = Folder::new("tls-plain");
    let files = certificate(&folder, "good", 2025, 2099);
    let (_store, address) = listen(config(EdgePolicy {
        tls: Some(files),
        head_within: Duration::from_secs(1),
        ..EdgePolicy::default()
    }));
    // A plain request, TLS 1.0 as a browser of 2005 would greet, and nothing at all.
    let old = [0x16, 3, 1, 0, 0x2f, 1, 0, 0, 0x2b, 3, 1];
    for greeting in [ASK, &old, b""] {
        let mut stream = connect(address);
        stream.write_all(greeting).unwrap();
        let begun = Instant::now();
        let answer = rest(stream);
        assert!(
            !answer.contains("HTTP/") && !answer.contains("ログイン"),
            "{answer}"
        );
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
}

#[test]
fn weak_certificates_and_keys_are_refused_before_listening() {
    let folder = Folder::new("tls-weak");
    let with = |files: TlsFiles| {
        refused(config(EdgePolicy {
            tls: Some(files),
            ..EdgePolicy::default()
        }))
    };
    let expired = with(certificate(&folder, "expired", 2020, 2021));
    assert!(expired.contains("有効期間が終わっています"), "{expired}");
    let early = with(certificate(&folder, "early", 2090, 2099));
    assert!(early.contains("まだ始まっていません"), "{early}");

    let open = certificate(&folder, "open", 2025, 2099);
    let key = std::fs::read_to_string(&open.key).unwrap();
    write_key(&open.key, &key, 0o644);
    #[cfg(unix)]
    {
        let message = with(open.clone());
        assert!(message.contains("chmod 600"), "{message}");
        assert!(!message.contains("PRIVATE KEY"), "{message}");
    }

    let one = certificate(&folder, "one", 2025, 2099);
    let other = certificate(&folder, "other", 2025, 2099);
    let mixed = TlsFiles {
        certificates: one.certificates.clone(),
        key: other.key,
    };
    assert!(with(mixed).contains("証明書のものではありません"));

    let missing = TlsFiles {
        certificates: folder.0.join("nowhere.crt"),
        key: one.key.clone(),
    };
    assert!(with(missing).contains("nowhere.crt"));
    let empty = TlsFiles {
        certificates: folder.0.join("empty.crt"),
        key: one.key.clone(),
    };
    std::fs::write(&empty.certificates, "").unwrap();
    assert!(with(empty).contains("証明書がありません"));

    let looked = examine(&one, common::city::NOW).unwrap();
    assert_eq!(looked.weak, Vec::<String>::new());
    assert_eq!(looked.until, 4_070_908_800, "2099-01-01");
}

#[test]
fn plain_http_is_for_this_machine_alone_unless_told() {
    let mut outside = config(EdgePolicy::default());
    outside.listen = ([0, 0, 0, 0], 0).into();
    let message = refused(outside);
    assert!(message.contains("平文のHTTP"), "{message}");
    let mut tls_without_cookies = config(EdgePolicy::default());
    tls_without_cookies.edge.tls = Some(TlsFiles {
        certificates: "x".into(),
        key: "y".into(),
    });
    assert!(refused(tls_without_cookies).contains("クッキー"));
    let (_store, address) = listen(config(EdgePolicy::default()));
    let mut stream = connect(address);
    stream.write_all(ASK).unwrap();
    let answer = rest(stream);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(!answer.contains("strict-transport-security"));
}

// covers: SEC-065
#[test]
fn an_address_of_the_internet_is_not_listened_on() {
    let mut public = config(EdgePolicy {
        plain_allowed: true,
        ..EdgePolicy::default()
    });
    public.listen = "203.0.113.10:0".parse().unwrap();
    let message = refused(public);
    assert!(message.contains("閉域"), "{message}");
}

#[test]
fn heads_that_are_slow_long_or_many_end_the_connection() {
    let (_store, address) = listen(config(EdgePolicy {
        head_within: Duration::from_secs(1),
        ..EdgePolicy::default()
    }));
    // A byte now and then.
    let begun = Instant::now();
    let mut slow = connect(address);
    for byte in ASK.iter().cycle().take(400) {
        if slow.write_all(&[*byte]).is_err() {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(
        begun.elapsed() < Duration::from_secs(15),
        "the connection was held {:?}",
        begun.elapsed()
    );
    let long = format!(
        "GET /login HTTP/1.1\r\nHost: localhost\r\nX-Long: {}\r\n\r\n",
        "x".repeat(100_000)
    );
    let many = (0..200).fold("GET /login HTTP/1.1\r\n".to_owned(), |head, number| {
        head + &format!("X-{number}: 1\r\n")
    }) + "\r\n";
    let address_long = format!("GET /login?{} HTTP/1.1\r\n\r\n", "x".repeat(100_000));
    for head in [long, many, address_long] {
        let mut stream = connect(address);
        // The other side may close before all is sent.
        let _ = stream.write_all(head.as_bytes());
        let answer = rest(stream);
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{answer}"
        );
    }
    // Two lengths, a length and chunks, a line feed in a name: nobody may read two requests where another reads one.
    for head in [
        "POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
        "POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: +4\r\n\r\nabcd",
        "POST /login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "GET /login HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET /login HTTP/1.1\r\nHost: a\r\nX-A: b\r\n X-C: d\r\n\r\n",
    ] {
        let mut stream = connect(address);
        stream.write_all(head.as_bytes()).unwrap();
        let answer = rest(stream);
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 400"),
            "{head:?}: {answer}"
        );
    }
}

#[test]
fn a_body_that_pauses_is_given_up_and_one_address_has_so_many_connections() {
    let (_store, address) = listen(config(EdgePolicy {
        body_pause: Duration::from_secs(1),
        connections_of_one: 3,
        ..EdgePolicy::default()
    }));
    let begun = Instant::now();
    let mut stream = connect(address);
    stream
        .write_all(
            b"POST /login HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n\
              Content-Length: 100\r\n\r\ncsrf=",
        )
        .unwrap();
    let answer = rest(&stream);
    assert!(!answer.starts_with("HTTP/1.1 2"), "{answer}");
    assert!(begun.elapsed() < Duration::from_secs(15));
    drop(stream);
    std::thread::sleep(Duration::from_millis(200));
    let held: Vec<TcpStream> = (0..3).map(|_| connect(address)).collect();
    std::thread::sleep(Duration::from_millis(200));
    let mut fourth = connect(address);
    // It may already be closed.
    let _ = fourth.write_all(ASK);
    assert_eq!(rest(fourth), "");
    drop(held);
    std::thread::sleep(Duration::from_millis(300));
    let mut next = connect(address);
    next.write_all(ASK).unwrap();
    assert!(rest(next).starts_with("HTTP/1.1 200"));
}
