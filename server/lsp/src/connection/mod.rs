//! Messages from bytes and back, for any server: nothing here knows what trustpub does.

mod adapter;
mod client_process;
mod ending;
mod frame;
mod room;
mod transport;

pub(crate) use adapter::Adapter;
pub use ending::Ending;
pub(crate) use transport::serve;
