//! One sample of every page, with everything on it that a page can show. All people here are invented.

use law::Yen;
use web::view::amounts::{AmountRow, AmountTable, ChangeRow, RowKind};
use web::view::chart::{Column, Pair, Unit, histogram, pairs, singles};
use web::view::city::{CityPage, RateField, RateRow};
use web::view::compare::{Changed, ComparePage};
use web::view::home::{HomePage, Task, YearLine};
use web::view::layout::{Badge, FieldError, Layout, MenuArea, MenuItem, Subject, Tone, User};
use web::view::levy::{
    DecisionLine, InstalmentLine, LedgerLine, LevyPage, PreviewBlock, PreviewPage,
};
use web::view::login::LoginPage;
use web::view::message::{ClosedPage, MessagePage};
use web::view::own::{FactorLine, Generator, OwnPage};
use web::view::run::{
    CountLine, HeldHousehold, RunHousehold, RunLine, RunPage, RunsPage, TallyRow,
};
use web::view::search::{Found, SearchPage};
use web::view::second::{Asked, SecondPage};
use web::view::staff::{RoleChoice, StaffLine, StaffPage};
use web::view::trial::{TrialPage, TrialPerson};
use web::view::why::Why;
use web::view::work::{
    CellField, HeldLine, HeldPage, HeldRowPage, JobLine, JobPage, JobsPage, NoticeBatch,
    NoticePage, NoticeRow, NoticesPage, StepLine,
};

use askama::Template;

pub fn text(value: &str) -> String {
    value.to_owned()
}

pub fn badges() -> Vec<Badge> {
    vec![
        Badge::new("支援措置", Tone::Bad, "住所を伝えない"),
        Badge::new("未申告", Tone::Warn, "申告を案内する"),
        Badge::new("擬制世帯", Tone::Info, "世帯主は加入していない"),
    ]
}

pub fn layout(title: &str) -> Layout {
    let mut page = Layout::bare(title, "見本市");
    page.business_date = text("令和8年6月15日（月）");
    page.environment = text("見本");
    page.user = Some(User {
        name: text("見本 太郎"),
        roles: text("賦課担当"),
        place: text("六会市民センター"),
        seat_href: text("/me/seat"),
    });
    page.csrf = "c".repeat(64);
    page.may_search = true;
    page.menu = vec![
        MenuArea {
            label: text("ホーム"),
            current: true,
            items: vec![MenuItem::new("ホーム", "/", true)],
        },
        MenuArea {
            label: text("取込・連携"),
            current: false,
            items: vec![
                MenuItem::new("受付簿", "/files", false),
                MenuItem {
                    waiting: 3,
                    ..MenuItem::new("保留", "/held", false)
                },
            ],
        },
    ];
    page
}

pub fn with_subject(title: &str) -> Layout {
    let mut page = layout(title);
    page.subject = Some(Subject {
        household_id: 12,
        number: text("見・0012345"),
        head_name: text("見本 花子"),
        head_kana: text("ミホン ハナコ"),
        head_birth: text("昭和45年7月15日（55歳）"),
        address: text("見本市中央一丁目2番3号"),
        members: text("加入2人"),
        badges: badges(),
        tabs: vec![
            MenuItem::new("世帯", "/households/12", true),
            MenuItem::new("賦課", "/households/12/levy/2026", false),
        ],
    });
    page
}

fn job(running: bool) -> JobLine {
    JobLine {
        job_id: 7,
        kind: text("賦課の計算"),
        began: text("R8.6.15 10:02"),
        ordered_by: text("見本 太郎"),
        breath: text("90秒前"),
        silent: running,
        state: text(if running { "処理中" } else { "完了" }),
        tone: Tone::Info,
        total: 60_000,
        done: 12_000,
        message: text("計算しています"),
        running,
        href: text("/jobs/7"),
    }
}

fn run_line(run_id: i64) -> RunLine {
    RunLine {
        run_id,
        kind: text("当初賦課"),
        year: text("令和8年度"),
        decided: text("令和8年6月15日"),
        known: text("R8.6.12 17:30"),
        state: text("計算済"),
        tone: Tone::Info,
        households: 58_201,
        total: Yen(9_876_543_210),
        note: text("所得取込後"),
        href: format!("/runs/{run_id}"),
    }
}

fn table() -> AmountTable {
    let row = |label: &str, kind, cells: [i64; 4]| AmountRow {
        label: text(label),
        cells: cells.map(Yen).to_vec(),
        total: Some(Yen(1_004_670)),
        kind,
    };
    AmountTable {
        components: ["医療分", "支援分", "介護分", "子ども分"]
            .map(text)
            .to_vec(),
        rows: vec![
            row("所得割額", RowKind::Plain, [212_301, 75_123, 60_456, 8_000]),
            row("資産割額", RowKind::Plain, [0, 0, 0, 0]),
            row("均等割額", RowKind::Plain, [94_600, 33_600, 17_000, 3_600]),
            row(
                "うち軽減した額（7・5・2割）",
                RowKind::Off,
                [18_920, 6_720, 0, 720],
            ),
            row("決定額", RowKind::Sum, [306_900, 108_720, 77_450, 11_600]),
        ],
        total: Yen(504_670),
        reduction: text("2割軽減"),
    }
}

pub fn why() -> Vec<Why> {
    vec![Why {
        label: text("医療分"),
        value: text("306,900円"),
        parts: vec![
            Why {
                label: text("所得割額"),
                value: text("212,301円"),
                inputs: vec![(text("算定基礎"), text("2,827,000円"))],
                formula: text("（3,257,000円 − 430,000円）× 7.51% = 212,307円"),
                clause: text("国民健康保険法施行令第29条の7第2項第4号"),
                parameter: text("令和8年度 見本市国民健康保険条例 第15条の4"),
                rounding: text("1円未満切捨て"),
                parts: Vec::new(),
            },
            Why {
                label: text("資産割額"),
                value: text("0円"),
                ..Why::default()
            },
        ],
        ..Why::default()
    }]
}

fn change(label: &str, before: i64, after: i64) -> ChangeRow {
    ChangeRow::of(label, "令和8年6月30日", Yen(before), Yen(after))
}

fn changed() -> Changed {
    Changed {
        household_id: 12,
        number: text("見・0012345"),
        liable: text("見本 花子"),
        what: text("軽減 7割→5割"),
        before: Yen(100_000),
        after: Yen(120_000),
        change: Yen(20_000),
        href: text("/households/12"),
    }
}

fn levy() -> LevyPage {
    LevyPage {
        page: with_subject("賦課"),
        year: text("令和8年度"),
        kind: text("国民健康保険料"),
        liable: text("見本 花子"),
        decisions: vec![DecisionLine {
            sequence: 2,
            decided: text("令和8年8月3日"),
            reason: text("所得更正"),
            total: Yen(504_670),
            change: Yen(-12_300),
            barred: Yen(100),
            href: text("/households/12/levy/2026?sequence=2"),
            current: false,
        }],
        total: Yen(504_670),
        amounts: vec![table()],
        instalments: vec![InstalmentLine {
            label: text("1期"),
            due: text("令和8年6月30日"),
            method: text("普通徴収"),
            parts: [30_000, 11_000, 8_000, 1_000].map(Yen).to_vec(),
            amount: Yen(50_000),
            state: text("納期限前"),
        }],
        instalment_sum: Yen(504_670),
        columns: table().components,
        ledger: vec![LedgerLine {
            when: text("R8.6.15 10:30"),
            what: text("調定"),
            instalment: text("1期"),
            debit: text("未収"),
            credit: text("賦課収入"),
            amount: Yen(50_000),
            act: 31,
        }],
        why: why(),
        alarm: text("決定番号5の額を再計算すると違う額になります。"),
        years: vec![
            (text("令和8年度"), text("/households/12/levy/2026"), true),
            (text("令和7年度"), text("/households/12/levy/2025"), false),
        ],
        preview_href: text("/households/12/preview"),
        paper_href: text("/notices/3/paper"),
        draft: true,
        cancelled: true,
        income_unknown: true,
    }
}

fn preview() -> PreviewPage {
    PreviewPage {
        page: with_subject("賦課の再計算"),
        blocks: vec![PreviewBlock {
            year: text("令和8年度"),
            liable: text("見本 花子"),
            reasons: vec![text("軽減 5割→2割")],
            total: change("年額", 480_000, 504_670),
            components: vec![
                change("医療分", 290_000, 306_900),
                change("年額", 480_000, 504_670),
            ],
            instalments: vec![
                change("1期", 48_000, 48_000),
                change("合計", 480_000, 504_670),
            ],
            past_due_reduction: Yen(1_000),
            barred: Yen(500),
            paper: text("変更（更正）決定通知書"),
            why: why(),
        }],
        confirm_href: text("/households/12/relevy"),
        digest: "d".repeat(64),
        request_id: "e".repeat(64),
        back_href: text("/households/12"),
        preview_href: text("/households/12/preview"),
        adjustment: text("5"),
        fraud: false,
        found: text("被用者保険との調整（国民健康保険法第110条の2第2項、5年）"),
    }
}

fn run() -> RunPage {
    let mut page = layout("賦課処理 7");
    page.refresh = 2;
    RunPage {
        page,
        run: run_line(7),
        job: Some(job(true)),
        components: table().components,
        component_totals: [1, 2, 3, 4].map(|n| Yen(n * 1_000_000_000)).to_vec(),
        chart: Some(singles(
            "revenue",
            "区分ごとの賦課額",
            Unit::Yen,
            &[
                (text("医療分"), 6_000_000_000),
                (text("支援分"), 2_000_000_000),
            ],
        )),
        counts: vec![CountLine {
            label: text("7割軽減"),
            count: 17_402,
            yen: Yen(412_000_000),
        }],
        checks: vec![
            (text("全世帯の計算"), true),
            (text("別の職員による承認"), false),
        ],
        households: vec![RunHousehold {
            household_id: 12,
            number: text("見・0012345"),
            liable: text("見本 花子"),
            reduction: text("2割軽減"),
            components: [306_900, 108_720, 77_450, 11_600].map(Yen).to_vec(),
            total: Yen(504_670),
            href: text("/households/12"),
        }],
        held: vec![HeldHousehold {
            number: text("見・0000077"),
            message: text("旧被扶養者の取得日に65歳に達していません。生年月日を確かめてください"),
            code: text("levy.facts.former_dependant.age"),
            href: text("/households/77"),
        }],
        held_count: 1,
        tally: vec![TallyRow {
            label: text("均等割の軽減（7割軽減の世帯）"),
            cells: [1, 2, 3, 4]
                .map(|n| {
                    (
                        n * 100,
                        Yen(n * 1_000_000),
                        text("/runs/7/tally?component=medical"),
                    )
                })
                .to_vec(),
        }],
        tally_href: text("/runs/7/tally"),
        undo_href: text("/runs/7/undo"),
        more_href: text("/runs/7?after=12"),
        history: vec![text("R8.6.15 10:02 開始")],
        approve_href: text("/runs/7/approve"),
        publish_href: text("/runs/7/publish"),
        resume_href: text("/runs/7/resume"),
        cancel_href: text("/runs/7/cancel"),
        blocked: text("自分で始めた処理は承認できません。"),
        compare_with: vec![(text("処理 5"), text("/runs/compare?left=5&right=7"))],
        request_id: "e".repeat(64),
    }
}

fn city() -> CityPage {
    let pair = Pair {
        label: text("医療分"),
        before: 6_000_000_000,
        after: 6_300_000_000,
    };
    let columns: Vec<Column> = (-6..=6)
        .map(|n: i64| Column {
            label: format!("{}万〜", n),
            count: 1_000 - n * n * 20,
            sign: n.signum(),
        })
        .collect();
    CityPage {
        page: layout("料率の試算"),
        years: vec![(text("2026"), text("令和8年度"))],
        year: text("2026"),
        columns: vec![text("所得割（%）"), text("均等割（円）")],
        rates: vec![RateRow {
            code: text("medical"),
            name: text("医療分"),
            fields: vec![
                RateField {
                    name: text("medical_income"),
                    label: text("所得割（%）"),
                    value: text("7.9"),
                    stands: text("7.51"),
                },
                RateField {
                    name: text("medical_capita"),
                    label: text("均等割（円）"),
                    value: text("47,300"),
                    stands: text("47,300"),
                },
            ],
        }],
        answered: true,
        remarks: vec![text("58,201件の賦課を計算しました。")],
        revenue: vec![
            change("医療分", 6_000_000_000, 6_300_000_000),
            change("合計", 6_000_000_000, 6_300_000_000),
        ],
        counts: vec![(text("7割軽減"), 17_402, 17_402)],
        charts: vec![
            pairs("chart-a", "区分ごとの賦課額", Unit::Yen, &[pair]),
            histogram("chart-b", "年額の増減の分布", &columns),
        ],
        extremes: vec![changed()],
    }
}

fn trial() -> TrialPage {
    let mut page = layout("試算");
    page.errors = vec![FieldError {
        field: text("birth_1"),
        message: text("1人目の生年月日: 令和8年13月は暦にありません"),
    }];
    TrialPage {
        page,
        years: vec![(text("2026"), text("令和8年度"))],
        year: text("2026"),
        people: vec![TrialPerson {
            number: 1,
            birth: text("R8.13.1"),
            salary: text("4,500,000"),
            standing: text("insured"),
            filing: text("filed"),
            ..TrialPerson::default()
        }],
        answered: true,
        amounts: table(),
        instalments: vec![(text("1期"), text("令和8年6月30日"), Yen(50_000))],
        why: why(),
        remarks: vec![text("納期は令和8年6月15日に決定したとした場合です。")],
    }
}

/// Every page by name.
pub fn all() -> Vec<(&'static str, String)> {
    let login = LoginPage {
        page: Layout::bare("ログイン", "見本市"),
        login: text("levy01"),
        next: text("/"),
        hint: text("見本の職員番号は levy01 です。"),
    };
    let message = MessagePage {
        page: layout("できません"),
        heading: text("できません"),
        message: text("賦課処理を始めた本人は承認できません。"),
        clause: text("国民健康保険法第76条"),
        number: text("7K2QX9MD"),
        back_href: text("/"),
        back_label: text("ホームへ"),
    };
    let closed = ClosedPage {
        page: Layout::bare("処理できませんでした", "見本市"),
        heading: text("処理できませんでした"),
        message: text("障害番号を管理者へ伝えてください。"),
        number: text("7K2QX9MD"),
    };
    let home = HomePage {
        page: layout("ホーム"),
        tasks: vec![Task {
            label: text("取込で保留になった行"),
            count: text("3"),
            unit: text("行"),
            href: text("/held"),
            tone: Tone::Bad,
        }],
        years: vec![YearLine {
            year: text("令和8年度 当初賦課"),
            households: 58_201,
            levied: Yen(9_876_543_210),
            notices: 58_198,
            state: text("確定"),
            href: text("/runs/7"),
        }],
        sees_levy: true,
        jobs: vec![job(false)],
        may_search: true,
    };
    let search = SearchPage {
        page: layout("宛名検索"),
        found: vec![Found {
            href: text("/households/12"),
            name: text("見本 花子"),
            kana: text("ミホン ハナコ"),
            birth: text("昭和45年7月15日"),
            age: text("55"),
            sex: text("女"),
            address: text("（非開示）"),
            number: text("見・0012345"),
            person_id: 1_000_012,
            standing: text("加入中"),
            badges: badges(),
            gone: false,
        }],
        read_as: vec![text("カナ「ミホン」")],
        more_href: text("/search?asked=00"),
        asked: true,
    };
    let runs = RunsPage {
        page: layout("賦課処理"),
        runs: vec![run_line(7), run_line(5)],
        may_run: true,
        years: vec![(text("2026"), text("令和8年度"))],
        kinds: vec![
            (text("initial"), text("当初賦課")),
            (text("monthly"), text("月次更正")),
        ],
        decided_on: text("令和8年6月15日"),
        note: String::new(),
        kind: text("initial"),
        request_id: "e".repeat(64),
    };
    let compare = ComparePage {
        page: layout("賦課処理の比較"),
        left: run_line(5),
        right: run_line(7),
        totals: vec![change("医療分", 1, 2), change("合計", 1, 2)],
        counts: vec![(text("7割軽減"), 10, 12)],
        changed: vec![changed()],
        more_href: text("/runs/compare?left=5&right=7&after=12"),
    };
    let held = HeldPage {
        page: layout("保留"),
        rows: vec![HeldLine {
            place: text("受付1 12行目"),
            file_href: text("/held?file=1"),
            field: text("生年月日"),
            code: text("date.impossible"),
            message: text("12行目の生年月日「20260231」は暦にありません。"),
            body: vec![(text("氏名"), text("見本 花子"))],
            owner: text("賦課担当"),
            review: false,
            href: text("/held/1/12"),
        }],
        more_href: text("/held?after=12"),
        all_href: text("/held"),
        total: text("3件"),
    };
    let held_row = HeldRowPage {
        page: layout("保留"),
        row: held.rows[0].clone(),
        cells: vec![CellField {
            name: text("cell_birth_on"),
            label: text("生年月日"),
            value: text("20260231"),
            wrong: true,
        }],
        empty: vec![CellField {
            name: text("cell_alias"),
            label: text("通称名"),
            value: String::new(),
            wrong: false,
        }],
        reason: String::new(),
        request_id: "e".repeat(64),
    };
    let reviewed_row = HeldRowPage {
        row: HeldLine {
            review: true,
            ..held.rows[0].clone()
        },
        ..held_row.clone()
    };
    let notices = NoticesPage {
        page: layout("通知書"),
        batches: vec![NoticeBatch {
            run: text("処理 7 令和8年度 当初賦課"),
            kind: text("当初賦課"),
            decided: 100,
            printed: 97,
            posted: 0,
            held: 1,
            waiting: 2,
            pages: 210,
            href: text("/notices?run=7"),
        }],
        chosen: text("処理 7"),
        rows: vec![NoticeRow {
            serial: 3,
            href: text("/notices/3"),
            addressee: text("見本 花子"),
            kind: text("納入（納税）通知書"),
            pages: 2,
            state: text("送付止め"),
            reason: text("宛所なし"),
            tone: Tone::Bad,
            household_href: text("/households/12"),
            paper_href: text("/notices/3/paper"),
        }],
        more_href: text("/notices?run=7&after=3"),
        posted_href: text("/runs/7/posted"),
        request_id: "e".repeat(64),
    };
    let notice = NoticePage {
        apart: "支援措置対象者の通知書です。いまの送り先を責任者が確かめて承認するまで、印刷も発送もできません。"
            .to_owned(),
        approve_href: "/notices/1/support".to_owned(),
        goes_to: vec![
            text("見本 花子 様"),
            text("〒1050011 東京都港区芝公園一丁目5番25号 見本荘101"),
        ],
        place: "d".repeat(64),
        page: with_subject("通知書 3"),
        notice_id: 3,
        kind: text("納入通知書"),
        year: text("令和8年度"),
        addressee: text("見本 花子"),
        pages: 2,
        state: text("作成済"),
        tone: Tone::Info,
        why_held: String::new(),
        not_found: String::new(),
        paper_href: text("/notices/3/paper"),
        hold_href: text("/notices/3/hold"),
        release_href: String::new(),
        reason: String::new(),
        checked: String::new(),
        until: String::new(),
        request_id: "e".repeat(64),
    };
    let held_notice = NoticePage {
        state: text("送付止め"),
        tone: Tone::Bad,
        why_held: text("転居先を確かめている"),
        hold_href: String::new(),
        release_href: text("/notices/3/release"),
        ..notice.clone()
    };
    let jobs = JobsPage {
        page: layout("処理状況"),
        jobs: vec![job(true)],
        more_href: text("/jobs?before=7"),
    };
    let job_page = JobPage {
        page: layout("処理 7"),
        job: job(true),
        steps: vec![StepLine {
            step: text("計算"),
            chunks: 30,
            done: 6,
            retries: 1,
            rows: 12_000,
            yen: Yen(1_234_567_890),
        }],
        result_href: text("/runs/7"),
    };
    let staff = StaffPage {
        page: layout("職員"),
        staff: vec![StaffLine {
            login: text("levy01"),
            name: text("見本 太郎"),
            roles: text("賦課担当"),
            ward: String::new(),
            waits: true,
            disabled: false,
            locked: text("R8.6.15 10:30"),
            own: false,
            href: text("/staff/2"),
        }],
        roles: vec![RoleChoice {
            code: text("levy"),
            name: text("賦課担当"),
            functions: text("賦課処理、試算"),
            chosen: true,
        }],
        login: text("levy02"),
        name: text("見本 次郎"),
        ward: String::new(),
        request_id: "e".repeat(64),
    };
    let asked = Asked {
        challenge: text("00ff"),
        host: text("localhost"),
        keys: text("0a 0b"),
        issuer: text("見本市"),
        user: text("01"),
        login: text("levy01"),
        person: text("見本 太郎"),
    };
    let second = SecondPage {
        page: Layout::bare("本人の確認", "見本市"),
        next: text("/"),
        rule: text("ワンタイムコード"),
        totp: true,
        enrol: false,
        passkey: Some(asked.clone()),
    };
    let first_factor = SecondPage {
        totp: false,
        enrol: true,
        passkey: None,
        ..second.clone()
    };
    let own = OwnPage {
        page: layout("本人の設定"),
        enrol: false,
        first: false,
        shortest: 12,
        factors: vec![FactorLine {
            name: text("1番窓口の指紋"),
            kind: text("パスキー（生体認証）"),
            made_at: text("R8.6.15 10:30"),
            end_href: text("/me/factors/1/end"),
        }],
        generator: Some(Generator {
            squares: text("M4 4h1v1h-1z"),
            side: 29,
            typed: text("ABCD EFGH"),
            sealed: text("00"),
            name: String::new(),
        }),
        passkey: Some(asked),
        without: String::new(),
        relations: vec![(text("1000001"), text("本人"), text("R8.6.15 10:30"))],
        roles: vec![(text("supervisor"), text("賦課責任者"))],
        longest: 240,
        request_id: "e".repeat(64),
    };
    let empty_search = SearchPage {
        found: Vec::new(),
        asked: false,
        ..search.clone()
    };
    vec![
        ("login", login.render().unwrap()),
        ("manual", super::manual::sample().render().unwrap()),
        ("message", message.render().unwrap()),
        ("closed", closed.render().unwrap()),
        ("home", home.render().unwrap()),
        ("search", search.render().unwrap()),
        ("search-empty", empty_search.render().unwrap()),
        (
            "household",
            super::sample_household::household().render().unwrap(),
        ),
        ("levy", levy().render().unwrap()),
        ("preview", preview().render().unwrap()),
        ("runs", runs.render().unwrap()),
        ("run", run().render().unwrap()),
        ("compare", compare.render().unwrap()),
        ("trial", trial().render().unwrap()),
        ("city", city().render().unwrap()),
        ("held", held.render().unwrap()),
        ("held_row", held_row.render().unwrap()),
        ("held_row-review", reviewed_row.render().unwrap()),
        ("notices", notices.render().unwrap()),
        ("notice", notice.render().unwrap()),
        ("notice-held", held_notice.render().unwrap()),
        ("jobs", jobs.render().unwrap()),
        ("job", job_page.render().unwrap()),
        ("staff", staff.render().unwrap()),
        ("second", second.render().unwrap()),
        ("second-first", first_factor.render().unwrap()),
        ("own", own.render().unwrap()),
        ("cards", super::sample_cards::cards().render().unwrap()),
        ("cards-form", super::sample_cards::form().render().unwrap()),
    ]
}
