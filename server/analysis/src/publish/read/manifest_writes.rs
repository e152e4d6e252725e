//! What code may write to a manifest that is published, as far as its words show.
//!
//! A build often writes a `package.json` below the folder of what it makes, with nothing but a `type` in it. The committed
//! manifests stay as they are then.

use super::command::writes;
use crate::text::camel_words;

const MANIFEST: &str = "package.json";
/// Code that mentions manifests more often is not looked at in detail.
const MOST_MENTIONS: usize = 50;
/// So much text before a mention is searched for the calls around it.
const MOST_BEFORE: usize = 400;

/// Folders of what a build makes, of installed packages, and of templates.
const MADE_FOLDERS: [&str; 18] = [
    "dist",
    "build",
    "out",
    "output",
    "outdir",
    "esm",
    "cjs",
    "umd",
    "commonjs",
    "es",
    "bundle",
    "target",
    "tmp",
    "temp",
    "node_modules",
    "template",
    "templates",
    "fixtures",
];

/// Which members code may change that writes a manifest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ManifestWrite {
    /// `name`
    pub(crate) name: bool,
    /// The registry in `publishConfig`.
    pub(crate) target: bool,
    /// `repository`
    pub(crate) repository: bool,
}

impl ManifestWrite {
    /// Every member.
    pub(crate) const ANY: Self = Self {
        name: true,
        target: true,
        repository: true,
    };

    /// What either of two changes.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            name: self.name || other.name,
            target: self.target || other.target,
            repository: self.repository || other.repository,
        }
    }
}

/// What JavaScript may write to a manifest that is published; none if it only reads such manifests, or writes those of its
/// build. `holds_packages` says whether committed packages are below a folder of this name.
pub(crate) fn manifest_write(code: &str, holds_packages: impl Fn(&str) -> bool) -> Option<ManifestWrite> {
    if !code.contains(MANIFEST) || !writes(code) {
        return None;
    }
    let mentions: Vec<usize> = code
        .match_indices(MANIFEST)
        .map(|(at, _)| at)
        .filter(|at| is_mention(code, *at))
        .take(MOST_MENTIONS)
        .collect();
    let is_written = mentions.len() == MOST_MENTIONS
        || mentions
            .iter()
            .any(|at| Mention::at(code, *at).may_be_written(&holds_packages));
    is_written.then(|| changed_members(code))
}

/// Whether a file of this very name is meant, and not in a comment.
fn is_mention(code: &str, at: usize) -> bool {
    let (before, after) = around(code, at, MANIFEST.len());
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let line = before.rsplit('\n').next().unwrap_or_default().trim_start();
    !before.ends_with(|c: char| is_part(c) || c == '.')
        && !after.starts_with(is_part)
        && !["//", "*", "#"].iter().any(|comment| line.starts_with(comment))
}

/// The texts before and after a word.
fn around(code: &str, at: usize, length: usize) -> (&str, &str) {
    (
        code.get(..at).unwrap_or_default(),
        code.get(at + length..).unwrap_or_default(),
    )
}

/// A place in code that names a manifest.
struct Mention<'c> {
    code: &'c str,
    /// Before the text in quotes.
    before: &'c str,
    /// The folders in front of the name.
    folders: &'c str,
    /// After the text in quotes.
    after: &'c str,
}

impl<'c> Mention<'c> {
    fn at(code: &'c str, at: usize) -> Self {
        let (before, after) = around(code, at, MANIFEST.len());
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        let is_quote = |c: char| matches!(c, '"' | '\'' | '`');
        let quote = before.get(line..).and_then(|text| text.rfind(is_quote));
        let (before, folders) = match quote {
            Some(quote) => (
                before.get(..line + quote).unwrap_or_default(),
                before.get(line + quote + 1..).unwrap_or_default(),
            ),
            None => (before, ""),
        };
        Self {
            code,
            before,
            folders,
            after: after.strip_prefix(is_quote).unwrap_or(after),
        }
    }

    fn may_be_written(&self, holds_packages: &impl Fn(&str) -> bool) -> bool {
        let start = self.before.trim_end();
        if start.ends_with("from") || start.ends_with("import") || self.folders.starts_with("git ") {
            return false;
        }
        let rest = self.after.strip_prefix(')').unwrap_or_default();
        if [".read", ".json(", ".text(", ".exists("]
            .iter()
            .any(|read| rest.starts_with(read))
        {
            return false;
        }
        let calls = calls_around(self.before);
        let use_of_it = use_in(&calls);
        if use_of_it == Use::Read || use_of_it == Use::Open && self.is_variable_that_is_read() {
            return false;
        }
        let beside = calls.first().map_or("", |call| call.arguments);
        let is_made = |word: &str| MADE_FOLDERS.contains(&word) && !holds_packages(word);
        let mut words = camel_words(self.folders).into_iter().chain(camel_words(beside));
        !words.any(|word| is_made(&word))
    }

    /// `const path = join(root, 'package.json')`, if the variable is only read from.
    fn is_variable_that_is_read(&self) -> bool {
        let line = self.before.rsplit('\n').next().unwrap_or_default().trim_start();
        let mut parts = line.split_whitespace();
        let is_declared = parts
            .next()
            .is_some_and(|word| matches!(word, "const" | "let" | "var"));
        let name = parts.next().filter(|_| is_declared && parts.next() == Some("="));
        let is_name = |name: &&str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let Some(name) = name.filter(is_name) else {
            return false;
        };
        let declared = self.before.len() - line.len();
        let uses = self.code.match_indices(name).filter(|(at, _)| {
            let (before, after) = around(self.code, *at, name.len());
            let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$');
            !(declared..self.before.len()).contains(at)
                && !before.ends_with(|c: char| is_part(c) || c == '.')
                && !after.starts_with(is_part)
        });
        let mut uses = uses.map(|(at, _)| use_in(&calls_around(self.code.get(..at).unwrap_or_default())));
        // More uses than that are not looked at.
        uses.by_ref().take(MOST_MENTIONS).all(|used| used == Use::Read) && uses.next().is_none()
    }
}

/// A call that is not closed yet.
struct Call<'c> {
    callee: &'c str,
    arguments: &'c str,
}

/// The calls around the end of a text, the innermost first.
fn calls_around(before: &str) -> Vec<Call<'_>> {
    let mut start = before.len().saturating_sub(MOST_BEFORE);
    while !before.is_char_boundary(start) {
        start += 1;
    }
    let text = before.get(start..).unwrap_or_default();
    let mut calls = Vec::new();
    let mut depth = 0_usize;
    for (at, c) in text.char_indices().rev() {
        match c {
            ')' | ']' | '}' => depth += 1,
            '{' | ';' if depth == 0 => break,
            '(' if depth == 0 => {
                let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '.' | '?');
                let callee = text.get(..at).unwrap_or_default();
                let rest = callee.trim_end_matches(is_of_name);
                calls.push(Call {
                    callee: callee.get(rest.len()..).unwrap_or_default(),
                    arguments: text.get(at + 1..).unwrap_or_default(),
                });
            }
            '(' | '[' | '{' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    calls
}

/// What a call does with a path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Read,
    Written,
    Open,
}

fn use_in(calls: &[Call<'_>]) -> Use {
    let of_call = |call: &Call<'_>| {
        let callee = call.callee.to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| callee.contains(word));
        if has(&["write", "output", "copy", "rename", "save", "update", "append"]) {
            return Use::Written;
        }
        let only_names_it = has(&[
            "console",
            "error",
            "includes",
            "endswith",
            "startswith",
            "log",
            "warn",
        ]);
        match only_names_it || has(&["read", "require", "import", "exists", "stat", "access"]) {
            true => Use::Read,
            false => Use::Open,
        }
    };
    let mut uses = calls.iter().map(of_call);
    uses.find(|of_call| *of_call != Use::Open).unwrap_or(Use::Open)
}

/// The members that code may change, by its words. A file that is copied may have any.
fn changed_members(code: &str) -> ManifestWrite {
    let copies = [
        "copyFile",
        "cpSync",
        "rename",
        "Object.assign",
        "merge(",
        ".mv(",
        ".cp(",
    ];
    if copies.iter().any(|word| code.contains(word)) || sets_some_member(code) {
        return ManifestWrite::ANY;
    }
    ManifestWrite {
        name: may_set(code, "name"),
        target: code.contains("publishConfig") && code.contains("registry"),
        repository: may_set(code, "repository"),
    }
}

/// `manifest[key] = value`
fn sets_some_member(code: &str) -> bool {
    code.match_indices(']').any(|(at, _)| {
        let (before, after) = around(code, at, 1);
        before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_') && is_assigned(after)
    })
}

fn is_assigned(after: &str) -> bool {
    let rest = after.trim_start().strip_prefix('=');
    rest.is_some_and(|rest| !rest.starts_with(['=', '>']))
}

/// Whether a member is mentioned otherwise than to read it.
fn may_set(code: &str, member: &str) -> bool {
    code.match_indices(member).any(|(at, _)| {
        let (before, after) = around(code, at, member.len());
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$');
        let is_word = !before.ends_with(is_part) && !after.starts_with(is_part);
        is_word && (!before.ends_with('.') || is_assigned(after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(code: &str) -> String {
        let Some(write) = manifest_write(code, |folder| folder == "bundle") else {
            return "none".to_owned();
        };
        let members = [
            (write.name, "name"),
            (write.target, "target"),
            (write.repository, "repository"),
        ];
        let shown = members.iter().filter(|(is_meant, _)| *is_meant);
        shown.map(|(_, name)| *name).collect::<Vec<&str>>().join(" ")
    }

    #[test]
    fn manifests_of_a_build_are_not_published() {
        for code in [
            "fs.writeFileSync('dist/esm/package.json', '{\"type\":\"module\"}')",
            "const { version } = require('../package.json')\nwriteFileSync(`${outDir}/cjs/package.json`, s)",
            "writeFileSync(path.join(distDir, 'package.json'), JSON.stringify({ name: 'x' }))",
            "writeFile(new URL('../build/package.json', import.meta.url), text)",
            "import pkg from './package.json' with { type: 'json' }\nwriteFileSync('src/version.ts', pkg.version)",
            "const p = join(root, 'package.json')\nconst { version } = JSON.parse(readFileSync(p))\nwriteFileSync('a', version)",
            "const pkg = JSON.parse(readFileSync(join(__dirname, 'package.json')))\nwriteFileSync('version.txt', pkg.version)",
            "// writes package.json\nwriteFileSync('a', 'b')",
            "console.log('see package.json')\nwriteFileSync('a', 'b')",
            "writeFileSync('tsconfig.package.json', 'b')",
            "console.log(require('./package.json').version)",
        ] {
            assert_eq!(show(code), "none", "{code}");
        }
    }

    #[test]
    fn members_that_are_written() {
        let read = "const pkg = JSON.parse(readFileSync('package.json'))\n";
        let write = "writeFileSync('package.json', JSON.stringify(pkg))";
        for (change, expected) in [
            ("pkg.version = v\n", ""),
            ("console.log(pkg.name)\npkg.version = v\n", ""),
            ("delete pkg.private\n", ""),
            ("pkg.name = '@acme/x'\n", "name"),
            ("const { name, ...rest } = pkg\n", "name"),
            ("pkg.publishConfig = { access: 'public' }\n", ""),
            ("pkg.publishConfig = { registry: url }\n", "target"),
            ("pkg.repository = 'acme/x'\n", "repository"),
            ("pkg[key] = value\n", "name target repository"),
            ("Object.assign(pkg, other)\n", "name target repository"),
        ] {
            assert_eq!(show(&format!("{read}{change}{write}")), expected, "{change}");
        }
        for code in [
            "copyFileSync('a.json', 'package.json')",
            "writeFileSync('bundle/package.json', Object.assign({}, a))",
        ] {
            assert_eq!(show(code), "name target repository", "{code}");
        }
        let by_variable = "const p = join(dir, 'package.json')\nconst pkg = readJson(p)\nwriteJson(p, pkg)";
        assert_eq!(show(by_variable), "");
    }
}
