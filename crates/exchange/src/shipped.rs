//! The layouts and lists of codes that come with the program, and a municipality's own in their place.

use crate::codes::Codes;
use crate::layout::{Layout, LayoutError};
use crate::table::FileError;
use std::collections::BTreeMap;

/// Lists of codes that come with the program.
const CODE_LISTS: &[&str] = &[
    include_str!("../codes/residents.toml"),
    include_str!("../codes/insurance.toml"),
    include_str!("../codes/special.toml"),
    include_str!("../codes/judgement.toml"),
    include_str!("../codes/other_schemes.toml"),
];

/// Layouts that come with the program.
const LAYOUTS: &[&str] = &[
    include_str!("../layouts/control.toml"),
    include_str!("../layouts/resident.toml"),
    include_str!("../layouts/resident_event.toml"),
    include_str!("../layouts/nonresident.toml"),
    include_str!("../layouts/support_measure.toml"),
    include_str!("../layouts/network_query.toml"),
    include_str!("../layouts/household.toml"),
    include_str!("../layouts/household_change.toml"),
    include_str!("../layouts/insured.toml"),
    include_str!("../layouts/insured_event.toml"),
    include_str!("../layouts/former_insured.toml"),
    include_str!("../layouts/care_exempt.toml"),
    include_str!("../layouts/former_dependant.toml"),
    include_str!("../layouts/unemployment.toml"),
    include_str!("../layouts/maternity.toml"),
    include_str!("../layouts/income.toml"),
    include_str!("../layouts/asset_tax.toml"),
    include_str!("../layouts/pension.toml"),
    include_str!("../layouts/special_request.toml"),
    include_str!("../layouts/special_result.toml"),
    include_str!("../layouts/resident_tax.toml"),
    include_str!("../layouts/household_class.toml"),
    include_str!("../layouts/judgement.toml"),
    include_str!("../layouts/kss_household.toml"),
    include_str!("../layouts/kss_person.toml"),
    include_str!("../layouts/care_insured.toml"),
    include_str!("../layouts/late_elderly.toml"),
    include_str!("../layouts/public_assistance.toml"),
    include_str!("../layouts/overlap_list.toml"),
    include_str!("../layouts/online_status.toml"),
    include_str!("../layouts/insurance_period.toml"),
    include_str!("../layouts/status_student.toml"),
    include_str!("../layouts/status_facility_stay.toml"),
    include_str!("../layouts/status_whereabouts.toml"),
    include_str!("../layouts/status_company_insurance.toml"),
    include_str!("../layouts/status_late_elderly.toml"),
    include_str!("../layouts/status_public_assistance.toml"),
    include_str!("../layouts/status_care_certificate.toml"),
    include_str!("../layouts/status_exclusion.toml"),
    include_str!("../layouts/status_retired.toml"),
    include_str!("../layouts/status_special_circumstances.toml"),
    include_str!("../layouts/status_facility.toml"),
    include_str!("../layouts/status_stay_renewal.toml"),
    include_str!("../layouts/transfer_slip.toml"),
];

/// Every layout and list of codes in force for one municipality.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    layouts: BTreeMap<String, Layout>,
    codes: Codes,
}

impl Catalogue {
    /// What comes with the program.
    ///
    /// # Errors
    /// [`LayoutError`]; a test keeps it from happening.
    pub fn shipped() -> Result<Self, LayoutError> {
        let mut catalogue = Self::default();
        for text in CODE_LISTS {
            catalogue.codes.add(text)?;
        }
        for text in LAYOUTS {
            catalogue.add_layout(text)?;
        }
        Ok(catalogue)
    }

    /// Puts a layout in place of the one with its identifier.
    ///
    /// # Errors
    /// [`LayoutError`].
    pub fn add_layout(&mut self, toml_text: &str) -> Result<(), LayoutError> {
        let layout = Layout::from_toml(toml_text, &self.codes)?;
        self.layouts.insert(layout.id.clone(), layout);
        Ok(())
    }

    /// Puts lists of codes in place of those with their identifiers.
    ///
    /// # Errors
    /// [`LayoutError`].
    pub fn add_codes(&mut self, toml_text: &str) -> Result<(), LayoutError> {
        self.codes.add(toml_text)
    }

    /// A layout by its identifier.
    #[must_use]
    pub fn layout(&self, id: &str) -> Option<&Layout> {
        self.layouts.get(id)
    }

    pub(crate) fn layout_or_missing(&self, id: &str) -> Result<&Layout, FileError> {
        self.layout(id).ok_or_else(|| FileError::Missing {
            layout: id.to_owned(),
            item: id.to_owned(),
        })
    }

    /// The layout that a 連携ID names.
    #[must_use]
    pub fn by_link(&self, link_id: &str) -> Option<&Layout> {
        self.layouts
            .values()
            .find(|layout| layout.link_id == link_id)
    }

    /// Every layout in order of identifier.
    pub fn layouts(&self) -> impl Iterator<Item = &Layout> {
        self.layouts.values()
    }

    /// The lists of codes.
    #[must_use]
    pub fn codes(&self) -> &Codes {
        &self.codes
    }
}
