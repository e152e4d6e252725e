//! From the facts of a publish step to what will happen.

pub(crate) mod dist_tag;
pub(crate) mod intent;
pub(crate) mod login;
pub(crate) mod prediction;
pub(crate) mod refusal;
pub(crate) mod registration;
