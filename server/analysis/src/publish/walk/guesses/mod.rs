//! What cannot be read, told by its name and by what it is given.

pub(super) mod action_guesses;
pub(super) mod call_guesses;
pub(super) mod guess_names;
pub(super) mod own_grant;
pub(super) mod unread;
