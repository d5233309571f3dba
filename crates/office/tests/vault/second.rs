//! 二人目の承認 — of what was seen, and of numbers that are still what they were; what is found is in the record.

use super::*;
use office::security::access;

// covers: ADR-021, SEC-046
#[test]
fn a_second_person_agrees_to_the_proposal_that_was_seen_alone() {
    for desk in desks() {
        let mut lots = fastrand::Rng::with_seed(31);
        let (one, two) = (number(&mut lots), number(&mut lots));
        desk.link(1, &one);
        assert_eq!(
            desk.link(1, &two),
            Registered::Waits(1, LinkKind::OtherNumber)
        );
        desk.propose(&desk.clerk, 1, LinkOutcome::Keep).unwrap();
        let page = desk.vault.row(1).unwrap().unwrap();
        let seen = (1, page.steps());
        // Turned down in another window, and proposed again with the other outcome.
        let permit: Permit<ApproveNumber> = authorize(&desk.chief).unwrap();
        let chief = acting(&desk.chief);
        desk.vault
            .turn_down(&desk.office, &permit, &chief, seen, "カードを確かめること")
            .unwrap();
        desk.propose(&desk.clerk, 1, LinkOutcome::Link).unwrap();
        let stale = desk.agree_to(&desk.chief, seen);
        assert!(matches!(stale, Err(OfficeError::Conflict(_))), "{stale:?}");
        let down = desk
            .vault
            .turn_down(&desk.office, &permit, &chief, seen, "もう一度");
        assert!(matches!(down, Err(OfficeError::Conflict(_))), "{down:?}");
        assert_eq!(desk.find(&one), Found::Standing(1));
        assert_eq!(desk.find(&two), Found::Nobody);
        assert_eq!(desk.agree(&desk.chief, 1).unwrap(), LinkOutcome::Link);
        assert_eq!(desk.find(&two), Found::Standing(1));
    }
}

/// The number of a person, replaced because the residents' record says so.
fn changed(desk: &Desk, person: i64, to: &IndividualNumber) {
    let mut given = registration(person, Some(to), feed());
    given.changed_by_law = true;
    assert_eq!(desk.register(&given).unwrap(), Registered::Linked);
}

// covers: ADR-017, ADR-021
#[test]
fn a_move_ends_the_number_in_question_and_no_newer_one() {
    for desk in desks() {
        let mut lots = fastrand::Rng::with_seed(32);
        let (old, new) = (number(&mut lots), number(&mut lots));
        // Changed before the number came for somebody else: it stands for nobody, and what stands is left alone.
        desk.link(1, &old);
        changed(&desk, 1, &new);
        let waits = Registered::Waits(1, LinkKind::SameNumber);
        assert_eq!(desk.link(2, &old), waits);
        desk.propose(&desk.clerk, 1, LinkOutcome::Move).unwrap();
        desk.agree(&desk.chief, 1).unwrap();
        assert_eq!(desk.find(&old), Found::Standing(2));
        assert_eq!(desk.find(&new), Found::Standing(1), "a newer, right number");

        // Changed between the proposal and the answer: whoever agrees has to look again.
        let (old, new) = (number(&mut lots), number(&mut lots));
        desk.link(3, &old);
        let waits = Registered::Waits(2, LinkKind::SameNumber);
        assert_eq!(desk.link(4, &old), waits);
        desk.propose(&desk.clerk, 2, LinkOutcome::Move).unwrap();
        changed(&desk, 3, &new);
        let late = desk.agree(&desk.chief, 2);
        assert!(matches!(late, Err(OfficeError::Conflict(_))), "{late:?}");
        assert_eq!(desk.find(&new), Found::Standing(3));
        assert_eq!(desk.find(&old), Found::Former(3));
    }
}

/// Who was looked at under a kind of use.
fn looked_at(desk: &Desk, what: &str) -> Vec<Option<i64>> {
    let lines = desk
        .office
        .read(|conn| access::latest(conn, 100))
        .unwrap()
        .into_iter()
        .filter(|line| line.what == what);
    lines.map(|line| line.subject).collect()
}

fn alerts(desk: &Desk) -> i64 {
    let text = "select count(*) from audit_alert where detail like '宛名番号7に%'";
    desk.office
        .read(|conn| conn.query_text(text, &[], |row| row.int(0)))
        .unwrap()[0]
}

// covers: ADR-015, SEC-019, SEC-028
#[test]
fn whom_a_search_by_number_finds_is_in_the_record_and_asked_for_a_case() {
    for desk in desks() {
        let mut lots = fastrand::Rng::with_seed(33);
        let (old, new) = (number(&mut lots), number(&mut lots));
        desk.link(7, &old);
        changed(&desk, 7, &new);
        assert_eq!(alerts(&desk), 0);
        assert_eq!(desk.find(&new), Found::Standing(7));
        assert_eq!(looked_at(&desk, "number.find"), [Some(7)]);
        assert_eq!(alerts(&desk), 1, "no case of this person waits");
        assert_eq!(desk.find(&old), Found::Former(7));
        assert_eq!(desk.find(&number(&mut lots)), Found::Nobody);
        let expected = [None, Some(7), Some(7)];
        assert_eq!(looked_at(&desk, "number.find"), expected);
        assert_eq!(alerts(&desk), 2);
    }
}

// covers: ADR-017, ADR-021
#[test]
fn the_same_registration_twice_waits_once() {
    for desk in desks() {
        let mut lots = fastrand::Rng::with_seed(34);
        let (one, two) = (number(&mut lots), number(&mut lots));
        desk.link(1, &one);
        let waits = Registered::Waits(1, LinkKind::OtherNumber);
        assert_eq!(desk.link(1, &two), waits);
        assert_eq!(desk.link(1, &two), waits, "a double click");
        let blank = registration(2, None, feed());
        let waits = Registered::Waits(2, LinkKind::Blank);
        assert_eq!(desk.register(&blank).unwrap(), waits);
        assert_eq!(desk.register(&blank).unwrap(), waits);
        assert_eq!(desk.vault.unsettled(0, 10).unwrap().len(), 2);
        // Another number, or the same from another form, is another matter; so is what was settled.
        let third = number(&mut lots);
        let waits = Registered::Waits(3, LinkKind::OtherNumber);
        assert_eq!(desk.link(1, &third), waits);
        let mut other = registration(1, Some(&two), form());
        other.origin.form = "資格取得届 R8-000124".to_owned();
        let waits = Registered::Waits(4, LinkKind::OtherNumber);
        assert_eq!(desk.register(&other).unwrap(), waits);
        desk.propose(&desk.clerk, 1, LinkOutcome::Keep).unwrap();
        desk.agree(&desk.chief, 1).unwrap();
        let waits = Registered::Waits(5, LinkKind::OtherNumber);
        assert_eq!(desk.link(1, &two), waits);
    }
}
