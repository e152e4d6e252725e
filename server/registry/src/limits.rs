//! How much is read, and for how long.

use std::fmt;
use std::io::{self, Read};
use std::time::Instant;

/// Reads at most a number of bytes, and not after a point in time.
pub(crate) struct Limited<R> {
    inner: R,
    left: u64,
    until: Instant,
}

/// Why no more was read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum LimitReached {
    Size,
    Time,
}

impl<R> Limited<R> {
    pub(crate) fn new(inner: R, limit: u64, until: Instant) -> Self {
        Self {
            inner,
            left: limit,
            until,
        }
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // Answers of other hosts are also costly to read, not only to wait for.
        if Instant::now() > self.until {
            return Err(io::Error::other(LimitReached::Time));
        }
        let read = self.inner.read(buffer)?;
        match self.left.checked_sub(read as u64) {
            Some(left) => {
                self.left = left;
                Ok(read)
            }
            None => Err(io::Error::other(LimitReached::Size)),
        }
    }
}

/// The limit that an error is about. One that was met while compressed bytes were read comes through the decompression.
pub(crate) fn reached(error: &io::Error) -> Option<LimitReached> {
    let inner = error.get_ref()?;
    inner.downcast_ref::<LimitReached>().copied()
}

impl fmt::Display for LimitReached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the limit was reached")
    }
}

impl std::error::Error for LimitReached {}

#[cfg(test)]
mod tests {
    use std::io::BufReader;
    use std::time::Duration;

    use flate2::Compression;
    use flate2::bufread::{GzEncoder, MultiGzDecoder};

    use super::*;

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(600)
    }

    #[test]
    fn no_more_than_the_limit_is_read() {
        for (limit, is_read) in [(5, true), (4, false), (0, false)] {
            let mut reader = Limited::new(&b"12345"[..], limit, soon());
            let result = reader.read_to_end(&mut Vec::new());
            assert_eq!(result.is_ok(), is_read, "{limit}");
        }
    }

    #[test]
    fn nothing_is_read_after_the_time() {
        let mut reader = Limited::new(
            io::repeat(0),
            u64::MAX,
            Instant::now() + Duration::from_millis(50),
        );
        let error = io::copy(&mut reader, &mut io::sink()).unwrap_err();
        assert_eq!(reached(&error), Some(LimitReached::Time));
    }

    #[test]
    fn compressed_and_decompressed_bytes_are_counted() {
        let mut bomb = Vec::new();
        let zeros = BufReader::new(io::repeat(0).take(5_000_000));
        GzEncoder::new(zeros, Compression::best())
            .read_to_end(&mut bomb)
            .unwrap();
        assert!(bomb.len() < 10_000, "{}", bomb.len());
        let mut text = Limited::new(MultiGzDecoder::new(&bomb[..]), 1_000_000, soon());
        let mut read = Vec::new();
        let error = text.read_to_end(&mut read).unwrap_err();
        assert_eq!(reached(&error), Some(LimitReached::Size));
        assert!(read.len() <= 1_000_000, "{}", read.len());

        // Members without content are read without an end, and give nothing.
        let mut empty = Vec::new();
        GzEncoder::new(&b""[..], Compression::best())
            .read_to_end(&mut empty)
            .unwrap();
        let sent = Limited::new(Endless(empty, 0), 1_000_000, soon());
        let error = MultiGzDecoder::new(BufReader::new(sent))
            .read_to_end(&mut Vec::new())
            .unwrap_err();
        assert_eq!(reached(&error), Some(LimitReached::Size));
    }

    /// The same bytes again and again.
    struct Endless(Vec<u8>, usize);

    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            for byte in buffer.iter_mut() {
                *byte = self.0[self.1 % self.0.len()];
                self.1 += 1;
            }
            Ok(buffer.len())
        }
    }
}
