//! The way to the client.

mod outgoing;
mod progress;

pub(crate) use outgoing::{ClientSender, carry};
pub(crate) use progress::Progress;
