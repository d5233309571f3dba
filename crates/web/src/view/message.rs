//! 一言で足りる画面 — refusals, conflicts and what is not found.

use super::layout::Layout;
use askama::Template;

/// A page that says one thing.
#[derive(Clone, Debug, Template)]
#[template(path = "message.html")]
pub struct MessagePage {
    /// Around it.
    pub page: Layout,
    /// What happened.
    pub heading: String,
    /// What to do.
    pub message: String,
    /// The provision that forbids it; empty where there is none.
    pub clause: String,
    /// 障害番号 of an inner failure; empty for everything else.
    pub number: String,
    /// Where to go on.
    pub back_href: String,
    /// What that is called.
    pub back_label: String,
}

/// The same for somebody who is not logged in.
#[derive(Clone, Debug, Template)]
#[template(path = "closed.html")]
pub struct ClosedPage {
    /// Around it.
    pub page: Layout,
    /// What happened.
    pub heading: String,
    /// What to do.
    pub message: String,
    /// 障害番号 of an inner failure; empty for everything else.
    pub number: String,
}
