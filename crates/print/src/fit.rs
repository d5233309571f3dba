//! 枠への割付け — text into a box of known width: shrunk, broken into lines, never overflowing.
//!
//! All lengths are whole micrometres or thousandths of a point, so pages come out the same on every machine. Lines are
//! broken here and not by the layout engine, because the number of pages of a document must be known before it is laid
//! out, and checked after.

use crate::ink::{Ink, Letter};
use serde::Serialize;

/// 枠 — a box for text: width, type size and the most lines it takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    /// Width in micrometres.
    pub(crate) width_um: i64,
    /// Height in micrometres, which further lines must share.
    pub(crate) height_um: i64,
    /// Type size in thousandths of a point.
    pub(crate) size_mpt: i64,
    /// Most lines.
    pub(crate) lines: usize,
}

/// Text ready for a template: lines of runs in one size.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Set {
    /// Type size in thousandths of a point.
    pub(crate) s: i64,
    /// Lines, each of runs `(font, text)`.
    pub(crate) l: Vec<Vec<(u8, String)>>,
}

/// 列 — texts one below the other, one a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum Column {
    /// All are one line in one font and size: a single text with line feeds, which is laid out at once.
    Even {
        /// Font.
        p: u8,
        /// Type size in thousandths of a point.
        s: i64,
        /// The rows, separated by line feeds.
        t: String,
    },
    /// Each is put into its own row.
    Rows {
        /// The rows.
        c: Vec<Set>,
    },
}

/// Joins texts into a column.
pub(crate) fn column(sets: Vec<Set>, size_mpt: i64) -> Column {
    let mut rows: Vec<&str> = Vec::with_capacity(sets.len());
    let mut pens: Vec<u8> = Vec::new();
    for set in &sets {
        match set.l.as_slice() {
            [] => rows.push(BLANK),
            [line] if set.s == size_mpt => match line.as_slice() {
                [] => rows.push(BLANK),
                [(pen, text)] => {
                    pens.push(*pen);
                    rows.push(text);
                }
                _ => return Column::Rows { c: sets },
            },
            _ => return Column::Rows { c: sets },
        }
    }
    let pen = pens.first().copied().unwrap_or(0);
    if pens.iter().any(|other| *other != pen) {
        return Column::Rows { c: sets };
    }
    Column::Even {
        p: pen,
        s: size_mpt,
        t: rows.join("\n"),
    }
}

/// Keeps the height of an empty row.
const BLANK: &str = "\u{a0}";

/// Type is not shrunk below this share of its size (per mille) while a further line is free.
const SMALLEST_BEFORE_BREAK: i64 = 640;

/// Sets a text in a box. The size falls until the text fits the lines the box has.
pub(crate) fn fit(ink: &Ink, frame: Frame) -> Set {
    let most = frame.lines.max(1);
    for wanted in 1..=most {
        let lowest = if wanted < most {
            SMALLEST_BEFORE_BREAK
        } else {
            1
        };
        let mut share = tallest(frame, wanted);
        while share >= lowest {
            let lines = wrap(&ink.letters, room(frame, share));
            if lines.len() <= wanted {
                return Set {
                    s: frame.size_mpt * share / 1000,
                    l: lines.into_iter().map(runs).collect(),
                };
            }
            share -= (share / 25).max(1);
        }
    }
    Set {
        s: 1,
        l: vec![runs(&ink.letters)],
    }
}

/// Breaks a text into lines of a box at its full size; the box may be of any height.
pub(crate) fn paragraph(ink: &Ink, frame: Frame) -> Vec<Set> {
    wrap(&ink.letters, room(frame, 1000))
        .into_iter()
        .map(|line| Set {
            s: frame.size_mpt,
            l: vec![runs(line)],
        })
        .collect()
}

/// The largest share of the type size at which so many lines, 1.15 of their size apart, fit the height of the box.
fn tallest(frame: Frame, lines: usize) -> i64 {
    let lines = i64::try_from(lines).unwrap_or(i64::MAX);
    if lines <= 1 {
        return 1000;
    }
    let line_mpt = frame.height_um.saturating_mul(7_200) / 2_540 * 10 / 115 * 10 / lines;
    (line_mpt * 1000 / frame.size_mpt.max(1)).min(1000)
}

/// Width of the box in thousandths of an em at a share of its type size. One point is 25.4/72 mm. Two per mille are
/// kept back, so that the layout engine's own rounding never breaks a full line.
fn room(frame: Frame, share: i64) -> i64 {
    frame.width_um * 998 / 1000 * 72 * 1000 * 1000 / (25_400 * frame.size_mpt.max(1)) * 1000
        / share.max(1)
}

fn runs(line: &[Letter]) -> Vec<(u8, String)> {
    let mut runs: Vec<(u8, String)> = Vec::new();
    for letter in line {
        match runs.last_mut() {
            Some((pen, text)) if *pen == letter.pen.code() => text.push_str(&letter.text),
            _ => runs.push((letter.pen.code(), letter.text.clone())),
        }
    }
    runs
}

/// Breaks letters into lines no wider than `room`: at a space or between ideographs, inside a Latin word only where
/// the word alone is wider than the line. Always at least one line.
fn wrap(letters: &[Letter], room: i64) -> Vec<&[Letter]> {
    let mut lines = Vec::new();
    let mut rest = letters;
    loop {
        let cut = line_end(rest, room);
        let (line, after) = rest.split_at(cut.min(rest.len()));
        lines.push(without_overhang(line, room));
        if after.is_empty() {
            return lines;
        }
        rest = after;
    }
}

/// A line without the spaces that hang over its edge.
fn without_overhang(line: &[Letter], room: i64) -> &[Letter] {
    let mut line = line;
    while let Some((last, before)) = line.split_last() {
        let width: i64 = line.iter().map(|letter| letter.width).sum();
        if width <= room || !is_space(last) {
            break;
        }
        line = before;
    }
    line
}

/// How many letters the next line takes.
fn line_end(letters: &[Letter], room: i64) -> usize {
    let mut width = 0;
    let mut fitting = 0;
    for letter in letters {
        width += letter.width;
        // A space at the end of a line hangs over the edge: nothing is drawn there.
        if width > room && !is_space(letter) {
            break;
        }
        fitting += 1;
    }
    if fitting == letters.len() {
        return fitting;
    }
    let fitting = fitting.max(1);
    let breaks = |at: usize| match (letters.get(at - 1), letters.get(at)) {
        (Some(before), Some(after)) => may_break(before, after),
        _ => true,
    };
    (1..=fitting)
        .rev()
        .find(|at| breaks(*at))
        .unwrap_or(fitting)
}

fn is_space(letter: &Letter) -> bool {
    letter.text.chars().all(char::is_whitespace)
}

/// 禁則 — no line begins with closing marks or small kana, none ends with an opening bracket, no Latin word is cut.
fn may_break(before: &Letter, after: &Letter) -> bool {
    const NOT_FIRST: &str = "、。，．・：；？！ー々ゝゞヽヾ）」』】〕］｝〉》ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ%％円)],.:;?!";
    const NOT_LAST: &str = "（「『【〔［｛〈《([{△";
    let first = |letter: &Letter| letter.text.chars().next().unwrap_or(' ');
    let (left, right) = (first(before), first(after));
    if is_space(before) {
        return true;
    }
    if is_space(after) || NOT_FIRST.contains(right) || NOT_LAST.contains(left) {
        return false;
    }
    let word = |letter: char| letter < '\u{0250}' && !letter.is_whitespace();
    !(word(left) && word(right))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fonts::Pen;

    fn ink(text: &str) -> Ink {
        let letters = text
            .chars()
            .map(|letter| Letter {
                text: letter.to_string(),
                pen: Pen::Mincho,
                width: if letter.is_ascii() { 500 } else { 1000 },
            })
            .collect();
        Ink {
            letters,
            missing: Vec::new(),
        }
    }

    /// Ten ems at ten points are 35,278 micrometres.
    fn ten_ems(lines: usize) -> Frame {
        Frame {
            width_um: 35_360,
            height_um: 100_000,
            size_mpt: 10_000,
            lines,
        }
    }

    fn texts(set: &Set) -> Vec<String> {
        set.l
            .iter()
            .map(|line| line.iter().map(|run| run.1.as_str()).collect())
            .collect()
    }

    #[test]
    fn even_rows_are_joined_and_others_keep_their_own_place() {
        let set = |text: &str| fit(&ink(text), ten_ems(1));
        let even = column(vec![set("一"), Set::default(), set("三")], 10_000);
        assert_eq!(
            even,
            Column::Even {
                p: 0,
                s: 10_000,
                t: "一\n\u{a0}\n三".into()
            }
        );
        for odd in [
            set(&"長".repeat(40)),
            Set {
                s: 10_000,
                l: vec![vec![(1, "辻".into())]],
            },
        ] {
            let rows = vec![set("一"), odd];
            assert_eq!(column(rows.clone(), 10_000), Column::Rows { c: rows });
        }
    }

    #[test]
    fn short_text_keeps_its_size() {
        let set = fit(&ink("見本　太郎"), ten_ems(1));
        assert_eq!((set.s, set.l.len()), (10_000, 1));
    }

    #[test]
    fn long_text_shrinks_then_breaks() {
        let shrunk = fit(&ink("一二三四五六七八九十一二"), ten_ems(2));
        assert_eq!(shrunk.l.len(), 1);
        assert!((8_000..8_400).contains(&shrunk.s), "{}", shrunk.s);
        let broken = fit(&ink("一二三四五六七八九十一二三四五六七八"), ten_ems(2));
        assert_eq!((broken.s, broken.l.len()), (10_000, 2));
        let one_line = fit(&ink(&"長".repeat(40)), ten_ems(1));
        assert_eq!(one_line.l.len(), 1);
        assert!(one_line.s <= 2_500, "{}", one_line.s);
    }

    #[test]
    fn further_lines_share_the_height() {
        let row = Frame {
            height_um: 5_000,
            ..ten_ems(2)
        };
        let set = fit(&ink(&"長".repeat(19)), row);
        assert_eq!(set.l.len(), 2);
        assert!((6_000..=6_162).contains(&set.s), "{}", set.s);
        assert_eq!(fit(&ink("短い"), row).s, 10_000);
    }

    #[test]
    fn latin_words_break_at_spaces_and_only_then_inside() {
        let set = fit(&ink("WICKRAMASINGHE MUDIYANSELAGE SHEHAN"), ten_ems(2));
        assert_eq!(texts(&set), ["WICKRAMASINGHE ", "MUDIYANSELAGE SHEHAN"]);
        let lines = paragraph(&ink(&"A".repeat(45)), ten_ems(1));
        assert_eq!(lines.len(), 3);
    }

    #[test]
    fn no_line_begins_with_a_closing_mark() {
        let lines = paragraph(&ink("一二三四五六七八九十。終わり"), ten_ems(1));
        let first: Vec<String> = lines.iter().flat_map(texts).collect();
        assert_eq!(first, ["一二三四五六七八九", "十。終わり"]);
    }

    #[test]
    fn a_space_at_the_edge_takes_no_room() {
        let lines = paragraph(&ink("一二三四五六七八九十　次の行"), ten_ems(1));
        let all: Vec<String> = lines.iter().flat_map(texts).collect();
        assert_eq!(all, ["一二三四五六七八九十", "次の行"]);
    }

    #[test]
    fn every_letter_is_set_once() {
        for length in 0..60 {
            let text: String = "あア（漢）ab 、c".chars().cycle().take(length).collect();
            for lines in 1..4 {
                let set = texts(&fit(&ink(&text), ten_ems(lines))).concat();
                assert_eq!(set.replace(' ', ""), text.replace(' ', ""));
            }
        }
    }
}
