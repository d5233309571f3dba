//! A page of cards with one of everything.

use super::samples::{badges, layout, text, why, with_subject};
use law::Yen;
use web::view::amounts::ChangeRow;
use web::view::cards::{Action, Card, CardsPage, Cell, Note, Table};
use web::view::entry::{Field, Form, Grid, Input};
use web::view::layout::{FieldError, Tone};
use web::view::levy::PreviewBlock;

fn choices() -> Vec<(String, String)> {
    vec![
        (text("01"), text("転入")),
        (text("02"), text("社会保険離脱")),
    ]
}

/// Lists, facts, reasons and what can be done.
pub fn cards() -> CardsPage {
    let mut page = CardsPage::new(with_subject("資格"), "資格");
    page.page.done = text("登録しました。");
    page.page.undo_href = text("/households/12/undo/3");
    page.aside = text("まだ何も変わっていません");
    page.badges = badges();
    page.notes = vec![
        Note::new(
            Tone::Bad,
            "先に変更されています",
            vec![text("誰かが変更しました。")],
        ),
        Note::new(Tone::Info, "", vec![text("確かめてください。")]),
    ];
    page.blocks = vec![PreviewBlock {
        year: text("令和8年度"),
        liable: text("見本 花子"),
        reasons: vec![text("月数 12→6")],
        total: ChangeRow::of("年額", "", Yen(240_000), Yen(120_000)),
        components: vec![ChangeRow::of("医療分", "", Yen(240_000), Yen(120_000))],
        instalments: vec![ChangeRow::of(
            "第1期",
            "令和8年6月30日",
            Yen(24_000),
            Yen(12_000),
        )],
        past_due_reduction: Yen(1_000),
        barred: Yen(100),
        paper: text("変更決定通知書"),
        why: why(),
    }];
    let mut facts = Card::new("登録する内容", "w6");
    facts.beside = text("3件");
    facts.fact("異動日", "令和8年4月1日");
    facts.fact("世帯", Cell::link("見・1", "/households/12"));
    facts.fact("空", "");
    facts.actions = vec![
        Action::link("開く", "/").main(),
        Action::post("取り消す", "/households/12/undo/3", &[("request_id", "e")]),
    ];
    let mut table = Table::new("証", &["種類", "#枚数", "状態"]);
    table.more_href = text("/?after=3");
    let row = table.row(vec![
        Cell::link("資格確認書", "/certificates/3"),
        "1".into(),
        Cell {
            small: text("7月31日まで"),
            ..Cell::badge("有効", Tone::Good)
        },
    ]);
    row.actions.push(Action::link("再交付", "/"));
    row.off = true;
    let empty =
        Card::new("処理待ち", "w6").with_table(Table::new("処理待ち", &["件名"]), "ありません。");
    let mut reasons = Card::new("なぜこの区分か", "w12");
    reasons.whys = why();
    page.cards = vec![
        facts,
        Card::new("証", "w6").with_table(table, "ありません。"),
        empty,
        reasons,
    ];
    page
}

/// Every kind of field, with an error.
pub fn form() -> CardsPage {
    let mut page = CardsPage::new(layout("加入の届出"), "加入の届出");
    page.page.errors = vec![FieldError {
        field: text("cause"),
        message: text("事由: 「99」は一覧にありません。コードを確かめてください"),
    }];
    let field = |input, name: &str, label: &str, value: &str| Field::new(input, name, label, value);
    let form = Form::post("/households/12/gain")
        .section(
            "届出",
            vec![
                field(Input::Code(choices()), "cause", "事由", "99").first(),
                field(Input::Day, "on", "異動日", "令和8年4月1日").hint("届出日ではありません"),
                field(Input::Choice(choices()), "paper", "書類", "01"),
                field(Input::Check, "urgent", "即日交付", "1"),
                field(Input::Text, "note", "備考", "").wide(),
                field(Input::Area, "grounds", "理由", "申請者の言葉").wide(),
                field(Input::Yen, "salary", "給与収入", "1,000"),
                field(Input::Said, "said", "対象者", "見本 花子"),
            ],
        )
        .grid(
            "加入する人",
            Grid {
                caption: text("加入する人"),
                columns: vec![text("氏名"), text("加入"), text("区分")],
                rows: vec![(
                    text("見本 花子"),
                    vec![
                        field(Input::Check, "person_1", "見本 花子の加入", ""),
                        field(Input::Choice(choices()), "kind_1", "見本 花子の区分", "02"),
                    ],
                )],
            },
        )
        .hide("seen", "1")
        .button("確認へ進む", "preview", "main")
        .back("やめて戻る", "/households/12");
    let mut card = Card::new("", "w12");
    card.form = Some(form);
    let mut ask = Card::new("絞り込み", "w12");
    ask.form = Some(Form::get("/work").button("表示", "", ""));
    page.cards = vec![card, ask];
    page
}
