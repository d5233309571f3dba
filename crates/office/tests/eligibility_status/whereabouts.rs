//! 居所不明: the card, the hold with its effect and its end.

use crate::office::{Office, offices};
use ::office::OfficeError;
use ::office::eligibility::status::whereabouts::{
    self, AskedHold, CERTIFICATE_EFFECT_JA, Hold, NOTICE_EFFECT_JA, Trial,
};
use ::office::registry::{self, Resident};
use ::office::security::permit::RegisterFact;
use ::office::worklist::{self, Filter, STATUS_WHEREABOUTS};
use db::Span;
use law::{Date, day};

fn note(office: &Office, person: i64, on: Date, trial: Trial, finding: &str) {
    whereabouts::note(
        &office.store,
        &office.permit(),
        &office.acting(),
        person,
        on,
        trial,
        finding,
    )
    .unwrap();
}

fn hold(
    office: &Office,
    person: i64,
    from: Date,
    until: Option<Date>,
) -> Result<Hold, OfficeError> {
    whereabouts::hold(
        &office.store,
        &office.permit(),
        &office.acting(),
        person,
        Span::new(from, until),
        &AskedHold {
            stage: 1,
            notice: true,
            certificate: true,
            ground: "納入通知書が返戻された",
        },
    )
}

fn in_force(office: &Office, person: i64, on: Date) -> Option<Hold> {
    office
        .store
        .read(|conn| whereabouts::hold_on(conn, person, on))
        .unwrap()
}

fn open_items(office: &Office, person: i64) -> usize {
    let filter = Filter {
        kind: Some(STATUS_WHEREABOUTS),
        person_id: Some(person),
        ..Filter::default()
    };
    office
        .store
        .read(|conn| worklist::list(conn, &filter, None, office.today.get()))
        .unwrap()
        .items
        .len()
}

fn move_to(office: &Office, person: i64, on: Date, address: &str) {
    let register = office.permit::<RegisterFact>();
    office
        .store
        .write(|conn| {
            let standing = registry::timeline::<Resident>(conn, person, None)?;
            let moved = Resident {
                address: address.to_owned(),
                ..standing.last().unwrap().fact.clone()
            };
            let act = ::office::acts::begin(
                conn,
                &office.acting(),
                &register,
                "test.move",
                &::office::acts::ActDetails::default(),
            )?;
            registry::record(conn, &act, person, Span::new(on, None), &moved)
        })
        .unwrap();
}

// covers: QUA-023, FIL-091
#[test]
fn a_hold_shows_its_legal_effect_and_runs_out() {
    for office in offices(20) {
        let (person, _) = office.insured(0);
        note(
            &office,
            person,
            day(2026, 11, 2),
            Trial::Returned,
            "あて所に尋ねあたりません",
        );
        note(
            &office,
            person,
            day(2026, 11, 10),
            Trial::Visited,
            "表札なし",
        );
        note(
            &office,
            person,
            day(2026, 11, 12),
            Trial::Treated,
            "10月に受診あり",
        );
        assert_eq!(open_items(&office, person), 1, "one matter for one card");
        let card = office
            .store
            .read(|conn| whereabouts::card(conn, person))
            .unwrap();
        assert_eq!(card.len(), 3);
        assert!(card[2].trial.speaks_for_presence());
        for until in [None, Some(day(2027, 5, 21))] {
            let endless = hold(&office, person, day(2026, 11, 20), until);
            assert!(
                matches!(endless, Err(OfficeError::Input { .. })),
                "{until:?}"
            );
        }
        let held = hold(&office, person, day(2026, 11, 20), Some(day(2027, 2, 20))).unwrap();
        assert!(held.notice && held.certificate);
        assert_eq!(held.effects_ja, [NOTICE_EFFECT_JA, CERTIFICATE_EFFECT_JA]);
        assert!(held.effects_ja[0].contains("告知の効力が生じません"));
        assert!(in_force(&office, person, day(2027, 2, 19)).is_some());
        assert!(
            in_force(&office, person, day(2027, 2, 20)).is_none(),
            "it ends by itself"
        );
        office.today.set(day(2027, 2, 20));
        let sweep = || {
            whereabouts::sweep(
                &office.store,
                &office.permit(),
                &office.acting(),
                day(2027, 2, 19),
            )
            .unwrap()
        };
        assert_eq!(sweep().run_out, [person]);
        let waiting = open_items(&office, person);
        sweep();
        assert_eq!(open_items(&office, person), waiting, "asked once");
    }
}

// covers: QUA-023
#[test]
fn moving_releases_the_hold_by_itself() {
    for office in offices(20) {
        let (person, _) = office.insured(0);
        let (other, _) = office.insured(4);
        note(&office, person, day(2026, 11, 2), Trial::Returned, "返戻");
        hold(&office, person, day(2026, 11, 5), Some(day(2027, 3, 1))).unwrap();
        hold(&office, other, day(2026, 11, 5), Some(day(2027, 3, 1))).unwrap();
        let sweep = || {
            whereabouts::sweep(
                &office.store,
                &office.permit(),
                &office.acting(),
                day(2026, 11, 19),
            )
            .unwrap()
        };
        assert!(sweep().released.is_empty(), "nobody moved");
        move_to(&office, person, day(2026, 11, 15), "東京都港区麻布台1-1");
        assert_eq!(sweep().released, [person]);
        assert!(sweep().released.is_empty(), "run again it changes nothing");
        assert!(
            in_force(&office, person, day(2026, 11, 14)).is_some(),
            "the past is kept"
        );
        assert!(in_force(&office, person, day(2026, 11, 15)).is_none());
        assert!(in_force(&office, other, day(2026, 11, 20)).is_some());
        assert_eq!(open_items(&office, person), 0);
    }
}
