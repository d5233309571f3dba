//! 番号の欄の外 — an individual number typed where none belongs: refused before anything reads it, for what is kept outside the
//! vault can be neither sealed nor taken back.

use crate::typed;
use office::OfficeError;
use office::vault::free_of_numbers;

/// Pages whose own fields take it; their free text is asked by the vault itself.
const PAGES_OF_NUMBERS: &str = "/number";

/// Fields that rightly hold long numbers of another kind, or nothing that was typed.
const OTHERS: &[&str] = &[
    "csrf",
    // The search says itself where numbers are looked for.
    "q",
    "request_id",
    "password",
    "again",
    "present",
    "code",
    "digest",
    "seen",
    "version",
    "sealed",
    "data",
    "client_data",
    "credential",
    "signature",
    "attestation",
    "mail_number",
    "symbol",
    "number",
];

/// What the clerk calls a field, where its name does not say it.
const LABELS: &[(&str, &str)] = &[
    ("note", "備考"),
    ("remark", "備考"),
    ("reason", "理由"),
    ("ground", "根拠"),
    ("grounds", "根拠"),
    ("words", "文言"),
    ("finding", "調査の結果"),
    ("evidence", "確認した書類"),
    ("name", "氏名"),
    ("kana", "カナ"),
    ("address", "住所"),
    ("building", "方書"),
    ("phone", "電話番号"),
];

/// The first field of a form with an individual number in it, as the error to answer; it repeats no digit.
pub fn found<'p>(
    path: &str,
    mut pairs: impl Iterator<Item = (&'p str, &'p str)>,
) -> Option<OfficeError> {
    if path.starts_with(PAGES_OF_NUMBERS) {
        return None;
    }
    pairs.find_map(|(name, text)| {
        if OTHERS.contains(&name) || typed::names_somebody(path, name) {
            return None;
        }
        let label = LABELS.iter().find(|(field, _)| *field == name);
        free_of_numbers(label.map_or(name, |(_, label)| label), text).err()
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::found;

    /// Twelve digits whose last one is right, of nobody: made here.
    fn number() -> String {
        let body = "11111111111";
        (0..10)
            .map(|check| format!("{body}{check}"))
            .find(|all| exchange::check_digit::individual_number(all))
            .unwrap()
    }

    #[test]
    fn a_number_is_found_in_free_text_and_left_where_other_numbers_belong() {
        let plain = number();
        let wide: String = plain
            .chars()
            .map(|digit| char::from_u32(u32::from(digit) - 0x30 + 0xFF10).unwrap())
            .collect();
        let grouped = format!("{}-{}-{}", &plain[..4], &plain[4..8], &plain[8..]);
        let blank = grouped.replace('-', " ");
        let of = |path: &str, name: &str, text: &str| {
            found(path, [("kind", "1"), (name, text)].into_iter()).map(|error| error.to_string())
        };
        for text in [&plain, &wide, &grouped, &blank] {
            let said = of(
                "/people/1/keep/contact",
                "remark",
                &format!("番号は{text}です"),
            )
            .unwrap();
            assert!(said.contains("備考"), "{said}");
            assert!(!said.contains(text.as_str()), "{said}");
            assert!(of("/households/1/change/head", "cell_note", text).is_some());
        }
        for (path, name) in [
            ("/number/people/1", "evidence"),
            ("/people/1/keep/representative", "representative_id"),
            ("/people/1/movement/arrive", "p1_number"),
            ("/households/1/change/renumber", "number"),
        ] {
            assert_eq!(of(path, name, &plain), None, "{path} {name}");
        }
        assert_eq!(of("/people/1/keep/contact", "remark", "03-1234-5678"), None);
    }
}
