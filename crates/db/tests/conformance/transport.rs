//! PostgreSQL over TLS: the authority and the name of the server are checked, and every connection of a store is encrypted.

use crate::SCHEMA;
use db::testing::Cluster;
use db::{Store, StoreError, StoreUrl};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::net::TcpListener;
use std::path::{Path, PathBuf};

struct Pki {
    folder: PathBuf,
    certificate: String,
    key: String,
}

impl Drop for Pki {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

impl Pki {
    /// An authority, a certificate of it for db.example.lg.jp, and an authority of somebody else.
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("kokuho-tls-{}", std::process::id()));
        drop(std::fs::remove_dir_all(&folder));
        std::fs::create_dir_all(&folder).unwrap();
        let authority = authority();
        std::fs::write(folder.join("ca.pem"), authority.pem()).unwrap();
        std::fs::write(folder.join("other.pem"), self::authority().pem()).unwrap();
        std::fs::write(folder.join("empty.pem"), "").unwrap();
        let key = KeyPair::generate().unwrap();
        let names = vec!["db.example.lg.jp".to_owned()];
        let server = CertificateParams::new(names).unwrap();
        let certificate = server.signed_by(&key, &authority).unwrap().pem();
        let key = key.serialize_pem();
        Self {
            folder,
            certificate,
            key,
        }
    }

    fn file(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }
}

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn open(url: &str) -> Result<Store, StoreError> {
    let (url, schema) = (url.to_owned(), "public".to_owned());
    Store::open(&StoreUrl::Postgres { url, schema })
}

fn encrypted(store: &Store) -> bool {
    store
        .read(|conn| {
            let text = "select case when ssl then 1 else 0 end::bigint from pg_stat_ssl where pid = pg_backend_pid()";
            conn.query_text(text, &[], |row| row.int(0))
        })
        .unwrap()
        == [1]
}

#[test]
fn a_database_elsewhere_is_reached_with_its_authority_and_its_name_checked() {
    let port = TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let pki = Pki::new();
    let cluster = Cluster::start_tls(&pki.certificate, &pki.key, port).unwrap();
    let at = |host: &str, rest: &str| {
        format!("postgres://postgres@{host}:{port}/postgres?hostaddr=127.0.0.1{rest}")
    };
    let ca = format!("&sslmode=verify-full&sslrootcert={}", pki.file("ca.pem"));
    let right = open(&at("db.example.lg.jp", &ca)).unwrap();
    assert!(encrypted(&right));
    // A namespace made over it is used over it, too: by every connection of the pool.
    let admin = at("db.example.lg.jp", &ca);
    let own = Store::create_namespace(&admin, "minato", "minato", "Correct-horse-7").unwrap();
    let StoreUrl::Postgres { schema, .. } = &own else {
        panic!("{own}")
    };
    let owner = StoreUrl::Postgres {
        url: admin.clone(),
        schema: schema.clone(),
    };
    Store::open(&owner).unwrap().migrate(SCHEMA).unwrap();
    let store = Store::open(&own).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert!(encrypted(&store)));
        }
    });
    let read_again: StoreUrl = own.with_password().parse().unwrap();
    assert!(encrypted(&Store::open(&read_again).unwrap()));
    // Another name, another authority, none at all, a file that is none.
    for (host, file) in [
        ("other.example.lg.jp", "ca.pem"),
        ("db.example.lg.jp", "other.pem"),
        ("db.example.lg.jp", "empty.pem"),
        ("db.example.lg.jp", "missing.pem"),
    ] {
        let settings = format!("&sslmode=verify-full&sslrootcert={}", pki.file(file));
        let refused = open(&at(host, &settings))
            .err()
            .map(|error| error.to_string());
        assert!(refused.is_some(), "{host} {file}");
    }
    // A server without TLS is not spoken to where TLS was asked for.
    let plain = Cluster::start().unwrap();
    assert!(Path::new(&pki.file("ca.pem")).exists());
    let over_socket = format!("{}{ca}", plain.url());
    assert!(open(&over_socket).is_err());
    // On this machine plain is allowed, and told apart.
    let near = open(cluster.url()).unwrap();
    assert!(!encrypted(&near));
}
