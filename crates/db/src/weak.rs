//! 弱い設定 — what is wrong with how a namespace is reached: rights a municipality's role should not have, files others
//! can read, connections that can be listened to.

use crate::conn::Conn;
use crate::error::StoreError;
use crate::sql::Engine;
use crate::store::Store;
use crate::url::StoreUrl;
use std::path::Path;

/// What one question to PostgreSQL finds: a text of one column, and the sentence for each value.
struct Question {
    text: &'static str,
    say: fn(&str) -> String,
}

const QUESTIONS: &[Question] = &[
    Question {
        text: "select rolname::text from pg_roles where rolname = current_user and rolsuper",
        say: |role| {
            format!("管理者の役割 {role} でつないでいます。市町村ごとの役割でつないでください")
        },
    },
    Question {
        text: "select rolname::text from pg_roles where rolname = current_user and not rolsuper \
               and (rolcreaterole or rolcreatedb or rolreplication or rolbypassrls)",
        say: |role| {
            format!(
                "役割 {role} が役割・データベースの作成か複製の権限を持っています。取り上げてください"
            )
        },
    },
    Question {
        text: "select g.rolname::text from pg_auth_members m join pg_roles g on g.oid = m.roleid \
               join pg_roles r on r.oid = m.member where r.rolname = current_user order by 1",
        say: |role| format!("別の役割 {role} に属しています。属さない役割でつないでください"),
    },
    Question {
        text: "select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace \
               where n.nspname = current_schema() and c.relkind in ('r', 'p') \
               and pg_get_userbyid(c.relowner) = current_user \
               and not (select rolsuper from pg_roles where rolname = current_user) order by 1 limit 1",
        say: |table| {
            format!(
                "表 {table} の所有者としてつないでいます。追記だけの表も書き換えられます。所有者と別の役割でつないでください"
            )
        },
    },
    Question {
        text: "select r.rolname::text from pg_roles r join pg_namespace n on n.nspname = current_schema() \
               where not r.rolsuper and r.rolname <> current_user and r.oid <> n.nspowner \
               and r.rolname !~ '^pg_' and has_schema_privilege(r.oid, n.oid, 'usage') order by 1",
        say: |role| {
            format!(
                "この団体のスキーマを別の役割 {role} も使えます。団体ごとにスキーマと役割を分けてください"
            )
        },
    },
    Question {
        text: "select nspname::text from pg_namespace where nspname <> current_schema() \
               and nspname not in ('pg_catalog', 'information_schema') and nspname !~ '^pg_' \
               and has_schema_privilege(oid, 'usage') \
               and not (select rolsuper from pg_roles where rolname = current_user) order by 1",
        say: |schema| format!("別のスキーマ {schema} も使えます。使えないようにしてください"),
    },
    Question {
        text: "select datname::text from pg_database where datname = current_database() \
               and has_database_privilege(current_user, oid, 'temporary') \
               and not (select rolsuper from pg_roles where rolname = current_user)",
        say: |name| format!("データベース {name} に一時表を作れます。権限を取り上げてください"),
    },
];

const PLAIN: Question = Question {
    text: "select host(inet_server_addr()) from pg_stat_ssl where pid = pg_backend_pid() and not ssl \
           and inet_server_addr() is not null and not inet_server_addr() << '127.0.0.0/8' \
           and host(inet_server_addr()) <> '::1'",
    say: plain,
};

/// What is said of a database on another machine that is spoken to in plain.
fn plain(address: &str) -> String {
    format!(
        "データベース {address} との通信が暗号化されていません。同じ機器に置くか、暗号化された経路を通してください"
    )
}

impl Store {
    /// What is weak about how this namespace is reached, as sentences that say what to do. Empty where nothing is.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn weaknesses(&self) -> Result<Vec<String>, StoreError> {
        if self.engine() == Engine::Postgres {
            let mut weak = self.read(|conn| asked(conn, QUESTIONS))?;
            // By the address that was written; where that is this machine, by where the server says it is.
            match self.plain_elsewhere() {
                Some(address) => weak.push(plain(&address)),
                None => weak.extend(self.read(|conn| asked(conn, &[PLAIN]))?),
            }
            return Ok(weak);
        }
        Ok(match self.url() {
            StoreUrl::Sqlite(path) => open_files(path),
            _ => Vec::new(),
        })
    }
}

fn asked(conn: &mut Conn, questions: &[Question]) -> Result<Vec<String>, StoreError> {
    let mut weak = Vec::new();
    for question in questions {
        let found = conn.query_text(question.text, &[], |row| row.text(0))?;
        weak.extend(found.iter().map(|value| (question.say)(value)));
    }
    Ok(weak)
}

/// The file and what lies beside it, where somebody else on the machine can read it.
fn open_files(path: &Path) -> Vec<String> {
    let beside = |ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        std::path::PathBuf::from(name)
    };
    [path.to_owned(), beside("-wal"), beside("-shm")]
        .iter()
        .filter(|file| readable_by_others(file))
        .map(|file| {
            format!(
                "データベース {} をほかの利用者が読めます。chmod 600 で所有者だけが読めるようにしてください",
                file.display()
            )
        })
        .collect()
}

/// Whether somebody else on the machine can read or change a file. Where there are no such rights, nobody can be told.
#[must_use]
pub fn readable_by_others(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::metadata(path).is_ok_and(|about| about.permissions().mode() & 0o077 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}
