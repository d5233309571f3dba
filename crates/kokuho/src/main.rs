//! The kokuho binary.
fn main() {}
