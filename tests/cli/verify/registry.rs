//! A registry on the loopback interface that answers what a test tells it to, and remembers what it was asked. It is a
//! proxy as well: after a `CONNECT` it goes on answering by itself.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// What is answered.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// A status and a body.
    Text(u16, String),
    /// A body, compressed.
    Gzip(String),
    /// So many blanks, compressed to a thousandth.
    Blanks(u64),
    /// Another address.
    Redirect(String),
    /// Bytes that are the whole of the answer, after which the connection is closed.
    Raw(String),
    /// Bytes that are the beginning of an answer that never ends.
    Stuck(String),
}

/// What was asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: HashMap<String, String>,
}

pub(crate) struct Registry {
    port: u16,
    requests: Arc<Mutex<Vec<Request>>>,
    is_ending: Arc<AtomicBool>,
}

impl Registry {
    /// Starts one. What it has no reply for, it does not find.
    pub(crate) fn start(replies: &[(&str, Reply)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        let replies = replies
            .iter()
            .map(|(path, reply)| ((*path).to_owned(), reply.clone()));
        let replies: Arc<HashMap<String, Reply>> = Arc::new(replies.collect());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let is_ending = Arc::new(AtomicBool::new(false));
        let registry = Self {
            port,
            requests: Arc::clone(&requests),
            is_ending: Arc::clone(&is_ending),
        };
        thread::spawn(move || {
            for stream in listener.incoming() {
                if is_ending.load(Ordering::SeqCst) {
                    return;
                }
                let (replies, requests) = (Arc::clone(&replies), Arc::clone(&requests));
                // A client that goes away in the middle is a part of some tests.
                thread::spawn(move || stream.and_then(|stream| answer(stream, &replies, &requests)));
            }
        });
        registry
    }

    /// Its URL.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Its URL by another name of the same machine.
    pub(crate) fn url_by_name(&self) -> String {
        format!("http://localhost:{}/", self.port)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("no thread has panicked").clone()
    }

    /// The targets that were asked for, sorted, since packages are asked at the same time.
    pub(crate) fn targets(&self) -> Vec<String> {
        let mut targets: Vec<String> = self
            .requests()
            .into_iter()
            .map(|request| request.target)
            .collect();
        targets.sort();
        targets
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        self.is_ending.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for a connection.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn answer(
    mut stream: TcpStream,
    replies: &HashMap<String, Reply>,
    requests: &Mutex<Vec<Request>>,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    const TLS_HANDSHAKE: u8 = 22;
    if reader.fill_buf()?.first() == Some(&TLS_HANDSHAKE) {
        return stream.write_all(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n");
    }
    loop {
        let Some(request) = read_request(&mut reader)? else {
            return Ok(());
        };
        let is_tunnel = request.method == "CONNECT";
        let reply = replies.get(&request.target).cloned();
        requests.lock().expect("no thread has panicked").push(request);
        if is_tunnel {
            stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n")?;
            continue;
        }
        let head = |status: u16, more: &str, length: usize| {
            format!("HTTP/1.1 {status} Status\r\n{more}content-length: {length}\r\nconnection: close\r\n\r\n")
        };
        let bytes = match reply {
            None => head(404, "", 0).into_bytes(),
            Some(Reply::Text(status, body)) => {
                [head(status, "", body.len()).as_bytes(), body.as_bytes()].concat()
            }
            Some(Reply::Gzip(body)) => {
                let body = gzip(body.as_bytes());
                [
                    head(200, "content-encoding: gzip\r\n", body.len()).as_bytes(),
                    &body,
                ]
                .concat()
            }
            Some(Reply::Blanks(count)) => {
                let body = blanks(count);
                [
                    head(200, "content-encoding: gzip\r\n", body.len()).as_bytes(),
                    &body,
                ]
                .concat()
            }
            Some(Reply::Redirect(to)) => head(302, &format!("location: {to}\r\n"), 0).into_bytes(),
            Some(Reply::Raw(bytes)) => bytes.into_bytes(),
            Some(Reply::Stuck(bytes)) => {
                stream.write_all(bytes.as_bytes())?;
                // Until the client gives up.
                return reader.read_to_end(&mut Vec::new()).map(drop);
            }
        };
        return stream.write_all(&bytes);
    }
}

fn read_request(reader: &mut impl BufRead) -> std::io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim().split_once(':') else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    Ok(Some(Request {
        method,
        target,
        headers,
    }))
}

/// Blanks in the form of gzip.
fn blanks(count: u64) -> Vec<u8> {
    let mut body = Vec::new();
    let text = BufReader::new(std::io::repeat(b' ').take(count));
    let mut encoder = flate2::bufread::GzEncoder::new(text, flate2::Compression::fast());
    encoder
        .read_to_end(&mut body)
        .expect("reading from memory does not fail");
    body
}

/// The bytes in the form of gzip, as one block that is stored as it is.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).expect("one block is enough");
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            };
        }
    }
    [
        &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1][..],
        &length.to_le_bytes(),
        &(!length).to_le_bytes(),
        bytes,
        &(!crc).to_le_bytes(),
        &u32::from(length).to_le_bytes(),
    ]
    .concat()
}
