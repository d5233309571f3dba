//! Names: the right glyph, or named as unprintable; never markup.

use super::{hard_names, lay_out, texts, with_members};
use crate::fit::{self, Frame};
use crate::fonts::Pen;
use crate::ink::{Ink, is_selector};
use crate::printer::Printer;
use typst_layout::PagedDocument;

#[test]
fn hard_names_are_printed_with_their_own_glyph_or_listed() {
    let printer = Printer::open(&[]).unwrap();
    let names = hard_names();
    assert_eq!(names.len(), 263);
    let document = with_members(names.iter().map(|(_, name)| name.clone()));
    let laid_out = lay_out(&printer, &document);
    let page = Page::of(&laid_out);
    for (id, name) in &names {
        let ink = Ink::of(printer.fonts(), name);
        let set = fit::fit(
            &ink,
            Frame {
                width_um: 52_000,
                height_um: 1_000_000,
                size_mpt: 9_000,
                lines: 1,
            },
        );
        for (pen, text) in set.l.concat() {
            let runs = page.runs_of(&text);
            assert!(!runs.is_empty(), "{id} {text:?} is not on the page");
            let expected = if pen == Pen::Mj.code() {
                "IPAmjMincho"
            } else {
                "BIZ UDMincho"
            };
            assert!(
                runs.iter().all(|run| run.family == expected),
                "{id} {text:?}"
            );
            let ids: Vec<u16> = runs.iter().flat_map(|run| run.ids.clone()).collect();
            check_variations(&printer, id, pen, &text, &ids);
        }
    }
}

/// The texts of all pages as one string, with the font and glyphs of each part.
#[derive(Default)]
struct Page {
    text: String,
    runs: Vec<Run>,
}

struct Run {
    range: std::ops::Range<usize>,
    family: String,
    ids: Vec<u16>,
}

impl Page {
    fn of(document: &PagedDocument) -> Self {
        let mut page = Self::default();
        texts(document, &mut |text, _| {
            let start = page.text.len();
            page.text.push_str(&text.text);
            page.runs.push(Run {
                range: start..page.text.len(),
                family: text.font.font().info().family.to_string(),
                ids: text.glyphs.iter().map(|glyph| glyph.id).collect(),
            });
        });
        page
    }

    /// The runs that draw the first occurrence of a text.
    fn runs_of(&self, text: &str) -> Vec<&Run> {
        let Some(start) = self.text.find(text) else {
            return Vec::new();
        };
        let end = start + text.len();
        self.runs
            .iter()
            .filter(|run| run.range.start < end && start < run.range.end)
            .collect()
    }
}

/// A letter with a selector must be drawn by the glyph of that sequence.
fn check_variations(printer: &Printer, id: &str, pen: u8, text: &str, ids: &[u16]) {
    let pen = if pen == Pen::Mj.code() {
        Pen::Mj
    } else {
        Pen::Mincho
    };
    let letters: Vec<char> = text.chars().collect();
    for pair in letters.windows(2).filter(|pair| is_selector(pair[1])) {
        let (glyph, _) = printer.fonts().glyph(pen, pair[0], Some(pair[1])).unwrap();
        assert!(
            ids.contains(&glyph),
            "{id}: {pair:?} is not drawn by glyph {glyph} but {ids:?}"
        );
    }
}

#[test]
fn the_list_of_unprintable_names_is_known() {
    let printer = Printer::open(&[]).unwrap();
    let unprintable: Vec<String> = hard_names()
        .into_iter()
        .filter(|(_, name)| !printer.unprintable(name).is_empty())
        .map(|(id, _)| id)
        .collect();
    // Extension C; private use; emoji; Vietnamese, Arabic, simplified, Hangul, Thai; the replacement character.
    let known = [
        "N028", "N126", "N127", "N128", "N129", "N167", "N171", "N199", "N200", "N202", "N203",
        "N260",
    ];
    assert_eq!(unprintable, known);
    assert_eq!(printer.unprintable("𪧦田 登"), ["𪧦"]);
}

#[test]
fn markup_in_a_name_is_only_text() {
    let printer = Printer::open(&[]).unwrap();
    let name = "#let x = 1; $ *太* _郎_ [a] <b> @c `d` \\ // /* = - + \"q\" ~";
    let mut on_page = String::new();
    let document = with_members([name.to_owned()].into_iter());
    texts(&lay_out(&printer, &document), &mut |text, _| {
        on_page.push_str(&text.text)
    });
    assert!(on_page.contains(name), "{on_page}");
}
