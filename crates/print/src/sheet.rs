//! 版面 — content cut into planned sheets, each a page of fixed form.
//!
//! Every document knows its pages before layout; the printer compares the plan with what was laid out.

mod certificate;
mod certificate_letter;
mod eligibility;
mod explanation;
mod levy;
mod levy_check;
mod levy_places;
mod list;
mod slip;
mod wording;

use crate::content::{Content, Document, MissingLetters};
use crate::error::{PrintError, Unprintable};
use crate::fit::{self, Frame, Set};
use crate::fonts::Fonts;
use crate::form::{Fill, Filled, Part};
use crate::ink::Ink;
use serde_json::{Value, json};

/// Most pages of one document: a page being laid out takes more than half a megabyte.
const MOST_PAGES: usize = 1_000;

/// One planned page.
pub(crate) struct Sheet {
    /// Data of the form; `form` names the template.
    pub(crate) body: Value,
    /// Pixels the body refers to by offset within this sheet.
    pub(crate) images: Vec<u8>,
    /// Forms with their texts instead of a body.
    pub(crate) filled: Option<Filled>,
}

impl Sheet {
    fn plain(body: Value) -> Self {
        Self::with_images(body, Vec::new())
    }

    fn with_images(body: Value, images: Vec<u8>) -> Self {
        Self {
            body,
            images,
            filled: None,
        }
    }

    /// A page of forms, one of which has a place `page` for the number of the page.
    fn filled(filled: Filled) -> Self {
        Self {
            filled: Some(filled),
            ..Self::plain(Value::Null)
        }
    }

    /// Tells a sheet which page of how many it is, and whether it is a sample.
    fn number(&mut self, page: usize, pages: usize, sample: bool) {
        if let Value::Object(body) = &mut self.body {
            body.insert("sample".into(), json!(sample));
            body.insert("page".into(), json!(page));
            body.insert("pages".into(), json!(pages));
        }
        let Some(filled) = &mut self.filled else {
            return;
        };
        for part in &mut filled.parts {
            if let Value::Object(body) = &mut part.body {
                body.insert("sample".into(), json!(false));
            }
        }
        if sample {
            // Over everything else on the page.
            filled.parts.push(Part {
                body: json!({ "form": "watermark", "sample": true }),
                down_um: 0,
            });
        }
        let words = Fill::Words(vec![format!("{page}／{pages}ページ")]);
        filled.fills.push(("page".into(), words));
    }
}

/// A document cut into sheets.
pub(crate) struct Planned {
    pub(crate) sheets: Vec<Sheet>,
    /// Letters printed as 〓.
    pub(crate) geta: usize,
}

/// Cuts a document into sheets, or says why it must not be printed.
pub(crate) fn plan(fonts: &Fonts, document: &Document) -> Result<Planned, PrintError> {
    if document.content.is_official() && document.draft_rules && !document.demo {
        return Err(PrintError::DraftRules {
            document: document.key.clone(),
        });
    }
    issuer_named(document)?;
    let mut setter = Setter {
        fonts,
        missing: Vec::new(),
    };
    let sheets = match &document.content {
        Content::Levy(notice) => levy::sheets(notice, &mut setter),
        Content::Slips(slips) => slip::sheets(slips, &mut setter),
        Content::Explanation(explanation) => explanation::sheets(explanation, &mut setter),
        Content::List(list) => list::sheets(list, &mut setter),
        Content::Certificate(paper) => certificate::sheets(paper, &mut setter),
        Content::CertificateLetter(letter) => certificate_letter::sheets(letter, &mut setter),
        Content::EligibilityLetter(letter) => eligibility::letter(letter, &mut setter),
        Content::EligibilityProof(proof) => eligibility::proof(proof, &mut setter),
    };
    let mut sheets = sheets.map_err(|fault| PrintError::Content {
        document: document.key.clone(),
        field: fault.field,
        reason: fault.reason,
    })?;
    if !setter.missing.is_empty() && document.missing_letters == MissingLetters::Refuse {
        return Err(PrintError::Unprintable {
            document: document.key.clone(),
            missing: setter.missing,
        });
    }
    let pages = sheets.len();
    if pages > MOST_PAGES {
        return Err(PrintError::Content {
            document: document.key.clone(),
            field: "ページ数".to_owned(),
            reason: format!(
                "{pages}ページになります（{MOST_PAGES}ページまで）。範囲を分けて印刷するか、CSVで出力してください"
            ),
        });
    }
    for (place, sheet) in sheets.iter_mut().enumerate() {
        sheet.number(place + 1, pages, document.is_sample());
    }
    let geta = setter.missing.iter().map(|one| one.letters.len()).sum();
    Ok(Planned { sheets, geta })
}

/// A paper that acts in the name of the head of the municipality names the head, the prefecture of its board of review and
/// whom to ask. A sample may leave them out.
///
/// 根拠: 行政不服審査法 第82条（審査請求をすべき行政庁の教示）
fn issuer_named(document: &Document) -> Result<(), PrintError> {
    let Some(office) = document.content.issuer().filter(|_| !document.is_sample()) else {
        return Ok(());
    };
    let parts = [
        ("都道府県名", &office.prefecture),
        ("市町村名", &office.municipality),
        ("首長の職名", &office.head_title),
        ("首長の氏名", &office.head_name),
        ("担当", &office.section),
        ("電話番号", &office.phone),
    ];
    match parts.iter().find(|(_, text)| text.trim().is_empty()) {
        None => Ok(()),
        Some((field, _)) => Err(PrintError::Content {
            document: document.key.clone(),
            field: (*field).to_owned(),
            reason: "発行者として印刷する事項がありません。市町村の規則の [[office]] に書いてから印刷してください"
                .to_owned(),
        }),
    }
}

/// A contradiction in the content.
struct Fault {
    field: String,
    reason: String,
}

impl Fault {
    fn new(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            reason: reason.into(),
        }
    }
}

/// Sets outside text into frames and remembers what could not be drawn.
struct Setter<'fonts> {
    fonts: &'fonts Fonts,
    missing: Vec<Unprintable>,
}

impl Setter<'_> {
    /// Text in a box, shrunk or broken to fit.
    fn fit(&mut self, field: &str, text: &str, frame: Frame) -> Set {
        let ink = self.ink(field, text);
        fit::fit(&ink, frame)
    }

    /// Text as full-size lines. A line feed in the text begins a new line.
    fn lines(&mut self, field: &str, text: &str, frame: Frame) -> Vec<Set> {
        let paragraphs: Vec<&str> = text.split('\n').collect();
        paragraphs
            .into_iter()
            .flat_map(|one| {
                let ink = self.ink(field, one);
                fit::paragraph(&ink, frame)
            })
            .collect()
    }

    /// Text as lines of the largest of the sizes (tenths of a point, falling) at which it has at most `most` lines.
    fn lines_within(
        &mut self,
        field: &str,
        text: &str,
        width: i64,
        sizes: &[i64],
        most: usize,
    ) -> Vec<Set> {
        let paragraphs: Vec<Ink> = text.split('\n').map(|one| self.ink(field, one)).collect();
        let at = |size: i64| -> Vec<Set> {
            let frame = frame(width, size, 1);
            paragraphs
                .iter()
                .flat_map(|ink| fit::paragraph(ink, frame))
                .collect()
        };
        let mut lines = Vec::new();
        for size in sizes {
            lines = at(*size);
            if lines.len() <= most {
                break;
            }
        }
        lines
    }

    fn ink(&mut self, field: &str, text: &str) -> Ink {
        let ink = Ink::of(self.fonts, text);
        if !ink.missing.is_empty() {
            let found = Unprintable {
                field: field.to_owned(),
                text: text.to_owned(),
                letters: ink.missing.clone(),
            };
            // The same name stands on every sheet: it is named once.
            if !self.missing.contains(&found) {
                self.missing.push(found);
            }
        }
        ink
    }
}

/// A frame of `width` tenths of a millimetre and `size` tenths of a point, as high as its lines need.
const fn frame(width: i64, size: i64, lines: usize) -> Frame {
    Frame {
        width_um: width * 100,
        height_um: 1_000_000,
        size_mpt: size * 100,
        lines,
    }
}

/// A frame of two lines that share a row of `height` tenths of a millimetre.
const fn row(width: i64, height: i64, size: i64) -> Frame {
    Frame {
        width_um: width * 100,
        height_um: height * 100,
        size_mpt: size * 100,
        lines: 2,
    }
}

/// Yen with commas; a negative amount with △.
pub(crate) fn yen(amount: i64) -> String {
    let digits = amount.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    if amount < 0 {
        text.push('△');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// An amount that is taken off, given as a positive number.
fn taken_off(amount: i64) -> String {
    if amount == 0 {
        yen(0)
    } else {
        yen(amount.saturating_neg())
    }
}

/// Sum without wrapping; `None` on overflow.
fn sum(amounts: impl IntoIterator<Item = i64>) -> Option<i64> {
    amounts.into_iter().try_fold(0_i64, i64::checked_add)
}

#[cfg(test)]
mod tests {
    use super::{taken_off, yen};

    #[test]
    fn amounts_have_commas_and_triangles() {
        assert_eq!([yen(0), yen(999), yen(1_000)], ["0", "999", "1,000"]);
        assert_eq!(
            [yen(-1_234_567), taken_off(14_850), taken_off(0)],
            ["△1,234,567", "△14,850", "0"]
        );
        assert_eq!(yen(i64::MIN), "△9,223,372,036,854,775,808");
    }
}
