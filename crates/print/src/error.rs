//! Why something was not printed, in words a clerk can act on.

use std::fmt;

/// 印刷できない文字 — letters of one field that no font can draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unprintable {
    /// The field, in Japanese.
    pub field: String,
    /// The text as it came.
    pub text: String,
    /// The letters, each with its variation selector where it has one.
    pub letters: Vec<String>,
}

impl fmt::Display for Unprintable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters: Vec<String> = self.letters.iter().map(|one| code_points(one)).collect();
        write!(
            f,
            "{}「{}」の {}",
            self.field,
            self.text,
            letters.join("、")
        )
    }
}

/// The code points of a letter as 「U+845B U+E0102」.
#[must_use]
pub fn code_points(letter: &str) -> String {
    let points: Vec<String> = letter
        .chars()
        .map(|one| format!("U+{:04X}", u32::from(one)))
        .collect();
    points.join(" ")
}

/// Why a document, or a run of documents, was not printed.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    /// A font is not on this machine.
    #[error(
        "フォント {file} がありません。Debian では「apt-get install {package}」で入ります。別の場所にあるときは設定 KOKUHO_FONTS にフォルダを書いてください（探した場所: {searched}）"
    )]
    FontMissing {
        /// File name.
        file: &'static str,
        /// Debian package that has it.
        package: &'static str,
        /// Folders that were searched.
        searched: String,
    },
    /// A font file cannot be used.
    #[error("フォント {path} を読めません（{reason}）。入れ直してください")]
    FontUnreadable {
        /// Where it is.
        path: String,
        /// What happened.
        reason: String,
    },
    /// 未確定の税率・料率 — the rules are a draft and this is an official paper.
    #[error(
        "{document}: 確定していない規則（draft）で計算した内容のため、正式な通知書は印刷できません。規則を確定するか、研修環境で印刷してください"
    )]
    DraftRules {
        /// Key of the document.
        document: String,
    },
    /// Letters that no font has.
    #[error(
        "{document}: 印刷できない文字があります。{}。外字の登録または手書きでの補記を決めてください",
        list(missing)
    )]
    Unprintable {
        /// Key of the document.
        document: String,
        /// Each field with its letters.
        missing: Vec<Unprintable>,
    },
    /// The content contradicts itself or does not fit its form.
    #[error("{document}: {field}: {reason}")]
    Content {
        /// Key of the document.
        document: String,
        /// The field, in Japanese.
        field: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// The layout engine refused or broke: a defect of this program.
    #[error("組版に失敗しました（{0}）。印刷を止めました。システム管理者に連絡してください")]
    Layout(String),
    /// Called from a thread of a rayon pool, where layout would deadlock or overflow the stack.
    #[error("印刷は計算用スレッドの中から呼べません（プログラムの誤りです）")]
    InsideRayon,
    /// The finished chunk could not be written.
    #[error("印刷結果を書き出せません（{0}）。空き容量と権限を確かめてください")]
    Output(#[from] std::io::Error),
}

fn list(missing: &[Unprintable]) -> String {
    let all: Vec<String> = missing.iter().map(ToString::to_string).collect();
    all.join("／")
}
