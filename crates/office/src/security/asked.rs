//! 封をした検索語 — words that stand in the address of a page, readable under the session that asked and nowhere else.
//!
//! An address is remembered by the browser, by whoever stands between and by the next address. Names, readings, days of
//! birth and numbers therefore stand in it only sealed with a key of the session's token, which ends with the session.

use crate::error::OfficeError;
use crate::hex;
use aes_gcm_siv::aead::{Aead, KeyInit};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;

const USE: &[u8] = b"words in an address 1";
const NONCE: usize = 12;
/// Words are filled up to a multiple of this, so that the length of the address does not tell that of a name.
const STEP: usize = 64;

/// Seals words under the token of a session, as hexadecimal digits; each time they look different.
///
/// # Errors
/// [`OfficeError::Bug`] where the machine has no random numbers.
pub fn seal(token: &str, words: &str) -> Result<String, OfficeError> {
    let broken = || OfficeError::Bug("検索語に封をできません".to_owned());
    let mut nonce = [0_u8; NONCE];
    getrandom::fill(&mut nonce).map_err(|_| broken())?;
    let mut plain = words.as_bytes().to_vec();
    let whole = (plain.len() + 1).next_multiple_of(STEP);
    plain.resize(whole, 0);
    let sealed = cipher(token)
        .and_then(|cipher| cipher.encrypt(&Nonce::from(nonce), plain.as_slice()).ok())
        .ok_or_else(broken)?;
    Ok(hex::write(&nonce) + &hex::write(&sealed))
}

/// The words again; nothing where they were sealed under another session or changed.
#[must_use]
pub fn open(token: &str, sealed: &str) -> Option<String> {
    let bytes = hex::read(sealed)?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
    let plain = cipher(token)?.decrypt(&Nonce::from(*nonce), sealed).ok()?;
    let words = String::from_utf8(plain).ok()?;
    Some(words.trim_end_matches('\0').to_owned())
}

fn cipher(token: &str) -> Option<Aes256GcmSiv> {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(token.as_bytes()).ok()?;
    mac.update(USE);
    Aes256GcmSiv::new_from_slice(&mac.finalize().into_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back_under_their_session_alone() {
        let (own, other) = ("a1".repeat(32), "b2".repeat(32));
        for words in ["", "ミナト S45.7.15", "葛󠄀城　邉", &"長".repeat(200)] {
            let sealed = seal(&own, words).unwrap();
            assert_eq!(open(&own, &sealed).as_deref(), Some(words));
            assert_eq!(open(&other, &sealed), None);
            assert!(sealed.bytes().all(|byte| byte.is_ascii_hexdigit()));
            assert_ne!(seal(&own, words).unwrap(), sealed);
        }
    }

    #[test]
    fn what_was_changed_does_not_open() {
        let token = "a1".repeat(32);
        let sealed = seal(&token, "ミナト").unwrap();
        for place in 0..sealed.len() {
            let other = if sealed.as_bytes()[place] == b'0' {
                "1"
            } else {
                "0"
            };
            let changed = format!("{}{other}{}", &sealed[..place], &sealed[place + 1..]);
            assert_eq!(open(&token, &changed), None, "{place}");
        }
        for wrong in [
            "",
            "0",
            "00",
            "ミナト",
            &sealed[2..],
            &sealed[..sealed.len() - 2],
        ] {
            assert_eq!(open(&token, wrong), None, "{wrong}");
        }
    }

    #[test]
    fn short_words_look_alike() {
        let token = "a1".repeat(32);
        let lengths =
            ["", "ア", "ミナト ハナコ S45.7.15"].map(|words| seal(&token, words).unwrap().len());
        assert!(
            lengths.iter().all(|length| *length == lengths[0]),
            "{lengths:?}"
        );
    }
}
