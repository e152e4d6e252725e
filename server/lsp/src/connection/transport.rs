//! Reads messages from the client and writes messages to it.
//!
//! It stands in for `tower_lsp::Server`, which (0.20) keeps running after `exit` while its input is open, ends at the
//! first message that is not JSON, and stops answering once a fixed number of requests wait.

use std::convert::Infallible;
use std::future::{self, Future};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures::future::BoxFuture;
use futures::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tower::Service;
use tower_lsp::jsonrpc::{Error, Id, Request, Response};
use tower_lsp::{ClientSocket, LanguageServer};

use super::adapter::Adapter;
use super::client_process;
use super::ending::Ending;
use super::frame::{Frame, FrameReader};
use super::room::Room;

/// How long the last answers may take to be written. A client that does not read them any more must not keep the
/// server alive.
const LAST_WORDS: Duration = Duration::from_millis(300);

/// Serves until `exit`, until the input ends, or until the client's process is gone.
pub(crate) async fn serve<I, O, S: LanguageServer>(
    input: I,
    output: O,
    mut adapter: Adapter<S>,
    socket: ClientSocket,
) -> Ending
where
    I: AsyncRead + Unpin,
    O: AsyncWrite + Unpin + Send + 'static,
{
    let (requests, mut client_answers) = socket.split();
    let (sender, written_answers) = mpsc::unbounded_channel();
    let room = Arc::new(Room::default());
    let answers = Answers {
        sender,
        room: Arc::clone(&room),
    };
    let writing = write_messages(output, written_answers, requests, Arc::clone(&room));
    let mut writer = tokio::spawn(writing);
    let mut frames = FrameReader::new(input);
    let mut client_gone: BoxFuture<'static, ()> = Box::pin(future::pending());
    let mut is_client_watched = false;
    while !adapter.has_exited() {
        let next = async {
            room.wait().await;
            frames.next().await
        };
        let frame = tokio::select! {
            frame = next => frame,
            () = &mut client_gone => break,
        };
        let message = match frame {
            Ok(Some(Frame::Body(body))) => parse(&body),
            Ok(Some(Frame::Garbage)) => Err(Error::parse_error()),
            Ok(None) => break,
            Err(error) => {
                tracing::error!("cannot read from the client: {error}");
                break;
            }
        };
        match message {
            Ok(Message::Request(request)) => call(&mut adapter, request, &answers).await,
            Ok(Message::Answer(answer)) => {
                if client_answers.send(answer).await.is_err() {
                    tracing::debug!("an answer came after the end of the session");
                }
            }
            Err(error) => {
                tracing::error!("the client sent an invalid message: {error}");
                answers.send(&Response::from_error(Id::Null, error));
            }
        }
        if let (Some(process_id), false) = (adapter.client_process_id(), is_client_watched) {
            is_client_watched = true;
            client_gone = Box::pin(client_process::wait_until_gone(process_id));
        }
    }
    drop(answers);
    if tokio::time::timeout(LAST_WORDS, &mut writer).await.is_err() {
        writer.abort();
    }
    adapter.ending()
}

/// Hands a request or notification over. Its handler is polled once before the next message is read: that is what
/// puts it into the main loop's queue, so the queue has the order in which the client sent.
async fn call<S: LanguageServer>(adapter: &mut Adapter<S>, request: Request, answers: &Answers) {
    let ready: Result<(), Infallible> = future::poll_fn(|context| adapter.poll_ready(context)).await;
    let Ok(()) = ready;
    let mut handler = adapter.call(request);
    match poll_once(&mut handler).await {
        Poll::Ready(Ok(Some(answer))) => answers.send(&answer),
        Poll::Ready(Ok(None)) => {}
        Poll::Pending => {
            let answers = answers.clone();
            let under_way = answers.room.begin();
            tokio::spawn(async move {
                if let Ok(Some(answer)) = handler.await {
                    answers.send(&answer);
                }
                drop(under_way);
            });
        }
    }
}

async fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    future::poll_fn(|context| Poll::Ready(Pin::new(&mut *future).poll(context))).await
}

/// The answers that wait to be written.
#[derive(Clone)]
struct Answers {
    sender: UnboundedSender<Vec<u8>>,
    room: Arc<Room>,
}

impl Answers {
    fn send(&self, answer: &Response) {
        let body = match serde_json::to_vec(answer) {
            Ok(body) => body,
            Err(error) => {
                tracing::error!("an answer cannot be written as JSON: {error}");
                return;
            }
        };
        let length = body.len();
        self.room.take(length);
        if self.sender.send(body).is_err() {
            self.room.free(length);
            tracing::debug!("the client takes no more answers");
        }
    }
}

async fn write_messages<O: AsyncWrite + Unpin>(
    mut output: O,
    mut answers: UnboundedReceiver<Vec<u8>>,
    mut requests: impl futures::Stream<Item = Request> + Unpin,
    room: Arc<Room>,
) {
    let mut are_requests_over = false;
    loop {
        let (body, taken) = tokio::select! {
            answer = answers.recv() => match answer {
                Some(answer) => {
                    let length = answer.len();
                    (answer, length)
                }
                None => break,
            },
            request = requests.next(), if !are_requests_over => match request.map(|request| serde_json::to_vec(&request)) {
                Some(Ok(request)) => (request, 0),
                Some(Err(error)) => {
                    tracing::error!("a message cannot be written as JSON: {error}");
                    continue;
                }
                None => {
                    are_requests_over = true;
                    continue;
                }
            },
        };
        let written = write_frame(&mut output, &body).await;
        room.free(taken);
        if let Err(error) = written {
            match error.kind() {
                io::ErrorKind::BrokenPipe => tracing::info!("the client does not read any more"),
                _ => tracing::error!("cannot write to the client, which gets no more messages: {error}"),
            }
            break;
        }
    }
    room.end();
}

async fn write_frame<O: AsyncWrite + Unpin>(output: &mut O, body: &[u8]) -> io::Result<()> {
    // One write, so that the client wakes up once.
    let mut frame = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    frame.extend_from_slice(body);
    output.write_all(&frame).await?;
    output.flush().await
}

enum Message {
    /// A request or notification of the client.
    Request(Request),
    /// The client's answer to a request of the server.
    Answer(Response),
}

fn parse(body: &[u8]) -> Result<Message, Error> {
    let text = String::from_utf8_lossy(body);
    let value: Value = serde_json::from_str(&text)
        .or_else(|_| serde_json::from_str(&replace_lone_surrogates(&text)))
        .map_err(|_| Error::parse_error())?;
    let message = if value.get("method").is_some() {
        serde_json::from_value(value).map(Message::Request)
    } else {
        serde_json::from_value(value).map(Message::Answer)
    };
    message.map_err(|_| Error::invalid_request())
}

/// JavaScript strings may hold half of a surrogate pair, and editors written in it send such a text as it is. Rust
/// has no such strings. U+FFFD is as long in UTF-16, so all positions stay right.
fn replace_lone_surrogates(json: &str) -> String {
    let mut result = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        result.push_str(before);
        let length = match (surrogate(escape), escape.get(6..).and_then(surrogate)) {
            (Some(Half::High), Some(Half::Low)) => 12,
            (Some(_), _) => {
                result.push_str("\\ufffd");
                rest = escape.get(6..).unwrap_or("");
                continue;
            }
            // The escaped character goes along, for it may be a backslash.
            (None, _) => 1 + escape.chars().nth(1).map_or(0, char::len_utf8),
        };
        let (escape, behind) = escape.split_at(length);
        result.push_str(escape);
        rest = behind;
    }
    result.push_str(rest);
    result
}

enum Half {
    High,
    Low,
}

/// Which half of a surrogate pair the escape at the start of `text` stands for.
fn surrogate(text: &str) -> Option<Half> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    match u32::from_str_radix(digits, 16).ok()? {
        0xD800..=0xDBFF => Some(Half::High),
        0xDC00..=0xDFFF => Some(Half::Low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_surrogate_pairs_are_replaced() {
        let cases = [
            (r#""\ud83d""#, r#""\ufffd""#),
            (r#""a\ude00b""#, r#""a\ufffdb""#),
            (r#""\ud83d\ude00""#, r#""\ud83d\ude00""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\\ud83d \n \u00e9 é\"""#, r#""\\ud83d \n \u00e9 é\"""#),
            (r#""\ud83d\"#, r#""\ufffd\"#),
        ];
        for (json, expected) in cases {
            assert_eq!(replace_lone_surrogates(json), expected);
        }
    }
}
