//! A namespace on PostgreSQL: a schema, and a role that can use nothing else.

use crate::error::StoreError;
use crate::postgres::failure;
use crate::store::Store;
use crate::transport::{self, Address};
use crate::url::{StoreUrl, check_name};
use ::postgres::config::Host;
use std::fmt::Write;

/// The key of the lock under which namespaces are made one after another.
const LOCK: i64 = 0x6b6f_6b75_686f;

impl Store {
    /// Makes a schema and the application's role for it; returns the address the application uses.
    ///
    /// The schema belongs to the administrator of `admin_url`, who opens it by that address and migrates it; the
    /// role may use this schema alone, may not create anything, and gets its rights on tables from the migrations.
    ///
    /// # Errors
    /// [`StoreError::Name`] for names that cannot stand in SQL, [`StoreError::Statement`] when the schema or the
    /// role exists already or the administrator lacks a right.
    pub fn create_namespace(
        admin_url: &str,
        schema: &str,
        role: &str,
        password: &str,
    ) -> Result<StoreUrl, StoreError> {
        check_name(schema)?;
        check_name(role)?;
        if password.contains('\0') || password.is_empty() {
            return Err(StoreError::Url {
                given: role.to_owned(),
                reason: "暗証は空にできず、NUL文字も使えません".to_owned(),
            });
        }
        let address = transport::address(admin_url, "管理者の接続")?;
        let mut client = address.connect("管理者の接続")?;
        let literal = password.replace('\'', "''");
        // The password is set with plain literals: backslashes are ordinary characters in them.
        let text = format!(
            "set standard_conforming_strings to on; set client_min_messages to warning; begin;
             select pg_advisory_xact_lock({LOCK});
             revoke all on schema public from public;
             do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$;
             create schema \"{schema}\";
             create role \"{role}\" login nosuperuser nocreatedb nocreaterole noinherit noreplication;
             alter role \"{role}\" password '{literal}';
             alter role \"{role}\" set search_path to \"{schema}\";
             grant usage on schema \"{schema}\" to \"{role}\";
             commit;"
        );
        client
            .batch_execute(&text)
            .map_err(|error| failure("db.create_namespace", &error))?;
        Ok(StoreUrl::Postgres {
            url: login_url(&address, role, password),
            schema: schema.to_owned(),
        })
    }
}

/// The administrator's address with another login.
fn login_url(address: &Address, role: &str, password: &str) -> String {
    let config = &address.config;
    let mut places = Vec::new();
    for (index, host) in config.get_hosts().iter().enumerate() {
        let host = match host {
            Host::Tcp(name) if name.contains(':') => format!("[{name}]"),
            Host::Tcp(name) => escape(name),
            Host::Unix(path) => escape(&path.display().to_string()),
        };
        let ports = config.get_ports();
        // One port serves all hosts; otherwise each has its own.
        let port = ports.get(index).or(ports.first()).copied().unwrap_or(5432);
        places.push(format!("{host}:{port}"));
    }
    let name = config.get_dbname().or(config.get_user()).unwrap_or("");
    let (role, password, name) = (escape(role), escape(password), escape(name));
    // How the database is spoken to is handed on; a fixed address of the machine too.
    let mut settings = address.settings.clone();
    let fixed: Vec<String> = config
        .get_hostaddrs()
        .iter()
        .map(ToString::to_string)
        .collect();
    if !fixed.is_empty() {
        settings.push(format!("hostaddr={}", escape(&fixed.join(","))));
    }
    let settings = if settings.is_empty() {
        String::new()
    } else {
        format!("?{}", settings.join("&"))
    };
    format!(
        "postgres://{role}:{password}@{}/{name}{settings}",
        places.join(",")
    )
}

/// Percent-encodes all but letters, digits and a few harmless signs.
fn escape(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}
