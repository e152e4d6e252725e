//! What a command reads from a file or from standard input.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use trustpub_host::shown_path;

/// Bytes, with the name of where they are from, for messages.
pub(crate) struct Input {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// Reads all of a file, or of standard input where none is named.
pub(crate) fn read(file: Option<&Path>) -> Result<Input, String> {
    let name = file.map_or_else(
        || "standard input".to_owned(),
        |file| format!("`{}`", shown_path(file)),
    );
    let mut bytes = Vec::new();
    let result = match file {
        Some(file) => fs::read(file).map(|read| bytes = read),
        None => io::stdin().read_to_end(&mut bytes).map(drop),
    };
    match result {
        Ok(()) => Ok(Input { name, bytes }),
        Err(error) => Err(format!("{name} cannot be read: {error}")),
    }
}
