//! Damaged input: nothing panics, and every range lies inside its text.

mod workspace;
