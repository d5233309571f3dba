//! 資格・判定の変更に証を合わせる: tasks that are written once and settled by what they asked for.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod certificate_support;

use certificate_support::night::{night, night_under};
use certificate_support::*;
use db::Span;
use law::judgement::{Over70, TaxStanding};
use law::levy::{Filing, Income};
use law::rules::RuleBook;
use law::{Date, FiscalYear, Yen, day};
use office::certificate::fact::{Sanction, SanctionKind};
use office::certificate::measure::Order;
use office::certificate::{follow, give_back};
use office::eligibility::status::circumstances;
use office::judgement::ResidentTax;
use office::registry::{
    InsuredSpan, Resident, YearIncome, end, record, record_household, year_span,
};

/// A household of two under 70: one with マイナ保険証, one without.
fn family(counter: &Counter) {
    counter.household(HOME, 1, day(1980, 5, 5), day(2026, 4, 1));
    counter.member(HOME, 2, 2, day(1982, 6, 6), day(2026, 4, 1));
    counter.card(1, false);
    counter.card(2, true);
}

#[test]
fn a_change_of_the_household_leaves_tasks_that_are_written_once() {
    for counter in both(today()) {
        family(&counter);
        let certificate = counter.issue_due(HOME, 1, today()).unwrap();
        counter.hand(&certificate);
        let run = |on| followed(&counter, HOME, on);
        let tasks = run(today());
        let told: Vec<(i64, &str)> = tasks
            .iter()
            .map(|task| (task.person_id, task.kind.label_ja()))
            .collect();
        assert_eq!(told, [(2, "交付")]);
        run(today());
        let open = |kind: &str| {
            counter.number(&format!(
                "select count(*) from work_item where kind = '{kind}' and state = 'open'"
            ))
        };
        assert_eq!(
            (
                open("certificate.issue"),
                open("certificate.return"),
                open("certificate.replace")
            ),
            (1, 0, 0)
        );
        // Issuing settles it.
        counter.issue_due(HOME, 2, today()).unwrap();
        assert_eq!(open("certificate.issue"), 0);
        assert!(run(today()).is_empty());
        // A new name: what stands on the paper has changed.
        counter.report(|conn, act| {
            let renamed = Resident {
                name: "見本　改姓".into(),
                ..resident(1, day(1980, 5, 5))
            };
            record(conn, act, 1, Span::new(day(2026, 11, 20), None), &renamed)
        });
        let tasks = run(today());
        assert!(
            tasks
                .iter()
                .any(|task| task.person_id == 1 && task.reason.contains("氏名")),
            "{tasks:?}"
        );
        // The head leaves for another insurance: the paper is to come back.
        counter.report(|conn, act| lose(conn, act, 1, HOME, (day(2026, 4, 1), day(2026, 11, 20))));
        let tasks = run(today());
        assert!(
            tasks
                .iter()
                .any(|task| task.person_id == 1 && task.kind.label_ja() == "回収"),
            "{tasks:?}"
        );
        assert_eq!(open("certificate.return"), 1);
        give_back::collect(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            certificate.certificate_id,
            ("資格喪失", None),
        )
        .unwrap();
        assert_eq!(open("certificate.return"), 0);
    }
}

#[test]
fn a_name_that_came_by_file_is_held_against_the_papers_at_night() {
    for counter in both(today()) {
        family(&counter);
        assert_eq!(
            night(&counter, day(2026, 11, 20)).page.found,
            0,
            "no papers yet"
        );
        for person in [1, 2] {
            let certificate = counter.issue_due(HOME, person, today()).unwrap();
            counter.hand(&certificate);
        }
        let open = || {
            counter.number(
                "select count(*) from work_item where kind = 'certificate.replace' and state = 'open'",
            )
        };
        let done = night(&counter, day(2026, 11, 21));
        assert_eq!((done.page.found, open()), (0, 0));
        // As a file writes it: nobody was at the counter to see what follows.
        let name = |name: &str| {
            counter.report(|conn, act| {
                let renamed = Resident {
                    name: name.to_owned(),
                    ..resident(1, day(1980, 5, 5))
                };
                record(conn, act, 1, Span::new(day(2026, 11, 20), None), &renamed)
            });
        };
        name("見本　改姓");
        let done = night(&counter, day(2026, 11, 22));
        assert_eq!((done.page.found, done.page.opened, open()), (1, 1, 1));
        let done = night(&counter, day(2026, 11, 23));
        assert_eq!((done.page.found, open()), (0, 1), "nothing changed since");
        // The sender takes it back: the paper is right again.
        name(&resident(1, day(1980, 5, 5)).name);
        let done = night(&counter, day(2026, 11, 24));
        assert_eq!((done.page.found, done.page.settled, open()), (0, 1, 0));
    }
}

/// 令27条の2: 課税所得 of 1,450,000 yen and more makes 3割; a tax record that comes by file judges again in the night, and the
/// paper that says 2割 is to be replaced.
#[test]
fn a_tax_record_that_came_by_file_makes_a_paper_of_the_old_ratio_a_task() {
    for counter in both(today()) {
        counter.household(HOME, 1, day(1953, 5, 5), day(2020, 4, 1));
        counter.card(1, false);
        let year = (day(2026, 8, 1), day(2027, 8, 1));
        let of_elder = Verdict {
            class: Over70::General.code(),
            tenths: 2,
            pending: 0,
        };
        counter.judged(HOME, 1, year, of_elder);
        let certificate = counter.issue_due(HOME, 1, today()).unwrap();
        counter.hand(&certificate);
        let open = || {
            counter.number(
                "select count(*) from work_item where kind = 'certificate.replace' and state = 'open'",
            )
        };
        let taxed = |yen| ResidentTax {
            standing: TaxStanding::Taxed,
            taxable_income: Some(Yen(yen)),
            abroad: false,
            adjustment: None,
            source: "tax/1".to_owned(),
            received_on: day(2026, 6, 1),
        };
        let incomes = year_span(FiscalYear(2026));
        counter.report(|conn, act| {
            let income = YearIncome {
                filing: Filing::Filed,
                inquiry_open: false,
                source: "tax/1".to_owned(),
                received_on: day(2026, 6, 1),
                income: Income {
                    pension_revenue: Yen(9_000_000),
                    pension: Yen(7_000_000),
                    ..Income::default()
                },
            };
            record(conn, act, 1, incomes, &income)?;
            record(conn, act, 1, incomes, &taxed(1_000_000))
        });
        night(&counter, day(2026, 11, 20));
        assert_eq!(open(), 0, "2割 as it stood");
        // The record alone: no fact of the levy changes.
        counter.report(|conn, act| record(conn, act, 1, incomes, &taxed(5_000_000)));
        night(&counter, day(2026, 11, 21));
        assert_eq!(open(), 1);
        night(&counter, day(2026, 11, 22));
        assert_eq!(open(), 1, "once");
    }
}

/// 国民健康保険法 第6条第8号・第8条: no paper follows that of who is not insured on the day after its end: from 75 on, or after a
/// loss that is known. Who completes 70 gets the next one.
#[test]
fn no_next_paper_is_asked_for_who_is_not_insured_after_the_last_one() {
    for counter in both(today()) {
        let year = (day(2026, 8, 1), day(2027, 8, 1));
        counter.household(HOME, 1, day(1952, 1, 10), day(2020, 4, 1));
        let verdict = Verdict {
            class: Over70::General.code(),
            tenths: 2,
            ..Verdict::default()
        };
        counter.judged(HOME, 1, year, verdict);
        counter.household(200, 2, day(1980, 5, 5), day(2026, 4, 1));
        counter.report(|conn, act| lose(conn, act, 2, 200, (day(2026, 4, 1), day(2027, 1, 10))));
        counter.household(300, 3, day(1956, 12, 10), day(2020, 4, 1));
        let mut ends = Vec::new();
        for (home, person) in [(HOME, 1), (200, 2), (300, 3)] {
            counter.card(person, false);
            let paper = counter.issue_due(home, person, today()).unwrap();
            ends.push(counter.hand(&paper).expires_on.unwrap());
        }
        assert_eq!(ends, [day(2027, 1, 9), day(2027, 1, 9), day(2026, 12, 31)]);
        night(&counter, today());
        let asked = "select count(*) from work_item where kind = 'certificate.end'";
        assert_eq!(counter.number(asked), 1);
        assert_eq!(counter.number(&format!("{asked} and person_id = 3")), 1);
    }
}

/// 法42条1項・令27条の2・規則6条4項5号: who stays behind after a death of November is judged anew from December; nothing about
/// the household changes on that day, and the paper that says the old ratio is to be replaced all the same.
#[test]
fn a_ratio_that_changes_from_the_next_first_makes_a_task_when_that_day_comes() {
    for counter in both(today()) {
        let homes = [
            (HOME, 1, [2, 3]),
            (HOME + 1, 2, [3, 2]),
            (HOME + 2, 3, [2, 2]),
        ];
        for (home, person, _) in homes {
            counter.household(home, person, day(1954, 5, 5), day(2020, 4, 1));
            counter.card(person, false);
        }
        night(&counter, day(2026, 11, 19));
        let verdict = |tenths: i64| Verdict {
            class: if tenths == 3 { 11 } else { 14 },
            tenths,
            pending: 0,
        };
        let (august, december) = (day(2026, 8, 1), day(2026, 12, 1));
        for (home, person, [before, after]) in homes {
            counter.judged(home, person, (august, day(2027, 8, 1)), verdict(before));
            let certificate = counter.issue_due(home, person, today()).unwrap();
            counter.hand(&certificate);
            assert_eq!(certificate.ratio, before);
            counter.judged(home, person, (december, day(2027, 8, 1)), verdict(after));
        }
        let open = || {
            counter.number(
                "select cast(coalesce(sum(household_id), 0) as bigint) from work_item where kind = 'certificate.replace' \
                 and state = 'open'",
            )
        };
        night(&counter, day(2026, 11, 30));
        assert_eq!(open(), 0, "right until November ends");
        let done = night(&counter, day(2026, 12, 2));
        assert_eq!((done.page.found, open()), (2, HOME + HOME + 1));
        let done = night(&counter, day(2026, 12, 3));
        assert_eq!((done.page.found, open()), (0, HOME + HOME + 1));
    }
}

/// 法54条の3第1項・令28条の6: while special circumstances are looked at, and for the time for which they were accepted, no
/// measure begins, and one that was decided before them brings no paper of its own.
// covers: CRT-003
#[test]
fn special_circumstances_keep_a_measure_from_beginning() {
    let span = Span::new(day(2026, 12, 1), None);
    for counter in both(today()) {
        for home in [HOME, HOME + 1] {
            counter.household(home, home, day(1980, 5, 5), day(2020, 4, 1));
            counter.card(home, false);
        }
        let sanction = Sanction {
            kind: SanctionKind::Special,
            noticed_on: Some(day(2026, 11, 1)),
            answer_until: Some(day(2026, 11, 25)),
            circumstance: false,
            ground: "令和6年度第3期から滞納、勧奨4回".into(),
        };
        let begin = |home, span| counter.decide(home, &Order::Impose(span, &sanction));
        let notify = |home| {
            let (may, acting) = (counter.may(), counter.acting());
            let (ground, paper) = ("災害により財産に損害を受けた", "罹災証明書");
            circumstances::notify(&counter.store, &may, &acting, home, today(), ground, paper)
                .unwrap();
        };
        // Decided before the notification came.
        begin(HOME + 1, span).unwrap();
        notify(HOME);
        notify(HOME + 1);
        let (code, message) = refused(begin(HOME, span));
        assert_eq!(code, "certificate.sanction.circumstances");
        assert!(message.contains("審査中"), "{message}");
        counter.today.set(day(2026, 12, 1));
        counter.card(HOME + 1, false);
        let due = |on| counter.issue_due(HOME + 1, HOME + 1, on);
        let (_, why) = refused(due(day(2026, 12, 1)));
        assert!(why.contains("施行令第28条の6"), "{why}");
        // Rejected: the measure that was decided holds; accepted: none begins before the time is over.
        let rule = |home, until| {
            let (may, acting) = (counter.chief_may(), counter.chief());
            circumstances::rule(&counter.store, &may, &acting, home, until, "確かめた").unwrap();
        };
        rule(HOME, Some(day(2027, 4, 1)));
        rule(HOME + 1, None);
        assert_eq!(due(day(2026, 12, 1)).unwrap().kind, "confirmation_special");
        let (code, _) = refused(begin(HOME, span));
        assert_eq!(code, "certificate.sanction.circumstances");
        begin(HOME, Span::new(day(2027, 4, 1), None)).unwrap();
    }
}

/// Too many households for one night's list of the levy: each paper that no longer fits is named all the same.
#[test]
fn a_crowd_of_changed_names_leaves_no_paper_unnamed() {
    let files = RuleBook::embedded_files();
    let national = files
        .iter()
        .find(|file| file.0.ends_with("national/office.toml"));
    let own = national.unwrap().1.replace("many = 200", "many = 10");
    let path = format!("municipal/{WARD}/office.toml");
    let book = RuleBook::embedded_with(&[(path.as_str(), own.as_str())]).unwrap();
    for counter in both(today()) {
        let people = 1..=101_i64;
        for person in people.clone() {
            let home = HOME + person;
            counter.household(home, person, day(1980, 5, 5), day(2026, 4, 1));
            counter.card(person, false);
            let certificate = counter.issue_due(home, person, today()).unwrap();
            counter.hand(&certificate);
        }
        night_under(&counter, day(2026, 11, 20), &book);
        counter.report(|conn, act| {
            for person in people.clone() {
                let renamed = Resident {
                    name: "見本　改姓".into(),
                    ..resident(person, day(1980, 5, 5))
                };
                let from = Span::new(day(2026, 11, 20), None);
                record(conn, act, person, from, &renamed)?;
            }
            Ok(())
        });
        let done = night_under(&counter, day(2026, 11, 21), &book);
        assert_eq!((done.page.found, done.page.opened), (101, 101));
        let named = counter.number(
            "select count(distinct household_id) from work_item \
             where kind = 'certificate.replace' and state = 'open'",
        );
        assert_eq!(named, 101);
    }
}

/// The papers of a renewal that are out in July hold from August, and are right if they say what August's judgement says.
/// 根拠: 国民健康保険法 第42条第1項第3号・第4号、国民健康保険法施行規則 第7条の2
#[test]
fn papers_of_august_are_held_against_august_while_it_is_july() {
    let years = |from: i16| (day(from, 8, 1), day(from + 1, 8, 1));
    let ratio = |class: i64, tenths: i64| Verdict {
        class,
        tenths,
        ..Verdict::default()
    };
    let july = day(2027, 7, 20);
    for counter in both(july) {
        counter.household(HOME, 1, day(1954, 5, 5), day(2020, 4, 1));
        counter.card(1, false);
        counter.judged(HOME, 1, years(2026), ratio(14, 2));
        counter.judged(HOME, 1, years(2027), ratio(11, 3));
        let now = counter.issue_due(HOME, 1, july).unwrap();
        let august = counter.issue_due(HOME, 1, day(2027, 8, 1)).unwrap();
        assert_eq!((now.ratio, august.ratio), (2, 3));
        let tasks = |on: Date| {
            counter
                .store
                .read(|conn| follow::would_follow(conn, &counter.rules, HOME, on))
                .unwrap()
        };
        assert_eq!(tasks(july), []);
        assert_eq!(tasks(day(2027, 7, 31)), []);
        assert_eq!(tasks(day(2027, 8, 1)), []);
        // A new household moves, and every paper is looked at: nobody's ratio has changed.
        counter.report(|conn, act| {
            let moved = Resident {
                address: "東京都港区芝公園2-1-1".into(),
                ..resident(1, day(1954, 5, 5))
            };
            record(conn, act, 1, Span::new(day(2027, 7, 25), None), &moved)
        });
        let why: Vec<(Option<i64>, String)> = tasks(july)
            .into_iter()
            .map(|task| (task.certificate_id, task.reason))
            .collect();
        assert_eq!(
            why,
            [(Some(august.certificate_id), "住所が変わりました".to_owned())],
            "July's paper is right up to the move, August's is not"
        );
        // August is judged anew: its paper is wrong already in July, and July's is right.
        counter.judged(HOME, 1, years(2027), ratio(14, 2));
        let why: Vec<(Option<i64>, String)> = tasks(july)
            .into_iter()
            .map(|task| (task.certificate_id, task.reason))
            .collect();
        assert_eq!(
            why,
            [(
                Some(august.certificate_id),
                "一部負担金の割合が変わりました".to_owned()
            )]
        );
    }
}

/// 国民健康保険法 第9条第2項、施行規則 第6条: who moves into another household is due a paper with its number there; what the
/// household they left has to say about them does not take that off the list.
#[test]
fn the_household_somebody_left_does_not_take_their_new_paper_off_the_list() {
    const NEW: i64 = 120;
    for counter in both(today()) {
        counter.household(HOME, 1, day(1980, 5, 5), day(2026, 4, 1));
        counter.member(HOME, 2, 2, day(2004, 6, 6), day(2026, 4, 1));
        for person in [1, 2] {
            counter.card(person, false);
            let certificate = counter.issue_due(HOME, person, today()).unwrap();
            counter.hand(&certificate);
        }
        counter.report(|conn, act| {
            let (from, moved) = (day(2026, 4, 1), today());
            end::<InsuredSpan>(conn, act, 2, Span::new(from, None))?;
            record(
                conn,
                act,
                2,
                Span::new(from, Some(moved)),
                &insured(HOME, 2),
            )?;
            let since = Span::new(moved, None);
            record_household(conn, act, NEW, since, &head_of(NEW, 2))?;
            record(conn, act, 2, since, &insured(NEW, 1))
        });
        followed(&counter, NEW, today());
        assert_eq!(
            (open_of(&counter, "issue"), open_of(&counter, "return")),
            (1, 0)
        );
        followed(&counter, HOME, today());
        assert_eq!(
            (open_of(&counter, "issue"), open_of(&counter, "return")),
            (1, 1)
        );
        followed(&counter, NEW, today());
        assert_eq!(open_of(&counter, "issue"), 1);
        // Issued there, it is done; and what is no longer due there is taken off there.
        counter.issue_due(NEW, 2, today()).unwrap();
        assert_eq!(open_of(&counter, "issue"), 0);
    }
}

/// 施行規則 第27条の14の2第3項: 限度額適用認定証 of another class is given back and replaced; a 資格確認書 that is issued in
/// between says nothing of it.
#[test]
fn a_new_confirmation_leaves_the_ceiling_paper_to_be_replaced() {
    for counter in both(today()) {
        household(&counter, 3);
        let id = apply(&counter, &asked("ceiling", 1)).unwrap();
        let ceiling = decide(&counter, id).unwrap();
        counter.hand(&ceiling);
        let other = Verdict {
            class: 1,
            ..Verdict::default()
        };
        counter.judged(HOME, 0, (day(2026, 11, 1), day(2027, 8, 1)), other);
        followed(&counter, HOME, today());
        assert_eq!(
            (open_of(&counter, "issue"), open_of(&counter, "replace")),
            (1, 1)
        );
        counter.issue_due(HOME, 1, today()).unwrap();
        assert_eq!(
            (open_of(&counter, "issue"), open_of(&counter, "replace")),
            (0, 1)
        );
        let id = apply(&counter, &asked("ceiling", 1)).unwrap();
        decide(&counter, id).unwrap();
        assert_eq!(open_of(&counter, "replace"), 0, "its own kind settles it");
    }
}

/// 国民健康保険法 第42条第1項第4号、施行令 第27条の2: a member of 70 and over dies in November, and from December the revenue of
/// the other alone makes 3割. 施行規則 第6条第4項第5号: the paper shows the ratio, and is to be replaced by that day.
#[test]
fn a_ratio_that_changes_from_the_next_first_is_followed_on_the_paper() {
    let ratio = |class: Over70, tenths: i64| Verdict {
        class: class.code(),
        tenths,
        ..Verdict::default()
    };
    for counter in both(today()) {
        counter.household(HOME, 1, day(1954, 5, 5), day(2020, 4, 1));
        counter.card(1, false);
        counter.judged(
            HOME,
            1,
            (day(2026, 8, 1), day(2027, 8, 1)),
            ratio(Over70::General, 2),
        );
        let certificate = counter.issue_due(HOME, 1, today()).unwrap();
        counter.hand(&certificate);
        assert_eq!(followed(&counter, HOME, today()), []);
        let december = day(2026, 12, 1);
        counter.judged(
            HOME,
            1,
            (december, day(2027, 8, 1)),
            ratio(Over70::Active1, 3),
        );
        let why = |on: Date| -> Vec<(Date, String)> {
            let tasks = followed(&counter, HOME, on);
            tasks
                .into_iter()
                .map(|task| (task.from, task.reason))
                .collect()
        };
        let wanted = [(december, "一部負担金の割合が変わりました".to_owned())];
        assert_eq!(why(today()), wanted);
        // One and the same matter until it is done.
        let matter =
            "select item_id from work_item where kind = 'certificate.replace' and state = 'open'";
        let first = counter.number(matter);
        assert_eq!(why(day(2026, 11, 21)), wanted);
        assert_eq!(why(december), wanted);
        assert_eq!(
            (open_of(&counter, "replace"), counter.number(matter)),
            (1, first)
        );
        let next = counter.issue_due(HOME, 1, december).unwrap();
        assert_eq!(
            (next.ratio, counter.get(certificate.certificate_id).ratio),
            (3, 2)
        );
        assert_eq!(open_of(&counter, "replace"), 0);
        for on in [today(), day(2026, 11, 30), december] {
            assert_eq!(why(on), [], "{on}");
        }
        // Back to 2割 from February: the paper that has not begun is followed too.
        counter.judged(
            HOME,
            1,
            (day(2027, 2, 1), day(2027, 8, 1)),
            ratio(Over70::General, 2),
        );
        let days: Vec<Date> = why(today()).into_iter().map(|(from, _)| from).collect();
        assert_eq!(days, [day(2027, 2, 1)]);
    }
}
