//! Commands that change or ask something at the registry and need somebody who is logged in: `npm dist-tag add`,
//! `npm whoami` and the like. Trusted publishing covers the publish only.

use super::wrappers::Invocation;
use super::{Meaning, RegistryCommandWords};
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
        ("yarn", ["npm", "whoami", ..]) => (2, false),
        ("yarn", ["npm", "tag", "add" | "remove", ..]) => (3, false),
        _ => return None,
    };
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
                ("yarn npm whoami", "needs login: yarn npm whoami"),
                ("yarn npm tag add a@1 next", "needs login: yarn npm tag add"),
                ("npm run whoami", "run whoami"),
            ],
        );
    }
}
