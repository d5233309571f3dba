//! 保存期間の満了と請求: the night lists what has come due and erases nothing, and an open request holds its person.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod retention_support;
mod support;

use law::{Date, day};
use office::OfficeError;
use office::registers;
use office::retention::hold::{self, HoldKind};
use office::retention::{self, Held};
use office::security::permit::{ApproveErasure, KeepRegister, ProposeErasure};

use retention_support::*;

impl Town {
    /// The nights' step of what has come due, to its end: what it came to.
    fn night(&self, day: Date) -> (i64, i64, i64) {
        let book = law::rules::RuleBook::shared().unwrap();
        let books = office::eligibility::Books {
            book,
            municipality: CITY,
            levy: office::levy::relevy::Books {
                rules: &[],
                calendar: book.calendar(),
            },
        };
        let practice = book.office_practice(CITY, day).unwrap();
        let acting = self.acting(&self.clerk, day);
        let night = office::nightly::Night {
            books: &books,
            practice: &practice,
            acting: &acting,
            on: day,
            after: day.yesterday().unwrap(),
            known_after: 0,
        };
        let step = office::nightly::STEPS
            .iter()
            .find(|step| step.code == "retention")
            .unwrap();
        let permit = support::permit::<ProposeErasure>(&self.clerk);
        let (mut after, mut sum) = (0, (0, 0, 0));
        loop {
            let page = self
                .office
                .write(|conn| {
                    let details = office::acts::ActDetails::default();
                    let act = office::acts::begin(conn, &acting, &permit, "test.night", &details)?;
                    (step.work)(conn, &act, &night, after)
                })
                .unwrap();
            sum = (
                sum.0 + page.found,
                sum.1 + page.opened,
                sum.2 + page.settled,
            );
            match page.next {
                Some(next) => after = next,
                None => return sum,
            }
        }
    }

    fn waiting(&self) -> Vec<String> {
        self.office
            .read(|conn| {
                let text = "select title from work_item where kind = 'retention.due' and state = 'open' order by item_id";
                Ok::<_, OfficeError>(conn.query_text(text, &[], |row| row.text(0))?)
            })
            .unwrap()
    }

    /// A step of 開示・訂正・利用停止請求の台帳; its entry.
    fn request(&self, on: Option<(i64, i64)>, (step, values): (&str, &[(&str, &str)])) -> i64 {
        let all = registers::Registers::shipped().unwrap();
        let register = all.get("disclosure").unwrap();
        let given = values
            .iter()
            .map(|(field, value)| ((*field).to_owned(), (*value).to_owned()))
            .collect();
        let acting = self.acting(&self.clerk, LATE);
        let permit = support::permit::<KeepRegister>(&self.clerk);
        let taken = self
            .office
            .write(|conn| {
                registers::take_step(conn, (&acting, &permit), register, on, (step, &given))
            })
            .unwrap();
        let (registers::Taken::Done(id) | registers::Taken::AwaitsSecond(id)) = taken;
        id
    }
}

#[test]
fn the_night_lists_what_has_come_due_once_and_erases_nothing() {
    for town in towns() {
        town.pay(0..12);
        assert_eq!(town.night(EARLY), (0, 0, 0));
        assert_eq!(town.waiting(), Vec::<String>::new());
        let decisions = || count(&town.office, "select count(*) from levy_decision");
        let (found, opened, settled) = town.night(LATE);
        assert!(
            found >= 12 && opened >= 1 && settled == 0,
            "{found} {opened}"
        );
        let titles = town.waiting();
        assert!(
            titles
                .iter()
                .any(|title| title.contains("12件") && title.contains("賦課")),
            "{titles:?}"
        );
        assert_eq!(
            town.night(LATE.tomorrow().unwrap()).1,
            0,
            "the same matters"
        );
        assert_eq!(town.waiting(), titles);
        assert_eq!(decisions(), 12, "a night erases nothing");
        town.erase("levy");
        assert_eq!(decisions(), 0);
        let (_, _, settled) = town.night(day(2032, 4, 3));
        assert_eq!(settled, 1);
        assert!(!town.waiting().iter().any(|title| title.contains("賦課")));
    }
}

// covers: SEC-103
#[test]
fn an_open_request_holds_its_person_until_it_is_closed_by_two() {
    for town in towns() {
        town.pay(0..12);
        let head = town.homes[3].1;
        let id = town.propose("levy", LATE).unwrap();
        let person = head.to_string();
        let values = [
            ("request_number", "訂8-1"),
            ("kind", "訂正"),
            ("person_number", person.as_str()),
            ("form", "様式1"),
            ("identity", "本人"),
        ];
        let entry = town.request(None, ("receive", &values));
        let held = |town: &Town| {
            let due = town.due("levy", LATE);
            (
                due.keys.len(),
                due.held.get(&Held::Hold).copied().unwrap_or(0),
            )
        };
        assert_eq!(held(&town), (11, 1));
        let standing = town.office.read(hold::standing).unwrap();
        assert_eq!(standing.len(), 1);
        assert_eq!(
            (standing[0].kind, standing[0].request),
            (HoldKind::Disclosure, Some(entry))
        );
        assert_eq!(standing[0].person_id, Some(head));
        // What was proposed before the request came is not erased either, and nobody can end the hold but with the request.
        assert!(town.approve(&town.chief, id, LATE).is_err());
        let acting = town.acting(&town.clerk, LATE);
        let permit = support::permit::<ProposeErasure>(&town.clerk);
        let ended = town
            .office
            .write(|conn| hold::end(conn, (&acting, &permit), 0, "終わった"));
        assert!(ended.is_err());
        let decided = [("decision", "全部"), ("letter", "通知1")];
        town.request(Some((entry, 1)), ("decide", &decided));
        assert_eq!(
            held(&town),
            (11, 1),
            "a decision that waits for a second person closes nothing"
        );
        let all = registers::Registers::shipped().unwrap();
        let second = town.acting(&town.chief, LATE);
        let may = support::permit::<office::security::permit::ConfirmRegister>(&town.chief);
        town.office
            .write(|conn| {
                let register = all.get("disclosure").unwrap();
                registers::agree(conn, (&second, &may), register, (entry, 2))
            })
            .unwrap();
        assert_eq!(held(&town), (12, 0));
        assert_eq!(town.office.read(hold::standing).unwrap(), []);
        let may = support::permit::<ApproveErasure>(&town.chief);
        town.office
            .write(|conn| retention::decline(conn, (&second, &may), (id, "請求を待った")))
            .unwrap();
        town.erase("levy");
    }
}
