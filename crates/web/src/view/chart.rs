//! 図 — bars drawn by hand as SVG: readable without colour, printable, no script.
//!
//! Geometry is in whole pixels of a fixed view box.

use super::format::{count, yen_round};
use askama::Template;
use law::Yen;

/// A rectangle with its meaning.
#[derive(Clone, Debug)]
pub struct Bar {
    /// Left edge.
    pub x: i64,
    /// Upper edge.
    pub y: i64,
    /// Width, at least one where the value is not zero.
    pub width: i64,
    /// Height.
    pub height: i64,
    /// Class that colours it.
    pub class: String,
    /// What it says when pointed at or read aloud.
    pub title: String,
}

/// A word in the picture.
#[derive(Clone, Debug)]
pub struct Word {
    /// Anchor.
    pub x: i64,
    /// Base line.
    pub y: i64,
    /// `r` ends here, `m` is centred here, empty begins here; may also say `soft` or `figures`.
    pub class: String,
    /// The word.
    pub text: String,
}

/// One picture of bars.
#[derive(Clone, Debug, Template)]
#[template(path = "chart.html")]
pub struct Chart {
    /// `id` inside the page.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// The same in a sentence, for those who do not see it.
    pub description: String,
    /// View box.
    pub width: i64,
    /// View box.
    pub height: i64,
    /// Bars.
    pub bars: Vec<Bar>,
    /// Words.
    pub words: Vec<Word>,
    /// Thin lines: x1, y1, x2, y2.
    pub rules: Vec<(i64, i64, i64, i64)>,
    /// Class and meaning.
    pub legend: Vec<(String, String)>,
}

/// A pair of values under one name.
#[derive(Clone, Debug)]
pub struct Pair {
    /// 医療分 …
    pub label: String,
    /// As it stands.
    pub before: i64,
    /// As it would be.
    pub after: i64,
}

/// What the numbers of a chart are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Amounts.
    Yen,
    /// Numbers of households or people.
    Households,
}

impl Unit {
    fn write(self, value: i64) -> String {
        match self {
            Self::Yen => yen_round(Yen(value)),
            Self::Households => format!("{}世帯", count(value)),
        }
    }
}

/// `value` of `most`, on a line of `room` pixels.
fn scale(value: i64, most: i64, room: i64) -> i64 {
    if value <= 0 || most <= 0 {
        return 0;
    }
    let pixels = i128::from(value) * i128::from(room) / i128::from(most);
    i64::try_from(pixels).unwrap_or(room).clamp(1, room)
}

const LABELS: i64 = 92;
const BAR_ROOM: i64 = 300;
const WIDTH: i64 = 520;
const NARROW: i64 = 360;
const NARROW_LABELS: i64 = 62;
const NARROW_ROOM: i64 = 200;

/// Two bars for each name: as it stands and as it would be.
#[must_use]
pub fn pairs(id: &str, title: &str, unit: Unit, pairs: &[Pair]) -> Chart {
    let most = pairs
        .iter()
        .map(|pair| pair.before.max(pair.after))
        .max()
        .unwrap_or(0);
    let mut chart = Chart {
        id: id.to_owned(),
        title: title.to_owned(),
        description: describe(unit, pairs),
        width: WIDTH,
        height: 0,
        bars: Vec::new(),
        words: Vec::new(),
        rules: Vec::new(),
        legend: vec![
            ("before".to_owned(), "現行".to_owned()),
            ("f0".to_owned(), "試算".to_owned()),
        ],
    };
    let mut y = 6;
    for pair in pairs {
        chart.words.push(Word {
            x: LABELS - 8,
            y: y + 20,
            class: "r".to_owned(),
            text: pair.label.clone(),
        });
        for (row, (value, class, name)) in
            [(pair.before, "before", "現行"), (pair.after, "f0", "試算")]
                .into_iter()
                .enumerate()
        {
            let top = y + if row == 0 { 0 } else { 16 };
            let width = scale(value, most, BAR_ROOM);
            let words = unit.write(value);
            chart.bars.push(Bar {
                x: LABELS,
                y: top,
                width,
                height: 13,
                class: class.to_owned(),
                title: format!("{} {name} {words}", pair.label),
            });
            chart.words.push(Word {
                x: LABELS + width + 6,
                y: top + 11,
                class: "figures".to_owned(),
                text: words,
            });
        }
        y += 42;
    }
    chart.height = y;
    chart.rules.push((LABELS, 0, LABELS, y - 6));
    chart
}

fn describe(unit: Unit, pairs: &[Pair]) -> String {
    let words: Vec<String> = pairs
        .iter()
        .map(|pair| {
            format!(
                "{}は現行{}、試算{}",
                pair.label,
                unit.write(pair.before),
                unit.write(pair.after)
            )
        })
        .collect();
    format!("{}。", words.join("、"))
}

/// One bar for each name, in the colours of the components.
#[must_use]
pub fn singles(id: &str, title: &str, unit: Unit, values: &[(String, i64)]) -> Chart {
    let most = values.iter().map(|(_, value)| *value).max().unwrap_or(0);
    let words: Vec<String> = values
        .iter()
        .map(|(label, value)| format!("{label} {}", unit.write(*value)))
        .collect();
    let mut chart = Chart {
        id: id.to_owned(),
        title: title.to_owned(),
        description: format!("{}。", words.join("、")),
        width: NARROW,
        height: 0,
        bars: Vec::new(),
        words: Vec::new(),
        rules: Vec::new(),
        legend: Vec::new(),
    };
    let mut y = 4;
    for (index, (label, value)) in values.iter().enumerate() {
        let width = scale(*value, most, NARROW_ROOM);
        chart.words.push(Word {
            x: NARROW_LABELS - 8,
            y: y + 13,
            class: "r".to_owned(),
            text: label.clone(),
        });
        chart.bars.push(Bar {
            x: NARROW_LABELS,
            y,
            width,
            height: 17,
            class: format!("f{}", index.min(3)),
            title: format!("{label} {}", unit.write(*value)),
        });
        chart.words.push(Word {
            x: NARROW_LABELS + width + 6,
            y: y + 13,
            class: "figures".to_owned(),
            text: unit.write(*value),
        });
        y += 25;
    }
    chart.height = y;
    chart.rules.push((NARROW_LABELS, 0, NARROW_LABELS, y - 4));
    chart
}

/// A column of a histogram of differences.
#[derive(Clone, Debug)]
pub struct Column {
    /// What range it is, short.
    pub label: String,
    /// How many households.
    pub count: i64,
    /// -1 they pay less, 0 the same, 1 more.
    pub sign: i64,
}

/// 増減の分布 — who pays less and who pays more.
#[must_use]
pub fn histogram(id: &str, title: &str, columns: &[Column]) -> Chart {
    const BASE: i64 = 170;
    const ROOM: i64 = 140;
    let most = columns.iter().map(|column| column.count).max().unwrap_or(0);
    let number = i64::try_from(columns.len().max(1)).unwrap_or(1);
    let pitch = (WIDTH - 20) / number;
    let words: Vec<String> = columns
        .iter()
        .map(|column| format!("{} {}世帯", column.label, count(column.count)))
        .collect();
    let mut chart = Chart {
        id: id.to_owned(),
        title: title.to_owned(),
        description: format!("{}。", words.join("、")),
        width: WIDTH,
        height: BASE + 40,
        bars: Vec::new(),
        words: Vec::new(),
        rules: vec![(10, BASE, WIDTH - 10, BASE)],
        legend: vec![
            ("down".to_owned(), "減る世帯".to_owned()),
            ("same".to_owned(), "変わらない世帯".to_owned()),
            ("up".to_owned(), "増える世帯".to_owned()),
        ],
    };
    let mut x = 10;
    for (index, column) in columns.iter().enumerate() {
        let height = scale(column.count, most, ROOM);
        let class = match column.sign {
            -1 => "down",
            0 => "same",
            _ => "up",
        };
        chart.bars.push(Bar {
            x: x + 2,
            y: BASE - height,
            width: pitch - 4,
            height,
            class: class.to_owned(),
            title: format!("{} {}世帯", column.label, count(column.count)),
        });
        if column.count > 0 {
            chart.words.push(Word {
                x: x + pitch / 2,
                y: BASE - height - 4,
                class: "m soft figures".to_owned(),
                text: count(column.count),
            });
        }
        chart.words.push(Word {
            x: x + pitch / 2,
            y: BASE + if index % 2 == 0 { 15 } else { 29 },
            class: "m soft".to_owned(),
            text: column.label.clone(),
        });
        x += pitch;
    }
    chart
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_value_is_still_seen_and_none_leaves_its_room() {
        assert_eq!(scale(0, 10, 300), 0);
        assert_eq!(scale(1, 1_000_000, 300), 1);
        assert_eq!(scale(i64::MAX, i64::MAX, 300), 300);
        assert_eq!(scale(5, 10, 300), 150);
    }

    #[test]
    fn every_bar_says_what_it_is() {
        let pair = Pair {
            label: "医療分".to_owned(),
            before: 1,
            after: 2,
        };
        let chart = pairs("c", "賦課額", Unit::Yen, &[pair]);
        assert_eq!(chart.bars.len(), 2);
        assert!(chart.bars.iter().all(|bar| bar.title.starts_with("医療分")));
        assert!(chart.description.contains("試算2円"));
    }
}
