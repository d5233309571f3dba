//! Chance in whole numbers: every household has its own dice, so that any of them can be made by itself.

use fastrand::Rng;

/// Ten thousandths, in which all shares are given.
pub const WHOLE: u32 = 10_000;

/// The dice of one subject: the same seed and number always roll the same.
#[derive(Clone, Debug)]
pub struct Dice(Rng);

impl Dice {
    /// Dice for the `number`-th subject of a seed.
    #[must_use]
    pub fn new(seed: u64, number: u64) -> Self {
        // An odd multiplier spreads neighbouring numbers over the whole range.
        Self(Rng::with_seed(
            seed ^ number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15),
        ))
    }

    /// True in `share` of ten thousand rolls.
    pub fn chance(&mut self, share: u32) -> bool {
        self.0.u32(0..WHOLE) < share
    }

    /// An index, by weight; 0 when all weights are zero.
    pub fn weighted(&mut self, weights: &[u32]) -> usize {
        let total: u32 = weights.iter().sum();
        let mut roll = self.0.u32(0..total.max(1));
        for (index, weight) in weights.iter().enumerate() {
            if roll < *weight {
                return index;
            }
            roll -= weight;
        }
        0
    }

    /// A number from `least` to `most`, both included.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        self.0.i64(least..=most.max(least))
    }

    /// One of some things; `None` when there are none.
    pub fn one<'t, T>(&mut self, things: &'t [T]) -> Option<&'t T> {
        if things.is_empty() {
            return None;
        }
        things.get(self.0.usize(0..things.len()))
    }
}
