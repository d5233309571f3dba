//! What is on the laid-out page: glyphs, fonts, edges.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::float_arithmetic,
    reason = "tests"
)]

mod boxes;
mod names;

use crate::content::{Content, Document, LevyKind, Member, MissingLetters};
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
