use super::Script;

/// Splits a script into its commands.
pub fn split_script(_script: &str) -> Script {
    Script::default()
}
