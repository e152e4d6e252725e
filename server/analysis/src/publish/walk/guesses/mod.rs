//! Scripts, actions and workflows that cannot be read: their names and inputs say whether they may publish.

pub(super) mod action_guesses;
pub(super) mod call_guesses;
pub(super) mod guess_names;
pub(super) mod own_grant;
pub(super) mod unread;
