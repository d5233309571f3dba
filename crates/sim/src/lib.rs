//! Synthetic city, event generator, oracle.
