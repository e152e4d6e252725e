//! The server as a whole.

mod backend;
mod main_loop;
mod serve;
mod stdio;

pub use serve::serve;
pub use stdio::run_stdio;
