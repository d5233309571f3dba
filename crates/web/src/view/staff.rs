//! 職員管理.

use super::layout::Layout;
use askama::Template;

/// One account.
#[derive(Clone, Debug)]
pub struct StaffLine {
    /// 職員番号.
    pub login: String,
    /// 氏名.
    pub name: String,
    /// 役割.
    pub roles: String,
    /// 所属.
    pub ward: String,
    /// A post waits for another administrator.
    pub waits: bool,
    /// 停止中.
    pub disabled: bool,
    /// ログイン停止中 until when; empty where it is not locked.
    pub locked: String,
    /// Whether this is who looks.
    pub own: bool,
    /// Front of the addresses of what can be done.
    pub href: String,
}

/// 役割を選ぶ欄.
#[derive(Clone, Debug)]
pub struct RoleChoice {
    /// Stable code.
    pub code: String,
    /// Name.
    pub name: String,
    /// What goes with it.
    pub functions: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "staff.html")]
pub struct StaffPage {
    /// Around it.
    pub page: Layout,
    /// Accounts.
    pub staff: Vec<StaffLine>,
    /// Roles to choose from.
    pub roles: Vec<RoleChoice>,
    /// As typed: 職員番号.
    pub login: String,
    /// As typed: 氏名.
    pub name: String,
    /// As typed: 所属.
    pub ward: String,
    /// Makes the same order sent twice one.
    pub request_id: String,
}
