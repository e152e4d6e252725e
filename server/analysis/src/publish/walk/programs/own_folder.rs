//! How scripts ask for the folder in which they are: `$(dirname "$0")`, `$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)`,
//! `$PSScriptRoot`, `%~dp0`.

use crate::text::FolderPath;

/// In the place of the script's own name, and of its folder, while a text is read.
const OWN_NAME: &str = "\u{1}";
const OWN_FOLDER: &str = "\u{2}";

/// How the name of the file is written that is being read, whatever runs it.
const NAMES_OF_FILE: [&str; 3] = ["${BASH_SOURCE[0]}", "${BASH_SOURCE}", "$BASH_SOURCE"];
/// How the name of the script is written that was called. For a file that is read with `source` it is another one.
const NAMES_OF_CALLED: [&str; 2] = ["${0}", "$0"];
/// What gives the same file its full name.
const FULL_NAMES: [&str; 5] = [
    "readlink -f",
    "readlink -e",
    "realpath",
    "realpath -e",
    "greadlink -f",
];
const FOLDERS: [&str; 3] = ["${BASH_SOURCE[0]%/*}", "${BASH_SOURCE%/*}", "${0%/*}"];
/// How PowerShell and cmd write it.
const FOLDERS_OF_WINDOWS: [&str; 5] = ["${PSScriptRoot}", "$PSScriptRoot", "%~dp0\\", "%~dp0/", "%~dp0"];

/// The folder of the script that is being read.
#[derive(Clone, Debug)]
pub(in crate::publish::walk) struct OwnFolder {
    /// As the call names it, from the folder in which it is made.
    written: String,
    /// From the root of the repository, if it is known.
    full: Option<String>,
    /// Whether another script reads it, so that `$0` is that one.
    is_sourced: bool,
}

impl OwnFolder {
    /// The folder of a script that is called by this path.
    pub(in crate::publish::walk) fn of_call(path: &str) -> Self {
        let folder = path.rsplit_once(['/', '\\']).map_or(".", |(folder, _)| folder);
        Self {
            written: folder.to_owned(),
            full: None,
            is_sourced: false,
        }
    }

    /// The same for a script of which it is known where in the repository it is.
    pub(in crate::publish::walk) fn in_repository(self, folder: &FolderPath, is_sourced: bool) -> Self {
        let full = match folder.as_str() {
            "" => "$GITHUB_WORKSPACE".to_owned(),
            folder => format!("$GITHUB_WORKSPACE/{folder}"),
        };
        Self {
            full: Some(full),
            is_sourced,
            ..self
        }
    }

    /// Whether a text may ask for the folder.
    pub(in crate::publish::walk) fn is_asked_for_by(text: &str) -> bool {
        (text.contains('$') || text.contains('%'))
            && ["$0", "${0", "BASH_SOURCE", "PSScriptRoot", "~dp0", "$(cd "]
                .iter()
                .any(|sign| text.contains(sign))
    }

    /// The text with the folder in the place of the commands that ask for it.
    pub(in crate::publish::walk) fn put_into(&self, text: &str) -> String {
        let full = self.full.as_deref().unwrap_or(&self.written);
        let mut text = text.replace("$( ", "$(").replace(" )", ")");
        for folder in FOLDERS {
            if !self.is_sourced || folder.contains("BASH") {
                text = text.replace(folder, OWN_FOLDER);
            }
        }
        for folder in FOLDERS_OF_WINDOWS {
            if text.contains(folder) {
                let slash = if folder.starts_with('%') { "/" } else { "" };
                text = text.replace(folder, &format!("{full}{slash}"));
            }
        }
        let names = NAMES_OF_CALLED.iter().filter(|_| !self.is_sourced);
        for name in NAMES_OF_FILE.iter().chain(names) {
            text = text.replace(name, OWN_NAME);
        }
        if text.contains(OWN_NAME) {
            for program in FULL_NAMES {
                text = without_command(&text, program, OWN_NAME);
            }
            text = without_command(&text, "dirname", OWN_FOLDER);
            text = text.replace(OWN_NAME, "$0");
        }
        while let Some((before, inside, after)) = full_name(&text) {
            let inside = match inside.strip_prefix(OWN_FOLDER) {
                Some(rest) => format!("{full}{rest}"),
                None => inside.to_owned(),
            };
            text = format!("{before}{inside}{after}");
        }
        text.replace(OWN_FOLDER, &self.written)
    }
}

/// The text with folders in the place of the commands that only print their full names: `$(cd "scripts/.." && pwd)`.
pub(in crate::publish::walk) fn with_full_names(text: &str) -> String {
    let mut text = text.to_owned();
    while let Some((before, inside, after)) = full_name(&text) {
        text = format!("{before}{inside}{after}");
    }
    text
}

/// The text with `result` in the place of `$(PROGRAM "NAME")`.
fn without_command(text: &str, program: &str, result: &str) -> String {
    let mut text = text.to_owned();
    for argument in [
        format!("\"{OWN_NAME}\""),
        OWN_NAME.to_owned(),
        format!("-- \"{OWN_NAME}\""),
    ] {
        for form in [
            format!("$({program} {argument})"),
            format!("`{program} {argument}`"),
        ] {
            text = text.replace(&form, result);
        }
    }
    text
}

/// `$(cd FOLDER && pwd)`: what is before it, the folder, what follows it.
fn full_name(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text
        .split_once("$(cd ")
        .or_else(|| text.split_once("$(CDPATH= cd "))?;
    let (inside, after) = rest.split_once(')')?;
    let inside = inside.trim();
    let folder = inside
        .strip_suffix("pwd")
        .or_else(|| inside.strip_suffix("pwd -P"))?;
    let folder = folder.trim_end();
    let folder = folder.strip_suffix("&&").or_else(|| folder.strip_suffix(';'))?;
    let folder = folder.split(['>', '&']).next()?.trim();
    let folder = folder.trim_start_matches("-P ").trim_start_matches("-- ");
    let folder = folder.trim_matches('"');
    let path = folder.strip_prefix("$GITHUB_WORKSPACE").unwrap_or(folder);
    let is_plain = !folder.is_empty() && !path.contains(['$', '`', '"', ' ']);
    is_plain.then_some((before, folder, after))
}

#[cfg(test)]
mod tests {
    use super::OwnFolder;
    use crate::text::FolderPath;

    fn put(is_sourced: bool, text: &str) -> String {
        let folder = FolderPath::new("tools/ci").unwrap();
        OwnFolder::of_call("ci/a.sh")
            .in_repository(&folder, is_sourced)
            .put_into(text)
    }

    #[test]
    fn the_folder_of_the_script() {
        for (text, expected) in [
            ("$(dirname \"$0\")/b", "ci/b"),
            ("$(dirname $0)/b", "ci/b"),
            ("$(dirname -- \"${BASH_SOURCE[0]}\")/b", "ci/b"),
            ("`dirname $0`/b", "ci/b"),
            ("${0%/*}/b", "ci/b"),
            ("${BASH_SOURCE[0]%/*}/b", "ci/b"),
            ("$(dirname \"$(readlink -f \"$0\")\")/b", "ci/b"),
            ("$(dirname \"$(realpath \"${BASH_SOURCE[0]}\")\")/b", "ci/b"),
            (
                "$(cd \"$(dirname \"$0\")\" && pwd)/b",
                "$GITHUB_WORKSPACE/tools/ci/b",
            ),
            (
                "$(cd -- \"$(dirname -- \"${BASH_SOURCE[0]}\")\" &> /dev/null && pwd)",
                "$GITHUB_WORKSPACE/tools/ci",
            ),
            (
                "$( cd \"$( dirname \"${BASH_SOURCE[0]}\" )\" >/dev/null 2>&1 && pwd )/b",
                "$GITHUB_WORKSPACE/tools/ci/b",
            ),
            (
                "$(cd \"$(dirname \"$0\")/..\" && pwd -P)",
                "$GITHUB_WORKSPACE/tools/ci/..",
            ),
            ("$PSScriptRoot/b.ps1", "$GITHUB_WORKSPACE/tools/ci/b.ps1"),
            ("%~dp0b.cmd", "$GITHUB_WORKSPACE/tools/ci/b.cmd"),
            ("%~dp0\\b.cmd", "$GITHUB_WORKSPACE/tools/ci/b.cmd"),
            ("$(cd $A && pwd)", "$(cd $A && pwd)"),
            ("$0", "$0"),
            ("$(basename \"$0\")", "$(basename \"$0\")"),
        ] {
            assert_eq!(put(false, text), expected, "{text}");
        }
    }

    #[test]
    fn a_file_that_is_sourced_is_not_the_one_that_was_called() {
        assert_eq!(put(true, "$(dirname \"$0\")/b"), "$(dirname \"$0\")/b");
        assert_eq!(put(true, "${0%/*}/b"), "${0%/*}/b");
        assert_eq!(put(true, "$(dirname \"${BASH_SOURCE[0]}\")/b"), "ci/b");
    }
}
