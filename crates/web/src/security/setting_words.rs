//! 設定の言い方 — what a setting, or a cell of the 権限表, and its value are called.

use super::pages::clock;
use office::security::permission::{EVERYWHERE, Grant, MAIN_OFFICE};
use office::security::permit;
use office::security::rows::RowRule;
use office::security::second::FactorRule;
use office::security::{Role, setting};

/// Name of a setting and of its value.
pub(super) fn words(key: &str, value: &str) -> (String, String) {
    let role = |code: &str| {
        Role::from_code(code).map_or(code.to_owned(), |role| role.name_ja().to_owned())
    };
    let plain = |name: &str| (name.to_owned(), value.to_owned());
    if let Some(code) = key.strip_prefix("factor.") {
        let rule = FactorRule::from_code(value).map_or("", FactorRule::name_ja);
        return (format!("二つ目の要素 {}", role(code)), rule.to_owned());
    }
    if let Some(code) = key.strip_prefix("rows.") {
        let rule = RowRule::from_code(value).map_or("", RowRule::name_ja);
        return (format!("閲覧できる行 {}", role(code)), rule.to_owned());
    }
    if let Some(cell) = key.strip_prefix("may|") {
        let parts: Vec<&str> = cell.split('|').collect();
        let [of, function, place] = parts.as_slice() else {
            return plain(key);
        };
        let function = permit::ALL
            .iter()
            .find(|(code, _)| code == function)
            .map_or(*function, |(_, name)| name);
        let place = match *place {
            EVERYWHERE => "すべての場所",
            MAIN_OFFICE => "本庁",
            named => named,
        };
        let grant = match Grant::read(value) {
            Some(Grant::MayNot) | None => "使えない".to_owned(),
            Some(grant) => format!("使える {}", grant.label_ja()),
        };
        return (format!("権限 {} {function} {place}", role(of)), grant);
    }
    match key {
        setting::RELATIVES => (
            "本人・親族を開くとき".to_owned(),
            if value == "refuse" {
                "拒む"
            } else {
                "警告する"
            }
            .to_owned(),
        ),
        setting::TERMINALS => (
            "ログインできる端末".to_owned(),
            if value == setting::REGISTERED {
                "登録端末だけ"
            } else {
                "どの端末でも"
            }
            .to_owned(),
        ),
        setting::MASS_COUNT => plain("大量閲覧とする人・世帯の数"),
        setting::MASS_MINUTES => plain("大量閲覧をみる時間（分）"),
        setting::NIGHT_FROM => (
            "夜間の始まり".to_owned(),
            value.parse().map_or(value.to_owned(), clock),
        ),
        setting::NIGHT_UNTIL => (
            "夜間の終わり".to_owned(),
            value.parse().map_or(value.to_owned(), clock),
        ),
        _ => plain(key),
    }
}
