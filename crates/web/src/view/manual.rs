//! 手引きの画面.

use super::layout::Layout;
use askama::Template;

/// A chapter in a list.
#[derive(Clone, Debug)]
pub struct Line {
    /// Where it is.
    pub href: String,
    /// What it is called.
    pub title: String,
    /// Whether it is the one shown.
    pub current: bool,
}

/// One chapter and the way to the others.
#[derive(Clone, Debug, Template)]
#[template(path = "manual.html")]
pub struct ManualPage {
    /// Around it.
    pub page: Layout,
    /// Its heading.
    pub title: String,
    /// Its text, safe as it is.
    pub html: String,
    /// Its sections: address within the page, and heading.
    pub sections: Vec<(String, String)>,
    /// Every chapter.
    pub chapters: Vec<Line>,
    /// The one before.
    pub before: Option<Line>,
    /// The one after.
    pub after: Option<Line>,
}
