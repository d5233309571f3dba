//! 書類の作成 — what makes paper for the pages, handed in by the program that has a printer.

use office::eligibility::letters::Letter;
use office::eligibility::proof::Proof;
use office::security::permit::{Permit, PrintNotice};
use office::{Acting, OfficeError};
use std::sync::Arc;

/// 通知書の作成 — makes the PDF of a notice; `None` where there is no such notice.
pub type PaperMaker = Arc<
    dyn Fn(&db::Store, &Permit<PrintNotice>, &Acting, i64) -> Result<Option<Vec<u8>>, OfficeError>
        + Send
        + Sync,
>;

/// 証の作成 — makes one PDF of the papers with these numbers; `None` where one of them is not there.
pub type CertificateMaker = Arc<
    dyn Fn(
            &db::Store,
            &Permit<PrintNotice>,
            &Acting,
            &[i64],
        ) -> Result<Option<Vec<u8>>, OfficeError>
        + Send
        + Sync,
>;

/// 証の通知の作成 — prints a letter about certificates and makes its PDF; refused where it may not or cannot be printed.
pub type CertificateLetterMaker = Arc<
    dyn Fn(&db::Store, &Permit<PrintNotice>, &Acting, i64) -> Result<Vec<u8>, OfficeError>
        + Send
        + Sync,
>;

/// Something decided, as it will be set on paper; refused where it cannot be printed.
pub type SetOnPaper<T> = Arc<dyn Fn(&T) -> Result<String, OfficeError> + Send + Sync>;

/// Kept papers as one PDF.
pub type Rendered = Arc<dyn Fn(&[String]) -> Result<Vec<u8>, OfficeError> + Send + Sync>;

/// 資格の文書と証明書の作成 — puts what was decided into what is set on paper, and sets it.
#[derive(Clone)]
pub struct EligibilityPapers {
    /// A letter as it will be set, to be kept; refused where it cannot be printed.
    pub letter: SetOnPaper<Letter>,
    /// A 証明書 as it will be set.
    pub proof: SetOnPaper<Proof>,
    /// Kept papers as one PDF.
    pub render: Rendered,
}
