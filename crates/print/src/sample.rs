//! 見本 — made-up content for pictures, tests and measurements. No real person, office or number.

mod certificate;
mod eligibility;
mod levy;
mod lists;
mod slip;

pub use certificate::{certificate, certificate_letter, certificate_slip};
pub use eligibility::{eligibility_letter, eligibility_proof};
pub use levy::{instalments, levy, levy_change, total};
pub use lists::{explanation, list};
pub use slip::{slip, slips};

use crate::content::{Content, Document, Office, Window};

/// A demonstration document around content: watermark 見本.
#[must_use]
pub fn document(key: &str, content: Content) -> Document {
    Document {
        demo: true,
        ..Document::official(key, content)
    }
}

/// 見本市.
#[must_use]
pub fn office() -> Office {
    Office {
        prefecture: "見本県".into(),
        municipality: "見本市".into(),
        head_title: "見本市長".into(),
        head_name: "見本　一郎".into(),
        section: "保険年金課　賦課係".into(),
        address: "〒300-0000　見本県見本市中央一丁目1番1号".into(),
        phone: "0000-00-0000（内線123）".into(),
        hours: "平日　午前8時30分から午後5時15分まで".into(),
    }
}

/// An address block.
#[must_use]
pub fn window(addressee: &str) -> Window {
    Window {
        postal_code: "300-0000".into(),
        address: vec![
            "見本県見本市桜町二丁目3番4号".into(),
            "コーポ見本　205号室".into(),
        ],
        addressee: addressee.into(),
    }
}
