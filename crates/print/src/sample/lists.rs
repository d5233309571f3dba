//! A made-up explanation and a made-up list.

use super::office;
use crate::content::{Cell, Column, Explanation, Fact, ListReport, Step};

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
            Cell::Text(if number.is_multiple_of(7) {
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
