//! A notice goes where the 送付先 of the day it is made says.

use crate::support::desk::{Desk, business, income, single};
use crate::support::{permit, staff_named};
use law::day;
use office::levy::run::RunKind;
use office::notices;
use office::registry::destination::{self, Destination, Use};
use office::registry::slot;
use office::security::Role;
use office::security::permit::RegisterContact;

// covers: ADR-006, SYS-015
#[test]
fn a_notice_made_the_day_after_the_term_goes_home_again() {
    for desk in Desk::wards(2026..=2026) {
        let june = day(2026, 6, 12);
        single(&desk, 1, 11, day(1970, 1, 1), day(2020, 4, 1));
        desk.report(june, |conn, act| {
            income(conn, act, 11, 2026, business(3_000_000))
        });
        let run = desk.publish_year(june, 2026, RunKind::Initial);
        let (one, _) = staff_named(&desk.store, "contact01", &[Role::Eligibility]);
        let (other, _) = staff_named(&desk.store, "contact02", &[Role::Eligibility]);
        let place = Use {
            person_id: 11,
            scheme: "nhi".to_owned(),
            document: "levy".to_owned(),
            from: day(2026, 6, 1),
            until: Some(day(2026, 7, 1)),
        };
        let hospital = Destination {
            addressee: "港 花子".to_owned(),
            postal_code: "2518601".to_owned(),
            address: "神奈川県藤沢市朝日町1番地の1".to_owned(),
            building: "朝日病院".to_owned(),
            relation: "facility".to_owned(),
            ground: "送付先変更届".to_owned(),
            ..Destination::default()
        };
        let acting =
            |who: &office::security::Session| who.acting("資格事務", june, desk.tick(), None);
        let seen = desk.store.read(|conn| slot::version(conn, 11)).unwrap();
        let contact = permit::<RegisterContact>(&one);
        let id = destination::propose(
            &desk.store,
            &contact,
            &acting(&one),
            &place,
            &hospital,
            seen,
        )
        .unwrap();
        let second = permit::<RegisterContact>(&other);
        destination::decide(&desk.store, &second, &acting(&other), id, true, "", &[]).unwrap();
        let notice = desk
            .store
            .read(|conn| notices::of_run(conn, run, 0, 10))
            .unwrap()
            .remove(0);
        let made_on = |on: law::Date| {
            let content = desk
                .store
                .read(|conn| notices::content::gather(conn, &notice, on))
                .unwrap();
            let home = content.people[&11].address.clone();
            (content.mailing, home)
        };
        let (there, home) = made_on(day(2026, 6, 30));
        assert_eq!(there.address, hospital.address);
        assert_eq!(there.building, "朝日病院");
        assert_ne!(there.address, home);
        let (back, home) = made_on(day(2026, 7, 1));
        assert_eq!(back.address, home);
    }
}
