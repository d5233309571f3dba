//! What is on the laid-out page: glyphs, fonts, edges.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::float_arithmetic,
    reason = "tests"
)]

use crate::content::{Component, Content, Document, LevyKind, Member, MissingLetters};
use crate::fit::{self, Frame};
use crate::fonts::Pen;
use crate::ink::{Ink, is_selector};
use crate::printer::{Printer, STACK_BYTES};
use crate::sample;
use typst::layout::{FrameItem, Point, Transform};
use typst::text::TextItem;
use typst_layout::PagedDocument;

/// Every name of the list, with its row number.
fn hard_names() -> Vec<(String, String)> {
    let mut reader =
        csv::Reader::from_reader(include_bytes!("../tests/data/hard_names.csv").as_slice());
    let rows = reader.records().map(|row| row.unwrap());
    rows.map(|row| (row[0].to_owned(), row[1].to_owned()))
        .collect()
}

fn with_members(names: impl Iterator<Item = String>) -> Document {
    let mut notice = sample::levy(LevyKind::Premium, "見本　太郎");
    notice.members = names
        .map(|name| Member {
            name,
            months: vec![Some(12); 4],
            ..Member::default()
        })
        .collect();
    let content = Content::Levy(Box::new(notice));
    Document {
        missing_letters: MissingLetters::Geta,
        ..Document::official("names", content)
    }
}

fn lay_out(printer: &Printer, document: &Document) -> PagedDocument {
    let sheets = printer.plan(document).unwrap().sheets;
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
        let work = || printer.lay_out(sheets).unwrap();
        thread.spawn_scoped(scope, work).unwrap().join().unwrap()
    })
}

/// Calls `see` with every text on the pages and its place on its page.
fn texts(document: &PagedDocument, see: &mut dyn FnMut(&TextItem, Point)) {
    for page in 0..document.pages().len() {
        texts_on(document, page, see);
    }
}

/// Calls `see` with every text of one page and its place.
fn texts_on(document: &PagedDocument, page: usize, see: &mut dyn FnMut(&TextItem, Point)) {
    fn walk(
        frame: &typst::layout::Frame,
        origin: Transform,
        see: &mut dyn FnMut(&TextItem, Point),
    ) {
        for (point, item) in frame.items() {
            let here = origin.pre_concat(Transform::translate(point.x, point.y));
            match item {
                FrameItem::Group(group) => {
                    walk(&group.frame, here.pre_concat(group.transform), see)
                }
                FrameItem::Text(text) => see(text, Point::new(here.tx, here.ty)),
                _ => {}
            }
        }
    }
    walk(&document.pages()[page].frame, Transform::identity(), see);
}

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
fn long_and_broken_names_do_not_push_their_neighbours_out_of_their_rows() {
    let printer = Printer::open(&[]).unwrap();
    for components in 1..=5 {
        let mut notice = sample::levy(LevyKind::Premium, "見本　太郎");
        notice.table.components = vec![
            Component {
                decided_yen: 1_000,
                ..Component::default()
            };
            components
        ];
        notice.table.total = sample::total(&notice.table.components);
        notice.instalments = sample::instalments(notice.table.total.decided_yen);
        notice.members = (1..=130)
            .map(|number| Member {
                name: format!(
                    "員{number}　{}",
                    if number % 3 == 0 {
                        "WICKRAMA ".repeat(12)
                    } else {
                        "子".into()
                    }
                ),
                months: vec![Some(12); components],
                note: format!(
                    "注{number}。{}",
                    "非自発的失業・産前産後".repeat(number % 4)
                ),
                ..Member::default()
            })
            .collect();
        let document = lay_out(
            &printer,
            &Document::official("rows", Content::Levy(Box::new(notice))),
        );
        let mut rows = 0;
        for page in 0..document.pages().len() {
            let (mut numbers, mut others) = (Vec::new(), Vec::new());
            texts_on(&document, page, &mut |text, at| {
                let said = text.text.trim();
                if at.x.to_mm() < 23.0 && said.chars().all(|letter| letter.is_ascii_digit()) {
                    numbers.push((said.to_owned(), at.y.to_mm()));
                } else if let Some(rest) =
                    said.strip_prefix('員').or_else(|| said.strip_prefix('注'))
                {
                    let number: String = rest.chars().take_while(char::is_ascii_digit).collect();
                    others.push((number, at.y.to_mm()));
                }
            });
            for (number, y) in numbers {
                let beside: Vec<f64> = others
                    .iter()
                    .filter(|one| one.0 == number)
                    .map(|one| one.1)
                    .collect();
                assert_eq!(beside.len(), 2, "row {number}: name and note");
                assert!(
                    beside.iter().all(|other| (other - y).abs() < 1.8),
                    "row {number}: {y} {beside:?}"
                );
                rows += 1;
            }
        }
        assert_eq!(rows, 130);
    }
}

#[test]
fn nothing_leaves_its_box_or_the_page() {
    let printer = Printer::open(&[]).unwrap();
    for (id, name) in hard_names() {
        let ink = Ink::of(printer.fonts(), &name);
        for frame in [
            Frame {
                width_um: 74_000,
                height_um: 1_000_000,
                size_mpt: 13_000,
                lines: 2,
            },
            Frame {
                width_um: 52_000,
                height_um: 1_000_000,
                size_mpt: 9_000,
                lines: 1,
            },
            Frame {
                width_um: 44_000,
                height_um: 1_000_000,
                size_mpt: 9_500,
                lines: 2,
            },
        ] {
            let set = fit::fit(&ink, frame);
            assert!(set.l.len() <= frame.lines, "{id}");
            for line in &set.l {
                let text: String = line.iter().map(|run| run.1.as_str()).collect();
                let width: i64 = Ink::of(printer.fonts(), text.trim_end())
                    .letters
                    .iter()
                    .map(|one| one.width)
                    .sum();
                assert!(
                    width * set.s * 254 <= frame.width_um * 720 * 1_000,
                    "{id} {text:?} {width} {}",
                    set.s
                );
            }
        }
    }
    let longest = hard_names()
        .into_iter()
        .map(|(_, name)| name)
        .max_by_key(|name| name.chars().count())
        .unwrap();
    let mut notice = sample::levy_change(LevyKind::Tax, &longest);
    notice.window.address = vec![
        "長".repeat(120),
        "い".repeat(80),
        "方書".repeat(50),
        "号".into(),
    ];
    let document = Document::official("long", Content::Levy(Box::new(notice)));
    texts(&lay_out(&printer, &document), &mut |text, at| {
        let right = (at.x + text.width()).to_mm();
        assert!(
            at.x.to_mm() >= 5.0 && right <= 200.0,
            "{:?} ends at {right} mm",
            text.text
        );
        assert!(
            at.y.to_mm() >= 5.0 && at.y.to_mm() <= 293.0,
            "{:?}",
            text.text
        );
    });
}

#[test]
fn the_address_lies_in_the_window() {
    let printer = Printer::open(&[]).unwrap();
    for name in [
        "見本　太郎",
        "PHRAYA SRISURIYAWONGSANUWAT CHAROENRATTANAKOSINPHIPHATTHANAKUL SOMCHAI THONGCHAI",
    ] {
        let mut notice = sample::levy(LevyKind::Premium, "見本　次郎");
        notice.window.addressee = name.into();
        notice.window.address =
            vec!["見本県見本市大字見本字見本下12345番地の678".into(); 2];
        let document = Document::official("window", Content::Levy(Box::new(notice)));
        let mut seen = 0;
        texts(&lay_out(&printer, &document), &mut |text, at| {
            let in_block = at.x.to_mm() < 104.0 && at.y.to_mm() < 48.0;
            if in_block {
                seen += 1;
                assert!(
                    at.x.to_mm() >= 20.0 && (at.x + text.width()).to_mm() <= 105.0,
                    "{:?}",
                    text.text
                );
                assert!(
                    at.y.to_mm() >= 12.0 && at.y.to_mm() <= 45.0,
                    "{:?} at {}",
                    text.text,
                    at.y.to_mm()
                );
            }
        });
        assert!(seen >= 5);
    }
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
