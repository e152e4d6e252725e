//! Whether a ref that a job pushes is a tag: as its commands make it, or else as its name shows.

use std::collections::BTreeSet;

use crate::syntax::shell::Command;

/// What may follow a version in the name of a tag: `v$VERSION-rc.1`.
const PRERELEASES: [&str; 10] = [
    "a", "alpha", "b", "beta", "canary", "dev", "next", "pre", "preview", "rc",
];

/// The refs that the commands of a job make.
#[derive(Default)]
pub(super) struct MadeRefs {
    tags: BTreeSet<String>,
    branches: BTreeSet<String>,
    /// Whether a command makes a tag whose name it does not say, as `npm version` does.
    makes_tag_of_version: bool,
    /// Whether it opens a pull request, for which it pushes a branch.
    pub(super) opens_pull_request: bool,
}

impl MadeRefs {
    /// Adds what a command makes.
    pub(super) fn add(&mut self, command: &Command) {
        let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
        let has = |name: &str| words.contains(&name);
        match words.as_slice() {
            ["git", rest @ ..] => self.add_git(rest),
            ["gh", "pr", "create" | "new", ..] | ["hub", "pull-request", ..] => {
                self.opens_pull_request = true
            }
            ["npm" | "pnpm" | "yarn", "version", _, ..] => {
                self.makes_tag_of_version |= !has("--no-git-tag-version") && !has("--git-tag-version=false");
            }
            _ => {}
        }
    }

    fn add_git(&mut self, words: &[&str]) {
        let Some((verb, rest)) = git_verb(words) else {
            return;
        };
        let after = |flags: &[&str]| {
            let mut words = rest.iter().skip_while(|word| !flags.contains(word)).skip(1);
            words.find(|word| !word.starts_with('-')).map(|word| normal(word))
        };
        match verb {
            "checkout" => self.branches.extend(after(&["-b", "-B", "--orphan"])),
            "switch" => {
                let flags = ["-c", "-C", "--create", "--force-create", "--orphan"];
                self.branches.extend(after(&flags));
            }
            "branch" => {
                let new = rest.iter().find(|word| !word.starts_with('-'));
                self.branches.extend(new.map(|word| normal(word)));
            }
            "tag" => self.tags.extend(made_tag(rest).map(normal)),
            _ => {}
        }
    }

    /// Whether the words after `git push` push a tag. What neither the commands nor its name show is none.
    pub(super) fn pushes_tag(&self, options: &[&str]) -> bool {
        let has = |names: &[&str]| options.iter().any(|word| names.contains(word));
        if has(&["--tags", "--follow-tags"]) {
            return true;
        }
        // An upstream is of a branch.
        let sets_upstream = has(&["-u", "--set-upstream"]);
        let refspecs: Vec<&str> = options
            .iter()
            .filter(|word| !word.starts_with('-'))
            .skip(1)
            .copied()
            .collect();
        match refspecs.as_slice() {
            ["tag", _, ..] => true,
            refspecs => refspecs.iter().any(|refspec| self.is_tag(refspec, sets_upstream)),
        }
    }

    fn is_tag(&self, refspec: &str, sets_upstream: bool) -> bool {
        let (source, target) = split_refspec(refspec);
        if source.is_empty() {
            return false;
        }
        if target.starts_with("refs/") {
            return target.starts_with("refs/tags/");
        }
        // Without a prefix git takes the kind of the source. Source: "<refspec>" in the manual of git-push.
        if source.starts_with("refs/tags/") {
            return true;
        }
        let name = normal(source);
        match (self.tags.contains(&name), self.branches.contains(&name)) {
            (is_made, false) if is_made => true,
            (_, true) => false,
            _ if sets_upstream || name.eq_ignore_ascii_case("head") => false,
            _ => {
                let is_for_pull_request =
                    self.opens_pull_request && self.tags.is_empty() && !self.makes_tag_of_version;
                !is_for_pull_request && is_name_of_tag(source)
            }
        }
    }
}

/// The subcommand of git and what follows it.
pub(super) fn git_verb<'w, 'c>(words: &'w [&'c str]) -> Option<(&'c str, &'w [&'c str])> {
    let mut rest = words;
    loop {
        match rest {
            ["-c" | "-C", _, after @ ..] => rest = after,
            [option, after @ ..] if option.starts_with('-') => rest = after,
            [verb, after @ ..] => return Some((verb, after)),
            [] => return None,
        }
    }
}

/// The tag that the words after `git tag` make.
fn made_tag<'c>(words: &[&'c str]) -> Option<&'c str> {
    const NO_NEW_TAG: [&str; 9] = [
        "-d",
        "--delete",
        "-l",
        "--list",
        "-v",
        "--verify",
        "--contains",
        "--points-at",
        "--merged",
    ];
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            word if NO_NEW_TAG.contains(&word) => return None,
            // Each takes a value; `-am` is `-a -m`.
            "-m" | "-F" | "-u" | "-am" | "-sm" | "-fm" | "-afm" | "-fam" | "--message" | "--file"
            | "--local-user" | "--cleanup" | "--sort" | "--format" => {
                words.next();
            }
            word if word.starts_with('-') => {}
            word => return Some(word),
        }
    }
    None
}

/// The source and the target of a refspec; a colon in an expression parts nothing.
fn split_refspec(refspec: &str) -> (&str, &str) {
    let refspec = refspec.strip_prefix('+').unwrap_or(refspec);
    let mut depth = 0_usize;
    for (at, c) in refspec.char_indices() {
        match c {
            '{' | '(' => depth += 1,
            '}' | ')' => depth = depth.saturating_sub(1),
            ':' if depth == 0 => {
                let (source, target) = refspec.split_at(at);
                return (source, target.strip_prefix(':').unwrap_or(target));
            }
            _ => {}
        }
    }
    (refspec, refspec)
}

/// A name as it can be compared: `${X}` is `$X`, and expressions have no spaces.
fn normal(name: &str) -> String {
    let name: String = name.chars().filter(|c| !c.is_whitespace() && *c != '"').collect();
    let is_variable = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut normal = String::new();
    let mut rest = name.as_str();
    while let Some(at) = rest.find("${") {
        let (before, from) = rest.split_at(at);
        normal.push_str(before);
        let inner = from.get(2..).unwrap_or_default();
        let end = inner.find(|c: char| !is_variable(c)).unwrap_or(inner.len());
        let (variable, after) = inner.split_at(end);
        match after.strip_prefix('}').filter(|_| !variable.is_empty()) {
            Some(after) => {
                normal.push('$');
                normal.push_str(variable);
                rest = after;
            }
            None => {
                normal.push_str("${");
                rest = inner;
            }
        }
    }
    normal + rest
}

/// Whether a name alone shows a tag: `v1.2.3`, `v$VERSION`, `@a/b@$VERSION`, `${{ steps.tag.outputs.name }}`.
fn is_name_of_tag(name: &str) -> bool {
    let shape = Shape::of(name);
    let speaks_of = |words: &[&str]| words.iter().any(|word| shape.expressions.contains(word));
    if speaks_of(&["branch", "head", "github.ref", "github_ref"]) {
        return false;
    }
    let version = match shape.text.rsplit_once('@') {
        Some((package, version)) if !package.is_empty() => version,
        _ => &shape.text,
    };
    let has_prefix = version.len() != shape.text.len() || version.starts_with('v');
    if version.contains('/') || (version.len() == shape.text.len() && shape.text.contains('/')) {
        return false;
    }
    let version = version.strip_prefix('v').unwrap_or(version);
    let mut parts = version.split(['.', '-', '+']);
    let is_number = |part: &str| part.chars().all(|c| c.is_ascii_digit() || c == '$');
    match parts.next().and_then(|first| first.chars().next()) {
        Some('$') => {
            let is_plain = parts.all(|part| {
                let word = part.trim_end_matches(|c: char| c.is_ascii_digit() || c == '$');
                is_number(part) || PRERELEASES.contains(&word)
            });
            is_plain && (has_prefix || speaks_of(&["tag", "version"]))
        }
        // `v4` may be a branch.
        Some('0'..='9') => has_prefix && version.split('.').count() >= 3,
        _ => false,
    }
}

/// A name whose expressions are one `$` each, and what these say, in small letters.
struct Shape {
    text: String,
    expressions: String,
}

impl Shape {
    fn of(name: &str) -> Self {
        let name = normal(name).to_ascii_lowercase();
        let mut shape = Self {
            text: String::new(),
            expressions: String::new(),
        };
        let mut rest = name.as_str();
        while let Some(at) = rest.find('$') {
            let (before, from) = rest.split_at(at);
            let end = end_of_expression(from);
            let (expression, after) = from.split_at(end);
            shape.text.push_str(before);
            shape.text.push('$');
            shape.expressions.push_str(expression);
            rest = after;
        }
        shape.text.push_str(rest);
        shape
    }
}

/// Where the expression ends with which a text begins.
fn end_of_expression(text: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '{' | '(' => depth += 1,
            '}' | ')' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ if depth > 0 || c.is_ascii_alphanumeric() || c == '_' => {}
            _ => return at,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::shell::split_script;

    /// Whether the pushes of a script push a tag.
    fn pushes_tag(script: &str) -> bool {
        let mut refs = MadeRefs::default();
        let commands = split_script(script).commands;
        for command in &commands {
            refs.add(command);
        }
        commands.iter().any(|command| {
            let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
            matches!(words.as_slice(), ["git", "push", options @ ..] if refs.pushes_tag(options))
        })
    }

    #[test]
    fn names_and_commands_that_show_a_tag() {
        for script in [
            "git push origin v1.2.3",
            "git push origin \"v$VERSION\"",
            "git push origin v${{ inputs.version }}",
            "git push origin \"v${VERSION}-rc.$N\"",
            "git push origin \"v$MAJOR.$MINOR.0\"",
            "git push origin \"@acme/widget@$VERSION\"",
            "git push origin \"widget@${VERSION}\"",
            "git push origin $NEW_TAG",
            "git push origin ${{ steps.version.outputs.tag }}",
            "git push origin \"$RELEASE_VERSION\"",
            "git push origin tag nightly",
            "git push origin HEAD:refs/tags/x",
            "git push origin refs/tags/x",
            "git tag -a \"$NAME\" -m x; git push origin $NAME",
            "git tag -am x \"${NAME}\" && git push origin \"$NAME\"",
            "git -c user.name=x tag release/$V && git push origin release/${V}",
            "git tag v4 && git push origin v4",
            "git tag npm-v${{ env.V }}; git push -u origin npm-v${{env.V}}",
            "npm version patch; gh pr create --fill; git push origin main v$(cat version)",
            "git checkout -b bump; gh pr create; git tag v$V; git push origin v$V",
        ] {
            assert!(pushes_tag(script), "{script}");
        }
    }

    #[test]
    fn branches_and_what_may_be_one() {
        for script in [
            "git push origin main",
            "git push origin \"release/v$VERSION\"",
            "git push origin release/v${{ inputs.version }}",
            "git push origin chore/bump-version-$V",
            "git push origin update-$VERSION",
            "git push origin release-$VERSION",
            "git push origin $VERSION-bump",
            "git push origin HEAD:release/v$VERSION",
            "git push origin \"HEAD:v$VERSION\"",
            "git push -u origin version-bump/$VERSION",
            "git push -u origin v$VERSION",
            "git push --set-upstream origin bump-v$VERSION",
            "git push origin \"$BRANCH_TAG\"",
            "git push origin \"${GITHUB_REF}\"",
            "git push origin v4",
            "git push origin $NAME",
            "git push origin :refs/tags/v1.0.0",
            "git push origin v$V:refs/heads/next",
            "git checkout -b \"v$VERSION\" && git push origin \"v${VERSION}\"",
            "git switch -c $NEW_VERSION; git push origin $NEW_VERSION",
            "git branch v$V; git push origin v$V",
            "git push origin v$V; gh pr create --head v$V",
            "git tag -d $NAME; git push origin $NAME",
            "npm version patch --no-git-tag-version; git push origin v$V; gh pr create",
        ] {
            assert!(!pushes_tag(script), "{script}");
        }
    }
}
