//! Commands that put folders in front of the PATH.

use super::{Meaning, PathExtension};

/// `PATH=…`: the folders in front of the old PATH. Those after it hide nothing that is there.
pub(crate) fn assigned(value: &str) -> Meaning {
    extension(folders_in(value), false)
}

/// `PATH=…` among the lines for `$GITHUB_ENV`.
pub(crate) fn in_environment_file(text: &str) -> Option<Meaning> {
    let value = text.lines().find_map(|line| line.trim().strip_prefix("PATH="))?;
    Some(extension(folders_in(value), true))
}

fn folders_in(value: &str) -> Vec<String> {
    const OLD: [&str; 6] = [
        "$PATH",
        "${PATH}",
        "$env:PATH",
        "$Env:PATH",
        "${env:PATH}",
        "%PATH%",
    ];
    let old = OLD.iter().filter_map(|old| value.find(old)).min();
    let before = old.and_then(|at| value.get(..at));
    // Without the old PATH nothing of it is left.
    before.map_or_else(|| vec!["$".to_owned()], split)
}

/// Lines for `$GITHUB_PATH`: each goes in front of those before it.
pub(crate) fn for_later_steps(text: &str) -> Meaning {
    let lines = text.lines().map(|line| line.trim().trim_matches(['"', '\'']));
    let mut folders: Vec<String> = lines.filter(|line| !line.is_empty()).map(str::to_owned).collect();
    if folders.is_empty() {
        // Another command prints them.
        folders.push("$".to_owned());
    }
    extension(folders, true)
}

fn extension(folders: Vec<String>, for_later_steps: bool) -> Meaning {
    Meaning::ExtendPath(PathExtension {
        folders,
        for_later_steps,
    })
}

/// The folders of a part of a PATH, the first at the end. On Windows a `;` separates them, and a `:` follows a drive.
fn split(text: &str) -> Vec<String> {
    let separator = if text.contains(';') { ';' } else { ':' };
    let mut folders: Vec<String> = text
        .split(separator)
        .map(|folder| folder.trim().to_owned())
        .filter(|folder| !folder.is_empty())
        .collect();
    folders.reverse();
    folders
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{meanings, table};

    #[test]
    fn folders_in_front_of_the_path() {
        table(
            |script| meanings(script).join("; "),
            &[
                (
                    "echo \"$HOME/x/bin\" >> \"$GITHUB_PATH\"",
                    "path later: $HOME/x/bin",
                ),
                ("echo x/bin >> $GITHUB_PATH", "path later: x/bin"),
                ("printf '%s\\n' a b >> ${GITHUB_PATH}", "path later: a b"),
                ("echo ./bin | tee -a $GITHUB_PATH", "other; path later: ./bin"),
                ("cat >> $GITHUB_PATH <<EOF\na\nEOF", "path later: a"),
                ("npm bin >> $GITHUB_PATH", "path later: $"),
                ("echo \"PATH=a:$PATH\" >> $GITHUB_ENV", "path later: a"),
                ("export PATH=\"$PWD/bin:a:$PATH\"", "path now: a $PWD/bin"),
                ("PATH=\"x:${PATH}\"", "path now: x"),
                ("export PATH=$PATH:/opt/bin", "path now: "),
                ("export PATH=/opt/bin", "path now: $"),
                ("PATH=x:$PATH npm publish", "Npm «npm publish»"),
            ],
        );
    }
}
