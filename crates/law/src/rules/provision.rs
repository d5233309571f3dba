//! 提供先・移転先 — to whom what may be given, on which ground, for which purpose, how and when; and from which day until
//! which. Who does not stand there on a day may be given nothing.
//!
//! 根拠: 番号法 第19条（特定個人情報の提供の制限）、第9条; 行政手続における特定の個人を識別するための番号の利用等に関する法律
//! 第十九条第八号に基づく利用特定個人情報の提供に関する命令 第2条.

use super::book::RuleBook;
use super::error::Faults;
use super::levy::Status;
use super::row::Row;
use super::series::{Cited, Dated, Series};
use crate::{Date, Refusal};
use std::collections::BTreeMap;

/// What kind of giving it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProvisionKind {
    /// 提供: through the network of 番号法, or 住基ネット.
    Network,
    /// 提供: to another body by the law of the field.
    Provision,
    /// 移転: to another section of the municipality.
    Transfer,
    /// 委託: to whom handling is entrusted.
    Consignment,
    /// 本人への交付・通知.
    Person,
    /// 庁内の利用.
    Own,
}

impl ProvisionKind {
    /// As shown.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::Network => "提供（番号法・住基法）",
            Self::Provision => "提供（国保法ほか）",
            Self::Transfer => "移転",
            Self::Consignment => "委託",
            Self::Person => "本人への交付",
            Self::Own => "庁内の利用",
        }
    }
}

/// 方法 — how it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProvisionMethod {
    /// 情報提供ネットワークシステム.
    NumberNetwork,
    /// 庁内連携.
    Platform,
    /// 専用線の先の連携フォルダ.
    Line,
    /// 電子記録媒体: sealed, and entered in 媒体管理簿.
    Medium,
    /// 紙.
    Paper,
    /// 庁内で使う端末.
    Inside,
}

impl ProvisionMethod {
    /// As shown.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::NumberNetwork => "情報提供ネットワークシステム",
            Self::Platform => "庁内連携",
            Self::Line => "専用線",
            Self::Medium => "電子記録媒体（封をする）",
            Self::Paper => "紙",
            Self::Inside => "庁内の端末",
        }
    }
}

/// One recipient for one purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provision {
    /// What kind of giving.
    pub kind: ProvisionKind,
    /// 提供先・移転先.
    pub recipient: String,
    /// 用途.
    pub purpose: String,
    /// 提供する情報.
    pub items: Vec<String>,
    /// 対象となる本人の数.
    pub persons: String,
    /// 対象となる本人の範囲.
    pub scope: String,
    /// 方法.
    pub method: ProvisionMethod,
    /// 時期・頻度.
    pub timing: String,
    /// Only on 依頼票, or an inquiry, with a number.
    pub request: bool,
    /// Codes of the exports that may go there.
    pub exports: Vec<String>,
    /// The sources disagree on the row; nothing is given on it before that is settled.
    pub disputed: bool,
    /// The system through which it goes, where that does not exist yet.
    pub awaits: Option<String>,
    /// Draft or confirmed.
    pub status: Status,
}

/// A row as it stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProvisionRow<'b> {
    /// Stable code.
    pub code: &'b str,
    /// 法令上の根拠.
    pub clause: &'b str,
    /// What is to be confirmed.
    pub note: &'b str,
    /// What it allows.
    pub provision: &'b Provision,
}

/// Rows of the nation or of one municipality, by code.
#[derive(Clone, Debug, Default)]
pub(super) struct ProvisionTables(BTreeMap<String, Series<Provision>>);

impl ProvisionTables {
    pub(super) fn read(&mut self, row: Row<'_>) {
        let (span, provenance) = row.dated();
        let code = row.text("code");
        let value = Provision {
            kind: row.choice(
                "kind",
                ("network", ProvisionKind::Network),
                &[
                    ("provision", ProvisionKind::Provision),
                    ("transfer", ProvisionKind::Transfer),
                    ("consignment", ProvisionKind::Consignment),
                    ("person", ProvisionKind::Person),
                    ("own", ProvisionKind::Own),
                ],
            ),
            recipient: row.text("recipient"),
            purpose: row.text("purpose"),
            items: row.texts("items"),
            persons: row.text("persons"),
            scope: row.text("scope"),
            method: row.choice(
                "method",
                ("number_network", ProvisionMethod::NumberNetwork),
                &[
                    ("platform", ProvisionMethod::Platform),
                    ("line", ProvisionMethod::Line),
                    ("medium", ProvisionMethod::Medium),
                    ("paper", ProvisionMethod::Paper),
                    ("inside", ProvisionMethod::Inside),
                ],
            ),
            timing: row.text("timing"),
            request: row.flag("request"),
            exports: row.texts("exports"),
            disputed: row.flag("disputed"),
            awaits: row.text_where_given("awaits"),
            status: provenance.status,
        };
        if value.items.is_empty() {
            row.fault("items", "提供する情報を一つ以上書いてください");
        }
        // 番号法 第19条第8号 names one way, and a file of this program is not that way.
        let by_network = value.method == ProvisionMethod::NumberNetwork;
        if by_network && (value.kind != ProvisionKind::Network || !value.exports.is_empty()) {
            row.fault(
                "method",
                "情報提供ネットワークシステムで渡すものは、提供（network）だけで、ファイルでは渡せません",
            );
        }
        self.0.entry(code).or_default().push(Dated {
            span,
            place: row.place.clone(),
            provenance,
            value,
        });
        row.finish();
    }

    pub(super) fn settle(&mut self, faults: &Faults) {
        for series in self.0.values_mut() {
            series.settle(faults);
        }
    }

    pub(super) fn cite<'s>(&'s self, into: &mut Vec<Cited<'s>>) {
        for series in self.0.values() {
            series.cite(into);
        }
    }

    fn on(&self, on: Date) -> impl Iterator<Item = ProvisionRow<'_>> {
        self.0.iter().flat_map(move |(code, series)| {
            series
                .rows()
                .iter()
                .filter(move |row| row.span.contains(on))
                .map(move |row| shown(code, row))
        })
    }
}

fn shown<'b>(code: &'b str, row: &'b Dated<Provision>) -> ProvisionRow<'b> {
    ProvisionRow {
        code,
        clause: &row.provenance.clause,
        note: &row.provenance.note,
        provision: &row.value,
    }
}

impl RuleBook {
    /// 提供先の表: whom a municipality may give something to on a day, in the order of the codes.
    #[must_use]
    pub fn provisions(&self, code6: &str, on: Date) -> Vec<ProvisionRow<'_>> {
        let own = self.municipals.get(code6).map(|one| &one.provision);
        let mut rows: Vec<ProvisionRow<'_>> = self
            .provision
            .on(on)
            .chain(own.into_iter().flat_map(|own| own.on(on)))
            .collect();
        rows.sort_by_key(|row| row.code);
        rows
    }

    /// One row on a day.
    ///
    /// # Errors
    /// A [`Refusal`] for a recipient that the table does not know, has not begun, was deleted, or that the sources disagree
    /// on.
    pub fn provision(
        &self,
        code6: &str,
        code: &str,
        on: Date,
    ) -> Result<ProvisionRow<'_>, Refusal> {
        let own = self.municipals.get(code6).map(|one| &one.provision);
        let found = [Some(&self.provision), own]
            .into_iter()
            .flatten()
            .find_map(|table| table.0.get_key_value(code));
        let Some((code, series)) = found else {
            return Err(Refusal::new(
                "rules.provision.unknown",
                format!(
                    "提供先「{code}」は提供先の表にありません。表にある提供先を指定してください"
                ),
            ));
        };
        let rows = series.rows();
        if let Some(row) = rows.iter().find(|row| row.span.contains(on)) {
            let row = shown(code, row);
            return if row.provision.disputed {
                Err(Refusal::new(
                    "rules.provision.disputed",
                    format!("提供先「{code}」は根拠が確かめられていません。{}", row.note),
                ))
            } else {
                Ok(row)
            };
        }
        let ended = rows
            .iter()
            .filter_map(|row| row.span.until)
            .filter(|until| *until <= on)
            .max();
        Err(match ended {
            Some(until) => Refusal::new(
                "rules.provision.deleted",
                format!("提供先「{code}」は{until}に削除されました。提供できません"),
            ),
            None => Refusal::new(
                "rules.provision.not_begun",
                format!("提供先「{code}」は{on}にはまだ始まっていません。提供できません"),
            ),
        })
    }
}
