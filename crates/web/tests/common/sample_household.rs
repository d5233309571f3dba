//! The page of a household with everything on it that it can show.

use super::samples::{badges, text, with_subject};
use law::{Yen, day};
use web::view::household::{FavourLine, HouseholdPage, LevyLine, Member, NoticeLine};
use web::view::timeline::{Lane, MarkFact, MarkKind, SpanFact, SpanKind, draw};

pub fn household() -> HouseholdPage {
    let span = |kind, from, until, label: &str| SpanFact {
        kind,
        from,
        until,
        label: text(label),
    };
    let lanes = [
        Lane {
            name: text("見本 花子"),
            spans: vec![
                span(SpanKind::Insured, day(2018, 4, 1), None, "加入（転入）"),
                span(
                    SpanKind::Care,
                    day(2018, 4, 1),
                    Some(day(2035, 7, 14)),
                    "介護分の対象",
                ),
                span(
                    SpanKind::Special,
                    day(2025, 11, 1),
                    Some(day(2027, 4, 1)),
                    "非自発的失業の特例",
                ),
            ],
        },
        Lane {
            name: text("見本 一郎"),
            spans: vec![
                span(
                    SpanKind::Insured,
                    day(2010, 1, 1),
                    Some(day(2026, 2, 3)),
                    "加入",
                ),
                span(
                    SpanKind::Former,
                    day(2026, 2, 3),
                    None,
                    "特定同一世帯所属者",
                ),
            ],
        },
    ];
    let marks = [
        (MarkKind::Decision, day(2026, 6, 15)),
        (MarkKind::Notice, day(2026, 6, 17)),
        (MarkKind::Due, day(2026, 6, 30)),
    ]
    .map(|(kind, on)| MarkFact {
        kind,
        on,
        label: text("令和8年度 当初賦課 504,670円"),
    });
    HouseholdPage {
        page: with_subject("世帯"),
        household_id: 12,
        as_of: text("令和8年6月15日"),
        known_at: String::new(),
        members: vec![Member {
            person_id: 1_000_012,
            name: text("見本 花子"),
            kana: text("ミホン ハナコ"),
            relationship: text("世帯主"),
            birth: text("昭和45年7月15日"),
            age: text("55"),
            sex: text("女"),
            standing: text("加入中（世帯主）"),
            gained: text("平成30年4月1日 転入"),
            lost: String::new(),
            income: text("3,257,000円"),
            badges: badges(),
            insured: true,
        }],
        timeline: draw(day(2026, 6, 15), &lanes, &marks),
        levies: vec![LevyLine {
            year: text("令和8年度"),
            liable: text("見本 花子"),
            decided: text("令和8年6月15日"),
            reason: text("当初賦課"),
            reduction: text("2割軽減"),
            total: Yen(504_670),
            href: text("/households/12/levy/2026"),
        }],
        favours: vec![FavourLine {
            kind: text("徴収猶予"),
            year: text("令和8年度"),
            what: text("1期 令和8年6月30日→令和8年12月25日 災害"),
            state: text("猶予"),
            on: text("令和8年12月25日"),
        }],
        notices: vec![NoticeLine {
            kind: text("納入（納税）通知書"),
            addressee: text("見本 花子"),
            year: text("令和8年度"),
            state: text("作成済"),
            href: text("/notices/3/paper"),
        }],
        preview_href: text("/households/12/preview"),
    }
}
