//! Runs of many documents: order, counts, refusals, and what stops a run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod common;

use common::{PRINTER, text_of};
use print::content::{Cell, Content, ListReport, MissingLetters};
use print::{Chunk, Document, PrintError, sample};

/// A small document: lists lay out fastest.
fn list(number: usize, title: &str) -> Document {
    let mut report: ListReport = sample::list(1, false);
    report.rows[0][2] = Cell::Text(format!("{title}{number:04}"));
    Document::official(format!("key-{number}"), Content::List(Box::new(report)))
}

#[test]
fn chunks_come_in_order_whatever_the_threads() {
    let run = |threads| {
        let mut chunks: Vec<Chunk> = Vec::new();
        let documents = (0..230).map(|number| list(number, "世帯"));
        let counts = PRINTER
            .render_many(documents, threads, |chunk| {
                chunks.push(chunk);
                Ok(())
            })
            .unwrap();
        assert_eq!(
            (counts.taken, counts.printed, counts.pages, counts.chunks),
            (230, 230, 230, 3)
        );
        assert!(counts.refused.is_empty());
        chunks
    };
    let (one, two) = (run(1), run(2));
    let mut place = 0;
    for (one, two) in one.iter().zip(&two) {
        assert_eq!(one.bytes, two.bytes, "chunk {}", one.index);
        assert_eq!(one.contents.len(), one.documents);
        let text = text_of(&one.bytes);
        let pages: Vec<&str> = text.split('\u{c}').collect();
        for placed in &one.contents {
            assert_eq!(placed.key, format!("key-{place}"));
            assert!(pages[placed.first_page - 1].contains(&format!("世帯{place:04}")));
            place += 1;
        }
    }
    assert_eq!(place, 230);
}

#[test]
fn refused_documents_are_listed_and_the_rest_is_printed() {
    let documents = (0..5).map(|number| {
        let mut document = list(
            number,
            if number == 1 || number == 3 {
                "𪧦"
            } else {
                "世帯"
            },
        );
        if number == 3 {
            document.missing_letters = MissingLetters::Geta;
        }
        document
    });
    let mut pages = 0;
    let counts = PRINTER
        .render_many(documents, 2, |chunk| {
            pages += chunk.pages;
            Ok(())
        })
        .unwrap();
    assert_eq!(
        (counts.taken, counts.printed, counts.with_geta, pages),
        (5, 4, 1, 4)
    );
    assert_eq!(counts.refused.len(), 1);
    assert_eq!(
        (counts.refused[0].index, counts.refused[0].key.as_str()),
        (1, "key-1")
    );
    assert!(counts.refused[0].reason.to_string().contains("U+2A9E6"));
}

#[test]
fn a_run_of_nothing_is_nothing() {
    let counts = PRINTER
        .render_many(std::iter::empty(), 2, |_| panic!("no chunk"))
        .unwrap();
    assert_eq!((counts.taken, counts.chunks), (0, 0));
}

#[test]
fn draft_rules_and_a_full_disk_stop_the_run() {
    let documents = (0..3).map(|number| {
        let content = Content::Slips(Box::new(sample::slips()));
        let mut document = Document::official(format!("slip-{number}"), content);
        document.draft_rules = number == 1;
        document
    });
    let stopped = PRINTER.render_many(documents, 2, |_| panic!("nothing may be handed over"));
    assert!(matches!(stopped, Err(PrintError::DraftRules { document }) if document == "slip-1"));

    let mut handed_over = 0;
    let stopped = PRINTER.render_many((0..400).map(|number| list(number, "世帯")), 2, |_| {
        handed_over += 1;
        Err(std::io::Error::other("空き容量がありません").into())
    });
    assert!(matches!(stopped, Err(PrintError::Output(_))));
    assert_eq!(handed_over, 1);
}

#[test]
fn inside_a_rayon_pool_printing_is_refused() {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    let refused = pool.install(|| PRINTER.render(&list(1, "世帯")).map(|pdf| pdf.pages));
    assert!(matches!(refused, Err(PrintError::InsideRayon)));
    let refused = pool.install(|| {
        PRINTER
            .render_many(std::iter::empty(), 1, |_| Ok(()))
            .map(|_| ())
    });
    assert!(matches!(refused, Err(PrintError::InsideRayon)));
}
