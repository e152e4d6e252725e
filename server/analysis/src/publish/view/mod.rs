//! A publish step as people and JSON see it.

pub(crate) mod evidence;
pub(crate) mod facts;
pub(crate) mod hints;
pub(crate) mod report;
pub(crate) mod summary;
pub(crate) mod way;
