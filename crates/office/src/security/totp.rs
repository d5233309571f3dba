//! 時刻による一回限りのコード — RFC 6238 with SHA-1, six digits and steps of thirty seconds, as every generator knows it.
//!
//! 根拠: RFC 6238 第4節, RFC 4226 第5.3節

use ring::hmac;

/// Seconds of one step.
pub const STEP: i64 = 30;
/// Digits of a code.
const DIGITS: usize = 6;
/// Bytes of a secret: as many as the digest has. 根拠: RFC 4226 第4節 R6
pub const SECRET: usize = 20;

/// The step of a moment in microseconds since 1970 UTC.
#[must_use]
pub const fn step_of(now: i64) -> i64 {
    now.div_euclid(1_000_000).div_euclid(STEP)
}

/// The code of a step.
#[must_use]
pub fn code(secret: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let digest = hmac::sign(&key, &step.to_be_bytes());
    let bytes = digest.as_ref();
    let place = bytes.last().map_or(0, |last| usize::from(last & 0x0f));
    let four = bytes
        .get(place..place + 4)
        .and_then(|four| <[u8; 4]>::try_from(four).ok())
        .map_or(0, u32::from_be_bytes);
    format!("{:06}", (four & 0x7fff_ffff) % 1_000_000)
}

/// The step that a code belongs to: that of the moment, the one before or the one after, and later than the last one
/// used. A code is taken once.
#[must_use]
pub fn matching(secret: &[u8], typed: &str, now: i64, last_used: i64) -> Option<i64> {
    let typed: String = typed.chars().filter(|letter| *letter != ' ').collect();
    if typed.len() != DIGITS || !typed.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let here = step_of(now);
    let mut found = None;
    for step in [here - 1, here, here + 1] {
        let right = super::factor::same_bytes(code(secret, step).as_bytes(), typed.as_bytes());
        if right && step > last_used {
            found = Some(step);
        }
    }
    found
}

/// What a generator reads from the QR code.
#[must_use]
pub fn address(secret: &[u8], issuer: &str, login: &str) -> String {
    let issuer = percent(issuer);
    format!(
        "otpauth://totp/{issuer}:{}?secret={}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP}",
        percent(login),
        base32(secret)
    )
}

/// A secret as it is typed. 根拠: RFC 4648 第6節
#[must_use]
pub fn base32(bytes: &[u8]) -> String {
    letters(bytes, 5, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
}

/// Bytes as base64url without padding. 根拠: RFC 4648 第5節
#[must_use]
pub fn base64url(bytes: &[u8]) -> String {
    letters(
        bytes,
        6,
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
    )
}

/// Bits from the left, so many to a letter; the last letter is filled with zeros.
fn letters(bytes: &[u8], width: u32, alphabet: &[u8]) -> String {
    let (mut held, mut bits, mut text) = (0_u32, 0_u32, String::new());
    let mask = (1_u32 << width) - 1;
    let mut push = |value: u32| {
        let letter = usize::try_from(value & mask)
            .ok()
            .and_then(|at| alphabet.get(at));
        text.push(char::from(*letter.unwrap_or(&b'?')));
    };
    for byte in bytes {
        held = (held << 8 | u32::from(*byte)) & 0xffff;
        bits += 8;
        while bits >= width {
            bits -= width;
            push(held >> bits);
        }
    }
    if bits > 0 {
        push(held << (width - bits));
    }
    text
}

fn percent(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push_str(&crate::hex::write(&[byte]).to_uppercase());
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238 Appendix B, SHA-1, the last six of its eight digits.
    #[test]
    fn the_codes_of_the_standard() {
        let secret = b"12345678901234567890";
        for (seconds, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let step = step_of(seconds * 1_000_000);
            assert_eq!(code(secret, step), expected, "{seconds}");
        }
    }

    /// RFC 4648 section 10.
    #[test]
    fn the_letters_of_the_standard() {
        for (plain, expected) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(plain.as_bytes()), expected);
        }
        for (plain, expected) in [("f", "Zg"), ("fo", "Zm8"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64url(plain.as_bytes()), expected);
        }
        assert_eq!(base64url(&[0xfb, 0xff]), "-_8");
    }

    #[test]
    fn one_step_off_is_taken_two_are_not_and_none_twice() {
        let secret = b"12345678901234567890";
        let now = 1_234_567_890_000_000;
        let here = step_of(now);
        for (off, taken) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let typed = code(secret, here + off);
            assert_eq!(
                matching(secret, &typed, now, 0),
                taken.then_some(here + off),
                "{off}"
            );
        }
        let typed = code(secret, here);
        assert_eq!(matching(secret, &typed, now, here), None, "replayed");
        assert_eq!(matching(secret, &code(secret, here - 1), now, here), None);
        assert_eq!(matching(secret, "12345", now, 0), None);
        assert_eq!(matching(secret, "１２３４５６", now, 0), None);
    }
}
