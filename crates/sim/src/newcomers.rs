//! 転入者 — people whom the residents' register reports as moved in, and who have not been to the counter yet.
//!
//! The same people in every city: what a reader of the manual looks for must be there.

use crate::city::Plan;
use crate::files::{SimFile, split_city};
use exchange::shipped::Catalogue;
use exchange::writer::Writer;
use exchange::{Extent, Outgoing};
use law::Date;

const EVENTS: &str = "resident_event";
const MEASURES: &str = "support_measure";

struct Newcomer {
    person: &'static str,
    household: &'static str,
    name: &'static str,
    kana: &'static str,
    sex: &'static str,
    birth_on: &'static str,
    relationship: (&'static str, &'static str),
}

const fn newcomer(
    (person, household): (&'static str, &'static str),
    (name, kana): (&'static str, &'static str),
    (sex, birth_on): (&'static str, &'static str),
    relationship: (&'static str, &'static str),
) -> Newcomer {
    Newcomer {
        person,
        household,
        name,
        kana,
        sex,
        birth_on,
        relationship,
    }
}

const HEAD: (&str, &str) = ("02", "世帯主");
const WIFE: (&str, &str) = ("12", "妻");
const CHILD: (&str, &str) = ("20", "子");

/// Whose address is told to nobody.
const SUPPORTED: &str = "90000031";

/// A family of four, a man alone, and a woman under 支援措置. Their numbers lie beyond those of any made-up city.
const NEWCOMERS: [Newcomer; 6] = [
    newcomer(
        ("90000011", "9000001"),
        ("転入　一郎", "テンニュウ イチロウ"),
        ("1", "1985-04-02"),
        HEAD,
    ),
    newcomer(
        ("90000012", "9000001"),
        ("転入　花子", "テンニュウ ハナコ"),
        ("2", "1987-08-09"),
        WIFE,
    ),
    newcomer(
        ("90000013", "9000001"),
        ("転入　さくら", "テンニュウ サクラ"),
        ("2", "2015-01-05"),
        CHILD,
    ),
    newcomer(
        ("90000014", "9000001"),
        ("転入　湊", "テンニュウ ミナト"),
        ("1", "2021-12-24"),
        CHILD,
    ),
    newcomer(
        ("90000021", "9000002"),
        ("転入　二郎", "テンニュウ ジロウ"),
        ("1", "1996-11-03"),
        HEAD,
    ),
    newcomer(
        (SUPPORTED, "9000003"),
        ("見本　守", "ミホン マモリ"),
        ("2", "1990-02-14"),
        HEAD,
    ),
];

/// The files that report them, each followed by its control file: 住民異動, and 支援措置対象者.
///
/// # Errors
/// When a row does not fit its layout.
pub fn files(
    catalogue: &Catalogue,
    plan: &Plan,
    moved_on: Date,
    made_at: &str,
) -> Result<Vec<SimFile>, String> {
    let (prefecture, city) = split_city(&plan.city);
    let moved_on = moved_on.to_string();
    let mut files = Files {
        catalogue,
        plan,
        made_at,
        all: Vec::new(),
    };
    let rows: Vec<Vec<(&str, &str)>> = NEWCOMERS
        .iter()
        .map(|one| {
            vec![
                ("person_number", one.person),
                ("history_number", "1"),
                ("household_number", one.household),
                ("resident_kind", "1"),
                ("resident_state", "1"),
                ("moved_on", &moved_on),
                ("move_reported_on", &moved_on),
                ("move_cause", "01"),
                ("name", one.name),
                ("kana", one.kana),
                ("sex", one.sex),
                ("birth_on", one.birth_on),
                ("relationship1", one.relationship.0),
                ("relationship_text", one.relationship.1),
                ("city_code", &plan.municipality),
                ("town_code", "0000001"),
                ("prefecture", prefecture),
                ("city", city),
                ("town", "見本町一丁目"),
                ("lot", "2番3号"),
                ("postal_code", "9990001"),
                ("resident_since", &moved_on),
            ]
        })
        .collect();
    files.add(EVENTS, &rows)?;
    let measure = vec![
        ("person_number", SUPPORTED),
        ("history_number", "1"),
        ("starts_on", moved_on.as_str()),
        ("measure_kind", "1"),
    ];
    files.add(MEASURES, &[measure])?;
    Ok(files.all)
}

struct Files<'f> {
    catalogue: &'f Catalogue,
    plan: &'f Plan,
    made_at: &'f str,
    all: Vec<SimFile>,
}

impl Files<'_> {
    fn add(&mut self, id: &str, rows: &[Vec<(&str, &str)>]) -> Result<(), String> {
        let layout = self
            .catalogue
            .layout(id)
            .ok_or_else(|| format!("レイアウト {id} がありません"))?;
        let mut writer = Writer::new(layout, self.catalogue.codes());
        for cells in rows {
            writer.row(cells).map_err(|error| error.to_string())?;
        }
        let made = (self.plan.municipality.as_str(), self.made_at);
        let file = Outgoing::close(writer, self.catalogue, made, Extent::Difference)
            .map_err(|error| error.to_string())?;
        self.all.extend(SimFile::pair(file));
        Ok(())
    }
}
