//! Operations on `.npmrc`.

use super::Refused;
use crate::syntax::npmrc::{NpmrcSetting, parse_npmrc};
use crate::text::{TextEdit, TextRange};

const STALE: Refused = Refused("the text has changed since it was read");

/// Removes the line of a setting, with its line break (or the one before it, where it is the last line).
pub(crate) fn remove_setting(text: &str, setting: &NpmrcSetting) -> Result<Vec<TextEdit>, Refused> {
    check_range(text, setting)?;
    let (start, end) = (setting.line.start(), setting.line.end());
    let before = text.get(..start).ok_or(STALE)?;
    let after = text.get(end..).ok_or(STALE)?;
    let range = if after.is_empty() {
        TextRange::new(start - line_break_length(before, str::ends_with), end)
    } else {
        TextRange::new(start, end + line_break_length(after, str::starts_with))
    };
    Ok(vec![TextEdit::delete(range)])
}

/// Gives a setting another key.
pub(crate) fn replace_key(text: &str, setting: &NpmrcSetting, key: &str) -> Result<Vec<TextEdit>, Refused> {
    check_range(text, setting)?;
    let key = if setting.is_array {
        format!("{key}[]")
    } else {
        key.to_owned()
    };
    let is_same = |read: &NpmrcSetting| read.key.value == key.trim_end_matches("[]");
    if !is_read_back(&format!("{key}=x"), is_same) {
        return Err(Refused("npm could not read this key back"));
    }
    Ok(vec![TextEdit::replace(setting.key.range, key)])
}

fn is_read_back(line: &str, is_same: impl Fn(&NpmrcSetting) -> bool) -> bool {
    match parse_npmrc(line).settings.as_slice() {
        [setting] => is_same(setting),
        _ => false,
    }
}

fn check_range(text: &str, setting: &NpmrcSetting) -> Result<(), Refused> {
    let line = setting.line.slice(text);
    let is_line = !line.is_empty() && setting.line.contains_range(setting.key.range);
    if is_line && !line.contains(['\n', '\r']) {
        Ok(())
    } else {
        Err(STALE)
    }
}

fn line_break_length(text: &str, is_at_edge: impl Fn(&str, &'static str) -> bool) -> usize {
    let line_break = ["\r\n", "\n", "\r"].into_iter().find(|b| is_at_edge(text, b));
    line_break.map_or(0, str::len)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::apply_edits;

    type Operation = fn(&str, &NpmrcSetting) -> Result<Vec<TextEdit>, Refused>;

    /// The text after an operation on the setting with this key.
    fn edited(text: &str, key: &str, operation: Operation) -> String {
        let npmrc = parse_npmrc(text);
        let edits = operation(text, npmrc.setting(key).unwrap()).unwrap();
        apply_edits(text, &edits).unwrap()
    }

    #[test]
    fn a_line_goes_with_its_break() {
        for (text, expected) in [
            ("a=1\nt=x\nb=2\n", "a=1\nb=2\n"),
            ("t=x # why\nb=2\n", "b=2\n"),
            ("a=1\r\n  t = x\r\nb=2\r\n", "a=1\r\nb=2\r\n"),
            ("a=é\nt=x", "a=é"),
            ("a=1\r\nt=x", "a=1"),
            ("; about t\nt=x\n", "; about t\n"),
            ("t=x", ""),
            ("t", ""),
        ] {
            assert_eq!(edited(text, "t", remove_setting), expected, "{text:?}");
        }
    }

    #[test]
    fn a_key_changes_alone() {
        let rename: Operation =
            |text, setting| replace_key(text, setting, "//registry.npmjs.org/:_authToken");
        for (text, expected) in [
            (
                "_authToken = ${NPM_TOKEN} ; x\r\n",
                "//registry.npmjs.org/:_authToken = ${NPM_TOKEN} ; x\r\n",
            ),
            ("\"_authToken\"=é", "//registry.npmjs.org/:_authToken=é"),
        ] {
            assert_eq!(edited(text, "_authToken", rename), expected, "{text:?}");
        }
        let array: Operation = |text, setting| replace_key(text, setting, "b");
        assert_eq!(edited("a[]=1\n", "a", array), "b[]=1\n");
    }

    #[test]
    fn what_npm_could_not_read_back_is_refused() {
        let npmrc = parse_npmrc("t=1");
        let setting = &npmrc.settings[0];
        assert!(replace_key("t=1", setting, "a=b").is_err());
        assert!(replace_key("t=1", setting, "#a").is_err());
        assert_eq!(remove_setting("", setting), Err(STALE));
    }
}
