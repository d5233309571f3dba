//! 二人目の確認 — of the step that was seen; a value that is there once is taken when its step counts.

use super::*;

const TODAY: Date = law::date::Date::constant(2026, 11, 20);

fn approval(number: &str, purpose: &str) -> Given {
    given(&[
        ("purpose", purpose),
        ("user", "keeper01"),
        ("approval_number", number),
        ("protection", "暗号化した\nパスワードを別の経路で渡す"),
        ("return_on", "2026-11-27"),
    ])
}

impl Office {
    fn approve(&self, on: (i64, i64), what: &Given) -> Result<Taken, OfficeError> {
        self.step(&self.one, "media", Some(on), ("approve", what), TODAY)
    }

    fn turn_down(&self, on: (i64, i64)) -> Result<(), OfficeError> {
        let register = self.registers.get("media")?;
        let permit: Permit<ConfirmRegister> = authorize(&self.two)?;
        let acting = self.two.acting("台帳管理", TODAY, 1, None);
        self.store.write(|conn| {
            registers::turn_down(conn, (&acting, &permit), register, (on, "確かめ直すこと"))
        })
    }
}

// covers: SEC-048, SEC-053
#[test]
fn a_second_person_confirms_the_step_that_was_seen_alone() {
    for office in offices() {
        let media = office.registers.get("media").unwrap();
        let id = office.take(media, None, "enter", &[("medium_number", "M-1")], TODAY);
        let first = approval("A-1", "国保連合会への提出");
        assert_eq!(
            office.approve((id, 1), &first).unwrap(),
            Taken::AwaitsSecond(id)
        );
        let seen = (id, office.entry(id).steps());
        // Turned down in another window, and entered again for another place.
        office.turn_down(seen).unwrap();
        let second = approval("A-2", "ほかの所への持出し");
        office.approve(seen, &second).unwrap();
        let stale = office.agree_to(&office.two, "media", seen);
        assert!(matches!(stale, Err(OfficeError::Conflict(_))), "{stale:?}");
        let down = office.turn_down(seen);
        assert!(matches!(down, Err(OfficeError::Conflict(_))), "{down:?}");
        assert_eq!(office.entry(id).state, "保管中");
        office.agree_to(&office.two, "media", (id, 3)).unwrap();
        assert_eq!(office.entry(id).values["purpose"], "ほかの所への持出し");
    }
}

// covers: SEC-050, SEC-052
#[test]
fn a_value_that_is_there_once_is_taken_when_its_step_counts() {
    for office in offices() {
        let media = office.registers.get("media").unwrap();
        let id = office.take(media, None, "enter", &[("medium_number", "M-1")], TODAY);
        let what = approval("A-1", "国保連合会への提出");
        office.approve((id, 1), &what).unwrap();
        office.turn_down((id, 2)).unwrap();
        // The same approval, mended: its number is not spent on what was turned down.
        office.approve((id, 2), &what).unwrap();
        // A second medium proposed under the same number while the first waits: whoever is agreed to first has it.
        let other = office.take(media, None, "enter", &[("medium_number", "M-2")], TODAY);
        office.approve((other, 1), &what).unwrap();
        office.agree(&office.two, "media", id).unwrap();
        let late = office.agree(&office.two, "media", other).unwrap_err();
        assert!(
            late.to_string().contains("「A-1」は登録されています"),
            "{late}"
        );
        assert_eq!(office.entry(other).state, "保管中");
        office.turn_down((other, 2)).unwrap();
        let spent = office.approve((other, 2), &what).unwrap_err();
        assert!(
            spent.to_string().contains("「A-1」は登録されています"),
            "{spent}"
        );
    }
}

// covers: SEC-054, SEC-097
#[test]
fn what_is_overdue_comes_back_until_the_step_itself_is_taken() {
    use office::registers::remind;
    use office::security::permit::HandleWork;
    use office::worklist::{self, Filter, Outcome, REGISTER_DUE};
    for office in offices() {
        let media = office.registers.get("media").unwrap();
        let id = office.take(media, None, "enter", &[("medium_number", "M-1")], TODAY);
        let what = approval("A-1", "国保連合会への提出");
        office.approve((id, 1), &what).unwrap();
        office.agree(&office.two, "media", id).unwrap();
        let (chief, _) =
            support::staff_named(&office.store, "chief77", &[Role::EligibilitySupervisor]);
        let permit: Permit<HandleWork> = authorize(&chief).unwrap();
        let acting = |on| chief.acting("期限の確認", on, 5, None);
        let night = |on| {
            let acting = acting(on);
            remind::remind(&office.store, &permit, &acting, &office.registers).unwrap()
        };
        let listed = |on| {
            let filter = Filter {
                kind: Some(REGISTER_DUE),
                ..Filter::default()
            };
            let found = office
                .store
                .read(|conn| worklist::list(conn, &filter, None, on));
            found.unwrap().items
        };
        let late = day(2026, 11, 28);
        assert_eq!(night(late), 1);
        let item = listed(late)[0].clone();
        worklist::settle_by(
            &office.store,
            &permit,
            &acting(late),
            item.item_id,
            item.steps,
            Outcome::Done,
            "返却を依頼した",
        )
        .unwrap();
        assert_eq!(listed(late), []);
        let next = day(2026, 11, 29);
        assert_eq!((night(next), night(next)), (1, 0), "nobody brought it back");
        assert_eq!(listed(next)[0].item_id, item.item_id);
        // The step counts when the second person agrees, and then nothing waits any more.
        let back = given(&[(
            "misuse_check",
            "許可した範囲の複製だけだった\n内容を消去した",
        )]);
        office
            .step(
                &office.one,
                "media",
                Some((id, 2)),
                ("give_back", &back),
                next,
            )
            .unwrap();
        assert_eq!(listed(next).len(), 1, "one person is not two");
        office.agree(&office.two, "media", id).unwrap();
        assert_eq!(listed(next), []);
        assert_eq!(night(day(2026, 11, 30)), 0);
    }
}
