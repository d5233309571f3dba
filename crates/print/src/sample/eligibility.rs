//! Made-up letters and 証明書.

use super::{certificate_letter, office};
use crate::content::{AnswerForm, CertifiedPeriod, EligibilityLetter, EligibilityProof};

/// 加入手続きのお願い with its answer form.
#[must_use]
pub fn eligibility_letter(name: &str) -> EligibilityLetter {
    let mut letter = certificate_letter(name);
    letter.title = "国民健康保険の加入手続きのお願い".into();
    letter.paragraphs = vec![
        "職場の健康保険などに加入していない方は、住所のある市区町村の国民健康保険に加入します。加入の届出は、資格を取得した日から14日以内に必要です。".into(),
        "行き違いで手続きがお済みの場合は、ご容赦ください。".into(),
    ];
    letter.facts = vec![("対象の方".into(), name.into())];
    letter.appealable = false;
    EligibilityLetter {
        letter,
        answer: Some(AnswerForm {
            until: "令和8年12月20日".into(),
            scan: "90010100000000770155".into(),
            facts: vec![("対象の方".into(), name.into())],
            questions: vec![(
                "現在、加入している健康保険は何ですか。".into(),
                vec![
                    "職場の健康保険・共済組合など（名称　　　　　　　　　　　　　）".into(),
                    "どの健康保険にも加入していない（国民健康保険の加入を届け出る）".into(),
                ],
            )],
        }),
    }
}

/// 加入期間証明書 of two periods.
#[must_use]
pub fn eligibility_proof(name: &str) -> EligibilityProof {
    EligibilityProof {
        title: "国民健康保険加入期間証明書".into(),
        number: "第8-123号".into(),
        name: name.into(),
        birth_on: "昭和55年5月5日".into(),
        address: "見本県見本市桜町二丁目3番4号　コーポ見本　205号室".into(),
        periods: vec![
            CertifiedPeriod {
                number: "見本 0012345（枝番02）".into(),
                from: "平成30年4月1日".into(),
                until: "令和3年10月1日".into(),
                cause: "社会保険への加入".into(),
            },
            CertifiedPeriod {
                number: "見本 0012345（枝番02）".into(),
                from: "令和5年7月1日".into(),
                until: String::new(),
                cause: String::new(),
            },
        ],
        issued_on: "令和8年11月20日".into(),
        office: office(),
    }
}
