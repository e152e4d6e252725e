//! Other commands that certainly need a token which a publish step has, or fetch with it what is probably private.

use crate::checker::prelude::*;
use crate::checker::reach::{Reached, find_from_step};
use crate::fixes::installs::{is_own_scope, is_written};
use crate::publish::CredentialSource;
use crate::syntax::shell::Command;

/// A command that has the token too, and fetches a package that is probably private or needs a login: one of the step itself, or of
/// another step of the job if that has the token. Package scripts that such a step runs are read too.
pub(crate) fn other_command(context: &CheckContext<'_>, site: &Site<'_>) -> Option<String> {
    let tokens = &site.credentials.tokens;
    if tokens.is_empty() {
        return None;
    }
    let is_of_job = |source: CredentialSource| {
        matches!(source, CredentialSource::JobEnv | CredentialSource::WorkflowEnv) || is_written(source)
    };
    let has_all = tokens.iter().any(|token| is_of_job(token.source));
    let steps = site.job.job.map_or(&[][..], |job| job.steps.as_slice());
    let others = steps.iter().filter(|_| has_all);
    let mut with_token = std::iter::once(site.step.step).chain(others);
    with_token.find_map(|step| {
        find_from_step(context.sources, step, |reached| match reached {
            Reached::Command(command) => reason_of(context, command),
            _ => None,
        })
    })
}

fn reason_of(context: &CheckContext<'_>, command: &Command) -> Option<String> {
    if let Some(login) = login_command(command) {
        return Some(format!(
            "`{login}` needs a logged-in user and has the same token; give it a token of its own in another step first"
        ));
    }
    let package = fetched_with_scope(command)?;
    let scope = package.split_once('/').map_or("", |(scope, _)| scope);
    let is_private = is_own_scope(context.sources, scope) && !is_public_here(context, package);
    is_private.then(|| {
        format!(
            "`{package}` is fetched with the same token, and may be private; fetch it with a token of its own in another step first"
        )
    })
}

/// Whether the repository publishes a package for everybody. `package` may end with a version.
fn is_public_here(context: &CheckContext<'_>, package: &str) -> bool {
    let name = match package.rfind('@') {
        Some(at) if at > 0 => package.get(..at).unwrap_or_default(),
        _ => package,
    };
    let mut manifests = context.sources.manifest_paths();
    manifests.any(|path| {
        context.sources.manifest(path).is_some_and(|manifest| {
            let access = manifest
                .root
                .get("publishConfig")
                .and_then(|config| config.get("access"));
            let is_own = manifest.name.as_ref().is_some_and(|own| own.value == name);
            is_own && access.and_then(|access| access.as_str()) != Some("restricted")
        })
    })
}

/// `npm token list`: commands about the user's account or organization.
/// Source: <https://docs.npmjs.com/cli/v11/commands>, `npm access` to `npm trust`.
fn login_command(command: &Command) -> Option<String> {
    const ABOUT_ACCOUNTS: [&str; 9] = [
        "access", "hook", "org", "profile", "star", "team", "token", "trust", "unstar",
    ];
    let verb = command.word(1)?;
    let is_login = command.word(0)? == "npm" && ABOUT_ACCOUNTS.contains(&verb);
    is_login.then(|| format!("npm {verb}"))
}

/// `@acme/tool` of `npx @acme/tool` and `npm view @acme/tool`.
fn fetched_with_scope(command: &Command) -> Option<&str> {
    let fetches = match (command.word(0)?, command.word(1)) {
        ("npx" | "pnpx" | "bunx", _) => true,
        ("npm" | "pnpm" | "yarn" | "bun", Some(verb)) => matches!(
            verb,
            "add" | "dlx" | "exec" | "i" | "info" | "install" | "pack" | "show" | "update" | "view" | "x"
        ),
        _ => false,
    };
    let mut words = command.words.iter().map(|word| word.text.as_str());
    words
        .find(|word| word.starts_with('@') && word.contains('/'))
        .filter(|_| fetches)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::shell::split_script;

    #[test]
    fn a_command_fetches_a_package() {
        let fetched = |script: &str| {
            let commands = split_script(script).commands;
            fetched_with_scope(&commands[0]).map(str::to_owned)
        };
        for script in [
            "npx -y @acme/tool",
            "npm view @acme/tool version",
            "pnpm dlx @acme/tool",
        ] {
            assert_eq!(fetched(script).as_deref(), Some("@acme/tool"), "{script}");
        }
        for script in ["npx tsc", "npm publish --access public", "echo @acme/tool"] {
            assert_eq!(fetched(script), None, "{script}");
        }
    }
}
