//! Individual numbers made at run time from drawn digits and their check digit: nobody's on purpose.

use db::testing::{TestStore, sqlite};
use office::vault::{self, IndividualNumber, Keys, MasterKey, Vault};

/// Draws numbers; the same seed draws the same.
pub struct Lots(u64);

impl Lots {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn digit(&mut self) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % 10).unwrap()
    }

    /// Twelve digits whose last one is right.
    pub fn number(&mut self) -> String {
        let digits: Vec<u32> = (0..11).map(|_| self.digit()).collect();
        let sum: u32 = digits
            .iter()
            .rev()
            .zip(1..)
            .map(|(digit, n)| digit * if n <= 6 { n + 1 } else { n - 5 })
            .sum();
        let check = match sum % 11 {
            0 | 1 => 0,
            rest => 11 - rest,
        };
        digits.iter().chain([&check]).map(u32::to_string).collect()
    }
}

pub fn read(digits: &str) -> IndividualNumber {
    IndividualNumber::read(digits).unwrap()
}

/// An empty vault; its store is gone when the first value is dropped.
pub fn empty_vault() -> (TestStore, Vault) {
    let kept = sqlite(vault::MIGRATIONS).unwrap();
    let store = db::Store::clone(&kept);
    let keys = Keys::open(&store, &MasterKey::from_bytes([9; 32]), 1).unwrap();
    (kept, Vault { store, keys })
}
