//! The analysis for a web page: one JSON text in, one JSON text out.
//!
//! [`answer`] is the whole interface. The functions in `exports` carry its texts over the border of WebAssembly, where only numbers
//! pass: the page reserves room for a request, writes it there, and reads the answer. That takes less than wasm-bindgen, which would need a
//! generator of its own release at build time and would generate the JavaScript that the page loads.

mod answer;
mod document_json;
mod exports;
mod request;
mod shared;
mod utf16;

pub use answer::answer;
