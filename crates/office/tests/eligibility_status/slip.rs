//! 連絡票.

use crate::office::offices;
use ::office::eligibility::status;
use ::office::eligibility::status::slip::{self, Direction, Slip, SlipKind};
use ::office::registry::{self, FormerDependant, Resident};
use ::office::security::permit::RegisterFact;
use ::office::worklist::{self, Candidate, Filter};
use ::office::{OfficeError, acts};
use db::Span;
use law::{Date, day};

// covers: QUA-021, FIL-094, FIL-095
#[test]
fn a_received_slip_is_what_the_levy_uses_and_can_be_taken_back() {
    for office in offices(20) {
        let (person, household) = office.insured(0);
        let slip = Slip {
            kind: SlipKind::FormerDependant,
            direction: Direction::Received,
            person_id: person,
            household_id: household,
            municipality: "142051".to_owned(),
            made_on: day(2026, 11, 2),
            since: day(2026, 5, 10),
            until: None,
        };
        let before = office.acting().now;
        let keep =
            |slip: &Slip| slip::keep(&office.store, &office.permit(), &office.acting(), slip);
        let backwards = keep(&Slip {
            since: day(2026, 12, 1),
            ..slip.clone()
        });
        assert!(matches!(backwards, Err(OfficeError::Input { .. })));
        let kept = keep(&slip).unwrap();
        let facts = || {
            office
                .store
                .read(|conn| registry::timeline::<FormerDependant>(conn, person, None))
                .unwrap()
        };
        assert_eq!(facts().len(), 1);
        assert_eq!(
            facts()[0].fact.since,
            day(2026, 5, 10),
            "two years count from there"
        );
        assert_eq!(facts()[0].valid.from, day(2026, 11, 2));
        let touched = office
            .store
            .read(|conn| ::office::levy::relevy::touched_since(conn, before))
            .unwrap();
        assert_eq!(touched, [household]);
        keep(&Slip {
            kind: SlipKind::FormerInsured,
            ..slip.clone()
        })
        .unwrap();
        let items = office
            .store
            .read(|conn| worklist::list(conn, &Filter::default(), None, day(2026, 11, 20)))
            .unwrap()
            .items;
        let candidate = Candidate::of(&items[0]).unwrap();
        assert_eq!(candidate.cause, "former_insured_started");
        // 令29条の7第2項8号イ・規則4条: registered of the day of coming, with the day before the loss.
        assert_eq!(candidate.occurred_on, day(2026, 11, 2));
        assert!(
            candidate.told_by.contains("前日 令和8年5月9日"),
            "{}",
            candidate.told_by
        );
        keep(&Slip {
            direction: Direction::Issued,
            ..slip
        })
        .unwrap();
        let slips = || {
            office
                .store
                .read(|conn| slip::of_person(conn, person))
                .unwrap()
        };
        assert_eq!(slips().len(), 3);
        status::undo(
            &office.store,
            &office.permit(),
            &office.acting(),
            ::office::ActId(kept.act_id),
            "別人の連絡票だった",
        )
        .unwrap();
        assert!(facts().is_empty());
        assert_eq!(slips().len(), 2);
    }
}

/// 令29条の7第2項8号イ・規則4条1項2号: what a received slip says counts here from the day on which the person came, on whatever later day the
/// slip is received.
// covers: QUA-021, FIL-094, FIL-095
#[test]
fn a_slip_received_late_counts_from_the_day_of_coming() {
    for office in offices(20) {
        let (person, household) = office.insured(0);
        let came = day(2026, 10, 5);
        office
            .store
            .write(|conn| {
                let acting = office.acting();
                let details = acts::ActDetails::default();
                let permit = office.permit::<RegisterFact>();
                let act = acts::begin(conn, &acting, &permit, "test", &details)?;
                let mut all = registry::timeline::<Resident>(conn, person, None)?;
                let last = all.pop().unwrap();
                let here = Resident {
                    resident_since: Some(came),
                    ..last.fact
                };
                registry::record(conn, &act, person, Span::since(came), &here)
            })
            .unwrap();
        let slip = |kind: SlipKind, since: Date| Slip {
            kind,
            direction: Direction::Received,
            person_id: person,
            household_id: household,
            municipality: "142051".to_owned(),
            made_on: day(2026, 11, 2),
            since,
            until: None,
        };
        let keep = |kind: SlipKind, since: Date| {
            slip::keep(
                &office.store,
                &office.permit(),
                &office.acting(),
                &slip(kind, since),
            )
            .unwrap()
        };
        keep(SlipKind::FormerDependant, day(2026, 5, 10));
        let facts = office
            .store
            .read(|conn| registry::timeline::<FormerDependant>(conn, person, None))
            .unwrap();
        assert_eq!(facts[0].valid.from, came);
        keep(SlipKind::FormerInsured, day(2025, 5, 10));
        // Where the standing began here after coming, the slip is not of the coming: its own day stands.
        keep(SlipKind::FormerInsured, day(2026, 10, 20));
        let read =
            |conn: &mut db::Conn| worklist::list(conn, &Filter::default(), None, day(2026, 11, 20));
        let items = office.store.read(read).unwrap().items;
        let told = items.iter().filter_map(Candidate::of);
        let mut days: Vec<Date> = told.map(|one| one.occurred_on).collect();
        days.sort_unstable();
        assert_eq!(days, [came, day(2026, 11, 2)]);
    }
}
