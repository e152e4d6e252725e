//! The language server, through its protocol.
