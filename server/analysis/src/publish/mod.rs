//! The centre of trustpub: what happens at each publish site.

mod eval;
mod site;

pub use eval::{Evaluated, Possible, Scope};
pub use site::{IdToken, Outcome, PublishSite};
