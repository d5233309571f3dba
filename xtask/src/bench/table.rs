//! Tables of figures, and the marked parts of `docs/measurements.md` they stand in.

use std::fmt::Write as _;

/// A Markdown table.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(head.len()));
    for row in rows {
        let _ = writeln!(text, "| {} |", row.join(" | "));
    }
    text
}

/// A whole number with commas.
pub fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `left / right` with two decimals, without floats.
pub fn ratio(left: u128, right: u128) -> String {
    let hundredths = (left * 100 + right / 2) / right.max(1);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// The page with one part replaced, or added at the end; a part stands between two comments of its name.
pub fn with_part(page: &str, name: &str, part: &str) -> String {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->\n"));
    let part = format!("{begin}{}\n{end}", part.trim_end());
    let old = page.find(&begin).zip(page.find(&end));
    match old.and_then(|(from, until)| page.get(..from).zip(page.get(until + end.len()..))) {
        Some((before, after)) => format!("{before}{part}{after}"),
        None => format!("{}\n\n{part}", page.trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_without_floats() {
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(ratio(3, 2), "1.50");
        assert_eq!(ratio(1, 3), "0.33");
    }

    #[test]
    fn a_part_replaces_itself_and_leaves_the_rest() {
        let page = with_part("# Title", "law", "one");
        let page = with_part(&page, "store", "two");
        let page = with_part(&page, "law", "three");
        assert!(page.starts_with("# Title\n\n<!-- law -->\nthree\n<!-- /law -->\n"));
        assert!(page.contains("<!-- store -->\ntwo\n<!-- /store -->"));
        assert!(!page.contains("one"));
    }
}
