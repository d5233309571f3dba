//! 通信路 — how PostgreSQL is reached: over a socket of this machine in plain, everywhere else over TLS with the name of the
//! server and its authority checked. Anything in between is refused: what is not checked can be listened to.

use crate::error::StoreError;
use postgres::config::{Host, SslMode};
use postgres::{Client, Config, NoTls};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use tokio_postgres_rustls::MakeRustlsConnect;

/// The address of a database and how it is spoken to.
#[derive(Clone)]
pub(crate) struct Address {
    pub(crate) config: Config,
    tls: Option<MakeRustlsConnect>,
    /// The settings of the transport as they stood in the address, to be handed on.
    pub(crate) settings: Vec<String>,
}

/// Reads the address of a database. `sslmode` is `verify-full`, with the authority's certificate in `sslrootcert`, or
/// `disable`; where nothing is said, a database on this machine is reached in plain and another one not at all.
///
/// # Errors
/// [`StoreError::Open`] with what to write instead.
pub(crate) fn address(url: &str, target: &str) -> Result<Address, StoreError> {
    let refuse = |reason: String| StoreError::Open {
        target: target.to_owned(),
        reason,
    };
    let (plain, settings) = taken_out(url);
    let given = |name: &str| {
        let found = settings.iter().find_map(|pair| pair.strip_prefix(name));
        found.and_then(|rest| rest.strip_prefix('=')).map(decoded)
    };
    let mut config = Config::from_str(&plain).map_err(|error| refuse(chain(&error)))?;
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(std::time::Duration::from_secs(10));
    }
    if config.get_application_name().is_none() {
        config.application_name("kokuho");
    }
    let authority = given("sslrootcert");
    let tls = match given("sslmode").as_deref() {
        Some("verify-full") => {
            let file = authority.ok_or_else(|| {
                refuse("sslmode=verify-full には、認証局の証明書のファイルを sslrootcert=ファイル で指定してください".to_owned())
            })?;
            config.ssl_mode(SslMode::Require);
            Some(connector(Path::new(&file)).map_err(refuse)?)
        }
        Some("disable") => {
            config.ssl_mode(SslMode::Disable);
            None
        }
        Some(other) => {
            return Err(refuse(format!(
                "sslmode={other} は、つなぐ相手を確かめません。sslmode=verify-full と sslrootcert=認証局の証明書 を指定してください"
            )));
        }
        None if is_local(&config) => {
            config.ssl_mode(SslMode::Disable);
            None
        }
        None => {
            return Err(refuse(
                "ほかの機器のデータベースに、暗号化せずにつなぐことはできません。sslmode=verify-full と sslrootcert=認証局の証明書 を付けてください。別に暗号化された経路を通すときに限り、sslmode=disable と書けます（doctor が弱い所として挙げます）"
                    .to_owned(),
            ));
        }
    };
    Ok(Address {
        config,
        tls,
        settings,
    })
}

impl Address {
    /// The other machine this address speaks to in plain, where it does.
    pub(crate) fn plain_elsewhere(&self) -> Option<String> {
        if self.tls.is_some() || is_local(&self.config) {
            return None;
        }
        let hosts = self.config.get_hosts().iter().map(|host| match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(path) => path.display().to_string(),
        });
        let addresses = self.config.get_hostaddrs().iter().map(ToString::to_string);
        let all: Vec<String> = hosts.chain(addresses).collect();
        Some(all.join("・"))
    }

    /// Connects without choosing a schema.
    pub(crate) fn connect(&self, target: &str) -> Result<Client, StoreError> {
        match &self.tls {
            Some(tls) => self.config.connect(tls.clone()),
            None => self.config.connect(NoTls),
        }
        .map_err(|error| StoreError::Open {
            target: target.to_owned(),
            reason: chain(&error),
        })
    }
}

/// The address without what it says about the transport, and that by itself: the driver knows other words for it.
fn taken_out(url: &str) -> (String, Vec<String>) {
    let Some((base, query)) = url.split_once('?') else {
        return (url.to_owned(), Vec::new());
    };
    let (transport, rest): (Vec<&str>, Vec<&str>) = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .partition(|pair| pair.starts_with("sslmode=") || pair.starts_with("sslrootcert="));
    let plain = if rest.is_empty() {
        base.to_owned()
    } else {
        format!("{base}?{}", rest.join("&"))
    };
    (
        plain,
        transport.into_iter().map(ToOwned::to_owned).collect(),
    )
}

/// `%2F` and the like in the value of a setting.
fn decoded(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        let escaped = (*first == b'%')
            .then(|| after.get(..2))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match escaped {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whether every place the driver may connect to is on this machine.
fn is_local(config: &Config) -> bool {
    let addresses = config.get_hostaddrs();
    if !addresses.is_empty() {
        return addresses.iter().all(std::net::IpAddr::is_loopback);
    }
    config.get_hosts().iter().all(|host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            let bare = name.trim_start_matches('[').trim_end_matches(']');
            name == "localhost"
                || bare
                    .parse::<std::net::IpAddr>()
                    .is_ok_and(|address| address.is_loopback())
        }
    })
}

/// TLS that trusts one authority and nobody else.
fn connector(authority: &Path) -> Result<MakeRustlsConnect, String> {
    let unreadable = |reason: String| {
        format!(
            "認証局の証明書 {} を読めません: {reason}",
            authority.display()
        )
    };
    let mut roots = RootCertStore::empty();
    let certificates =
        CertificateDer::pem_file_iter(authority).map_err(|error| unreadable(error.to_string()))?;
    for certificate in certificates {
        let certificate = certificate.map_err(|error| unreadable(error.to_string()))?;
        roots
            .add(certificate)
            .map_err(|error| unreadable(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(unreadable("証明書がありません".to_owned()));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

/// An error with what caused it, in one line.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(url: &str) -> String {
        match address(url, "試験") {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn another_machine_is_not_spoken_to_in_plain_unless_somebody_wrote_so() {
        for near in [
            "postgres://u:p@localhost/d",
            "postgres://u:p@127.0.0.1:5433/d",
            "postgres://u:p@127.9.9.9/d",
            "postgres://u:p@[::1]/d",
            "postgres://u@/d?host=/run/postgresql",
            "postgres://u@%2Frun%2Fpostgresql/d",
            "postgres://u:p@db.example.lg.jp/d?hostaddr=127.0.0.1",
        ] {
            assert_eq!(reason(near), "", "{near}");
        }
        for far in [
            "postgres://u:p@db.example.lg.jp/d",
            "postgres://u:p@192.0.2.7/d",
            "postgres://u:p@[2001:db8::7]/d",
            "postgres://u:p@localhost,192.0.2.7/d",
            "postgres://u:p@localhost/d?hostaddr=192.0.2.7",
            "postgres://u:p@localhost.example.lg.jp/d",
        ] {
            assert!(reason(far).contains("暗号化せずに"), "{far}");
            let sign = if far.contains('?') { '&' } else { '?' };
            assert_eq!(reason(&format!("{far}{sign}sslmode=disable")), "", "{far}");
            for half in ["prefer", "require", "verify-ca", "allow", ""] {
                let told = reason(&format!("{far}{sign}sslmode={half}"));
                assert!(told.contains("相手を確かめません"), "{half}: {told}");
            }
            let told = reason(&format!("{far}{sign}sslmode=verify-full"));
            assert!(told.contains("sslrootcert"), "{told}");
            let told = reason(&format!(
                "{far}{sign}sslmode=verify-full&sslrootcert=/nowhere.pem"
            ));
            assert!(told.contains("/nowhere.pem"), "{told}");
        }
        assert_eq!(decoded("/a%20b/c%2Fd%"), "/a b/c/d%");
    }
}
