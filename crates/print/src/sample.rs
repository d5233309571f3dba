//! 見本 — made-up content for pictures, tests and measurements. No real person, office or number.

use crate::barcode::Gs1Payload;
use crate::content::{
    Cell, Change, Column, Component, Content, Document, Explanation, Fact, Instalment, LevyKind,
    LevyNotice, LevyTable, ListReport, Member, Method, Office, PaymentCodes, PaymentSlip,
    PaymentSlips, Reduction, Step, Window,
};

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

fn component(name: &str, income: i64, per_capita: i64, per_household: Option<i64>) -> Component {
    let gross = income + per_capita + per_household.unwrap_or(0);
    Component {
        name: name.into(),
        income_levy_yen: Some(income),
        per_capita_yen: Some(per_capita),
        per_household_yen: per_household,
        statutory_reduction_yen: Some(0),
        rounding_yen: Some(gross % 100),
        decided_yen: gross - gross % 100,
        ..Component::default()
    }
}

/// The total column of components.
#[must_use]
pub fn total(components: &[Component]) -> Component {
    let sum = |amount: fn(&Component) -> Option<i64>| {
        let parts: Vec<i64> = components.iter().filter_map(amount).collect();
        if parts.is_empty() {
            None
        } else {
            Some(parts.iter().sum())
        }
    };
    Component {
        name: "合計".into(),
        income_levy_yen: sum(|one| one.income_levy_yen),
        asset_levy_yen: sum(|one| one.asset_levy_yen),
        per_capita_yen: sum(|one| one.per_capita_yen),
        per_household_yen: sum(|one| one.per_household_yen),
        statutory_reduction_yen: sum(|one| one.statutory_reduction_yen),
        preschool_deduction_yen: sum(|one| one.preschool_deduction_yen),
        under18_deduction_yen: sum(|one| one.under18_deduction_yen),
        birth_deduction_yen: sum(|one| one.birth_deduction_yen),
        over_cap_yen: sum(|one| one.over_cap_yen),
        month_share_yen: sum(|one| one.month_share_yen),
        rounding_yen: sum(|one| one.rounding_yen),
        relief_yen: sum(|one| one.relief_yen),
        decided_yen: components.iter().map(|one| one.decided_yen).sum(),
    }
}

/// 年額 in ten instalments of whole thousands, the rest in the first.
#[must_use]
pub fn instalments(decided_yen: i64) -> Vec<Instalment> {
    const DUE: [&str; 10] = [
        "令和8年6月30日",
        "令和8年7月31日",
        "令和8年8月31日",
        "令和8年9月30日",
        "令和8年11月2日",
        "令和8年11月30日",
        "令和8年12月25日",
        "令和9年2月1日",
        "令和9年3月1日",
        "令和9年3月31日",
    ];
    let each = decided_yen / 10 / 1000 * 1000;
    DUE.iter()
        .enumerate()
        .map(|(place, due)| Instalment {
            method: Method::Ordinary,
            label: format!("第{}期", place + 1),
            due_on: (*due).into(),
            before_yen: None,
            amount_yen: if place == 0 {
                decided_yen - each * 9
            } else {
                each
            },
        })
        .collect()
}

/// 当初の通知書 of a made-up household of four.
#[must_use]
pub fn levy(kind: LevyKind, liable_person: &str) -> LevyNotice {
    let mut components = vec![
        component("医療分", 154_280, 118_800, Some(26_400)),
        component("支援金分", 52_316, 43_200, Some(9_600)),
        component("介護分", 41_070, 26_400, None),
        component("子ども分", 5_230, 6_900, None),
    ];
    if let Some(medical) = components.first_mut() {
        medical.preschool_deduction_yen = Some(14_850);
        medical.decided_yen -= 14_900;
        medical.rounding_yen = medical.rounding_yen.map(|yen| yen + 50);
    }
    let total = total(&components);
    let decided_yen = total.decided_yen;
    let member = |name: &str, income: i64, months: [Option<u8>; 4], note: &str| Member {
        name: name.into(),
        income_base_yen: Some(income),
        months: months.to_vec(),
        note: note.into(),
    };
    LevyNotice {
        kind,
        change: None,
        office: office(),
        ordinance: match kind {
            LevyKind::Premium => "見本市国民健康保険条例".into(),
            LevyKind::Tax => "見本市国民健康保険税条例".into(),
        },
        notice_number: "0012-345678".into(),
        issued_on: "令和8年6月12日".into(),
        window: window(liable_person),
        liable_person: liable_person.into(),
        symbol_number: "見本 0123456".into(),
        levy_year: "令和8年度".into(),
        assessed_year: "令和8年度".into(),
        table: LevyTable { components, total },
        members: vec![
            member(
                liable_person,
                1_836_000,
                [Some(12), Some(12), Some(12), Some(12)],
                "",
            ),
            member(
                "見本　花子",
                214_000,
                [Some(12), Some(12), Some(7), Some(12)],
                "9月に40歳到達",
            ),
            member(
                "見本　陽菜",
                0,
                [Some(12), Some(12), None, Some(12)],
                "18歳未満",
            ),
            member(
                "見本　大翔",
                0,
                [Some(12), Some(12), None, Some(12)],
                "未就学児",
            ),
        ],
        instalments: instalments(decided_yen),
        reduction: None,
        reasons: vec![
            "介護分は、40歳から64歳までの方について計算しています。".into(),
            "年度の途中で世帯の人数や所得が変わったときは、変更の通知書をお送りします。".into(),
        ],
        payment: "口座振替（見本銀行　本店　普通預金　口座番号 ****567）".into(),
    }
}

/// 変更の通知書: one member left in September.
#[must_use]
pub fn levy_change(kind: LevyKind, liable_person: &str) -> LevyNotice {
    let mut notice = levy(kind, liable_person);
    let before_yen = notice.table.total.decided_yen;
    for component in &mut notice.table.components {
        let less = component.per_capita_yen.unwrap_or(0) / 8 / 100 * 100;
        component.month_share_yen = Some(less);
        component.decided_yen -= less;
    }
    notice.table.total = total(&notice.table.components);
    let decided = notice.table.total.decided_yen;
    let after = instalments(decided);
    for (instalment, after) in notice.instalments.iter_mut().zip(after) {
        instalment.before_yen = Some(instalment.amount_yen);
        instalment.amount_yen = after.amount_yen;
    }
    notice.change = Some(Change {
        before_yen,
        difference_yen: decided - before_yen,
    });
    notice.issued_on = "令和8年10月9日".into();
    notice.reduction = Some(Reduction {
        class: "2割軽減".into(),
        why: "世帯の総所得金額等の合計が軽減の基準額以下のため".into(),
    });
    notice.reasons = vec![
        "見本　花子さんが令和8年9月1日に職場の健康保険に加入したため、9月分から減額しました。"
            .into(),
    ];
    notice
}

/// One slip of a made-up household, 25,300 yen.
#[must_use]
pub fn slip(instalment: &str) -> PaymentSlip {
    PaymentSlip {
        item: "国民健康保険料".into(),
        levy_year: "令和8年度".into(),
        assessed_year: "令和8年度".into(),
        instalment: instalment.into(),
        notice_number: "0012-345678".into(),
        payer: "見本　太郎".into(),
        payer_address: "見本県見本市桜町二丁目3番4号　コーポ見本　205号室".into(),
        due_on: "令和8年7月31日".into(),
        principal_yen: 25_000,
        late_charge_yen: 200,
        demand_fee_yen: 100,
        total_yen: 25_300,
        fund_account: "00100-0-000000　見本市会計管理者".into(),
        issued_on: law::day(2026, 6, 12),
        barcode: Some(Gs1Payload {
            issuer: "912345".into(),
            free: "000010826010012345678".into(),
            reissue: 0,
            payable_until: Some(law::day(2026, 9, 30)),
            stamp: false,
            amount_yen: 25_300,
        }),
        qr: Some("01|000000|08260100123456780701|MIHON-EL-QR|25300|20260731|0000000000".into()),
        codes: Some(PaymentCodes {
            institution: "00000".into(),
            number: "0826-0100-1234-5678".into(),
            confirmation: "012345".into(),
            class: "082607".into(),
        }),
    }
}

/// Two slips below an address block.
#[must_use]
pub fn slips() -> PaymentSlips {
    let mut dear = slip("第2期");
    dear.principal_yen = 312_000;
    dear.late_charge_yen = 0;
    dear.demand_fee_yen = 0;
    dear.total_yen = 312_000;
    if let Some(barcode) = &mut dear.barcode {
        barcode.amount_yen = 312_000;
    }
    PaymentSlips {
        office: office(),
        window: Some(window("見本　太郎")),
        notes: vec![
            "国民健康保険料の納付書をお送りします。納期限までに、裏面の取扱場所で納めてください。"
                .into(),
            "切り離さずにお持ちください。".into(),
        ],
        slips: vec![slip("第1期"), dear],
    }
}

/// 計算内訳書 of a made-up household.
#[must_use]
pub fn explanation() -> Explanation {
    let step =
        |group: &str, label: &str, formula: &str, clause: &str, amount: i64, strong: bool| Step {
            group: group.into(),
            label: label.into(),
            formula: formula.into(),
            clause: clause.into(),
            amount_yen: Some(amount),
            strong,
        };
    let medical = "医療給付費分";
    Explanation {
        office: office(),
        title: "国民健康保険料　計算内訳書".into(),
        issued_on: "令和8年6月12日".into(),
        facts: [
            ("世帯主", "見本　太郎"),
            ("記号番号", "見本 0123456"),
            ("相当年度", "令和8年度"),
            ("被保険者数", "4人（うち未就学児 1人）"),
        ]
        .into_iter()
        .map(|(label, value)| Fact {
            label: label.into(),
            value: value.into(),
        })
        .collect(),
        steps: vec![
            step(
                medical,
                "算定基礎額（見本　太郎）",
                "総所得金額等 2,266,000円 － 基礎控除 430,000円",
                "国保法施行令第29条の7第2項第4号",
                1_836_000,
                false,
            ),
            step(
                medical,
                "算定基礎額（見本　花子）",
                "総所得金額等 644,000円 － 基礎控除 430,000円",
                "国保法施行令第29条の7第2項第4号",
                214_000,
                false,
            ),
            step(
                medical,
                "所得割額",
                "（1,836,000円 ＋ 214,000円）× 7.526%",
                "条例第14条",
                154_280,
                false,
            ),
            step(
                medical,
                "均等割額",
                "29,700円 × 4人",
                "条例第15条",
                118_800,
                false,
            ),
            step(
                medical,
                "平等割額",
                "1世帯につき",
                "条例第15条の2",
                26_400,
                false,
            ),
            step(
                medical,
                "未就学児の減額",
                "軽減後の均等割額 29,700円 × 5/10 × 1人",
                "国保法施行令第29条の7第6項、条例第21条の2",
                -14_850,
                false,
            ),
            step(
                medical,
                "医療給付費分　決定額",
                "154,280円 ＋ 118,800円 ＋ 26,400円 － 14,850円（100円未満切捨て）",
                "条例第18条",
                284_600,
                true,
            ),
            step(
                "後期高齢者支援金等分",
                "所得割額",
                "2,050,000円 × 2.552%",
                "条例第15条の6",
                52_316,
                false,
            ),
            step(
                "後期高齢者支援金等分",
                "均等割額・平等割額",
                "10,800円 × 4人 ＋ 9,600円",
                "条例第15条の7",
                52_800,
                false,
            ),
            step(
                "後期高齢者支援金等分",
                "支援金等分　決定額",
                "52,316円 ＋ 52,800円（100円未満切捨て）",
                "条例第18条",
                105_100,
                true,
            ),
        ],
        notes: vec![
            "この内訳書は、決定のもとになった事実から計算し直して作成したものです。".into(),
            "税率・料率は、令和8年度の条例によります。".into(),
        ],
    }
}

/// 一覧表 with so many rows.
#[must_use]
pub fn list(rows: u32, landscape: bool) -> ListReport {
    let column = |title: &str, share: u16| Column {
        title: title.into(),
        share,
    };
    let row = |number: u32| {
        let levied = 120_000 + i64::from(number) * 1_700;
        vec![
            Cell::Centre(number.to_string()),
            Cell::Centre(format!("見本{number:07}")),
            Cell::Text("見本　太郎".into()),
            Cell::Number(levied),
            Cell::Number(-(levied / 10)),
            Cell::Text(if number % 7 == 0 {
                "介護分".into()
            } else {
                String::new()
            }),
        ]
    };
    let all: Vec<Vec<Cell>> = (1..=rows).map(row).collect();
    let sum = |at: usize| -> i64 {
        all.iter()
            .filter_map(|row| match row.get(at) {
                Some(Cell::Number(number)) => Some(*number),
                _ => None,
            })
            .sum()
    };
    let totals = vec![
        Cell::Blank,
        Cell::Text("合計".into()),
        Cell::Text(format!("{rows}世帯")),
        Cell::Number(sum(3)),
        Cell::Number(sum(4)),
        Cell::Blank,
    ];
    ListReport {
        title: "賦課限度額超過世帯一覧".into(),
        subtitle: "令和8年度　当初賦課　全世帯".into(),
        issuer: "見本市　保険年金課".into(),
        printed_on: "令和8年6月12日 10時15分".into(),
        landscape,
        columns: vec![
            column("番号", 8),
            column("記号番号", 20),
            column("世帯主", 36),
            column("算定額（円）", 22),
            column("超過額（円）", 22),
            column("摘要", 24),
        ],
        rows: all,
        totals: Some(totals),
    }
}
