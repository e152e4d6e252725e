//! Applying many fixes at once: all that are safe in one pass, or round after round until none is left.

mod one_pass;
mod rounds;

pub use one_pass::all_safe_fixes;
pub use rounds::{AppliedFix, FixChoice, Fixed, apply_fixes};
