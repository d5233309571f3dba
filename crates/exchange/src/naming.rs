//! ファイル名 — `{業務ID}_{連携ID}_{市区町村コード6}_{YYYYMMDDhhmmss}.csv`.

use crate::check_digit;
use crate::layout::Layout;
use std::fmt;

/// The parts of a file name in the standard form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName {
    /// 業務ID of the sender.
    pub business_id: String,
    /// 連携ID: which layout.
    pub link_id: String,
    /// 市区町村コード, six digits.
    pub municipality: String,
    /// When it was made, fourteen digits.
    pub made_at: String,
}

impl FileName {
    /// The name of a file of a layout. `made_at` has fourteen digits.
    #[must_use]
    pub fn of(layout: &Layout, municipality: &str, made_at: &str) -> Self {
        Self {
            business_id: layout.business_id.clone(),
            link_id: layout.link_id.clone(),
            municipality: municipality.to_owned(),
            made_at: made_at.to_owned(),
        }
    }

    /// Reads a file name; folders before it are cut off.
    ///
    /// # Errors
    /// A Japanese sentence that says which part is wrong.
    pub fn parse(name: &str) -> Result<Self, String> {
        let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let refuse = |reason: &str| {
            Err(format!(
                "ファイル名「{}」を読めません。{reason}。業務ID_連携ID_市区町村コード6桁_年月日時分秒14桁.csv にしてください",
                crate::field::shown(base)
            ))
        };
        let Some(stem) = base.strip_suffix(".csv") else {
            return refuse("拡張子が .csv ではありません");
        };
        let mut parts = stem.rsplitn(3, '_');
        let (Some(made_at), Some(municipality), Some(ids)) =
            (parts.next(), parts.next(), parts.next())
        else {
            return refuse("下線で区切った4つの部分がありません");
        };
        let Some((business_id, link_id)) = ids.split_once('_') else {
            return refuse("下線で区切った4つの部分がありません");
        };
        if !check_digit::local_government(municipality) {
            return refuse("市区町村コードの検査数字が合いません");
        }
        if made_at.len() != 14 || !made_at.bytes().all(|byte| byte.is_ascii_digit()) {
            return refuse("年月日時分秒が14桁の数字ではありません");
        }
        Ok(Self {
            business_id: business_id.to_owned(),
            link_id: link_id.to_owned(),
            municipality: municipality.to_owned(),
            made_at: made_at.to_owned(),
        })
    }

    /// The name of the control file beside it.
    #[must_use]
    pub fn control_name(&self) -> String {
        control_name(&self.to_string())
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}_{}_{}_{}.csv",
            self.business_id, self.link_id, self.municipality, self.made_at
        )
    }
}

/// The name of the control file beside a data file: `…_control.csv`.
#[must_use]
pub fn control_name(data_file: &str) -> String {
    format!(
        "{}_control.csv",
        data_file.strip_suffix(".csv").unwrap_or(data_file)
    )
}

/// Whether a name is that of a control file.
#[must_use]
pub fn is_control(name: &str) -> bool {
    name.ends_with("_control.csv")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways() {
        let name = "J01_resident_131032_20260601120000.csv";
        let parsed = FileName::parse(name).unwrap();
        assert_eq!(
            (parsed.to_string(), parsed.link_id.as_str()),
            (name.to_owned(), "resident")
        );
        assert_eq!(
            parsed.control_name(),
            "J01_resident_131032_20260601120000_control.csv"
        );
        assert_eq!(
            FileName::parse("K01_former_insured_131032_20260601120000.csv")
                .unwrap()
                .link_id,
            "former_insured"
        );
        for wrong in [
            "",
            "a.csv",
            "J01_resident_131035_20260601120000.csv",
            "J01_resident_131032_2026.csv",
            "J01_resident_131032_20260601120000.txt",
            "131032_20260601120000.csv",
        ] {
            assert!(FileName::parse(wrong).is_err(), "{wrong}");
        }
    }
}
