//! The way to the client.

mod mailbox;
mod message;
mod outgoing;
mod progress;

pub(crate) use mailbox::Mailbox;
#[cfg(test)]
pub(crate) use message::Outgoing;
pub(crate) use outgoing::{ClientSender, carry};
pub(crate) use progress::Progress;
