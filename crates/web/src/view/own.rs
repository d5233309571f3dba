//! 本人の設定 — own password, second factors, declarations of relatives.

use super::layout::Layout;
use super::second::Asked;
use askama::Template;

/// A registered factor.
#[derive(Clone, Debug)]
pub struct FactorLine {
    /// What its owner calls it.
    pub name: String,
    /// Kind.
    pub kind: String,
    /// Since when.
    pub made_at: String,
    /// Where it is taken out.
    pub end_href: String,
}

/// A generator about to be registered.
#[derive(Clone, Debug)]
pub struct Generator {
    /// The QR code as a path of squares.
    pub squares: String,
    /// Its side in squares, with the white border.
    pub side: usize,
    /// The secret in groups, to type where no camera is.
    pub typed: String,
    /// The sealed secret.
    pub sealed: String,
    /// As typed.
    pub name: String,
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "own.html")]
pub struct OwnPage {
    /// Around it.
    pub page: Layout,
    /// Only a factor can be registered now.
    pub enrol: bool,
    /// Only the password can be changed now.
    pub first: bool,
    /// The shortest password.
    pub shortest: usize,
    /// Factors in use.
    pub factors: Vec<FactorLine>,
    /// A generator about to be registered.
    pub generator: Option<Generator>,
    /// What an authenticator is asked; `None` where there are no passkeys.
    pub passkey: Option<Asked>,
    /// Why there are none.
    pub without: String,
    /// 宛名番号, relation, since when.
    pub relations: Vec<(String, String, String)>,
    /// Roles that can be asked for in an emergency: code and name.
    pub roles: Vec<(String, String)>,
    /// The longest emergency, minutes.
    pub longest: i64,
    /// Makes the same order sent twice one.
    pub request_id: String,
}
