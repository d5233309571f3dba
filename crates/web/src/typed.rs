//! 入力された番号 — whom the fields of a form name, whatever the address is about: a 宛名番号, a 世帯番号, a code on a paper, a
//! table of them. Every form comes through here before anything is done with it, and what an address carries behind its
//! question mark as well; whoever may not be opened by an address may not be named in a field either.

use crate::fields::half_width;
use db::Conn;
use law::Date;
use office::certificate::find;
use office::eligibility::bulk;
use office::eligibility::letters::desk as letters;
use office::registry::cohabitants;
use office::{OfficeError, worklist};

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// 宛名番号 or 国保世帯番号.
    Subject,
    /// 住民票の世帯番号.
    Register,
    /// Either of the two.
    Household,
    /// 処理待ちの番号.
    Item,
    /// 証の読取符号.
    PaperCode,
    /// 文書の読取符号.
    LetterCode,
    /// A table with 国保世帯番号.
    Table,
}

/// Fields by their names, wherever they stand. A name after `cell_` is an item of a file, after `c_` one of a
/// status, after a step and `-` one of a register of the office.
const FIELDS: &[(&str, Kind)] = &[
    ("person", Kind::Subject),
    ("household", Kind::Subject),
    ("into", Kind::Subject),
    ("representative_id", Kind::Subject),
    ("person_id", Kind::Subject),
    ("household_id", Kind::Subject),
    ("person_number", Kind::Subject),
    ("liable_number", Kind::Subject),
    ("head_number", Kind::Subject),
    ("head_person_number", Kind::Subject),
    ("cell_household_number", Kind::Household),
    ("household_number", Kind::Register),
    ("item", Kind::Item),
    ("list", Kind::Table),
];

/// Fields of one page alone.
const OF_PAGES: &[(&str, &str, Kind)] = &[
    ("/certificates/scan", "code", Kind::PaperCode),
    ("/letters/scan", "code", Kind::LetterCode),
];

/// Pages that take a number and open nobody, and why.
pub const OPENS_NOBODY: &[(&str, &str)] = &[
    ("/me/relations", "本人・親族は申告するだけで、開かない"),
    (
        "/access-log",
        "監査担当が記録を番号で探す。その人は開かない",
    ),
    ("/who-could-see", "監査担当が番号で調べる。その人は開かない"),
];

/// A field that names somebody, as it was typed.
#[derive(Clone, Debug)]
pub struct Typed {
    kind: Kind,
    text: String,
}

fn kind_of(path: &str, name: &str) -> Option<Kind> {
    if OPENS_NOBODY.iter().any(|(page, _)| *page == path) {
        return None;
    }
    let of_page = OF_PAGES
        .iter()
        .find(|(page, field, _)| *page == path && *field == name)
        .map(|(_, _, kind)| *kind);
    let known = |name: &str| FIELDS.iter().find(|(field, _)| *field == name);
    let bare = name
        .strip_prefix("cell_")
        .or_else(|| name.strip_prefix("c_"))
        .or_else(|| name.split_once('-').map(|(_, item)| item))
        .unwrap_or(name);
    of_page
        .or_else(|| known(name).or_else(|| known(bare)).map(|(_, kind)| *kind))
        .or_else(|| is_of_line(name).then_some(Kind::Subject))
}

/// Whether a field of a page names somebody by a number of the city.
pub fn names_somebody(path: &str, name: &str) -> bool {
    // Also where whoever is named is not opened.
    kind_of(path, name).or_else(|| kind_of("", name)).is_some()
}

/// `p1_number`, the 宛名番号 of the first line of a form.
fn is_of_line(name: &str) -> bool {
    name.strip_prefix('p')
        .and_then(|rest| rest.strip_suffix("_number"))
        .is_some_and(|line| !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The fields among some of a page that name somebody.
pub fn among<'p>(path: &str, pairs: impl Iterator<Item = (&'p str, &'p str)>) -> Vec<Typed> {
    pairs
        .filter(|(_, text)| !text.is_empty())
        .filter_map(|(name, text)| {
            Some(Typed {
                kind: kind_of(path, name)?,
                text: text.to_owned(),
            })
        })
        .collect()
}

/// The 宛名番号 and 世帯番号 that some fields name, each once; what cannot be read names nobody.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn behind(conn: &mut Conn, typed: &[Typed], today: Date) -> Result<Vec<i64>, OfficeError> {
    let mut all = Vec::new();
    for one in typed {
        all.extend(named(conn, one, today)?);
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

fn named(conn: &mut Conn, typed: &Typed, today: Date) -> Result<Vec<i64>, OfficeError> {
    let text = typed.text.trim_matches([' ', '\u{3000}', '\t']);
    match typed.kind {
        Kind::Table => return Ok(bulk::households_in(&typed.text)),
        Kind::PaperCode => {
            return Ok(known(find::by_scan(conn, text))?
                .map(|paper| paper.person_id)
                .into_iter()
                .collect());
        }
        Kind::LetterCode => {
            return Ok(match letters::by_scan(text) {
                Ok(letter) => letters::get(conn, letter)?
                    .map(|letter| letter.person_id)
                    .into_iter()
                    .collect(),
                Err(_) => Vec::new(),
            });
        }
        _ => {}
    }
    let Ok(number) = half_width(text).parse::<i64>() else {
        return Ok(Vec::new());
    };
    Ok(match typed.kind {
        Kind::Register => cohabitants::together(conn, number, today)?,
        Kind::Household => {
            let mut all = cohabitants::together(conn, number, today)?;
            all.push(number);
            all
        }
        Kind::Item => worklist::get(conn, number, today)?
            .into_iter()
            .flat_map(|item| [item.person_id, item.household_id])
            .flatten()
            .collect(),
        _ => vec![number],
    })
}

/// What was found; a refusal is the page's to tell.
fn known<T>(found: Result<T, OfficeError>) -> Result<Option<T>, OfficeError> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(store @ (OfficeError::Store(_) | OfficeError::Bug(_))) => Err(store),
        Err(_) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, among, kind_of};

    #[test]
    fn fields_are_known_by_their_names() {
        for (path, name, kind) in [
            ("/people/arrive", "p1_number", Some(Kind::Subject)),
            ("/people/arrive", "p12_number", Some(Kind::Subject)),
            ("/people/arrive", "p_number", None),
            ("/people/arrive", "px_number", None),
            ("/people/arrive", "household_number", Some(Kind::Register)),
            ("/held/1/2", "cell_household_number", Some(Kind::Household)),
            ("/held/1/2", "cell_person_number", Some(Kind::Subject)),
            (
                "/registers/disclosure/new",
                "receive-person_number",
                Some(Kind::Subject),
            ),
            ("/certificates/scan", "code", Some(Kind::PaperCode)),
            ("/me/totp", "code", None),
            ("/me/relations", "person", None),
            ("/retention/holds", "person", Some(Kind::Subject)),
        ] {
            assert_eq!(kind_of(path, name), kind, "{path} {name}");
        }
    }

    #[test]
    fn empty_fields_name_nobody() {
        let pairs = [("person", ""), ("person", "7"), ("note", "8")];
        assert_eq!(among("/retention/holds", pairs.into_iter()).len(), 1);
    }
}
