use crate::checker::prelude::*;
use crate::diagnostic::Diagnostic;
use crate::fixes::token::{scope_npmrc_key, scoped_key};
use crate::syntax::npmrc::{Npmrc, NpmrcSetting, NpmrcValue, is_unscoped_credential};
use crate::text::{FilePath, FolderPath};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a credential that names no registry, in an `.npmrc` or written to one by a script of a publish job:
    /// `_authToken=…` instead of `//registry.npmjs.org/:_authToken=…`. npm treats `_auth`, `_password` and `username` alike.
    ///
    /// ## Why it matters
    ///
    /// npm refuses to run with such a line, whatever the command:
    ///
    /// ```text
    /// npm error code ERR_INVALID_AUTH
    /// npm error Invalid auth configuration found: `_authToken` must be renamed to `//registry.npmjs.org/:_authToken`
    /// ```
    ///
    /// ## Example
    ///
    /// ```text,bad
    /// #- .npmrc
    /// _authToken=${NPM_TOKEN}
    /// ```
    ///
    /// ## Fix
    ///
    /// ```text,good
    /// #- .npmrc
    /// //registry.npmjs.org/:_authToken=${NPM_TOKEN}
    /// ```
    ///
    /// Trusted publishing does not need such a line at all.
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/cli/configuring-npm/npmrc#auth-related-configuration>
    NPMRC_UNSCOPED_TOKEN {
        id: "npmrc-unscoped-token",
        summary: "A credential in an .npmrc is not scoped to a registry.",
        severity: Error,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    if let Some(npmrc) = context.file.npmrc() {
        for setting in refused(npmrc) {
            findings.push(of_setting(context, context.path, setting));
        }
    }
    for site in context.sites {
        let refuses = site.outcome.prediction.error == Some(NpmError::InvalidAuth);
        let folder = match site.credentials.npmrc.reads_own_folder {
            true => site.packages.manifests.first().map(FilePath::folder),
            false => Some(FolderPath::root()),
        };
        let file = folder.and_then(|folder| context.sources.npmrc_in(&folder));
        if let Some((path, npmrc)) = file.filter(|_| refuses) {
            for setting in refused(npmrc) {
                findings.push(of_setting(context, &path, setting).related(&site.place, "published here"));
            }
        }
        let may_run_npm = site.may_run_npm();
        let lines = site.credentials.npmrc_lines.iter();
        for line in lines.filter(|line| may_run_npm && is_unscoped_credential(&line.key)) {
            let (severity, verb) = match refuses {
                true => (Severity::Error, "will"),
                false => (Severity::Warning, "may"),
            };
            findings.push(
                NPMRC_UNSCOPED_TOKEN
                    .at(&line.place, severity, message(&line.key, verb))
                    .help(help(&line.key))
                    .related(&site.place, "published here"),
            );
        }
    }
}

/// The lines with which npm refuses to run, unless a variable in them is empty.
fn refused(npmrc: &Npmrc) -> impl Iterator<Item = &NpmrcSetting> {
    let settings = npmrc.settings.iter();
    settings.filter(|setting| setting.is_unscoped_credential() && setting.value_form() != NpmrcValue::Empty)
}

/// The finding at a line, which is the same for each publish step that fails.
fn of_setting(context: &CheckContext<'_>, path: &FilePath, setting: &NpmrcSetting) -> Diagnostic {
    let key = &setting.key.value;
    NPMRC_UNSCOPED_TOKEN
        .at(
            &Place::new(path, setting.key.range),
            Severity::Error,
            message(key, "will"),
        )
        .help(help(key))
        .fix(scope_npmrc_key(context, path, setting))
}

fn message(key: &str, verb: &str) -> String {
    format!("`{key}` is not scoped to a registry: npm {verb} fail with ERR_INVALID_AUTH")
}

fn help(key: &str) -> String {
    let key = scoped_key(key);
    format!(
        "All commands except `npm config` fail. Write `{key}`, or remove the line, which trusted publishing \
         does not need."
    )
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_rule, check_sites};

    #[test]
    fn a_credential_without_a_registry_is_reported() {
        check_rule(
            "npmrc-unscoped-token",
            r#"
#- .npmrc
_authToken=${NPM_TOKEN}
^^^^^^^^^^ error💡[npmrc-unscoped-token]: `_authToken` is not scoped to a registry: npm will fail with ERR_INVALID_AUTH
^^^^^^^^^^ help[npmrc-unscoped-token]: All commands except `npm config` fail. Write `//registry.npmjs.org/:_authToken`, or …
username=octocat
^^^^^^^^ error💡[npmrc-unscoped-token]: `username` is not scoped to a registry: npm will fail with ERR_INVALID_AUTH
^^^^^^^^ help[npmrc-unscoped-token]: All commands except `npm config` fail. Write `//registry.npmjs.org/:username`, or …
"#,
        );
    }

    #[test]
    fn credentials_of_a_registry_and_other_settings_are_not_reported() {
        check_rule(
            "npmrc-unscoped-token",
            r#"
#- .npmrc
//registry.npmjs.org/:_authToken=${NPM_TOKEN}
//npm.pkg.github.com/:_auth=${GITHUB_AUTH}
//registry.npmjs.org/:username=octocat
_authToken=
registry=https://registry.npmjs.org
"#,
        );
    }

    #[test]
    fn the_line_leads_to_the_publish_step_that_fails() {
        check_rule(
            "npmrc-unscoped-token",
            r#"
#- .npmrc
_auth=${AUTH}
^^^^^ error💡[npmrc-unscoped-token]: `_auth` is not scoped to a registry: npm will fail with ERR_INVALID_AUTH
^^^^^ help[npmrc-unscoped-token]: All commands except `npm config` fail. Write `//registry.npmjs.org/:_auth`, or …
#- package.json
{ "name": "widget", "version": "1.0.0", "repository": "acme/widget" }
#- .github/workflows/release.yml
on: push
permissions: { contents: read, id-token: write }
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: { node-version: 24 }
      - run: npm publish
             ^^^^^^^^^^^ related[npmrc-unscoped-token]: published here
"#,
        );
    }

    #[test]
    fn a_package_on_its_own_has_a_file_of_its_own() {
        let fixture = |root: &str, mark: &str| {
            format!(
                r#"
#- package.json
{{ "private": true{root} }}
#- packages/a/.npmrc
_auth=abc
^^^^^ error💡[npmrc-unscoped-token]: `_auth` is not scoped to a registry: npm will fail with ERR_INVALID_AUTH
#- packages/a/package.json
{{ "name": "widget", "version": "1.0.0", "repository": "acme/widget" }}
#- .github/workflows/release.yml
on: push
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: cd packages/a && npm publish
{mark}"#
            )
        };
        let related =
            "                              ^^^^^^^^^^^ related[npmrc-unscoped-token]: published here\n";
        let alone = fixture("", related);
        check_rule("npmrc-unscoped-token", &alone);
        check_sites(
            &without_marks(&alone),
            "release.yml:9 publish; outcome=fails; error=ERR_INVALID_AUTH",
        );
        // In a workspace npm reads the file of the root alone.
        let member = fixture(r#", "workspaces": ["packages/*"]"#, "");
        check_rule("npmrc-unscoped-token", &member);
        check_sites(&without_marks(&member), "release.yml:9 publish; outcome=oidc");
    }

    fn without_marks(fixture: &str) -> String {
        let lines = fixture.lines().filter(|line| !line.trim_start().starts_with('^'));
        lines.map(|line| format!("{line}\n")).collect()
    }

    /// What is said of a step that writes such a line. The outcome of the publish step after it must agree.
    fn check_written(publish: &str, step: &str, finding: &str) {
        let fixture = format!(
            "#- package.json\n{{ \"name\": \"widget\", \"version\": \"1.0.0\", \"repository\": \"acme/widget\" }}\n#- \
             .github/workflows/release.yml\non: push\npermissions: {{ contents: read, id-token: write }}\njobs:\n  publish:\n    \
             runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/setup-node@v6\n        with: {{ node-version: 24 }}\n{step}\n\
             {finding}      - run: {publish}\n"
        );
        check_rule("npmrc-unscoped-token", &fixture);
    }

    #[test]
    fn a_written_line_is_an_error_only_if_npm_certainly_reads_it() {
        for (command, severity, key) in [
            ("echo _authToken=${{ secrets.T }} > .npmrc", "error", "_authToken"),
            ("npm config set _auth abc", "error", "_auth"),
            ("echo _authToken=$NPM_TOKEN > .npmrc", "error", "_authToken"),
            (
                "echo _authToken=$(make token) >> ~/.npmrc",
                "warning",
                "_authToken",
            ),
        ] {
            let step =
                format!("      - env: {{ NPM_TOKEN: '${{{{ secrets.T }}}}' }}\n        run: {command}");
            let carets = "^".repeat(command.len());
            let verb = if severity == "error" { "will" } else { "may" };
            let finding = format!(
                "             {carets} {severity}[npmrc-unscoped-token]: `{key}` is not scoped to a registry: npm {verb} …\n"
            );
            let (step, finding) = (step.as_str(), finding.as_str());
            check_written("npm publish", step, finding);
            // Berry and Bun do not run npm.
            check_written("yarn npm publish", step, "");
        }
    }
}
