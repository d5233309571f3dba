//! 封の確かめ — both records walked, every seal held against them, and against the copies kept outside (控え).

use super::chain::{Flaw, Lane};
use super::seal::{Links, Seal, all, authentic, digest, stretch_of, walk_both};
use crate::error::OfficeError;
use db::Conn;

/// What is wrong with a seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealFlaw {
    /// Which.
    pub seal_no: i64,
    /// In words.
    pub message_ja: String,
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Entries of both records.
    pub entries: u64,
    /// Seals.
    pub seals: usize,
    /// Places where a chain does not hold.
    pub chain: Vec<Flaw>,
    /// Seals that do not hold.
    pub seal: Vec<SealFlaw>,
}

impl Checked {
    /// Nothing is wrong.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.chain.is_empty() && self.seal.is_empty()
    }
}

/// Walks both records and all seals, and holds them against the copies kept outside (控え).
///
/// # Errors
/// [`OfficeError::Store`].
pub fn check(
    conn: &mut Conn,
    public: Option<&str>,
    copies: &[Seal],
) -> Result<Checked, OfficeError> {
    let (walks, links) = walk_both(conn)?;
    let seals = all(conn)?;
    let mut checked = Checked {
        entries: walks.iter().map(|walk| walk.entries).sum(),
        seals: seals.len(),
        chain: walks.into_iter().flat_map(|walk| walk.flaws).collect(),
        seal: Vec::new(),
    };
    check_stored(&mut checked, &links, &seals, public);
    check_copies(&mut checked, &seals, copies, public);
    Ok(checked)
}

fn check_stored(checked: &mut Checked, links: &Links, seals: &[Seal], public: Option<&str>) {
    let mut before = "-".to_owned();
    let mut next = [1, 1];
    for (place, seal) in seals.iter().enumerate() {
        let mut wrong = |message: &str| checked.wrong(seal.seal_no, message);
        if usize::try_from(seal.seal_no) != Ok(place + 1) {
            wrong("番号が続いていません。前の封が失われています");
        }
        let Some(said) = authentic(seal, public) else {
            wrong("署名が合いません。封が書き換えられたか、別の鍵です");
            before = digest(&seal.statement);
            continue;
        };
        if said.before != before {
            wrong("前の封とつながりません");
        }
        for ((stretch, lane), next) in said.stretches.iter().zip(Lane::ALL).zip(&mut next) {
            if stretch.from != *next {
                wrong("前の封との間に抜けがあります");
            }
            if stretch_of(links, lane, stretch.from, stretch.until) != *stretch {
                wrong(&format!(
                    "{}の{}番から{}番が、封をしたときと違います",
                    lane.label_ja(),
                    stretch.from,
                    stretch.until
                ));
            }
            *next = stretch.until + 1;
        }
        before = digest(&seal.statement);
    }
}

fn check_copies(checked: &mut Checked, seals: &[Seal], copies: &[Seal], public: Option<&str>) {
    for copy in copies {
        if authentic(copy, public).is_none() {
            checked.wrong(
                copy.seal_no,
                "控えの署名が合いません。控えを確かめてください",
            );
            continue;
        }
        match seals.iter().find(|seal| seal.seal_no == copy.seal_no) {
            Some(seal) if seal.statement == copy.statement => {}
            Some(_) => checked.wrong(
                copy.seal_no,
                "控えと違う封があります。古いデータベースに戻されてから別の記録が続いています（分岐）",
            ),
            None => checked.wrong(
                copy.seal_no,
                "控えにある封がありません。古いデータベースに戻されています（分岐）",
            ),
        }
    }
}

impl Checked {
    fn wrong(&mut self, seal_no: i64, message: &str) {
        self.seal.push(SealFlaw {
            seal_no,
            message_ja: message.to_owned(),
        });
    }
}
