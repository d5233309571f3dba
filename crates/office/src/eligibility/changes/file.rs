//! 国保世帯異動情報 as a file: a line for each person, or for each span of being insured.

use super::{Changed, Member, Stretch, Told, households};
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::exports::EligibilityChanges;
use crate::provision::Cleared;
use crate::registry::{HouseholdHead, Resident, Sex, support};
use crate::security::permit::{ExportData, Permit};
use db::{Conn, Store};
use exchange::{Catalogue, Extent, Outgoing, Writer};
use law::{Date, Refusal};

/// The layout of the file.
pub const LAYOUT: &str = "household_change";

/// What was written.
#[derive(Clone, Debug)]
pub struct Given {
    /// The file.
    pub file: Outgoing,
    /// Households in it.
    pub households: usize,
    /// People in it.
    pub people: usize,
    /// Households of which no address is in it: somebody of them is under 支援措置.
    pub without_address: Vec<i64>,
}

/// 書出し — every member of each household that changed in a stretch of business days, and nobody else. `made_at` is the time
/// in the name of the file, fourteen digits.
///
/// # Errors
/// [`OfficeError::Refusal`] naming household, person and item when a line cannot be written; nothing is given then.
pub fn export(
    store: &Store,
    (permit, _cleared): (&Permit<ExportData>, &Cleared<EligibilityChanges>),
    acting: &Acting,
    catalogue: &Catalogue,
    (municipality, made_at): (&str, &str),
    stretch: Stretch,
) -> Result<Given, OfficeError> {
    let layout = catalogue
        .layout(LAYOUT)
        .ok_or_else(|| OfficeError::Bug(format!("レイアウト{LAYOUT}がありません")))?;
    store.write(|conn| {
        // Found before the act of the export itself is written down.
        let changed = households(conn, stretch)?;
        let details = ActDetails {
            note: format!("{} {}〜{}", layout.title_ja, stretch.from, stretch.to),
            ..ActDetails::default()
        };
        acts::begin(conn, acting, permit, "eligibility.changes", &details)?;
        let mut writer = Writer::new(layout, catalogue.codes());
        let mut people = 0;
        let mut without_address = Vec::new();
        for household in &changed {
            let hidden = hides(conn, household, acting.business_date)?;
            if hidden {
                without_address.push(household.household_id);
            }
            people += household.members.len();
            for member in &household.members {
                lines(&mut writer, municipality, household, member, hidden)?;
            }
        }
        let file = Outgoing::close(
            writer,
            catalogue,
            (municipality, made_at),
            Extent::Difference,
        )
        .map_err(|error| OfficeError::Bug(format!("件数表を書けません: {error}")))?;
        Ok(Given {
            file,
            households: changed.len(),
            people,
            without_address,
        })
    })
}

/// Where one of them, or somebody who lives with them, must not be found, the address of none of them is given: it may be the
/// same.
fn hides(conn: &mut Conn, household: &Changed, today: Date) -> Result<bool, OfficeError> {
    for member in &household.members {
        if support::is_hidden_from(conn, member.person_id, today)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn lines(
    writer: &mut Writer<'_>,
    municipality: &str,
    household: &Changed,
    member: &Member,
    hidden: bool,
) -> Result<(), OfficeError> {
    let spans: Vec<Option<&Told>> = if member.insured.is_empty() {
        vec![None]
    } else {
        member.insured.iter().map(Some).collect()
    };
    for (number, span) in (1_u32..).zip(spans) {
        let mut cells = vec![
            ("municipality_code", municipality.to_owned()),
            ("household_number", household.household_id.to_string()),
            ("person_number", member.person_id.to_string()),
            ("history_number", number.to_string()),
            ("part", member.part.code().to_owned()),
            ("changed", flag(member.changed)),
            ("withheld", flag(hidden)),
        ];
        cells.extend(household.head.iter().flat_map(of_head));
        cells.extend(
            member
                .resident
                .iter()
                .flat_map(|one| of_resident(one, hidden)),
        );
        cells.extend(span.into_iter().flat_map(of_span));
        let row: Vec<(&str, &str)> = cells
            .iter()
            .map(|(item, value)| (*item, value.as_str()))
            .collect();
        writer.row(&row).map_err(|error| {
            Refusal::new(
                "eligibility.changes.item",
                format!(
                    "世帯番号{} 宛名番号{} {error}。この項目を直してから書き出してください",
                    household.household_id, member.person_id
                ),
            )
        })?;
    }
    Ok(())
}

fn flag(value: bool) -> String {
    i64::from(value).to_string()
}

fn of_head(head: &HouseholdHead) -> Vec<(&'static str, String)> {
    vec![
        ("symbol", head.symbol.clone()),
        ("number", head.number.clone()),
        ("head_person_number", head.head_person_id.to_string()),
    ]
}

fn of_resident(one: &Resident, hidden: bool) -> Vec<(&'static str, String)> {
    let mut cells = vec![
        ("name", one.name.clone()),
        ("kana", one.kana.clone()),
        ("birth_on", one.birth_on.to_string()),
        (
            "sex",
            match one.sex {
                Sex::Male => "1",
                Sex::Female => "2",
                _ => "",
            }
            .to_owned(),
        ),
    ];
    if !hidden {
        cells.push(("postal_code", one.postal_code.clone()));
        let address = format!("{} {}", one.address, one.building);
        cells.push(("address", address.trim_end().to_owned()));
    }
    cells
}

/// 資格取得・喪失年月日 are the prefecture's days; the days on which this municipality applied it stand beside them.
///
/// 根拠: 国民健康保険法 第5条・第7条・第8条
fn of_span(told: &Told) -> Vec<(&'static str, String)> {
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let span = &told.span;
    vec![
        ("branch", span.branch.to_string()),
        ("gained_on", day(told.gained_on)),
        ("gain_cause", span.gain_cause.clone()),
        ("gain_reported_on", day(span.gain_reported_on)),
        ("lost_on", day(told.lost_on)),
        ("loss_cause", span.loss_cause.clone().unwrap_or_default()),
        ("loss_event_on", day(span.loss_event_on)),
        ("loss_reported_on", day(span.loss_reported_on)),
        ("applied_from", told.valid.from.to_string()),
        ("applied_until", day(told.valid.until)),
    ]
}
