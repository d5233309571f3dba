//! 行政区 — the codes of the wards of designated cities, which stand in the addresses of their residents.

use crate::check_digit::local_government_digit;

/// 都道府県, in the order of their codes 01 to 47.
///
/// Source: 都道府県コード（JIS X 0401）.
pub const PREFECTURES: [&str; 47] = [
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

/// The prefecture a code (of a prefecture or of a municipality) begins with; empty for no code.
#[must_use]
pub fn prefecture_of(code: &str) -> &'static str {
    code.get(..2)
        .and_then(|number| number.parse::<usize>().ok())
        .and_then(|number| PREFECTURES.get(number.checked_sub(1)?))
        .copied()
        .unwrap_or("")
}

/// 指定都市: the first five digits of the city's code, and of the first and last ward. Not every number between is
/// in use; none of them belongs to anyone else.
///
/// Source: 全国地方公共団体コード（総務省）.
const DESIGNATED: &[(u32, u32, u32)] = &[
    (1100, 1101, 1110),
    (4100, 4101, 4105),
    (11100, 11101, 11110),
    (12100, 12101, 12106),
    (14100, 14101, 14118),
    (14130, 14131, 14137),
    (14150, 14151, 14153),
    (15100, 15101, 15108),
    (22100, 22101, 22103),
    (22130, 22131, 22140),
    (23100, 23101, 23116),
    (26100, 26101, 26111),
    (27100, 27102, 27128),
    (27140, 27141, 27147),
    (28100, 28101, 28111),
    (33100, 33101, 33104),
    (34100, 34101, 34108),
    (40100, 40101, 40109),
    (40130, 40131, 40137),
    (43100, 43101, 43105),
];

/// Codes of the wards of a designated city, six digits each; empty for any other municipality.
#[must_use]
pub fn wards_of(code: &str) -> Vec<String> {
    let city: Option<u32> = code.get(..5).and_then(|code5| code5.parse().ok());
    let found = DESIGNATED
        .iter()
        .find(|(number, _, _)| Some(*number) == city);
    let Some((_, first, last)) = found else {
        return Vec::new();
    };
    (*first..=*last)
        .filter_map(|number| {
            let code5 = format!("{number:05}");
            local_government_digit(&code5).map(|digit| format!("{code5}{digit}"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_begins_with_its_prefecture() {
        for (code, name) in [
            ("131032", "東京都"),
            ("01", "北海道"),
            ("472018", "沖縄県"),
            ("00", ""),
            ("48", ""),
            ("", ""),
            ("東京", ""),
        ] {
            assert_eq!(prefecture_of(code), name, "{code}");
        }
    }

    #[test]
    fn wards_have_their_codes() {
        let saitama = [
            "111015", "111023", "111031", "111040", "111058", "111066", "111074", "111082",
            "111091", "111104",
        ];
        assert_eq!(wards_of("111007"), saitama);
        assert!(wards_of("141003").contains(&"141011".to_owned()));
        assert_eq!(wards_of("131032"), Vec::<String>::new());
        for code in ["", "日本語です", "1", "999999"] {
            assert_eq!(wards_of(code), Vec::<String>::new());
        }
        for (city, first, last) in DESIGNATED {
            assert!(city < first && first < last);
        }
    }
}
