//! 弱い設定 — guards that a municipality has to set and has not, and people who hold what should be held by two.

use super::console::{self, NEEDED};
use super::login::{LoginPolicy, MINUTE};
use super::permit::{
    ApproveCertificate, ApproveEligibility, ApproveLevy, ApproveMerge, ApproveNumber, Function,
    IssueCertificate, MergePerson, RegisterEligibility, RunLevy, SettleNumber,
};
use super::role::Role;
use super::second::FactorRule;
use super::setting;
use super::{hours, namespace, password, post, seal, terminal};
use crate::error::OfficeError;
use db::{Conn, Sql};

const ACCOUNTS: Sql = Sql {
    name: "weak.accounts",
    text: "select staff_id, login, roles, ward, password_hash from staff where disabled = 0 order by login",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[ACCOUNTS];

/// Seals older than this leave too much that could be rewritten unseen.
const SEAL_DAYS: i64 = 2;
/// 職員番号 of demonstrations and of the first set-up.
const SHIPPED_LOGINS: [&str; 6] = ["admin", "administrator", "test", "tanto", "mado", "kacho"];
/// Functions no single person may hold together: one does, another agrees.
const APART: [(&str, &str, &str); 5] = [
    (RunLevy::CODE, ApproveLevy::CODE, "賦課処理と賦課承認"),
    (
        RegisterEligibility::CODE,
        ApproveEligibility::CODE,
        "資格異動登録と資格異動承認",
    ),
    (
        IssueCertificate::CODE,
        ApproveCertificate::CODE,
        "証交付と証認定・承認",
    ),
    (MergePerson::CODE, ApproveMerge::CODE, "名寄せと名寄せ承認"),
    (
        SettleNumber::CODE,
        ApproveNumber::CODE,
        "番号紐付けの解消と承認",
    ),
];

struct Account {
    login: String,
    roles: Vec<Role>,
    password_hash: String,
}

/// Every weak setting, as sentences that say what to do. `now` in microseconds since 1970-01-01T00:00:00Z.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn list(conn: &mut Conn, policy: &LoginPolicy, now: i64) -> Result<Vec<String>, OfficeError> {
    let mut weak = Vec::new();
    if namespace::owner(conn)?.is_none() {
        weak.push(
            "このデータベースの団体が定まっていません。--city を付けて一度開いてください"
                .to_owned(),
        );
    }
    if hours::on(conn, hours::in_japan(now).0)?.is_empty() {
        weak.push("利用可能時間が定められていません。役割ごとに定めてください".to_owned());
    }
    if !terminal::all(conn)?
        .iter()
        .any(|one| one.ended_at.is_none())
    {
        weak.push("端末台帳に端末がありません。使う端末を登録してください".to_owned());
    }
    let settings = setting::as_of(conn, i64::MAX)?;
    let alone: Vec<&str> = Role::ALL
        .into_iter()
        .filter(|role| FactorRule::of(&settings, *role) == FactorRule::None)
        .map(Role::name_ja)
        .collect();
    if !alone.is_empty() {
        weak.push(format!(
            "パスワードだけでログインできる役割があります（{}）。安全管理の設定で二つ目の要素を定めてください",
            alone.join("・")
        ));
    }
    weak.extend(of_policy(policy, &settings));
    weak.extend(of_seals(conn, now)?);
    weak.extend(of_accounts(&accounts(conn, now)?));
    let able = console::administrators(conn, policy, now)?.len();
    if able < NEEDED {
        weak.push(format!(
            "ログインできるシステム管理者が{able}人です。発令や設定は二人で行うため、承認を待つ提案は止まったままになります。サーバーで kokuho staff post を実行し、二人目の管理者を発令してください"
        ));
    }
    Ok(weak)
}

fn of_policy(policy: &LoginPolicy, settings: &setting::Settings) -> Vec<String> {
    let mut weak = Vec::new();
    let mut say = |holds: bool, sentence: &str| {
        if holds {
            weak.push(sentence.to_owned());
        }
    };
    say(
        !terminal::registered_only(policy, settings),
        "登録されていない端末からもログインできます。安全管理の設定で、端末台帳にある端末だけに限ってください",
    );
    say(
        policy.password_days <= 0 || policy.password_days > 366,
        "パスワードの有効期限が1年を超えるか、ありません。期限を定めてください",
    );
    say(
        policy.failures_to_lock <= 0 || policy.failures_to_lock > 10,
        "ログインの失敗が11回以上続いても止まりません。10回以内で止めてください",
    );
    say(
        policy.idle > 60 * MINUTE,
        "離席して1時間たってもログアウトしません。短くしてください",
    );
    say(
        !policy.single_session,
        "同じ職員番号で同時に何か所からも使えます。1か所に限ってください",
    );
    say(
        policy.cost.memory_kib < password::PasswordCost::OFFICE.memory_kib,
        "パスワードの保存の計算量が小さすぎます。標準の設定に戻してください",
    );
    weak
}

fn of_seals(conn: &mut Conn, now: i64) -> Result<Vec<String>, OfficeError> {
    let Some(last) = seal::all(conn)?.pop() else {
        return Ok(vec![
            "記録に封がされていません。kokuho audit key と kokuho audit seal を定期に実行してください".to_owned(),
        ]);
    };
    let days = seal::sealed_at(&last).map_or(i64::MAX, |at| (now - at) / (24 * 60 * MINUTE));
    if days < SEAL_DAYS {
        return Ok(Vec::new());
    }
    Ok(vec![format!(
        "記録の封が{SEAL_DAYS}日以上されていません（最後は封{}）。kokuho audit seal を毎日実行してください",
        last.seal_no
    )])
}

/// The accounts that are let in, with the roles of the day.
fn accounts(conn: &mut Conn, now: i64) -> Result<Vec<Account>, OfficeError> {
    let (today, _) = hours::in_japan(now);
    let rows = conn.query(&ACCOUNTS, &[], |row| {
        let opened_with = (Role::read_list(row.str(2)?), row.text(3)?);
        Ok((row.int(0)?, row.text(1)?, opened_with, row.text(4)?))
    })?;
    rows.into_iter()
        .map(|(staff_id, login, opened_with, password_hash)| {
            let (roles, _) = post::on(conn, staff_id, today, opened_with)?;
            Ok(Account {
                login,
                roles,
                password_hash,
            })
        })
        .collect()
}

fn of_accounts(accounts: &[Account]) -> Vec<String> {
    let mut weak = Vec::new();
    for account in accounts {
        let login = &account.login;
        if SHIPPED_LOGINS.contains(&login.as_str()) {
            weak.push(format!(
                "見本か初期設定の職員番号 {login} が残っています。個人の職員番号を開き、停止してください"
            ));
        }
        if is_cheap(&account.password_hash) {
            weak.push(format!(
                "職員番号 {login} のパスワードが弱い計算で保存されています。パスワードを設定し直してください"
            ));
        }
        let holds = |function: &str| account.roles.iter().any(|role| role.holds(function));
        for (one, other, names) in APART {
            if holds(one) && holds(other) {
                weak.push(format!(
                    "職員番号 {login} は{names}の両方ができます。別の職員に分けてください"
                ));
            }
        }
    }
    let administrators = accounts
        .iter()
        .filter(|account| account.roles.contains(&Role::Administrator))
        .count();
    if administrators > 5 {
        weak.push(format!(
            "システム管理者が{administrators}人います。必要な人数に減らしてください"
        ));
    }
    weak
}

/// Whether a stored password was stretched with less memory than the office asks for, or not with argon2id at all.
fn is_cheap(stored: &str) -> bool {
    let memory = stored
        .strip_prefix("$argon2id$v=19$m=")
        .and_then(|rest| rest.split(',').next())
        .and_then(|digits| digits.parse::<u32>().ok());
    memory.is_none_or(|kib| kib < password::PasswordCost::OFFICE.memory_kib)
}
