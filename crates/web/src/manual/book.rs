//! 手引きの本文 — the chapters of `docs/manual`, carried inside the program, in the order of the table of contents.

use super::render::{self, Rendered};
use std::sync::LazyLock;

include!(concat!(env!("OUT_DIR"), "/manual_files.rs"));

/// The file of the 目次.
const CONTENTS: &str = "README.md";

/// 章 — one chapter.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// Its place in the address, empty for the 目次.
    pub slug: String,
    /// Its heading.
    pub title: String,
    /// Its text as safe HTML.
    pub html: String,
    /// Its sections: address within the page, and heading.
    pub sections: Vec<(String, String)>,
}

static BOOK: LazyLock<Vec<Chapter>> = LazyLock::new(|| {
    let contents = text("").unwrap_or_default();
    let mut all = vec![chapter("", contents)];
    for slug in render::chapters_named(contents) {
        if let Some(text) = text(&slug) {
            all.push(chapter(&slug, text));
        }
    }
    all
});

fn chapter(slug: &str, text: &str) -> Chapter {
    let Rendered {
        title,
        html,
        sections,
    } = render::render(text);
    Chapter {
        slug: slug.to_owned(),
        title,
        html,
        sections,
    }
}

fn text(slug: &str) -> Option<&'static str> {
    let name = if slug.is_empty() {
        CONTENTS.to_owned()
    } else {
        format!("{slug}.md")
    };
    let mut all = CHAPTERS.iter();
    all.find(|(file, _)| *file == name).map(|(_, text)| *text)
}

/// Every chapter, the 目次 first.
#[must_use]
pub fn chapters() -> &'static [Chapter] {
    &BOOK
}

/// The pictures: file name and bytes.
#[must_use]
pub fn pictures() -> &'static [(&'static str, &'static [u8])] {
    PICTURES
}

/// The chapter that explains a page of the program.
#[must_use]
pub fn about(path: &str) -> &'static str {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match *parts.as_slice() {
        [] => "login",
        ["receptions"] | ["me", "seat"] => "login",
        ["search", ..] => "search",
        ["people", _, "gain"] | ["households", _, "gain"] => "move-in",
        ["households", _, "loss"] => "leave",
        ["households", _, "change", _] => "household",
        ["households", _, "certificates" | "card" | "issue" | "apply"]
        | ["certificates" | "applications", ..] => "certificates",
        ["households", _, "judgement" | "judge"] => "judgement",
        ["households", _, "levy", _] => "levy",
        [
            "households",
            _,
            "preview" | "declare" | "relief" | "deferral",
            ..,
        ]
        | ["people", _, "incomes"] => "correction",
        [
            "households" | "people",
            _,
            "undo" | "undo-events" | "undo-movement",
            _,
        ]
        | ["acts", ..] => "undo",
        ["people", "arrive"] | ["people", _, "movement", _] | ["movements", ..] => "arrive",
        ["merge" | "merges" | "register-proposals", ..] => "merge",
        [
            "households" | "people",
            _,
            "statuses" | "status" | "undo-status" | "circumstances",
            ..,
        ]
        | ["facilities", ..] => "status",
        ["people", _, "proof"] | ["letters" | "proofs", ..] => "letters",
        ["bulk", ..] => "bulk",
        ["lists", ..] => "lists",
        ["ex-officio", ..] => "ex-officio",
        ["nightly", ..] => "nightly",
        ["messages", ..] => "messages",
        ["households" | "people", ..] => "search",
        ["work" | "held" | "files", ..] => "work",
        ["approvals", ..] => "approval",
        ["number", ..] => "number",
        ["registers" | "extractions", ..] => "registers",
        [
            "runs" | "cut-over" | "renewals" | "ages" | "notices" | "jobs" | "what-if",
            ..,
        ] => "yearly",
        ["trial", ..] => "levy",
        ["retention" | "provisions", ..] => "retention",
        ["staff" | "access-log", ..] => "admin-staff",
        _ => "",
    }
}

/// The address of a chapter.
#[must_use]
pub fn href(slug: &str) -> String {
    if slug.is_empty() {
        "/manual".to_owned()
    } else {
        format!("/manual/{slug}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_chapter_is_in_the_table_of_contents_and_has_a_heading() {
        let named: BTreeSet<String> = chapters()
            .iter()
            .map(|one| {
                if one.slug.is_empty() {
                    CONTENTS.to_owned()
                } else {
                    format!("{}.md", one.slug)
                }
            })
            .collect();
        let there: BTreeSet<String> = CHAPTERS
            .iter()
            .map(|(name, _)| (*name).to_owned())
            .collect();
        assert_eq!(named, there);
        assert!(chapters().iter().all(|one| !one.title.is_empty()));
    }

    #[test]
    fn every_page_leads_to_a_chapter_that_is_there() {
        for (method, path) in crate::routes::list() {
            let slug = about(path);
            let there = slug.is_empty() || chapters().iter().any(|one| one.slug == slug);
            assert!(there, "{method} {path} leads to {slug}");
        }
    }

    #[test]
    fn every_picture_is_shown_and_every_link_leads_somewhere() {
        let whole: String = chapters().iter().map(|one| one.html.as_str()).collect();
        for (name, _) in pictures() {
            assert!(
                whole.contains(crate::assets::href(name)),
                "{name} is in no chapter"
            );
        }
        assert!(!whole.contains("src=\"\""), "a picture is missing");
        for one in chapters() {
            for link in one.html.split("href=\"/manual/").skip(1) {
                let address = link.split('"').next().unwrap_or_default();
                let (slug, section) = address.split_once('#').unwrap_or((address, ""));
                let there = chapters().iter().find(|other| other.slug == slug);
                let there = there.unwrap_or_else(|| panic!("{}: no chapter {slug}", one.slug));
                let mut ids = there
                    .sections
                    .iter()
                    .map(|(id, _)| crate::answer::percent(id));
                let known = ids.any(|id| id == section);
                assert!(section.is_empty() || known, "{}: {address}", one.slug);
            }
        }
    }
}
