//! ログイン画面.

use super::layout::Layout;
use askama::Template;

/// The log-in page.
#[derive(Clone, Debug, Template)]
#[template(path = "login.html")]
pub struct LoginPage {
    /// Around it.
    pub page: Layout,
    /// What was typed as 職員番号.
    pub login: String,
    /// Where to go afterwards; a path of this site.
    pub next: String,
    /// A line below the form, for demonstrations.
    pub hint: String,
}
