//! 取得の日: what is on file of the day of a 取得 is told of before it is confirmed, and what a fact of another scheme asks for.

use super::*;

/// Warnings of a gain that speak of the day of the gain itself.
fn against(consequences: &Consequences) -> Vec<String> {
    let of_day = consequences.warnings.iter().filter(|one| {
        matches!(
            one,
            Warning::NoResidence { .. }
                | Warning::ResidenceOver { .. }
                | Warning::CoveredElsewhere { .. }
        )
    });
    of_day.map(Warning::message_ja).collect()
}

/// 国保法5条・7条: a 取得 after 死亡 or 転出, or before 住民となった日, is told of before it is confirmed; it is no refusal. The night
/// finds what was registered all the same.
// covers: QUA-003
#[test]
fn a_gain_on_a_day_without_residence_is_told_of() {
    for (cause, gain_cause) in [("23", "moved_in"), ("21", "left_insurance")] {
        on_both(TODAY, |counter| {
            let id = resident(counter, None, "01", "2026-06-01");
            resident(counter, Some(id), cause, "2026-08-01");
            let shown = gains(counter, id, gain_cause, day(2026, 9, 1));
            let told = against(&shown);
            assert_eq!(told.len(), 1, "{told:?}");
            assert!(
                told[0].contains("令和8年8月1日に消除") && told[0].contains("令和8年9月1日"),
                "{told:?}"
            );
        });
    }
    on_both(TODAY, |counter| {
        let id = resident(counter, None, "01", "2026-06-01");
        let shown = gains(counter, id, "moved_in", day(2026, 5, 1));
        assert_eq!(
            shown
                .warnings
                .iter()
                .find(|one| matches!(one, Warning::NoResidence { .. })),
            Some(&Warning::NoResidence {
                person_id: id,
                on: day(2026, 5, 1)
            })
        );
        let early = || -> Vec<i64> {
            let all = counter.desk.store.read(|conn| mismatches(conn, TODAY));
            let all = all.unwrap().into_iter();
            all.filter(|one| one.differs == Differs::GainBeforeResidence)
                .map(|one| one.person_id)
                .collect()
        };
        assert_eq!(early(), [id]);
        let matters = || {
            let items = counter.open_items().into_iter();
            let of_kind = items.filter(|one| one.kind == INTAKE_DIFFERENCE.code);
            of_kind.map(|one| one.title).collect::<Vec<_>>()
        };
        for _ in 0..2 {
            night(counter);
            let found = matters();
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].contains("令和8年6月1日"), "{found:?}");
        }
        // On 住民となった日 itself nothing is said.
        let other = resident(counter, None, "01", "2026-06-01");
        assert!(against(&gains(counter, other, "moved_in", day(2026, 6, 1))).is_empty());
        assert_eq!(early(), [id]);
    });
}

/// 修学・住所地特例: whoever left for a school or a facility elsewhere is insured here without living here (法116条・116条の2).
#[test]
fn a_gain_of_a_student_elsewhere_is_not_warned_of() {
    on_both(TODAY, |counter| {
        let id = resident(counter, None, "01", "2026-06-01");
        resident(counter, Some(id), "21", "2026-08-01");
        let student = Entry {
            subject: id,
            span: Span::new(day(2026, 8, 1), Some(day(2029, 4, 1))),
            status: Student {
                kind: 1,
                school: "北国大学".to_owned(),
                place: "011002".to_owned(),
                course_end_on: day(2029, 3, 31),
                household_id: 1,
                reported_on: None,
            },
            note: String::new(),
        };
        let fact = counter.permit::<RegisterFact>();
        let store = &counter.desk.store;
        status::register(store, &fact, &counter.acting(), &student).unwrap();
        let shown = gains(counter, id, "left_insurance", day(2026, 10, 1));
        assert!(against(&shown).is_empty(), "{:?}", shown.warnings);
    });
}

/// 高確法50条: 障害認定 from the day on which 65 is attained, 75歳 from the birthday; before that it is refused.
#[test]
fn who_goes_over_to_the_scheme_of_75_has_its_age() {
    on_both(TODAY, |counter| {
        // 65 is attained on 9 October, 75 on the birthday, 10 October.
        counter.single(10, 1, day(1961, 10, 10), day(2020, 4, 1));
        counter.single(20, 2, day(1951, 10, 10), day(2020, 4, 1));
        let refused = |id, cause: &str, on| {
            let request = Request::of(vec![loss(at(on), cause, id)]);
            let permit = counter.permit::<RegisterEligibility>();
            let store = &counter.desk.store;
            let shown = eligibility::preview(
                store,
                &permit,
                &counter.acting(),
                &request,
                &counter.books(),
            );
            match shown {
                Ok(_) => None,
                Err(office::OfficeError::Refusal(refusal)) => {
                    Some((refusal.code, refusal.message_ja))
                }
                Err(other) => panic!("{other}"),
            }
        };
        let (code, message) =
            refused(1, "late_elderly_disability", day(2026, 10, 8)).expect("64 years old");
        assert_eq!(code, "eligibility.loss.age");
        assert!(message.contains("令和8年10月9日"), "{message}");
        assert_eq!(
            refused(1, "late_elderly_disability", day(2026, 10, 9)),
            None
        );
        let (code, message) =
            refused(2, "late_elderly_75", day(2026, 10, 9)).expect("74 years old");
        assert_eq!(code, "eligibility.loss.age");
        assert!(message.contains("令和8年10月10日"), "{message}");
        assert_eq!(refused(2, "late_elderly_75", day(2026, 10, 10)), None);
    });
}

/// A status of a scheme of 第6条, as a clerk enters it by hand.
pub fn enters(counter: &Counter, id: i64, code: &str, span: Span, values: Vec<Value>) {
    enters_for(counter, id, code, (None, span), values);
}

pub fn enters_for(
    counter: &Counter,
    id: i64,
    code: &str,
    (replaces, span): (Option<Span>, Span),
    values: Vec<Value>,
) {
    let stated = Order::State(Stated {
        code: code.to_owned(),
        subject: id,
        replaces,
        span,
        values,
        note: String::new(),
    });
    let permit = counter.permit::<RegisterFact>();
    let (store, books) = (&counter.desk.store, counter.books());
    let shown = order::preview(store, &permit, &counter.acting(), &stated, &books).unwrap();
    let before = counter.open_items().len();
    order::carry_out(store, &permit, &counter.acting(), &stated, &books).unwrap();
    let opened = counter.open_items().len() + shown.closed.len() - before;
    assert_eq!(shown.opened.len(), opened, "what is shown is done");
}

pub fn late_elderly() -> Vec<Value> {
    vec!["12345678".into(), "2".into(), Value::Null, Value::Null]
}

pub fn company() -> Vec<Value> {
    let texts = ["06130001", "見本健康保険組合", "", ""];
    let mut values: Vec<Value> = texts.map(Value::from).to_vec();
    values.extend([Value::Int(1), "届出".into(), Value::Null]);
    values
}

pub fn assistance() -> Vec<Value> {
    let texts: Vec<Value> = ["131032", "K1"].map(Value::from).to_vec();
    [texts, vec![Value::Int(1), Value::Int(1), Value::Null]].concat()
}

fn exclusion(item: i64) -> Vec<Value> {
    vec![Value::Int(item), "証明書".into(), Value::Null]
}

/// 法6条・8条1項: another scheme that a clerk enters by hand asks for the 喪失 as one that a file tells of, once; the 喪失 settles it.
// covers: QUA-021, QUA-024
#[test]
fn another_scheme_entered_by_hand_asks_for_the_loss() {
    on_both(TODAY, |counter| {
        let from = day(2026, 10, 1);
        for (id, code, values, cause) in [
            (1, "late_elderly", late_elderly(), "late_elderly_disability"),
            (2, "company_insurance", company(), "joined_insurance"),
            (3, "exclusion", exclusion(10), "joined_nhi_society"),
            (4, "exclusion", exclusion(1), "joined_insurance"),
            (5, "exclusion", exclusion(11), "exclusion_started"),
        ] {
            counter.single(id * 10, id, day(1956, 5, 5), day(2020, 4, 1));
            enters(counter, id, code, Span::since(from), values.clone());
            let asked = vec![(cause.to_owned(), from)];
            assert_eq!(candidates(counter, id), asked);
            // 訂正 of another column asks for nothing more, and neither does a night.
            let replaces = Some(Span::since(from));
            enters_for(
                counter,
                id,
                code,
                (replaces, Span::since(from)),
                values.clone(),
            );
            night(counter);
            assert_eq!(candidates(counter, id), asked);
            // Of another day: the first one is asked for no more.
            let later = day(2026, 10, 15);
            enters_for(counter, id, code, (replaces, Span::since(later)), values);
            assert_eq!(candidates(counter, id), [(cause.to_owned(), later)]);
            request(counter, &Request::of(vec![loss(at(later), cause, id)]));
            assert!(candidates(counter, id).is_empty());
        }
        // Whoever is not insured here loses nothing.
        let id = resident(counter, None, "01", "2026-06-01");
        enters(
            counter,
            id,
            "company_insurance",
            Span::since(from),
            company(),
        );
        assert!(
            candidates(counter, id)
                .iter()
                .all(|one| one.0 != "joined_insurance")
        );
    });
}

/// 法6条・8条1項: a scheme that was on file from a day after a 取得 registered only now ends it; the clerk is told before confirming, and the
/// 喪失 is asked for, and the 取得 again where the scheme has ended too.
// covers: QUA-021
#[test]
fn a_scheme_that_began_after_a_late_gain_asks_for_the_loss() {
    on_both(TODAY, |counter| {
        let from = day(2026, 9, 1);
        for (code, values, cause) in [
            ("late_elderly", late_elderly(), "late_elderly_disability"),
            ("company_insurance", company(), "joined_insurance"),
            ("exclusion", exclusion(10), "joined_nhi_society"),
            ("public_assistance", assistance(), "welfare_started"),
        ] {
            let id = resident(counter, None, "01", "2026-06-01");
            enters(counter, id, code, Span::since(from), values);
            let asked = |cause: &str| {
                let all = candidates(counter, id).into_iter();
                all.filter(|one| one.0 == cause).count()
            };
            assert_eq!(asked(cause), 0, "nobody is insured here yet");
            let shown = gains(counter, id, "moved_in", day(2026, 6, 1));
            let told: Vec<String> = shown
                .warnings
                .iter()
                .filter(|one| matches!(one, Warning::SchemeBegan { on, .. } if *on == from))
                .map(Warning::message_ja)
                .collect();
            assert_eq!(told.len(), 1, "{code}: {:?}", shown.warnings);
            assert!(told[0].contains("令和8年9月1日"), "{told:?}");
            assert!(against(&shown).is_empty(), "the day itself is free");
            assert_eq!(asked(cause), 1);
            assert!(candidates(counter, id).contains(&(cause.to_owned(), from)));
            // 障害認定 is for 65 and older: the candidate is there to be looked at.
            if code != "late_elderly" {
                request(counter, &Request::of(vec![loss(at(from), cause, id)]));
                assert_eq!(asked(cause), 0);
            }
        }
        // One that is over: the loss, and the gain after it.
        let id = resident(counter, None, "01", "2026-06-01");
        let over = Span::new(day(2026, 7, 1), Some(day(2026, 10, 1)));
        enters(counter, id, "company_insurance", over, company());
        gains(counter, id, "moved_in", day(2026, 6, 1));
        let found = candidates(counter, id);
        for one in [
            ("joined_insurance", day(2026, 7, 1)),
            ("left_insurance", day(2026, 10, 1)),
        ] {
            assert!(found.contains(&(one.0.to_owned(), one.1)), "{found:?}");
        }
        // Over before the gain: nothing.
        let id = resident(counter, None, "01", "2026-06-01");
        enters(counter, id, "company_insurance", over, company());
        let shown = gains(counter, id, "left_insurance", day(2026, 10, 1));
        let began = |one: &Warning| matches!(one, Warning::SchemeBegan { .. });
        assert!(!shown.warnings.iter().any(began), "{:?}", shown.warnings);
    });
}

/// The same of a file and of a hand is asked for once.
#[test]
fn what_two_facts_tell_of_one_day_is_asked_for_once() {
    on_both(TODAY, |counter| {
        counter.single(10, 1, day(1956, 5, 5), day(2020, 4, 1));
        let from = Span::since(day(2026, 10, 1));
        enters(counter, 1, "late_elderly", from, late_elderly());
        enters(counter, 1, "exclusion", from, exclusion(8));
        assert_eq!(
            candidates(counter, 1),
            [("late_elderly_disability".to_owned(), day(2026, 10, 1))]
        );
    });
}

/// 法6条・116条の2: what is on file of the day of a 取得 is told of before it is confirmed; what had ended by then is not.
// covers: QUA-003
#[test]
fn another_scheme_on_file_of_the_day_of_a_gain_is_told_of() {
    on_both(TODAY, |counter| {
        for (code, values, word) in [
            ("exclusion", exclusion(10), "適用除外（第10号）"),
            (
                "company_insurance",
                company(),
                "社会保険（見本健康保険組合）",
            ),
            ("late_elderly", late_elderly(), "後期高齢者医療"),
        ] {
            for (until, told) in [(None, 1), (Some(day(2026, 11, 1)), 0)] {
                let id = resident(counter, None, "01", "2026-06-01");
                let mut values = values.clone();
                if code == "late_elderly" && until.is_some() {
                    values[2] = "005".into();
                }
                let span = Span::new(day(2026, 6, 1), until);
                enters(counter, id, code, span, values);
                let found = against(&gains(counter, id, "left_insurance", day(2026, 11, 1)));
                assert_eq!(found.len(), told, "{code} {until:?}: {found:?}");
                assert!(found.iter().all(|one| one.contains(word)), "{found:?}");
            }
        }
        // 住所地特例: another municipality is the insurer of whoever stays in a facility here.
        let id = resident(counter, None, "01", "2026-06-01");
        let stay = Entry {
            subject: id,
            span: Span::since(day(2026, 6, 1)),
            status: FacilityStay {
                facility_id: 1,
                insurer: "271004".to_owned(),
                reported_on: None,
            },
            note: String::new(),
        };
        let fact = counter.permit::<RegisterFact>();
        let store = &counter.desk.store;
        status::register(store, &fact, &counter.acting(), &stay).unwrap();
        let found = against(&gains(counter, id, "moved_in", day(2026, 6, 1)));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("住所地特例") && found[0].contains("第116条の2"));
    });
}

/// 国保法8条1項: who moves out and comes back on one day has an address here at its end. With the 喪失 and the 取得 of that day registered,
/// or a 取得 of that day alone, no 喪失 is asked for any more.
// covers: QUA-003
#[test]
fn who_leaves_and_comes_back_on_one_day_is_not_asked_to_lose_it_again() {
    let on = day(2026, 11, 10);
    on_both(TODAY, |counter| {
        let id = resident(counter, None, "01", "2026-10-01");
        gains(counter, id, "moved_in", day(2026, 10, 1));
        resident(counter, Some(id), "21", "2026-11-10");
        request(counter, &Request::of(vec![loss(at(on), "moved_out", id)]));
        resident(counter, Some(id), "01", "2026-11-10");
        assert_eq!(candidates(counter, id), [("moved_in".to_owned(), on)]);
        let read = |conn: &mut db::Conn| timeline::<InsuredSpan>(conn, id, None);
        let home = counter.desk.store.read(read).unwrap()[0].fact.household_id;
        let back = Request::of(vec![gain(at(on), "moved_in", id, home)]);
        assert!(!left_warned(&request(counter, &back)));
        assert_eq!(candidates(counter, id), []);
        night(counter);
        assert_eq!(candidates(counter, id), []);
    });
    on_both(TODAY, |counter| {
        let id = resident(counter, None, "01", "2026-10-01");
        resident(counter, Some(id), "21", "2026-11-10");
        resident(counter, Some(id), "01", "2026-11-10");
        assert!(!left_warned(&gains(counter, id, "moved_in", on)));
        // The 取得 of the stay before is still to be looked at.
        let before = ("moved_in".to_owned(), day(2026, 10, 1));
        assert_eq!(candidates(counter, id), [before]);
    });
}
