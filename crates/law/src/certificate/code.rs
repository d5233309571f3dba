//! 証の番号と符号 — the number of a certificate, the code a scanner reads from it, and the guard of forms.

use super::form::NumberScheme;
use super::kind::Kind;
use crate::{Date, Refusal};

/// Figures of a scan code.
pub const SCAN_DIGITS: usize = 20;
/// Figures of 様式番号 and 版 together.
const STOCK_DIGITS: usize = 6;
/// Figures of the certificate's number within the store.
const ID_DIGITS: usize = 10;

/// 交付番号: prefix, running figures, check figure (modulus 10, weights 3 and 1 from the right).
///
/// # Errors
/// A [`Refusal`] when the running number no longer fits the scheme.
pub fn number(scheme: &NumberScheme, running: i64) -> Result<String, Refusal> {
    let width = usize::from(scheme.digits);
    let figures = format!("{running:0width$}");
    if running < 1 || figures.len() != width {
        return Err(Refusal::new(
            "certificate.number.full",
            format!("交付番号{running}は{width}桁に収まりません。証の規則の桁数を増やしてください"),
        ));
    }
    let body = format!("{}{figures}", scheme.prefix);
    let check = check_figure(&body);
    Ok(format!("{body}{check}"))
}

/// Whether a number carries its right check figure.
#[must_use]
pub fn number_holds(number: &str) -> bool {
    let Some((body, check)) = number
        .len()
        .checked_sub(1)
        .and_then(|at| number.split_at_checked(at))
    else {
        return false;
    };
    !body.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && check == check_figure(body).to_string()
}

/// 根拠: GS1 General Specifications 7.9.1 (the same rule as on payment slips).
fn check_figure(figures: &str) -> u32 {
    let sum: u32 = figures
        .chars()
        .rev()
        .filter_map(|figure| figure.to_digit(10))
        .zip([3, 1].into_iter().cycle())
        .map(|(figure, weight)| figure * weight)
        .sum();
    (10 - sum % 10) % 10
}

/// 読取符号: what the bar code on a certificate and its envelope says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanCode {
    /// 様式番号と版.
    pub stock: String,
    /// Number of the certificate in the store.
    pub certificate_id: i64,
    /// 交付の回: 1, and one more with every reissue.
    pub copy: i64,
}

impl ScanCode {
    /// The twenty figures.
    ///
    /// # Errors
    /// A [`Refusal`] when a part does not fit.
    pub fn figures(&self) -> Result<String, Refusal> {
        let body = format!(
            "{}{:0id$}{:02}",
            self.stock,
            self.certificate_id,
            self.copy,
            id = ID_DIGITS
        );
        if body.len() != SCAN_DIGITS - 2 || !body.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Refusal::new(
                "certificate.code.range",
                format!(
                    "証{}（様式{}、{}回目）の読取符号を作れません。様式番号は4桁、版は2桁の数字にしてください",
                    self.certificate_id, self.stock, self.copy
                ),
            ));
        }
        Ok(format!("{body}{:02}", check_pair(&body)))
    }

    /// Reads what a scanner (or a hand) gave; blanks, hyphens and full-width figures are forgiven, nothing else.
    ///
    /// # Errors
    /// A [`Refusal`] that says whether figures are missing or wrong.
    pub fn read(text: &str) -> Result<Self, Refusal> {
        let figures: String = text
            .chars()
            .filter(|letter| !letter.is_whitespace() && !matches!(letter, '-' | '－' | 'ー'))
            .map(|letter| match letter {
                '０'..='９' => u32::from(letter)
                    .checked_sub(u32::from('０'))
                    .and_then(|figure| char::from_digit(figure, 10))
                    .unwrap_or(letter),
                other => other,
            })
            .collect();
        let refuse = |why: String| Err(Refusal::new("certificate.code.unread", why));
        if figures.len() != SCAN_DIGITS || !figures.bytes().all(|byte| byte.is_ascii_digit()) {
            return refuse(format!(
                "読取符号は数字{SCAN_DIGITS}桁です（読んだ文字数は{}）。もう一度読み取るか、符号の下の数字を打ってください",
                figures.chars().count()
            ));
        }
        let (body, check) = figures.split_at(SCAN_DIGITS - 2);
        if check != format!("{:02}", check_pair(body)) {
            return refuse(
                "読取符号の検査数字が合いません。打ち間違いか、別の用紙の符号です".to_owned(),
            );
        }
        let (stock, rest) = body.split_at(STOCK_DIGITS);
        let (id, copy) = rest.split_at(ID_DIGITS);
        match (id.parse(), copy.parse()) {
            (Ok(certificate_id), Ok(copy)) => Ok(Self {
                stock: stock.to_owned(),
                certificate_id,
                copy,
            }),
            _ => refuse("読取符号を読めません。もう一度読み取ってください".to_owned()),
        }
    }
}

/// Two check figures, modulus 97: every wrong figure and every exchange of neighbours is noticed.
fn check_pair(figures: &str) -> u32 {
    let rest = figures
        .chars()
        .filter_map(|figure| figure.to_digit(10))
        .fold(0, |rest, figure| (rest * 10 + figure) % 97);
    98 - (rest * 100) % 97
}

/// 様式の照合: whether a stock of paper may carry a kind on a day. A kind that is issued no more, or paper of another
/// kind or version, is refused before anything is printed.
///
/// # Errors
/// A [`Refusal`] that names the right form.
pub fn guard(kind: &Kind, stock: &str, on: Date) -> Result<(), Refusal> {
    issuable(kind, on)?;
    if stock != kind.form.stock() {
        return Err(Refusal::new(
            "certificate.form.wrong",
            format!(
                "用紙が違います。{}の様式は{}（第{}版、{}、{}）ですが、読み取った用紙は{stock}です。用紙を入れ替えてください",
                kind.name_ja,
                kind.form.id,
                kind.form.version,
                kind.form.paper.label_ja(),
                kind.form.colour,
            ),
        ));
    }
    Ok(())
}

/// Whether a kind is issued on a day.
///
/// # Errors
/// A [`Refusal`] that says since when it is issued no more, or from when it will be.
pub fn issuable(kind: &Kind, on: Date) -> Result<(), Refusal> {
    if kind.issued_on(on) {
        return Ok(());
    }
    let period = if on < kind.from {
        format!("{}から交付します", crate::era::wareki(kind.from))
    } else {
        let until = kind.until.unwrap_or(kind.from);
        format!("{}から新たに交付できません", crate::era::wareki(until))
    };
    Err(Refusal::new(
        "certificate.kind.expired",
        format!(
            "{}は{period}。交付日{}に交付できる種類を選んでください",
            kind.name_ja,
            crate::era::wareki(on)
        ),
    ))
}
