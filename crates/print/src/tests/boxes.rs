//! Places: rows, boxes, the window, and no text over another.

use super::{hard_names, lay_out, texts, texts_on};
use crate::content::{Cell, Component, Content, Document, LevyKind, Member, Method, Reduction};
use crate::fit::{self, Frame};
use crate::ink::Ink;
use crate::printer::Printer;
use crate::sample;
use typst_layout::PagedDocument;

#[test]
fn long_and_broken_names_do_not_push_their_neighbours_out_of_their_rows() {
    let printer = Printer::open(&[]).unwrap();
    for components in 1..=5 {
        let mut notice = sample::levy(LevyKind::Premium, "見本　太郎");
        notice.table.components = vec![
            Component {
                decided_yen: 1_000,
                ..Component::default()
            };
            components
        ];
        notice.table.total = sample::total(&notice.table.components);
        notice.instalments = sample::instalments(notice.table.total.decided_yen);
        notice.members = (1..=130)
            .map(|number| Member {
                name: format!(
                    "員{number}　{}",
                    if number % 3 == 0 {
                        "WICKRAMA ".repeat(12)
                    } else {
                        "子".into()
                    }
                ),
                months: vec![Some(12); components],
                note: format!(
                    "注{number}。{}",
                    "非自発的失業・産前産後".repeat(number % 4)
                ),
                ..Member::default()
            })
            .collect();
        let document = lay_out(
            &printer,
            &Document::official("rows", Content::Levy(Box::new(notice))),
        );
        let mut rows = 0;
        for page in 0..document.pages().len() {
            let (mut numbers, mut others) = (Vec::new(), Vec::new());
            texts_on(&document, page, &mut |text, at| {
                let said = text.text.trim();
                if at.x.to_mm() < 23.0 && said.chars().all(|letter| letter.is_ascii_digit()) {
                    numbers.push((said.to_owned(), at.y.to_mm()));
                } else if let Some(rest) =
                    said.strip_prefix('員').or_else(|| said.strip_prefix('注'))
                {
                    let number: String = rest.chars().take_while(char::is_ascii_digit).collect();
                    others.push((number, at.y.to_mm()));
                }
            });
            for (number, y) in numbers {
                let beside: Vec<f64> = others
                    .iter()
                    .filter(|one| one.0 == number)
                    .map(|one| one.1)
                    .collect();
                assert_eq!(beside.len(), 2, "row {number}: name and note");
                assert!(
                    beside.iter().all(|other| (other - y).abs() < 1.8),
                    "row {number}: {y} {beside:?}"
                );
                rows += 1;
            }
        }
        assert_eq!(rows, 130);
    }
}

#[test]
fn nothing_leaves_its_box_or_the_page() {
    let printer = Printer::open(&[]).unwrap();
    for (id, name) in hard_names() {
        let ink = Ink::of(printer.fonts(), &name);
        for frame in [
            Frame {
                width_um: 74_000,
                height_um: 1_000_000,
                size_mpt: 13_000,
                lines: 2,
            },
            Frame {
                width_um: 52_000,
                height_um: 1_000_000,
                size_mpt: 9_000,
                lines: 1,
            },
            Frame {
                width_um: 44_000,
                height_um: 1_000_000,
                size_mpt: 9_500,
                lines: 2,
            },
        ] {
            let set = fit::fit(&ink, frame);
            assert!(set.l.len() <= frame.lines, "{id}");
            for line in &set.l {
                let text: String = line.iter().map(|run| run.1.as_str()).collect();
                let width: i64 = Ink::of(printer.fonts(), text.trim_end())
                    .letters
                    .iter()
                    .map(|one| one.width)
                    .sum();
                assert!(
                    width * set.s * 254 <= frame.width_um * 720 * 1_000,
                    "{id} {text:?} {width} {}",
                    set.s
                );
            }
        }
    }
    let longest = hard_names()
        .into_iter()
        .map(|(_, name)| name)
        .max_by_key(|name| name.chars().count())
        .unwrap();
    let mut notice = sample::levy_change(LevyKind::Tax, &longest);
    notice.window.address = vec![
        "長".repeat(120),
        "い".repeat(80),
        "方書".repeat(50),
        "号".into(),
    ];
    let document = Document::official("long", Content::Levy(Box::new(notice)));
    texts(&lay_out(&printer, &document), &mut |text, at| {
        let right = (at.x + text.width()).to_mm();
        assert!(
            at.x.to_mm() >= 5.0 && right <= 200.0,
            "{:?} ends at {right} mm",
            text.text
        );
        assert!(
            at.y.to_mm() >= 5.0 && at.y.to_mm() <= 293.0,
            "{:?}",
            text.text
        );
    });
}

#[test]
fn the_address_lies_in_the_window() {
    let printer = Printer::open(&[]).unwrap();
    let long = "PHRAYA SRISURIYAWONGSANUWAT CHAROENRATTANAKOSINPHIPHATTHANAKUL SOMCHAI THONGCHAI";
    let line = "見本県見本市大字見本字見本下12345番地の678";
    for (name, address) in [
        ("見本　太郎", vec![line; 2]),
        (long, vec![line; 2]),
        (long, vec![line; 4]),
        ("見本　太郎左衛門之助次郎三郎四郎五郎六郎", vec![line; 4]),
        (
            "見本　太郎左衛門之助次郎三郎四郎五郎六郎",
            vec![
                "見本県見本市大字見本字見本下12345番地の678見本タウン見本住宅団地中央管理棟";
                2
            ],
        ),
    ] {
        let mut notice = sample::levy(LevyKind::Premium, "見本　次郎");
        notice.window.addressee = name.into();
        notice.window.address = address.iter().map(|one| (*one).to_owned()).collect();
        let document = Document::official("window", Content::Levy(Box::new(notice)));
        let mut seen = 0;
        texts(&lay_out(&printer, &document), &mut |text, at| {
            let in_block = at.x.to_mm() < 104.0 && at.y.to_mm() < 49.0;
            if in_block {
                seen += 1;
                let right = (at.x + text.width()).to_mm();
                assert!(
                    at.x.to_mm() >= 20.0 && right <= 105.0,
                    "{:?} ends at {right}",
                    text.text
                );
                assert!(
                    at.y.to_mm() >= 12.0 && at.y.to_mm() <= 45.0,
                    "{:?} at {}",
                    text.text,
                    at.y.to_mm()
                );
            }
        });
        assert!(seen >= 5);
    }
}

/// No two texts of a page lie over each other, the watermark apart.
fn assert_apart(document: &PagedDocument, case: &str) {
    for page in 0..document.pages().len() {
        let mut boxes: Vec<(f64, f64, f64, f64, String)> = Vec::new();
        texts_on(document, page, &mut |text, at| {
            let (size, x, y) = (text.size.to_mm(), at.x.to_mm(), at.y.to_mm());
            if size < 30.0 && !text.text.trim().is_empty() {
                // The body of the letters, without the white around them.
                boxes.push((
                    x,
                    x + text.width().to_mm(),
                    y - 0.7 * size,
                    y,
                    text.text.to_string(),
                ));
            }
        });
        for (place, one) in boxes.iter().enumerate() {
            for other in &boxes[place + 1..] {
                let beside = one.1 <= other.0 + 0.05 || other.1 <= one.0 + 0.05;
                let above = one.3 <= other.2 || other.3 <= one.2;
                assert!(
                    beside || above,
                    "{case}, page {}: {one:?} lies over {other:?}",
                    page + 1
                );
            }
        }
    }
}

#[test]
fn no_text_lies_over_another_however_full_the_notice() {
    let printer = Printer::open(&[]).unwrap();
    for (dues, members, reasons, lines) in [
        (1, 1, 0, 2),
        (10, 8, 2, 7),
        (10, 9, 4, 9),
        (12, 8, 0, 13),
        (18, 60, 9, 13),
        (20, 3, 12, 10),
        (20, 8, 4, 13),
        (6, 0, 1, 1),
    ] {
        let mut notice = sample::levy_change(LevyKind::Tax, "見本　太郎");
        let zero = |component: &mut Component| {
            let fields = [
                &mut component.asset_levy_yen,
                &mut component.under18_deduction_yen,
                &mut component.birth_deduction_yen,
                &mut component.over_cap_yen,
                &mut component.relief_yen,
            ];
            for field in fields.into_iter().take(lines) {
                *field = Some(0);
            }
        };
        notice.table.components.iter_mut().for_each(zero);
        zero(&mut notice.table.total);
        let mut due = notice.instalments.clone();
        due.iter_mut()
            .for_each(|one| (one.before_yen, one.amount_yen) = (Some(0), 0));
        let (before_yen, amount_yen) = (
            notice.change.unwrap().before_yen,
            notice.table.total.decided_yen,
        );
        notice.instalments = due.into_iter().cycle().take(dues).collect();
        notice.instalments[0].before_yen = Some(before_yen);
        notice.instalments[0].amount_yen = amount_yen;
        notice.instalments[dues - 1].method = Method::Special;
        let member = notice.members[1].clone();
        notice.members = vec![
            Member {
                note: "非自発的失業・産前産後・旧被扶養者・未就学児".into(),
                ..member
            };
            members
        ];
        notice.reasons = vec![
                "世帯の所得の更正と被保険者の異動があったため、次のとおり変更しました。".repeat(2);
                reasons
            ];
        notice.reduction = Some(Reduction {
            class: "7割軽減".into(),
            why: "世帯の総所得金額等の合計が軽減の基準額以下のため。".repeat(2),
        });
        let case = format!("{dues} dues, {members} members, {reasons} reasons, {lines} lines");
        assert_apart(
            &lay_out(
                &printer,
                &Document::official("full", Content::Levy(Box::new(notice))),
            ),
            &case,
        );
    }
}

#[test]
fn no_text_lies_over_another_on_slips_lists_and_explanations() {
    let printer = Printer::open(&[]).unwrap();
    let long = "WICKRAMASINGHE MUDIYANSELAGE SHEHAN DINUKA KALHARA BANDARA WICKRAMASINGHE";
    let mut slips = sample::slips();
    for slip in &mut slips.slips {
        slip.payer = long.into();
        slip.payer_address =
            "見本県見本市大字見本字見本下12345番地の678　見本タウン見本住宅団地中央管理棟101号室"
                .into();
        slip.notice_number = "2026-0012-345678-01".into();
        slip.total_yen += 99_000_000 - slip.principal_yen;
        slip.principal_yen = 99_000_000;
        slip.barcode = None;
    }
    slips.notes = vec![
        "納付書をお送りします。納期限までに納めてください。".repeat(3);
        4
    ];
    let mut list = sample::list(60, false);
    for row in list.rows.iter_mut().step_by(3) {
        row[2] = Cell::Text(long.into());
        row[3] = Cell::Number(-9_999_999_999_999);
    }
    let mut explanation = sample::explanation();
    for step in explanation.steps.iter_mut().step_by(2) {
        step.formula = step.formula.repeat(3);
        step.label = long.into();
        step.clause = "国民健康保険法施行令第29条の7第2項第4号から第6号まで、条例附則第3条".into();
    }
    for (name, content) in [
        ("slips", Content::Slips(Box::new(slips))),
        ("plain slips", Content::Slips(Box::new(sample::slips()))),
        ("list", Content::List(Box::new(list))),
        ("explanation", Content::Explanation(Box::new(explanation))),
    ] {
        assert_apart(&lay_out(&printer, &Document::official(name, content)), name);
    }
}
