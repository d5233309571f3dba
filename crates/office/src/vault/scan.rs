//! 番号の走査 — looks through bytes of any kind (pages, papers, files, logs, database pages) for individual numbers, written as
//! digits of either width, in groups, or kept as an integer.

use super::number::IndividualNumber;
use std::collections::BTreeSet;

/// Digits of an individual number.
const LENGTH: usize = 12;
/// An integer below 10^12 is stored by SQLite in six bytes, by PostgreSQL in eight; the last six of them are the same.
const INTEGER: usize = 6;

/// How a number was found. It repeats no digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Written {
    /// As digits, one of the numbers looked for.
    Known,
    /// As an integer, one of the numbers looked for.
    KnownInteger,
    /// Twelve digits by themselves whose check digit is right, though nobody's here.
    Valid,
}

/// Something found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hit {
    /// How.
    pub written: Written,
    /// At which byte.
    pub at: usize,
}

/// The numbers that are looked for.
#[derive(Default)]
pub struct Wanted(BTreeSet<u64>);

impl std::fmt::Debug for Wanted {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Wanted({} numbers)", self.0.len())
    }
}

impl<'n> FromIterator<&'n IndividualNumber> for Wanted {
    fn from_iter<I: IntoIterator<Item = &'n IndividualNumber>>(numbers: I) -> Self {
        Self(
            numbers
                .into_iter()
                .filter_map(|number| number.expose().parse().ok())
                .collect(),
        )
    }
}

/// A digit and what follows it; full width is three bytes of UTF-8 (EF BC 90–99).
fn digit(rest: &[u8]) -> Option<(u8, usize)> {
    match rest {
        [ascii @ b'0'..=b'9', ..] => Some((ascii - b'0', 1)),
        [0xEF, 0xBC, low @ 0x90..=0x99, ..] => Some((low - 0x90, 3)),
        _ => None,
    }
}

/// What may stand between groups: a blank or a hyphen, of either width.
fn gap(rest: &[u8]) -> usize {
    match rest {
        [b' ' | b'-', ..] => 1,
        [0xE3, 0x80, 0x80, ..] | [0xEF, 0xBC, 0x8D, ..] => 3,
        _ => 0,
    }
}

/// One run of digits: their places, their values, and after which of them a gap stood.
#[derive(Default)]
struct Run {
    at: Vec<usize>,
    digits: Vec<u8>,
    gaps: Vec<usize>,
}

/// Everything in some bytes that is, or looks like, an individual number.
#[must_use]
pub fn find(bytes: &[u8], wanted: &Wanted) -> Vec<Hit> {
    let mut found = BTreeSet::new();
    let mut at = 0;
    while at < bytes.len() {
        let (run, next) = run_from(bytes, at);
        judge(&run, (at, next), (bytes, wanted), &mut found);
        at = next.max(at + 1);
    }
    for (at, window) in bytes.windows(INTEGER).enumerate() {
        let value = window
            .iter()
            .fold(0_u64, |value, byte| (value << 8) | u64::from(*byte));
        let key = key_of(window);
        if wanted.0.contains(&value) || key.is_some_and(|key| wanted.0.contains(&key)) {
            found.insert(Hit {
                written: Written::KnownInteger,
                at,
            });
        }
    }
    found.into_iter().collect()
}

/// The key of a row as SQLite writes it: groups of seven bits, the highest first, all but the last marked; a number of twelve
/// digits takes six of them, one with leading zeros fewer.
fn key_of(window: &[u8]) -> Option<u64> {
    let mut key = 0_u64;
    for byte in window {
        key = (key << 7) | u64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return Some(key);
        }
    }
    None
}

/// The run of digits that begins at a place, and where to go on.
fn run_from(bytes: &[u8], from: usize) -> (Run, usize) {
    let mut run = Run::default();
    let mut at = from;
    while let Some(rest) = bytes.get(at..) {
        if let Some((value, length)) = digit(rest) {
            run.at.push(at);
            run.digits.push(value);
            at += length;
            continue;
        }
        let skipped = gap(rest);
        let goes_on = skipped > 0
            && !run.digits.is_empty()
            && bytes
                .get(at + skipped..)
                .is_some_and(|rest| digit(rest).is_some());
        if !goes_on {
            break;
        }
        run.gaps.push(run.digits.len());
        at += skipped;
    }
    (run, at)
}

/// A digest is a word of at least so many hexadecimal digits; figures within one are no number by themselves.
const DIGEST: usize = 32;

fn within_digest(bytes: &[u8], (from, to): (usize, usize)) -> bool {
    let hexadecimal = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let before = bytes.get(..from).unwrap_or_default().iter().rev();
    let after = bytes.get(to..).unwrap_or_default().iter();
    let before = before.take_while(hexadecimal).count();
    let after = after.take_while(hexadecimal).count();
    before + after > 0 && before + (to - from) + after >= DIGEST
}

fn judge(
    run: &Run,
    place: (usize, usize),
    (bytes, wanted): (&[u8], &Wanted),
    found: &mut BTreeSet<Hit>,
) {
    for (window, at) in run.digits.windows(LENGTH).zip(&run.at) {
        let value = window
            .iter()
            .fold(0_u64, |value, digit| value * 10 + u64::from(*digit));
        if wanted.0.contains(&value) {
            found.insert(Hit {
                written: Written::Known,
                at: *at,
            });
        }
    }
    // Kept as an integer and written out again, a number has lost the zeros it began with.
    let value = || {
        let digits = run.digits.iter();
        digits.fold(0_u64, |value, digit| value * 10 + u64::from(*digit))
    };
    if run.gaps.is_empty() && (1..LENGTH).contains(&run.digits.len()) && wanted.0.contains(&value())
    {
        found.insert(Hit {
            written: Written::Known,
            at: place.0,
        });
    }
    // Twelve digits by themselves, whole or in three groups of four.
    let grouped = run.gaps.is_empty() || run.gaps == [4, 8];
    if run.digits.len() == LENGTH && grouped && !within_digest(bytes, place) {
        let text: String = run
            .digits
            .iter()
            .map(|digit| char::from(b'0' + digit))
            .collect();
        let known = text
            .parse()
            .is_ok_and(|value: u64| wanted.0.contains(&value));
        if !known && exchange::check_digit::individual_number(&text) {
            found.insert(Hit {
                written: Written::Valid,
                at: run.at.first().copied().unwrap_or(0),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Wanted, Written, find};
    use crate::vault::IndividualNumber;

    /// 11 digits and the check digit worked out as the ordinance on numbers says.
    fn number_of(digits: [u32; 11]) -> IndividualNumber {
        let sum: u32 = digits
            .iter()
            .rev()
            .zip(1..)
            .map(|(digit, n)| digit * if n <= 6 { n + 1 } else { n - 5 })
            .sum();
        let check = match sum % 11 {
            0 | 1 => 0,
            rest => 11 - rest,
        };
        let text: String = digits.iter().chain([&check]).map(u32::to_string).collect();
        IndividualNumber::read(&text).unwrap()
    }

    fn number() -> IndividualNumber {
        number_of([8, 1, 0, 2, 5, 7, 3, 3, 6, 1, 4])
    }

    /// In a table of an export an integer stands without the zeros that the number began with.
    #[test]
    fn a_number_that_lost_its_zeros_is_found() {
        let number = number_of([0, 0, 4, 2, 5, 7, 3, 3, 6, 1, 4]);
        let wanted: Wanted = [&number].into_iter().collect();
        let value: u64 = number.expose().parse().unwrap();
        assert_eq!(value.to_string().len(), 10);
        let row = format!("1000001,{value},20260401");
        let found = find(row.as_bytes(), &wanted);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].written, found[0].at), (Written::Known, 8));
        // With other figures around it, it is another number.
        assert_eq!(find(format!("7{value}").as_bytes(), &wanted), []);
        assert_eq!(find(format!("{value}7").as_bytes(), &wanted), []);
        assert_eq!(find(row.as_bytes(), &Wanted::default()), []);
    }

    #[test]
    fn a_number_is_found_however_it_is_written() {
        let number = number();
        let wanted: Wanted = [&number].into_iter().collect();
        let digits = number.expose();
        let wide: String = digits
            .chars()
            .map(|digit| char::from_u32(u32::from(digit) + 0xFEE0).unwrap())
            .collect();
        let grouped = format!("{}-{} {}", &digits[..4], &digits[4..8], &digits[8..]);
        let within = format!("77{digits}00");
        for text in [digits, wide.as_str(), grouped.as_str(), within.as_str()] {
            let found = find(format!("宛名 {text} 様").as_bytes(), &wanted);
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!(found[0].written, Written::Known);
        }
        let value: u64 = digits.parse().unwrap();
        let stored = [b"ab".as_slice(), &value.to_be_bytes(), b"cd"].concat();
        assert_eq!(find(&stored, &wanted)[0].written, Written::KnownInteger);
        // As the key of a row: seven bits a byte.
        let key: Vec<u8> = (0..6)
            .rev()
            .map(|group| {
                let bits = u8::try_from((value >> (7 * group)) & 0x7F).unwrap();
                if group == 0 { bits } else { bits | 0x80 }
            })
            .collect();
        let found = find(&[b"x", key.as_slice()].concat(), &wanted);
        assert_eq!(found[0].written, Written::KnownInteger);
        // Figures of a digest are none; a known number is found even there.
        let digest = format!("{}a{digits}b{}", "0f".repeat(6), "e1".repeat(8));
        assert_eq!(find(digest.as_bytes(), &Wanted::default()), []);
        assert_eq!(find(digest.as_bytes(), &wanted)[0].written, Written::Known);
        // Nobody's here, but it looks like one.
        let found = find(digits.as_bytes(), &Wanted::default());
        assert_eq!(found[0].written, Written::Valid);
        assert_eq!(find(within.as_bytes(), &Wanted::default()), []);
        let mut wrong = digits.as_bytes().to_vec();
        wrong[11] = if wrong[11] == b'9' {
            b'0'
        } else {
            wrong[11] + 1
        };
        assert_eq!(find(&wrong, &wanted), []);
        assert_eq!(find(b"", &wanted), []);
    }
}
