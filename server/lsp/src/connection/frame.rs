use std::io;

use memchr::memmem;
use tokio::io::{AsyncRead, AsyncReadExt};

/// A header is two short lines. What has no end after this many bytes is none.
const MAX_HEADER: usize = 4 * 1024;
/// No editor sends more. It bounds what a wrong length can make the server wait for and hold.
const MAX_BODY: usize = 256 * 1024 * 1024;
const READ_SIZE: usize = 64 * 1024;

/// What came next in the input.
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Frame {
    /// The body of a message.
    Body(Vec<u8>),
    /// Bytes that are not a message. The reader continues after them.
    Garbage,
}

/// Reads the messages of the base protocol: a header with the body's length, an empty line, the body.
pub(crate) struct FrameReader<I> {
    input: I,
    buffer: Vec<u8>,
    /// How much of the buffer is read.
    read: usize,
    /// The length of the body that comes next, once its header is read.
    body: Option<usize>,
}

impl<I: AsyncRead + Unpin> FrameReader<I> {
    pub(crate) fn new(input: I) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            read: 0,
            body: None,
        }
    }

    /// The next frame, or none at the end of the input. Nothing is lost when the future is dropped half-way.
    pub(crate) async fn next(&mut self) -> io::Result<Option<Frame>> {
        loop {
            if let Some(frame) = self.take_frame() {
                return Ok(Some(frame));
            }
            self.buffer.drain(..self.read);
            self.read = 0;
            let missing = self.body.unwrap_or(0).saturating_sub(self.buffer.len());
            self.buffer.reserve(missing.max(READ_SIZE));
            if self.input.read_buf(&mut self.buffer).await? == 0 {
                return Ok(None);
            }
        }
    }

    fn take_frame(&mut self) -> Option<Frame> {
        if self.body.is_none() {
            let unread = self.buffer.get(self.read..)?;
            match read_header(unread) {
                Header::Incomplete => return None,
                Header::Garbage { skip } => {
                    self.read += skip;
                    return Some(Frame::Garbage);
                }
                Header::Complete { length, body } => {
                    self.read += length;
                    self.body = Some(body);
                }
            }
        }
        let end = self.read + self.body?;
        let body = self.buffer.get(self.read..end)?.to_vec();
        self.read = end;
        self.body = None;
        Some(Frame::Body(body))
    }
}

enum Header {
    Incomplete,
    Complete { length: usize, body: usize },
    Garbage { skip: usize },
}

fn read_header(bytes: &[u8]) -> Header {
    const END: &[u8] = b"\r\n\r\n";
    let head = bytes.get(..MAX_HEADER).unwrap_or(bytes);
    let Some(end) = memmem::find(head, END) else {
        let is_full = head.len() == MAX_HEADER;
        return if is_full {
            Header::Garbage {
                skip: next_header(head),
            }
        } else {
            Header::Incomplete
        };
    };
    let length = end + END.len();
    let lines = head.get(..end).and_then(|lines| std::str::from_utf8(lines).ok());
    match lines.and_then(content_length) {
        Some(body) if body <= MAX_BODY => Header::Complete { length, body },
        _ => {
            let skip = next_header(head.get(..length).unwrap_or(head));
            Header::Garbage { skip }
        }
    }
}

fn content_length(lines: &str) -> Option<usize> {
    let mut fields = lines.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = fields.find(|(name, _)| name.eq_ignore_ascii_case("Content-Length"))?;
    value.trim().parse().ok()
}

/// Where the next header may start in bytes that begin with none.
fn next_header(bytes: &[u8]) -> usize {
    let behind_first = bytes.get(1..).unwrap_or(&[]);
    memmem::find(behind_first, b"Content-Length:").map_or(bytes.len(), |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bodies in `input`, with `!` for garbage, read in pieces of `piece` bytes.
    fn read(input: &str, piece: usize) -> Vec<String> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (mut client, server) = tokio::io::duplex(piece);
            let input = input.to_owned();
            tokio::spawn(async move {
                tokio::io::AsyncWriteExt::write_all(&mut client, input.as_bytes())
                    .await
                    .unwrap();
            });
            let mut reader = FrameReader::new(server);
            let mut found = Vec::new();
            while let Some(frame) = reader.next().await.unwrap() {
                found.push(match frame {
                    Frame::Body(body) => String::from_utf8(body).unwrap(),
                    Frame::Garbage => "!".to_owned(),
                });
            }
            found
        })
    }

    #[track_caller]
    fn check(input: &str, expected: &[&str]) {
        for piece in [1, 3, 7, 64 * 1024] {
            assert_eq!(read(input, piece), expected, "in pieces of {piece}");
        }
    }

    #[test]
    fn bodies_follow_their_headers() {
        check(
            "Content-Length: 2\r\n\r\n{}Content-Length: 1\r\n\r\n7",
            &["{}", "7"],
        );
        check(
            "content-length:2\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n{}",
            &["{}"],
        );
        check("Content-Length: 0\r\n\r\nContent-Length: 1\r\n\r\n7", &["", "7"]);
        check("Content-Length: 9\r\n\r\n{}", &[]);
    }

    #[test]
    fn reading_goes_on_after_garbage() {
        check("hello\r\n\r\nContent-Length: 2\r\n\r\n{}", &["!", "{}"]);
        check("}}Content-Length: 2\r\n\r\n{}", &["!", "{}"]);
        check(
            "Content-Length: x\r\n\r\nContent-Length: 2\r\n\r\n{}",
            &["!", "{}"],
        );
        check(
            "Content-Length: -1\r\n\r\nContent-Length: 2\r\n\r\n{}",
            &["!", "{}"],
        );
        check(
            "Content-Length: 99999999999\r\n\r\nContent-Length: 2\r\n\r\n{}",
            &["!", "{}"],
        );
        check(
            &format!("{}Content-Length: 2\r\n\r\n{{}}", "x".repeat(MAX_HEADER)),
            &["!", "{}"],
        );
    }
}
