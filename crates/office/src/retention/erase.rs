//! 消去 — the second person agrees, and in the same act everything goes that was proposed: rows of the office, the numbers in
//! the vault, and a day by which older backups are destroyed. What stays is the certificate and the sums.

use super::On;
use super::certificate::stated_digest;
use super::condition::{Keys, VAULT_TARGETS, of_class};
use super::due::{self, Key};
use super::kept::REFERENCES;
use super::older::{Stands, condemn};
use super::proposal::{self, Proposal};
use crate::acts::{self, Act, ActDetails, Acting};
use crate::backup::Backup;
use crate::error::OfficeError;
use crate::security::hours::in_japan;
use crate::security::permit::{ApproveErasure, KeepRegister, Permit};
use db::{Conn, Engine, Sql, Store};
use law::{Date, Refusal};
use std::collections::{BTreeMap, BTreeSet};

const RULE: Sql = Sql {
    name: "retention.erase.rule",
    text: "insert into erasure_ruling (erasure_id, approved, ruled_on, ruled_at, ruled_by, note, act_id) \
           values ($1, $2, $3, $4, $5, $6, $7)",
};
const DONE: Sql = Sql {
    name: "retention.erase.done",
    text: "insert into erasure_done (erasure_id, rows, certificate_digest, destroy_by, done_at, act_id) \
           values ($1, $2, $3, $4, $5, $6)",
};
const COUNT: Sql = Sql {
    name: "retention.erase.count",
    text: "insert into erasure_count (erasure_id, part, table_name, rows) values ($1, $2, $3, $4)",
};
const SUMS: Sql = Sql {
    name: "retention.erase.sums",
    text: "insert into erasure_sum (erasure_id, levy_year, fiscal_year, debit, credit, entries, medical_yen, support_yen, \
           care_yen, child_yen) select k.erasure_id, l.levy_year, l.fiscal_year, l.debit, l.credit, count(*), \
           cast(sum(l.medical_yen) as bigint), cast(sum(l.support_yen) as bigint), cast(sum(l.care_yen) as bigint), \
           cast(sum(l.child_yen) as bigint) from ledger l join erasure_key k on k.anchor = 'levy_year' \
           and k.key1 = l.household_id and k.key2 = l.levy_year where k.erasure_id = $1 \
           group by k.erasure_id, l.levy_year, l.fiscal_year, l.debit, l.credit",
};
/// Of each liable person's decisions the last one stands.
const LEVIED: Sql = Sql {
    name: "retention.erase.levied",
    text: "insert into erasure_levied (erasure_id, levy_year, households, decisions, medical_yen, support_yen, care_yen, \
           child_yen) select k.erasure_id, d.levy_year, count(distinct d.household_id), count(*), \
           cast(sum(d.medical_yen) as bigint), cast(sum(d.support_yen) as bigint), cast(sum(d.care_yen) as bigint), \
           cast(sum(d.child_yen) as bigint) from levy_decision d join erasure_key k on k.anchor = 'levy_year' \
           and k.key1 = d.household_id and k.key2 = d.levy_year where k.erasure_id = $1 \
           and not exists (select 1 from levy_decision n where n.household_id = d.household_id \
           and n.levy_year = d.levy_year and n.liable_id = d.liable_id and n.sequence > d.sequence) \
           group by k.erasure_id, d.levy_year",
};
const FORGET_KEYS: Sql = Sql {
    name: "retention.erase.forget_keys",
    text: "delete from erasure_key where erasure_id = $1",
};
const VAULT_MARK: Sql = Sql {
    name: "vault.erasure.mark",
    text: "insert into number_erased (person_id, erasure_id, erased_at, rows, act_id) \
           select $1, cast($2 as bigint), cast($3 as bigint), (select count(*) from number_fact where person_id = $1) \
           + (select count(*) from number_seal where person_id = $1) \
           + (select count(*) from number_link where person_id = $1) \
           + (select count(*) from network_query where person_id = $1), cast($4 as bigint) \
           where exists (select 1 from number_fact where person_id = $1) \
           or exists (select 1 from number_seal where person_id = $1) \
           or exists (select 1 from number_link where person_id = $1) \
           or exists (select 1 from network_query where person_id = $1)",
};
const VAULT_ROWS: Sql = Sql {
    name: "vault.erasure.rows",
    text: "select cast(coalesce(sum(rows), 0) as bigint) from number_erased where erasure_id = $1",
};

/// Statements of this module that run on the office's namespace.
pub const STATEMENTS: &[Sql] = &[RULE, DONE, COUNT, SUMS, LEVIED, FORGET_KEYS];

/// Statements of this module that run on the vault.
pub const VAULT_STATEMENTS: &[Sql] = &[VAULT_MARK, VAULT_ROWS];

/// What an erasure took away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erased {
    /// Rows of all tables of both parts.
    pub rows: i64,
    /// By when the backups below are destroyed.
    pub destroy_by: Date,
    /// Backups that still hold what was erased, as entered in 媒体管理簿.
    pub backups: Vec<Backup>,
    /// Those that are in use or were cut off: the night asks for them until they have their day.
    pub waiting: Vec<(Backup, Stands)>,
}

/// Agrees to a proposal and carries it out.
///
/// # Errors
/// A refusal to whoever proposed it (`retention.two_people`), where something that was proposed is no longer due
/// (`retention.changed`), where the vault is needed and not open (`retention.vault`), or where a row would be left without
/// what it belongs to (`retention.reference`); then nothing is erased.
pub fn approve(
    store: &Store,
    vault: Option<&Store>,
    (acting, permit, keeper): (&Acting, &Permit<ApproveErasure>, &Permit<KeepRegister>),
    on: On<'_>,
    erasure_id: i64,
) -> Result<Erased, OfficeError> {
    store.write(|conn| {
        let found = answerable(conn, acting, erasure_id)?;
        let keys = still_due(conn, on, &found)?;
        let vault = match (found.class.as_str(), vault) {
            ("addressee", None) => {
                return Err(Refusal::new(
                    "retention.vault",
                    "個人番号も消去します。番号の金庫を開いて（--vault）承認してください".to_owned(),
                )
                .into());
            }
            ("addressee", open) => open,
            _ => None,
        };
        let (today, _) = in_japan(acting.now);
        let days = on.book.backup_retention(today)?.destroy_within_days;
        let destroy_by = today
            .saturating_add(jiff::Span::new().days(i64::from(days)));
        let details = ActDetails {
            approved_by: Some(acting.staff_id),
            note: format!("消去{erasure_id} {} {}", found.class, found.keys_digest),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "retention.erase", &details)?;
        rule(conn, acting, &act, (erasure_id, true, ""))?;
        let mut counts = vec![];
        if found.class == "levy" {
            conn.execute(&SUMS, &[erasure_id.into()])?;
            conn.execute(&LEVIED, &[erasure_id.into()])?;
        }
        let before = dangling(conn)?;
        for (table, rows) in take_away(conn, &found.class)? {
            counts.push(("office", table, rows));
        }
        let after = dangling(conn)?;
        if let Some((place, _)) = after.iter().enumerate().find(|(place, rows)| {
            before.get(*place).is_none_or(|before| **rows > *before)
        }) {
            let (child, column, parent, _) = REFERENCES.get(place).copied().unwrap_or_default();
            return Err(Refusal::new(
                "retention.reference",
                format!(
                    "消去すると、表「{child}」の {column} が指す「{parent}」の行がなくなります。何も消去していません。管理者へ知らせてください"
                ),
            )
            .into());
        }
        if let Some(vault) = vault {
            let persons: Vec<i64> = keys.iter().map(|key| key.key1).collect();
            let rows = vault.write(|vault| from_vault(vault, &act, erasure_id, &persons))?;
            counts.push(("vault", "number", rows));
        }
        conn.execute(&FORGET_KEYS, &[erasure_id.into()])?;
        let rows: i64 = counts.iter().map(|(_, _, rows)| rows).sum();
        for (part, table, rows) in &counts {
            conn.execute(
                &COUNT,
                &[erasure_id.into(), (*part).into(), (*table).into(), (*rows).into()],
            )?;
        }
        let mut stated: Vec<(String, String, i64)> = counts
            .iter()
            .map(|(part, table, rows)| ((*part).to_owned(), (*table).to_owned(), *rows))
            .collect();
        stated.sort();
        conn.execute(
            &DONE,
            &[
                erasure_id.into(),
                rows.into(),
                stated_digest(&found, &stated, (acting.staff_id, act, destroy_by)).into(),
                destroy_by.into(),
                act.recorded_at.into(),
                act.id.0.into(),
            ],
        )?;
        let condemned = condemn(conn, (acting, keeper), destroy_by)?;
        Ok(Erased {
            rows,
            destroy_by,
            backups: condemned.done,
            waiting: condemned.waiting,
        })
    })
}

/// Turns a proposal down; nothing is erased.
///
/// # Errors
/// As [`approve`], and [`OfficeError::Input`] without a reason.
pub fn decline(
    conn: &mut Conn,
    (acting, permit): (&Acting, &Permit<ApproveErasure>),
    (erasure_id, reason): (i64, &str),
) -> Result<(), OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::input("却下の理由", "入力してください"));
    }
    answerable(conn, acting, erasure_id)?;
    let details = ActDetails {
        note: format!("消去{erasure_id} {}", reason.trim()),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "retention.decline", &details)?;
    rule(conn, acting, &act, (erasure_id, false, reason.trim()))?;
    conn.execute(&FORGET_KEYS, &[erasure_id.into()])?;
    Ok(())
}

fn answerable(conn: &mut Conn, acting: &Acting, erasure_id: i64) -> Result<Proposal, OfficeError> {
    let found = proposal::proposals(conn)?
        .into_iter()
        .find(|one| one.erasure_id == erasure_id)
        .ok_or_else(|| OfficeError::Conflict("この提案はありません".to_owned()))?;
    if found.approved.is_some() {
        return Err(OfficeError::Conflict(
            "この提案には既に答えが出ています。一覧を開き直してください".to_owned(),
        ));
    }
    if found.proposed_by == acting.staff_id {
        return Err(Refusal::new(
            "retention.two_people",
            "提案した本人は承認も却下もできません。別の職員に依頼してください".to_owned(),
        )
        .into());
    }
    Ok(found)
}

/// The keys of a proposal, when they are those that were proposed and every one is still due.
fn still_due(conn: &mut Conn, on: On<'_>, found: &Proposal) -> Result<Vec<Key>, OfficeError> {
    let stored = proposal::keys(conn, found.erasure_id)?;
    let digest = proposal::digest(
        stored
            .iter()
            .map(|(anchor, key1, key2)| (anchor.as_str(), *key1, *key2)),
    );
    let due = due::due(conn, on, &found.class)?;
    let now: BTreeSet<(&str, i64, i64)> = due
        .keys
        .iter()
        .map(|key| (key.anchor, key.key1, key.key2))
        .collect();
    let gone = stored
        .iter()
        .filter(|(anchor, key1, key2)| !now.contains(&(anchor.as_str(), *key1, *key2)))
        .count();
    if gone > 0 || digest != found.keys_digest {
        return Err(Refusal::new(
            "retention.changed",
            format!(
                "提案の後に保留や異動があり、{gone}件が消去できなくなりました。何も消去していません。この提案を却下し、提案し直してください"
            ),
        )
        .into());
    }
    let proposed: BTreeSet<(&str, i64, i64)> = stored
        .iter()
        .map(|(anchor, key1, key2)| (anchor.as_str(), *key1, *key2))
        .collect();
    Ok(due
        .keys
        .iter()
        .copied()
        .filter(|key| proposed.contains(&(key.anchor, key.key1, key.key2)))
        .collect())
}

fn rule(
    conn: &mut Conn,
    acting: &Acting,
    act: &Act,
    (erasure_id, approved, note): (i64, bool, &str),
) -> Result<(), OfficeError> {
    conn.execute(
        &RULE,
        &[
            erasure_id.into(),
            approved.into(),
            acting.business_date.into(),
            act.recorded_at.into(),
            acting.staff_id.into(),
            note.into(),
            act.id.0.into(),
        ],
    )?;
    Ok(())
}

/// Takes the rows away, table by table in the order of the targets; returns how many of each went.
fn take_away(conn: &mut Conn, class: &str) -> Result<Vec<(&'static str, i64)>, OfficeError> {
    let mut seen = BTreeSet::new();
    let mut counts = Vec::new();
    let mut conditions: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for target in of_class(class) {
        conditions
            .entry(target.table)
            .or_default()
            .push(target.condition("r", Keys::Agreed));
    }
    for target in of_class(class) {
        if !seen.insert(target.table) {
            continue;
        }
        let condition = conditions.remove(target.table).unwrap_or_default();
        let rows = delete(conn, target.table, &condition.join(" or "))?;
        if rows > 0 {
            counts.push((target.table, rows));
        }
    }
    Ok(counts)
}

/// Deletes through the gate of the engine: on PostgreSQL the owner's function, whose conditions are its own.
fn delete(conn: &mut Conn, table: &str, condition: &str) -> Result<i64, OfficeError> {
    Ok(match conn.engine() {
        Engine::Sqlite => {
            let text = format!("delete from {table} as r where {condition}");
            i64::try_from(conn.execute_text(&text, &[])?).unwrap_or(i64::MAX)
        }
        Engine::Postgres => conn
            .query_text("select erase_agreed($1)", &[table.into()], |row| row.int(0))?
            .into_iter()
            .sum(),
    })
}

fn from_vault(
    vault: &mut Conn,
    act: &Act,
    erasure_id: i64,
    persons: &[i64],
) -> Result<i64, OfficeError> {
    for person in persons {
        vault.execute(
            &VAULT_MARK,
            &[
                (*person).into(),
                erasure_id.into(),
                act.recorded_at.into(),
                act.id.0.into(),
            ],
        )?;
    }
    for (table, condition) in VAULT_TARGETS {
        delete(vault, table, &condition.replace("{r}", "r"))?;
    }
    // Counted from the record, so that an erasure that is run again after a failure counts the same.
    Ok(vault.query_one(&VAULT_ROWS, &[erasure_id.into()], |row| row.int(0))?)
}

/// Of each reference, how many rows point to nothing.
fn dangling(conn: &mut Conn) -> Result<Vec<i64>, OfficeError> {
    REFERENCES
        .iter()
        .map(|(child, column, parent, key)| {
            let text = format!(
                "select count(*) from {child} c where c.{column} is not null \
                 and not exists (select 1 from {parent} p where p.{key} = c.{column})"
            );
            Ok(conn
                .query_text(&text, &[], |row| row.int(0))?
                .into_iter()
                .sum())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::from_vault;
    use crate::acts::{Act, ActId};
    use crate::error::OfficeError;
    use crate::vault;

    // covers: SEC-056
    #[test]
    fn whoever_was_only_asked_about_is_erased_from_the_vault_too() {
        for store in db::testing::both(vault::MIGRATIONS).unwrap() {
            let act = Act {
                id: ActId(9),
                recorded_at: 5,
            };
            let (gone, left) = store
                .write(|conn| {
                    for person in [7, 8] {
                        conn.execute_text(
                            &format!(
                                "insert into network_query (query_id, person_id, items, case_name, file_name, file_sha256, \
                                 recorded_at, act_id) values ({person}, {person}, 'x', 'x', 'x', 'x', 1, 1)"
                            ),
                            &[],
                        )?;
                    }
                    let gone = from_vault(conn, &act, 3, &[7])?;
                    let text = "select person_id from network_query";
                    let left = conn.query_text(text, &[], |row| row.int(0))?;
                    Ok::<_, OfficeError>((gone, left))
                })
                .unwrap();
            assert_eq!((gone, left), (1, vec![8]));
        }
    }
}
