//! どこまで — which pages a session leads to before everything else: the registration of a factor, the choice of a password.

use crate::answer::percent;
use office::security::session::Stage;

/// What a program is told whose session leads to the pages of one's own account alone.
pub(crate) const FIRST_THINGS_FIRST: &str = "先に、画面でパスワードの変更・二つ目の要素の登録・窓口の選択のうち求められるものを済ませてください";

/// Where a counter is chosen.
pub(crate) const SEAT: &str = "/me/seat";

/// Where a session that does not reach a page is led instead; `next` is the page, where it can be come back to.
pub(crate) fn instead(stage: Stage, next: &str) -> String {
    match stage {
        Stage::Seat if !next.is_empty() => format!("{SEAT}?next={}", percent(next)),
        Stage::Seat => SEAT.to_owned(),
        _ => "/me".to_owned(),
    }
}

/// Whether a session reaches a page: who came in by a 登録コード registers a factor and does nothing else, who came in with
/// a password that somebody else has set changes it and does nothing else, who has several counters chooses one first.
pub(crate) fn within(stage: Stage, path: &str) -> bool {
    let own = path == "/me" || path == "/logout";
    match stage {
        Stage::Full => true,
        Stage::Enrol => own || path.starts_with("/me/totp") || path.starts_with("/me/passkey"),
        Stage::Password => own || path == "/me/password",
        Stage::Seat => path == SEAT || path == "/logout",
    }
}
