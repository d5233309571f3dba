//! A made-up city's own files go through whole: nothing waits, and a second run of the same files changes nothing.

use crate::desk::{Desk, File, counts, number, on_both};
use law::FiscalYear;
use sim::files::CityFiles;
use sim::{City, Plan};

#[test]
fn a_made_up_city_comes_in_whole() {
    on_both(|store| {
        let desk = Desk::new(store);
        let plan = Plan {
            municipality: crate::desk::CITY.to_owned(),
            city: "東京都港区".to_owned(),
            year: FiscalYear(2026),
            households: 300,
            seed: 7,
        };
        let city = City::new(plan).unwrap();
        let mut files = CityFiles::new(&desk.catalogue, city.plan()).unwrap();
        for household in city.households() {
            files.add(&household).unwrap();
        }
        let files = files.finish("20260601000000").unwrap();
        let pairs: Vec<File> = files
            .chunks(2)
            .map(|pair| File {
                name: pair[0].name.clone(),
                bytes: pair[0].bytes.clone(),
                control: Some(pair[1].bytes.clone()),
            })
            .collect();
        assert_eq!(pairs.len(), sim::files::ORDER.len());
        for file in &pairs {
            let report = desk.take(store, file).unwrap();
            assert_eq!(
                (report.held, report.posted),
                (0, report.rows_read),
                "{}: {:?}",
                file.name,
                report
            );
        }
        assert!(number(store, "select count(*) from insured_fact") >= 300);
        let before = counts(store);
        for file in &pairs {
            assert!(desk.take(store, file).is_err());
        }
        assert_eq!(counts(store), before);
    });
}
