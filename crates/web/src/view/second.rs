//! ログインの二つ目の要素.

use super::layout::Layout;
use askama::Template;

/// The page after the password.
#[derive(Clone, Debug, Template)]
#[template(path = "second.html")]
pub struct SecondPage {
    /// Around it.
    pub page: Layout,
    /// Where to go afterwards; a path of this site.
    pub next: String,
    /// What the role asks for.
    pub rule: String,
    /// A code can be typed.
    pub totp: bool,
    /// Nothing is registered: a 登録コード is asked for.
    pub enrol: bool,
    /// What an authenticator is asked; `None` where no passkey can answer.
    pub passkey: Option<Asked>,
}

/// What an authenticator is asked.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Hexadecimal.
    pub challenge: String,
    /// The name keys are bound to.
    pub host: String,
    /// Keys, hexadecimal, with blanks between.
    pub keys: String,
    /// What the authenticator calls this system.
    pub issuer: String,
    /// Whose key it is to be, hexadecimal.
    pub user: String,
    /// 職員番号.
    pub login: String,
    /// 氏名.
    pub person: String,
}
