//! Commands that write settings of npm, or variables for the steps that follow.

use super::wrappers::Invocation;
use super::{Exported, Meaning, NpmrcWrite, path};
use crate::publish::site::NpmrcFile;
use crate::publish::tools::arguments::texts_of;
use crate::syntax::shell::{Command, Word};
use crate::text::TextRange;

/// `npm config set` and `npm config delete`, also of pnpm and yarn.
pub(crate) fn of_config(invocation: &Invocation) -> Option<Meaning> {
    if !matches!(invocation.name(), "npm" | "pnpm" | "pn" | "yarn") {
        return None;
    }
    let arguments = invocation.arguments();
    let positionals = arguments.positionals();
    let location = arguments.value(&["--location", "-L"]);
    let location = location.as_ref().map(|location| location.text.as_str());
    let file = match (invocation.name(), location) {
        ("npm", Some("global")) => NpmrcFile::Global,
        ("npm", None) if arguments.has(&["-g", "--global"]) => NpmrcFile::Global,
        ("npm", None | Some("user")) => NpmrcFile::User,
        ("npm", _) => NpmrcFile::Other,
        _ if location == Some("project") => NpmrcFile::Other,
        ("pnpm" | "pn", _) => NpmrcFile::OfPnpm,
        _ => NpmrcFile::OfOtherTool,
    };
    match texts_of(&positionals).as_slice() {
        ["config" | "c", "set", ..] => set(positionals.get(2..)?, file, invocation.range()),
        ["set", "version" | "resolution", ..] if invocation.name() == "yarn" => None,
        ["set", ..] => set(positionals.get(1..)?, file, invocation.range()),
        ["config" | "c", "delete" | "rm" | "unset", keys @ ..] => Some(Meaning::RemoveNpmrcKeys(
            keys.iter().map(|key| unquoted(key)).collect(),
        )),
        _ => None,
    }
}

/// `KEY VALUE`, or any number of `KEY=VALUE`.
fn set(words: &[&Word], file: NpmrcFile, range: TextRange) -> Option<Meaning> {
    let write = |key: &str, value: &str| NpmrcWrite {
        file,
        key: unquoted(key),
        value: unquoted(value),
        range,
        is_literal: words.iter().all(|word| !word.is_dynamic),
    };
    let writes = match words {
        [key, value] if !key.text.contains('=') => vec![write(&key.text, &value.text)],
        words => {
            let pairs = words.iter().filter_map(|word| word.text.split_once('='));
            pairs.map(|(key, value)| write(key, value)).collect()
        }
    };
    (!writes.is_empty()).then_some(Meaning::Npmrc(writes))
}

/// `echo … > .npmrc`, `tee .npmrc` and the like.
pub(crate) fn of_redirect(command: &Command, range: TextRange) -> Option<Meaning> {
    let targets: Vec<&str> = targets(command);
    let is_environment = targets.iter().any(|target| target.contains("GITHUB_ENV"));
    let npmrc = targets.iter().find_map(|target| npmrc_file(target));
    let is_path = targets.iter().any(|target| target.contains("GITHUB_PATH"));
    if !is_environment && npmrc.is_none() && !is_path {
        return None;
    }
    let text = printed(command);
    if is_path {
        return Some(path::for_later_steps(&text));
    }
    let lines = text
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(key, value)| (key.trim(), value));
    if is_environment {
        let path = path::in_environment_file(&text);
        return Some(path.unwrap_or_else(|| Meaning::Export(exported(&text))));
    }
    let file = npmrc?;
    let range = command.range.cover(range);
    let inputs = command
        .redirects
        .iter()
        .filter(|redirect| redirect.operator.starts_with("<<"));
    let mut words = command
        .words
        .iter()
        .chain(inputs.map(|redirect| &redirect.target));
    let is_literal = words.all(|word| !word.is_dynamic);
    let writes: Vec<NpmrcWrite> = lines
        .map(|(key, value)| NpmrcWrite {
            file,
            key: unquoted(key),
            value: unquoted(value),
            range,
            is_literal,
        })
        .collect();
    // What a variable or another command puts into the file may be a token.
    Some(if writes.is_empty() {
        unread(file, range)
    } else {
        Meaning::Npmrc(writes)
    })
}

/// `cp FILE .npmrc`
pub(crate) fn copied(words: &[&Word], range: TextRange) -> Meaning {
    let target = words.last().and_then(|word| npmrc_file(&word.text));
    unread(target.unwrap_or(NpmrcFile::Other), range)
}

/// Settings that the words do not show.
fn unread(file: NpmrcFile, range: TextRange) -> Meaning {
    Meaning::Npmrc(vec![NpmrcWrite {
        file,
        key: String::new(),
        value: "$".to_owned(),
        range,
        is_literal: false,
    }])
}

/// Which `.npmrc` a path names; none for another file.
pub(super) fn npmrc_file(path: &str) -> Option<NpmrcFile> {
    let path = path.trim_matches(['"', '\'']).replace('\\', "/");
    if path.to_ascii_uppercase().contains("NPM_CONFIG_USERCONFIG") {
        return Some(NpmrcFile::User);
    }
    const HOMES: [&str; 12] = [
        "~",
        "$HOME",
        "${HOME}",
        "$env:HOME",
        "$env:USERPROFILE",
        "%USERPROFILE%",
        "${USERPROFILE}",
        "/home/runner",
        "/root",
        "/Users/runner",
        "/github/home",
        "C:/Users/runneradmin",
    ];
    let folder = path.strip_suffix(".npmrc")?.trim_end_matches('/');
    let is_home = HOMES.iter().any(|home| home.eq_ignore_ascii_case(folder));
    Some(if is_home {
        NpmrcFile::Home
    } else {
        NpmrcFile::Other
    })
}

/// The files with an extension to which a command writes.
pub(crate) fn written_files(command: &Command) -> impl Iterator<Item = &str> {
    targets(command).into_iter().filter(|target| target.contains('.'))
}

/// The files to which a command writes.
fn targets(command: &Command) -> Vec<&str> {
    let redirected = command
        .redirects
        .iter()
        .filter(|redirect| redirect.operator.contains('>'))
        .map(|redirect| redirect.target.text.as_str());
    let is_writer = command.words.iter().any(|word| is_writer(&word.text));
    let of_writer = command
        .words
        .iter()
        .map(|word| word.text.as_str())
        .filter(|_| is_writer);
    redirected.chain(of_writer).collect()
}

/// Programs that write what they are given, or what comes through a pipe, to files.
pub(crate) fn is_writer(program: &str) -> bool {
    ["tee", "Out-File", "Add-Content", "Set-Content"]
        .iter()
        .any(|name| name.eq_ignore_ascii_case(program))
}

/// What `Add-Content` and `Set-Content` write: the value of `-Value`, or the last word.
fn content(command: &Command) -> String {
    let words: Vec<&str> = command
        .words
        .iter()
        .skip(1)
        .map(|word| word.text.as_str())
        .collect();
    let flag = words.iter().position(|word| word.eq_ignore_ascii_case("-Value"));
    let value = match flag {
        Some(at) => words.get(at + 1),
        None => words.get(1),
    };
    value.copied().unwrap_or_default().to_owned()
}

/// What a command prints, as far as its words show it.
pub(crate) fn printed(command: &Command) -> String {
    let inputs = command
        .redirects
        .iter()
        .filter(|redirect| redirect.operator.starts_with("<<"))
        .map(|redirect| redirect.target.text.clone());
    let words: Vec<&str> = command
        .words
        .iter()
        .skip(1)
        .map(|word| word.text.as_str())
        .skip_while(|word| matches!(*word, "-e" | "-n" | "-E" | "-ne" | "-en" | "--"))
        .collect();
    let own = match command.word(0) {
        Some("printf") => format_printf(&words),
        Some("echo" | "Write-Output" | "Write-Host") => words.join(" "),
        Some(name)
            if name.eq_ignore_ascii_case("Add-Content") || name.eq_ignore_ascii_case("Set-Content") =>
        {
            content(command)
        }
        // PowerShell prints a text that is alone.
        Some(text) if words.is_empty() && is_quoted(command) => text.to_owned(),
        _ => String::new(),
    };
    std::iter::once(own)
        .chain(inputs)
        .collect::<Vec<_>>()
        .join("\n")
        .replace("\\n", "\n")
        .replace("`n", "\n")
}

fn is_quoted(command: &Command) -> bool {
    let first = command.words.first();
    first.is_some_and(|word| word.inner != Some(word.range))
}

/// `printf 'key=%s' value`.
fn format_printf(words: &[&str]) -> String {
    let Some((format, values)) = words.split_first() else {
        return String::new();
    };
    let mut text = String::new();
    let mut values = values.iter();
    for (n, piece) in format.split("%s").enumerate() {
        if n > 0 {
            text.push_str(values.next().unwrap_or(&""));
        }
        text.push_str(piece);
    }
    // printf uses its format again for values that are left: `printf '%s\n' line line`.
    for value in values {
        text.push('\n');
        text.push_str(value);
    }
    text
}

/// The variables in `NAME=value` and in `NAME<<END`, whose value is the lines up to `END`.
fn exported(text: &str) -> Vec<Exported> {
    let mut found: Vec<Exported> = Vec::new();
    let mut end: Option<String> = None;
    for line in text.lines() {
        if let Some(wanted) = &end {
            match (line.trim() == wanted, found.last_mut()) {
                (true, _) => end = None,
                (false, Some(last)) => {
                    let value = last.value.get_or_insert_default();
                    let is_first = value.is_empty();
                    value.push_str(if is_first { "" } else { "\n" });
                    value.push_str(line);
                }
                (false, None) => {}
            }
            continue;
        }
        let later = |name: &str, value: Option<&str>| Exported {
            name: name.trim().to_owned(),
            value: value.map(str::to_owned),
            is_for_later_steps: true,
        };
        match (line.split_once("<<"), line.split_once('=')) {
            (Some((name, delimiter)), assigned)
                if assigned.is_none_or(|(before, _)| before.len() > name.len()) =>
            {
                found.push(later(name, None));
                end = Some(delimiter.trim().to_owned());
            }
            (_, Some((name, value))) => found.push(later(name, Some(value.trim_end_matches('\r')))),
            _ => {}
        }
    }
    found
}

fn unquoted(text: &str) -> String {
    text.trim().trim_matches(['"', '\'']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{meanings, table};

    fn show(script: &str) -> String {
        meanings(script).join("; ")
    }

    #[test]
    fn settings_of_npm() {
        table(
            show,
            &[
                (
                    "npm config set registry https://a.com",
                    "npmrc registry=https://a.com",
                ),
                ("npm config set a=b c=d", "npmrc a=b c=d"),
                ("npm set //a.com/:_authToken $T", "npmrc //a.com/:_authToken=$T"),
                ("npm set //a.com/:_authToken=$T", "npmrc //a.com/:_authToken=$T"),
                (
                    "npm config set '//a.com/:_authToken' \"${T}\"",
                    "npmrc //a.com/:_authToken=${T}",
                ),
                ("npm c set provenance true", "npmrc provenance=true"),
                ("npm config set --location=user a b", "npmrc a=b"),
                ("pnpm config set a b", "npmrc a=b"),
                ("yarn config set npmAuthToken $T", "npmrc npmAuthToken=$T"),
                ("yarn set version stable", "other"),
                ("npm config get registry", "other"),
                (
                    "npm config delete //a.com/:_authToken",
                    "remove //a.com/:_authToken",
                ),
            ],
        );
    }

    #[test]
    fn files_of_npm() {
        let line = "npmrc //a.com/:_authToken=$T";
        table(
            show,
            &[
                ("echo \"//a.com/:_authToken=$T\" > .npmrc", line),
                ("echo //a.com/:_authToken=$T >> ~/.npmrc", line),
                (
                    "echo -e \"//a.com/:_authToken=$T\\na=b\" > .npmrc",
                    "npmrc //a.com/:_authToken=$T a=b",
                ),
                ("printf '//a.com/:_authToken=%s\\n' \"$T\" > .npmrc", line),
                ("printf '%s\\n' 'a=b' 'c=d' > .npmrc", "npmrc a=b c=d"),
                ("cat > .npmrc << EOF\n//a.com/:_authToken=$T\nEOF", line),
                ("cat <<'EOF' > ~/.npmrc\na=b\nc=\"d\"\nEOF", "npmrc a=b c=d"),
                ("tee .npmrc <<< 'a=b'", "npmrc a=b"),
                ("sudo tee -a .npmrc <<EOF\na=b\nEOF", "npmrc a=b"),
                ("echo a=b > \"$NPM_CONFIG_USERCONFIG\"", "npmrc a=b"),
                ("echo a=b > other", "other"),
            ],
        );
    }

    #[test]
    fn variables_for_the_steps_that_follow() {
        table(
            show,
            &[
                ("echo \"A=b\" >> $GITHUB_ENV", "export A"),
                ("echo \"A=b\" >> \"${GITHUB_ENV}\"", "export A"),
                ("printf 'A=b\\nC=d\\n' >> $GITHUB_ENV", "export A C"),
                (
                    "cat <<EOF >> $GITHUB_ENV\nA<<END\nx=y\nEND\nB=c\nEOF",
                    "export A B",
                ),
                ("echo A=b >> $GITHUB_OUTPUT", "other"),
            ],
        );
    }
}
