//! 残った資格 — what ended the insurance before it was registered, or before a day of birth was corrected: told before it is
//! confirmed, and asked for afterwards; nobody is insured without end.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod birth;
#[allow(dead_code, reason = "shared with other tests")]
#[path = "../eligibility_lists/counter.rs"]
mod counter;
mod destination;
mod erased;
mod family;
mod gain;
mod nationality;
mod stays;
#[path = "../support/mod.rs"]
mod support;
mod unfounded;

use counter::{Counter, on_both};
use db::{Span, Value};
use exchange::Catalogue;
use law::registry::Items;
use law::{Date, day};
use office::eligibility::Stays;
use office::eligibility::compose::{NEW_HOUSEHOLD, When, change_head, found, gain, loss};
use office::eligibility::consequence::Warning;
use office::eligibility::status::order::{self, Order, Stated};
use office::eligibility::status::{self, Entry, FacilityStay, Student};
use office::eligibility::{self, Consequences, NewChange, NewEvent, Request};
use office::import::{Municipality, typed};
use office::jobs::Flow;
use office::nightly;
use office::registry::event::version;
use office::registry::hand::{self, ByHand, Together};
use office::registry::{
    self, Differs, FormerInsured, InsuredSpan, Resident, mismatches, register, timeline,
};
use office::security::permit::{
    RegisterEligibility, RegisterFact, RegisterResident, RunEligibility, UndoAct,
};
use office::worklist::{Candidate, ELIGIBILITY_AGE, ELIGIBILITY_CANDIDATE, INTAKE_DIFFERENCE};
use support::desk::{WARD, head, insured, person};

const TODAY: Date = Date::constant(2026, 11, 20);

/// A resident event typed by hand: of a newcomer without a number, or the next of a person.
fn resident(counter: &Counter, id: Option<i64>, cause: &str, on: &str) -> i64 {
    resident_with(counter, id, (cause, on), &[])
}

/// As [`resident`], with more items.
fn resident_with(
    counter: &Counter,
    id: Option<i64>,
    (cause, on): (&str, &str),
    more: &[(&str, &str)],
) -> i64 {
    let store = &counter.desk.store;
    let known = id.and_then(|id| store.read(|conn| hand::latest(conn, id)).unwrap());
    let seen = id.map_or(0, |id| store.read(|conn| version(conn, id)).unwrap());
    let mut items: Items = known.unwrap_or_default();
    let own = [
        ("person_number", id.unwrap_or(0).to_string()),
        ("resident_kind", "1".to_owned()),
        ("resident_state", "1".to_owned()),
        ("move_cause", cause.to_owned()),
        ("moved_on", on.to_owned()),
        ("move_reported_on", on.to_owned()),
        ("name", "湊　一".to_owned()),
        ("kana", "ミナト　ハジメ".to_owned()),
        ("birth_on", "1980-05-05".to_owned()),
        ("sex", "2".to_owned()),
        ("relationship1", "02".to_owned()),
        ("city_code", WARD.to_owned()),
        ("town", "芝公園一丁目".to_owned()),
        ("lot", "1番".to_owned()),
        ("before_prefecture", "大阪府".to_owned()),
        ("before_city", "大阪市".to_owned()),
    ];
    let more = more
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()));
    for (name, value) in own.into_iter().chain(more) {
        items.insert(name.to_owned(), value);
    }
    let catalogue = Catalogue::shipped().unwrap();
    let read = typed(&catalogue, &Municipality::new(WARD), &items, TODAY);
    let (kind, event) = read.unwrap().unwrap();
    let together = Together {
        people: vec![ByHand {
            person_id: id,
            kind,
            event,
            seen,
        }],
        note: String::new(),
    };
    let permit = counter.permit::<RegisterResident>();
    let done = hand::register(
        store,
        &permit,
        &counter.acting(),
        &counter.books(),
        &together,
    );
    done.unwrap().people[0]
}

fn at(on: Date) -> When {
    When {
        occurred_on: on,
        reported_on: Some(TODAY),
    }
}

/// Registers after a preview; what the preview warned of.
fn request(counter: &Counter, request: &Request) -> Consequences {
    let permit = counter.permit::<RegisterEligibility>();
    let (store, books) = (&counter.desk.store, counter.books());
    let shown = eligibility::preview(store, &permit, &counter.acting(), request, &books).unwrap();
    let done = eligibility::register(store, &permit, &counter.acting(), request, &books).unwrap();
    assert_eq!(done.proposal_id, None);
    assert_eq!(shown.warnings, done.consequences.warnings);
    shown
}

fn gains(counter: &Counter, id: i64, cause: &str, on: Date) -> Consequences {
    let events = vec![
        found(at(on), NEW_HOUSEHOLD, id),
        gain(at(on), cause, id, NEW_HOUSEHOLD),
    ];
    request(counter, &Request::of(events))
}

/// Cause and day of every open candidate of a person.
fn candidates(counter: &Counter, id: i64) -> Vec<(String, Date)> {
    let items = counter.open_items().into_iter();
    let of_kind = items.filter(|item| item.kind == ELIGIBILITY_CANDIDATE.code);
    let mut all: Vec<_> = of_kind
        .filter_map(|item| Candidate::of(&item))
        .filter(|one| one.person_id == id)
        .map(|one| (one.cause, one.occurred_on))
        .collect();
    all.sort();
    all
}

/// Matters of age that wait for a person.
fn matters(counter: &Counter, id: i64) -> usize {
    let items = counter.open_items().into_iter();
    items
        .filter(|item| item.kind == ELIGIBILITY_AGE.code && item.person_id == Some(id))
        .count()
}

fn night(counter: &Counter) {
    nightly::run(
        &counter.desk.store,
        &counter.permit::<RunEligibility>(),
        &counter.acting(),
        &counter.books(),
        &|| counter.desk.tick(),
        |_| Flow::Continue,
    )
    .unwrap();
}

fn left_warned(consequences: &Consequences) -> bool {
    let mut warnings = consequences.warnings.iter();
    warnings.any(|one| matches!(one, Warning::ResidenceEnded { .. }))
}

fn ended(counter: &Counter, on: Date) -> Vec<i64> {
    let all = counter
        .desk
        .store
        .read(|conn| mismatches(conn, on))
        .unwrap();
    all.into_iter()
        .filter(|one| one.differs == Differs::ResidenceEnded)
        .map(|one| one.person_id)
        .collect()
}

/// 法8条1項: the 転出 or 死亡 that came while the 取得 waited ends the insurance that is confirmed afterwards.
// covers: QUA-003
#[test]
fn who_left_before_the_gain_was_registered_is_asked_to_lose_it() {
    for (cause, key) in [
        ("21", "moved_out"),
        ("22", "moved_out_abroad"),
        ("23", "died"),
        ("26", "ex_officio_deletion"),
    ] {
        on_both(TODAY, |counter| {
            let id = resident(counter, None, "01", "2026-11-02");
            resident(counter, Some(id), cause, "2026-11-10");
            let left = day(2026, 11, 10);
            let of_loss = (key.to_owned(), left);
            assert!(
                !candidates(counter, id).contains(&of_loss),
                "nothing to lose yet"
            );
            let shown = gains(counter, id, "moved_in", day(2026, 11, 2));
            assert!(
                shown.warnings.iter().any(|one| matches!(
                    one,
                    Warning::ResidenceEnded { person_id, on, .. } if (*person_id, *on) == (id, left)
                )),
                "{:?}",
                shown.warnings
            );
            assert_eq!(
                candidates(counter, id).as_slice(),
                std::slice::from_ref(&of_loss)
            );
            assert_eq!(ended(counter, TODAY), [id]);
            // Once, whatever else is registered and however many nights pass.
            night(counter);
            assert_eq!(candidates(counter, id), [of_loss]);
            if key == "ex_officio_deletion" {
                // Another person approves it; that is told elsewhere.
                return;
            }
            let lost = Request::of(vec![loss(at(left), key, id)]);
            assert!(!left_warned(&request(counter, &lost)));
            assert!(candidates(counter, id).is_empty());
            assert!(ended(counter, TODAY).is_empty());
        });
    }
}

/// Moved out and back: only the end that lies within the insurance counts.
#[test]
fn who_came_back_before_the_gain_loses_nothing() {
    on_both(TODAY, |counter| {
        let id = resident(counter, None, "01", "2026-10-01");
        resident(counter, Some(id), "21", "2026-10-20");
        resident(counter, Some(id), "01", "2026-11-02");
        let shown = gains(counter, id, "moved_in", day(2026, 11, 2));
        assert!(!left_warned(&shown));
        assert!(
            !candidates(counter, id)
                .iter()
                .any(|one| one.0.starts_with("moved_out"))
        );
        assert!(ended(counter, TODAY).is_empty());
    });
}

/// 法8条1項・116条: a loaded insurance whose 住民票 has ended is found at night; a student elsewhere stays insured here.
#[test]
fn a_night_finds_who_is_insured_and_no_longer_registered() {
    on_both(TODAY, |counter| {
        for id in [1, 2] {
            counter.single(id * 10, id, day(2005, 5, 5), day(2020, 4, 1));
        }
        counter.desk.report(TODAY, |conn, act| {
            for id in [1, 2] {
                let gone = Resident {
                    status: registry::Status::Removed,
                    ..timeline::<Resident>(conn, id, None)?.remove(0).fact
                };
                registry::record(conn, act, id, Span::since(day(2026, 4, 1)), &gone)?;
            }
            Ok(())
        });
        let student = Entry {
            subject: 2,
            span: Span::new(day(2026, 4, 1), Some(day(2029, 4, 1))),
            status: Student {
                kind: 1,
                school: "北国大学".to_owned(),
                place: "011002".to_owned(),
                course_end_on: day(2029, 3, 31),
                household_id: 20,
                reported_on: None,
            },
            note: String::new(),
        };
        let permit = counter.permit::<RegisterFact>();
        status::register(&counter.desk.store, &permit, &counter.acting(), &student).unwrap();
        assert_eq!(ended(counter, TODAY), [1]);
        let found = || -> Vec<Option<i64>> {
            let items = counter.open_items().into_iter();
            let of_kind = items.filter(|item| item.kind == INTAKE_DIFFERENCE.code);
            of_kind.map(|item| item.person_id).collect()
        };
        night(counter);
        assert_eq!(found(), [Some(1)]);
        counter.today.set(day(2026, 11, 21));
        night(counter);
        assert_eq!(found(), [Some(1)]);
        // Once she has finished it is the end of the school that counts, and she is asked for once.
        counter.today.set(day(2029, 4, 2));
        assert_eq!(ended(counter, day(2029, 4, 2)), [1, 2]);
        night(counter);
        assert_eq!(found(), [Some(1)]);
        assert_eq!(
            candidates(counter, 2),
            [("moved_out".to_owned(), day(2029, 3, 31))]
        );
    });
}

/// 令29条の7第2項8号・法76条: who stands beside the insured of a household, or heads it uninsured, and dies or leaves, is asked
/// for; by event at once, without one at night.
// covers: QUA-003
#[test]
fn who_is_not_insured_but_counts_is_asked_for_when_the_residence_ends() {
    for cause in ["21", "23"] {
        on_both(TODAY, |counter| {
            let ids = [(); 3].map(|()| resident(counter, None, "01", "2026-11-02"));
            let [beside, heads, both] = ids;
            counter.single(20, 2, day(1980, 5, 5), day(2020, 4, 1));
            let from = day(2026, 11, 5);
            counter.desk.report(TODAY, |conn, act| {
                for (id, home, leads) in [(3, 30, heads), (4, 40, both)] {
                    person(conn, act, id, day(1980, 5, 5))?;
                    head(conn, act, home, leads, day(2020, 4, 1))?;
                    insured(conn, act, id, home, day(2020, 4, 1))?;
                }
                for (id, household_id) in [(beside, 20), (both, 40)] {
                    let fact = FormerInsured { household_id };
                    registry::record(conn, act, id, Span::since(from), &fact)?;
                }
                Ok(())
            });
            for id in ids {
                resident(counter, Some(id), cause, "2026-11-10");
            }
            let left = day(2026, 11, 10);
            let former = ("former_insured_ended".to_owned(), left);
            let household = ("household".to_owned(), left);
            let asked = |id: i64| {
                let mut all = candidates(counter, id);
                all.retain(|one| one.0 != "moved_in");
                all
            };
            assert_eq!(asked(beside), std::slice::from_ref(&former));
            assert_eq!(asked(heads), std::slice::from_ref(&household));
            assert_eq!(asked(both), [former, household]);
            // Asked already: the night asks for nobody a second time.
            night(counter);
            let found = |kind: &str| {
                let items = counter.open_items().into_iter();
                items.filter(|item| item.kind == kind).count()
            };
            assert_eq!(found(INTAKE_DIFFERENCE.code), 0);
            let end = |person_id| {
                let change = NewChange::FormerEnd { person_id };
                let cause = "former_insured_ended";
                Request::of(vec![NewEvent::new(cause, left, Some(TODAY), change)])
            };
            request(counter, &end(beside));
            assert_eq!(asked(beside), []);
            // The household that is left without a head is told of with it.
            let shown = request(counter, &end(both));
            let headless = |one: &Warning| {
                matches!(
                    one,
                    Warning::NoHead {
                        household_id: 40,
                        ..
                    }
                )
            };
            assert!(shown.warnings.iter().any(headless), "{:?}", shown.warnings);
        });
    }
}

/// Takes back the last event that stands of a person in the residents' register.
fn taken_back(counter: &Counter, id: i64) {
    let store = &counter.desk.store;
    let (last, seen) = store
        .read(|conn| {
            Ok::<_, office::OfficeError>((register::history(conn, id)?, version(conn, id)?))
        })
        .map(|(mut all, seen)| {
            all.retain(|one| one.stated.undone_by_act.is_none());
            (all.last().unwrap().stated.event_id, seen)
        })
        .unwrap();
    let permit = counter.permit::<RegisterResident>();
    let one = (last, "誤り", seen);
    hand::undo_event(store, &permit, &counter.acting(), &counter.books(), one).unwrap();
}

/// Title of every open candidate of a person to take back what was registered.
fn to_take_back(counter: &Counter, id: i64) -> Vec<String> {
    let items = counter.open_items().into_iter();
    let of_person = items.filter(|item| {
        Candidate::of(item).is_some_and(|one| one.person_id == id && one.cause == "take_back")
    });
    of_person.map(|item| item.title).collect()
}

/// 法76条: a 擬制世帯主 dies and another follows: that answers what was asked for. Taken back, it is asked for again; and when the
/// death itself is taken back, whoever made the change is told.
// covers: QUA-006
#[test]
fn a_change_of_head_answers_the_death_and_is_told_of_when_the_death_is_taken_back() {
    on_both(TODAY, |counter| {
        let heads = resident(counter, None, "01", "2026-11-02");
        counter.desk.report(TODAY, |conn, act| {
            person(conn, act, 3, day(1980, 5, 5))?;
            head(conn, act, 30, heads, day(2020, 4, 1))?;
            insured(conn, act, 3, 30, day(2020, 4, 1))
        });
        let left = day(2026, 11, 10);
        let asked = || {
            let mut all = candidates(counter, heads);
            all.retain(|one| one.0 == "household");
            all
        };
        let follows = Request::of(vec![change_head(at(left), 30, 3)]);
        let change = || {
            let permit = counter.permit::<RegisterEligibility>();
            let (store, books) = (&counter.desk.store, counter.books());
            let acting = counter.acting();
            eligibility::register(store, &permit, &acting, &follows, &books).unwrap()
        };
        resident(counter, Some(heads), "23", "2026-11-10");
        assert_eq!(asked(), [("household".to_owned(), left)]);
        let done = change();
        assert_eq!(asked(), []);
        let undo = |events: &[i64]| {
            let request = Request {
                undo: events.to_vec(),
                note: "誤り".to_owned(),
                ..Request::default()
            };
            let permit = counter.permit::<UndoAct>();
            let (store, books) = (&counter.desk.store, counter.books());
            eligibility::undo(store, &permit, &counter.acting(), &request, &books).unwrap();
        };
        undo(&done.event_ids);
        assert_eq!(asked(), [("household".to_owned(), left)]);
        let done = change();
        assert_eq!(asked(), []);
        taken_back(counter, heads);
        assert_eq!(
            to_take_back(counter, heads),
            [
                "死亡（令和8年11月10日）が取り消されました。これによる資格異動があれば取り消してください"
            ]
        );
        // Nobody died: with the change taken back nobody is asked for a head.
        undo(&done.event_ids);
        assert_eq!(asked(), []);
    });
}

/// 法76条: an insured head dies and another follows before the 喪失 is registered: the death taken back, the change of head is told
/// of though the candidate of the 喪失 was still open.
#[test]
fn a_death_taken_back_tells_of_the_head_who_followed_though_the_loss_still_waited() {
    on_both(TODAY, |counter| {
        let id = resident(counter, None, "01", "2026-11-02");
        gains(counter, id, "moved_in", day(2026, 11, 2));
        let read = |conn: &mut db::Conn| timeline::<InsuredSpan>(conn, id, None);
        let home = counter.desk.store.read(read).unwrap()[0].fact.household_id;
        counter.member(home, 3, day(1980, 5, 5), day(2026, 11, 2));
        resident(counter, Some(id), "23", "2026-11-10");
        let left = day(2026, 11, 10);
        assert_eq!(candidates(counter, id), [("died".to_owned(), left)]);
        request(counter, &Request::of(vec![change_head(at(left), home, 3)]));
        assert_eq!(candidates(counter, id), [("died".to_owned(), left)]);
        taken_back(counter, id);
        assert_eq!(candidates(counter, id), [("take_back".to_owned(), left)]);
        // Nothing was registered because of it: nothing is asked for.
        let other = resident(counter, None, "01", "2026-11-02");
        gains(counter, other, "moved_in", day(2026, 11, 2));
        resident(counter, Some(other), "23", "2026-11-10");
        taken_back(counter, other);
        assert_eq!(candidates(counter, other), []);
    });
}

/// 法116条・116条の2: who moves out for a school or into a facility stays insured here, so that nobody is asked for a 喪失, and who
/// registers one is warned; a death ends it all the same.
// covers: QUA-004
#[test]
fn who_moves_out_for_a_school_or_a_facility_is_not_asked_for() {
    for stays in [None, Some(Stays::Student), Some(Stays::Facility)] {
        on_both(TODAY, |counter| {
            let id = resident(counter, None, "01", "2026-10-01");
            gains(counter, id, "moved_in", day(2026, 10, 1));
            let span = Span::new(day(2026, 11, 1), Some(day(2029, 4, 1)));
            let store = &counter.desk.store;
            let read = |conn: &mut db::Conn| timeline::<InsuredSpan>(conn, id, None);
            let home = store.read(read).unwrap()[0].fact.household_id;
            match stays {
                None => {}
                Some(Stays::Student) => {
                    let student = Entry {
                        subject: id,
                        span,
                        status: Student {
                            kind: 1,
                            school: "北国大学".to_owned(),
                            place: "011002".to_owned(),
                            course_end_on: day(2029, 3, 31),
                            household_id: home,
                            reported_on: None,
                        },
                        note: String::new(),
                    };
                    let permit = counter.permit::<RegisterFact>();
                    status::register(store, &permit, &counter.acting(), &student).unwrap();
                }
                Some(Stays::Facility) => {
                    let fact = FacilityStay {
                        facility_id: 1,
                        insurer: WARD.to_owned(),
                        reported_on: None,
                    };
                    let write = |conn: &mut db::Conn, act: &office::Act| {
                        registry::record(conn, act, id, span, &fact)
                    };
                    counter.desk.report(TODAY, write);
                }
            }
            resident(counter, Some(id), "21", "2026-11-10");
            let left = day(2026, 11, 10);
            let asked = match stays {
                None => vec![("moved_out".to_owned(), left)],
                Some(_) => Vec::new(),
            };
            assert_eq!(candidates(counter, id), asked, "{stays:?}");
            night(counter);
            assert_eq!(candidates(counter, id), asked, "{stays:?}");
            let warned = |cause: &str, on: Date| {
                let permit = counter.permit::<RegisterEligibility>();
                let lost = Request::of(vec![loss(at(on), cause, id)]);
                let (acting, books) = (counter.acting(), counter.books());
                let shown = eligibility::preview(store, &permit, &acting, &lost, &books).unwrap();
                let mut of_kind = shown.warnings.into_iter().filter_map(|one| match one {
                    Warning::StaysInsured { person_id, stays } => Some((person_id, stays)),
                    _ => None,
                });
                of_kind.next()
            };
            assert_eq!(warned("moved_out", left), stays.map(|stays| (id, stays)));
            assert_eq!(warned("moved_out", day(2026, 10, 20)), None, "before it");
            assert_eq!(warned("died", left), None);
        });
    }
}

/// As above, of a register that was loaded without its events.
#[test]
fn a_night_finds_who_counts_and_is_no_longer_registered() {
    on_both(TODAY, |counter| {
        counter.single(20, 2, day(1980, 5, 5), day(2020, 4, 1));
        counter.desk.report(TODAY, |conn, act| {
            for (id, gone) in [(1, true), (3, true), (5, false)] {
                person(conn, act, id, day(1948, 5, 5))?;
                if gone {
                    let removed = Resident {
                        status: registry::Status::Removed,
                        ..timeline::<Resident>(conn, id, None)?.remove(0).fact
                    };
                    registry::record(conn, act, id, Span::since(day(2026, 4, 1)), &removed)?;
                }
            }
            let fact = FormerInsured { household_id: 20 };
            registry::record(conn, act, 1, Span::since(day(2023, 5, 5)), &fact)?;
            for (id, home, leads) in [(4, 30, 3), (6, 50, 5)] {
                person(conn, act, id, day(1980, 5, 5))?;
                head(conn, act, home, leads, day(2020, 4, 1))?;
                insured(conn, act, id, home, day(2020, 4, 1))?;
            }
            Ok(())
        });
        let found = || -> Vec<Option<i64>> {
            let items = counter.open_items().into_iter();
            let of_kind = items.filter(|item| item.kind == INTAKE_DIFFERENCE.code);
            let mut all: Vec<_> = of_kind.map(|item| item.person_id).collect();
            all.sort_unstable();
            all
        };
        night(counter);
        assert_eq!(found(), [Some(1), Some(3)]);
        counter.today.set(day(2026, 11, 21));
        night(counter);
        assert_eq!(found(), [Some(1), Some(3)]);
    });
}

fn aged(consequences: &Consequences) -> Vec<(i64, Date)> {
    let warnings = consequences.warnings.iter();
    warnings
        .filter_map(|one| match one {
            Warning::Aged75 { person_id, on } => Some((*person_id, *on)),
            _ => None,
        })
        .collect()
}

/// 法6条8号・8条1項、高確法52条1号: a 取得 of a day before the 75th birthday that has passed ends on it.
// covers: QUA-020
#[test]
fn a_gain_of_a_day_before_the_75th_birthday_says_that_it_has_ended() {
    on_both(TODAY, |counter| {
        counter.desk.report(day(2026, 4, 1), |conn, act| {
            person(conn, act, 1, day(1951, 11, 1))?;
            person(conn, act, 2, day(1951, 11, 21))
        });
        // Nights have passed since the birthday.
        night(counter);
        let shown = gains(counter, 1, "left_insurance", day(2026, 10, 1));
        assert_eq!(aged(&shown), [(1, day(2026, 11, 1))]);
        let of_loss = ("late_elderly_75".to_owned(), day(2026, 11, 1));
        assert_eq!(candidates(counter, 1), [of_loss]);
        // Tomorrow is the matter of tomorrow's night.
        assert!(aged(&gains(counter, 2, "left_insurance", day(2026, 10, 1))).is_empty());
        let lost = Request::of(vec![loss(at(day(2026, 11, 1)), "late_elderly_75", 1)]);
        assert!(aged(&request(counter, &lost)).is_empty());
        assert!(candidates(counter, 1).is_empty());
        counter.today.set(day(2026, 11, 22));
        night(counter);
        assert!(candidates(counter, 1).is_empty(), "lost is lost");
    });
}

/// Insured by file, or made older by a corrected day of birth, long after the night of the birthday.
#[test]
fn a_night_finds_who_came_to_75_before_anybody_knew() {
    on_both(TODAY, |counter| {
        night(counter);
        counter.desk.report(TODAY, |conn, act| {
            for (id, born_on) in [
                (1, day(1951, 5, 5)),
                (2, day(1958, 5, 5)),
                (3, day(1951, 11, 21)),
            ] {
                person(conn, act, id, born_on)?;
                support::desk::head(conn, act, id * 10, id, day(2020, 4, 1))?;
                insured(conn, act, id, id * 10, day(2020, 4, 1))?;
            }
            Ok(())
        });
        counter.today.set(day(2026, 11, 21));
        night(counter);
        let of_loss = |on| vec![("late_elderly_75".to_owned(), on)];
        assert_eq!(candidates(counter, 1), of_loss(day(2026, 5, 5)));
        assert!(candidates(counter, 2).is_empty());
        assert!(
            candidates(counter, 3).is_empty(),
            "75 today is on the list of the day"
        );
        // The day of birth was wrong by ten years.
        counter.desk.report(TODAY, |conn, act| {
            let older = Resident {
                birth_on: day(1948, 5, 5),
                ..timeline::<Resident>(conn, 2, None)?.remove(0).fact
            };
            registry::record(conn, act, 2, Span::since(day(1948, 5, 5)), &older)
        });
        counter.today.set(day(2026, 11, 22));
        night(counter);
        assert_eq!(candidates(counter, 2), of_loss(day(2023, 5, 5)));
        assert_eq!(candidates(counter, 1).len(), 1);
        // Whose matter is on the list from the day itself waits there, and only there, until the loss is registered.
        assert_eq!((candidates(counter, 3).len(), matters(counter, 3)), (0, 1));
        let on = at(day(2026, 11, 21));
        request(counter, &Request::of(vec![loss(on, "late_elderly_75", 3)]));
        assert_eq!(matters(counter, 3), 0);
    });
}

/// 住民異動の取消: what was registered because of a 転出 that was taken back is to be taken back too, and once it is nothing is
/// left to do.
#[test]
fn a_loss_taken_back_after_its_move_leaves_nothing_to_take_back() {
    on_both(TODAY, |counter| {
        let id = resident(counter, None, "01", "2026-11-02");
        gains(counter, id, "moved_in", day(2026, 11, 2));
        resident(counter, Some(id), "21", "2026-11-10");
        let left = day(2026, 11, 10);
        let store = &counter.desk.store;
        let lost = Request::of(vec![loss(at(left), "moved_out", id)]);
        let permit = counter.permit::<RegisterEligibility>();
        let lost =
            eligibility::register(store, &permit, &counter.acting(), &lost, &counter.books())
                .unwrap();
        assert_eq!(candidates(counter, id), []);
        // The residents' desk takes the 転出 back.
        let (act, seen) = store
            .read(|conn| {
                let last = "select max(act_id) from resident_event";
                let act = conn.query_text(last, &[], |row| row.int(0))?[0];
                Ok::<_, office::OfficeError>((act, version(conn, id)?))
            })
            .unwrap();
        let by_hand = counter.permit::<RegisterResident>();
        let order = (act, "誤り", seen);
        hand::undo(store, &by_hand, &counter.acting(), &counter.books(), order).unwrap();
        assert_eq!(candidates(counter, id), [("take_back".to_owned(), left)]);
        let undo = Request {
            undo: lost.event_ids,
            note: "転出の取消".to_owned(),
            ..Request::default()
        };
        let may = counter.permit::<UndoAct>();
        eligibility::undo(store, &may, &counter.acting(), &undo, &counter.books()).unwrap();
        assert_eq!(candidates(counter, id), []);
    });
}
