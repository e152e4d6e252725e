//! What a command reads from a file or from standard input.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use trustpub_host::shown_path;

/// Bytes, with the name of where they are from, for messages.
pub(crate) struct Input {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// Reads all of a file, or of standard input where none is named. More than 64 MiB are an error: an input may have no end.
pub(crate) fn read(file: Option<&Path>) -> Result<Input, String> {
    const MOST: u64 = 64 << 20;
    let name = name(file);
    let mut bytes = Vec::new();
    let mut read = |input: &mut dyn Read| input.take(MOST + 1).read_to_end(&mut bytes);
    let length = match file {
        Some(file) => File::open(file).and_then(|mut file| read(&mut file)),
        None => read(&mut io::stdin().lock()),
    };
    match length {
        Ok(length) if length as u64 > MOST => Err(format!(
            "{name} is larger than {} MiB, which no such text is",
            MOST >> 20
        )),
        Ok(_) => Ok(Input { name, bytes }),
        Err(error) => Err(unreadable(&name, &error)),
    }
}

/// Reads a file, or standard input where none is named, in parts, so that memory does not grow with it. More than `most` bytes
/// are an error: an input may have no end. Gives the number of bytes.
pub(crate) fn read_parts(file: Option<&Path>, most: u64, mut take: impl FnMut(&[u8])) -> Result<u64, String> {
    const PART: usize = 256 * 1024;
    let name = name(file);
    let mut input: Box<dyn Read> = match file {
        Some(file) => Box::new(File::open(file).map_err(|error| unreadable(&name, &error))?),
        None => Box::new(io::stdin().lock()),
    };
    let mut part = vec![0; PART];
    let mut total = 0_u64;
    loop {
        match input.read(&mut part) {
            Ok(0) => return Ok(total),
            Ok(length) => {
                total += length as u64;
                if total > most {
                    const GIB: u64 = 1 << 30;
                    return Err(format!(
                        "{name} is larger than {} GiB; pass only the part with the job that failed",
                        most / GIB
                    ));
                }
                take(part.get(..length).unwrap_or_default());
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(&name, &error)),
        }
    }
}

fn name(file: Option<&Path>) -> String {
    file.map_or_else(
        || "standard input".to_owned(),
        |file| format!("`{}`", shown_path(file)),
    )
}

fn unreadable(name: &str, error: &io::Error) -> String {
    format!("{name} cannot be read: {error}")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn an_input_is_read_in_parts_up_to_a_bound() {
        let file = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
        let whole = fs::read(file).unwrap();
        let mut read = Vec::new();
        read_parts(Some(file), 1 << 30, |part| read.extend_from_slice(part)).unwrap();
        assert_eq!(read, whole);
        let error = read_parts(Some(file), 10, |_| {}).unwrap_err();
        assert!(
            error.contains("is larger than") && error.contains("only the part"),
            "{error}"
        );
        let error = read_parts(Some(Path::new("absent")), 10, |_| {}).unwrap_err();
        assert!(error.contains("`absent` cannot be read"), "{error}");
    }
}
