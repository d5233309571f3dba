//! 受付 — a file comes in: who may, whose it is, whether it came before, whether it balances; then chunk by chunk.

use super::gate::{
    Earlier, balance, days_of, earlier, first_days, identify, in_order, not_again, not_shrunk,
};
use super::job::Job;
use super::plan::Plan;
use super::rows_event::ResidentEvents;
use super::rows_insurance::{Households, Insured};
use super::rows_judgement::ResidentTaxes;
use super::rows_moves::Moves;
use super::rows_nonresident::NonResidents;
use super::rows_person::PersonSpan;
use super::rows_resident::Residents;
use super::rows_status::StatusRows;
use super::rows_support::SupportMeasures;
use super::rows_tax::Yearly;
use super::rows_told::Told;
use super::scan::{refused, scan};
use super::scanner::{Scanner, check};
use crate::acts::Acting;
use crate::certificate::card_list;
use crate::error::OfficeError;
use crate::security::permit::{ImportFile, Permit};
use db::Store;
use exchange::{Catalogue, Extent, Layout, Table};
use law::Refusal;
use sha2::{Digest, Sha256};

/// 団体 — this municipality: its code and those of its wards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Municipality {
    /// 全国地方公共団体コード, six digits.
    pub code: String,
    /// Codes of the 行政区 of a designated city.
    pub wards: Vec<String>,
}

impl Municipality {
    /// A municipality with the wards that are shipped for it.
    #[must_use]
    pub fn new(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            wards: exchange::municipality::wards_of(code),
        }
    }

    /// Whether a code is its own or that of one of its wards.
    #[must_use]
    pub fn holds(&self, code: &str) -> bool {
        code == self.code || self.wards.iter().any(|ward| ward == code)
    }
}

/// A file as it came.
#[derive(Clone, Copy, Debug)]
pub struct Incoming<'f> {
    /// Its name; folders before it do not matter.
    pub name: &'f str,
    /// Its bytes.
    pub bytes: &'f [u8],
    /// The bytes of the control file beside it.
    pub control: Option<&'f [u8]>,
}

/// How far an import has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Rows done.
    pub done: u64,
    /// Rows of the file.
    pub total: u64,
}

/// Choices of the one who imports.
#[derive(Clone, Copy, Default)]
pub struct Options<'o> {
    /// 確認済み: take a file that is much smaller or older than what came before.
    pub force: bool,
    /// Rows of one transaction, about; 0 is the usual number.
    pub chunk_rows: usize,
    /// 検査の道具 of the municipality, where it has one.
    pub scanner: Option<&'o Scanner>,
    /// Told after every chunk.
    pub progress: Option<&'o dyn Fn(Progress)>,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportReport {
    /// 受付番号.
    pub file_id: i64,
    /// Layout.
    pub layout: String,
    /// Rows in the file.
    pub rows_read: u64,
    /// Rows that became facts.
    pub posted: u64,
    /// Rows that say what stands already, or that a later row of the file replaces.
    pub same: u64,
    /// Rows that wait.
    pub held: u64,
    /// Rows that were taken and are listed for a look.
    pub reviewed: u64,
    /// Facts that stand no more because a full load leaves them out.
    pub withdrawn: u64,
    /// Subjects in force that a full load leaves out; they are kept and listed.
    pub missing: u64,
    /// Remarks for the clerk.
    pub messages: Vec<String>,
}

/// The plan of a layout, and who looks after its rows.
pub(super) fn plan_of(layout: &str) -> Option<(Box<dyn Plan>, &'static str)> {
    const ELIGIBILITY: &str = "資格担当";
    const LEVY: &str = "賦課担当";
    Some(match layout {
        "resident" => (Box::new(Residents), ELIGIBILITY),
        "resident_event" => (Box::new(ResidentEvents), ELIGIBILITY),
        "nonresident" => (Box::new(NonResidents), ELIGIBILITY),
        "support_measure" => (Box::new(SupportMeasures), ELIGIBILITY),
        "household" => (Box::new(Households), ELIGIBILITY),
        "insured" => (Box::new(Insured), ELIGIBILITY),
        "insured_event" => (Box::new(Moves), ELIGIBILITY),
        "former_insured" => (Box::new(PersonSpan::FormerInsured), ELIGIBILITY),
        "care_exempt" => (Box::new(PersonSpan::CareExempt), ELIGIBILITY),
        "former_dependant" => (Box::new(PersonSpan::FormerDependant), ELIGIBILITY),
        "unemployment" => (Box::new(PersonSpan::Unemployment), LEVY),
        "maternity" => (Box::new(PersonSpan::Maternity), LEVY),
        "income" => (Box::new(Yearly::Income), LEVY),
        "asset_tax" => (Box::new(Yearly::AssetTax), LEVY),
        "pension" => (Box::new(Yearly::Pension), LEVY),
        "resident_tax" => (Box::new(ResidentTaxes), ELIGIBILITY),
        other => match StatusRows::of(other) {
            Some(status) => (Box::new(status), ELIGIBILITY),
            None => (Box::new(Told::of(other)?), ELIGIBILITY),
        },
    })
}

/// 取込 — takes a file in.
///
/// Nothing is stored when the file is refused as a whole. Given again after it was cut off, it goes on where it was.
///
/// # Errors
/// [`OfficeError::Refusal`] with a code `import.file.*` when the file as a whole cannot be taken; the message says
/// what to do. [`OfficeError::Conflict`] when somebody else is taking the same file in.
pub fn receive(
    store: &Store,
    catalogue: &Catalogue,
    permit: &Permit<ImportFile>,
    acting: &Acting,
    municipality: &Municipality,
    file: &Incoming<'_>,
    options: &Options<'_>,
) -> Result<ImportReport, OfficeError> {
    check(file.bytes, options.scanner)?;
    let (name, layout) = identify(catalogue, municipality, file)?;
    let sha256 = crate::hex::write(&Sha256::digest(file.bytes));
    let earlier = store.read(|conn| earlier(conn, layout, &sha256))?;
    let table = Table::open(layout, file.bytes).map_err(refused)?;
    let (plan, owner) = plan_of(&layout.id).ok_or_else(|| no_plan(layout))?;
    let found = scan(&table, plan.as_ref(), municipality)?;
    let empty = found.places.is_empty();
    not_again(earlier.as_ref(), &name, empty)?;
    let mut extent = balance(catalogue, municipality, file, &name, &table, &found)?;
    let list = match (extent, plan.list_item()) {
        (Extent::Full, Some(item)) => {
            let days = days_of(&table, item)?;
            store.read(|conn| card_list::day_of(conn, &days))?
        }
        _ => None,
    };
    if plan.in_any_order() {
        extent = Extent::Difference;
    }
    let nothing_happened = empty && extent == Extent::Difference;
    not_again(earlier.as_ref(), &name, nothing_happened)?;
    let days = first_days(&table, plan.as_ref())?;
    let mut job = Job {
        store,
        permit,
        acting,
        municipality,
        owner,
        list: list.map(|as_of| (as_of, sha256.clone())),
        file_id: 0,
        done: 0,
    };
    match earlier {
        Some(Earlier::Unfinished(file_id, done)) => (job.file_id, job.done) = (file_id, done),
        earlier => {
            if !options.force && !plan.in_any_order() {
                store.read(|conn| in_order(conn, layout, &name, earlier.as_ref()))?;
                store.read(|conn| not_shrunk(conn, plan.as_ref(), &found, extent, &days))?;
            }
            job.file_id = job.register(&sha256, layout, &name, nothing_happened)?;
        }
    }
    let withdrawn = job.run(
        catalogue,
        &table,
        plan.as_ref(),
        &found,
        extent,
        &days,
        options,
    )?;
    job.finish(layout, plan.as_ref(), &found, extent, withdrawn)
}

fn no_plan(layout: &Layout) -> OfficeError {
    Refusal::new(
        "import.file.layout",
        format!("「{}」は取り込むファイルではありません", layout.title_ja),
    )
    .into()
}
