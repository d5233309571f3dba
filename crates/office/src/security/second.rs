//! 二要素のログイン — after the password: the code of a generator, or a passkey that asks for finger or face. Which of
//! them is the municipality's to say, by role.

use super::enrol;
use super::entry::{self, Counted};
use super::factor::{self, Assertion, FactorKind, FactorSetup};
use super::login::{LoggedIn, LoginPolicy, MINUTE, digest};
use super::proved::{self, Proved};
use super::role::Role;
use super::session::Stage;
use super::setting::{self, Settings, factor_key};
use crate::error::OfficeError;
use crate::hex;
use db::{Conn, Sql, Store};
use law::Refusal;

const INSERT: Sql = Sql {
    name: "second.insert",
    text: "insert into login_step (token_hash, staff_id, terminal, expires_at) values ($1, $2, $3, $4)",
};
const FIND: Sql = Sql {
    name: "second.find",
    text: "select staff_id, terminal, expires_at from login_step where token_hash = $1",
};
const END: Sql = Sql {
    name: "second.end",
    text: "delete from login_step where token_hash = $1 or expires_at <= $2",
};
const END_OF: Sql = Sql {
    name: "second.end_of",
    text: "delete from login_step where staff_id = $1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, FIND, END, END_OF];

/// So long the second factor is awaited, microseconds.
const WITHIN: i64 = 5 * MINUTE;

/// What a role asks for at log-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FactorRule {
    /// The password alone; whoever has registered a factor is asked for it all the same.
    None,
    /// 生体認証かワンタイムコード.
    Either,
    /// ワンタイムコード.
    Totp,
    /// 生体認証 (passkey).
    Passkey,
}

impl FactorRule {
    /// All, mildest first.
    pub const ALL: [Self; 4] = [Self::None, Self::Either, Self::Totp, Self::Passkey];

    /// Stable code, as stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Either => "either",
            Self::Totp => "totp",
            Self::Passkey => "passkey",
        }
    }

    /// What it is called.
    #[must_use]
    pub const fn name_ja(self) -> &'static str {
        match self {
            Self::None => "求めない",
            Self::Either => "生体認証かワンタイムコード",
            Self::Totp => "ワンタイムコード",
            Self::Passkey => "生体認証（パスキー）",
        }
    }

    /// The rule of a stored code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.code() == code)
    }

    /// Whether a factor of this kind answers it.
    #[must_use]
    pub fn takes(self, kind: FactorKind) -> bool {
        match self {
            Self::None | Self::Either => true,
            Self::Totp => kind == FactorKind::Totp,
            Self::Passkey => kind == FactorKind::Passkey,
        }
    }

    /// What a role asks for. Whoever comes from a contractor shows a card (or a finger) whatever is set.
    #[must_use]
    pub fn of(settings: &Settings, role: Role) -> Self {
        if role == Role::CounterContractor {
            return Self::Passkey;
        }
        settings
            .get(&factor_key(role))
            .and_then(Self::from_code)
            .unwrap_or(Self::None)
    }
}

/// What somebody with these roles and these factors is asked for: the strictest of the roles.
pub(super) fn asked_of(
    conn: &mut Conn,
    roles: &[Role],
    has: &[factor::Factor],
) -> Result<FactorRule, OfficeError> {
    let settings = setting::as_of(conn, i64::MAX)?;
    let rule = roles
        .iter()
        .map(|role| FactorRule::of(&settings, *role))
        .max()
        .unwrap_or(FactorRule::None);
    if rule == FactorRule::None && !has.is_empty() {
        return Ok(FactorRule::Either);
    }
    Ok(rule)
}

/// Begins the second half of a log-in: the token of the step.
pub(super) fn begin(
    store: &Store,
    staff_id: i64,
    terminal: &str,
    now: i64,
) -> Result<String, OfficeError> {
    let token = entry::random_hex()?;
    store.write(|conn| {
        conn.execute(&END_OF, &[staff_id.into()])?;
        conn.execute(
            &INSERT,
            &[
                digest(&token).into(),
                staff_id.into(),
                terminal.into(),
                (now + WITHIN).into(),
            ],
        )
    })?;
    Ok(token)
}

/// A log-in that waits for its second factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Whose.
    pub staff_id: i64,
    /// What is asked for.
    pub rule: FactorRule,
    /// A code can be typed.
    pub totp: bool,
    /// Passkeys that can answer, hexadecimal.
    pub passkeys: Vec<String>,
}

impl Step {
    /// Nothing is registered that could answer: only a 登録コード leads on.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.totp && self.passkeys.is_empty()
    }
}

/// The step of a token, at the terminal it began at.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn waiting(
    store: &Store,
    token: &str,
    terminal: &str,
    now: i64,
) -> Result<Option<Step>, OfficeError> {
    store.read(|conn| {
        let found = conn.query_opt(&FIND, &[digest(token).into()], |row| {
            Ok((row.int(0)?, row.text(1)?, row.int(2)?))
        })?;
        let Some((staff_id, began_at, expires_at)) = found else {
            return Ok(None);
        };
        if began_at != terminal || expires_at <= now {
            return Ok(None);
        }
        let Some(account) = entry::by_id(conn, staff_id)? else {
            return Ok(None);
        };
        let has = factor::of_staff(conn, staff_id)?;
        let opened_with = (account.roles, account.ward);
        let roles = proved::standing(conn, staff_id, opened_with, now)?.all();
        let rule = asked_of(conn, &roles, &has)?;
        let fits = |kind: FactorKind| {
            has.iter()
                .filter(move |factor| factor.kind == kind && rule.takes(kind))
        };
        Ok(Some(Step {
            staff_id,
            rule,
            totp: fits(FactorKind::Totp).next().is_some(),
            passkeys: fits(FactorKind::Passkey)
                .map(|factor| factor.credential.clone())
                .collect(),
        }))
    })
}

/// A challenge for the passkeys of a step, hexadecimal.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn challenge(store: &Store, token: &str, now: i64) -> Result<String, OfficeError> {
    store.write(|conn| Ok(hex::write(&factor::challenge(conn, &digest(token), now)?)))
}

/// What is presented as second factor.
#[derive(Clone, Copy)]
pub enum Proof<'a> {
    /// The code of a generator.
    Totp(&'a str),
    /// The answer of a passkey.
    Passkey(Assertion<'a>),
    /// 登録コード, for whoever has no factor yet: opens nothing but the registration.
    Code(&'a str),
}

/// Ends a log-in with its second factor. The attempt counts as failed before the proof is looked at.
///
/// # Errors
/// A [`Refusal`]: `security.second.over`, `security.second.wrong`, `security.login.locked`, one of a passkey; or
/// [`OfficeError::Store`].
pub fn prove(
    store: &Store,
    policy: &LoginPolicy,
    setup: &FactorSetup,
    (token, old_token): (&str, Option<&str>),
    (terminal, now): (&str, i64),
    proof: Proof<'_>,
) -> Result<LoggedIn, OfficeError> {
    let Some(step) = waiting(store, token, terminal, now)? else {
        return Err(over());
    };
    let hash = digest(token);
    let counted = store.write(|conn| {
        let account = entry::by_id(conn, step.staff_id)?;
        entry::count(conn, policy, account, now)
    })?;
    let account = match counted {
        Counted::Locked(until) => {
            store.write(|conn| conn.execute(&END, &[hash.as_str().into(), now.into()]))?;
            return Err(entry::locked(until, now));
        }
        Counted::Unknown => return Err(over()),
        Counted::Try(account) => account,
    };
    if let Err(error) = check(store, setup, &step, &hash, (terminal, now), proof) {
        entry::failed(store, (step.staff_id, terminal, now), "login.second")?;
        return Err(error);
    }
    store.write(|conn| conn.execute(&END, &[hash.as_str().into(), now.into()]))?;
    let disabled = account.disabled;
    let (stage, proved) = match proof {
        Proof::Code(_) => (Stage::Enrol, Proved::Password),
        Proof::Totp(_) => (Stage::Full, Proved::Factor(FactorKind::Totp)),
        Proof::Passkey(_) => (Stage::Full, Proved::Factor(FactorKind::Passkey)),
    };
    let session = entry::session_of(store, policy, account, (terminal, stage, proved), now)?;
    if disabled || session.roles.is_empty() && stage == Stage::Full {
        return Err(over());
    }
    entry::open(store, policy, session, old_token, now)
}

fn check(
    store: &Store,
    setup: &FactorSetup,
    step: &Step,
    hash: &str,
    (_terminal, now): (&str, i64),
    proof: Proof<'_>,
) -> Result<(), OfficeError> {
    match proof {
        Proof::Totp(code) if step.totp => {
            let taken = store
                .write(|conn| factor::take_totp(conn, setup, step.staff_id, code, now))?;
            if taken { Ok(()) } else { Err(wrong("コードが違うか、既に使われています。次のコードを待って入れてください")) }
        }
        Proof::Passkey(answer) => {
            // Taken in a transaction of its own: a challenge is gone even where the answer is refused.
            let challenge = store.write(|conn| factor::take_challenge(conn, hash, now))?;
            if !step.passkeys.iter().any(|one| one == answer.credential) {
                return Err(wrong("この職員に登録されていないパスキーです"));
            }
            store.write(|conn| {
                factor::take_passkey(conn, setup, (step.staff_id, &challenge), &answer)
            })
        }
        Proof::Code(code) if step.is_empty() => store.write(|conn| {
            if enrol::take(conn, step.staff_id, code, now)? {
                Ok(())
            } else {
                Err(wrong("登録コードが違うか、期限が過ぎています。管理者に新しいコードを依頼してください"))
            }
        }),
        Proof::Totp(_) | Proof::Code(_) => {
            Err(wrong("この方法ではログインできません。画面に示された方法を使ってください"))
        }
    }
}

fn wrong(message: &str) -> OfficeError {
    Refusal::new("security.second.wrong", message.to_owned()).into()
}

fn over() -> OfficeError {
    Refusal::new(
        "security.second.over",
        "ログインの途中で時間が過ぎました。職員番号とパスワードから入れ直してください".to_owned(),
    )
    .into()
}
