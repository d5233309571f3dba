//! 提供先の表 as a list: the seven columns of 特定個人情報保護評価書 別添3, and who it is.

use law::Date;
use law::rules::RuleBook;

/// What stands above the columns: the recipient and its kind, then the seven of 別添3.
pub const HEADING: [&str; 11] = [
    "コード",
    "提供先・移転先",
    "区分",
    "①法令上の根拠",
    "②用途",
    "③提供する情報",
    "④対象となる本人の数",
    "⑤対象となる本人の範囲",
    "⑥方法",
    "⑦時期・頻度",
    "渡すもの",
];

/// The table of a municipality on a day, a line for each recipient.
#[must_use]
pub fn table(book: &RuleBook, municipality: &str, on: Date) -> Vec<[String; 11]> {
    book.provisions(municipality, on)
        .into_iter()
        .map(|row| {
            let one = row.provision;
            let through = match &one.awaits {
                Some(system) => format!("{system}による"),
                None => one.exports.join("、"),
            };
            let goes = if one.disputed {
                "根拠の確認まで渡さない".to_owned()
            } else {
                through
            };
            [
                row.code.to_owned(),
                one.recipient.clone(),
                one.kind.label_ja().to_owned(),
                row.clause.to_owned(),
                one.purpose.clone(),
                one.items.join("、"),
                one.persons.clone(),
                one.scope.clone(),
                one.method.label_ja().to_owned(),
                one.timing.clone(),
                goes,
            ]
        })
        .collect()
}
