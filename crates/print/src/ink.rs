//! 文字の決定 — which font draws each letter of a text that came from outside.
//!
//! A font that has the base letter but not its variation draws the base letter without a word, and the person gets
//! somebody else's name. So each letter is looked up together with its variation selector: the whole text is set in
//! BIZ UD明朝 if that has everything, else the whole text in IPAmj明朝, else letter by letter. What neither has, and what
//! has no agreed shape (外字領域, U+FFFD), is missing. Control and direction characters are shown as 〔U+202E〕 and have
//! no effect.

use crate::fonts::{Fonts, Pen};

/// Drawn in place of a missing letter where the caller chose so.
const GETA: char = '〓';

/// One letter with what may follow it on the same glyph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Letter {
    /// Base letter and variation selector.
    pub(crate) text: String,
    /// The font that draws it.
    pub(crate) pen: Pen,
    /// Advance width in thousandths of an em.
    pub(crate) width: i64,
}

/// A text with its fonts decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ink {
    /// The letters in order.
    pub(crate) letters: Vec<Letter>,
    /// Letters that no font has; drawn as 〓 in `letters`.
    pub(crate) missing: Vec<String>,
}

impl Ink {
    /// Decides the fonts of a text.
    pub(crate) fn of(fonts: &Fonts, text: &str) -> Self {
        let parts = split(text);
        let whole = |pen: Pen| -> Option<Vec<Letter>> {
            parts.iter().map(|part| part.drawn(fonts, pen)).collect()
        };
        if let Some(letters) = whole(Pen::Mincho).or_else(|| whole(Pen::Mj)) {
            return Self {
                letters,
                missing: Vec::new(),
            };
        }
        let mut ink = Self::default();
        for part in &parts {
            let drawn = part
                .drawn(fonts, Pen::Mincho)
                .or_else(|| part.drawn(fonts, Pen::Mj));
            ink.letters.push(drawn.unwrap_or_else(|| {
                ink.missing.push(part.text());
                Letter {
                    text: GETA.to_string(),
                    pen: Pen::Mincho,
                    width: 1000,
                }
            }));
        }
        ink
    }
}

/// Base letter and selector.
struct Part {
    base: char,
    selector: Option<char>,
}

impl Part {
    fn text(&self) -> String {
        [Some(self.base), self.selector]
            .into_iter()
            .flatten()
            .collect()
    }

    fn drawn(&self, fonts: &Fonts, pen: Pen) -> Option<Letter> {
        if has_no_agreed_shape(self.base) {
            return None;
        }
        let (_, width) = fonts.glyph(pen, self.base, self.selector)?;
        Some(Letter {
            text: self.text(),
            pen,
            width,
        })
    }
}

/// 外字領域 and the replacement character: a glyph there, if a font has one, says nothing about the person's letter.
fn has_no_agreed_shape(letter: char) -> bool {
    matches!(letter, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}' | '\u{FFFD}')
}

/// Variation selectors, standardised and ideographic.
pub(crate) fn is_selector(letter: char) -> bool {
    matches!(letter, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Controls, direction marks, zero-width and other unseen characters, which would act on the paper unseen.
fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E007F}')
}

/// Cuts a text into letters; an unseen character becomes its name in brackets, a stray selector too.
fn split(text: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::with_capacity(text.len() / 3 + 1);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if is_unseen(letter) || is_selector(letter) {
            let name = format!("〔U+{:04X}〕", u32::from(letter));
            parts.extend(name.chars().map(|base| Part {
                base,
                selector: None,
            }));
        } else if letter == '\u{00A0}' {
            parts.push(Part {
                base: ' ',
                selector: None,
            });
        } else {
            let selector = letters.next_if(|next| is_selector(*next));
            parts.push(Part {
                base: letter,
                selector,
            });
        }
    }
    parts
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn fonts() -> Fonts {
        Fonts::open(&[]).unwrap()
    }

    fn shown(ink: &Ink) -> String {
        ink.letters
            .iter()
            .map(|letter| letter.text.as_str())
            .collect()
    }

    #[test]
    fn a_variation_bizud_lacks_moves_the_whole_name_to_ipamj() {
        let fonts = fonts();
        for name in ["葛\u{E0102}西 臨", "辻\u{E0102} 信", "渡邉\u{E0110} 一郎"] {
            let ink = Ink::of(&fonts, name);
            assert!(ink.missing.is_empty(), "{name}");
            assert!(
                ink.letters.iter().all(|letter| letter.pen == Pen::Mj),
                "{name}"
            );
            let base = name
                .chars()
                .zip(name.chars().skip(1))
                .find(|(_, next)| is_selector(*next));
            let (base, selector) = base.unwrap();
            let varied = fonts.glyph(Pen::Mj, base, Some(selector)).unwrap();
            let plain = fonts.glyph(Pen::Mj, base, None).unwrap();
            assert_ne!(varied.0, plain.0, "{name}");
        }
    }

    #[test]
    fn a_variation_that_is_the_fonts_own_form_is_still_set_in_the_font_that_knows_it() {
        let fonts = fonts();
        let ink = Ink::of(&fonts, "渡邉\u{E010F} 一郎");
        assert!(ink.letters.iter().all(|letter| letter.pen == Pen::Mj));
        assert_eq!(fonts.glyph(Pen::Mincho, '邉', Some('\u{E010F}')), None);
        assert_eq!(
            fonts
                .glyph(Pen::Mj, '邉', Some('\u{E010F}'))
                .map(|one| one.0),
            Some(27208)
        );
    }

    #[test]
    fn ordinary_names_stay_in_bizud() {
        let ink = Ink::of(&fonts(), "見本 太郎");
        assert!(ink.letters.iter().all(|letter| letter.pen == Pen::Mincho));
        assert_eq!(ink.letters.len(), 5);
        assert_eq!(
            ink.letters.iter().map(|letter| letter.width).sum::<i64>(),
            4500
        );
    }

    #[test]
    fn unseen_characters_are_shown_and_private_use_is_missing() {
        let fonts = fonts();
        assert_eq!(
            shown(&Ink::of(&fonts, "田中\u{202E}太郎")),
            "田中〔U+202E〕太郎"
        );
        assert_eq!(
            shown(&Ink::of(&fonts, "田中\r\n太郎")),
            "田中〔U+000D〕〔U+000A〕太郎"
        );
        assert_eq!(shown(&Ink::of(&fonts, "\u{E0100}葛")), "〔U+E0100〕葛");
        let ink = Ink::of(&fonts, "\u{E000}田 \u{FFFD}");
        assert_eq!(ink.missing, ["\u{E000}", "\u{FFFD}"]);
        assert_eq!(shown(&ink), "〓田 〓");
    }

    #[test]
    fn a_variation_nobody_has_is_missing_not_the_base_letter() {
        let ink = Ink::of(&fonts(), "田\u{E01EF}中");
        assert_eq!(ink.missing, ["田\u{E01EF}"]);
    }
}
