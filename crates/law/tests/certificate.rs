//! 証: which kind, from when until when, what the loader refuses, what a form may carry, what may happen to a paper.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use law::certificate::{
    CardStatus, Disease, End, Event, EventKind, Facts, Judged, Kind, Moments, NameChoice, Names,
    Place, ScanCode, due, face, face_name, fold, guard, number, term, unmet,
};
use law::rules::{CertificateRules, RuleBook};
use law::{Date, Span, day};

const WARD: &str = "131032";

fn rules() -> CertificateRules {
    RuleBook::embedded().unwrap().certificate(WARD).unwrap()
}

fn insured(birth_on: Date) -> Facts {
    let span = Span {
        from: day(2020, 4, 1),
        until: None,
    };
    Facts::of(birth_on, vec![span])
}

fn carded(birth_on: Date, linked: bool) -> Facts {
    Facts {
        card: Some(CardStatus {
            linked,
            as_of: day(2026, 6, 30),
        }),
        ..insured(birth_on)
    }
}

fn due_code(facts: &Facts, on: Date) -> Result<Option<String>, String> {
    let rules = rules();
    let kinds: Vec<&Kind> = rules.kinds.iter().collect();
    match due(&kinds, facts, on) {
        Ok(found) => Ok(found.map(|due| due.kind.code.clone())),
        Err(refusal) => Err(refusal.code.to_owned()),
    }
}

fn expires(kind: &str, facts: &Facts, moments: Moments) -> (Date, Option<Date>, End) {
    let rules = rules();
    let on = moments.issued_on;
    let term = term(
        rules.kind(kind, on).unwrap(),
        rules.practice(on).unwrap(),
        facts,
        moments,
    )
    .unwrap();
    (term.effective_from, term.expires_on, term.bounds[0].end)
}

fn on(issued_on: Date) -> Moments {
    Moments {
        issued_on,
        applied_on: None,
        arose_on: issued_on,
    }
}

// covers: CRT-001, CRT-002, CRT-003
#[test]
fn the_kind_due_follows_the_day_the_card_and_the_arrears() {
    let today = day(2026, 11, 20);
    let adult = day(1980, 5, 5);
    assert_eq!(
        due_code(&carded(adult, false), today),
        Ok(Some("confirmation".into()))
    );
    assert_eq!(
        due_code(&carded(adult, true), today),
        Ok(Some("notice".into()))
    );
    // Nobody knows whether the card is linked: neither is guessed.
    assert_eq!(
        due_code(&insured(adult), today),
        Err("certificate.due.none".into())
    );
    // 要配慮者, and someone whose own data may not be shown, get a 資格確認書 in spite of the card.
    for change in [
        |facts: &mut Facts| facts.confirmation_asked = true,
        |facts: &mut Facts| facts.card_blocked = true,
    ] {
        let mut facts = carded(adult, true);
        change(&mut facts);
        assert_eq!(due_code(&facts, today), Ok(Some("confirmation".into())));
    }
    // 特別療養費: only after the prior notice has run out, never with special circumstances.
    let mut special = carded(adult, false);
    special.special_from = Some(day(2026, 10, 1));
    assert_eq!(
        due_code(&special, today),
        Err("certificate.due.none".into())
    );
    special.special_notice_until = Some(day(2026, 9, 20));
    assert_eq!(
        due_code(&special, today),
        Ok(Some("confirmation_special".into()))
    );
    special.special_circumstance = true;
    assert_eq!(
        due_code(&special, today),
        Err("certificate.due.none".into())
    );
    special.special_circumstance = false;
    special.card = Some(CardStatus {
        linked: true,
        as_of: today,
    });
    assert_eq!(due_code(&special, today), Ok(Some("notice_special".into())));
    // Before 2 December 2024 the old kinds, whatever the card.
    let before = day(2024, 12, 1);
    assert_eq!(
        due_code(&insured(adult), before),
        Ok(Some("insured_card".into()))
    );
    let mut short = insured(adult);
    short.short_term = true;
    assert_eq!(due_code(&short, before), Ok(Some("short_card".into())));
    special.special_notice_until = Some(day(2024, 11, 1));
    special.special_from = Some(day(2024, 11, 15));
    assert_eq!(
        due_code(&special, before),
        Ok(Some("qualification_certificate".into()))
    );
    // Not insured: nothing.
    let mut gone = carded(adult, false);
    gone.insured[0].until = Some(day(2026, 11, 20));
    assert_eq!(due_code(&gone, today), Ok(None));
}

// covers: CRT-003
#[test]
fn children_up_to_the_march_after_18_and_atomic_bomb_patients_keep_their_certificate() {
    let with = |birth_on: Date, exempt: bool, on: Date| {
        let mut facts = carded(birth_on, false);
        facts.special_from = Some(day(2025, 10, 1));
        facts.special_notice_until = Some(day(2025, 9, 20));
        facts.special_exempt = exempt;
        due_code(&facts, on).unwrap().unwrap()
    };
    // Born on 1 April 2008: completes 18 on 31 March 2026, and that very day is the last.
    assert_eq!(
        with(day(2008, 4, 1), false, day(2026, 3, 31)),
        "confirmation"
    );
    assert_eq!(
        with(day(2008, 4, 1), false, day(2026, 4, 1)),
        "confirmation_special"
    );
    // Born a day later: a year more.
    assert_eq!(
        with(day(2008, 4, 2), false, day(2027, 3, 31)),
        "confirmation"
    );
    assert_eq!(
        with(day(2008, 4, 2), false, day(2027, 4, 1)),
        "confirmation_special"
    );
    assert_eq!(with(day(1960, 4, 2), true, day(2026, 4, 1)), "confirmation");
}

// covers: CRT-020, CRT-031
#[test]
fn the_term_ends_with_the_first_of_its_ends() {
    let issued = day(2026, 11, 20);
    let plain = carded(day(1980, 5, 5), false);
    assert_eq!(
        expires("confirmation", &plain, on(issued)),
        (issued, Some(day(2027, 7, 31)), End::Renewal)
    );
    // On the day of the renewal itself the next one holds.
    assert_eq!(
        expires("confirmation", &plain, on(day(2026, 7, 31))).1,
        Some(day(2026, 7, 31))
    );
    assert_eq!(
        expires("confirmation", &plain, on(day(2026, 8, 1))).1,
        Some(day(2027, 7, 31))
    );
    // 75: the day before the birthday; born on 29 February, 28 February.
    let elder = |birth_on: Date| {
        let mut facts = carded(birth_on, false);
        facts.ratio = Judged::Decided {
            value: 2,
            from: day(2026, 8, 1),
        };
        facts
    };
    assert_eq!(
        expires("confirmation", &elder(day(1952, 3, 10)), on(issued)),
        (issued, Some(day(2027, 3, 9)), End::Age75)
    );
    assert_eq!(
        expires("confirmation", &elder(day(1952, 2, 29)), on(issued)).1,
        Some(day(2027, 2, 28))
    );
    assert_eq!(
        expires("confirmation", &elder(day(1952, 3, 1)), on(issued)).1,
        Some(day(2027, 2, 28))
    );
    // 70: the end of the month in which it is completed; born on the first, the month before.
    assert_eq!(
        expires("confirmation", &carded(day(1957, 3, 2), false), on(issued)),
        (issued, Some(day(2027, 3, 31)), End::Age70)
    );
    assert_eq!(
        expires("confirmation", &carded(day(1957, 3, 1), false), on(issued)).1,
        Some(day(2027, 2, 28))
    );
    // Past 70, only the renewal.
    assert_eq!(
        expires("confirmation", &elder(day(1955, 3, 2)), on(issued)).2,
        End::Renewal
    );
    // 在留期間, マル学, loss.
    let mut facts = plain.clone();
    facts.stay_until = Some(day(2027, 1, 15));
    assert_eq!(
        expires("confirmation", &facts, on(issued)),
        (issued, Some(day(2027, 1, 15)), End::Stay)
    );
    facts.student_until = Some(day(2026, 12, 31));
    assert_eq!(expires("confirmation", &facts, on(issued)).2, End::Student);
    facts.insured[0].until = Some(day(2026, 12, 1));
    assert_eq!(
        expires("confirmation", &facts, on(issued)),
        (issued, Some(day(2026, 11, 30)), End::Loss)
    );
}

#[test]
fn a_confirmation_never_outlives_five_years_from_its_issue() {
    let rules = rules();
    let mut kind = rules.kind("confirmation", day(2026, 1, 1)).unwrap().clone();
    kind.ends = vec![End::Years];
    let practice = rules.practice(day(2026, 1, 1)).unwrap();
    let at = |issued: Date| {
        term(&kind, practice, &carded(day(1990, 1, 1), false), on(issued))
            .unwrap()
            .expires_on
    };
    // 交付の日から起算して: the first day counts.
    assert_eq!(at(day(2026, 11, 20)), Some(day(2031, 11, 19)));
    assert_eq!(at(day(2028, 2, 29)), Some(day(2033, 2, 28)));
    assert_eq!(at(day(2026, 3, 1)), Some(day(2031, 2, 28)));
}

// covers: CRT-025, CRT-026, CRT-027, CRT-028, CRT-029
#[test]
fn recognition_counts_from_the_month_of_the_application_and_asks_for_its_class() {
    let rules = rules();
    let mut facts = carded(day(1980, 5, 5), false);
    facts.class = Judged::Decided {
        value: "A05".into(),
        from: day(2026, 8, 1),
    };
    let moments = Moments {
        issued_on: day(2026, 11, 25),
        applied_on: Some(day(2026, 11, 20)),
        arose_on: day(2026, 11, 20),
    };
    let (from, until, _) = expires("ceiling", &facts, moments);
    assert_eq!((from, until), (day(2026, 11, 1), Some(day(2027, 7, 31))));
    // Eligibility that began within the month: not before it.
    facts.insured[0].from = day(2026, 11, 10);
    assert_eq!(expires("ceiling", &facts, moments).0, day(2026, 11, 10));
    // Which classes have which paper.
    let blocked = |kind: &str, class: &str, birth_on: Date| {
        let mut facts = carded(birth_on, false);
        facts.class = Judged::Decided {
            value: class.into(),
            from: day(2026, 8, 1),
        };
        let today = day(2026, 11, 20);
        let row = rules.class(class, today).unwrap();
        !unmet(rules.kind(kind, today).unwrap(), &facts, Some(row), today).is_empty()
    };
    let (adult, elder) = (day(1980, 5, 5), day(1954, 5, 5));
    let table = [
        ("A01", adult, [false, true, true]),
        ("A04", adult, [false, true, true]),
        ("A05", adult, [false, false, false]),
        ("B01", elder, [true, true, true]),
        ("B02", elder, [false, true, true]),
        ("B03", elder, [false, true, true]),
        ("B04", elder, [true, true, true]),
        // 施行規則 第27条の14の5: one paper for both; 第27条の14の4 is of 現役並みⅡ・Ⅰ.
        ("B05", elder, [true, true, false]),
        ("B06", elder, [true, true, false]),
    ];
    for (class, birth_on, expected) in table {
        let found = ["ceiling", "meal_reduction", "ceiling_meal"]
            .map(|kind| blocked(kind, class, birth_on));
        assert_eq!(found, expected, "{class}");
    }
    // 生活療養: from the month after 65 is completed.
    assert!(blocked("living_reduction", "A05", day(1961, 11, 2)));
    assert!(!blocked("living_reduction", "A05", day(1961, 10, 2)));
    // A judgement that is held back says so.
    facts.class = Judged::Pending("未申告の世帯員がいる".into());
    let today = day(2026, 11, 20);
    let why = unmet(rules.kind("ceiling", today).unwrap(), &facts, None, today);
    assert!(
        why[0].reason_ja.contains("保留") && why[0].reason_ja.contains("未申告"),
        "{why:?}"
    );
    assert_eq!(
        face::decided(&facts.class, "適用区分").unwrap_err().code,
        "certificate.judgement.pending"
    );
    // 特定疾病: dialysis under 70 ends with the renewal, the others with 70.
    let diseased = |disease| {
        let mut facts = carded(day(1980, 5, 5), false);
        facts.disease = Some(disease);
        expires("disease", &facts, moments).1
    };
    assert_eq!(diseased(Disease::Dialysis), Some(day(2027, 7, 31)));
    assert_eq!(diseased(Disease::Hiv), Some(day(2050, 5, 31)));
}

// covers: CRT-015
#[test]
fn a_kind_that_ended_is_refused_with_its_day_and_a_form_carries_its_own_kind_alone() {
    let rules = rules();
    let last = day(2024, 12, 1);
    for code in [
        "insured_card",
        "short_card",
        "qualification_certificate",
        "elderly_card",
    ] {
        let kind = rules.kind(code, last).unwrap();
        assert_eq!(kind.accepted_through, Some(day(2025, 12, 1)));
        guard(kind, &kind.form.stock(), last).unwrap();
        let refusal = guard(kind, &kind.form.stock(), day(2024, 12, 2)).unwrap_err();
        assert!(refusal.message_ja.contains("令和6年12月2日"), "{refusal}");
    }
    let early = rules.kind("confirmation", last).unwrap();
    assert!(
        guard(early, &early.form.stock(), last)
            .unwrap_err()
            .message_ja
            .contains("から交付します")
    );
}

/// Incident 50: 資格確認書 went out in place of 保険証, the paper being alike and chosen by hand.
// covers: CRT-015
#[test]
fn incident_50_no_form_carries_another_kind() {
    let rules = rules();
    for today in [day(2024, 8, 1), day(2024, 12, 2), day(2026, 11, 20)] {
        let kinds = rules.issued_on(today);
        for kind in &kinds {
            for other in &kinds {
                let result = guard(kind, &other.form.stock(), today);
                assert_eq!(
                    result.is_ok(),
                    kind.code == other.code,
                    "{} on {}",
                    kind.code,
                    other.code
                );
            }
            // Another version of its own form is another form.
            let old = format!("{}99", kind.form.id);
            assert_eq!(
                guard(kind, &old, today).unwrap_err().code,
                "certificate.form.wrong"
            );
        }
        for (place, a) in kinds.iter().enumerate() {
            for b in &kinds[place + 1..] {
                let alike = a.family == b.family
                    && a.form.paper == b.form.paper
                    && a.form.colour == b.form.colour;
                assert!(!alike, "{} and {} look alike", a.code, b.code);
            }
        }
    }
}

// covers: CRT-017
#[test]
fn numbers_and_scan_codes_notice_every_wrong_figure() {
    let scheme = rules()
        .kind("ceiling", day(2026, 1, 1))
        .unwrap()
        .number
        .clone();
    let text = number(&scheme, 1).unwrap();
    assert_eq!(text.len(), 10);
    assert!(law::certificate::code::number_holds(&text));
    assert_eq!(
        number(&scheme, 10_000_000).unwrap_err().code,
        "certificate.number.full"
    );
    let code = ScanCode {
        stock: "100101".into(),
        certificate_id: 1_234_567,
        copy: 2,
    };
    let figures = code.figures().unwrap();
    assert_eq!(ScanCode::read(&figures).unwrap(), code);
    let wide: String = figures
        .chars()
        .map(|one| char::from_u32(u32::from(one) + 0xFEE0).unwrap())
        .collect();
    assert_eq!(ScanCode::read(&format!(" {wide} ")).unwrap(), code);
    // Every single wrong figure and every exchange of neighbours is noticed.
    for place in 0..figures.len() {
        for figure in '0'..='9' {
            let mut wrong: Vec<char> = figures.chars().collect();
            if wrong[place] != figure {
                wrong[place] = figure;
                assert!(ScanCode::read(&wrong.iter().collect::<String>()).is_err());
            }
        }
        let mut swapped: Vec<char> = figures.chars().collect();
        if place + 1 < swapped.len() && swapped[place] != swapped[place + 1] {
            swapped.swap(place, place + 1);
            assert!(ScanCode::read(&swapped.iter().collect::<String>()).is_err());
        }
    }
    assert!(
        ScanCode::read("12345")
            .unwrap_err()
            .message_ja
            .contains("20桁")
    );
}

// covers: CRT-018, CRT-019, CRT-021, CRT-022
#[test]
fn what_cannot_happen_to_a_paper_is_refused() {
    use EventKind as E;
    let state = |kinds: &[EventKind]| {
        let events: Vec<Event> = kinds
            .iter()
            .map(|kind| Event {
                kind: *kind,
                occurred_on: day(2026, 11, 20),
            })
            .collect();
        fold(&events)
    };
    assert_eq!(
        state(&[E::Printed, E::Handed]).unwrap().place,
        Place::Holder
    );
    assert_eq!(
        state(&[
            E::Printed,
            E::Mailed,
            E::MailReturned,
            E::Mailed,
            E::Delivered
        ])
        .unwrap()
        .came_back,
        1
    );
    let lost = state(&[
        E::Printed,
        E::Handed,
        E::Lost,
        E::Invalidated,
        E::Found,
        E::Collected,
    ])
    .unwrap();
    assert_eq!(
        (lost.place, lost.usable_on(day(2026, 12, 1))),
        (Place::Collected, false)
    );
    let inspected = state(&[E::Printed, E::Handed, E::Inspected]).unwrap();
    assert_eq!(inspected.inspected_on, Some(day(2026, 11, 20)));
    let impossible: [&[EventKind]; 14] = [
        &[E::Handed],
        &[E::Mailed],
        &[E::Printed, E::Delivered],
        &[E::Printed, E::MailReturned],
        &[E::Printed, E::Handed, E::MailReturned],
        &[E::Printed, E::Mailed, E::Delivered, E::MailReturned],
        &[E::Printed, E::Collected],
        &[E::Printed, E::Handed, E::Collected, E::Collected],
        &[E::Printed, E::Handed, E::Voided],
        &[E::Printed, E::Voided, E::Printed],
        &[E::Printed, E::Handed, E::Invalidated, E::Inspected],
        &[E::Printed, E::Handed, E::Invalidated, E::Printed],
        &[E::Printed, E::Handed, E::Found],
        &[E::Printed, E::ReturnRequested],
    ];
    // An end that lies ahead is brought forward, and never put off.
    let ended = |days: [u8; 2]| {
        let events = days.map(|at| Event {
            kind: E::Invalidated,
            occurred_on: day(2026, 12, at.try_into().unwrap()),
        });
        fold(&events).map(|state| state.invalid_from)
    };
    assert_eq!(ended([20, 10]).unwrap(), Some(day(2026, 12, 10)));
    assert!(ended([10, 10]).is_err() && ended([10, 20]).is_err());
    for kinds in impossible {
        let refusal = state(kinds).unwrap_err();
        assert!(refusal.message_ja.contains("今は"), "{kinds:?} {refusal}");
    }
}

// covers: CRT-033
#[test]
fn an_alias_on_the_face_keeps_the_real_name_beside_it() {
    let names = Names {
        name: "ＮＧＵＹＥＮ　ＶＡＮ　ＡＮ".into(),
        kana: "グエン　ヴァン　アン".into(),
        latin: Some("ＮＧＵＹＥＮ　ＶＡＮ　ＡＮ".into()),
        alias: Some("阮　安".into()),
        alias_kana: Some("ゲン　ヤス".into()),
    };
    let face = face_name(&names, NameChoice::ByPractice, true).unwrap();
    assert_eq!(
        (face.name.as_str(), face.kana.as_str()),
        ("阮　安", "ゲン　ヤス")
    );
    assert_eq!(
        face.real_name.as_deref(),
        Some("ＮＧＵＹＥＮ　ＶＡＮ　ＡＮ")
    );
    assert_eq!(face.real_kana.as_deref(), Some("グエン　ヴァン　アン"));
    for (choice, alias_first) in [(NameChoice::Real, true), (NameChoice::ByPractice, false)] {
        let face = face_name(&names, choice, alias_first).unwrap();
        assert_eq!(
            (face.name.as_str(), face.real_name),
            (names.name.as_str(), None)
        );
    }
    // A register that carries the alias as the name used.
    let used = Names {
        name: "阮　安".into(),
        ..names.clone()
    };
    let face = face_name(&used, NameChoice::Alias, false).unwrap();
    assert_eq!(
        (face.name.as_str(), face.real_name.as_deref()),
        ("阮　安", names.latin.as_deref())
    );
    let none = Names {
        alias: None,
        ..names
    };
    assert_eq!(
        face_name(&none, NameChoice::Alias, true).unwrap_err().code,
        "certificate.alias.none"
    );
}
