//! 接続先 — from whom the office takes which file: the table that the import enforces, read from the layouts in force.

use exchange::Catalogue;

/// 接続先 of one layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// 業務ID of the sender; a file that names another one is refused.
    pub business_id: String,
    /// 連携ID.
    pub link_id: String,
    /// What comes that way.
    pub title_ja: String,
    /// Where the layout comes from.
    pub source: String,
    /// Whether a file of it is taken in.
    pub taken_in: bool,
}

/// Every connection, in order of sender and link.
#[must_use]
pub fn all(catalogue: &Catalogue) -> Vec<Connection> {
    let mut found: Vec<Connection> = catalogue
        .layouts()
        .filter(|layout| !layout.business_id.is_empty())
        .map(|layout| Connection {
            business_id: layout.business_id.clone(),
            link_id: layout.link_id.clone(),
            title_ja: layout.title_ja.clone(),
            source: layout.source.clone(),
            taken_in: crate::import::takes_in(&layout.id),
        })
        .collect();
    found.sort_by(|one, two| {
        (&one.business_id, &one.link_id).cmp(&(&two.business_id, &two.link_id))
    });
    found
}
