//! 検索キー — what a search compares, made from a name and never shown, stored in its place, or used to judge that
//! two persons are one.
//!
//! Kanji: variation selectors are dropped, compatibility and old forms become today's (𠮷→吉, 髙→高, 﨑→崎, 邊・邉→辺).
//! Kana: one width, katakana, without 濁点・半濁点, small kana large, without long marks. No spaces, no punctuation.

use std::borrow::Cow;
use std::cell::OnceCell;
use unicode_normalization::UnicodeNormalization;
use yosina::recipes::RemoveIVSSVSOptions;
use yosina::{TransliterationRecipe, make_transliterator};

type Today = Box<dyn Fn(&str) -> Option<String>>;

thread_local! {
    /// Old forms of kanji to today's; building it is slow, so each thread keeps one.
    static TODAY: OnceCell<Option<Today>> = const { OnceCell::new() };
}

fn build() -> Option<Today> {
    let recipe = TransliterationRecipe {
        kanji_old_new: true,
        remove_ivs_svs: RemoveIVSSVSOptions::Yes {
            drop_all_selectors: true,
        },
        ..TransliterationRecipe::default()
    };
    let translate = make_transliterator(&recipe.build().ok()?).ok()?;
    Some(Box::new(move |text| translate(text).ok()))
}

/// Kanji in today's forms; the text as it is where there is nothing to change.
fn todays_kanji(text: &str) -> String {
    TODAY.with(|today| {
        let translate = today.get_or_init(build);
        translate
            .as_ref()
            .and_then(|translate| translate(text))
            .unwrap_or_else(|| text.to_owned())
    })
}

/// Forms that the general tables leave alone, as pairs of name letter and search letter.
#[rustfmt::skip]
const OWN_FORMS: &[(char, char)] = &[
    ('𠮷', '吉'), ('髙', '高'), ('﨑', '崎'), ('嵜', '崎'), ('邊', '辺'), ('邉', '辺'), ('濵', '浜'), ('濱', '浜'),
    ('齋', '斉'), ('齊', '斉'), ('斎', '斉'), ('嶋', '島'), ('嶌', '島'), ('冨', '富'), ('德', '徳'), ('惠', '恵'),
    ('澤', '沢'), ('廣', '広'), ('櫻', '桜'), ('國', '国'), ('眞', '真'), ('靑', '青'), ('淸', '清'), ('寬', '寛'),
    ('敎', '教'), ('昻', '昂'), ('曻', '昇'), ('栁', '柳'), ('槇', '槙'), ('瀨', '瀬'), ('瀧', '滝'), ('藪', '薮'),
    ('籔', '薮'), ('舘', '館'), ('舩', '船'), ('萬', '万'), ('鄕', '郷'), ('閒', '間'), ('黑', '黒'), ('𡈽', '土'),
    ('𣘺', '橋'), ('𠮟', '叱'), ('桒', '桑'), ('淵', '渕'), ('渊', '渕'), ('梁', '簗'), ('薗', '園'), ('奧', '奥'),
    ('圡', '土'), ('釼', '剣'), ('劔', '剣'), ('劍', '剣'),
];

/// 氏名の検索キー. A name without a letter or digit (〓) is searched for as it is.
#[must_use]
pub fn name_key(name: &str) -> String {
    let key = plain_key(name);
    if key.is_empty() {
        return name
            .nfkc()
            .filter(|letter| !letter.is_whitespace() && !letter.is_control())
            .collect();
    }
    key
}

fn plain_key(name: &str) -> String {
    if name.is_ascii() {
        return name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|letter| letter.to_ascii_uppercase())
            .collect();
    }
    // Selectors must go before the letters are composed, or a base letter keeps a selector that means nothing.
    let selected = name.chars().any(exchange::letters::is_variation_selector);
    let bare = if selected {
        Cow::Owned(todays_kanji(name))
    } else {
        Cow::Borrowed(name)
    };
    let composed: String = bare
        .nfkc()
        .filter(|letter| !exchange::letters::is_variation_selector(*letter))
        .collect();
    let mut key = String::with_capacity(composed.len());
    let mut last = None;
    for letter in todays_kanji(&composed).chars().flat_map(char::to_uppercase) {
        let letter = OWN_FORMS
            .iter()
            .find(|(from, _)| *from == letter)
            .map_or(letter, |(_, to)| *to);
        let letter = match (letter, last) {
            ('々' | '〻', Some(before)) => before,
            ('ヽ' | 'ヾ' | 'ゝ' | 'ゞ', Some(before)) => before,
            _ => fold_kana(letter).unwrap_or(letter),
        };
        if letter.is_alphanumeric() && letter != 'ー' {
            key.push(letter);
            last = Some(letter);
        }
    }
    key
}

/// フリガナの検索キー.
#[must_use]
pub fn kana_key(kana: &str) -> String {
    let mut key = String::with_capacity(kana.len());
    let mut last = None;
    for letter in kana.nfkc().flat_map(char::to_uppercase) {
        let letter = match (letter, last) {
            ('ヽ' | 'ヾ' | 'ゝ' | 'ゞ', Some(before)) => before,
            _ => fold_kana(letter).unwrap_or(letter),
        };
        if letter.is_alphanumeric() && letter != 'ー' {
            key.push(letter);
            last = Some(letter);
        }
    }
    key
}

/// Whether a text is written in kana alone, and so is searched in the フリガナ.
#[must_use]
pub fn is_kana(text: &str) -> bool {
    let letters: Vec<char> = text
        .nfkc()
        .filter(|letter| !letter.is_whitespace())
        .collect();
    let kana = |letter: &char| matches!(letter, '\u{3041}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}');
    letters.iter().any(kana) && letters.iter().all(|letter| kana(letter) || *letter == '-')
}

/// A kana in its plainest form; none for other letters.
fn fold_kana(letter: char) -> Option<char> {
    let point = u32::from(letter);
    // Hiragana to katakana: the blocks lie 0x60 apart.
    let letter = match letter {
        '\u{3041}'..='\u{3096}' => char::from_u32(point + 0x60)?,
        '\u{30A1}'..='\u{30FA}' | '\u{31F0}'..='\u{31FF}' => letter,
        _ => return None,
    };
    // 濁点・半濁点 come off by decomposition.
    let plain = std::iter::once(letter).nfd().next()?;
    Some(match plain {
        'ァ' => 'ア',
        'ィ' => 'イ',
        'ゥ' => 'ウ',
        'ェ' | 'エ' | 'ヱ' => 'エ',
        'ォ' | 'ヲ' => 'オ',
        'ヵ' => 'カ',
        'ヶ' => 'ケ',
        'ッ' => 'ツ',
        'ャ' => 'ヤ',
        'ュ' => 'ユ',
        'ョ' => 'ヨ',
        'ヮ' => 'ワ',
        'ヰ' => 'イ',
        'ㇰ' => 'ク',
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_find_each_other() {
        for (stored, typed) in [
            ("𠮷田 太郎", "吉田太郎"),
            ("髙橋　一", "高橋 一"),
            ("山﨑", "山崎"),
            ("渡邊", "渡辺"),
            ("渡邉", "渡辺"),
            ("渡邉\u{E0110}", "渡辺"),
            ("葛\u{E0102}城", "葛城"),
            ("佐々木", "佐佐木"),
            ("鎌ヶ谷", "鎌ケ谷"),
            ("齋藤", "斉藤"),
            ("斎藤", "斉藤"),
            ("神\u{FE00}山", "神山"),
            ("はな", "ハナ"),
            ("Nguyen Van", "ＮＧＵＹＥＮ　ＶＡＮ"),
            ("さゝ子", "ささ子"),
            ("ガン太", "ガン太"),
        ] {
            assert_eq!(name_key(stored), name_key(typed), "{stored} {typed}");
        }
    }

    #[test]
    fn readings_find_each_other() {
        for (stored, typed) in [
            ("サトウ　タロウ", "ｻﾄｳ ﾀﾛｳ"),
            ("ワタナベ", "わたなべ"),
            ("ヴィクトリア", "ウイクトリア"),
            ("シャルロット", "シヤルロツト"),
            ("イーサン", "イサン"),
            ("ヤマザキ", "ヤマサキ"),
            ("ヰノウエ ヱイ", "イノウエ エイ"),
            ("ﾊﾟｸ", "ハク"),
        ] {
            assert_eq!(kana_key(stored), kana_key(typed), "{stored} {typed}");
        }
        assert_ne!(kana_key("サトウ"), kana_key("サイトウ"));
        assert!(is_kana("さとう ﾀﾛｳ") && !is_kana("佐藤") && !is_kana(" ") && !is_kana("A"));
    }
}
