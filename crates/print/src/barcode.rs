//! コンビニ収納用バーコード — the GS1-128 symbol with AI (91) that shops read, and its check digit.
//!
//! 根拠: GS1-128 による標準料金代理収納ガイドライン (44 digits after the application identifier's own two are
//! counted in). The symbol is start C, FNC1, 22 pairs, check symbol, stop: 288 modules.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// 1件30万円 — the largest amount a shop takes, in yen. A dearer slip carries no barcode.
pub const SHOP_LIMIT_YEN: i64 = 300_000;

/// Digits of the whole payload, application identifier and check digit included.
pub const DIGITS: usize = 44;

/// Modules of the symbol without its quiet zones.
pub const MODULES: usize = 288;

/// Quiet zone on each side, in modules.
pub const QUIET_MODULES: usize = 10;

/// 請求書発行企業などの44桁 — what the symbol says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gs1Payload {
    /// 請求書発行企業コード: six digits.
    pub issuer: String,
    /// 自由使用欄: 21 digits, the collecting company's code and the municipality's own key.
    pub free: String,
    /// 再発行区分: 0 to 9.
    pub reissue: u8,
    /// 支払期限: the last day on which a shop takes the slip; none is written 999999.
    pub payable_until: Option<Date>,
    /// 印紙フラグ: whether a revenue stamp is due. Never for the premium or the tax.
    pub stamp: bool,
    /// 金額 in yen.
    pub amount_yen: i64,
}

impl Gs1Payload {
    /// The 44 digits with the check digit.
    ///
    /// # Errors
    /// A Japanese sentence that names the field, when a field is not of its length or the amount is out of range.
    pub fn digits(&self) -> Result<String, String> {
        let plain = |name: &str, text: &str, length: usize| {
            if text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit()) {
                Ok(())
            } else {
                Err(format!(
                    "バーコードの{name}「{text}」は数字{length}桁ではありません。収納の設定を直してください"
                ))
            }
        };
        plain("請求書発行企業コード", &self.issuer, 6)?;
        plain("自由使用欄", &self.free, 21)?;
        if self.reissue > 9 {
            return Err(format!(
                "バーコードの再発行区分「{}」は0から9までです",
                self.reissue
            ));
        }
        if !(1..=999_999).contains(&self.amount_yen) {
            return Err(format!(
                "バーコードの金額「{}円」は1円から999,999円までです",
                self.amount_yen
            ));
        }
        let until = match self.payable_until {
            Some(day) => format!(
                "{:02}{:02}{:02}",
                day.year().rem_euclid(100),
                day.month(),
                day.day()
            ),
            None => "999999".to_owned(),
        };
        let body = format!(
            "91{}{}{}{until}{}{:06}",
            self.issuer,
            self.free,
            self.reissue,
            u8::from(self.stamp),
            self.amount_yen
        );
        let check = check_digit(&body)?;
        Ok(format!("{body}{check}"))
    }
}

/// The 44 digits as printed below the symbol: 「(91)912345-000010000000012026015-0-261225-0-012300-8」.
#[must_use]
pub fn readable(digits: &str) -> String {
    let cuts = [
        (2, 8),
        (8, 29),
        (29, 30),
        (30, 36),
        (36, 37),
        (37, 43),
        (43, 44),
    ];
    let parts: Vec<&str> = cuts
        .iter()
        .filter_map(|(from, until)| digits.get(*from..*until))
        .collect();
    format!("(91){}", parts.join("-"))
}

/// チェックデジット — modulus 10, weights 3 and 1 from the right. 根拠: GS1 General Specifications 7.9.1
///
/// # Errors
/// A Japanese sentence, when the text holds anything but digits.
pub fn check_digit(digits: &str) -> Result<u8, String> {
    let mut sum: u32 = 0;
    for (place, letter) in digits.chars().rev().enumerate() {
        let digit = letter.to_digit(10).filter(|_| letter.is_ascii_digit());
        let Some(digit) = digit else {
            return Err(format!(
                "バーコードの数字「{digits}」に数字でない文字があります"
            ));
        };
        sum += digit * if place % 2 == 0 { 3 } else { 1 };
    }
    u8::try_from((10 - sum % 10) % 10).map_err(|_| "チェックデジットを計算できません".to_owned())
}

/// The symbol's modules from left to right, `true` for a bar, without quiet zones.
///
/// Encodes an even number of digits as GS1-128 in code set C, then reads its own symbol back.
///
/// # Errors
/// A Japanese sentence, when the text is not an even number of digits, or (an invariant) does not read back.
pub fn encode(digits: &str) -> Result<Vec<bool>, String> {
    let mut symbols = vec![START_C, FNC1];
    symbols.extend(pairs(digits)?);
    symbols.push(check_symbol(&symbols));
    symbols.push(STOP);
    let mut modules = Vec::with_capacity(MODULES);
    for symbol in symbols {
        let pattern = PATTERNS
            .get(usize::from(symbol))
            .ok_or_else(|| format!("コード128に {symbol} 番の符号はありません"))?;
        for (place, width) in pattern.bytes().enumerate() {
            let width = usize::from(width - b'0');
            modules.extend(std::iter::repeat_n(place % 2 == 0, width));
        }
    }
    match decode(&modules) {
        Some(read) if read == digits => Ok(modules),
        _ => Err(format!(
            "バーコード「{digits}」を読み戻せません。印刷を止めました"
        )),
    }
}

/// Reads a symbol of [`encode`] back to its digits; `None` where a pattern, the check symbol or the frame is wrong.
#[must_use]
pub fn decode(modules: &[bool]) -> Option<String> {
    let body = modules.strip_suffix(&expand(PATTERNS.get(usize::from(STOP))?)[..])?;
    let symbols: Vec<u8> = body.chunks(11).map(symbol_of).collect::<Option<_>>()?;
    let (check, rest) = symbols.split_last()?;
    let pairs = rest.strip_prefix(&[START_C, FNC1][..])?;
    if *check != check_symbol(rest) || pairs.iter().any(|pair| *pair > 99) {
        return None;
    }
    Some(pairs.iter().map(|pair| format!("{pair:02}")).collect())
}

const START_C: u8 = 105;
const FNC1: u8 = 102;
const STOP: u8 = 106;

fn pairs(digits: &str) -> Result<Vec<u8>, String> {
    let refuse = || format!("バーコードの数字「{digits}」は偶数桁の数字ではありません");
    if !digits.len().is_multiple_of(2) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(refuse());
    }
    digits
        .as_bytes()
        .chunks(2)
        .map(|pair| match pair {
            [tens, ones] => Ok((tens - b'0') * 10 + (ones - b'0')),
            _ => Err(refuse()),
        })
        .collect()
}

fn check_symbol(symbols: &[u8]) -> u8 {
    let weighted: usize = symbols
        .iter()
        .enumerate()
        .map(|(place, symbol)| place.max(1) * usize::from(*symbol))
        .sum();
    u8::try_from(weighted % 103).unwrap_or(0)
}

fn symbol_of(modules: &[bool]) -> Option<u8> {
    let place = PATTERNS
        .iter()
        .position(|pattern| expand(pattern) == modules)?;
    u8::try_from(place).ok()
}

fn expand(pattern: &str) -> Vec<bool> {
    let width = |byte: u8| usize::from(byte - b'0');
    pattern
        .bytes()
        .enumerate()
        .flat_map(|(place, byte)| std::iter::repeat_n(place % 2 == 0, width(byte)))
        .collect()
}

/// Widths of bars and spaces of each symbol, bar first. 根拠: ISO/IEC 15417 表1
#[rustfmt::skip]
const PATTERNS: [&str; 107] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213",
    "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132",
    "221231", "213212", "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211",
    "212123", "212321", "232121", "111323", "131123", "131321", "112313", "132113", "132311", "211313",
    "231113", "231311", "112133", "112331", "132131", "113123", "113321", "133121", "313121", "211331",
    "231131", "213113", "213311", "213131", "311123", "311321", "331121", "312113", "312311", "332111",
    "314111", "221411", "431111", "111224", "111422", "121124", "121421", "141122", "141221", "112214",
    "112412", "122114", "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111",
    "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311", "113141",
    "114131", "311141", "411131", "211412", "211214", "211232", "2331112",
];

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn payload() -> Gs1Payload {
        Gs1Payload {
            issuer: "912345".into(),
            free: "000010000000012026015".into(),
            reissue: 0,
            payable_until: Some(jiff::civil::date(2026, 12, 25)),
            stamp: false,
            amount_yen: 12_300,
        }
    }

    #[test]
    fn worked_example_has_check_digit_eight() {
        assert_eq!(
            check_digit("9191234500001000000001202601502612250012300"),
            Ok(8)
        );
        let digits = payload().digits().unwrap();
        assert_eq!(digits, "91912345000010000000012026015026122500123008");
        assert_eq!(
            readable(&digits),
            "(91)912345-000010000000012026015-0-261225-0-012300-8"
        );
    }

    #[test]
    fn symbol_has_its_length_and_reads_back() {
        let digits = payload().digits().unwrap();
        let modules = encode(&digits).unwrap();
        assert_eq!(modules.len(), MODULES);
        assert_eq!(decode(&modules).as_deref(), Some(digits.as_str()));
        for place in 0..modules.len() {
            let mut wrong = modules.clone();
            if let Some(module) = wrong.get_mut(place) {
                *module = !*module;
            }
            assert_eq!(decode(&wrong), None, "module {place} turned over");
        }
    }

    #[test]
    fn patterns_are_eleven_modules_with_an_even_number_of_bars() {
        let mut seen = BTreeSet::new();
        for pattern in PATTERNS.iter().take(106) {
            let widths: Vec<u32> = pattern.chars().filter_map(|one| one.to_digit(10)).collect();
            assert_eq!(widths.iter().sum::<u32>(), 11, "{pattern}");
            assert_eq!(widths.iter().step_by(2).sum::<u32>() % 2, 0, "{pattern}");
            assert!(seen.insert(*pattern), "{pattern} twice");
        }
    }

    #[test]
    fn wrong_fields_are_named() {
        let refuse = |change: fn(&mut Gs1Payload)| {
            let mut wrong = payload();
            change(&mut wrong);
            wrong.digits().unwrap_err()
        };
        assert!(refuse(|one| one.issuer = "12345".into()).contains("請求書発行企業コード"));
        assert!(refuse(|one| one.free = "x".repeat(21)).contains("自由使用欄"));
        assert!(refuse(|one| one.reissue = 10).contains("再発行区分"));
        assert!(refuse(|one| one.amount_yen = 0).contains("金額"));
        assert!(refuse(|one| one.amount_yen = 1_000_000).contains("金額"));
        assert!(encode("123").is_err());
        assert!(check_digit("12a").is_err());
        let mut open = payload();
        open.payable_until = None;
        assert_eq!(open.digits().unwrap().get(30..36), Some("999999"));
    }
}
