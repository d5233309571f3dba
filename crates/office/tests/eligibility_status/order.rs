//! 申出: what is shown is what is done; what is taken back leaves nothing behind.

use crate::office::{CITY, offices};
use ::office::eligibility::status::assistance::{Change, Told};
use ::office::eligibility::status::order::{self, Order, Stated, Undone};
use ::office::eligibility::status::{Line, Subject, of_subject};
use ::office::eligibility::{Books, MayUndo};
use ::office::levy::relevy;
use ::office::security::permit::{ApproveEligibility, Function, RegisterFact, UndoAct, UndoOwnAct};
use ::office::security::{Session, authorize};
use ::office::worklist::{self, Filter};
use ::office::{ActId, OfficeError};
use db::{Span, Value};
use law::day;
use law::rules::RuleBook;

fn stated(person: i64, replaces: Option<Span>, span: Span) -> Order {
    Order::State(Stated {
        code: "care_certificate".to_owned(),
        subject: person,
        replaces,
        span,
        values: vec![
            "131032".into(),
            "0000000012".into(),
            Value::Int(2),
            Value::Null,
        ],
        note: String::new(),
    })
}

fn plain(lines: &[Line]) -> Vec<(Span, Vec<Value>)> {
    lines
        .iter()
        .map(|line| {
            let values = line.values.iter().map(|one| one.1.clone());
            (line.valid, values.collect())
        })
        .collect()
}

// covers: QUA-025, QUA-031
#[test]
fn what_is_shown_is_done_and_what_is_taken_back_leaves_nothing() {
    let book = RuleBook::embedded().unwrap();
    for office in offices(3) {
        let calendar = book.calendar().clone();
        let books = Books {
            book: &book,
            municipality: CITY,
            levy: relevy::Books {
                rules: &[],
                calendar: &calendar,
            },
        };
        let person = office.insured(0).0;
        let store = &office.store;
        let permit = authorize::<RegisterFact>(&office.clerk).unwrap();
        let lines = || {
            store
                .read(|conn| of_subject(conn, Subject::Person, person, None))
                .unwrap()
        };
        let before = plain(&lines());
        let first = stated(
            person,
            None,
            Span::new(day(2026, 4, 1), Some(day(2027, 4, 1))),
        );
        let effect = order::preview(store, &permit, &office.acting(), &first, &books).unwrap();
        assert_eq!(plain(&lines()), before, "a preview writes nothing");
        assert_eq!((effect.before.len(), effect.after.len()), (0, 1));
        order::carry_out(store, &permit, &office.acting(), &first, &books).unwrap();
        // 訂正 to a shorter time leaves nothing of the longer one.
        let old = Span::new(day(2026, 4, 1), Some(day(2027, 4, 1)));
        let shorter = Span::new(day(2026, 5, 1), Some(day(2026, 8, 1)));
        let correct = stated(person, Some(old), shorter);
        let act = order::carry_out(store, &permit, &office.acting(), &correct, &books).unwrap();
        let spans: Vec<Span> = lines()
            .iter()
            .filter(|line| line.code == "care_certificate")
            .map(|line| line.valid)
            .collect();
        assert_eq!(spans, [shorter]);
        let gone = stated(
            person,
            Some(Span::new(day(2020, 4, 1), Some(day(2020, 5, 1)))),
            shorter,
        );
        let refused = order::carry_out(store, &permit, &office.acting(), &gone, &books);
        assert!(matches!(refused, Err(OfficeError::Conflict(_))));

        let undo = |session: &Session, act: ActId, reason: &str| {
            fn take<F: Function + MayUndo>(
                session: &Session,
                acting: &::office::Acting,
                store: &db::Store,
                undone: &Undone<'_>,
                books: &Books<'_>,
            ) -> Result<ActId, OfficeError> {
                order::undo(store, &authorize::<F>(session)?, acting, undone, books)
            }
            let undone = Undone {
                act,
                subject: (Subject::Person, person),
                reason,
            };
            let acting = office.by(session);
            if session.may(ApproveEligibility::CODE) {
                take::<ApproveEligibility>(session, &acting, store, &undone, &books)
            } else if session.may(UndoAct::CODE) {
                take::<UndoAct>(session, &acting, store, &undone, &books)
            } else {
                take::<UndoOwnAct>(session, &acting, store, &undone, &books)
            }
        };
        assert!(matches!(
            undo(&office.clerk, act, " "),
            Err(OfficeError::Input { .. })
        ));
        assert!(matches!(
            undo(&office.viewer, act, "理由"),
            Err(OfficeError::Refusal(_))
        ));
        undo(&office.clerk, act, "写し違い").unwrap();
        let spans: Vec<Span> = lines()
            .iter()
            .filter(|line| line.code == "care_certificate")
            .map(|line| line.valid)
            .collect();
        assert_eq!(spans, [old]);
        assert!(matches!(
            undo(&office.clerk, act, "もう一度"),
            Err(OfficeError::Conflict(_))
        ));

        // What it opened on the list goes with it; beyond the days of the rule a second person takes it back.
        let told = Order::Assistance(Told {
            person_id: person,
            change: Change::Started,
            on: day(2026, 6, 1),
            office: "131032".to_owned(),
            case_number: "K1".to_owned(),
            medical: true,
            reported_on: day(2026, 6, 15),
        });
        let open = || {
            let page = store
                .read(|conn| worklist::list(conn, &Filter::default(), None, office.today.get()))
                .unwrap();
            page.items.len()
        };
        let none = open();
        let act = order::carry_out(store, &permit, &office.acting(), &told, &books).unwrap();
        assert_eq!(open(), none + 1);
        let today = office.today.get();
        office.today.set(day(today.year() + 2, 1, 15));
        let late = undo(&office.clerk, act, "別の市の人だった").unwrap_err();
        assert!(late.to_string().contains("資格責任者"), "{late}");
        undo(&office.chief, act, "別の市の人だった").unwrap();
        assert_eq!(open(), none);
        office.today.set(today);
    }
}
