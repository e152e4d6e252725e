use trustpub_analysis::test_support::Random;

use crate::case::Target;

/// Words that mean something to one of the syntaxes, or that are unexpected.
const WORDS: &[&[u8]] = &[
    b"${{",
    b"}}",
    b"${{ github.ref }}",
    b"${{ matrix.x || 'a' && fromJSON(needs.a.outputs.b) }}",
    b"<<: *a",
    b"&a ",
    b"*a",
    b"!!binary ",
    b"null",
    b"~",
    b"true",
    b"- ",
    b": ",
    b"? ",
    b"|+2\n",
    b">-\n",
    b"---\n",
    b"...\n",
    b"%YAML 1.2\n",
    b"\t",
    b" # ",
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b"'",
    b",",
    b"99999999999999999999999999",
    b"-0",
    b"1e999",
    b"0x7fffffff",
    b"18446744073709551616",
    b"\0",
    b"\x1b[31m",
    "\u{feff}".as_bytes(),
    "\u{2028}".as_bytes(),
    "\u{85}".as_bytes(),
    "\u{202e}".as_bytes(),
    "é😀".as_bytes(),
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\\ud800",
    b"\\u0000",
    b"\\x",
    b"\\",
    b"\r",
    b"\r\n",
    b"\n",
    b"\n\n",
    b"__proto__",
    b"constructor",
    b"../",
    b"/",
    b"%",
    b"$(",
    b"`",
    b"<<EOF\n",
    b"EOF\n",
    b"&& ",
    b"|| ",
    b"; ",
    b"npm publish",
    b"pnpm publish",
    b"id-token: write",
    b"permissions:",
    b"npm_config_registry=",
    b"# trustpub: ignore[publish-token-env] x",
];
/// What can be nested.
const NESTED: &[&[u8]] = &[
    b"[",
    b"{",
    b"(",
    b"{a: ",
    b"{\"a\":",
    b"- ",
    b"$(",
    b"\"$(",
    b"((",
    b"`",
    b"${a:-",
    b"? ",
    b"!",
    b"&&",
    b"if true; then ",
    b"${{ (",
    b"a: &a [*a, ",
    b"f() { ",
    b"[[",
    b"a.",
    b"<",
    b"'",
    b"\"",
];

/// The input after a few changes. `other` is one to take pieces from.
pub(crate) fn mutated(input: &[u8], other: &[u8], target: &Target, random: &mut Random) -> Vec<u8> {
    let mut input = input.to_vec();
    for _ in 0..=random.below(4) {
        let structured = match random.below(2) {
            0 => (target.change)(&input, other, random),
            _ => None,
        };
        match structured {
            Some(changed) => input = changed,
            None => change(&mut input, other, target.words, random),
        }
    }
    input
}

/// One change that knows nothing of what the bytes mean.
pub(crate) fn change(input: &mut Vec<u8>, other: &[u8], words: &[&str], random: &mut Random) {
    let range = some_range(input, random);
    let at = range.start;
    match random.below(16) {
        0 => {
            if let Some(byte) = input.get_mut(at) {
                *byte ^= 1 << random.below(8);
            }
        }
        1 => {
            if let Some(byte) = input.get_mut(at) {
                *byte = b" \n:#'\"-{}[]$\\/=@a0"[random.below(18)];
            }
        }
        2 => drop(input.drain(range)),
        3 => drop(input.drain(some_line(input, random))),
        4 => {
            let piece = input[range].repeat(1 + random.below(3));
            insert(input, at, &piece);
        }
        5 => {
            let line = some_line(input, random);
            let piece = input[line].repeat(1 + random.below(3));
            let at = some_line(input, random).start;
            insert(input, at, &piece);
        }
        6 => {
            let piece = other[some_range(other, random)].to_vec();
            insert(input, at, &piece);
        }
        7 => {
            let piece = other[some_line(other, random)].to_vec();
            let at = some_line(input, random).start;
            insert(input, at, &piece);
        }
        8 => {
            input.truncate(at);
            input.extend_from_slice(&other[random.below(other.len() + 1)..]);
        }
        9 | 10 => {
            let word = some_word(words, random);
            insert(input, at, word);
        }
        11 | 12 => {
            let token = some_token(input, random);
            let word = some_word(words, random).to_vec();
            input.splice(token, word);
        }
        13 => {
            let line = some_line(input, random);
            match random.below(2) {
                0 => insert(input, line.start, &b"        "[..1 + random.below(8)]),
                _ => {
                    let blanks = input[line.clone()]
                        .iter()
                        .take_while(|byte| **byte == b' ')
                        .count();
                    let fewer = random.below(blanks + 1);
                    drop(input.drain(line.start..line.start + fewer));
                }
            }
        }
        14 if random.below(8) == 0 => {
            let piece = NESTED[random.below(NESTED.len())];
            insert(input, at, &piece.repeat(1 << random.below(13)));
        }
        15 if random.below(8) == 0 => {
            let piece = some_word(words, random).repeat(1 << random.below(12));
            insert(input, at, &piece);
        }
        _ => {
            let ends: &[u8] = [b"\r\n".as_slice(), b"\r", b"\n"][random.below(3)];
            let line = some_line(input, random);
            if input[line.clone()].ends_with(b"\n") {
                input.splice(line.end - 1..line.end, ends.iter().copied());
            }
        }
    }
}

fn insert(input: &mut Vec<u8>, at: usize, piece: &[u8]) {
    input.splice(at..at, piece.iter().copied());
}

fn some_word<'w>(words: &[&'w str], random: &mut Random) -> &'w [u8] {
    let at = random.below(WORDS.len() + words.len() * 2);
    match WORDS.get(at) {
        Some(word) => word,
        None => words[(at - WORDS.len()) % words.len()].as_bytes(),
    }
}

/// A few bytes; now and then many.
fn some_range(input: &[u8], random: &mut Random) -> std::ops::Range<usize> {
    let start = random.below(input.len() + 1);
    let most = [2, 8, 40, 400][random.below(4)];
    start..(start + random.below(most)).min(input.len())
}

/// A line with its end.
fn some_line(input: &[u8], random: &mut Random) -> std::ops::Range<usize> {
    let at = random.below(input.len() + 1);
    let start = input[..at]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |end| end + 1);
    let end = input[start..].iter().position(|byte| *byte == b'\n');
    start..end.map_or(input.len(), |end| start + end + 1)
}

/// A word or a number.
fn some_token(input: &[u8], random: &mut Random) -> std::ops::Range<usize> {
    let is_in_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'@');
    let at = random.below(input.len() + 1);
    let start = input[..at]
        .iter()
        .rposition(|byte| !is_in_word(byte))
        .map_or(0, |end| end + 1);
    let end = input[at..]
        .iter()
        .position(|byte| !is_in_word(byte))
        .map_or(input.len(), |end| at + end);
    start..end
}
