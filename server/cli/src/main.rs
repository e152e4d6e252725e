//! The `trustpub` command.

fn main() {}
