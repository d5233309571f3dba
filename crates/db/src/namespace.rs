//! A namespace on PostgreSQL: a schema, and a role that can use nothing else.

use crate::error::StoreError;
use crate::postgres::{config, connect_plain, failure};
use crate::store::Store;
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
        let config = config(admin_url, "管理者の接続")?;
        let mut client = connect_plain(&config, "管理者の接続")?;
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
            url: login_url(&config, role, password),
            schema: schema.to_owned(),
        })
    }
}

/// The administrator's address with another login, in key-value form.
fn login_url(config: &::postgres::Config, role: &str, password: &str) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"));
    let hosts: Vec<String> = config
        .get_hosts()
        .iter()
        .map(|host| match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(path) => path.display().to_string(),
        })
        .collect();
    let ports: Vec<String> = config.get_ports().iter().map(u16::to_string).collect();
    let mut url = format!("user={} password={}", quoted(role), quoted(password));
    for (key, value) in [("host", hosts.join(",")), ("port", ports.join(","))] {
        if !value.is_empty() {
            // Writing to a String cannot fail.
            let _ = write!(url, " {key}={}", quoted(&value));
        }
    }
    if let Some(name) = config.get_dbname().or(config.get_user()) {
        let _ = write!(url, " dbname={}", quoted(name));
    }
    url
}
