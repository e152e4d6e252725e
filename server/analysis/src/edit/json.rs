//! Operations on JSON.
