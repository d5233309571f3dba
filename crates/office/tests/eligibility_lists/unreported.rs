//! 未届者の勧奨.

use crate::counter::{Counter, on_both};
use ::office::OfficeError;
use ::office::eligibility::letters;
use ::office::eligibility::status::{self, CompanyInsurance, Entry};
use ::office::eligibility::unreported::{self, Wave};
use ::office::security::permit::{RegisterFact, RunEligibility};
use ::office::worklist::{Candidate, ELIGIBILITY_UNREPORTED, Filter, list};
use db::Span;
use law::day;

fn wave(counter: &Counter) -> Wave {
    unreported::wave(
        &counter.desk.store,
        &counter.permit::<RunEligibility>(),
        &counter.acting(),
        &counter.practice(),
    )
    .unwrap()
}

fn collect(counter: &Counter) -> i64 {
    unreported::collect(
        &counter.desk.store,
        &counter.permit::<RunEligibility>(),
        &counter.acting(),
    )
    .unwrap()
}

fn company(counter: &Counter, person: i64, from: law::Date, until: Option<law::Date>) {
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
                source: "回答".to_owned(),
                reported_on: None,
            },
            note: String::new(),
        },
    )
    .unwrap();
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
            .read(|conn| unreported::find(conn, day(2026, 6, 1), 0))
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
