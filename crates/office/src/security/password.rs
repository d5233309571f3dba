//! パスワード — stretched with argon2id; only the result is stored.

use crate::error::OfficeError;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use std::cell::Cell;
use zxcvbn::{Score, zxcvbn};

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
    // The second asks the list of the 30,000 commonest among leaked passwords, whole or in parts.
    let common = || zxcvbn(password, &[login]).score() < Score::Three;
    if hard_to_guess(password) < FEWEST_FREE || common() {
        return Err(OfficeError::input(
            "パスワード",
            "よく使われるパスワードや語、1234・qwerty のような並びでできています。推測しにくいものにしてください",
        ));
    }
    Ok(())
}

/// The fewest characters that belong to no row and no common word, each row or word counting as one.
const FEWEST_FREE: usize = 8;
/// So many characters in a row make a row.
const ROW: usize = 4;
const KEYS: [&str; 4] = ["1234567890-^", "qwertyuiop@", "asdfghjkl;:", "zxcvbnm,./"];
const WORDS: &[&str] = &[
    "password",
    "passwd",
    "passcode",
    "kokuho",
    "kokumin",
    "hoken",
    "nenkin",
    "shiyakusho",
    "kuyakusho",
    "yakusho",
    "minato",
    "tokyo",
    "nippon",
    "japan",
    "admin",
    "administrator",
    "welcome",
    "letmein",
    "login",
    "user",
    "guest",
    "secret",
    "dragon",
    "monkey",
    "master",
    "qwerty",
    "iloveyou",
    "sunshine",
    "princess",
    "sakura",
    "hello",
    "summer",
    "winter",
    "spring",
    "autumn",
    "reiwa",
    "heisei",
    "test",
    "temp",
    "system",
    "server",
    "office",
];

/// How many characters a guesser has to find, when rows of the keyboard or the alphabet and common words are tried first.
fn hard_to_guess(password: &str) -> usize {
    let letters: Vec<char> = password.to_lowercase().chars().map(plain).collect();
    let mut free = 0;
    let mut rest = letters.as_slice();
    while let Some((_, after)) = rest.split_first() {
        let taken = row(rest).max(word(rest));
        free += 1;
        rest = rest.get(taken..).filter(|_| taken > 0).unwrap_or(after);
    }
    free
}

/// A letter behind the figure or sign that often stands for it.
fn plain(letter: char) -> char {
    match letter {
        '@' => 'a',
        '$' => 's',
        '!' => 'i',
        other => other,
    }
}

/// How many characters from here on are one row, up, down, the same again, or along a row of keys; 0 when fewer than
/// [`ROW`].
fn row(letters: &[char]) -> usize {
    let follows = |step: i64| {
        1 + letters
            .iter()
            .zip(letters.iter().skip(1))
            .take_while(|(one, two)| {
                i64::from(u32::from(**two)) - i64::from(u32::from(**one)) == step
            })
            .count()
    };
    let along = |keys: &str| {
        let keys: Vec<char> = keys.chars().collect();
        let back: Vec<char> = keys.iter().rev().copied().collect();
        [keys, back]
            .iter()
            .flat_map(|keys| {
                (0..keys.len()).map(move |start| keys.get(start..).unwrap_or_default())
            })
            .map(|keys| {
                keys.iter()
                    .zip(letters)
                    .take_while(|(one, two)| one == two)
                    .count()
            })
            .max()
            .unwrap_or(0)
    };
    let longest = [follows(1), follows(-1), follows(0)]
        .into_iter()
        .chain(KEYS.map(along))
        .max()
        .unwrap_or(0);
    if longest < ROW { 0 } else { longest }
}

/// How many characters from here on are a common word, figures read as letters.
fn word(letters: &[char]) -> usize {
    let read = |letter: &char| match letter {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        other => *other,
    };
    WORDS
        .iter()
        .map(|word| word.chars().collect::<Vec<char>>())
        .filter(|word| {
            letters.len() >= word.len()
                && word.iter().zip(letters).all(|(one, two)| *one == read(two))
        })
        .map(|word| word.len())
        .max()
        .unwrap_or(0)
}

thread_local! {
    static WORK: Cell<u64> = const { Cell::new(0) };
}

fn worked() {
    WORK.with(|work| work.set(work.get() + 1));
}

/// How many passwords this thread has stretched: a test compares what a known and an unknown 職員番号 cost.
#[must_use]
pub fn work_done() -> u64 {
    WORK.with(Cell::get)
}

/// Stretches a password with a salt of its own.
///
/// # Errors
/// [`OfficeError::Bug`] when the machine gives no randomness or memory.
pub fn stretch(cost: PasswordCost, password: &str) -> Result<String, OfficeError> {
    worked();
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
    worked();
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
