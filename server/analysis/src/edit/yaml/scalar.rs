use super::style::{YamlLayout, is_blank};
use super::{STALE, UNUSUAL, YamlEdits, check_not_shared, is_in_flow, mapping_of_key};
use crate::edit::Refused;
use crate::syntax::yaml::{NodeKind, ScalarStyle, YamlNode};
use crate::text::TextEdit;

/// The quotes of a new value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Quoting {
    /// As the old value has them, where the new value can be written so and stays what it is: text that YAML
    /// would read as something else is quoted, plain numbers and booleans stay plain.
    Keep,
    /// `'…'`
    Single,
}

/// Gives a scalar, or a key or a `-` without a value, a new value; the scalar may be a key. Block scalars are
/// refused. There is no edit where the value is there already.
pub(crate) fn set_scalar(text: &str, scalar: YamlNode<'_>, value: &str, quoting: Quoting) -> YamlEdits {
    check_not_shared(scalar)?;
    let same_key = mapping_of_key(scalar).and_then(|mapping| mapping.entry(value));
    if same_key.is_some_and(|entry| entry.key.id() != scalar.id()) {
        return Err(Refused("an entry with this key already exists"));
    }
    let is_flow = is_in_flow(scalar);
    match scalar.kind() {
        Some(NodeKind::Missing) => {
            let written = written(value, ScalarStyle::Plain, quoting, is_flow)?;
            fill_missing(text, scalar, &written)
        }
        Some(NodeKind::Scalar {
            style: ScalarStyle::Literal | ScalarStyle::Folded,
            ..
        }) => Err(Refused("a block of text is not replaced by a single value")),
        Some(NodeKind::Scalar { style, .. }) => {
            let old = scalar.range().slice(text);
            if old.is_empty() {
                return Err(STALE);
            }
            let written = written(value, *style, quoting, is_flow)?;
            let is_same = written == old;
            Ok(if is_same {
                Vec::new()
            } else {
                vec![TextEdit::replace(scalar.range(), written)]
            })
        }
        _ => Err(Refused("this is not a single value")),
    }
}

/// Writes a value where there is none.
pub(crate) fn fill_missing(text: &str, missing: YamlNode<'_>, written: &str) -> YamlEdits {
    let at = missing.range().start();
    let layout = YamlLayout::new(text);
    let behind = layout.after(at).trim_start_matches(is_blank);
    let is_flow = is_in_flow(missing);
    let is_free = layout.is_rest_free(at) || (is_flow && behind.starts_with([',', '}', ']']));
    if !is_free || mapping_of_key(missing).is_some() {
        return Err(UNUSUAL);
    }
    let in_mapping = missing.parent().is_some_and(YamlNode::is_mapping);
    match text.get(..at).and_then(|before| before.chars().next_back()) {
        Some(':') if in_mapping => Ok(vec![TextEdit::insert(at, format!(" {written}"))]),
        // A key in brackets may be without a `:`.
        Some(_) if in_mapping && is_flow => Ok(vec![TextEdit::insert(at, format!(": {written}"))]),
        Some('-') if !in_mapping => Ok(vec![TextEdit::insert(at, format!(" {written}"))]),
        _ => Err(UNUSUAL),
    }
}

/// A new value as YAML.
pub(crate) fn written(
    value: &str,
    old_style: ScalarStyle,
    quoting: Quoting,
    is_flow: bool,
) -> Result<String, Refused> {
    let is_one_line = !value.chars().any(needs_escape);
    match (quoting, old_style) {
        (Quoting::Single, _) => {
            if is_one_line {
                Ok(single_quoted(value))
            } else {
                Err(Refused("the value needs double quotes"))
            }
        }
        (Quoting::Keep, ScalarStyle::DoubleQuoted) => Ok(double_quoted(value)),
        (Quoting::Keep, ScalarStyle::Plain) if is_plain(value, is_flow) && !is_changed_by_yaml(value) => {
            Ok(value.to_owned())
        }
        (Quoting::Keep, _) if is_one_line => Ok(single_quoted(value)),
        (Quoting::Keep, _) => Ok(double_quoted(value)),
    }
}

/// Whether YAML reads the value back where it is without quotes.
fn is_plain(value: &str, is_flow: bool) -> bool {
    let mut chars = value.chars();
    let Some(first) = chars.next() else { return false };
    let second = chars.next();
    let is_start = match first {
        '-' | '?' | ':' => second.is_some_and(|c| !c.is_whitespace()),
        _ => !",[]{}#&*!|>'\"%@`".contains(first),
    };
    let is_edge_blank = value.starts_with(is_blank) || value.ends_with(is_blank);
    let is_cut = value.ends_with(':') || [": ", ":\t", " #", "\t#"].iter().any(|mark| value.contains(mark));
    let is_bracketed = is_flow && value.contains([',', '[', ']', '{', '}']);
    is_start && !is_edge_blank && !is_cut && !is_bracketed && !value.chars().any(needs_escape)
}

/// Whether YAML takes the plain value for something that is written differently when it becomes text again:
/// `24` and `true` stay what they are, `24.10` turns into `24.1` and `~` into nothing.
fn is_changed_by_yaml(value: &str) -> bool {
    if matches!(
        value,
        "~" | "null" | "Null" | "NULL" | "True" | "TRUE" | "False" | "FALSE"
    ) {
        return true;
    }
    let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
    let is_special = [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"].contains(&digits);
    if is_special || digits.starts_with("0x") || digits.starts_with("0o") {
        return true;
    }
    let is_number =
        digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') && digits.parse::<f64>().is_ok();
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "1"));
    let is_short = value.len() <= 15
        && !value.starts_with('+')
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let is_canonical = (whole == "0" || !whole.starts_with('0')) && !whole.is_empty();
    let is_shortest = is_short && is_canonical && !fraction.is_empty() && !fraction.ends_with('0');
    is_number && !is_shortest
}

fn needs_escape(c: char) -> bool {
    (c.is_control() && c != '\t')
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

fn single_quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

fn double_quoted(value: &str) -> String {
    let mut written = String::with_capacity(value.len() + 2);
    written.push('"');
    for c in value.chars() {
        match c {
            '"' => written.push_str("\\\""),
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            c if needs_escape(c) => written.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => written.push(c),
        }
    }
    written.push('"');
    written
}
