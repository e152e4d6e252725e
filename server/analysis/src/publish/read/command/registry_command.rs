//! Commands that change or ask something at the registry and need somebody who is logged in: `npm dist-tag add`,
//! `npm whoami` and the like. Trusted publishing covers the publish only.
//!
//! Sources: lib/commands of npm 11.19.1, and <https://docs.npmjs.com/cli/v11/commands>. `npm access list`, `npm org ls` and
//! `npm team ls` are not among them: for public data, whether the registry wants a login is not documented.

use super::wrappers::Invocation;
use super::{Meaning, RegistryCommandWords};
use crate::publish::tools::Flag;
use crate::publish::tools::arguments::texts_of;

/// Reads a command that needs a login.
pub(crate) fn read(invocation: &Invocation) -> Option<Meaning> {
    let arguments = invocation.arguments();
    let positionals = arguments.positionals();
    let (verbs, is_dist_tag) = match (invocation.name(), texts_of(&positionals).as_slice()) {
        ("npm", ["whoami" | "deprecate" | "undeprecate" | "unpublish", ..]) => (1, false),
        (
            "npm",
            [
                "dist-tag" | "dist-tags",
                "add" | "a" | "set" | "s" | "rm" | "r" | "del" | "d" | "remove",
                ..,
            ],
        ) => (2, true),
        ("npm", ["owner" | "author", "add" | "rm" | "remove", ..]) => (2, false),
        (
            "npm",
            [
                "access",
                "set" | "grant" | "revoke" | "public" | "restricted" | "edit",
                ..,
            ],
        ) => (2, false),
        // About the user's account, or approved by the user.
        (
            "npm",
            ["profile" | "token" | "trust", _, ..]
            | ["stage", "approve" | "reject", ..]
            | ["org", "set" | "add" | "rm", ..]
            | ["team", "create" | "destroy" | "add" | "rm", ..],
        ) => (2, false),
        ("npm", ["token" | "star" | "unstar" | "logout", ..]) => (1, false),
        ("yarn", ["npm", "whoami", ..]) => (2, false),
        ("yarn", ["npm", "tag", "add" | "remove", ..]) => (3, false),
        _ => return None,
    };
    // `--help` only prints, and these change nothing with `--dry-run`.
    // Source: lib/commands/deprecate.js and unpublish.js of npm 11.19.1.
    let has_dry_run = || {
        matches!(
            texts_of(&positionals).first(),
            Some(&("deprecate" | "undeprecate" | "unpublish"))
        )
    };
    let is_dry_run = arguments
        .flag(&["--dry-run"])
        .is_some_and(|flag| flag != Flag::False);
    if arguments.has(&["--help", "-h", "--usage"]) || is_dry_run && has_dry_run() {
        return None;
    }
    // npm itself refuses these without a token. What the others get, the registry decides.
    let is_refused_by_npm = !matches!(
        texts_of(&positionals).first(),
        Some(&("profile" | "token" | "trust" | "stage" | "org" | "team"))
    );
    let program = invocation.words.first()?.range;
    let last = positionals.get(verbs - 1)?.range;
    let words = positionals.iter().take(verbs).map(|word| word.text.as_str());
    let command = std::iter::once(invocation.name())
        .chain(words)
        .collect::<Vec<_>>()
        .join(" ");
    Some(Meaning::RegistryCommand(RegistryCommandWords {
        command,
        is_dist_tag,
        is_refused_by_npm,
        registry: arguments.value(&["--registry"]).or(arguments.scoped_registry()),
        has_own_credentials: arguments.value(&["--userconfig"]).is_some()
            || invocation.environment.has_own_credentials()
            || invocation.version.is_some(),
        range: program.cover(last),
    }))
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{meanings, table};

    #[test]
    fn commands_that_need_a_login() {
        table(
            |script| meanings(script).join("; "),
            &[
                ("npm whoami", "needs login: npm whoami"),
                (
                    "npm whoami --registry https://a.com",
                    "needs login: npm whoami registry=https://a.com",
                ),
                (
                    "npm dist-tag add a@1 next",
                    "needs login: npm dist-tag add (dist-tag)",
                ),
                (
                    "npm dist-tag rm a next",
                    "needs login: npm dist-tag rm (dist-tag)",
                ),
                ("npm dist-tag ls a", "other"),
                ("npm deprecate a@1 old", "needs login: npm deprecate"),
                ("npm unpublish a@1", "needs login: npm unpublish"),
                ("npm owner add x a", "needs login: npm owner add"),
                ("npm owner ls a", "other"),
                ("npm access set status=public a", "needs login: npm access set"),
                ("npm access list packages", "other"),
                ("npm token list", "needs login: npm token list"),
                ("npm token", "needs login: npm token"),
                ("npm profile get", "needs login: npm profile get"),
                ("npm profile", "other"),
                ("npm trust list a", "needs login: npm trust list"),
                ("npm stage approve 1", "needs login: npm stage approve"),
                ("npm stage list", "other"),
                ("npm org set acme x developer", "needs login: npm org set"),
                ("npm org ls acme", "other"),
                ("npm team add acme:devs x", "needs login: npm team add"),
                ("npm team ls acme", "other"),
                ("npm star a", "needs login: npm star"),
                ("npm stars x", "other"),
                ("npm logout", "needs login: npm logout"),
                ("yarn npm whoami", "needs login: yarn npm whoami"),
                ("yarn npm tag add a@1 next", "needs login: yarn npm tag add"),
                ("npm run whoami", "run whoami"),
                ("npm whoami --help", "other"),
                ("npm unpublish a@1 --dry-run", "other"),
                (
                    "npm deprecate a@1 old --dry-run=false",
                    "needs login: npm deprecate",
                ),
                ("npm owner add x a --dry-run", "needs login: npm owner add"),
            ],
        );
    }
}
