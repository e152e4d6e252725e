//! The settings of pnpm that decide about its checks of git.

use crate::knowledge::pnpm_releases::{may_read_npmrc, may_read_publish_branch, may_read_workspace_file};
use crate::publish::machine::CommittedNpmrc;
use crate::publish::read::command::PublishCommand;
use crate::publish::site::Site;
use crate::publish::tools::Flag;
use crate::publish::walk::{WalkFrame, Walker};
use crate::syntax::yaml::YamlNode;
use crate::text::{FilePath, FolderPath};
use crate::versions::version::parse_version;

/// A setting of pnpm.
pub(crate) struct PnpmSetting {
    /// Its name in `.npmrc`.
    in_npmrc: &'static str,
    /// Its name in `pnpm-workspace.yaml`.
    in_workspace_file: &'static str,
    /// Whether a pnpm of this version may read it there.
    may_read_workspace_file: fn(Option<&str>) -> bool,
    /// The variables that hold it.
    variables: [&'static str; 4],
}

impl PnpmSetting {
    /// Whether a variable is set in front of the command.
    fn is_in_front(&self, name: &str, site: &Site<'_>) -> bool {
        let mut variables = site.command.variables.iter();
        variables.any(|variable| variable == name)
    }
}

/// Whether pnpm looks at git before it publishes.
const GIT_CHECKS: PnpmSetting = PnpmSetting {
    in_npmrc: "git-checks",
    in_workspace_file: "gitChecks",
    may_read_workspace_file,
    variables: [
        "npm_config_git_checks",
        "NPM_CONFIG_GIT_CHECKS",
        "pnpm_config_git_checks",
        "PNPM_CONFIG_GIT_CHECKS",
    ],
};

/// The branch that pnpm publishes from.
pub(crate) const PUBLISH_BRANCH: PnpmSetting = PnpmSetting {
    in_npmrc: "publish-branch",
    in_workspace_file: "publishBranch",
    may_read_workspace_file: may_read_publish_branch,
    variables: [
        "npm_config_publish_branch",
        "NPM_CONFIG_PUBLISH_BRANCH",
        "pnpm_config_publish_branch",
        "PNPM_CONFIG_PUBLISH_BRANCH",
    ],
};

impl<'a> Walker<'_, 'a> {
    /// Whether no flag, variable or file switches pnpm's checks of git off. `pnpm` is the version of pnpm as it is written.
    pub(crate) fn looks_at_git(
        &self,
        frame: &WalkFrame<'a>,
        publish: &PublishCommand,
        pnpm: Option<&str>,
        site: &Site<'a>,
    ) -> bool {
        match publish.options.git_checks {
            Some(flag) => flag == Flag::True,
            None => !self.may_be_set(&GIT_CHECKS, frame, pnpm, site),
        }
    }

    /// Whether a variable or a file that pnpm may read has a setting, or is not known.
    pub(crate) fn may_be_set(
        &self,
        setting: &PnpmSetting,
        frame: &WalkFrame<'a>,
        pnpm: Option<&str>,
        site: &Site<'a>,
    ) -> bool {
        let is_variable = self.is_in_environment(setting, frame, pnpm, site);
        let lines = &site.credentials.npmrc_lines;
        let is_written = lines.iter().any(|line| line.key == setting.in_npmrc);
        // Without a manifest the folder is not known, and with it the files that pnpm reads.
        let manifests = &site.packages.manifests;
        let mut folders = manifests.iter().map(FilePath::folder);
        is_variable
            || is_written && may_read_npmrc(pnpm)
            || manifests.is_empty()
            || folders.any(|folder| self.may_be_in_file(setting, pnpm, folder))
    }

    /// pnpm 11 and later read no variable of npm's: measured with `NPM_CONFIG_GIT_CHECKS` and 10.34.9, 11.0.4, 11.28.11 and 12.21.0.
    fn is_in_environment(
        &self,
        setting: &PnpmSetting,
        frame: &WalkFrame<'a>,
        pnpm: Option<&str>,
        site: &Site<'a>,
    ) -> bool {
        let is_of_npm = |name: &str| name.to_ascii_lowercase().starts_with("npm_");
        let mut variables = setting.variables.iter();
        let is_read = |name: &&&str| may_read_npmrc(pnpm) || !is_of_npm(name);
        variables
            .by_ref()
            .filter(is_read)
            .any(|name| self.environment_has(frame, name) || setting.is_in_front(name, site))
    }

    /// The value of a setting that pnpm certainly reads: one file has it and nothing else does. `pnpm` is the version of pnpm
    /// as it is written.
    pub(crate) fn known_setting(
        &self,
        setting: &PnpmSetting,
        frame: &WalkFrame<'a>,
        pnpm: Option<&str>,
        site: &Site<'a>,
    ) -> Option<String> {
        let is_known = pnpm.is_some_and(|text| parse_version(text.trim()).is_some());
        let is_variable = self.is_in_environment(setting, frame, pnpm, site);
        let mut lines = site.credentials.npmrc_lines.iter();
        let is_written = lines.any(|line| line.key == setting.in_npmrc || line.key.is_empty());
        let [manifest] = site.packages.manifests.as_slice() else {
            return None;
        };
        if !is_known || is_variable || is_written {
            return None;
        }
        let machine = self.machine(&frame.conditions);
        let folders = std::iter::successors(Some(manifest.folder()), FolderPath::parent);
        let mut found = Vec::new();
        for folder in folders {
            let npmrc = self.sources.npmrc_in(&folder).filter(|_| may_read_npmrc(pnpm));
            if let Some(value) = npmrc.and_then(|(_, npmrc)| npmrc.setting(setting.in_npmrc)) {
                if machine.committed_npmrc(&folder) != CommittedNpmrc::AsWritten {
                    return None;
                }
                found.push(value.value.value.clone());
            }
            let file = folder.file("pnpm-workspace.yaml");
            let file = file.and_then(|path| self.sources.file(&path));
            let file = file.filter(|_| (setting.may_read_workspace_file)(pnpm));
            let value = file.and_then(|file| YamlNode::root(file.yaml()?)?.get(setting.in_workspace_file));
            if let Some(value) = value {
                found.push(value.as_str()?.to_owned());
            }
        }
        match found.as_slice() {
            [only] if !only.contains(['$', '"', '\'']) && !only.is_empty() => Some(only.clone()),
            _ => None,
        }
    }

    /// Whether a file in the folder, or in one above it, has a setting.
    fn may_be_in_file(&self, setting: &PnpmSetting, pnpm: Option<&str>, folder: FolderPath) -> bool {
        std::iter::successors(Some(folder), FolderPath::parent).any(|folder| {
            let in_npmrc = || {
                let (_, npmrc) = self.sources.npmrc_in(&folder)?;
                npmrc.setting(setting.in_npmrc)
            };
            let in_workspace_file = || {
                let file = self.sources.file(&folder.file("pnpm-workspace.yaml")?)?;
                YamlNode::root(file.yaml()?)?.get(setting.in_workspace_file)
            };
            may_read_npmrc(pnpm) && in_npmrc().is_some()
                || (setting.may_read_workspace_file)(pnpm) && in_workspace_file().is_some()
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    const RULE: &str = "pnpm-git-checks";
    const MARK: &str = "        #    ^^^^^^^^^^^^ error💡[pnpm-git-checks]: …\n";

    fn repository(on: &str, pnpm: &str, steps: &str, files: &str) -> String {
        format!(
            r#"#- .github/workflows/release.yml
on: {on}
jobs:
  publish:
    permissions: {{ id-token: write }}
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: pnpm/action-setup@v4
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
{steps}
#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "a/widget", "packageManager": "pnpm@{pnpm}" }}
{files}
"#
        )
    }

    #[test]
    fn pnpm_before_10_6_ignores_the_workspace_file() {
        let on = "{ push: { branches: [main] } }";
        let branch = "#- pnpm-workspace.yaml\npackages: ['.']\npublishBranch: main";
        let no_checks = "#- pnpm-workspace.yaml\npackages: ['.']\ngitChecks: false";
        let marked = format!("      - run: pnpm publish\n{MARK}");
        let plain = "      - run: pnpm publish";
        let on_release = "{ release: { types: [published] } }";
        for pnpm in ["10.0.0", "10.5.2", "9.15.9"] {
            check_rule(RULE, &repository(on_release, pnpm, &marked, no_checks));
        }
        for pnpm in ["10.6.0", "10.34.9", "^10.2.0"] {
            check_rule(RULE, &repository(on_release, pnpm, plain, no_checks));
        }
        // A branch that is named there changes nothing for an older pnpm, which publishes from `main` anyway.
        check_rule(RULE, &repository(on, "10.5.2", plain, branch));
        let on_next = "{ push: { branches: [next] } }";
        let next = "#- pnpm-workspace.yaml\npackages: ['.']\npublishBranch: next";
        check_rule(RULE, &repository(on_next, "10.5.2", &marked, next));
        check_rule(RULE, &repository(on_next, "10.6.0", plain, next));
    }

    #[test]
    fn the_branch_of_a_setting_counts_like_the_flag() {
        let marked = format!("      - run: pnpm publish\n{MARK}");
        let plain = "      - run: pnpm publish";
        for (on, branch) in [("main", "release"), ("develop", "main")] {
            let on = format!("{{ push: {{ branches: [{on}] }} }}");
            for file in [
                format!("#- .npmrc\npublish-branch={branch}"),
                format!("#- pnpm-workspace.yaml\npublishBranch: {branch}"),
            ] {
                check_rule(RULE, &repository(&on, "10.34.9", &marked, &file));
            }
            // Two places, a version that does not read it, or one that is not known.
            let both = format!(
                "\
#- .npmrc
publish-branch={branch}
#- pnpm-workspace.yaml
publishBranch: {branch}"
            );
            check_rule(RULE, &repository(&on, "10.34.9", plain, &both));
            let variable = format!("{plain}\n        env:\n          npm_config_publish_branch: x");
            let npmrc = format!("#- .npmrc\npublish-branch={branch}");
            check_rule(RULE, &repository(&on, "10.34.9", &variable, &npmrc));
            let removed = format!("      - run: rm .npmrc\n{plain} --no-git-checks");
            check_rule(RULE, &repository(&on, "10.34.9", &removed, &npmrc));
        }
        let on_release = "{ push: { branches: [release] } }";
        for step in [
            "      - run: pnpm publish --config.publish-branch=release",
            "      - run: npm_config_publish_branch=release pnpm publish",
            "      - run: NPM_CONFIG_PUBLISH_BRANCH=release pnpm publish",
        ] {
            check_rule(RULE, &repository(on_release, "10.34.9", step, ""));
        }
        let npmrc = "#- .npmrc\npublish-branch=release";
        check_rule(RULE, &repository(on_release, "10.34.9", plain, npmrc));
    }
}
