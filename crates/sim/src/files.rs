//! The city as the files a real one would hand over: 住民, 世帯, 資格, 所得 and the rest, in the declared layouts,
//! each with its control file. What is written here goes in through the same importers as a city's own files.

use crate::city::{Household, Part, Person, Plan};
use crate::tax::{is_taxed, taxable_income};
use exchange::shipped::Catalogue;
use exchange::writer::{WriteError, Writer};
use exchange::{Extent, Outgoing};
use law::levy::{Filing, Income};
use law::{Date, Yen};

/// One file with its name.
#[derive(Clone, Debug)]
pub struct SimFile {
    /// Name in the standard form.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

impl SimFile {
    /// A file and the control file beside it.
    pub(crate) fn pair(file: Outgoing) -> [Self; 2] {
        [(file.name, file.bytes), (file.control_name, file.control)]
            .map(|(name, bytes)| Self { name, bytes })
    }
}

/// The layouts in the order in which they must be taken in.
pub const ORDER: [&str; 12] = [
    "resident",
    "household",
    "insured",
    "former_insured",
    "care_exempt",
    "former_dependant",
    "unemployment",
    "maternity",
    "income",
    "asset_tax",
    "pension",
    "resident_tax",
];

/// Writes a city's files while its households stream by.
pub struct CityFiles<'c> {
    catalogue: &'c Catalogue,
    plan: Plan,
    year: String,
    writers: Vec<(&'static str, Writer<'c>)>,
}

impl<'c> CityFiles<'c> {
    /// Empty files of a plan.
    ///
    /// # Errors
    /// When a layout is not in the catalogue.
    pub fn new(catalogue: &'c Catalogue, plan: &Plan) -> Result<Self, String> {
        let writers = ORDER
            .iter()
            .map(|id| {
                let layout = catalogue
                    .layout(id)
                    .ok_or_else(|| format!("レイアウト {id} がありません"))?;
                Ok((*id, Writer::new(layout, catalogue.codes())))
            })
            .collect::<Result<_, String>>()?;
        Ok(Self {
            catalogue,
            plan: plan.clone(),
            year: plan.year.0.to_string(),
            writers,
        })
    }

    /// Adds a household to every file it belongs in.
    ///
    /// # Errors
    /// [`WriteError`] when a value does not fit its layout.
    pub fn add(&mut self, household: &Household) -> Result<(), WriteError> {
        let id = household.household_id.to_string();
        let first = household
            .people
            .iter()
            .map(|person| person.acquired_on)
            .min()
            .unwrap_or(self.plan.year.assessment_day());
        let head = household
            .people
            .first()
            .map_or(0, |person| person.person_id)
            .to_string();
        let from = first.to_string();
        let city = self.plan.municipality.clone();
        self.row(
            "household",
            &[
                ("municipality_code", &city),
                ("household_number", &id),
                ("history_number", "1"),
                ("valid_from", &from),
                ("symbol", &household.symbol),
                ("number", &household.number),
                ("head_person_number", &head),
            ],
        )?;
        for (place, person) in household.people.iter().enumerate() {
            self.resident(household, person)?;
            self.standing(household, person, place + 1)?;
            self.circumstances(person)?;
            self.taxes(person)?;
        }
        Ok(())
    }

    fn row(&mut self, id: &str, cells: &[(&str, &str)]) -> Result<(), WriteError> {
        match self.writers.iter_mut().find(|(other, _)| *other == id) {
            Some((_, writer)) => writer.row(cells),
            None => Ok(()),
        }
    }

    fn resident(&mut self, household: &Household, person: &Person) -> Result<(), WriteError> {
        let (id, home) = (
            person.person_id.to_string(),
            household.household_id.to_string(),
        );
        let (birth, sex) = (person.birth_on.to_string(), person.sex.to_string());
        let kind = if person.latin.is_some() { "2" } else { "1" };
        let code = self.plan.municipality.clone();
        let town = household
            .address
            .strip_prefix(self.plan.city.as_str())
            .unwrap_or(&household.address)
            .to_owned();
        let name = self.plan.city.clone();
        let (prefecture, city) = split_city(&name);
        let since = person.acquired_on.to_string();
        self.row(
            "resident",
            &[
                ("person_number", &id),
                ("history_number", "1"),
                ("household_number", &home),
                ("resident_kind", kind),
                ("resident_state", "1"),
                ("moved_on", &birth),
                ("move_cause", "06"),
                ("name", &person.name),
                ("latin_name", person.latin.as_deref().unwrap_or("")),
                ("kana", &person.kana),
                ("sex", &sex),
                ("birth_on", &birth),
                ("relationship1", person.relationship),
                ("relationship_text", relationship_text(person.relationship)),
                ("city_code", &code),
                ("town_code", "0000001"),
                ("prefecture", prefecture),
                ("city", city),
                ("town", &town),
                ("building", &household.building),
                ("postal_code", &household.postal_code),
                ("resident_since", &since),
            ],
        )
    }

    fn standing(
        &mut self,
        household: &Household,
        person: &Person,
        branch: usize,
    ) -> Result<(), WriteError> {
        let (city, id) = (self.plan.municipality.clone(), person.person_id.to_string());
        let home = household.household_id.to_string();
        match person.part {
            Part::FictitiousHead => Ok(()),
            Part::FormerInsured => {
                let from = person.moved_on.unwrap_or(person.acquired_on).to_string();
                self.row(
                    "former_insured",
                    &[
                        ("municipality_code", &city),
                        ("person_number", &id),
                        ("history_number", "1"),
                        ("household_number", &home),
                        ("valid_from", &from),
                        ("valid_until", "9999-12-31"),
                    ],
                )
            }
            Part::Insured => {
                let (branch, from) = (branch.to_string(), person.acquired_on.to_string());
                let lost = person.lost;
                let lost_on = lost.map_or_else(String::new, |lost| lost.0.to_string());
                let event_on = lost.map_or_else(String::new, |lost| lost.2.to_string());
                self.row(
                    "insured",
                    &[
                        ("municipality_code", &city),
                        ("person_number", &id),
                        ("history_number", "1"),
                        ("household_number", &home),
                        ("branch", &branch),
                        ("gained_on", &from),
                        ("gain_cause", "02"),
                        ("gain_reported_on", &from),
                        ("applied_from", &from),
                        ("lost_on", &lost_on),
                        ("loss_cause", lost.map_or("", |lost| lost.1)),
                        ("loss_event_on", &event_on),
                        ("loss_reported_on", &event_on),
                    ],
                )
            }
        }
    }

    fn circumstances(&mut self, person: &Person) -> Result<(), WriteError> {
        let (city, id) = (self.plan.municipality.clone(), person.person_id.to_string());
        let who = [
            ("municipality_code", city.as_str()),
            ("person_number", id.as_str()),
            ("history_number", "1"),
        ];
        if let Some(since) = person.care_exempt_since {
            let from = since.to_string();
            let own = [
                ("valid_from", from.as_str()),
                ("facility", "見本障害者支援施設"),
            ];
            self.row("care_exempt", &[&who[..], &own[..]].concat())?;
        }
        if let Some(since) = person.former_dependant_since {
            let since = since.to_string();
            self.row(
                "former_dependant",
                &[&who[..], &[("since", since.as_str())]].concat(),
            )?;
        }
        if let Some((left_on, code)) = person.unemployed {
            let (left_on, code) = (left_on.to_string(), code.to_string());
            let own = [
                ("left_on", left_on.as_str()),
                ("leaving_code", code.as_str()),
            ];
            self.row("unemployment", &[&who[..], &own[..]].concat())?;
        }
        if let Some((delivery_on, multiple)) = person.maternity {
            let delivery_on = delivery_on.to_string();
            let own = [
                ("delivery_on", delivery_on.as_str()),
                ("multiple", if multiple { "1" } else { "0" }),
                ("confirmed", "0"),
            ];
            self.row("maternity", &[&who[..], &own[..]].concat())?;
        }
        Ok(())
    }

    fn taxes(&mut self, person: &Person) -> Result<(), WriteError> {
        let (city, id, year) = (
            self.plan.municipality.clone(),
            person.person_id.to_string(),
            self.year.clone(),
        );
        let who = [
            ("municipality_code", city.as_str()),
            ("person_number", id.as_str()),
            ("fiscal_year", year.as_str()),
        ];
        if let Some((filing, inquiry, income)) = &person.income {
            let amounts = amounts(income);
            let filing = match filing {
                Filing::Filed => "0",
                Filing::Unfiled => "1",
                Filing::NotRequired => "2",
            };
            let own = [
                ("history_number", "1"),
                ("filing", filing),
                ("inquiry_open", if *inquiry { "1" } else { "0" }),
            ];
            let texts: Vec<(&str, &str)> = amounts
                .iter()
                .map(|(name, text)| (name.as_str(), text.as_str()))
                .collect();
            self.row("income", &[&who[..], &own[..], &texts[..]].concat())?;
        }
        if let Some((Filing::Filed, false, income)) = &person.income {
            let taxable = taxable_income(income).0.to_string();
            let own = [
                ("history_number", "1"),
                ("taxed", if is_taxed(income) { "1" } else { "0" }),
                ("taxable_income", taxable.as_str()),
                ("abroad", "0"),
            ];
            self.row("resident_tax", &[&who[..], &own[..]].concat())?;
        }
        if person.asset_tax > Yen::ZERO {
            let tax = person.asset_tax.0.to_string();
            self.row(
                "asset_tax",
                &[&who[..], &[("asset_tax", tax.as_str())]].concat(),
            )?;
        }
        if let Some(annual) = pension(person) {
            let annual = annual.0.to_string();
            let own = [
                ("annual_pension", annual.as_str()),
                ("care_special", "1"),
                ("care_per_payment", "12000"),
                ("account_transfer", "0"),
                ("february_amount", "0"),
            ];
            self.row("pension", &[&who[..], &own[..]].concat())?;
        }
        Ok(())
    }

    /// The finished files, each followed by its control file, in the order in which they are taken in.
    ///
    /// # Errors
    /// When a control file cannot be written.
    pub fn finish(self, made_at: &str) -> Result<Vec<SimFile>, String> {
        let mut files = Vec::with_capacity(self.writers.len() * 2);
        let made = (self.plan.municipality.as_str(), made_at);
        for (_, writer) in self.writers {
            let file = Outgoing::close(writer, self.catalogue, made, Extent::Full)
                .map_err(|error| error.to_string())?;
            files.extend(SimFile::pair(file));
        }
        Ok(files)
    }
}

/// 東京都 and 港区; a city without its prefecture in front has none.
pub(crate) fn split_city(name: &str) -> (&str, &str) {
    for end in ["都", "道", "府", "県"] {
        if let Some((prefecture, city)) = name.split_once(end)
            && !city.is_empty()
            && prefecture.chars().count() <= 3
        {
            return (name.get(..prefecture.len() + end.len()).unwrap_or(""), city);
        }
    }
    ("見本県", name)
}

fn relationship_text(code: &str) -> &'static str {
    match code {
        "02" => "世帯主",
        "11" => "夫",
        "12" => "妻",
        "20" => "子",
        "51" => "父",
        _ => "その他",
    }
}

/// A pension is paid to those of 65 and over whose revenue is one; disability pensions are left out.
fn pension(person: &Person) -> Option<Yen> {
    let (_, _, income) = person.income.as_ref()?;
    (income.pension_revenue > Yen::ZERO && person.part == Part::Insured)
        .then_some(income.pension_revenue)
}

/// The amounts that are not zero, by the name of the item; the sum of comprehensive income for the tie-out.
fn amounts(income: &Income) -> Vec<(String, String)> {
    let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(income) else {
        return Vec::new();
    };
    fields
        .into_iter()
        .filter_map(|(name, value)| {
            let yen = value.as_i64().filter(|yen| *yen != 0)?;
            Some((name, yen.to_string()))
        })
        .collect()
}

/// `YYYYMMDDhhmmss` of a day at noon.
#[must_use]
pub fn made_at(day: Date) -> String {
    format!("{:04}{:02}{:02}120000", day.year(), day.month(), day.day())
}
