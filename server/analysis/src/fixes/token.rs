//! Fixes that remove tokens and settings about them.

use crate::checker::prelude::*;
use crate::checker::variable_users::job_names;
use crate::edit::npmrc::{remove_setting, replace_key};
use crate::edit::yaml::remove_with_its_key;
use crate::fixes::builder::{editable, entry_around, fix_of_file};
use crate::fixes::command::flag_removal;
use crate::fixes::entry::entry_edits;
use crate::fixes::installs::{
    PrivateDependencies, go_to_installs, goes_to_installs, move_to_installs, private_dependencies,
};
use crate::fixes::other_installs::job_installs;
use crate::fixes::permissions::node_of;
use crate::fixes::still_needed::token_is_still_read;
use crate::fixes::token_action::token_action_edits;
use crate::fixes::token_command::token_command_edits;
use crate::fixes::token_users::{has_other_shell, job_may_need_token};
use crate::model::job::Job;
use crate::publish::{Credential, CredentialSource};
use crate::syntax::npmrc::{NpmrcSetting, NpmrcValue};
use crate::syntax::yaml::YamlNode;
use crate::text::FilePath;
use crate::text::{TextEdit, TextRange};

/// Removes a token from where it is passed to a publish step.
pub(crate) fn remove_token(
    context: &CheckContext<'_>,
    site: &Site<'_>,
    credential: &Credential,
) -> Option<Fix> {
    let (path, edits) = removal_edits(context, site, credential, &[])?;
    let title = match credential.source {
        CredentialSource::NpmrcFile | CredentialSource::OwnFile => {
            "Remove the line with the token".to_owned()
        }
        CredentialSource::NpmrcCommand if *path != credential.place.path => {
            "Remove the step that writes the token".to_owned()
        }
        CredentialSource::NpmrcCommand => "Remove the command that writes the token".to_owned(),
        _ if goes_to_installs(context, site, credential) => {
            format!(
                "Give `{}` only to the steps that install packages",
                credential.name
            )
        }
        _ => format!("Remove `{}`", credential.name),
    };
    let fix = fix_of_file(title, Applicability::Unsafe, path, Ok(edits))?;
    (!token_is_still_read(context, site, credential, &fix.edits)).then_some(fix)
}

/// Renames the variable of an `env:` that holds a token. None if the token is written elsewhere.
pub(crate) fn pass_token_as(
    context: &CheckContext<'_>,
    credential: &Credential,
    variable: &str,
) -> Option<Fix> {
    let is_entry = matches!(
        credential.source,
        CredentialSource::StepEnv | CredentialSource::CallingStepEnv | CredentialSource::JobEnv
    );
    let place = &credential.place;
    let file = editable(context, &place.path).filter(|_| is_entry)?;
    let name = &credential.name;
    let is_written = place.range.slice(&file.text).starts_with(name.as_str());
    let range = TextRange::new(place.range.start(), place.range.start() + name.len());
    let edit = is_written.then(|| TextEdit::replace(range, variable))?;
    let title = format!("Pass the token as `{variable}`");
    fix_of_file(title, Applicability::Unsafe, &place.path, Ok(vec![edit]))
}

/// The edits that remove a token, and their file; none if something else uses it too, or if it cannot be removed alone. `moving` are
/// other jobs of the workflow that are to publish without it as well.
pub(crate) fn removal_edits<'s>(
    context: &CheckContext<'_>,
    site: &'s Site<'_>,
    credential: &'s Credential,
    moving: &[&Job],
) -> Option<(&'s FilePath, Vec<TextEdit>)> {
    let edits = token_edits(context, site, credential, moving);
    let edits = edits.map(|edits| (&credential.place.path, edits));
    edits
        .or_else(|| token_action_edits(context, site, credential).filter(|_| !is_needed(context, credential)))
}

/// The edits of the file in which a token is written.
fn token_edits(
    context: &CheckContext<'_>,
    site: &Site<'_>,
    credential: &Credential,
    moving: &[&Job],
) -> Option<Vec<TextEdit>> {
    let place = &credential.place;
    if is_needed(context, credential) {
        return None;
    }
    match credential.source {
        CredentialSource::StepEnv | CredentialSource::CallingStepEnv | CredentialSource::ActionInput => {
            entry_edits(editable(context, &place.path)?, place)
        }
        CredentialSource::JobEnv | CredentialSource::WorkflowEnv => {
            let is_shared = credential.source == CredentialSource::WorkflowEnv
                && (site.job.workflow.is_none() || other_user(context, site, credential, moving).is_some());
            if is_shared {
                return None;
            }
            // Other steps may install private packages with it.
            if go_to_installs(context, site, credential, moving) {
                return move_to_installs(context, site, credential, moving);
            }
            entry_edits(editable(context, &place.path)?, place)
        }
        CredentialSource::CommandEnv => {
            let file = editable(context, &place.path)?;
            // The assignment and the blanks after it.
            let rest = file.text.get(place.range.end()..)?;
            let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            let range = TextRange::new(place.range.start(), place.range.end() + blanks);
            let is_assignment = place.range.slice(&file.text).starts_with(&credential.name);
            (is_assignment && blanks > 0).then(|| vec![TextEdit::delete(range)])
        }
        CredentialSource::CommandFlag => {
            let file = editable(context, &place.path)?;
            // In a package script other words are written here.
            let written = place.range.slice(&file.text).trim_matches(['"', '\'']);
            let is_flag = written.starts_with('-') && written.contains('=');
            is_flag
                .then(|| flag_removal(&file.text, place.range))
                .flatten()
                .map(|edit| vec![edit])
        }
        CredentialSource::NpmrcFile => {
            let file = context.sources.file(&place.path)?;
            let npmrc = file.npmrc()?;
            let setting = npmrc
                .settings
                .iter()
                .find(|setting| setting.line == place.range)?;
            remove_setting(&file.text, setting).ok()
        }
        // The command may pass on other variables too, or be all that a branch does. A tool's own file may have other purposes,
        // which are not checked.
        CredentialSource::Exported | CredentialSource::OwnFile => None,
        CredentialSource::NpmrcCommand => token_command_edits(editable(context, &place.path)?, credential),
    }
}

/// Commands like `npm deprecate` have no other credential. Some may fail, as the script says.
fn is_needed(context: &CheckContext<'_>, credential: &Credential) -> bool {
    context.registry_commands.iter().any(|command| {
        let site = &command.site;
        let mut tokens = site.credentials.tokens.iter();
        tokens.any(|token| token.place == credential.place)
            && site.outcome.ignored_failure.is_none()
            && command.npm_exchanges() != Truth::Yes
    })
}

/// Another job that may install private packages with a variable of the workflow, publish with it, or run something that is not known
/// to do without it. The jobs that are `moving` are not asked.
///
/// A called workflow does not get the variables of the calling one:
/// <https://docs.github.com/actions/reference/workflows-and-actions/reusing-workflow-configurations#limitations-of-reusable-workflows>
pub(crate) fn other_user<'s>(
    context: &CheckContext<'_>,
    site: &'s Site<'_>,
    credential: &Credential,
    moving: &[&Job],
) -> Option<&'s Job> {
    let workflow = site.job.workflow?;
    let file = context.sources.file(&site.job.path)?;
    let own = site.job.job.map(|job| &job.id);
    let may_be_private = private_dependencies(context.sources) != PrivateDependencies::No;
    let is_other = |job: &&Job| {
        let mut moving = moving.iter();
        job.call.is_none() && Some(&job.id) != own && !moving.any(|moving| moving.id == job.id)
    };
    let mut others = workflow.jobs.iter().filter(is_other);
    // The `defaults` of the workflow may choose the shell of each job.
    let has_other_shell = has_other_shell(&file.text);
    others.find(|job| {
        let text = job.range.slice(&file.text);
        ["publish", "release"].iter().any(|word| text.contains(word))
            || job_names(context.sources, job, text, &credential.name)
            || may_be_private && job_installs(context.sources, job)
            || has_other_shell
            || job_may_need_token(context.sources, job, text)
    })
}

/// The edits that remove all tokens of a site, a list for each token; none if one of them cannot be removed. A mapping that
/// holds nothing else goes with its key: GitHub refuses a workflow with an empty `env:`.
/// Source: `step-env`, `job-env` and `workflow-env` in workflow-v1.0.json of actions/languageservices.
pub(crate) fn all_token_edits<'s>(
    context: &CheckContext<'_>,
    site: &'s Site<'_>,
    moving: &[&Job],
) -> Option<Vec<(&'s FilePath, Vec<TextEdit>)>> {
    let tokens = &site.credentials.tokens;
    let edits_of = |credential: &'s Credential| {
        let (path, edits) = removal_edits(context, site, credential, moving)?;
        let Some(mapping) = mapping_of(context, credential) else {
            return Some((path, edits));
        };
        let is_beside = |other: &&Credential| {
            other.place.path == *path
                && mapping_of(context, other).is_some_and(|around| around.id() == mapping.id())
        };
        let count = tokens.iter().filter(is_beside).count();
        if count > 1 && count == mapping.entries().count() {
            let text = &context.sources.file(path)?.text;
            return Some((path, remove_with_its_key(text, mapping).ok()?));
        }
        Some((path, edits))
    };
    tokens.iter().map(edits_of).collect()
}

/// The mapping in which a token is an entry.
fn mapping_of<'c>(context: &'c CheckContext<'_>, credential: &Credential) -> Option<YamlNode<'c>> {
    let place = &credential.place;
    let (mapping, entry) = entry_around(node_of(context.sources.file(&place.path)?, place)?)?;
    (entry.range() == place.range).then_some(mapping)
}

/// Removes a line of an `.npmrc`.
pub(crate) fn remove_npmrc_line(
    context: &CheckContext<'_>,
    path: &FilePath,
    setting: &NpmrcSetting,
) -> Option<Fix> {
    let file = context.sources.file(path)?;
    // Neither has any effect.
    let is_useless = setting.key.value.ends_with("always-auth") || setting.value_form() == NpmrcValue::Empty;
    let applicability = if is_useless {
        Applicability::Safe
    } else {
        Applicability::Unsafe
    };
    fix_of_file(
        "Remove the line",
        applicability,
        path,
        remove_setting(&file.text, setting),
    )
}

/// Makes a credential one for the public registry.
pub(crate) fn scope_npmrc_key(
    context: &CheckContext<'_>,
    path: &FilePath,
    setting: &NpmrcSetting,
) -> Option<Fix> {
    let key = scoped_key(&setting.key.value);
    let edits = replace_key(&context.sources.file(path)?.text, setting, &key);
    fix_of_file(format!("Write `{key}`"), Applicability::Safe, path, edits)
}

/// The key of a credential for the public registry, as npm spells it.
pub(crate) fn scoped_key(key: &str) -> String {
    let key = match key.eq_ignore_ascii_case("_authToken") || key == "-authtoken" {
        true => "_authToken",
        false => key,
    };
    format!("//registry.npmjs.org/:{key}")
}

/// Removes an input of an action.
pub(crate) fn remove_input(context: &CheckContext<'_>, place: &Place) -> Option<Fix> {
    let file = editable(context, &place.path)?;
    let edits = entry_edits(file, place)?;
    fix_of_file("Remove the input", Applicability::Safe, &place.path, Ok(edits))
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, no_fix};

    /// A workflow with a token for all of its jobs, or without, and another job.
    fn workflow(env: &str, other: &str) -> String {
        format!(
            "\
#- .github/workflows/release.yml
on: push
permissions: {{ contents: read, id-token: write }}
{env}jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24, registry-url: 'https://registry.npmjs.org' }}
      - run: npm publish
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: {other}
"
        )
    }

    #[test]
    fn a_token_of_the_workflow_goes_where_no_other_job_may_use_it() {
        let env = "env:\n  NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}\n";
        for other in ["echo done", "cargo test", "npm i -g npm@11", "npm pack"] {
            check_fix("publish-token-env", &workflow(env, other), &workflow("", other));
        }
        for other in [
            "npm ci",
            "./send \"$NODE_AUTH_TOKEN\"",
            "make release",
            "make",
            "npm token list",
        ] {
            no_fix("publish-token-env", &workflow(env, other));
        }
    }

    #[test]
    fn a_token_stays_that_another_command_needs() {
        let env = "        env: { NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' }\n";
        for command in [
            "npm deprecate w@1 old",
            "npm dist-tag add w@1 next",
            "npm owner add x",
        ] {
            let fixture =
                step("contents: read", env).replace("npm publish", &format!("npm publish && {command}"));
            no_fix(
                "publish-token-env",
                &fixture.replace("node-version: 24", "node-version: 24.11.0"),
            );
        }
    }

    /// A job whose publish step has these lines; with the permission, or without.
    fn step(permissions: &str, lines: &str) -> String {
        format!(
            "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    runs-on: ubuntu-24.04
    permissions: {{ {permissions} }}
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24, registry-url: 'https://registry.npmjs.org' }}
      - run: npm publish
{lines}#- package.json
{{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"acme/widget\" }}
"
        )
    }

    #[test]
    fn no_block_is_left_empty() {
        let first = "NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}";
        let second = "NPM_TOKEN: ${{ secrets.NPM_TOKEN }}";
        let after = step("contents: read, id-token: write", "");
        for lines in [
            format!("        env:\n          {first}\n          {second}\n"),
            format!(
                "        env: {{ {}, {} }}\n",
                first.replace(": ", ": '").replace("}}", "}}'"),
                second.replace(": ", ": '").replace("}}", "}}'")
            ),
        ] {
            check_fix("publish-token-env", &step("contents: read", &lines), &after);
        }
        let kept = "        env:\n          CI: 1\n";
        let lines = format!("        env:\n          {first}\n          CI: 1\n          {second}\n");
        check_fix(
            "publish-token-env",
            &step("contents: read", &lines),
            &step("contents: read, id-token: write", kept),
        );
    }
}
