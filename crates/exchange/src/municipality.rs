//! 行政区 — the codes of the wards of designated cities, which stand in the addresses of their residents.

use crate::check_digit::local_government_digit;

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
