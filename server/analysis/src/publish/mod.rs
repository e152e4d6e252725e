//! The centre of trustpub: what happens at each publish site.

mod site;

pub use site::{IdToken, Outcome, PublishSite};
