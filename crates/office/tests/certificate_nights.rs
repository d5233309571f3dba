//! 証の変更に気付く夜: facts that nobody holds papers against when they are written, and days on which something begins or ends
//! that was registered ahead.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod certificate_support;

use certificate_support::night::{night, night_under};
use certificate_support::renewal::{FROZEN, calculated, city, list, published};
use certificate_support::*;
use db::Span;
use law::certificate::MailClass;
use law::rules::RuleBook;
use law::{Date, day};
use office::certificate::application::NewApplication;
use office::certificate::fact::{Sanction, SanctionKind, Setting, record_setting};
use office::certificate::measure::{Lifting, Order};
use office::certificate::reissue::{ReissueReason, again};
use office::certificate::{Wish, deliver, give_back, run_delta};
use office::eligibility::status::circumstances;
use office::registry::{Resident, record};
use office::worklist::{self, Outcome};

/// Open matters: kind, person, source, each as one text.
fn open(counter: &Counter) -> Vec<String> {
    let text = "select kind, person_id, source from work_item where state = 'open' \
                and kind like 'certificate.%' order by kind, person_id, source";
    let rows = counter.store.read(|conn| {
        Ok::<_, office::OfficeError>(conn.query_text(text, &[], |row| {
            Ok(format!(
                "{} {} {}",
                row.text(0)?.replace("certificate.", ""),
                row.opt_int(1)?.unwrap_or_default(),
                row.text(2)?
            ))
        })?)
    });
    let mut rows: Vec<String> = rows.unwrap();
    rows.sort();
    rows
}

fn measure() -> Sanction {
    Sanction {
        kind: SanctionKind::Special,
        noticed_on: Some(day(2026, 10, 1)),
        answer_until: Some(day(2026, 11, 10)),
        circumstance: false,
        ground: "令和7年度第3期から滞納、勧奨4回".into(),
    }
}

/// 法9条2項・規則7条の3: somebody whose マイナ保険証 has lapsed has nothing to show at a doctor's. The night after the list
/// says so, a 資格確認書 is due; a list that says the same again is no news.
#[test]
fn a_card_that_lapsed_by_a_list_makes_a_paper_due_the_same_night() {
    for counter in both(today()) {
        counter.household(HOME, 1, day(1981, 5, 5), day(2020, 4, 1));
        // Another household waits for its paper: it is not held against the facts again where the list says the same.
        counter.household(HOME + 1, 2, day(1981, 5, 5), day(2020, 4, 1));
        list(&counter, day(2026, 11, 1), "a", &[(1, true), (2, false)]);
        let notice = counter.issue_due(HOME, 1, today()).unwrap();
        assert_eq!(notice.kind, "notice");
        counter.hand(&notice);
        night(&counter, today());
        counter.today.set(day(2026, 12, 1));
        list(&counter, day(2026, 12, 1), "b", &[(1, true), (2, false)]);
        assert_eq!(night(&counter, day(2026, 12, 1)).page.found, 0);
        counter.today.set(day(2027, 1, 5));
        list(&counter, day(2027, 1, 5), "c", &[(1, false), (2, false)]);
        night(&counter, day(2027, 1, 5));
        let due = "issue 1 due/confirmation/2027-01-05";
        assert!(open(&counter).contains(&due.to_owned()));
        // It keeps its day and whoever took it over while it waits.
        counter.report(|conn, act| {
            let moved = Resident {
                address: "見本市仲町9-9".into(),
                ..resident(1, day(1981, 5, 5))
            };
            record(conn, act, 1, Span::new(day(2027, 1, 6), None), &moved)
        });
        night(&counter, day(2027, 1, 7));
        assert!(open(&counter).contains(&due.to_owned()));
        let all =
            "select count(*) from work_item where kind = 'certificate.issue' and person_id = 1";
        assert_eq!(counter.number(all), 1);
    }
}

/// 規則6条2項: whoever asks for a 資格確認書 beside the card (要配慮者) is due one.
#[test]
fn a_wish_for_a_paper_is_seen_at_night() {
    for counter in both(today()) {
        counter.household(HOME, 1, day(1981, 5, 5), day(2020, 4, 1));
        counter.card(1, true);
        counter.hand(&counter.issue_due(HOME, 1, today()).unwrap());
        night(&counter, today());
        let asked = Setting {
            confirmation_asked: true,
            ..Setting::default()
        };
        let (permit, acting) = (counter.may(), counter.acting());
        record_setting(&counter.store, &permit, &acting, 1, today(), &asked).unwrap();
        night(&counter, day(2026, 11, 21));
        assert!(open(&counter).contains(&"issue 1 due/confirmation/2026-11-21".to_owned()));
    }
}

/// 法54条の3第1項・第4項、規則27条の5の2: with the measure ordinary papers come back and papers of the measure are issued; with its
/// end the other way round. What it will do is on the list at once, and stays there until its day.
#[test]
fn a_measure_asks_the_papers_back_and_for_others_from_its_first_day() {
    for counter in both(today()) {
        counter.household(HOME, 1, day(1981, 5, 5), day(2020, 4, 1));
        counter.card(1, false);
        let paper = counter.issue_due(HOME, 1, today()).unwrap();
        counter.hand(&paper);
        night(&counter, today());
        let (begins, sanction) = (day(2026, 12, 1), measure());
        let order = Order::Impose(Span::new(begins, None), &sanction);
        let told: Vec<(&str, Date)> = counter
            .decide(HOME, &order)
            .unwrap()
            .iter()
            .map(|task| (task.kind.label_ja(), task.from))
            .collect();
        assert_eq!(told, [("回収", begins), ("交付", begins)]);
        let waits = vec![
            "issue 1 due/confirmation_special/2026-12-01".to_owned(),
            format!("return 1 certificate/{}", paper.certificate_id),
        ];
        assert_eq!(open(&counter), waits);
        // Nights before its day, and that of the day, leave them as they are.
        for on in [day(2026, 11, 21), day(2026, 11, 30), begins] {
            counter.today.set(on);
            night(&counter, on);
            assert_eq!(open(&counter), waits, "{on}");
        }
        // The special paper answers for one of them; the other is still to come back.
        let special = counter.issue_due(HOME, 1, begins).unwrap();
        assert_eq!(special.kind, "confirmation_special");
        counter.hand(&special);
        assert_eq!(open(&counter), waits[1..]);
        let (permit, acting) = (counter.may(), counter.acting());
        let why = ("特別療養費への切替", None);
        give_back::collect(&counter.store, &permit, &acting, paper.certificate_id, why).unwrap();
        assert_eq!(open(&counter), Vec::<String>::new());
        let ends = day(2027, 1, 10);
        let lifting = Lifting {
            from: ends,
            noticed_on: Some(day(2026, 12, 1)),
            reason: "完納",
        };
        let told = counter.decide(HOME, &Order::Lift(&lifting)).unwrap();
        let told: Vec<&str> = told.iter().map(|one| one.certificate.as_str()).collect();
        assert!(told.contains(&"confirmation") && told.contains(&"confirmation_special"));
        let due = "issue 1 due/confirmation/2027-01-10".to_owned();
        assert!(open(&counter).contains(&due));
        night(&counter, day(2026, 12, 2));
        assert!(open(&counter).contains(&due));
    }
}

/// A measure that was a mistake leaves nothing on the list.
#[test]
fn a_measure_taken_back_takes_its_matters_with_it() {
    for counter in both(today()) {
        counter.household(HOME, 1, day(1981, 5, 5), day(2020, 4, 1));
        counter.card(1, false);
        counter.hand(&counter.issue_due(HOME, 1, today()).unwrap());
        night(&counter, today());
        let sanction = measure();
        let order = Order::Impose(Span::new(day(2026, 12, 1), None), &sanction);
        counter.decide(HOME, &order).unwrap();
        assert_eq!(open(&counter).len(), 2);
        let act = counter.number("select max(act_id) from sanction_fact");
        counter
            .decide(HOME, &Order::TakeBack(act, "別の世帯のもの"))
            .unwrap();
        assert_eq!(open(&counter), Vec::<String>::new());
    }
}

/// 規則6条4項: what stands on a paper is compared with the record whatever is known of the card, and however long ago; only the
/// kind of a new paper is not decided by an old list, and nobody gives back the one that is held for it.
#[test]
fn an_old_list_hides_no_wrong_paper() {
    for counter in both(today()) {
        counter.household(HOME, 1, day(1981, 5, 5), day(2020, 4, 1));
        counter.household(200, 2, day(1981, 5, 5), day(2020, 4, 1));
        for (home, person) in [(HOME, 1), (200, 2)] {
            counter.card(person, false);
            counter.hand(&counter.issue_due(home, person, today()).unwrap());
        }
        night(&counter, today());
        counter.today.set(day(2026, 11, 21));
        counter.card(2, true);
        let on = day(2027, 1, 20);
        counter.today.set(on);
        counter.report(|conn, act| {
            let renamed = Resident {
                name: "見本　改姓".into(),
                ..resident(1, day(1981, 5, 5))
            };
            record(conn, act, 1, Span::new(on, None), &renamed)
        });
        night(&counter, on);
        assert_eq!(
            open(&counter),
            [
                "issue 2 due/eligibility/2027-01-20",
                "replace 1 due/confirmation/2027-01-20"
            ]
        );
        // A newer list decides it.
        list(&counter, on, "b", &[(1, false), (2, true)]);
        night(&counter, day(2027, 1, 21));
        let found = open(&counter);
        assert!(found.contains(&"issue 2 due/notice/2027-01-21".to_owned()));
        assert!(found.contains(&"replace 1 due/confirmation/2027-01-20".to_owned()));
        assert!(!found.iter().any(|one| one.contains("due/eligibility/")));
    }
}

/// What is due from a day to come stays on the list while it is, and goes when it is not.
#[test]
fn what_is_due_from_a_day_to_come_is_held_against_that_day() {
    for counter in both(day(2026, 7, 1)) {
        counter.household(HOME, 1, day(1981, 5, 5), day(2020, 4, 1));
        counter.card(1, false);
        let paper = counter.issue_due(HOME, 1, day(2026, 7, 1)).unwrap();
        assert_eq!(paper.expires_on, Some(day(2026, 7, 31)));
        counter.hand(&paper);
        followed(&counter, HOME, day(2026, 8, 1));
        let due = vec!["issue 1 due/confirmation/2026-08-01".to_owned()];
        assert_eq!(open(&counter), due);
        counter.today.set(day(2026, 7, 21));
        followed(&counter, HOME, day(2026, 7, 21));
        assert_eq!(open(&counter), due);
        counter.report(|conn, act| lose(conn, act, 1, HOME, (day(2020, 4, 1), day(2026, 7, 25))));
        followed(&counter, HOME, day(2026, 7, 21));
        assert!(!open(&counter).contains(&due[0]));
    }
}

/// 法54条の3第1項かっこ書: until the 31 March after the 18th birthday nobody is under the measure of the household; from then on
/// they are, and their papers with them.
#[test]
fn who_grows_out_of_childhood_under_a_measure_is_seen_on_the_first_of_april() {
    for counter in both(today()) {
        counter.household(HOME, 1, day(1975, 5, 5), day(2020, 4, 1));
        counter.member(HOME, 2, 2, day(2008, 6, 1), day(2020, 4, 1));
        let sanction = measure();
        let order = Order::Impose(Span::new(day(2026, 12, 1), None), &sanction);
        counter.decide(HOME, &order).unwrap();
        counter.today.set(day(2026, 12, 1));
        for person in [1, 2] {
            counter.card(person, false);
        }
        let own = counter.issue_due(HOME, 1, day(2026, 12, 1)).unwrap();
        let child = counter.issue_due(HOME, 2, day(2026, 12, 1)).unwrap();
        assert_eq!(
            (own.kind.as_str(), child.kind.as_str()),
            ("confirmation_special", "confirmation")
        );
        for paper in [&own, &child] {
            counter.hand(paper);
        }
        counter.today.set(day(2027, 3, 20));
        for person in [1, 2] {
            counter.card(person, false);
        }
        night(&counter, day(2027, 3, 31));
        assert_eq!(open(&counter), Vec::<String>::new());
        night(&counter, day(2027, 4, 2));
        assert_eq!(
            open(&counter),
            [
                "issue 2 due/confirmation_special/2027-04-02".to_owned(),
                format!("return 2 certificate/{}", child.certificate_id)
            ]
        );
    }
}

/// Nights of an office to which eleven papers are many.
fn of_few() -> RuleBook {
    let files = RuleBook::embedded_files();
    let national = files
        .iter()
        .find(|file| file.0.ends_with("national/office.toml"));
    let own = national.unwrap().1.replace("many = 200", "many = 10");
    let path = format!("municipal/{WARD}/office.toml");
    RuleBook::embedded_with(&[(path.as_str(), own.as_str())]).unwrap()
}

fn ends(counter: &Counter) -> Vec<String> {
    let all = open(counter).into_iter();
    all.filter(|one| one.starts_with("end ")).collect()
}

/// 規則7条の2: papers that are followed are no crowd: the few that are not are named one by one.
#[test]
fn who_has_no_next_paper_is_named_where_the_others_have_one() {
    let from = day(2026, 7, 1);
    for counter in both(from) {
        for person in 1..=13_i64 {
            counter.household(HOME + person, person, day(1981, 5, 5), day(2020, 4, 1));
            counter.card(person, false);
            let paper = counter.issue_due(HOME + person, person, from).unwrap();
            counter.hand(&paper);
        }
        night_under(&counter, from, &of_few());
        assert_eq!(ends(&counter), ["end 0 end/2026-07-31"]);
        counter.today.set(day(2026, 7, 10));
        for person in 1..=11 {
            let home = HOME + person;
            let next = counter.issue_due(home, person, day(2026, 8, 1)).unwrap();
            assert_eq!(next.effective_from, day(2026, 8, 1));
        }
        night_under(&counter, day(2026, 7, 11), &of_few());
        let found = ends(&counter);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[1].starts_with("end 12 ") && found[2].starts_with("end 13 "));
    }
}

/// 規則7条の2: those who were not in the renewal are asked for, though the matter of the renewal itself is done.
#[test]
fn who_was_not_in_the_renewal_is_asked_for_before_the_papers_end() {
    for counter in both(day(2026, 5, 1)) {
        for person in 1001..=1012_i64 {
            counter.household(person, person, day(1981, 5, 5), day(2020, 4, 1));
            counter.card(person, false);
            let paper = counter.issue_due(person, person, day(2026, 5, 1)).unwrap();
            counter.hand(&paper);
        }
        counter.today.set(FROZEN);
        city(&counter);
        night_under(&counter, FROZEN, &of_few());
        assert_eq!(ends(&counter), ["end 0 end/2026-07-31"]);
        let item = counter.number("select item_id from work_item where kind = 'certificate.end'");
        counter.report(|conn, act| {
            worklist::settle(conn, act, item, Outcome::Done, "一斉更新を始めた")
        });
        // What is known of their cards is too old by then.
        let run_id = calculated(&counter);
        published(&counter, run_id);
        night_under(&counter, day(2026, 7, 16), &of_few());
        assert_eq!(ends(&counter), [format!("end 0 end/2026-07-31/{run_id}")]);
    }
}

/// 法54条の3第1項・令28条の6: special circumstances notified after the freeze of a renewal keep the paper of the measure back.
#[test]
fn circumstances_notified_after_the_freeze_are_a_change_of_the_renewal() {
    for counter in both(FROZEN) {
        city(&counter);
        let sanction = Sanction {
            noticed_on: Some(day(2026, 6, 1)),
            answer_until: Some(day(2026, 6, 30)),
            ..measure()
        };
        let order = Order::Impose(Span::new(day(2026, 8, 1), None), &sanction);
        counter.decide(1, &order).unwrap();
        let run_id = calculated(&counter);
        let changed = || {
            let found = counter.store.read(|conn| run_delta::delta(conn, run_id));
            let homes = found.unwrap().into_iter().map(|one| one.household_id);
            homes.collect::<Vec<_>>()
        };
        assert_eq!(changed(), Vec::<i64>::new());
        let (may, acting) = (counter.may(), counter.acting());
        let (ground, paper) = ("災害により財産に損害を受けた", "罹災証明書");
        circumstances::notify(&counter.store, &may, &acting, 1, FROZEN, ground, paper).unwrap();
        assert_eq!(changed(), [1]);
    }
}

/// 規則7条・7条の2: a paper that another copy has taken the place of ends nothing, and one that came back and was made anew is not to
/// be sent again.
#[test]
fn papers_that_hold_no_more_are_no_work_of_a_night() {
    let from = day(2026, 7, 1);
    for counter in both(from) {
        for person in 1..=2_i64 {
            counter.household(HOME + person, person, day(1981, 5, 5), day(2020, 4, 1));
            counter.card(person, false);
        }
        let first = counter.issue_due(HOME + 1, 1, from).unwrap();
        let lost = (counter.hand(&first).certificate_id, ReissueReason::Lost);
        let (may, acting) = (counter.may(), counter.acting());
        let copy = again(&counter.store, &may, &acting, &counter.rules, lost).unwrap();
        counter.hand(&copy);
        let sent = counter.issue_due(HOME + 2, 2, from).unwrap();
        let id = sent.certificate_id;
        let store = &counter.store;
        deliver::print(store, &counter.may(), &acting, (id, &sent.form_stock)).unwrap();
        let ordinary = (MailClass::Ordinary, "");
        deliver::mail(store, &counter.may(), &acting, id, ordinary).unwrap();
        let code = sent.scan().figures().unwrap();
        let back = (code.as_str(), "あて所に尋ねあたりません");
        deliver::came_back(store, &counter.may(), &acting, back).unwrap();
        counter.today.set(day(2026, 7, 3));
        let anew = counter.issue_due(HOME + 2, 2, day(2026, 7, 3)).unwrap();
        counter.hand(&anew);
        night_under(&counter, day(2026, 7, 28), &of_few());
        let found: Vec<String> = open(&counter);
        let about = |what: &str| found.iter().filter(|one| one.starts_with(what)).count();
        assert_eq!((about("end 1 "), about("end 2 ")), (1, 1), "{found:?}");
        assert_eq!(about("come_back"), 0, "{found:?}");
    }
}

/// Takes an application of July in, grants it and issues the paper.
fn on_application(counter: &Counter, kind: &str, person: i64, wish: Wish) -> i64 {
    let new = NewApplication {
        household_id: HOME + person,
        applied_on: counter.today.get(),
        wish,
        ..asked(kind, person)
    };
    let id = apply(counter, &new).unwrap();
    decide(counter, id).unwrap().certificate_id
}

fn ill(disease: i64) -> Wish {
    Wish {
        disease: Some(disease),
        doctor_opinion: true,
        ..Wish::default()
    }
}

/// 規則7条の2・27条の13第7項: the renewal renews papers of the family 資格 alone. Many 限度額適用認定証 are a matter of their own, which says
/// where they are listed; who holds a 受療証 is named, however many they are.
#[test]
fn papers_that_no_renewal_renews_do_not_hide_behind_it() {
    let from = day(2026, 7, 1);
    let july = (day(2025, 8, 1), day(2026, 8, 1));
    for counter in both(from) {
        let mut ill_of = Vec::new();
        for person in 1..=12_i64 {
            let home = HOME + person;
            counter.household(home, person, day(1981, 5, 5), day(2020, 4, 1));
            counter.card(person, false);
            let class = Verdict {
                class: 3,
                ..Verdict::default()
            };
            counter.judged(home, 0, july, class);
            counter.hand(&counter.issue_due(home, person, from).unwrap());
            on_application(&counter, "ceiling", person, Wish::default());
            ill_of.push(on_application(&counter, "disease", person, ill(1)));
        }
        night_under(&counter, from, &of_few());
        let mut expected: Vec<String> = (1..)
            .zip(&ill_of)
            .map(|(person, id)| format!("end {person} end/{id}"))
            .collect();
        expected.push("end 0 end/2026-07-31".to_owned());
        expected.push("end 0 end/2026-07-31/ceiling".to_owned());
        expected.sort();
        assert_eq!(ends(&counter), expected);
        let read = |source: &str| {
            let text = format!("select title from work_item where source = '{source}'");
            let found = counter.store.read(|conn| {
                Ok::<_, office::OfficeError>(conn.query_text(&text, &[], |row| row.text(0))?)
            });
            found.unwrap().remove(0)
        };
        assert!(read("end/2026-07-31").contains("一斉更新を行う"));
        let told = read("end/2026-07-31/ceiling");
        assert!(
            told.contains("限度額適用認定証") && told.contains("証の一覧"),
            "{told}"
        );
    }
}

/// 規則27条の13第7項: the 受療証 of another illness does not follow that of dialysis, nor a paper of a decision another.
#[test]
fn a_paper_of_another_illness_or_decision_follows_none() {
    let from = day(2026, 6, 15);
    let july = (day(2025, 8, 1), day(2026, 8, 1));
    for counter in both(from) {
        counter.household(HOME + 1, 1, day(1981, 5, 5), day(2020, 4, 1));
        counter.card(1, false);
        let class = Verdict {
            class: 3,
            ..Verdict::default()
        };
        counter.judged(HOME + 1, 0, july, class);
        let paper = counter.issue_due(HOME + 1, 1, from).unwrap();
        counter.hand(&paper);
        let slip = |last| Wish {
            until: Some(last),
            ..Wish::default()
        };
        let dialysis = on_application(&counter, "disease", 1, ill(1));
        let first = on_application(&counter, "consultation_slip", 1, slip(day(2026, 7, 31)));
        counter.today.set(day(2026, 7, 2));
        let blood = on_application(&counter, "disease", 1, ill(2));
        assert!(counter.get(blood).expires_on > counter.get(dialysis).expires_on);
        on_application(&counter, "consultation_slip", 1, slip(day(2026, 12, 31)));
        night_under(&counter, day(2026, 7, 3), &RuleBook::embedded().unwrap());
        let mut expected =
            [paper.certificate_id, dialysis, first].map(|id| format!("end 1 end/{id}"));
        expected.sort();
        assert_eq!(ends(&counter), expected);
    }
}
