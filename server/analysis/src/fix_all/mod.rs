//! Applying many fixes at once: all that are safe in one pass, or round after round until none is left.

mod rounds;

pub use rounds::{AppliedFix, FixChoice, Fixed, apply_fixes};
