//! 文字 — which letters may stand in a text. A stored name is exactly what came: nothing here changes a letter.
//!
//! A letter that cannot be shown, cannot be meant or would deceive holds the row. A letter that may be right but is
//! often a mistake of entry is taken as it is and listed for a person.

use crate::field::{Flaw, shown};
use crate::layout::{Field, LetterRule};

/// Control letters, zero-width letters and letters that change the direction of writing.
#[must_use]
pub fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFC}' | '\u{E0000}'..='\u{E007F}')
}

/// 異体字セレクタ — standardized and ideographic variation selectors.
#[must_use]
pub fn is_variation_selector(letter: char) -> bool {
    matches!(letter, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Holds a text with letters that no field may have.
pub(crate) fn check_text(field: &Field, text: &str, flaws: &mut Vec<Flaw>) {
    let bad = text.chars().find(|letter| {
        is_invisible(*letter)
            || matches!(letter, '\u{FFFD}' | '\u{E000}'..='\u{F8FF}' | '\u{FDD0}'..='\u{FDEF}')
            || u32::from(*letter) & 0xFFFE == 0xFFFE
    });
    let Some(letter) = bad else { return };
    let point = u32::from(letter);
    let reason = match letter {
        '\u{FFFD}' => {
            "変換に失敗した跡（U+FFFD）があります。送り元で正しい文字に直してください".to_owned()
        }
        '\u{E000}'..='\u{F8FF}' => {
            format!("外字 U+{point:04X} があります。外字の対応表で行政事務標準文字に直してください")
        }
        _ => format!("見えない文字・制御文字 U+{point:04X} があります。送り元で取り除いてください"),
    };
    flaws.push(Flaw::hold(
        &field.name_ja,
        "import.letter.forbidden",
        format!("「{}」: {reason}", shown(text)),
    ));
}

/// Checks a text by the rule of its field.
pub(crate) fn check_rule(field: &Field, text: &str, flaws: &mut Vec<Flaw>) {
    let Some(rule) = field.rule else { return };
    if text.chars().all(char::is_whitespace) {
        flaws.push(Flaw::hold(
            &field.name_ja,
            "import.name.blank",
            "空白だけです".to_owned(),
        ));
        return;
    }
    if let Some(reason) = forbidden(rule, text) {
        flaws.push(Flaw::hold(
            &field.name_ja,
            "import.name.letter",
            format!("「{}」: {reason}", shown(text)),
        ));
        return;
    }
    if let Some(reason) = doubtful(rule, text) {
        flaws.push(Flaw::review(
            &field.name_ja,
            "import.name.review",
            format!("「{}」: {reason}", shown(text)),
        ));
    }
}

fn forbidden(rule: LetterRule, text: &str) -> Option<String> {
    if text.chars().all(|letter| matches!(letter, '＊' | '*')) {
        return Some("伏せ字です。元の文字が要ります".to_owned());
    }
    for letter in text.chars() {
        let point = u32::from(letter);
        let reason = match letter {
            '?' | '？' => "変換に失敗した跡の「?」です".to_owned(),
            '0'..='9' | '０'..='９' => "数字は氏名に使えません".to_owned(),
            _ if SIMPLIFIED.contains(letter) => format!("簡体字「{letter}」は正字に置き換えます"),
            _ if !may_stand_in_name(letter) => format!("U+{point:04X} は氏名に使えない文字です"),
            _ if rule == LetterRule::Kana && is_han(letter) => {
                format!("フリガナに漢字「{letter}」があります")
            }
            _ => continue,
        };
        return Some(format!("{reason}。送り元で確かめてください"));
    }
    None
}

/// Simplified letters of common names that Japanese writing does not have; residents' records carry the 正字.
const SIMPLIFIED: &str = "陈伟张刘赵郑孙冯邓许韩罗谢邹陆贾钱杨钟龙马凤华东军红兰艳鹏飞庆汉玮晓颖辉锋钢铁银锦长门车贵贤吕卢苏蒋关严";

fn is_han(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

fn is_kana(letter: char) -> bool {
    matches!(letter, '\u{3041}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' | '\u{FF65}'..='\u{FF9F}' | '\u{1AFF0}'..='\u{1B16F}')
}

/// Letters a register of residents can hold in a name.
fn may_stand_in_name(letter: char) -> bool {
    is_han(letter)
        || is_kana(letter)
        || is_variation_selector(letter)
        || letter.is_ascii_alphabetic()
        || matches!(letter,
            ' ' | '\u{A0}' | '\u{3000}' | '\'' | '-' | '.' | ',' | '/' | '(' | ')' | '’' | '‘' | '`' | '´'
            | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' | '\u{300}'..='\u{36F}'
            | '\u{2010}'..='\u{2015}' | '\u{2212}' | '・' | '々' | '〆' | '〇' | '○' | '〻' | '〓' | '゛' | '゜'
            | '\u{2E80}'..='\u{2FDF}' | '\u{FF01}'..='\u{FF0F}' | '\u{FF1A}'..='\u{FF5E}'
            | '\u{F0000}'..='\u{FFFFD}')
}

fn doubtful(rule: LetterRule, text: &str) -> Option<&'static str> {
    let ends = |letter: Option<char>| letter.is_some_and(char::is_whitespace);
    if ends(text.chars().next()) || ends(text.chars().next_back()) {
        return Some("前後に空白があります。届いたまま登録しました");
    }
    if text.contains('\u{A0}')
        || text
            .chars()
            .zip(text.chars().skip(1))
            .any(|(a, b)| a.is_whitespace() && b.is_whitespace())
    {
        return Some("空白が続いているか、特殊な空白です。届いたまま登録しました");
    }
    if rule == LetterRule::Kana {
        return None;
    }
    if text
        .chars()
        .any(|letter| matches!(letter, '\u{FF61}'..='\u{FF9F}'))
    {
        return Some("半角カナがあります。届いたまま登録しました");
    }
    if text
        .chars()
        .any(|letter| matches!(letter, '\u{3099}'..='\u{309C}'))
    {
        return Some("濁点・半濁点が離れています。届いたまま登録しました");
    }
    if text
        .chars()
        .any(|letter| matches!(letter, '\u{2010}'..='\u{2015}' | '\u{2212}' | '－'))
    {
        return Some("長音でない横棒があります。届いたまま登録しました");
    }
    if text.chars().any(|letter| matches!(letter, '\u{31F0}'..='\u{31FF}' | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' | '\u{300}'..='\u{36F}')) {
        return Some("住民票にまれな文字があります。届いたまま登録しました");
    }
    if text
        .chars()
        .any(|letter| matches!(letter, '\u{F0000}'..='\u{FFFFD}'))
    {
        return Some("私用面の文字があります。印刷できる書体か確かめてください");
    }
    if text.contains('〓')
        || text.contains("未定")
        || text.contains("不詳")
        || text.contains("旧氏")
        || text.contains("TEST")
    {
        return Some("仮の表記か、別の項目に分ける内容のようです。届いたまま登録しました");
    }
    None
}
