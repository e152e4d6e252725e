//! Variables that a script sets for the commands or the steps after it.

use super::script_context::ScriptContext;
use crate::model::job::Step;
use crate::model::read::find_input;
use crate::publish::eval::{Evaluated, Possible};
use crate::publish::find::credentials::{is_npm_token_variable, is_token};
use crate::publish::machine::{Effect, EffectKind};
use crate::publish::read::command::Exported;
use crate::publish::site::{Credential, CredentialSource};
use crate::publish::walk::{WalkFrame, Walker};
use crate::syntax::shell::{Command, variable_name};
use crate::text::Place;
use crate::versions::version::Truth;

/// How far a value is followed from variable to variable.
const MOST_VARIABLES: usize = 4;

/// From where on a variable is set.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// From here to the end of the script.
    Script,
    /// In the steps after this one.
    LaterSteps,
}

impl<'a> Walker<'_, 'a> {
    /// `export NAME=value`, and what a command appends to `$GITHUB_ENV`.
    /// Source: "Setting an environment variable" in "Workflow commands for GitHub Actions": the step that writes it does not see it.
    pub(crate) fn note_exports(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        conditions: &[String],
        exports: Vec<Exported>,
    ) {
        let place = context.source.place(self.sources, command.range);
        // What a subshell exports ends with it, and a token that a script exports which is called.
        let is_called = !context.called.is_empty();
        let may_end = |name: &str| !command.subshells.is_empty() || is_called && is_npm_token_variable(name);
        for exported in exports {
            let value = match &exported.value {
                Some(value) if exported.is_for_later_steps || !may_end(&exported.name) => {
                    self.value_in_script(context, value, 0)
                }
                _ => Evaluated::unknown(),
            };
            let reach = match exported.is_for_later_steps {
                true => Reach::LaterSteps,
                false => Reach::Script,
            };
            if reach == Reach::Script && is_called {
                self.exported_by_called.push(exported.name.clone());
            }
            self.export(conditions, &exported.name, &value, &place, reach);
        }
    }

    /// What a script that is called exports may end with it: nothing is known of these variables after it. `count` were exported
    /// before it started.
    pub(super) fn end_exports(&mut self, context: &ScriptContext<'_, 'a>, count: usize) {
        for name in self.exported_by_called.split_off(count) {
            self.effects.push(Effect {
                conditions: context.frame.conditions.clone(),
                kind: EffectKind::Env(name),
            });
        }
    }

    /// `core.exportVariable('NAME', value)` in actions/github-script.
    pub(crate) fn note_exports_of_javascript(&mut self, frame: &WalkFrame<'a>, step: &Step) {
        let Some(script) = find_input(&step.with, "script") else {
            return;
        };
        let place = Place::new(&frame.path, script.value.range);
        let mut calls = script.value.value.split("core.exportVariable(").skip(1);
        while let Some((name, value)) = calls.next().and_then(arguments_of_export) {
            let value = match (quoted(value), value.strip_prefix("process.env.")) {
                (Some(text), _) => self.evaluate(frame, text),
                (None, Some(name)) => {
                    let scope = self.scope(frame);
                    scope.env_value(name.trim()).unwrap_or_else(Evaluated::unknown)
                }
                (None, None) => Evaluated::unknown(),
            };
            self.export(&frame.conditions, name, &value, &place, Reach::LaterSteps);
        }
    }

    fn export(&mut self, conditions: &[String], name: &str, value: &Evaluated, place: &Place, reach: Reach) {
        let is_known = !value.values().contains(&Possible::Unknown);
        let variable = match is_known {
            true => EffectKind::KnownEnv {
                name: name.to_owned(),
                value: value.clone(),
                place: place.clone(),
            },
            false => EffectKind::Env(name.to_owned()),
        };
        let token = (is_known && is_npm_token_variable(name) && is_token(value)).then(|| {
            EffectKind::ExportedToken(Credential {
                name: name.to_owned(),
                text: format!("{name}: {}", text_of(value)),
                source: CredentialSource::Exported,
                place: place.clone(),
                is_read: Truth::No,
            })
        });
        for kind in std::iter::once(variable).chain(token) {
            let effect = Effect {
                conditions: conditions.to_vec(),
                kind,
            };
            match reach {
                Reach::LaterSteps => self.effects_after_step.push(effect),
                // Nothing is lost if a value that is not known counts for longer.
                Reach::Script if !is_known => self.effects.push(effect),
                Reach::Script => self.effects.push_for_script(effect),
            }
        }
    }

    /// What a text of a script is worth: a variable of the script or of its step, or text.
    fn value_in_script(&self, context: &ScriptContext<'_, 'a>, text: &str, depth: usize) -> Evaluated {
        if let Some(name) = variable_name(text) {
            return match depth < MOST_VARIABLES {
                true => self.variable_in_script(context, name, depth + 1),
                false => Evaluated::unknown(),
            };
        }
        let without_expressions = text.replace("${{", "");
        match without_expressions.contains(['$', '`', '%']) {
            true => Evaluated::unknown(),
            false => self.evaluate(context.frame, text),
        }
    }

    fn variable_in_script(&self, context: &ScriptContext<'_, 'a>, name: &str, depth: usize) -> Evaluated {
        let mut around = context.assignments.iter();
        if let Some((_, value, _)) = around.find(|(assigned, ..)| assigned == name) {
            return match variable_name(value) == Some(name) {
                true => self.variable_of_step(context, name),
                false => self.value_in_script(context, value, depth),
            };
        }
        match context.index.setting(name) {
            None => self.variable_of_step(context, name),
            Some(Some(command)) if !command.is_conditional && command.words.is_empty() => {
                let mut assigned = command.assignments.iter();
                let assigned = assigned.find(|assignment| assignment.name == name);
                assigned.map_or_else(Evaluated::unknown, |assignment| {
                    self.value_in_script(context, &assignment.value.text, depth)
                })
            }
            _ => Evaluated::unknown(),
        }
    }

    fn variable_of_step(&self, context: &ScriptContext<'_, 'a>, name: &str) -> Evaluated {
        // A script that leads here may have changed it.
        if context.run_by.iter().any(|script| script.may_set(name)) {
            return Evaluated::unknown();
        }
        let value = self.scope(context.frame).env_value(name);
        value.unwrap_or_else(Evaluated::unknown)
    }
}

/// A value as it would be written in a workflow.
fn text_of(value: &Evaluated) -> String {
    let texts = value.values().iter().filter_map(|value| match value {
        Possible::Secret(name) => Some(format!("${{{{ secrets.{name} }}}}")),
        Possible::Text(text) if !text.is_empty() => Some(text.clone()),
        _ => None,
    });
    texts.collect::<Vec<String>>().join(" or ")
}

/// The name and the value in what follows `core.exportVariable(`.
fn arguments_of_export(call: &str) -> Option<(&str, &str)> {
    let (name, rest) = call.split_once(',')?;
    let (value, _) = rest.split_once(')')?;
    Some((quoted(name)?, value.trim()))
}

fn quoted(text: &str) -> Option<&str> {
    let text = text.trim();
    ["'", "\"", "`"]
        .iter()
        .find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))
}

#[cfg(test)]
mod tests {
    use crate::test_support::{Fixture, check_rule, check_sites, contradictions};

    /// A job that grants `permissions`, runs `steps` after setup-node with these inputs, and publishes.
    fn job(permissions: &str, setup: &str, steps: &str) -> String {
        format!(
            r#"#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ {permissions} }}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24{setup} }}
{steps}#- package.json
{{ "name": "w", "version": "1.0.0", "repository": "a/w" }}
"#
        )
    }

    const URL: &str = ", registry-url: 'https://registry.npmjs.org'";
    const BOTH: &str = "contents: read, id-token: write";
    const PUBLISH: &str = "      - run: npm publish\n";

    /// A step with this script and a secret in `TOKEN`.
    fn step(script: &str) -> String {
        let lines: Vec<String> = script.lines().map(|line| format!("          {line}\n")).collect();
        format!(
            "      - env: {{ TOKEN: '${{{{ secrets.T }}}}' }}\n        run: |\n{}",
            lines.concat()
        )
    }

    /// Checks the outcome of a publish after these steps.
    #[track_caller]
    fn check(permissions: &str, setup: &str, steps: &str, outcome: &str) {
        let fixture = job(permissions, setup, &format!("{steps}{PUBLISH}"));
        let line = 9 + steps.lines().count();
        check_sites(
            &fixture,
            &format!("release.yml:{line} publish; outcome={outcome}"),
        );
    }

    #[test]
    fn a_secret_is_handed_on_to_later_steps() {
        for script in [
            "echo \"NODE_AUTH_TOKEN=${{ secrets.T }}\" >> $GITHUB_ENV",
            "echo NODE_AUTH_TOKEN=$TOKEN >> \"$GITHUB_ENV\"",
            "echo \"NODE_AUTH_TOKEN=${TOKEN}\" >> \"${GITHUB_ENV}\"",
            "printf 'NODE_AUTH_TOKEN=%s\\n' \"$TOKEN\" >> $GITHUB_ENV",
            "echo \"NODE_AUTH_TOKEN=$TOKEN\" | tee -a \"$GITHUB_ENV\"",
            "cat <<EOF >> $GITHUB_ENV\nA=b\nNODE_AUTH_TOKEN=$TOKEN\nEOF",
            "echo 'NODE_AUTH_TOKEN<<END' >> $GITHUB_ENV; printf 'NODE_AUTH_TOKEN=%s\\n' \"$TOKEN\" >> $GITHUB_ENV",
            "{ echo a=b; echo \"NODE_AUTH_TOKEN=$TOKEN\"; } >> $GITHUB_ENV",
            "OTHER=\"$TOKEN\"\necho \"NODE_AUTH_TOKEN=$OTHER\" >> $GITHUB_ENV",
            "\"NODE_AUTH_TOKEN=$env:TOKEN\" >> $env:GITHUB_ENV",
            "if [ -n \"$X\" ]; then\n  echo \"NODE_AUTH_TOKEN=$TOKEN\" >> $GITHUB_ENV\nelse\n  echo NODE_AUTH_TOKEN= >> $GITHUB_ENV\nfi",
        ] {
            let steps = step(script);
            check(BOTH, URL, &steps, "oidc-or-token");
            check("contents: read", URL, &steps, "token");
            // Nothing reads the variable.
            check(BOTH, "", &steps, "oidc");
        }
    }

    #[test]
    fn the_value_of_another_variable_may_be_anything() {
        for script in [
            "echo \"NODE_AUTH_TOKEN=$OTHER\" >> $GITHUB_ENV",
            "echo \"NODE_AUTH_TOKEN=$(./make-token)\" >> $GITHUB_ENV",
            "echo \"NODE_AUTH_TOKEN=${{ steps.x.outputs.token }}\" >> $GITHUB_ENV",
        ] {
            check("contents: read", URL, &step(script), "unknown");
        }
    }

    #[test]
    fn what_is_not_a_token_or_comes_too_late_does_not_count() {
        for script in [
            "echo NODE_AUTH_TOKEN= >> $GITHUB_ENV",
            "echo NODE_AUTH_TOKEN=\"$TOKEN\" >> $GITHUB_OUTPUT",
            "echo \"OTHER=$TOKEN\" >> $GITHUB_ENV",
            "echo \"NODE_AUTH_TOKEN=$TOKEN\" >> $GITHUB_ENV\necho NODE_AUTH_TOKEN= >> $GITHUB_ENV",
        ] {
            check("contents: read", URL, &step(script), "fails");
            check(BOTH, URL, &step(script), "oidc");
        }
        let after = format!(
            "{PUBLISH}{}",
            step("echo \"NODE_AUTH_TOKEN=$TOKEN\" >> $GITHUB_ENV")
        );
        let fails = "release.yml:9 publish; outcome=fails";
        check_sites(&job("contents: read", URL, &after), fails);
        // The step that writes the file does not see the variable.
        let same = step("echo \"NODE_AUTH_TOKEN=$TOKEN\" >> $GITHUB_ENV\nnpm publish");
        check_sites(
            &job("contents: read", URL, &same),
            "release.yml:12 publish; outcome=fails",
        );
    }

    #[test]
    fn the_rest_of_the_script_sees_what_is_exported() {
        for script in [
            "export NODE_AUTH_TOKEN=$TOKEN\nnpm publish",
            "export NODE_AUTH_TOKEN=\"${{ secrets.T }}\"\nnpm publish",
            "$env:NODE_AUTH_TOKEN = \"$env:TOKEN\"\nnpm publish",
        ] {
            check_sites(
                &job("contents: read", URL, &step(script)),
                "release.yml:12 publish; outcome=token",
            );
        }
        // A subshell keeps it for itself, and so may a script that is called.
        let subshell = step("( export NODE_AUTH_TOKEN=$TOKEN )\nnpm publish");
        check_sites(
            &job("contents: read", URL, &subshell),
            "release.yml:12 publish; outcome=unknown",
        );
        let called = job("contents: read", URL, &step("bash auth.sh\nnpm publish"))
            + "#- on demand: auth.sh\nexport NODE_AUTH_TOKEN=$TOKEN\n";
        check_sites(&called, "release.yml:12 publish; outcome=unknown");
        let script = step("export NODE_AUTH_TOKEN=$TOKEN");
        check("contents: read", URL, &script, "fails");
    }

    #[test]
    fn a_script_that_is_called_sees_what_it_exports() {
        let registry = |run: &str, file: &str, expected: &str| {
            let fixture = job("contents: read, id-token: write", "", &step(run))
                + &format!("#- on demand: ship.sh\n{file}\n#- on demand: inner.sh\nnpm publish\n");
            let line = 10 + run.lines().count();
            let site = format!("release.yml:{line} publish; registry={expected}");
            check_sites(&fixture, if expected.is_empty() { "" } else { &site });
        };
        const NPM: &str = "https://registry.npmjs.org/";
        let set = "export npm_config_registry='https://registry.npmjs.org'";
        registry("bash ship.sh", &format!("{set}\nnpm publish"), NPM);
        registry("bash ship.sh", &format!("{set}\nbash inner.sh"), NPM);
        registry("bash ship.sh\nnpm publish", set, "-");
        let other = "export npm_config_registry=https://npm.example.com";
        // It is not published to npm.
        registry("bash ship.sh", &format!("{other}\nnpm publish"), "");
        let from_outside = "export npm_config_registry=$TOKEN\nnpm publish";
        registry("TOKEN=$(make-it)\nbash ship.sh", from_outside, "-");
    }

    #[test]
    fn github_script_hands_variables_on() {
        let step = |call: &str| {
            format!(
                "      - uses: actions/github-script@v8\n        env: {{ TOKEN: '${{{{ secrets.T }}}}' }}\n        with:\n          \
                 script: {call}\n"
            )
        };
        for (call, expected) in [
            (
                "core.exportVariable('NODE_AUTH_TOKEN', process.env.TOKEN)",
                "token",
            ),
            (
                "core.exportVariable(\"NODE_AUTH_TOKEN\", '${{ secrets.T }}');",
                "token",
            ),
            ("core.exportVariable('NODE_AUTH_TOKEN', token)", "unknown"),
            ("core.exportVariable('OTHER', process.env.TOKEN)", "fails"),
        ] {
            check("contents: read", URL, &step(call), expected);
        }
    }

    #[test]
    fn the_token_is_reported_where_it_is_handed_on() {
        let line = "echo \"NODE_AUTH_TOKEN=$TOKEN\" >> $GITHUB_ENV";
        let mark = format!(
            "#         {} warning[publish-token-env]: `NODE_AUTH_TOKEN` masks trusted publishing: …\n",
            "^".repeat(line.len())
        );
        check_rule(
            "publish-token-env",
            &job(BOTH, URL, &format!("{}{mark}{PUBLISH}", step(line))),
        );
        check_rule(
            "publish-token-env",
            &job(BOTH, "", &format!("{}{PUBLISH}", step(line))),
        );
        let own = format!("{PUBLISH}        env: {{ NODE_AUTH_TOKEN: '' }}\n");
        check_rule(
            "publish-token-env",
            &job(BOTH, URL, &format!("{}{own}", step(line))),
        );
    }

    #[test]
    fn a_step_that_never_runs_exports_nothing() {
        let job = |condition: &str, of_publish: &str| {
            format!(
                r#"#- .github/workflows/release.yml
on: {{ push: {{ tags: ['v*'] }} }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    permissions: {{ contents: read }}
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24, registry-url: 'https://registry.npmjs.org' }}
      - if: {condition}
        run: echo "NODE_AUTH_TOKEN=${{{{ secrets.NPM_TOKEN }}}}" >> $GITHUB_ENV
      - run: npm publish
        if: {of_publish}
#- package.json
{{ "name": "w", "version": "1.0.0", "repository": "a/b" }}
"#
            )
        };
        let check = |condition: &str, of_publish: &str, outcome: &str| {
            check_sites(
                &job(condition, of_publish),
                &format!("release.yml:11 publish; outcome={outcome}"),
            );
        };
        check(
            "github.event_name == 'workflow_dispatch'",
            "true",
            "fails; error=E404",
        );
        check(
            "github.event_name == 'push'",
            "github.event_name == 'push'",
            "token",
        );
        check(
            "github.ref == 'refs/tags/v1'",
            "github.ref == 'refs/tags/v1'",
            "token",
        );
    }

    #[test]
    fn a_token_that_is_unset_is_none() {
        let check = |script: &str, outcome: &str| {
            let step = format!(
                "      - run: |\n          {}\n",
                script.replace('\n', "\n          ")
            );
            let fixture = job("contents: read, id-token: write", "", &step)
                .replace("    steps:", "    env: { NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}', YARN_NPM_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' }\n    steps:")
                .replace("node-version: 24", "node-version: 24, registry-url: 'https://registry.npmjs.org'");
            let workspace = Fixture::parse(&fixture).unwrap().repository.workspace();
            let outcomes: Vec<&str> = workspace.sites().map(|site| site.outcome.name()).collect();
            assert_eq!(outcomes, [outcome], "{script}");
            assert_eq!(contradictions(&workspace), [""; 0], "{script}");
        };
        for script in [
            "unset NODE_AUTH_TOKEN\nnpm publish",
            "unset NPM_TOKEN NODE_AUTH_TOKEN && npm publish",
            "unset -v NODE_AUTH_TOKEN\nnpm publish",
            "env -u NODE_AUTH_TOKEN npm publish",
            "env -u A --unset NODE_AUTH_TOKEN npm publish",
        ] {
            check(script, "oidc");
        }
        for script in [
            "npm publish",
            "unset OTHER_TOKEN\nnpm publish",
            "unset -f NODE_AUTH_TOKEN\nnpm publish",
            "npm publish\nunset NODE_AUTH_TOKEN",
            "env -u OTHER_TOKEN npm publish",
            "if tsc; then unset NODE_AUTH_TOKEN; fi\nnpm publish",
        ] {
            check(script, "oidc-or-token");
        }
    }
}
