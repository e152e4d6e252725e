//! What the page calls. Only numbers pass: places and sizes in the module's memory.
#![expect(unreachable_pub, reason = "the page calls them, not Rust")]

use std::cell::RefCell;

use crate::answer::answer;

thread_local! {
    /// The request, and after [`trustpub_answer`] the answer.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Makes room for a request of this many bytes and returns where the page writes it.
#[expect(unsafe_code, reason = "the page calls it by this name")]
#[unsafe(no_mangle)]
pub extern "C" fn trustpub_reserve(size: usize) -> usize {
    BUFFER.with_borrow_mut(|buffer| {
        *buffer = vec![0; size];
        buffer.as_mut_ptr().expose_provenance()
    })
}

/// Answers the request in the buffer; the answer takes its place. Returns the answer's size in bytes.
#[expect(unsafe_code, reason = "the page calls it by this name")]
#[unsafe(no_mangle)]
pub extern "C" fn trustpub_answer() -> usize {
    BUFFER.with_borrow_mut(|buffer| {
        *buffer = answer(&String::from_utf8_lossy(buffer)).into_bytes();
        buffer.len()
    })
}

/// Where the answer is.
#[expect(unsafe_code, reason = "the page calls it by this name")]
#[unsafe(no_mangle)]
pub extern "C" fn trustpub_answer_place() -> usize {
    BUFFER.with_borrow(|buffer| buffer.as_ptr().expose_provenance())
}
