//! The pages on a real socket, with throw-away certificates.

use super::city;
use rcgen::{CertificateParams, KeyPair};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use web::edge::EdgePolicy;
use web::edge::tls::TlsFiles;
use web::{App, Config};

/// A folder that is gone with the test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("kokuho-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn write_key(path: &Path, text: &str, mode: u32) {
    std::fs::write(path, text).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    #[cfg(not(unix))]
    let _ = mode;
}

/// A certificate for this machine with its key, from one year until another.
pub fn certificate(folder: &Folder, name: &str, from: i32, until: i32) -> TlsFiles {
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.not_before = rcgen::date_time_ymd(from, 1, 1);
    params.not_after = rcgen::date_time_ymd(until, 1, 1);
    let key = KeyPair::generate().unwrap();
    let made = params.self_signed(&key).unwrap();
    let files = TlsFiles {
        certificates: folder.0.join(format!("{name}.crt")),
        key: folder.0.join(format!("{name}.key")),
    };
    std::fs::write(&files.certificates, made.pem()).unwrap();
    write_key(&files.key, &key.serialize_pem(), 0o600);
    files
}

pub fn config(edge: EdgePolicy) -> Config {
    Config {
        behind_tls: edge.tls.is_some(),
        edge,
        ..city::config()
    }
}

/// Serves until the test program ends.
pub fn listen(config: Config) -> (db::testing::TestStore, SocketAddr) {
    let (store, office) = city::office(1);
    let (told, heard) = mpsc::channel();
    std::thread::spawn(move || {
        web::serve(App::new(config, office), move |address| {
            told.send(address).unwrap();
        })
        .unwrap();
    });
    (store, heard.recv().unwrap())
}

/// What keeps the program from listening.
pub fn refused(config: Config) -> String {
    let (_store, office) = city::office(1);
    web::serve(App::new(config, office), |address| {
        panic!("listens on {address}")
    })
    .unwrap_err()
    .to_string()
}
