use serde_json::{Value, json};
use trustpub_analysis::test_support::Random;

use crate::mutate;

/// A message with its header.
pub(crate) fn framed(body: &[u8]) -> Vec<u8> {
    [format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes(), body].concat()
}

/// The length in a header.
pub(crate) fn length(header: &[u8]) -> Option<usize> {
    let header = std::str::from_utf8(header).ok()?;
    header.strip_prefix("Content-Length: ")?.trim().parse().ok()
}

/// The bodies of the messages, as far as they are framed well, and whether all are.
fn bodies(mut input: &[u8]) -> (Vec<Vec<u8>>, bool) {
    let mut bodies = Vec::new();
    while !input.is_empty() {
        let Some(end) = input.windows(4).position(|end| end == b"\r\n\r\n") else {
            return (bodies, false);
        };
        let (header, rest) = input.split_at(end + 4);
        let Some((body, rest)) = length(header).and_then(|length| rest.split_at_checked(length)) else {
            return (bodies, false);
        };
        bodies.push(body.to_vec());
        input = rest;
    }
    (bodies, true)
}

/// Whether a server must still read after this input: all messages are framed well, and none ends the session.
pub(crate) fn must_answer(input: &[u8]) -> bool {
    let (bodies, is_whole) = bodies(input);
    let text = String::from_utf8_lossy(input);
    let names_a_process = text.matches("processId").count() > text.matches("\"processId\":null").count();
    // A word may be written with escapes.
    let may_exit = text.contains("exit") || text.contains("\\u");
    is_whole && !may_exit && !names_a_process && bodies.iter().all(|body| !body.is_empty())
}

/// Changes messages, and frames them again.
pub(crate) fn change(input: &[u8], other: &[u8], random: &mut Random) -> Option<Vec<u8>> {
    let (mut messages, _) = bodies(input);
    let (others, _) = bodies(other);
    let at = random.below(messages.len());
    let message = messages.get(at)?.clone();
    let to = random.below(messages.len() + 1);
    match random.below(8) {
        0 => drop(messages.remove(at)),
        1 => messages.insert(to, message),
        2 => {
            messages.remove(at);
            messages.insert(to.min(messages.len()), message);
        }
        3 => messages.insert(to, others.get(random.below(others.len()))?.clone()),
        4 => mutate::change(
            &mut messages[at],
            other,
            &["\"id\":1", "\"id\":null", "[]"],
            random,
        ),
        _ => {
            let mut value: Value = serde_json::from_slice(&message).ok()?;
            change_value(&mut value, random);
            messages[at] = value.to_string().into_bytes();
        }
    }
    Some(messages.iter().flat_map(|body| framed(body)).collect())
}

/// Puts something odd into one place of a value.
fn change_value(value: &mut Value, random: &mut Random) {
    let stops = random.below(5) == 0;
    match value {
        Value::Object(members) if !members.is_empty() && !stops => {
            let key = members
                .keys()
                .nth(random.below(members.len()))
                .cloned()
                .unwrap_or_default();
            match random.below(12) {
                0 => drop(members.remove(&key)),
                1 => {
                    let member = members.remove(&key).unwrap_or_default();
                    members.insert(
                        ["__proto__", "", "id", "method", "params", "é"][random.below(6)].to_owned(),
                        member,
                    );
                }
                _ => {
                    if let Some(member) = members.get_mut(&key) {
                        change_value(member, random);
                    }
                }
            }
        }
        Value::Array(items) if !items.is_empty() && !stops => {
            let at = random.below(items.len());
            match random.below(6) {
                0 => drop(items.remove(at)),
                1 => items.push(items[at].clone()),
                _ => change_value(&mut items[at], random),
            }
        }
        Value::Number(_) if random.below(2) == 0 => *value = json!(random.below(60)),
        Value::String(text) if random.below(2) == 0 => {
            let mut bytes = text.as_bytes().to_vec();
            mutate::change(
                &mut bytes,
                b"file:///repo/package.json",
                &["/", "%2f", "file:"],
                random,
            );
            *text = String::from_utf8_lossy(&bytes).into_owned();
        }
        other => *other = odd(random),
    }
}

fn odd(random: &mut Random) -> Value {
    match random.below(16) {
        0 => Value::Null,
        1 => json!(-1),
        2 => json!(1e308),
        3 => json!(u64::MAX),
        4 => json!(2_147_483_648_u32),
        5 => json!(""),
        6 => json!([]),
        7 => json!({}),
        8 => json!("\0\u{2028}\u{feff}"),
        9 => json!("file:///repo/../../etc/passwd"),
        10 => json!("untitled:Untitled-1"),
        11 => json!("file:///repo/package.json"),
        12 => json!(true),
        13 => json!([[[[]]], { "a": { "b": [null] } }]),
        14 => json!("x".repeat(1 << random.below(14))),
        _ => json!(0.5),
    }
}
