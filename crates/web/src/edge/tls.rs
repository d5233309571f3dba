//! TLS in the program itself: version 1.2 or 1.3, a certificate that holds today, and a key that nobody else can read.

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use x509_cert::Certificate;
use x509_cert::der::Decode;

/// Where certificate and key are, both in PEM form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The server's certificate first, then those that lead to the root.
    pub certificates: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// Signatures that no longer prove anything: MD5 and SHA-1, with RSA, DSA and ECDSA.
const BROKEN_SIGNATURES: [&str; 5] = [
    "1.2.840.113549.1.1.4",
    "1.2.840.113549.1.1.5",
    "1.3.14.3.2.29",
    "1.2.840.10040.4.3",
    "1.2.840.10045.4.1",
];

/// Until when the server's certificate holds, and whether anything about the files is weak.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examined {
    /// The last second it holds, seconds since 1970-01-01T00:00:00Z.
    pub until: u64,
    /// What has to be put right before it may be used, in words.
    pub weak: Vec<String>,
}

/// Looks at the files without using them. `now` in microseconds since 1970-01-01T00:00:00Z.
///
/// # Errors
/// A sentence that says which file cannot be read.
pub fn examine(files: &TlsFiles, now: i64) -> Result<Examined, String> {
    let mut weak = Vec::new();
    if db::weak::readable_by_others(&files.key) {
        weak.push(format!(
            "鍵ファイル {} をほかの利用者が読めます。chmod 600 で所有者だけが読めるようにしてください",
            files.key.display()
        ));
    }
    let certificates = certificates(&files.certificates)?;
    let Some(first) = certificates.first() else {
        return Err(format!(
            "{} に証明書がありません",
            files.certificates.display()
        ));
    };
    let unreadable = |error| {
        format!(
            "{} の証明書を読めません: {error}",
            files.certificates.display()
        )
    };
    let read = Certificate::from_der(first.as_ref()).map_err(unreadable)?;
    let validity = read.tbs_certificate().validity();
    let seconds = u64::try_from(now / 1_000_000).unwrap_or(0);
    let from = validity.not_before.to_unix_duration().as_secs();
    let until = validity.not_after.to_unix_duration().as_secs();
    if seconds < from {
        weak.push("証明書の有効期間がまだ始まっていません".to_owned());
    }
    if seconds > until {
        weak.push("証明書の有効期間が終わっています。新しい証明書に替えてください".to_owned());
    }
    let algorithm = read.signature_algorithm().oid.to_string();
    if BROKEN_SIGNATURES.contains(&algorithm.as_str()) {
        weak.push(
            "証明書の署名がMD5かSHA-1です。SHA-256以上で署名された証明書に替えてください"
                .to_owned(),
        );
    }
    Ok(Examined { until, weak })
}

/// What accepts connections with these files. RSA keys below 2048 bits and a key that is not the certificate's are refused.
///
/// # Errors
/// A sentence that says what is wrong with which file.
pub fn acceptor(files: &TlsFiles, now: i64) -> Result<TlsAcceptor, String> {
    let examined = examine(files, now)?;
    if !examined.weak.is_empty() {
        return Err(examined.weak.join("。"));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|_| format!("鍵ファイル {} を読めません", files.key.display()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(|error| error.to_string())?
        .with_no_client_auth()
        .with_single_cert(certificates(&files.certificates)?, key)
        .map_err(|error| {
            format!(
                "証明書 {} と鍵 {} は使えません（鍵がRSA2048ビット未満か、証明書のものではありません）: {error}",
                files.certificates.display(),
                files.key.display()
            )
        })?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect)
        .map_err(|error| format!("証明書 {} を読めません: {error}", path.display()))
}
