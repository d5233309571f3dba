//! Made-up notices.

use super::{office, window};
use crate::content::{
    Change, Component, Instalment, LevyKind, LevyNotice, LevyTable, Member, Method,
};

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
    notice.reasons = vec![
        "見本　花子さんが令和8年9月1日に職場の健康保険に加入したため、9月分から減額しました。"
            .into(),
    ];
    notice
}
