//! どこまで — which pages a session leads to before everything else: the registration of a factor, the choice of a password.

use office::security::session::Stage;

/// What a program is told whose session leads to the pages of one's own account alone.
pub(crate) const FIRST_THINGS_FIRST: &str =
    "先に、画面の「本人の設定」でパスワードの変更か二つ目の要素の登録を済ませてください";

/// Whether a session reaches a page: who came in by a 登録コード registers a factor and does nothing else, who came in with
/// a password that somebody else has set changes it and does nothing else.
pub(crate) fn within(stage: Stage, path: &str) -> bool {
    let own = path == "/me" || path == "/logout";
    match stage {
        Stage::Full => true,
        Stage::Enrol => own || path.starts_with("/me/totp") || path.starts_with("/me/passkey"),
        Stage::Password => own || path == "/me/password",
    }
}
