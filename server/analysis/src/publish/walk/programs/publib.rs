//! publib, which takes its settings from variables.

use crate::publish::eval::{Evaluated, Possible};
use crate::publish::machine::{EffectKind, Machine};
use crate::publish::site::{NpmrcFile, NpmrcLine};
use crate::publish::walk::Walker;
use crate::publish::walk::commands::script_context::ScriptContext;
use crate::syntax::shell::Command;
use crate::text::Place;
use crate::versions::version::{Truth, Version};

/// Whether this publib knows `NPM_TRUSTED_PUBLISHER`. Where no version is known, it is the newest that runs.
/// Source: bin/publib-npm of 0.2.955, 0.2.958, 0.2.1014 and 0.2.1061; the releases between 958 and 1014 are not known.
pub(in crate::publish::walk) fn knows_trusted_publisher(version: Option<&Version>) -> Truth {
    match version {
        Some(version) if *version <= Version::from((0, 2, 958)) => Truth::No,
        Some(version) if *version < Version::from((0, 2, 1014)) => Truth::Maybe,
        _ => Truth::Yes,
    }
}

impl<'a> Walker<'_, 'a> {
    /// Whether publib stops without `NPM_TOKEN`: not with `NPM_TRUSTED_PUBLISHER`, which takes the token out of the environment.
    /// Source: bin/publib-npm of publib 0.2.1061.
    pub(crate) fn publib_asks_for_token(&self, context: &ScriptContext<'_, 'a>, command: &Command) -> Truth {
        match self.publib_variable(context, command, "NPM_TRUSTED_PUBLISHER") {
            None => Truth::Yes,
            Some(value) => value
                .known()
                .map_or(Truth::Maybe, |value| Truth::from(is_unset(value))),
        }
    }

    /// The registry, which it takes from a variable, without `https://`.
    pub(crate) fn registry_of_publib(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
    ) -> Option<(Evaluated, Place)> {
        let value = self.publib_variable(context, command, "NPM_REGISTRY")?;
        let url = match value.known() {
            Some("") => return None,
            Some(host) if host.contains("://") => Evaluated::text(host),
            Some(host) => Evaluated::text(format!("https://{host}")),
            None => Evaluated::unknown(),
        };
        Some((url, Place::new(&context.frame.path, context.step.range)))
    }

    /// Whether npm does not read the `~/.npmrc` to which publib writes its token: setup-node's `registry-url` names another file.
    /// Source: measured with publib 0.2.1061 and npm 11.19.1, which sent the placeholder and got E404.
    pub(crate) fn hides_npmrc_of_publib(machine: &Machine) -> Truth {
        match &machine.registry_url {
            None => Truth::No,
            Some(registry_url) if registry_url.is_certain => Truth::Yes,
            Some(_) => Truth::Maybe,
        }
    }

    /// Whether publib gets the token that it asks for.
    pub(crate) fn publib_has_token(&self, context: &ScriptContext<'_, 'a>, command: &Command) -> bool {
        let token = self.publib_variable(context, command, "NPM_TOKEN");
        token.is_some_and(|token| !token.is_empty())
    }

    /// The line with its token that publib leaves in `~/.npmrc`, where later commands of the job read it.
    pub(crate) fn note_npmrc_of_publib(&mut self, context: &ScriptContext<'_, 'a>, command: &Command) {
        let asks = self.publib_asks_for_token(context, command);
        let Some(token) = self.publib_variable(context, command, "NPM_TOKEN") else {
            return;
        };
        if asks == Truth::No || token.is_empty() {
            return;
        }
        let host = match self.registry_of_publib(context, command) {
            None => Some("//registry.npmjs.org".to_owned()),
            Some((url, _)) => url.known().and_then(|url| {
                let host = url.split_once(':')?.1.trim_end_matches('/');
                Some(host.to_owned())
            }),
        };
        let line = NpmrcLine {
            file: NpmrcFile::Home,
            is_certain: asks == Truth::Yes,
            key: host.map_or_else(String::new, |host| format!("{host}/:_authToken")),
            // The shell has put the value in.
            value: match token.values() {
                [Possible::Text(text)] => text.clone(),
                [Possible::GithubToken] => "${{ github.token }}".to_owned(),
                [Possible::Secret(name)] => format!("${{{{ secrets.{name} }}}}"),
                _ => "${{ env.NPM_TOKEN }}".to_owned(),
            },
            holds_variable: false,
            value_is_unset: false,
            place: self.place_of_publib_token(context, command),
        };
        let mut conditions = context.frame.conditions.clone();
        conditions.extend(context.condition_of(command));
        self.add(&conditions, EffectKind::NpmrcLine(line));
    }

    /// Where publib's token is given: an entry of an `env:`, or else the command.
    fn place_of_publib_token(&self, context: &ScriptContext<'_, 'a>, command: &Command) -> Place {
        let mut assigned = self.assignments(context, command).into_iter();
        if let Some((_, _, place)) = assigned.find(|(name, ..)| name == "NPM_TOKEN") {
            return place;
        }
        let mut layers = context.frame.env.iter().rev();
        let of_layer = layers.find_map(|layer| {
            let mut variables = layer.variables.iter();
            let variable = variables.find(|variable| variable.name.value == "NPM_TOKEN")?;
            Some(Place::new(&layer.path, variable.range()))
        });
        of_layer.unwrap_or_else(|| context.source.place(self.sources, command.range))
    }

    /// A variable that the command, the commands around it or the workflow set.
    fn publib_variable(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        name: &str,
    ) -> Option<Evaluated> {
        let assignments = self.assignments(context, command);
        if let Some((_, value, _)) = assignments.iter().find(|(assigned, ..)| assigned == name) {
            return Some(match value.contains('$') {
                true => self
                    .evaluate(context.frame, value)
                    .known()
                    .map_or_else(Evaluated::unknown, |text| match text.contains('$') {
                        true => Evaluated::unknown(),
                        false => Evaluated::text(text),
                    }),
                false => Evaluated::text(value.as_str()),
            });
        }
        self.scope(context.frame).env_value(name)
    }
}

fn is_unset(value: &str) -> bool {
    matches!(value, "" | "false")
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_rule, check_sites};

    /// A job in which publib publishes with `env`, and then `after` runs.
    fn job(setup: &str, env: &str, after: &str) -> String {
        format!(
            r#"#- .github/workflows/release.yml
on: push
jobs:
  publish:
    runs-on: ubuntu-24.04
    permissions: {{ contents: read, id-token: write }}
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 18{setup} }}
      - run: npx -p publib@latest publib-npm
        env: {{ {env} }}
{after}#- package.json
{{ "name": "w", "version": "1.0.0", "repository": "a/w" }}
"#
        )
    }

    const TOKEN: &str = "NPM_TOKEN: '${{ secrets.T }}'";
    const URL: &str = ", registry-url: 'https://registry.npmjs.org'";
    const TAG: &str = "      - run: npm dist-tag add w@1.0.0 old\n";
    const PUBLISH: &str = "      - run: npm publish --tag old\n";

    #[test]
    fn its_token_stays_for_later_commands() {
        check_rule("needs-login-command", &job("", TOKEN, TAG));
        check_sites(
            &job("", TOKEN, PUBLISH),
            "release.yml:9 publish; outcome=token\nrelease.yml:11 publish; outcome=token",
        );
        let host = format!("{TOKEN}, NPM_REGISTRY: registry.npmjs.org");
        check_rule("needs-login-command", &job("", &host, TAG));
        // It runs for another registry, or it may not run.
        let other = format!("{TOKEN}, NPM_REGISTRY: npm.example.com");
        let fails = "release.yml:11 publish; outcome=fails";
        let sites = |fixture: &str, line: &str| {
            let found = std::panic::catch_unwind(|| check_sites(fixture, line));
            assert!(found.is_ok(), "{fixture}");
        };
        sites(&job("", &other, PUBLISH), fails);
    }

    #[test]
    fn without_a_token_it_leaves_none() {
        let trusted = format!("{TOKEN}, NPM_TRUSTED_PUBLISHER: 'true'");
        let fails = TAG.to_owned()
            + "#            ^^^^^^^^^^^^^^^^ error[needs-login-command]: npm 10.8.2 exchanges the ID token only for publishing: `npm dist-tag add` will fail with E401\n";
        check_rule("needs-login-command", &job("", &trusted, &fails));
        // Another job starts without it.
        let other = format!(
            "  other:\n    runs-on: ubuntu-24.04\n    permissions: {{ id-token: write }}\n    steps:\n      - uses: \
             actions/setup-node@v6\n        with: {{ node-version: 18 }}\n{fails}      - run: npm publish\n"
        );
        check_rule("needs-login-command", &job("", TOKEN, &other));
    }

    #[test]
    fn registry_url_hides_its_npmrc() {
        check_sites(
            &job(URL, TOKEN, ""),
            "release.yml:9 publish; outcome=fails; error=E404",
        );
        let mark = "\n#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ";
        let marked = |said: &str| job(URL, &format!("{TOKEN} }}{mark}{said}\n#"), "");
        let error = "error[npmrc-not-read]: npm does not read this token: `publib-npm` will fail with E404";
        check_rule("npmrc-not-read", &marked(error).replace(", id-token: write", ""));
        // The old npm is to blame for the rest.
        let told = "information[npmrc-not-read]: npm does not read this token, so it has no effect";
        check_rule("npmrc-not-read", &marked(told));
        let both = format!("{TOKEN}, NODE_AUTH_TOKEN: '${{{{ secrets.T }}}}'");
        check_sites(&job(URL, &both, ""), "release.yml:9 publish; outcome=token");
        let trusted = job(URL, "NPM_TRUSTED_PUBLISHER: 'true'", "").replace("version: 18", "version: 24");
        check_sites(&trusted, "release.yml:9 publish; outcome=oidc");
    }
}
