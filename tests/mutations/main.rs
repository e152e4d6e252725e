//! Damaged input: nothing panics, and every range lies inside its text.

mod json_and_npmrc;
mod workspace;
mod yaml;
