//! 未届者の勧奨.

use crate::counter::{Counter, on_both};
use crate::support::desk::WARD;
use crate::support::merged;
use ::office::OfficeError;
use ::office::acts::{self, ActDetails};
use ::office::eligibility::compose::{NEW_HOUSEHOLD, When, found, gain};
use ::office::eligibility::letters;
use ::office::eligibility::overlap;
use ::office::eligibility::status::{
    self, CompanyInsurance, Entry, Exclusion, FacilityStay, LateElderly, PublicAssistance, Status,
};
use ::office::eligibility::unreported::{self, Wave};
use ::office::eligibility::{NewChange, NewEvent, Request, register, reject};
use ::office::registry::merge;
use ::office::security::permit::{ImportFile, RegisterEligibility, RegisterFact, RunEligibility};
use ::office::worklist::{Candidate, ELIGIBILITY_UNREPORTED, Filter, list};
use db::Span;
use law::day;

fn at(on: law::Date) -> When {
    When {
        occurred_on: on,
        reported_on: Some(on),
    }
}

fn wave(counter: &Counter) -> Wave {
    unreported::wave(
        &counter.desk.store,
        &counter.permit::<RunEligibility>(),
        &counter.acting(),
        WARD,
        &counter.practice(),
    )
    .unwrap()
}

fn collect(counter: &Counter) -> i64 {
    unreported::collect(
        &counter.desk.store,
        &counter.permit::<RunEligibility>(),
        &counter.acting(),
        WARD,
    )
    .unwrap()
}

fn state<S: Status>(counter: &Counter, person: i64, span: Span, status: S) {
    status::register(
        &counter.desk.store,
        &counter.permit::<RegisterFact>(),
        &counter.acting(),
        &Entry {
            subject: person,
            span,
            status,
            note: String::new(),
        },
    )
    .unwrap();
}

fn found_on(counter: &Counter, on: law::Date) -> Vec<(i64, law::Date)> {
    let found = counter
        .desk
        .store
        .read(|conn| unreported::find(conn, WARD, on, 0))
        .unwrap();
    found.iter().map(|one| (one.person_id, one.since)).collect()
}

fn lost(counter: &Counter, person_id: i64, cause: &str) {
    let (on, elsewhere_from) = (day(2026, 11, 10), None);
    let change = NewChange::Loss {
        person_id,
        elsewhere_from,
    };
    register(
        &counter.desk.store,
        &counter.permit::<RegisterEligibility>(),
        &counter.acting(),
        &Request::of(vec![NewEvent::new(cause, on, Some(on), change)]),
        &counter.books(),
    )
    .unwrap();
}

fn company(counter: &Counter, person: i64, from: law::Date, until: Option<law::Date>) {
    let status = CompanyInsurance {
        insurer_number: "06130001".to_owned(),
        insurer_name: "見本健康保険組合".to_owned(),
        symbol: String::new(),
        number: String::new(),
        relation: 1,
        source: "回答".to_owned(),
        reported_on: None,
    };
    state(counter, person, Span::new(from, until), status);
}

// covers: QUA-013
#[test]
fn residents_without_insurance_are_asked_three_times_and_no_more() {
    on_both(day(2026, 6, 1), |counter| {
        counter.single(10, 1, day(1980, 5, 5), day(2020, 4, 1)); // insured
        counter.named(
            2,
            "見本　二",
            "ミホン ニ",
            day(1985, 1, 1),
            day(2024, 10, 1),
        );
        counter.named(
            3,
            "見本　三",
            "ミホン サン",
            day(1986, 1, 1),
            day(2025, 10, 1),
        );
        counter.named(
            4,
            "見本　四",
            "ミホン ヨン",
            day(1951, 6, 1),
            day(2020, 10, 1),
        ); // 75 today
        counter.named(
            5,
            "見本　五",
            "ミホン ゴ",
            day(1988, 1, 1),
            day(2020, 10, 1),
        );
        company(counter, 3, day(2020, 4, 1), Some(day(2026, 4, 1)));
        company(counter, 5, day(2020, 4, 1), None);
        let found = counter
            .desk
            .store
            .read(|conn| unreported::find(conn, WARD, day(2026, 6, 1), 0))
            .unwrap();
        let since: Vec<_> = found.iter().map(|one| (one.person_id, one.since)).collect();
        assert_eq!(since, [(2, day(2024, 10, 1)), (3, day(2026, 4, 1))]);
        assert_eq!(collect(counter), 2);
        assert_eq!(collect(counter), 0, "run again it adds nobody");
        assert_eq!(wave(counter).written, 2);
        assert_eq!(wave(counter), Wave::default(), "the time to answer runs");
        // One answers with an insurance: the matter falls away.
        company(counter, 3, day(2026, 4, 1), None);
        counter.today.set(day(2026, 7, 5));
        assert_eq!(
            wave(counter),
            Wave {
                written: 1,
                settled: 1,
                to_ex_officio: 0
            }
        );
        counter.today.set(day(2026, 8, 10));
        assert_eq!(wave(counter).written, 1);
        counter.today.set(day(2026, 9, 15));
        assert_eq!(wave(counter).to_ex_officio, 1);
        counter.today.set(day(2026, 12, 1));
        assert_eq!(
            wave(counter),
            Wave::default(),
            "nobody is written to for ever"
        );
        let sent = counter
            .desk
            .store
            .read(|conn| letters::of_person(conn, 2))
            .unwrap();
        let kinds: Vec<&str> = sent.iter().map(|letter| letter.kind.as_str()).collect();
        assert_eq!(
            kinds,
            ["unreported_first", "unreported_second", "unreported_final"]
        );
        assert!(sent[2].content.paragraphs[1].contains("職権で資格の取得"));
        let candidate = counter.open_items().iter().find_map(Candidate::of).unwrap();
        assert_eq!(candidate.cause, "ex_officio_gain");
        assert_eq!(candidate.occurred_on, day(2024, 10, 1));
    });
}

#[test]
fn an_answer_closes_the_matter() {
    on_both(day(2026, 6, 1), |counter| {
        counter.named(
            2,
            "見本　二",
            "ミホン ニ",
            day(1985, 1, 1),
            day(2024, 10, 1),
        );
        collect(counter);
        let item = counter.open_items().remove(0);
        let answer = |text: &str| {
            unreported::answer(
                &counter.desk.store,
                &counter.permit(),
                &counter.acting(),
                item.item_id,
                text,
            )
        };
        assert!(matches!(answer(" "), Err(OfficeError::Input { .. })));
        answer("海外の保険に加入している旨の連絡").unwrap();
        assert!(matches!(answer("二度目"), Err(OfficeError::Conflict(_))));
        counter.today.set(day(2026, 7, 10));
        assert_eq!(wave(counter), Wave::default());
        assert_eq!(collect(counter), 0, "answered once, not asked again");
        let settled = counter
            .desk
            .store
            .read(|conn| {
                list(
                    conn,
                    &Filter {
                        kind: Some(ELIGIBILITY_UNREPORTED),
                        settled: true,
                        ..Filter::default()
                    },
                    None,
                    day(2026, 7, 10),
                )
            })
            .unwrap();
        assert_eq!(settled.items.len(), 1);
    });
}

/// 規則2条1項・3条: a 取得 is notified within 14 days; until then, and while one waits for a second person, nobody is written to.
// covers: QUA-013
#[test]
fn who_may_still_notify_is_not_written_to() {
    on_both(day(2026, 11, 19), |counter| {
        for id in [2, 3] {
            let name = format!("見本　{id}");
            counter.named(id, &name, "ミホン", day(1985, 1, 1), day(2026, 11, 18));
        }
        let late = day(2024, 1, 10);
        counter.named(4, "見本　四", "ミホン", day(1985, 1, 1), late);
        let (store, books) = (&counter.desk.store, counter.books());
        let permit = counter.permit::<RegisterEligibility>();
        let events = vec![
            found(at(late), NEW_HOUSEHOLD, 4),
            gain(at(late), "moved_in", 4, NEW_HOUSEHOLD),
        ];
        let gained = Request::of(events);
        let done = register(store, &permit, &counter.acting(), &gained, &books).unwrap();
        let proposal = done.proposal_id.expect("over two years back");
        assert_eq!(collect(counter), 3, "they are on the list");
        let written = |on| {
            counter.today.set(on);
            wave(counter).written
        };
        assert_eq!(written(day(2026, 11, 19)), 0);
        assert_eq!(written(day(2026, 12, 2)), 0, "the fourteenth day");
        assert_eq!(written(day(2026, 12, 3)), 2);
        let chief = crate::support::permit(&counter.chief);
        let acting = counter.as_chief();
        reject(store, &chief, &acting, proposal, "資料がない").unwrap();
        assert_eq!(written(day(2026, 12, 4)), 1);
    });
}

/// 法5条: two numbers that 名寄せ joined are one person: who is covered under the one is not asked for under the other, and a row of
/// 資格重複 fits one person, until the 名寄せ is taken back.
// covers: QUA-013, QUA-024
#[test]
fn a_joined_number_is_the_same_person() {
    let on = day(2026, 11, 20);
    on_both(on, |counter| {
        let born = day(1980, 5, 5);
        counter.single(10, 1, born, day(2020, 4, 1));
        for id in [1, 2, 3, 4] {
            counter.named(id, "見本　某", "ミホン　ボウ", born, day(2020, 4, 1));
        }
        company(counter, 3, day(2020, 4, 1), None);
        let since = day(2020, 4, 1);
        assert_eq!(found_on(counter, on), [(2, since), (4, since)]);
        let store = &counter.desk.store;
        let asked = merged::propose(store, (2, 1), (on, counter.desk.tick()));
        let (may, acting, one) = merged::confirm(store, asked, (on, counter.desk.tick()));
        let joined = "insert into person_merge (merge_id, kept_id, joined_id, reason, act_id) values (99, 3, 4, '', 0)";
        let join = |conn: &mut db::Conn| conn.execute_text(joined, &[]);
        store.write(join).unwrap();
        assert_eq!(found_on(counter, on), []);
        let row = |kana: &str| overlap::Reported {
            as_of: on,
            symbol: String::new(),
            number: String::new(),
            branch: None,
            name: String::new(),
            kana: kana.to_owned(),
            sex: 0,
            birth_on: born,
            insurer_number: "06130001".to_owned(),
            insurer_name: "見本健康保険組合".to_owned(),
            gained_on: day(2026, 9, 1),
            lost_on: None,
        };
        let take = |row: &overlap::Reported| {
            let import = counter.permit::<ImportFile>();
            store.write(|conn| {
                let details = ActDetails::default();
                let act = acts::begin(conn, &counter.acting(), &import, "test", &details)?;
                overlap::take(conn, &act, row, on)
            })
        };
        // 3 and 4 bear the same name: whose it is nobody can tell.
        assert!(take(&row("ミホン　ボウ")).is_err());
        for id in [3, 4] {
            counter.named(id, "見本　別", "ミホン　ベツ", born, day(2020, 4, 1));
        }
        let taken = take(&row("ミホン　ボウ")).unwrap();
        let rank = overlap::Rank::Likely;
        assert_eq!(taken, overlap::Taken::Matter { person_id: 1, rank });
        merge::undo(store, &may, &acting, one, "別の人").unwrap();
        assert_eq!(found_on(counter, on), [(2, since)]);
    });
}

/// 法6条・8条: whoever left for another cover has that cover; nobody asks for it until a fact tells of its end, or the person
/// comes back from elsewhere.
// covers: QUA-013
#[test]
fn whoever_left_for_another_cover_is_not_asked_until_it_ends() {
    on_both(day(2026, 11, 20), |counter| {
        let causes = [
            "joined_insurance",
            "welfare_started",
            "joined_nhi_society",
            "exclusion_started",
            "late_elderly_disability",
        ];
        for (id, cause) in (1..).zip(causes) {
            counter.single(id * 10, id, day(1956, 5, 5), day(2020, 4, 1));
            lost(counter, id, cause);
        }
        assert_eq!(found_on(counter, day(2026, 11, 20)), []);
        assert_eq!(collect(counter), 0);
        let from = day(2026, 11, 10);
        company(counter, 1, from, Some(day(2027, 1, 1)));
        let case = |state| PublicAssistance {
            office: "131032".to_owned(),
            case_number: "1".to_owned(),
            state,
            medical: true,
            reported_on: None,
        };
        state(counter, 2, Span::new(from, Some(day(2027, 2, 1))), case(1));
        state(counter, 2, Span::new(day(2027, 2, 1), None), case(2));
        let ground = Exclusion {
            item: 11,
            detail: "特定活動".to_owned(),
            reported_on: None,
        };
        state(counter, 4, Span::new(from, Some(day(2027, 3, 1))), ground);
        let scheme = LateElderly {
            number: "00000001".to_owned(),
            gain_cause: "2".to_owned(),
            loss_cause: Some("withdrawn".to_owned()),
            reported_on: None,
        };
        state(counter, 5, Span::new(from, Some(day(2027, 4, 1))), scheme);
        assert_eq!(found_on(counter, day(2026, 12, 31)), []);
        assert_eq!(
            found_on(counter, day(2027, 4, 1)),
            [
                (1, day(2027, 1, 1)),
                (2, day(2027, 2, 1)),
                (4, day(2027, 3, 1)),
                (5, day(2027, 4, 1))
            ],
            "each from the day on which the other cover ended"
        );
        // Away and back: what held years ago tells nothing of today.
        let (born, back) = (day(1956, 5, 5), day(2027, 4, 10));
        counter.named(3, "見本　三", "ミホン サン", born, back);
        let found = found_on(counter, day(2027, 4, 10));
        assert!(found.contains(&(3, back)), "{found:?}");
    });
}

/// 法116条の2: whoever lives in a facility here and came from elsewhere is another municipality's insured.
#[test]
fn a_stranger_in_a_facility_here_is_not_asked_while_the_stay_lasts() {
    on_both(day(2026, 11, 20), |counter| {
        for (id, insurer) in [(2, "011002"), (3, WARD)] {
            let name = format!("見本　{id}");
            counter.named(id, &name, "ミホン", day(1960, 1, 1), day(2026, 6, 1));
            let stay = FacilityStay {
                facility_id: 1,
                insurer: insurer.to_owned(),
                reported_on: None,
            };
            let until = Some(day(2027, 2, 1));
            state(counter, id, Span::new(day(2026, 6, 1), until), stay);
        }
        let ours = (3, day(2026, 6, 1));
        assert_eq!(found_on(counter, day(2026, 11, 20)), [ours]);
        let left = (2, day(2027, 2, 1));
        assert_eq!(found_on(counter, day(2027, 2, 1)), [left, ours]);
    });
}
