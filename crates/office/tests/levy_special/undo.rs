//! 確定の取消 (F27): a wrong rate is found between printing and posting.

use crate::support::desk::{Desk, business, income};
use crate::support::{city, lay, permit};
use crate::{JUNE, poor};
use law::{Rate, Yen, day};
use office::OfficeError;
use office::jobs::{Flow, JobState};
use office::levy::run::{self, RunKind, RunState};
use office::levy::undo::{self, Proof};
use office::notices;
use office::security::permit::{PrintNotice, PublishLevy};

fn begin(desk: &Desk, run_id: i64) -> Result<Proof, OfficeError> {
    let permit = permit::<PublishLevy>(&desk.chief);
    let acting = desk.chief(day(2026, 6, 15));
    undo::begin(&desk.store, &permit, &acting, run_id, "医療分の料率の誤り")
}

fn print(desk: &Desk, run_id: i64) {
    let printed: Vec<(i64, i64)> = desk
        .store
        .read(|conn| notices::of_run(conn, run_id, 0, 1_000))
        .unwrap()
        .iter()
        .map(|notice| (notice.notice_id, 2))
        .collect();
    let permit = permit::<PrintNotice>(&desk.levy);
    notices::mark_printed(&desk.store, &permit, &desk.clerk(JUNE), &printed).unwrap();
}

/// F27: printed at a wrong rate, taken back with proof that none went out, levied anew.
#[test]
fn f27_printed_at_a_wrong_rate_taken_back_and_published_anew() {
    for mut desk in Desk::wards(2026..=2026) {
        let right = desk.rules.clone();
        let wrong = desk.rules[0].clone();
        let mut set = law::rules::RuleSet::clone(&wrong);
        set.levy.components[0].income_rate = Rate::from_percent("15.71").unwrap();
        desk.rules = vec![office::levy::YearRules::of(set).unwrap()];
        poor(&desk, 1, 11, day(1990, 1, 1));
        desk.report(JUNE, |conn, act| {
            income(conn, act, 11, 2026, business(1_430_000))
        });
        lay(&desk.store, &city(60, 5));
        let first = desk.publish_year(JUNE, 2026, RunKind::Initial);
        // 157,100 + 47,600.
        assert_eq!(desk.amount(1, 2026)[0], 204_700);
        print(&desk, first);
        // Someone is levied again at the counter before the mistake is found: that goes with it.
        desk.report(day(2026, 6, 13), |conn, act| {
            income(conn, act, 11, 2026, business(2_430_000))
        });
        desk.relevy(day(2026, 6, 13), &[1]);
        let households = run::require(&desk.store, first).unwrap().households;
        let proof = begin(&desk, first).unwrap();
        assert_eq!((proof.posted, proof.printed), (0, households));
        assert_eq!(
            (proof.notices, proof.pages),
            (households + 1, households * 2)
        );
        // Stopped and started again, it ends as if it had run through.
        let stop = |_| Flow::Stop;
        let state = undo::carry_out(&desk.store, first, 2, &|| 1, stop).unwrap();
        assert_eq!(state, JobState::Stopped);
        let state = undo::carry_out(&desk.store, first, 2, &|| 1, |_| Flow::Continue).unwrap();
        assert_eq!(state, JobState::Finished);
        assert_eq!(
            run::require(&desk.store, first).unwrap().state,
            RunState::Cancelled
        );
        desk.check_books(&[1]);
        assert_eq!(desk.total(1, 2026), 0);
        assert!(desk.instalments(1, 2026).is_empty());
        let void = desk
            .store
            .read(|conn| notices::counts(conn, first))
            .unwrap();
        assert_eq!(
            (void.void, void.printed + void.decided + void.posted),
            (households, 0)
        );
        // The decisions are all still there, answered.
        assert_eq!(desk.standing(1, 2026)[0].sequence, 3);
        // Published anew at the right rate: 150,200 + 47,600.
        desk.rules = right;
        let second = desk.publish_year(day(2026, 6, 16), 2026, RunKind::Initial);
        desk.check(day(2026, 6, 16), &[1]);
        assert_eq!(desk.amount(1, 2026), [197_800, 73_600, 0, 7_273]);
        let fresh = desk
            .store
            .read(|conn| notices::of_run(conn, second, 0, 1_000))
            .unwrap();
        assert_eq!(i64::try_from(fresh.len()).unwrap(), households);
        assert!(
            fresh
                .iter()
                .all(|notice| notice.kind == "initial" && notice.state == "decided")
        );
        // The new notice tells of nothing before it.
        let told = desk
            .store
            .read(|conn| notices::content::gather(conn, &fresh[0], law::day(2026, 6, 12)))
            .unwrap();
        assert_eq!(told.total_before(), None);
        let sum: Yen = told.instalments.iter().map(|line| line.after.total()).sum();
        assert_eq!(sum, told.total());
    }
}

/// Posted is posted: then the way is a change notice.
#[test]
fn a_run_of_which_a_notice_was_posted_is_not_taken_back() {
    let desk = Desk::ward(2026..=2026);
    poor(&desk, 1, 11, day(1990, 1, 1));
    let run_id = desk.publish_year(JUNE, 2026, RunKind::Initial);
    print(&desk, run_id);
    let permit = permit::<PrintNotice>(&desk.levy);
    notices::mark_posted(&desk.store, &permit, &desk.clerk(JUNE), run_id).unwrap();
    let refused = begin(&desk, run_id);
    assert!(
        matches!(refused, Err(OfficeError::Refusal(refusal)) if refusal.code == "levy.undo.posted")
    );
    assert_eq!(desk.total(1, 2026), 20_121);
}

/// A month's run taken back leaves what stood before it.
#[test]
fn a_months_run_taken_back_restores_the_decision_before_it() {
    let desk = Desk::ward(2026..=2026);
    poor(&desk, 1, 11, day(1990, 1, 1));
    desk.publish_year(JUNE, 2026, RunKind::Initial);
    let before = desk.instalments(1, 2026);
    desk.report(day(2026, 7, 1), |conn, act| {
        income(conn, act, 11, 2026, business(1_430_000))
    });
    let monthly = desk.publish_year(day(2026, 7, 10), 2026, RunKind::Monthly);
    assert_eq!(desk.total(1, 2026), 172_873);
    begin(&desk, monthly).unwrap();
    undo::carry_out(&desk.store, monthly, 1, &|| 1, |_| Flow::Continue).unwrap();
    desk.check_books(&[1]);
    assert_eq!(desk.instalments(1, 2026), before);
    // The change still waits to be levied, and is told as a change.
    desk.relevy(day(2026, 7, 15), &[1]);
    assert_eq!(desk.total(1, 2026), 172_873);
    assert_eq!(desk.notices(1).last().unwrap().0, "change");
}
