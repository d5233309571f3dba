//! パスワード — stretched with argon2id; only the result is stored.

use crate::error::OfficeError;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

/// How much work one password is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

impl PasswordCost {
    /// 19 MiB, two passes: 12.6 ms on one core.
    pub const OFFICE: Self = Self {
        memory_kib: 19 * 1024,
        passes: 2,
    };
    /// As little as the algorithm allows, for tests.
    pub const LOWEST: Self = Self {
        memory_kib: 8,
        passes: 1,
    };
}

/// The fewest characters of a password.
pub const SHORTEST: usize = 12;
/// The most characters of a password; a longer one is work for nothing.
pub const LONGEST: usize = 128;

/// Says what is wrong with a new password.
///
/// # Errors
/// [`OfficeError::Input`] on field パスワード.
pub fn check_new(login: &str, password: &str) -> Result<(), OfficeError> {
    let length = password.chars().count();
    if !(SHORTEST..=LONGEST).contains(&length) {
        return Err(OfficeError::input(
            "パスワード",
            &format!("{SHORTEST}文字から{LONGEST}文字までにしてください"),
        ));
    }
    if !login.is_empty() && password.to_lowercase().contains(&login.to_lowercase()) {
        return Err(OfficeError::input(
            "パスワード",
            "職員番号を含まないものにしてください",
        ));
    }
    let mut kinds: Vec<char> = password.chars().collect();
    kinds.sort_unstable();
    kinds.dedup();
    if kinds.len() < 5 {
        return Err(OfficeError::input(
            "パスワード",
            "同じ文字の繰返しを避け、5種類以上の文字を使ってください",
        ));
    }
    Ok(())
}

/// Stretches a password with a salt of its own.
///
/// # Errors
/// [`OfficeError::Bug`] when the machine gives no randomness or memory.
pub fn stretch(cost: PasswordCost, password: &str) -> Result<String, OfficeError> {
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt)
        .map_err(|error| OfficeError::Bug(format!("乱数を得られません: {error}")))?;
    hasher(cost)?
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(|error| {
            OfficeError::Bug(format!("パスワードのハッシュ計算に失敗しました: {error}"))
        })
}

/// Whether a password belongs to a stored result. A stored result that cannot be read belongs to none.
#[must_use]
pub fn matches(stored: &str, password: &str) -> bool {
    PasswordHash::new(stored).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    })
}

fn hasher(cost: PasswordCost) -> Result<Argon2<'static>, OfficeError> {
    let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(|error| {
        OfficeError::Bug(format!("パスワードの強度の設定が誤っています: {error}"))
    })?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}
