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
use office::retention::Stands;
use office::retention::hold::{self, HoldKind};
use office::retention::{self, Held};
use office::security::permit::{
    ApproveErasure, ConfirmRegister, KeepRegister, MakeBackup, ProposeErasure,
};

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

    /// The second person agrees to the step that waits.
    fn agree(&self, register: &str, on: (i64, i64)) {
        let all = registers::Registers::shipped().unwrap();
        let second = self.acting(&self.chief, LATE);
        let may = support::permit::<ConfirmRegister>(&self.chief);
        self.office
            .write(|conn| {
                let register = all.get(register).unwrap();
                registers::agree(conn, (&second, &may), register, on)
            })
            .unwrap();
    }

    /// A step of 開示・訂正・利用停止請求の台帳; its entry.
    fn request(&self, on: Option<(i64, i64)>, step: (&str, &[(&str, &str)])) -> i64 {
        self.enter("disclosure", on, step)
    }

    /// A step of a register; its entry.
    fn enter(
        &self,
        register: &str,
        on: Option<(i64, i64)>,
        (step, values): (&str, &[(&str, &str)]),
    ) -> i64 {
        let all = registers::Registers::shipped().unwrap();
        let register = all.get(register).unwrap();
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
        town.agree("disclosure", (entry, 2));
        let second = town.acting(&town.chief, LATE);
        assert_eq!(held(&town), (12, 0));
        assert_eq!(town.office.read(hold::standing).unwrap(), []);
        let may = support::permit::<ApproveErasure>(&town.chief);
        town.office
            .write(|conn| retention::decline(conn, (&second, &may), (id, "請求を待った")))
            .unwrap();
        town.erase("levy");
    }
}

// covers: SEC-056, SEC-061
#[test]
fn a_backup_that_was_lent_out_or_cut_off_is_asked_for_until_it_has_its_day() {
    for town in towns() {
        town.pay(0..12);
        let entry = town.back_up();
        let use_it = [
            ("purpose", "復元の訓練"),
            ("user", "admin08"),
            ("approval_number", "訓8-1"),
            ("protection", "暗号化した\nパスワードを別の経路で渡す"),
            ("return_on", "2032-05-01"),
        ];
        town.enter("media", Some((entry, 1)), ("approve", &use_it));
        town.agree("media", (entry, 2));
        // Another was cut off while it was written.
        let to = [office::backup::new_key().1];
        let acting = town.acting(&town.clerk, LATE);
        let make = support::permit::<MakeBackup>(&town.clerk);
        let begun = town
            .office
            .write(|conn| office::backup::keep::begin(conn, (&acting, &make), CITY, &to))
            .unwrap();
        assert_eq!(town.office.read(retention::outliving).unwrap().open, []);
        let id = town.propose("levy", LATE).unwrap();
        let erased = town.approve(&town.chief, id, LATE).unwrap();
        assert_eq!(erased.backups, []);
        let waiting: Vec<Stands> = erased.waiting.iter().map(|(_, stands)| *stands).collect();
        assert_eq!(waiting, [Stands::CutOff, Stands::InUse]);
        town.night(LATE.tomorrow().unwrap());
        let asked = |town: &Town| -> Vec<String> {
            let titles = town.waiting().into_iter();
            titles
                .filter(|title| title.contains("バックアップ"))
                .collect()
        };
        assert_eq!(asked(&town).len(), 2, "{:?}", town.waiting());
        assert!(
            asked(&town)
                .iter()
                .all(|title| title.contains("令和14年6月30日"))
        );
        // One that is made after the erasure holds nothing of it.
        let after = town.acting(&town.clerk, day(2032, 4, 2));
        town.office
            .write(|conn| {
                let last = office::backup::keep::begin(conn, (&after, &make), CITY, &to)?;
                office::backup::keep::gave_up(conn, (&after, &make), &last)?;
                office::backup::keep::gave_up(conn, (&acting, &make), &begun)
            })
            .unwrap();
        let back = [(
            "misuse_check",
            "許可した範囲の複製だけだった\n内容を消去した",
        )];
        town.enter("media", Some((entry, 2)), ("give_back", &back));
        town.night(day(2032, 4, 3));
        assert_eq!(
            asked(&town).len(),
            1,
            "who lent it out has not looked at it yet"
        );
        town.agree("media", (entry, 3));
        let by = [("destroy_by", "2032-06-30")];
        town.enter("media", Some((entry, 3)), ("condemn", &by));
        town.night(day(2032, 4, 4));
        assert_eq!(asked(&town), Vec::<String>::new());
    }
}

// covers: SEC-056
#[test]
fn a_file_whose_messages_wait_for_their_answer_is_needed() {
    for town in towns() {
        let sent = |file: i64, state: &str| {
            run(
                &town.office,
                &format!(
                    "insert into outbox_file (file_id, layout, file_name, lines, sha256, body, made_on, act_id) \
                     values ({file}, 'kss_person', 'f{file}', 1, '', '', '2026-06-01', -1)"
                ),
            );
            run(
                &town.office,
                &format!(
                    "insert into outbox_message (message_id, layout, subject, valid_from, division, content, told, state, \
                     decided_on, act_id, file_id, line_no, result_note) values ({file}, 'kss_person', {file}, '2026-06-01', 1, \
                     '', '', '{state}', '2026-06-01', -1, {file}, 1, '')"
                ),
            );
        };
        let found = |town: &Town| {
            let due = town.due("file", LATE);
            let needed = due.held.get(&Held::Needed).copied().unwrap_or(0);
            (due.keys.len(), needed)
        };
        let before = found(&town);
        sent(900_001, "sent");
        sent(900_002, "refused");
        assert_eq!(found(&town), (before.0, before.1 + 2));
        sent(900_003, "accepted");
        assert_eq!(found(&town), (before.0 + 1, before.1 + 2));
    }
}
