//! Commands that install npm.

use super::wrappers::Invocation;
use super::{Corepack, Manager, Meaning, NpmInstall};
use crate::publish::tools::arguments::{unknown_word, with_text};
use crate::syntax::shell::Word;

/// Reads a command that installs npm.
pub(crate) fn read(invocation: &Invocation) -> Option<Meaning> {
    let arguments = invocation.arguments();
    let texts = arguments.texts();
    let has_global_flag = arguments.has(&["-g", "--global"])
        || arguments
            .value(&["--location"])
            .is_some_and(|location| location.text == "global");
    let (verbs, manager, is_global) = match (invocation.name(), texts.as_slice()) {
        (
            "npm",
            [
                "i" | "install" | "add" | "in" | "ins" | "inst" | "isntall" | "update" | "up" | "upgrade",
                ..,
            ],
        ) => (1, Manager::Npm, has_global_flag),
        ("pnpm" | "pn" | "bun", ["add" | "a" | "i" | "install" | "update" | "up", ..]) => {
            (1, Manager::Other, has_global_flag)
        }
        ("yarn", ["global", "add" | "upgrade", ..]) => (2, Manager::Other, true),
        // `ni -g` is `npm install -g`, unless its configuration names another package manager for that.
        ("ni", [_, ..]) => (0, Manager::Npm, has_global_flag),
        ("corepack", ["prepare" | "use" | "install" | "enable", ..]) => return corepack(invocation),
        ("volta" | "mise" | "rtx", _) => return of_tool_manager(invocation).map(Meaning::InstallNpm),
        ("nvm", ["install-latest-npm", ..]) => {
            // nvm looks for the newest npm that runs on the Node, and which one that is the command does not say.
            return Some(Meaning::InstallNpm(NpmInstall {
                spec: Some(unknown_word(invocation.range())),
                manager: Manager::Other,
                is_global: true,
                prefix: None,
                range: invocation.range(),
            }));
        }
        _ => return None,
    };
    let packages = arguments.positionals().into_iter().skip(verbs);
    let (word, spec) = packages.filter_map(npm_package).next()?;
    Some(Meaning::InstallNpm(NpmInstall {
        range: match spec {
            Some(_) => invocation.range(),
            None => word.range,
        },
        spec,
        manager,
        is_global,
        prefix: arguments.value(&["--prefix", "-C", "--dir", "--cwd"]),
    }))
}

/// `volta install npm@11`, `mise use npm:npm@11`.
pub(crate) fn of_tool_manager(invocation: &Invocation) -> Option<NpmInstall> {
    let arguments = invocation.arguments();
    let is_install = matches!(
        (invocation.name(), arguments.texts().as_slice()),
        ("volta", ["install" | "pin", ..]) | ("mise" | "rtx", ["use" | "install", ..])
    );
    let packages = arguments.positionals().into_iter().skip(1);
    let (word, spec) = packages.filter_map(npm_package).next().filter(|_| is_install)?;
    Some(NpmInstall {
        range: match spec {
            Some(_) => invocation.range(),
            None => word.range,
        },
        spec,
        manager: Manager::Other,
        is_global: true,
        prefix: None,
    })
}

/// `corepack prepare npm@11 --activate` fetches an npm; only `corepack enable npm` puts one on the PATH, and
/// `corepack enable` without a name does it for pnpm and Yarn.
fn corepack(invocation: &Invocation) -> Option<Meaning> {
    let arguments = invocation.arguments();
    let positionals = arguments.positionals();
    let is_enable = arguments.texts().first() == Some(&"enable");
    let packages = positionals.into_iter().skip(1);
    let npm = packages.filter_map(npm_package).next();
    if !is_enable && npm.is_none() {
        return None;
    }
    Some(Meaning::Corepack(Corepack {
        enables_npm: is_enable && npm.is_some(),
        spec: npm.and_then(|(_, spec)| spec).filter(|_| !is_enable),
        range: invocation.range(),
    }))
}

/// The word of a package that is npm, and its version.
fn npm_package(word: &Word) -> Option<(&Word, Option<Word>)> {
    let text = word.text.strip_prefix("npm:").unwrap_or(&word.text);
    if text == "npm" {
        return Some((word, None));
    }
    if let Some(spec) = text.strip_prefix("npm@") {
        return Some((word, Some(with_text(word, spec))));
    }
    // `$(node -p "require('./package.json').packageManager")` is npm in a repository that uses npm.
    let reads_manifest = word.is_dynamic && text.contains("packageManager");
    reads_manifest.then(|| (word, Some(word.clone())))
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{meanings, table};

    fn show(script: &str) -> String {
        meanings(script).join("; ")
    }

    #[test]
    fn npm_by_npm() {
        table(
            show,
            &[
                ("npm i -g npm", "npm - global Npm"),
                ("npm install --global npm@latest", "npm latest global Npm"),
                ("npm install npm@11 -g", "npm 11 global Npm"),
                ("npm -g install npm@11.5.1", "npm 11.5.1 global Npm"),
                ("npm add --location=global npm@11", "npm 11 global Npm"),
                ("npm update -g npm", "npm - global Npm"),
                ("npm i -g \"npm@^11.5.1\"", "npm ^11.5.1 global Npm"),
                ("npm i -g 'npm@>=11.5.1 <12'", "npm >=11.5.1 <12 global Npm"),
                ("npm i -g npm@next-11", "npm next-11 global Npm"),
                ("npm i -g npm@$V", "npm $V global Npm"),
                ("npm i -g npm@${{ env.V }}", "npm ${{ env.V }} global Npm"),
                ("npm i -g pnpm@9 npm@11", "npm 11 global Npm"),
                ("sudo npm i -g npm@11", "npm 11 global Npm"),
                (
                    "npm install --prefix ../oidc npm@11",
                    "npm 11 local Npm in=../oidc",
                ),
                ("ni -g npm@11", "npm 11 global Npm"),
                ("npm i -g pnpm corepack", "other"),
                ("npm i -g npm-run-all", "other"),
            ],
        );
        let manifest = "npm i -g $(node -p \"require('./package.json').packageManager\")";
        assert!(show(manifest).contains("npm $(node -p"), "{}", show(manifest));
    }

    #[test]
    fn npm_by_others() {
        table(
            show,
            &[
                ("pnpm add -g npm@11", "npm 11 global Other"),
                ("yarn global add npm@11", "npm 11 global Other"),
                ("bun add -g npm@11", "npm 11 global Other"),
                ("corepack prepare npm@11.5.1 --activate", "corepack 11.5.1"),
                ("corepack use npm@11", "corepack 11"),
                ("corepack install -g npm@11", "corepack 11"),
                ("corepack enable", "corepack - enable"),
                ("corepack enable npm", "corepack - enable npm"),
                ("corepack prepare pnpm@9 --activate", "other"),
                ("volta install npm@11", "npm 11 global Other"),
                ("mise use -g npm@11", "npm 11 global Other"),
                ("nvm install-latest-npm", "npm $ global Other"),
            ],
        );
    }
}
