//! As much of an HTTP server as npm's requests need: one request a connection, bodies of known length.

use std::io::{BufRead, BufReader, Read, Write};
use std::sync::Arc;

/// A request.
#[derive(Debug, Default)]
pub(super) struct Request {
    pub(super) method: String,
    /// The path without the query.
    pub(super) path: String,
    pub(super) query: String,
    /// The value of `Authorization`; empty where there is none.
    pub(super) authorization: String,
    pub(super) body: Vec<u8>,
}

/// An answer: its status and a JSON text.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: serde_json::Value,
}

/// Answers the requests of the connections that `accept` returns, until the process ends.
pub(super) fn serve<S: Read + Write + Send + 'static>(
    accept: impl Fn() -> std::io::Result<S> + Send + 'static,
    answer: impl Fn(&Request) -> Answer + Send + Sync + 'static,
) {
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        loop {
            let Ok(stream) = accept() else { continue };
            let answer = Arc::clone(&answer);
            std::thread::spawn(move || {
                // A client that hangs up early is its own business.
                let _ = talk(stream, answer.as_ref());
            });
        }
    });
}

fn talk(mut stream: impl Read + Write, answer: &dyn Fn(&Request) -> Answer) -> std::io::Result<()> {
    let Some(request) = read(&mut stream)? else {
        return Ok(());
    };
    let Answer { status, body } = answer(&request);
    let body = body.to_string();
    let head = format!(
        "HTTP/1.1 {status} Mock\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())
}

/// Reads a request; none if the connection ends before one.
fn read(stream: &mut impl Read) -> std::io::Result<Option<Request>> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace();
    let method = words.next().unwrap_or_default().to_owned();
    let target = words.next().unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut request = Request {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        ..Request::default()
    };
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "authorization" => request.authorization = value.trim().to_owned(),
            "content-length" => length = value.trim().parse().unwrap_or(0),
            _ => {}
        }
    }
    request.body.resize(length, 0);
    reader.read_exact(&mut request.body)?;
    Ok(Some(request))
}

/// An answer that does what was asked.
pub(super) fn accepted(status: u16, body: serde_json::Value) -> Answer {
    Answer { status, body }
}

/// An answer that says why not.
pub(super) fn refused(status: u16, why: &str) -> Answer {
    Answer {
        status,
        body: serde_json::json!({ "error": why, "message": why }),
    }
}
