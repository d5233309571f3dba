//! 書類の作成 — what makes paper for the pages, handed in by the program that has a printer.

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
