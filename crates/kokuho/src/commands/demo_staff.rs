//! Who works in the made-up city, and its vault of individual numbers.

use super::demo::{random, session};
use crate::edge;
use anyhow::{Result, bail};
use db::Store;
use law::Date;
use office::Acting;
use office::security::Role;
use office::security::password::PasswordCost;
use office::security::permit::{ManageStaff, Permit};
use office::security::staff::{NewStaff, open as open_account, open_first, prepare};
use office::vault::{self, Keys, MasterKey, Vault};
use std::path::Path;

/// Accounts of the demonstration: 職員番号, name, roles.
const STAFF: [(&str, &str, &[Role]); 8] = [
    (
        "bango2",
        "番号 四葉",
        &[Role::Viewer, Role::NumberSupervisor],
    ),
    ("bango", "番号 三郎", &[Role::Counter, Role::NumberUser]),
    ("kansa", "監査 京子", &[Role::Auditor]),
    ("kanri2", "管理 二葉", &[Role::Administrator]),
    (
        "tanto",
        "賦課 太郎",
        &[Role::Levy, Role::Counter, Role::Eligibility],
    ),
    (
        "kacho",
        "承認 花子",
        &[Role::Supervisor, Role::EligibilitySupervisor],
    ),
    ("mado", "窓口 次郎", &[Role::Counter, Role::Eligibility]),
    ("kanri", "管理 一", &[Role::Administrator]),
];

/// Opens the accounts, the last of the list first.
pub(super) fn open_accounts(store: &Store, password: &str, today: Date) -> Result<()> {
    let acting = Acting {
        staff_id: 0,
        terminal: "demo".to_owned(),
        purpose: "デモの準備".to_owned(),
        business_date: today,
        now: edge::now(),
        request_id: None,
    };
    let new = |login: &str, name: &str, roles: &[Role]| NewStaff {
        login: login.to_owned(),
        name: name.to_owned(),
        password: password.to_owned(),
        roles: roles.to_vec(),
        ward: String::new(),
    };
    let (mut permit, mut first): (Option<Permit<ManageStaff>>, bool) = (None, true);
    for (login, name, roles) in STAFF.iter().rev() {
        let ready = prepare(new(login, name, roles), PasswordCost::OFFICE)?.of_demonstration();
        match &permit {
            None if first => store.write(|conn| open_first(conn, &acting, &ready))?,
            None => bail!("管理者の権限が得られません"),
            Some(permit) => store.write(|conn| open_account(conn, &acting, permit, &ready))?,
        };
        if first {
            permit = Some(edge::permit::<ManageStaff>(store, &session(store, login)?)?);
            first = false;
        }
    }
    Ok(())
}

/// An empty vault beside the city; its master key ends with the program.
pub(super) fn open_vault(folder: &Path) -> Result<Vault> {
    let store = edge::open(&format!("sqlite:{}", folder.join("vault.db").display()))?;
    store.migrate(vault::MIGRATIONS)?;
    let keys = Keys::open(&store, &MasterKey::from_bytes(random()?), edge::now())?;
    Ok(Vault { store, keys })
}
