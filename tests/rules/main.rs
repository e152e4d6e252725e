//! Rules, on marked text.
