//! Where a municipality's namespace lives.

use crate::error::StoreError;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// The address of one namespace: a SQLite file, a store in memory, or a PostgreSQL schema.
#[derive(Clone, PartialEq, Eq)]
pub enum StoreUrl {
    /// A file, made when it does not exist: `sqlite:path`.
    Sqlite(PathBuf),
    /// A store that is gone when the last handle is: `sqlite::memory:`.
    SqliteMemory,
    /// A schema of a PostgreSQL database: `postgres://role:password@host/database?schema=name`.
    Postgres {
        /// The address of the database without the schema; key-value form is taken too.
        url: String,
        /// The schema, which must exist.
        schema: String,
    },
}

impl FromStr for StoreUrl {
    type Err = StoreError;

    fn from_str(given: &str) -> Result<Self, StoreError> {
        if given == "sqlite::memory:" {
            return Ok(Self::SqliteMemory);
        }
        if let Some(path) = given.strip_prefix("sqlite:") {
            if path.is_empty() {
                return Err(unreadable(
                    given,
                    "sqlite: の後にファイルの場所を書いてください",
                ));
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if given.starts_with("postgres://") || given.starts_with("postgresql://") {
            return postgres_url(given);
        }
        Err(unreadable(
            given,
            "sqlite:ファイル、sqlite::memory:、postgres://利用者:暗証@ホスト/データベース?schema=名前 のいずれかで指定してください",
        ))
    }
}

impl StoreUrl {
    /// The address in full, with its password, as it can be read back: for a protected configuration file alone.
    #[must_use]
    pub fn with_password(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite:{}", path.display()),
            Self::SqliteMemory => "sqlite::memory:".to_owned(),
            Self::Postgres { url, schema } => {
                let sign = if url.contains('?') { '&' } else { '?' };
                format!("{url}{sign}schema={schema}")
            }
        }
    }
}

fn postgres_url(given: &str) -> Result<StoreUrl, StoreError> {
    let (base, query) = given.split_once('?').unwrap_or((given, ""));
    let mut schema = None;
    let mut rest = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.strip_prefix("schema=") {
            Some(name) => schema = Some(name),
            None => rest.push(pair),
        }
    }
    let Some(schema) = schema else {
        return Err(unreadable(
            given,
            "末尾に ?schema=名前空間の名前 を付けてください",
        ));
    };
    check_name(schema)?;
    let url = if rest.is_empty() {
        base.to_owned()
    } else {
        format!("{base}?{}", rest.join("&"))
    };
    Ok(StoreUrl::Postgres {
        url,
        schema: schema.to_owned(),
    })
}

fn unreadable(given: &str, reason: &str) -> StoreError {
    StoreError::Url {
        given: without_password(given),
        reason: reason.to_owned(),
    }
}

/// The address with the password replaced, for messages and logs.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        // Key-value form: a password may stand anywhere, so only say what it is.
        return if url.contains('=') {
            "postgres (接続文字列)".to_owned()
        } else {
            url.to_owned()
        };
    };
    let (base, query) = rest
        .split_once('?')
        .map_or((rest, None), |(base, query)| (base, Some(query)));
    let shown = match base.rsplit_once('@') {
        Some((login, host)) => {
            let user = login.split_once(':').map_or(login, |(user, _)| user);
            format!("{scheme}://{user}@{host}")
        }
        None => format!("{scheme}://{base}"),
    };
    let kept: Vec<&str> = query
        .into_iter()
        .flat_map(|query| query.split('&'))
        .filter(|pair| !pair.to_ascii_lowercase().starts_with("password"))
        .collect();
    if kept.is_empty() {
        shown
    } else {
        format!("{shown}?{}", kept.join("&"))
    }
}

impl fmt::Display for StoreUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(out, "sqlite:{}", path.display()),
            Self::SqliteMemory => out.write_str("sqlite::memory:"),
            Self::Postgres { url, schema } => {
                write!(out, "{} (schema={schema})", without_password(url))
            }
        }
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// Checks that a name can stand in SQL as it is: `[a-z_][a-z0-9_]{0,62}`.
///
/// # Errors
/// [`StoreError::Name`] otherwise.
pub fn check_name(name: &str) -> Result<(), StoreError> {
    let mut bytes = name.bytes();
    let head = bytes
        .next()
        .is_some_and(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let tail = bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if head && tail && name.len() <= 63 {
        Ok(())
    } else {
        Err(StoreError::Name {
            name: name.chars().filter(|c| !c.is_control()).take(80).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_shown_without_password() {
        assert_eq!(
            "sqlite:a/b.db".parse(),
            Ok(StoreUrl::Sqlite(PathBuf::from("a/b.db")))
        );
        assert_eq!("sqlite::memory:".parse(), Ok(StoreUrl::SqliteMemory));
        let url: StoreUrl = "postgres://u:p%40w@h:5433/d?schema=m13103&connect_timeout=3"
            .parse()
            .unwrap();
        assert_eq!(
            url,
            StoreUrl::Postgres {
                url: "postgres://u:p%40w@h:5433/d?connect_timeout=3".to_owned(),
                schema: "m13103".to_owned()
            }
        );
        assert_eq!(url.with_password().parse(), Ok(url.clone()));
        assert_eq!(
            format!("{url:?}"),
            "postgres://u@h:5433/d?connect_timeout=3 (schema=m13103)"
        );
    }

    #[test]
    fn wrong_addresses_are_refused_without_telling_the_password() {
        for given in [
            "",
            "sqlite:",
            "mysql://x",
            "postgres://u:secret@h/d",
            "postgres://u:secret@h/d?schema=A;b",
        ] {
            let error = StoreUrl::from_str(given).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
