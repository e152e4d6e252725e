//! Turning the bytes of a log into UTF-8, part by part.

use std::borrow::Cow;

/// PowerShell's `>` writes UTF-16, and tools that cut a file lose the mark at its start.
#[derive(Clone, Copy, Debug)]
enum Encoding {
    /// Or anything else that leaves ASCII as it is.
    Utf8,
    Utf16(fn([u8; 2]) -> u16),
}

/// Bytes at the start that tell the encoding where no byte order mark does.
const SAMPLE: usize = 512;

/// Decodes a log whose parts may end anywhere.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    encoding: Option<Encoding>,
    /// The start of the log, until the encoding is known.
    start: Vec<u8>,
    /// The first byte of a unit whose second byte is in the next part.
    half_unit: Option<u8>,
    /// The first half of a surrogate pair.
    high_surrogate: Option<u16>,
}

impl Decoder {
    /// The next part as UTF-8. Invalid bytes of UTF-8 stay as they are.
    pub(super) fn push<'b>(&mut self, bytes: &'b [u8]) -> Cow<'b, [u8]> {
        match self.encoding {
            Some(encoding) => self.decode(encoding, Cow::Borrowed(bytes)),
            None => {
                self.start.extend_from_slice(bytes);
                match self.start.len() < SAMPLE {
                    true => Cow::Borrowed(&[]),
                    false => Cow::Owned(self.decode_start()),
                }
            }
        }
    }

    /// What is left at the end.
    pub(super) fn finish(&mut self) -> Vec<u8> {
        let mut rest = match self.encoding {
            Some(_) => Vec::new(),
            None => self.decode_start(),
        };
        if self.half_unit.take().is_some() || self.high_surrogate.take().is_some() {
            push_char(&mut rest, char::REPLACEMENT_CHARACTER);
        }
        rest
    }

    fn decode_start(&mut self) -> Vec<u8> {
        let start = std::mem::take(&mut self.start);
        let encoding = encoding(&start);
        self.encoding = Some(encoding);
        self.decode(encoding, Cow::Owned(start)).into_owned()
    }

    fn decode<'b>(&mut self, encoding: Encoding, bytes: Cow<'b, [u8]>) -> Cow<'b, [u8]> {
        let Encoding::Utf16(unit) = encoding else {
            return bytes;
        };
        let mut text = Vec::with_capacity(bytes.len());
        let mut rest = &*bytes;
        if let (Some(first), [second, others @ ..]) = (self.half_unit, rest) {
            self.half_unit = None;
            self.take_unit(unit([first, *second]), &mut text);
            rest = others;
        }
        let (units, half) = rest.as_chunks::<2>();
        for bytes in units {
            self.take_unit(unit(*bytes), &mut text);
        }
        self.half_unit = half.first().copied().or(self.half_unit);
        Cow::Owned(text)
    }

    fn take_unit(&mut self, unit: u16, text: &mut Vec<u8>) {
        match (self.high_surrogate, u8::try_from(unit)) {
            (None, Ok(ascii)) if ascii.is_ascii() => text.push(ascii),
            _ => self.take_wide_unit(unit, text),
        }
    }

    fn take_wide_unit(&mut self, unit: u16, text: &mut Vec<u8>) {
        let units = self.high_surrogate.take().into_iter().chain([unit]);
        if (0xd800..0xdc00).contains(&unit) {
            if units.count() > 1 {
                push_char(text, char::REPLACEMENT_CHARACTER);
            }
            self.high_surrogate = Some(unit);
            return;
        }
        for character in char::decode_utf16(units) {
            push_char(text, character.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
    }
}

fn push_char(text: &mut Vec<u8>, character: char) {
    text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

/// A log is mostly ASCII, so that in UTF-16 one byte of most pairs is zero.
fn encoding(start: &[u8]) -> Encoding {
    match start {
        [0xff, 0xfe, ..] => return Encoding::Utf16(u16::from_le_bytes),
        [0xfe, 0xff, ..] => return Encoding::Utf16(u16::from_be_bytes),
        _ => {}
    }
    let (pairs, _) = start.as_chunks::<2>();
    let are_most = |count: usize| count > 0 && count * 10 >= pairs.len() * 6;
    let count = |is_counted: fn(&[u8; 2]) -> bool| pairs.iter().filter(|pair| is_counted(pair)).count();
    match () {
        () if are_most(count(|[first, second]| *first != 0 && *second == 0)) => {
            Encoding::Utf16(u16::from_le_bytes)
        }
        () if are_most(count(|[first, second]| *first == 0 && *second != 0)) => {
            Encoding::Utf16(u16::from_be_bytes)
        }
        () => Encoding::Utf8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8], part: usize) -> String {
        let mut decoder = Decoder::default();
        let mut text = Vec::new();
        for part in bytes.chunks(part) {
            text.extend_from_slice(&decoder.push(part));
        }
        text.extend(decoder.finish());
        String::from_utf8_lossy(&text).into_owned()
    }

    #[test]
    fn utf_16_is_recognized_with_and_without_a_mark() {
        let log = "npm error – 𝒙 🦋\r\n".repeat(100);
        for text in [log.clone(), format!("\u{feff}{log}")] {
            for to_bytes in [u16::to_le_bytes, u16::to_be_bytes] {
                let bytes: Vec<u8> = text.encode_utf16().flat_map(to_bytes).collect();
                for part in [1, 3, 511, bytes.len()] {
                    assert_eq!(decoded(&bytes, part), text, "parts of {part}");
                }
            }
            assert_eq!(decoded(text.as_bytes(), 7), text);
        }
    }

    #[test]
    fn a_short_log_is_recognized_too() {
        assert_eq!(decoded(b"E\x004\x000\x004\x00", 3), "E404");
        assert_eq!(decoded(b"\0E\x004\x000\x004", 3), "E404");
        for plain in ["", "a", "\0", "\0\0\0\0", "E404"] {
            assert_eq!(decoded(plain.as_bytes(), 1), plain);
        }
    }

    #[test]
    fn what_is_cut_off_or_invalid_is_replaced() {
        assert_eq!(decoded(b"\xff\xfea\0b", 1), "\u{feff}a\u{fffd}");
        assert_eq!(decoded(b"\xff\xfea\0\x00\xd8", 1), "\u{feff}a\u{fffd}");
        assert_eq!(decoded(b"\xff\xfe\x00\xd8a\0", 1), "\u{feff}\u{fffd}a");
        assert_eq!(
            decoded(b"\xff\xfe\x00\xd8\x00\xd8\x00\xdc", 1),
            "\u{feff}\u{fffd}\u{10000}"
        );
    }
}
