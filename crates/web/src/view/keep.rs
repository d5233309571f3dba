//! 割らない語 — days, amounts and numbers of a text that must stay on one line wherever it is broken.

const ERAS: [&str; 5] = ["令和", "平成", "昭和", "大正", "明治"];
const LETTERS: [char; 5] = ['R', 'H', 'S', 'T', 'M'];
const SIGNS: [char; 5] = ['-', '−', '+', '▲', '△'];
const WEEKDAYS: [char; 7] = ['月', '火', '水', '木', '金', '土', '日'];
/// What follows digits and belongs to them, longer ones first.
const UNITS: [&str; 26] = [
    "か月分",
    "か月",
    "年度",
    "世帯",
    "万円",
    "千円",
    "年",
    "月",
    "日",
    "円",
    "人",
    "件",
    "通",
    "枚",
    "回",
    "期",
    "歳",
    "割",
    "番",
    "号",
    "行",
    "分",
    "秒",
    "％",
    "%",
    "点",
];
/// What closes a day or an amount.
const ENDS: [&str; 8] = [
    "から", "まで", "以後", "以降", "以前", "以上", "以下", "現在",
];

/// A text in pieces, in order; with each goes whether it stays on one line.
#[must_use]
pub fn pieces(text: &str) -> Vec<(bool, &str)> {
    let mut found = Vec::new();
    let (mut plain, mut rest) = (text, text);
    while let Some(first) = rest.chars().next() {
        let after = token(rest);
        if after.len() == rest.len() {
            rest = rest.get(first.len_utf8()..).unwrap_or("");
            continue;
        }
        push(&mut found, false, before(plain, rest));
        push(&mut found, true, before(rest, after));
        (plain, rest) = (after, after);
    }
    push(&mut found, false, plain);
    found
}

fn push<'t>(found: &mut Vec<(bool, &'t str)>, keep: bool, text: &'t str) {
    if !text.is_empty() {
        found.push((keep, text));
    }
}

/// What stands before the end of a text.
fn before<'t>(text: &'t str, end: &str) -> &'t str {
    text.strip_suffix(end).unwrap_or(text)
}

/// What is left after the day, amount or number a text begins with; the whole of it where it begins with none that could
/// be broken.
fn token(text: &str) -> &str {
    let rest = era(text)
        .or_else(|| short_day(text))
        .or_else(|| amount(text));
    let Some(rest) = rest else {
        return text;
    };
    let rest = weekday(rest).unwrap_or(rest);
    let ended = ENDS.iter().find_map(|end| rest.strip_prefix(end));
    ended.unwrap_or(rest)
}

/// 令和8年6月15日, 令和元年度.
fn era(text: &str) -> Option<&str> {
    let rest = ERAS.iter().find_map(|era| text.strip_prefix(era))?;
    match rest.strip_prefix("元年") {
        Some(rest) => {
            let rest = rest.strip_prefix('度').unwrap_or(rest);
            Some(amount(rest).unwrap_or(rest))
        }
        None => amount(rest),
    }
}

/// R8.6.15, R8.6.15 14:05.
fn short_day(text: &str) -> Option<&str> {
    let rest = digits(text.strip_prefix(LETTERS)?)?;
    let rest = digits(rest.strip_prefix('.')?)?;
    let rest = digits(rest.strip_prefix('.')?)?;
    let time = || {
        let rest = digits(rest.strip_prefix(' ')?)?;
        digits(rest.strip_prefix(':')?)
    };
    Some(time().unwrap_or(rest))
}

/// 1,234円, -3世帯, 6月15日, 03-1234-5678; not digits alone, which nothing breaks.
fn amount(text: &str) -> Option<&str> {
    let mut rest = digits(text.strip_prefix(SIGNS).unwrap_or(text))?;
    let mut breakable = false;
    loop {
        let joined = rest.strip_prefix([',', '.', ':', '/']);
        if let Some(more) = joined.and_then(digits) {
            rest = more;
        } else if let Some(more) = rest.strip_prefix('-').and_then(digits) {
            (rest, breakable) = (more, true);
        } else if let Some(more) = UNITS.iter().find_map(|unit| rest.strip_prefix(unit)) {
            (rest, breakable) = (digits(more).unwrap_or(more), true);
        } else {
            return breakable.then_some(rest);
        }
    }
}

fn digits(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|one: char| one.is_ascii_digit());
    (rest.len() < text.len()).then_some(rest)
}

/// （月）.
fn weekday(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('（')?.strip_prefix(WEEKDAYS)?;
    rest.strip_prefix('）')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str) -> Vec<&str> {
        let all = pieces(text);
        let whole: String = all.iter().map(|piece| piece.1).collect();
        assert_eq!(whole, text, "nothing is lost");
        let kept = all.into_iter().filter(|piece| piece.0);
        kept.map(|piece| piece.1).collect()
    }

    #[test]
    fn days_amounts_and_numbers_stay_together() {
        for whole in [
            "令和8年6月15日",
            "令和8年6月15日（月）",
            "令和元年5月1日から",
            "令和元年度",
            "平成31年4月",
            "R8.6.15 14:05",
            "S45.7.15",
            "1,234,567円",
            "-12,300円",
            "▲300円",
            "3世帯",
            "12か月分",
            "99.5%",
            "03-1234-5678",
            "7割",
        ] {
            assert_eq!(kept(whole), [whole]);
        }
    }

    #[test]
    fn words_around_them_may_break() {
        assert_eq!(
            kept("令和8年4月1日から令和9年3月31日まで有効"),
            ["令和8年4月1日から", "令和9年3月31日まで"]
        );
        assert_eq!(
            kept("国民健康保険 第2期 18,300円（6月30日まで）"),
            ["2期", "18,300円", "6月30日まで"]
        );
        for plain in [
            "",
            "住民記録",
            "港・0012345",
            "12345",
            "1.5",
            "R",
            "令和",
            "－",
            "月曜日",
        ] {
            assert_eq!(kept(plain), [""; 0], "{plain}");
        }
    }

    #[test]
    fn whatever_is_asked_nothing_is_lost() {
        let parts = [
            "令和",
            "元年",
            "8",
            "年",
            "R",
            ".",
            "-",
            "円",
            "（月）",
            "から",
            " ",
            "あ",
            "/",
            "か月",
        ];
        for one in parts {
            for two in parts {
                for three in parts {
                    for four in parts {
                        kept(&format!("{one}{two}{three}{four}"));
                    }
                }
            }
        }
    }
}
