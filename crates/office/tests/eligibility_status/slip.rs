//! 連絡票.

use crate::office::offices;
use ::office::OfficeError;
use ::office::eligibility::status;
use ::office::eligibility::status::slip::{self, Direction, Slip, SlipKind};
use ::office::registry::{self, FormerDependant};
use ::office::worklist::{self, Candidate, Filter};
use law::day;

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
