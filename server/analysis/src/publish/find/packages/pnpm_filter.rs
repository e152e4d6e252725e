//! pnpm's `--filter`: names, folders, dependencies, and what changed since a commit.

use super::choice::{Chosen, Member, chosen, matches_glob};
use crate::text::FolderPath;

/// One filter.
#[derive(Debug, PartialEq, Eq, Default)]
struct Filter<'t> {
    is_excluded: bool,
    name: Option<&'t str>,
    /// A folder or a glob of folders.
    folder: Option<&'t str>,
    /// `[main]`: only what changed since.
    has_since: bool,
    /// `name...`
    with_dependencies: bool,
    /// `...name`
    with_dependents: bool,
    /// `name^...`, `...^name`
    without_itself: bool,
}

/// The members that the filters choose together.
pub(crate) fn choose(filters: &[String], members: &[Member<'_>], root: &FolderPath) -> Chosen {
    let filters: Vec<Filter<'_>> = filters.iter().map(|text| Filter::new(text)).collect();
    let (excluding, including): (Vec<_>, Vec<_>) = filters.iter().partition(|filter| filter.is_excluded);
    // What changed since a commit only the run knows.
    let is_partial = filters.iter().any(|filter| filter.has_since);
    let matched = |filters: &[&Filter<'_>]| -> Vec<bool> {
        let mut all = vec![false; members.len()];
        for filter in filters.iter().filter(|filter| !filter.has_since) {
            for (place, is_meant) in all.iter_mut().zip(filter.matches(members, root)) {
                *place |= is_meant;
            }
        }
        all
    };
    let included = match including.is_empty() {
        true => vec![true; members.len()],
        false => matched(&including),
    };
    let finds_nothing = !including.is_empty() && !included.contains(&true);
    let excluded = matched(&excluding);
    let is_kept = |member: &Member<'_>| {
        let index = members.iter().position(|other| other.path == member.path);
        index.is_some_and(|index| included.get(index) == Some(&true) && excluded.get(index) != Some(&true))
    };
    // A filter that takes away what changed since a commit may take away any of them.
    if excluding.iter().any(|filter| filter.has_since) {
        return chosen(members, true, |_| false);
    }
    chosen(members, is_partial || finds_nothing, is_kept)
}

impl<'t> Filter<'t> {
    fn new(text: &'t str) -> Self {
        let mut filter = Self::default();
        let mut text = text;
        if let Some(rest) = text.strip_prefix('!') {
            filter.is_excluded = true;
            text = rest;
        }
        if let Some(rest) = text.strip_suffix("...") {
            filter.with_dependencies = true;
            text = rest;
        }
        if let Some(rest) = text.strip_prefix("...") {
            filter.with_dependents = true;
            text = rest;
        }
        let inside = text.trim_matches('^');
        filter.without_itself = inside.len() < text.len();
        text = inside;
        if let Some((rest, _)) = text.split_once('[').filter(|_| text.ends_with(']')) {
            filter.has_since = true;
            text = rest;
        }
        let folder = text
            .strip_suffix('}')
            .and_then(|text| text.split_once('{'))
            .filter(|(name, _)| !name.contains('{'));
        if text == "." || text.starts_with("./") || text.starts_with("../") {
            filter.folder = Some(text);
            text = "";
        } else if let Some((name, folder)) = folder {
            filter.folder = Some(folder);
            text = name;
        }
        filter.name = Some(text).filter(|name| !name.is_empty());
        filter
    }

    /// Which of the members the filter means, dependencies and dependents included.
    fn matches(&self, members: &[Member<'_>], root: &FolderPath) -> Vec<bool> {
        let itself: Vec<bool> = members
            .iter()
            .map(|member| self.is_itself(member, root))
            .collect();
        let itself = match self.name {
            Some(name) if !itself.contains(&true) => in_any_scope(name, members),
            _ => itself,
        };
        let mut all = itself.clone();
        if self.with_dependencies {
            spread(&itself, &mut all, |from, to| depends(members, from, to));
        }
        if self.with_dependents {
            spread(&itself, &mut all, |from, to| depends(members, to, from));
        }
        if self.without_itself {
            for (place, is_itself) in all.iter_mut().zip(&itself) {
                *place &= !is_itself;
            }
        }
        all
    }

    fn is_itself(&self, member: &Member<'_>, root: &FolderPath) -> bool {
        let has_name = self.name.is_none_or(|name| is_name(name, member.name()));
        let is_in_folder = self.folder.is_none_or(|folder| {
            root.join(folder)
                .is_some_and(|folder| matches_glob(folder.as_str(), member.path.folder().as_str()))
        });
        has_name && is_in_folder
    }
}

/// If no package has a name without a scope, pnpm takes the only package with that name in a scope.
fn in_any_scope(name: &str, members: &[Member<'_>]) -> Vec<bool> {
    let is_meant = |member: &Member<'_>| {
        let (scope, own) = member.name().split_once('/').unwrap_or_default();
        scope.starts_with('@') && own == name
    };
    let found: Vec<bool> = members.iter().map(is_meant).collect();
    let is_only = found.iter().filter(|is_meant| **is_meant).count() == 1;
    found.into_iter().map(|is_meant| is_meant && is_only).collect()
}

/// In pnpm's names `*` stands for anything, a slash too.
fn is_name(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.split_once(part) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Adds to `all` what can be reached from `start` by `leads`.
fn spread(start: &[bool], all: &mut [bool], leads: impl Fn(usize, usize) -> bool) {
    let mut open: Vec<usize> = (0..start.len())
        .filter(|index| start.get(*index) == Some(&true))
        .collect();
    let mut seen = start.to_vec();
    while let Some(from) = open.pop() {
        for (to, place) in seen.iter_mut().enumerate() {
            if !*place && leads(from, to) {
                *place = true;
                open.push(to);
            }
        }
    }
    for (place, is_seen) in all.iter_mut().zip(seen) {
        *place |= is_seen;
    }
}

fn depends(members: &[Member<'_>], from: usize, to: usize) -> bool {
    let (Some(from), Some(to)) = (members.get(from), members.get(to)) else {
        return false;
    };
    !to.name().is_empty() && from.manifest.dependency(to.name()).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::manifest::Manifest;
    use crate::syntax::json::parse_json;
    use crate::text::FilePath;

    /// The names of the packages that the filters choose: `core`, `@a/ui` that needs `core`, `@a/app` that needs
    /// `@a/ui`, and `@b/ui`.
    fn choice(filters: &[&str]) -> String {
        let manifest = |text| Manifest::new(parse_json(text).tree.unwrap());
        let files = [
            ("packages/core", manifest(r#"{"name": "core"}"#)),
            (
                "packages/ui",
                manifest(r#"{"name": "@a/ui", "dependencies": {"core": "*"}}"#),
            ),
            (
                "apps/app",
                manifest(r#"{"name": "@a/app", "devDependencies": {"@a/ui": "*"}}"#),
            ),
            ("packages/other", manifest(r#"{"name": "@b/ui"}"#)),
        ];
        let paths: Vec<FilePath> = files
            .iter()
            .map(|(folder, _)| FolderPath::new(folder).unwrap().file("package.json").unwrap())
            .collect();
        let members: Vec<Member<'_>> = paths
            .iter()
            .zip(&files)
            .map(|(path, (_, manifest))| Member { path, manifest })
            .collect();
        let filters: Vec<String> = filters.iter().map(|filter| (*filter).to_owned()).collect();
        let chosen = choose(&filters, &members, &FolderPath::root());
        let mut shown: Vec<&str> = members
            .iter()
            .filter(|member| chosen.manifests.contains(member.path))
            .map(Member::name)
            .collect();
        shown.extend(chosen.is_partial.then_some("?"));
        shown.join(" ")
    }

    #[test]
    fn filters_choose_packages() {
        for (filters, expected) in [
            (&["core"][..], "core"),
            (&["core", "@b/ui"], "core @b/ui"),
            (&["app"], "@a/app"),
            // If two packages have this name, pnpm chooses neither.
            (&["ui"], "?"),
            (&["@a/*"], "@a/ui @a/app"),
            (&["*ui"], "@a/ui @b/ui"),
            (&["*"], "core @a/ui @a/app @b/ui"),
            (&["./packages/*"], "core @a/ui @b/ui"),
            (&["./packages/core"], "core"),
            (&["./packages/{core,other}"], "core @b/ui"),
            (&["./packages"], "?"),
            (&["{packages/**}"], "core @a/ui @b/ui"),
            (&["@a/*{apps/*}"], "@a/app"),
            (&["!core"], "@a/ui @a/app @b/ui"),
            (&["@a/*", "!@a/app"], "@a/ui"),
            (&["!./apps/*"], "core @a/ui @b/ui"),
            (&["@a/app..."], "core @a/ui @a/app"),
            (&["@a/app^..."], "core @a/ui"),
            (&["...core"], "core @a/ui @a/app"),
            (&["...^core"], "@a/ui @a/app"),
            (&["...@a/ui..."], "core @a/ui @a/app"),
            (&["[origin/main]"], "?"),
            (&["core", "[origin/main]"], "core ?"),
            (&["...[HEAD~1]"], "?"),
            (&["{packages/*}[HEAD~1]"], "?"),
            (&["![HEAD~1]"], "?"),
            (&["nobody"], "?"),
        ] {
            assert_eq!(choice(filters), expected, "{filters:?}");
        }
    }
}
