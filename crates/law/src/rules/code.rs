//! 全国地方公共団体コード — the check digit of a municipality's code.

/// Checks a six-digit code: 検査数字 from the first five with weights 6, 5, 4, 3, 2 and modulus 11.
///
/// # Errors
/// A Japanese sentence that says what is wrong.
pub fn check(code: &str) -> Result<(), String> {
    let digits: Vec<u32> = code
        .chars()
        .map_while(|letter| letter.to_digit(10))
        .collect();
    let (&[a, b, c, d, e, given], 6) = (digits.as_slice(), code.len()) else {
        return Err(format!(
            "団体コード「{code}」は6桁の数字ではありません。検査数字を含む6桁で書いてください"
        ));
    };
    let sum = a * 6 + b * 5 + c * 4 + d * 3 + e * 2;
    let right = (11 - sum % 11) % 10;
    if given == right {
        return Ok(());
    }
    Err(format!(
        "団体コード「{code}」の検査数字が合いません（計算では{right}）。コードを確かめてください"
    ))
}
