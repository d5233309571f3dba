//! 都道府県 — the name behind the first two figures of a 団体コード.
//!
//! 根拠: JIS X 0401（都道府県コード）、全国地方公共団体コード

/// Names by their number, 北海道 the first.
pub const NAMES: [&str; 47] = [
    "北海道",
    "青森県",
    "岩手県",
    "宮城県",
    "秋田県",
    "山形県",
    "福島県",
    "茨城県",
    "栃木県",
    "群馬県",
    "埼玉県",
    "千葉県",
    "東京都",
    "神奈川県",
    "新潟県",
    "富山県",
    "石川県",
    "福井県",
    "山梨県",
    "長野県",
    "岐阜県",
    "静岡県",
    "愛知県",
    "三重県",
    "滋賀県",
    "京都府",
    "大阪府",
    "兵庫県",
    "奈良県",
    "和歌山県",
    "鳥取県",
    "島根県",
    "岡山県",
    "広島県",
    "山口県",
    "徳島県",
    "香川県",
    "愛媛県",
    "高知県",
    "福岡県",
    "佐賀県",
    "長崎県",
    "熊本県",
    "大分県",
    "宮崎県",
    "鹿児島県",
    "沖縄県",
];

/// The prefecture a code (of a municipality or of a prefecture) begins with; none where the code names none.
#[must_use]
pub fn of_municipality(code: &str) -> Option<&'static str> {
    let number: usize = code.get(..2)?.parse().ok()?;
    NAMES.get(number.checked_sub(1)?).copied()
}

/// Whether two codes begin with the same prefecture; not where one of them names none.
#[must_use]
pub fn is_same(one: &str, other: &str) -> bool {
    of_municipality(one).is_some_and(|name| of_municipality(other) == Some(name))
}

#[cfg(test)]
mod tests {
    use super::{is_same, of_municipality};

    #[test]
    fn one_prefecture_is_the_same_and_none_is_none() {
        assert!(is_same("131032", "131041"));
        assert!(!is_same("131032", "142051"));
        assert!(!is_same("", ""));
        assert!(!is_same("131032", ""));
    }

    #[test]
    fn the_first_two_figures_name_the_prefecture() {
        let cases = [
            ("011002", Some("北海道")),
            ("131032", Some("東京都")),
            ("142051", Some("神奈川県")),
            ("272272", Some("大阪府")),
            ("472018", Some("沖縄県")),
            ("01", Some("北海道")),
            ("00", None),
            ("48", None),
            ("001234", None),
            ("481234", None),
            ("", None),
            ("港区", None),
        ];
        for (code, name) in cases {
            assert_eq!(of_municipality(code), name, "{code}");
        }
    }
}
