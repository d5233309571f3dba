//! 資格重複.

use crate::counter::{Counter, on_both};
use crate::intake::{Cells, candidates, file, taken};
use ::office::OfficeError;
use ::office::acts::{self, ActDetails};
use ::office::eligibility::compose::{NEW_HOUSEHOLD, When, found, gain};
use ::office::eligibility::letters::{self, LetterKind};
use ::office::eligibility::overlap::{self, Rank, Reported, State, Taken};
use ::office::eligibility::status::{self, CompanyInsurance, Entry};
use ::office::eligibility::{
    self, NewChange, NewEvent, Registered, Request, register, undoing_of_act,
};
use ::office::security::permit::{
    ImportFile, RegisterEligibility, RegisterFact, RunEligibility, UndoAct,
};
use ::office::worklist::{Candidate, ELIGIBILITY_OVERLAP};
use db::Span;
use law::{Date, day};

fn reported(number: &str, name: &str, kana: &str, born: Date) -> Reported {
    Reported {
        as_of: day(2026, 11, 1),
        symbol: "港".to_owned(),
        number: number.to_owned(),
        branch: None,
        name: name.to_owned(),
        kana: kana.to_owned(),
        sex: 2,
        birth_on: born,
        insurer_number: "06130001".to_owned(),
        insurer_name: "見本健康保険組合".to_owned(),
        gained_on: day(2026, 9, 1),
        lost_on: None,
    }
}

fn take(counter: &Counter, row: &Reported) -> Result<Taken, OfficeError> {
    let permit = counter.permit::<ImportFile>();
    counter.desk.store.write(|conn| {
        let act = acts::begin(
            conn,
            &counter.acting(),
            &permit,
            "test",
            &ActDetails::default(),
        )?;
        overlap::take(conn, &act, row, counter.today.get())
    })
}

fn city(counter: &Counter) {
    for (id, name, kana, born) in [
        (1, "見本　花子", "ミホン　ハナコ", day(1980, 5, 5)),
        (2, "見本　雪", "ミホン　ユキ", day(1990, 7, 7)),
        (3, "見本　幸", "ミホン　ユキ", day(1990, 7, 7)),
        (4, "見本　月", "ミホン　ツキ", day(1970, 1, 9)),
    ] {
        counter.single(id * 10, id, born, day(2020, 4, 1));
        counter.named(id, name, kana, born, day(2020, 4, 1));
    }
}

/// 法6条1号・7条: the other insurance began before the 取得 here: that is to be taken back, whether the person says so or nobody answers.
#[test]
fn another_insurance_from_before_the_gain_asks_for_the_gain() {
    on_both(day(2026, 11, 20), |counter| {
        let store = &counter.desk.store;
        let came = day(2026, 4, 1);
        let at = When {
            occurred_on: came,
            reported_on: Some(came),
        };
        for (id, kana) in [(5, "ミホン　ゴ"), (6, "ミホン　ロク")] {
            counter.named(id, "見本　某", kana, day(1985, 5, 5), came);
            let events = vec![
                found(at, NEW_HOUSEHOLD, id),
                gain(at, "moved_in", id, NEW_HOUSEHOLD),
            ];
            let permit = counter.permit::<RegisterEligibility>();
            let (acting, request) = (counter.acting(), Request::of(events));
            register(store, &permit, &acting, &request, &counter.books()).unwrap();
            let row = Reported {
                gained_on: day(2025, 2, 1),
                ..reported("", "", kana, day(1985, 5, 5))
            };
            take(counter, &row).unwrap();
        }
        let kept = store
            .read(|conn| overlap::list(conn, State::Found))
            .unwrap();
        let fifth = kept.iter().find(|one| one.person_id == 5).unwrap().row_id;
        let (may, acting) = (counter.permit(), counter.acting());
        let said = "社保に加入したままだった";
        overlap::answer(store, &may, &acting, fifth, true, said).unwrap();
        let asked = |id| (id, "take_back".to_owned(), came);
        assert_eq!(candidates(counter), [asked(5)]);
        let run = counter.permit::<RunEligibility>();
        let practice = counter.practice();
        overlap::ask(store, &run, &counter.acting(), &practice).unwrap();
        for on in [day(2027, 1, 15), day(2027, 3, 1)] {
            counter.today.set(on);
            overlap::chase(store, &run, &counter.acting(), &practice).unwrap();
        }
        assert_eq!(candidates(counter), [asked(5), asked(6)]);
        let titles: Vec<String> = counter
            .open_items()
            .into_iter()
            .filter(|item| Candidate::of(item).is_some())
            .map(|item| item.title)
            .collect();
        let words = "令和8年4月1日の取得: この日には見本健康保険組合の資格がありました（令和7年2月1日から）";
        assert!(
            titles.iter().all(|title| title.starts_with(words)),
            "{titles:?}"
        );
    });
}

/// 法8条1項: a later list that names another day corrects the one before: it is asked about by its right day and chased by no other.
// covers: QUA-024
#[test]
fn a_later_list_with_another_day_takes_the_place_of_the_one_before() {
    on_both(day(2026, 11, 20), |counter| {
        city(counter);
        let store = &counter.desk.store;
        let first = reported("0000010", "見本花子", "ﾐﾎﾝ ﾊﾅｺ", day(1980, 5, 5));
        let over = Reported {
            gained_on: day(2026, 4, 10),
            lost_on: Some(day(2026, 5, 10)),
            ..first.clone()
        };
        for row in [&over, &first] {
            take(counter, row).unwrap();
        }
        let run = counter.permit::<RunEligibility>();
        let practice = counter.practice();
        let asked = overlap::ask(store, &run, &counter.acting(), &practice).unwrap();
        assert_eq!(asked, 2);
        let kept = |state| store.read(|conn| overlap::list(conn, state)).unwrap();
        let days =
            |state| -> Vec<Date> { kept(state).iter().map(|one| one.row.gained_on).collect() };
        let second = kept(State::Asked)[1].row_id;
        let (may, acting) = (counter.permit(), counter.acting());
        overlap::answer(store, &may, &acting, second, true, "加入した").unwrap();
        assert_eq!(candidates(counter).len(), 1);
        let later = Reported {
            as_of: day(2026, 12, 1),
            gained_on: day(2026, 10, 1),
            ..first.clone()
        };
        // An older list corrects nothing.
        let older = Reported {
            as_of: day(2026, 10, 1),
            gained_on: day(2026, 8, 1),
            ..first.clone()
        };
        take(counter, &older).unwrap();
        assert_eq!(days(State::Proposed), [first.gained_on]);
        take(counter, &later).unwrap();
        assert_eq!(days(State::Denied), [first.gained_on, older.gained_on]);
        assert_eq!(days(State::Asked), [over.gained_on], "another insurance");
        assert_eq!(days(State::Found), [later.gained_on]);
        assert_eq!(candidates(counter), []);
        let titles = counter.open_items().into_iter().map(|item| item.title);
        let titles: Vec<String> = titles.collect();
        assert_eq!(titles.len(), 2, "{titles:?}");
        assert!(
            titles
                .iter()
                .any(|title| title.starts_with("令和8年10月1日"))
        );
    });
}

/// 法6条・8条1項: double insurance that is over asks for the loss and for the gain after it.
#[test]
fn a_period_that_is_over_asks_for_loss_and_gain() {
    on_both(day(2026, 11, 20), |counter| {
        city(counter);
        let row = Reported {
            gained_on: day(2026, 6, 1),
            lost_on: Some(day(2026, 9, 1)),
            ..reported("0000010", "見本花子", "ﾐﾎﾝ ﾊﾅｺ", day(1980, 5, 5))
        };
        take(counter, &row).unwrap();
        let items = counter.open_items();
        let both = ["喪失を確かめる", "令和8年9月1日に離脱", "取得を確かめる"];
        assert!(
            both.iter().all(|words| items[0].title.contains(words)),
            "{items:?}"
        );
    });
}

// covers: QUA-024
#[test]
fn rows_are_matched_without_the_individual_number_and_ranked() {
    on_both(day(2026, 11, 20), |counter| {
        city(counter);
        let matter = |person_id, rank| Taken::Matter { person_id, rank };
        let sure = reported("0000010", "見本花子", "ﾐﾎﾝ ﾊﾅｺ", day(1980, 5, 5));
        assert_eq!(take(counter, &sure).unwrap(), matter(1, Rank::Sure));
        assert_eq!(take(counter, &sure).unwrap(), Taken::Known);
        let next_month = Reported {
            as_of: day(2026, 12, 1),
            ..sure
        };
        assert_eq!(
            take(counter, &next_month).unwrap(),
            Taken::Known,
            "asked once"
        );
        let likely = reported("", "", "ミホン ツキ", day(1970, 1, 9));
        assert_eq!(take(counter, &likely).unwrap(), matter(4, Rank::Likely));
        // Two people of one reading and one day of birth: the number decides, without it nobody is guessed.
        let twins = reported("", "", "ミホン ユキ", day(1990, 7, 7));
        let two = take(counter, &twins);
        assert!(matches!(two, Err(OfficeError::Input { .. })), "{two:?}");
        let by_number = reported("0000030", "", "ミホン ユキ", day(1990, 7, 7));
        assert_eq!(take(counter, &by_number).unwrap(), matter(3, Rank::Sure));
        let by_name = reported("", "見本 雪", "", day(1990, 7, 7));
        assert_eq!(take(counter, &by_name).unwrap(), matter(2, Rank::Doubtful));
        let nobody = take(counter, &reported("", "他　人", "タ ニン", day(1990, 7, 7)));
        assert!(matches!(nobody, Err(OfficeError::Input { .. })));
        // Only the sure and the likely are written to before somebody has looked.
        let run = counter.permit::<RunEligibility>();
        let asked = overlap::ask(
            &counter.desk.store,
            &run,
            &counter.acting(),
            &counter.practice(),
        )
        .unwrap();
        assert_eq!(asked, 3);
        assert_eq!(
            overlap::ask(
                &counter.desk.store,
                &run,
                &counter.acting(),
                &counter.practice()
            )
            .unwrap(),
            0
        );
        let letter = counter
            .desk
            .store
            .read(|conn| letters::of_person(conn, 1))
            .unwrap()
            .remove(0);
        assert_eq!(letter.kind, LetterKind::OverlapAsk.code());
        assert_eq!(letter.content.addressee.name, "見本　花子");
        assert!(letter.content.paragraphs[0].contains("見本健康保険組合"));
        assert!(letter.content.answer_by.starts_with("令和8年12月"));
    });
}

/// 記号番号 of one and カナ・生年月日・性別 of another: nobody is written to before somebody has looked.
// covers: QUA-024
#[test]
fn a_number_of_one_and_a_name_of_another_is_doubtful() {
    on_both(day(2026, 11, 20), |counter| {
        city(counter);
        counter.single(50, 5, day(1970, 1, 9), day(2020, 4, 1));
        counter.named(
            5,
            "見本　星",
            "ミホン　ホシ",
            day(1970, 1, 9),
            day(2020, 4, 1),
        );
        let mixed = reported("0000050", "見本月", "ミホン ツキ", day(1970, 1, 9));
        let taken = take(counter, &mixed).unwrap();
        let Taken::Matter { rank, .. } = taken else {
            panic!("{taken:?}")
        };
        assert_eq!(rank, Rank::Doubtful);
        assert_eq!(ask(counter), 0);
        // A number that nobody has says nothing against the name.
        let unknown = reported("0000099", "", "ﾐﾎﾝ ﾊﾅｺ", day(1980, 5, 5));
        let likely = Taken::Matter {
            person_id: 1,
            rank: Rank::Likely,
        };
        assert_eq!(take(counter, &unknown).unwrap(), likely);
    });
}

fn ask(counter: &Counter) -> i64 {
    let run = counter.permit::<RunEligibility>();
    let acting = counter.acting();
    overlap::ask(&counter.desk.store, &run, &acting, &counter.practice()).unwrap()
}

fn chase(counter: &Counter) -> (i64, i64, i64) {
    let run = counter.permit::<RunEligibility>();
    let acting = counter.acting();
    overlap::chase(&counter.desk.store, &run, &acting, &counter.practice()).unwrap()
}

fn lose(counter: &Counter, person_id: i64, on: Date) -> Registered {
    let loss = NewChange::Loss {
        person_id,
        elsewhere_from: None,
    };
    let today = counter.today.get();
    let event = NewEvent::new("joined_insurance", on, Some(today), loss);
    register(
        &counter.desk.store,
        &counter.permit::<RegisterEligibility>(),
        &counter.acting(),
        &Request::of(vec![event]),
        &counter.books(),
    )
    .unwrap()
}

fn matters(counter: &Counter) -> Vec<String> {
    let items = counter.open_items().into_iter();
    items
        .filter(|item| item.kind == ELIGIBILITY_OVERLAP.code)
        .map(|item| item.title)
        .collect()
}

/// 法6条・7条・8条1項: what a later list adds is no repetition: the end of the other insurance asks for the 取得 after it.
// covers: QUA-024
#[test]
fn an_end_that_a_later_list_adds_is_asked_for() {
    on_both(day(2026, 11, 20), |counter| {
        city(counter);
        let july = Reported {
            as_of: day(2026, 7, 1),
            gained_on: day(2026, 6, 1),
            ..reported("0000010", "見本花子", "ﾐﾎﾝ ﾊﾅｺ", day(1980, 5, 5))
        };
        let matter = Taken::Matter {
            person_id: 1,
            rank: Rank::Sure,
        };
        assert_eq!(take(counter, &july).unwrap(), matter);
        assert_eq!(ask(counter), 1);
        let october = Reported {
            as_of: day(2026, 10, 1),
            lost_on: Some(day(2026, 9, 1)),
            ..july.clone()
        };
        assert_eq!(take(counter, &october).unwrap(), matter);
        let open = matters(counter);
        assert_eq!(open.len(), 1, "{open:?}");
        assert!(open[0].contains("令和8年9月1日に離脱"), "{open:?}");
        let found = |conn: &mut db::Conn| overlap::list(conn, State::Found);
        let kept = counter.desk.store.read(found).unwrap();
        assert_eq!(kept[0].row, october);
        // The list of July once more, and that of October: nothing new.
        assert_eq!(take(counter, &july).unwrap(), Taken::Known);
        assert_eq!(take(counter, &october).unwrap(), Taken::Known);
        assert_eq!(matters(counter).len(), 1);
    });
}

/// The loss is registered and its end told later: only the 取得 is left to ask for.
// covers: QUA-024
#[test]
fn an_end_after_the_loss_asks_for_the_gain_alone() {
    on_both(day(2026, 11, 20), |counter| {
        city(counter);
        let cells = |as_of: &'static str, until: &'static str| -> Cells<'static> {
            vec![
                ("list_number", "1"),
                ("as_of", as_of),
                ("number", "0000010"),
                ("name", "見本花子"),
                ("kana", "ミホン ハナコ"),
                ("sex", "2"),
                ("birth_on", "1980-05-05"),
                ("insurer_number", "06130001"),
                ("insurer_name", "見本健康保険組合"),
                ("gained_on", "2026-06-01"),
                ("lost_on", until),
            ]
        };
        let july = file("overlap_list", 1, &[cells("2026-07-01", "")]);
        assert_eq!(taken(counter, &july), (1, 0, 0));
        lose(counter, 1, day(2026, 6, 1));
        assert_eq!(chase(counter), (0, 0, 1));
        let october = file("overlap_list", 2, &[cells("2026-10-01", "2026-09-01")]);
        assert_eq!(taken(counter, &october), (1, 0, 0));
        let gain = (1, "left_insurance".to_owned(), day(2026, 9, 1));
        assert_eq!(candidates(counter), [gain]);
        assert_eq!(chase(counter), (0, 0, 0));
        let november = file("overlap_list", 3, &[cells("2026-11-01", "2026-09-01")]);
        assert_eq!(taken(counter, &november), (0, 1, 0));
    });
}

/// 法8条1項: a loss that was taken back leaves the double insurance on the lists, and they open its matter again.
// covers: QUA-024
#[test]
fn a_loss_taken_back_is_asked_for_again() {
    on_both(day(2026, 11, 20), |counter| {
        city(counter);
        let row = reported("0000010", "見本花子", "ﾐﾎﾝ ﾊﾅｺ", day(1980, 5, 5));
        take(counter, &row).unwrap();
        let lost = lose(counter, 1, day(2026, 9, 1));
        assert_eq!(chase(counter), (0, 0, 1));
        let later = Reported {
            as_of: day(2026, 12, 1),
            ..row
        };
        assert_eq!(take(counter, &later).unwrap(), Taken::Known, "lost since");
        let undoing = |conn: &mut db::Conn| undoing_of_act(conn, lost.act_id, "人違い");
        let request = counter.desk.store.read(undoing).unwrap();
        eligibility::undo(
            &counter.desk.store,
            &counter.permit::<UndoAct>(),
            &counter.acting(),
            &request,
            &counter.books(),
        )
        .unwrap();
        assert!(matters(counter).is_empty());
        let again = take(counter, &later).unwrap();
        assert!(
            matches!(again, Taken::Matter { person_id: 1, .. }),
            "{again:?}"
        );
        assert_eq!(matters(counter).len(), 1);
        assert_eq!(take(counter, &later).unwrap(), Taken::Known);
        assert_eq!(ask(counter), 1);
    });
}

#[test]
fn silence_leads_to_a_loss_ex_officio_and_the_result_is_kept() {
    on_both(day(2026, 11, 20), |counter| {
        city(counter);
        take(
            counter,
            &reported("0000010", "見本花子", "", day(1980, 5, 5)),
        )
        .unwrap();
        take(counter, &reported("0000040", "見本月", "", day(1970, 1, 9))).unwrap();
        let run = counter.permit::<RunEligibility>();
        let chase = || {
            overlap::chase(
                &counter.desk.store,
                &run,
                &counter.acting(),
                &counter.practice(),
            )
            .unwrap()
        };
        overlap::ask(
            &counter.desk.store,
            &run,
            &counter.acting(),
            &counter.practice(),
        )
        .unwrap();
        assert_eq!(chase(), (0, 0, 0), "the time to answer runs");
        // One answers that it is not so.
        let asked = counter
            .desk
            .store
            .read(|conn| overlap::list(conn, State::Asked))
            .unwrap();
        let other = asked.iter().find(|kept| kept.person_id == 4).unwrap();
        let answer = |text: &str| {
            overlap::answer(
                &counter.desk.store,
                &counter.permit(),
                &counter.acting(),
                other.row_id,
                false,
                text,
            )
        };
        assert!(matches!(answer(""), Err(OfficeError::Input { .. })));
        answer("8月に退職し、加入していない").unwrap();
        counter.today.set(day(2026, 12, 12));
        assert_eq!(chase(), (1, 0, 0));
        assert_eq!(chase(), (0, 0, 0));
        counter.today.set(day(2027, 1, 10));
        assert_eq!(chase(), (0, 1, 0));
        let items = counter.open_items();
        let candidate = items.iter().find_map(Candidate::of).unwrap();
        assert_eq!(
            (
                candidate.person_id,
                candidate.cause.as_str(),
                candidate.occurred_on
            ),
            (1, "ex_officio_insurance", day(2026, 9, 1))
        );
        // The person reports at last: the loss is registered, the matter closes by itself.
        let loss = NewEvent::new(
            "joined_insurance",
            day(2026, 9, 1),
            Some(day(2027, 1, 10)),
            NewChange::Loss {
                person_id: 1,
                elsewhere_from: None,
            },
        );
        register(
            &counter.desk.store,
            &counter.permit::<RegisterEligibility>(),
            &counter.acting(),
            &Request::of(vec![loss]),
            &counter.books(),
        )
        .unwrap();
        assert_eq!(counter.spans(1)[0].1, Some(day(2026, 9, 2)));
        assert_eq!(chase(), (0, 0, 1));
        let counts = counter.desk.store.read(overlap::by_state).unwrap();
        assert_eq!(counts, [("重複なし", 1), ("喪失済", 1)]);
        assert!(
            !counter
                .open_items()
                .iter()
                .any(|item| item.kind == ELIGIBILITY_OVERLAP.code)
        );
    });
}

// covers: QUA-024
#[test]
fn insurance_recorded_elsewhere_shows_as_double_from_the_day_after() {
    on_both(day(2026, 11, 20), |counter| {
        city(counter);
        let insure = |person: i64, from: Date, until: Option<Date>| {
            status::register(
                &counter.desk.store,
                &counter.permit::<RegisterFact>(),
                &counter.acting(),
                &Entry {
                    subject: person,
                    span: Span::new(from, until),
                    status: CompanyInsurance {
                        insurer_number: "06130001".to_owned(),
                        insurer_name: "見本健康保険組合".to_owned(),
                        symbol: String::new(),
                        number: String::new(),
                        relation: 1,
                        source: "届出".to_owned(),
                        reported_on: None,
                    },
                    note: String::new(),
                },
            )
            .unwrap();
        };
        insure(1, day(2026, 9, 1), None);
        insure(2, day(2019, 4, 1), Some(day(2020, 4, 1)));
        insure(3, day(2026, 10, 1), Some(day(2026, 11, 1)));
        let found: Vec<(i64, Date, Option<Date>)> = (1..=3)
            .flat_map(|id| {
                let read =
                    |conn: &mut db::Conn| overlap::double_coverage(conn, id, day(2026, 4, 1));
                counter.desk.store.read(read).unwrap()
            })
            .map(|double| (double.person_id, double.from, double.until))
            .collect();
        assert_eq!(
            found,
            [
                (1, day(2026, 9, 2), None),
                (3, day(2026, 10, 2), Some(day(2026, 11, 1)))
            ]
        );
    });
}
