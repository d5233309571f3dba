//! Made-up certificates and letters.

use super::{office, window};
use crate::content::{
    Certificate, CertificateItem, CertificateLetter, CertificatePaper, ItemWidth,
};

fn item(label: &str, value: &str, width: ItemWidth) -> CertificateItem {
    CertificateItem {
        label: label.into(),
        value: value.into(),
        width,
    }
}

/// 資格確認書 of someone of 72 with every item a card can have.
#[must_use]
pub fn certificate(name: &str) -> Certificate {
    use ItemWidth::{Half, Large, Tall, Whole};
    Certificate {
        title: "資格確認書".into(),
        form_id: "1001".into(),
        form_version: "01".into(),
        paper: CertificatePaper::Card,
        colour: "青".into(),
        items: vec![
            item("記号・番号", "見本・0012345（枝番）01", Whole),
            item("氏名", name, Large),
            item("性別", "女", Half),
            item("生年月日", "昭和29年5月5日", Half),
            item("世帯主氏名", "見本　太郎", Whole),
            item(
                "住所",
                "見本県見本市桜町二丁目3番4号　コーポ見本　205号室",
                Tall,
            ),
            item("資格取得", "令和8年4月1日", Half),
            item("適用開始", "令和8年4月1日", Half),
            item("交付年月日", "令和8年7月15日", Half),
            item("有効期限", "令和9年7月31日", Half),
            item("負担割合", "2割（発効期日 令和8年8月1日）", Whole),
        ],
        back: vec!["性別　女".into()],
        notes: vec![
            "医療機関等で受診するときは、この証を窓口に提示してください。".into(),
            "資格を失ったときは返還してください。".into(),
            "記載事項に変更があったときは、14日以内に届け出てください。".into(),
        ],
        copy: 1,
        number: "10000000127".into(),
        scan: "10010100000012340182".into(),
        insurer_number: "999995".into(),
        insurer_name: "見本県見本市".into(),
        window: window(name),
        office: office(),
        issued_on: "令和8年7月15日".into(),
    }
}

/// 加入期間証明書.
#[must_use]
pub fn certificate_slip(name: &str) -> Certificate {
    use ItemWidth::{Large, Whole};
    Certificate {
        title: "国民健康保険加入期間証明書".into(),
        form_id: "2304".into(),
        paper: CertificatePaper::A4,
        colour: "白緑".into(),
        items: vec![
            item("氏名", name, Large),
            item("生年月日", "昭和55年5月5日", Whole),
            item("世帯主氏名", "見本　太郎", Whole),
            item(
                "住所",
                "見本県見本市桜町二丁目3番4号　コーポ見本　205号室",
                Whole,
            ),
            item("記号・番号", "見本・0012345（枝番）02", Whole),
            item(
                "加入期間",
                "平成30年4月1日から令和3年9月30日まで\n令和5年7月1日から加入中",
                Whole,
            ),
            item("交付年月日", "令和8年11月20日", Whole),
        ],
        back: Vec::new(),
        notes: vec!["上記のとおり相違ないことを証明します。".into()],
        scan: "23040100000012340261".into(),
        copy: 2,
        ..certificate(name)
    }
}

/// 却下通知書.
#[must_use]
pub fn certificate_letter(name: &str) -> CertificateLetter {
    CertificateLetter {
        title: "食事療養標準負担額減額認定証交付申請却下通知書".into(),
        number: "見本保第123号".into(),
        issued_on: "令和8年11月20日".into(),
        window: window(name),
        office: office(),
        paragraphs: vec![
            "令和8年11月10日に申請のあった食事療養標準負担額減額認定証の交付については、下記の理由により却下しましたので通知します。".into(),
        ],
        facts: vec![
            ("申請年月日".into(), "令和8年11月10日".into()),
            ("対象者の氏名".into(), name.into()),
            ("申請した証".into(), "食事療養標準負担額減額認定証".into()),
            ("却下の理由".into(), "住民税課税世帯のため".into()),
            ("却下年月日".into(), "令和8年11月20日".into()),
        ],
        appealable: true,
    }
}
