//! A small city's files, in the order in which a city would send them.

use crate::desk::{Desk, household, income, insured, number, on_both, resident, today};
use exchange::Extent::{Difference, Full};
use law::levy::Filing;
use law::{Yen, day};
use office::import::held_rows;
use office::registry::{load_household, load_person, search};

// covers: SYS-012, SYS-070, SYS-071
#[test]
fn files_become_facts() {
    on_both(|store| {
        let desk = Desk::new(store);
        let residents = desk.file(
            "resident",
            1,
            Full,
            &[
                resident("1001", "髙橋 太郎", "タカハシ タロウ", &[]),
                resident(
                    "1002",
                    "髙橋 花子",
                    "タカハシ ハナコ",
                    &[
                        ("sex", "2"),
                        ("birth_on", "1985-01-31"),
                        ("relationship1", "12"),
                    ],
                ),
                resident(
                    "1003",
                    "𠮷田 一",
                    "ヨシダ ハジメ",
                    &[
                        ("household_number", "901"),
                        ("history_number", "2"),
                        ("moved_on", "2024-02-29"),
                        ("move_cause", "41"),
                    ],
                ),
                resident(
                    "1003",
                    "𠮷田 一",
                    "ヨシダ ハジメ",
                    &[("household_number", "901"), ("lot", "9番9号")],
                ),
            ],
        );
        let report = desk.take(store, &residents).unwrap();
        assert_eq!(
            (report.rows_read, report.posted, report.same, report.held),
            (4, 4, 0, 0),
            "{report:?}"
        );
        let report = desk
            .take(
                store,
                &desk.file(
                    "household",
                    2,
                    Full,
                    &[household("501", "1001", &[]), household("502", "1003", &[])],
                ),
            )
            .unwrap();
        assert_eq!((report.posted, report.held), (2, 0), "{report:?}");
        let report = desk
            .take(
                store,
                &desk.file(
                    "insured",
                    3,
                    Full,
                    &[
                        insured("1001", "501", &[]),
                        insured(
                            "1002",
                            "501",
                            &[
                                ("branch", "2"),
                                ("lost_on", "2026-05-01"),
                                ("loss_cause", "42"),
                                ("loss_event_on", "2026-05-01"),
                            ],
                        ),
                        insured("1003", "502", &[]),
                    ],
                ),
            )
            .unwrap();
        assert_eq!((report.posted, report.held), (3, 0), "{report:?}");
        let report = desk
            .take(
                store,
                &desk.file(
                    "income",
                    4,
                    Full,
                    &[
                        income(
                            "1001",
                            "2026",
                            &[
                                ("salary_revenue", "5000000"),
                                ("salary", "3560000"),
                                ("total_income", "3560000"),
                            ],
                        ),
                        income("1002", "2026", &[("filing", "1")]),
                        income(
                            "1003",
                            "2026",
                            &[
                                ("business", "-300000"),
                                ("pension_revenue", "1200000"),
                                ("pension", "100000"),
                            ],
                        ),
                    ],
                ),
            )
            .unwrap();
        assert_eq!((report.posted, report.held), (3, 0), "{report:?}");

        let (picture, person) = store
            .read(|conn| {
                let picture = load_household(conn, 501, today(), None)?.unwrap();
                let person = load_person(conn, 1003, today(), None)?.unwrap();
                Ok::<_, office::OfficeError>((picture, person))
            })
            .unwrap();
        assert_eq!(
            picture
                .members
                .iter()
                .map(|member| member.person_id)
                .collect::<Vec<_>>(),
            [1001]
        );
        assert_eq!(picture.ever_members, [1001, 1002]);
        assert_eq!(
            picture.head_person.unwrap().incomes[0].fact.income.salary,
            Yen(3_560_000)
        );
        assert_eq!(person.residents.len(), 2);
        assert_eq!(person.residents[0].valid.until, Some(day(2024, 2, 29)));
        assert_eq!(
            person.residents[0].fact.address,
            "東京都港区芝公園一丁目9番9号"
        );
        let fact = person.resident.unwrap().fact;
        assert_eq!(
            (fact.name.as_str(), fact.birth_on),
            ("𠮷田 一", day(1980, 5, 5))
        );
        assert_eq!(person.incomes[0].fact.income.business, Yen(-300_000));
        assert_eq!(person.incomes[0].fact.filing, Filing::Filed);

        let found = |typed: &str| -> Vec<i64> {
            let page = store
                .read(|conn| search(conn, &desk.permit(), &desk.acting(), typed, None))
                .unwrap();
            page.hits.iter().map(|hit| hit.person_id).collect()
        };
        assert_eq!(found("高橋"), [1001, 1002]);
        assert_eq!(found("吉田"), [1003]);
        assert_eq!(found("ﾖｼﾀ ﾊｼﾞﾒ"), [1003]);
        assert_eq!(found("たかはし S60.1.31"), [1002]);
        assert_eq!(found("昭和55年5月5日"), [1001, 1003]);
        assert_eq!(found("1002"), [1002]);
        assert_eq!(found("港-501"), [1001, 1002]);
        assert!(
            store
                .read(|conn| search(conn, &desk.permit(), &desk.acting(), " ", None))
                .is_err()
        );

        // A change of address and a corrected income arrive as differences.
        let moved = desk.file(
            "resident",
            5,
            Difference,
            &[resident(
                "1001",
                "髙橋 太郎",
                "タカハシ タロウ",
                &[
                    ("history_number", "2"),
                    ("moved_on", "2026-05-20"),
                    ("move_cause", "41"),
                    ("lot", "1番1号"),
                ],
            )],
        );
        let report = desk.take(store, &moved).unwrap();
        assert_eq!((report.posted, report.same, report.held), (1, 0, 0));
        let corrected = desk.file(
            "income",
            6,
            Difference,
            &[income(
                "1001",
                "2026",
                &[
                    ("history_number", "2"),
                    ("salary_revenue", "5500000"),
                    ("salary", "3960000"),
                    ("corrected_on", "2026-05-25"),
                ],
            )],
        );
        desk.take(store, &corrected).unwrap();
        let person = store
            .read(|conn| load_person(conn, 1001, today(), None))
            .unwrap()
            .unwrap();
        assert_eq!(person.residents.len(), 2);
        assert_eq!(person.residents[0].valid.until, Some(day(2026, 5, 20)));
        assert_eq!(person.incomes.len(), 1);
        assert_eq!(person.incomes[0].fact.income.salary, Yen(3_960_000));
        let before = store
            .read(|conn| load_person(conn, 1001, today(), Some(person.incomes[0].recorded_at - 1)))
            .unwrap()
            .unwrap();
        assert_eq!(before.incomes[0].fact.income.salary, Yen(3_560_000));
        assert_eq!(
            store
                .read(|conn| held_rows(conn, None, (0, 0), 10))
                .unwrap(),
            []
        );
        assert_eq!(number(store, "select count(*) from person"), 3);
    });
}
