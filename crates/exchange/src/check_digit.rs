//! 検査数字 — the check digits of the numbers this office meets. A right check digit proves nothing: about one
//! random number in ten passes. None of these functions stores or logs a number.

/// Digits of an ASCII number of exactly `length` places.
fn digits(text: &str, length: usize) -> Option<Vec<u32>> {
    let found: Option<Vec<u32>> = text
        .bytes()
        .map(|byte| char::from(byte).to_digit(10))
        .collect();
    found.filter(|digits| digits.len() == length)
}

/// Modulus 10, weights 2, 1, 2, 1 … from the last digit before the check; two-digit products add their digits.
fn double_add_double(body: &[u32]) -> u32 {
    let sum: u32 = body
        .iter()
        .rev()
        .zip([2, 1].into_iter().cycle())
        .map(|(digit, weight)| {
            let product = digit * weight;
            product / 10 + product % 10
        })
        .sum();
    (10 - sum % 10) % 10
}

fn last_is_double_add_double(text: &str, length: usize) -> bool {
    digits(text, length).is_some_and(|digits| {
        digits
            .split_last()
            .is_some_and(|(check, body)| double_add_double(body) == *check)
    })
}

/// 国保の保険者番号 — six digits: prefecture 2, insurer 3, check 1. The prefecture must exist (01 to 47), because the
/// check digit cannot tell 09 from 90.
#[must_use]
pub fn nhi_insurer(text: &str) -> bool {
    last_is_double_add_double(text, 6) && prefecture_exists(text)
}

/// 保険者番号・公費負担者番号 — eight digits: law 2, prefecture 2, insurer 3, check 1.
///
/// 国保 numbers appear here padded with `00`.
#[must_use]
pub fn insurer8(text: &str) -> bool {
    last_is_double_add_double(text, 8)
}

/// 公費負担医療の受給者番号 — six digits and a check digit.
#[must_use]
pub fn public_recipient(text: &str) -> bool {
    last_is_double_add_double(text, 7)
}

/// 医療機関等コード — ten digits: prefecture 2, fee table 1, institution 6, check 1.
#[must_use]
pub fn medical_institution(text: &str) -> bool {
    last_is_double_add_double(text, 10) && prefecture_exists(text)
}

fn prefecture_exists(text: &str) -> bool {
    text.get(..2)
        .and_then(|code| code.parse::<u8>().ok())
        .is_some_and(|code| (1..=47).contains(&code))
}

/// 全国地方公共団体コードの検査数字 — for the first five digits; `None` when they are not five digits.
#[must_use]
pub fn local_government_digit(code5: &str) -> Option<u32> {
    let digits = digits(code5, 5)?;
    let sum: u32 = digits
        .iter()
        .zip([6, 5, 4, 3, 2])
        .map(|(digit, weight)| digit * weight)
        .sum();
    Some((11 - sum % 11) % 10)
}

/// 全国地方公共団体コード — six digits, prefecture 01 to 47.
#[must_use]
pub fn local_government(text: &str) -> bool {
    digits(text, 6).is_some_and(|digits| {
        text.get(..5).and_then(local_government_digit).as_ref() == digits.last()
            && prefecture_exists(text)
    })
}

/// 個人番号 — twelve digits. Only asks; nothing is kept.
#[must_use]
pub fn individual_number(text: &str) -> bool {
    let Some(digits) = digits(text, 12) else {
        return false;
    };
    let Some((check, body)) = digits.split_last() else {
        return false;
    };
    let sum: u32 = body
        .iter()
        .rev()
        .zip((2..=7).chain(2..=6))
        .map(|(digit, weight)| digit * weight)
        .sum();
    let rest = sum % 11;
    *check == if rest <= 1 { 0 } else { 11 - rest }
}

/// 法人番号 — thirteen digits, the check digit first; never 0.
#[must_use]
pub fn corporate(text: &str) -> bool {
    let Some(digits) = digits(text, 13) else {
        return false;
    };
    let Some((check, body)) = digits.split_first() else {
        return false;
    };
    let sum: u32 = body
        .iter()
        .rev()
        .zip([1, 2].into_iter().cycle())
        .map(|(digit, weight)| digit * weight)
        .sum();
    *check == 9 - sum % 9
}

/// 会社法人等番号 — twelve digits without a check digit of their own: the body of a 法人番号.
#[must_use]
pub fn corporate_registration(text: &str) -> bool {
    digits(text, 12).is_some()
}

/// 宛名番号・世帯番号の検査数字 — modulus 11, weights 2 to 7 repeating from the right.
///
/// A remainder of 1 would need the digit 10: such a number is never given out (`None`).
#[must_use]
pub fn addressee_digit(body: &str) -> Option<u32> {
    let digits: Vec<u32> = body
        .bytes()
        .map(|byte| char::from(byte).to_digit(10))
        .collect::<Option<_>>()?;
    let sum: u32 = digits
        .iter()
        .rev()
        .zip([2, 3, 4, 5, 6, 7].into_iter().cycle())
        .map(|(digit, weight)| digit * weight)
        .sum();
    match sum % 11 {
        0 => Some(0),
        1 => None,
        rest => Some(11 - rest),
    }
}

/// GS1の検査数字 — modulus 10, weights 3, 1, 3 … from the right.
#[must_use]
pub fn gs1_digit(body: &str) -> Option<u32> {
    let digits: Vec<u32> = body
        .bytes()
        .map(|byte| char::from(byte).to_digit(10))
        .collect::<Option<_>>()?;
    let sum: u32 = digits
        .iter()
        .rev()
        .zip([3, 1].into_iter().cycle())
        .map(|(digit, weight)| digit * weight)
        .sum();
    Some((10 - sum % 10) % 10)
}

/// 金融機関コード — four digits, not all zero; existence needs the monthly master.
#[must_use]
pub fn bank(text: &str) -> bool {
    digits(text, 4).is_some_and(|digits| digits.iter().any(|digit| *digit > 0))
}

/// 支店コード — three digits.
#[must_use]
pub fn bank_branch(text: &str) -> bool {
    digits(text, 3).is_some()
}

/// ゆうちょ銀行の記号番号 to branch and account: `(店番, 口座番号)`.
///
/// 記号 `1ab?0` and 番号 ending in 1 give branch `ab8` and the number without its last digit;
/// 記号 `0ab?0` (振替口座) gives branch `ab9` and the whole number. `None` for anything else.
#[must_use]
pub fn japan_post_account(symbol: &str, number: &str) -> Option<(String, String)> {
    let symbol_digits = digits(symbol, 5)?;
    if number.is_empty() || number.len() > 8 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let branch = symbol.get(1..3)?;
    match symbol_digits.first()? {
        1 => Some((
            format!("{branch}8"),
            format!("{:0>7}", number.strip_suffix('1')?),
        )),
        0 if number.len() <= 7 => Some((format!("{branch}9"), format!("{number:0>7}"))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_examples_hold() {
        for valid in ["010017", "140012"] {
            assert!(nhi_insurer(valid), "{valid}");
        }
        assert!(insurer8("33120015") && insurer8("01130012"));
        assert!(medical_institution("0110113719"));
        for valid in ["131016", "473821", "011002", "131083"] {
            assert!(local_government(valid), "{valid}");
        }
        assert!(individual_number("123456789018") && individual_number("212345678902"));
        assert!(
            corporate("7000012050002") && corporate("8000012010038") && corporate("6000012070001")
        );
        assert_eq!(addressee_digit("00000000000001"), Some(9));
        assert_eq!(addressee_digit("12345678901234"), Some(0));
        assert_eq!(gs1_digit("490123456789"), Some(4));
        assert_eq!(
            gs1_digit("9191234500001000000001202601502612250012300"),
            Some(8)
        );
        assert_eq!(
            japan_post_account("10530", "12345671"),
            Some(("058".to_owned(), "1234567".to_owned()))
        );
    }

    #[test]
    fn every_other_check_digit_is_wrong() {
        type Check = fn(&str) -> bool;
        let checks: [(&str, Check); 6] = [
            ("33120015", insurer8),
            ("010017", nhi_insurer),
            ("131016", local_government),
            ("123456789018", individual_number),
            ("0110113719", medical_institution),
            ("9999996", public_recipient),
        ];
        for (number, check) in checks {
            let (body, last) = number.split_at(number.len() - 1);
            for digit in (0..10).map(|digit: u32| digit.to_string()) {
                assert_eq!(
                    check(&format!("{body}{digit}")),
                    digit == last,
                    "{body}{digit}"
                );
            }
        }
    }

    #[test]
    fn anything_but_digits_is_refused() {
        for text in [
            "",
            "１２３４５６",
            "13101",
            "1310160",
            "13101x",
            "日本語です",
            "\u{0}\u{0}",
        ] {
            assert!(
                !nhi_insurer(text)
                    && !local_government(text)
                    && !individual_number(text)
                    && !corporate(text)
            );
        }
        assert!(bank("0001") && !bank("0000") && !bank("1") && bank_branch("001"));
    }
}
