//! A chapter of the manual as its page shows it.

use super::samples::{layout, text};
use web::manual::book;
use web::view::manual::{Line, ManualPage};

pub fn sample() -> ManualPage {
    let line = |slug: &str, title: &str| Line {
        href: book::href(slug),
        title: text(title),
        current: slug == "move-in",
    };
    let chapters = book::chapters();
    ManualPage {
        page: layout("手引き"),
        title: text("転入した4人家族の加入"),
        html: chapters
            .iter()
            .find(|one| one.slug == "move-in")
            .map_or_else(String::new, |one| one.html.clone()),
        sections: vec![(text("1-ログインする"), text("1 ログインする"))],
        chapters: chapters
            .iter()
            .map(|one| line(&one.slug, &one.title))
            .collect(),
        before: Some(line("search", "さがす")),
        after: Some(line("leave", "脱退・転出・死亡")),
    }
}
