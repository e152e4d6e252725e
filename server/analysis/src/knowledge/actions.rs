//! What well-known actions do to Node, and which of them publish or run a command.

use std::sync::LazyLock;

use super::table::{list, optional, rows};
use crate::versions::action_reference::RemoteAction;
use crate::versions::version::Truth;

const NODE: &str = include_str!("data/actions-node.tsv");
const PUBLISH: &str = include_str!("data/actions-publish.tsv");
const COMMAND: &str = include_str!("data/actions-command.tsv");
const NEUTRAL: &str = include_str!("data/actions-neutral.tsv");
const NO_PUBLISH: &str = include_str!("data/actions-no-publish.tsv");
const SETUP_WORDS: &str = include_str!("data/actions-setup-words.tsv");

/// How an action writes the version of Node in its input.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum VersionForm {
    /// As actions/setup-node: a range, `lts/*`, `latest`. It looks into the runner's tool cache first.
    SetupNode,
    /// `node@24`, `node@lts`. It installs the newest match.
    Runtime,
    /// A range, `lts` or `latest`. It installs the newest match.
    Tool,
}

/// What an action does to Node when no input names a version.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum WithoutVersion {
    /// Node stays as it is.
    Unchanged,
    /// It reads the project's files: `mise.toml`, `.tool-versions`, `volta` in package.json.
    ProjectFiles,
    /// It chooses by itself; which version is not known.
    Unknown,
}

/// An action that selects the Node of the steps after it.
#[derive(Debug)]
pub(crate) struct NodeAction {
    /// `owner/repository/path`.
    pub name: &'static str,
    /// How the version is written.
    pub form: VersionForm,
    /// The inputs with a version.
    pub version_inputs: Vec<&'static str>,
    /// What happens without one.
    pub without: WithoutVersion,
}

/// An action that publishes to npm.
#[derive(Debug)]
pub(crate) struct PublishAction {
    /// `owner/repository/path`.
    pub name: &'static str,
    first_major: Option<u64>,
    last_major: Option<u64>,
    /// The tool that publishes: its key in the register.
    pub tool: &'static str,
    /// The input without which nothing is published; none if it always publishes.
    pub only_with: Option<&'static str>,
    /// The input with the command that publishes; the tool itself runs where it is not given.
    pub command_input: Option<&'static str>,
    /// The input with the path of the package or its manifest.
    pub package_input: Option<&'static str>,
    /// The input with a token.
    pub token_input: Option<&'static str>,
    /// The input with the registry's URL.
    pub registry_input: Option<&'static str>,
    /// The input that turns the publish into a rehearsal.
    pub dry_run_input: Option<&'static str>,
    /// The version or range of the tool that the action installs for itself, `*` where that is not known; none if it takes
    /// that of the project.
    pub own_version: Option<&'static str>,
    /// The input that asks for another version of the tool.
    pub version_input: Option<&'static str>,
    /// The input with the folder in which the tool runs.
    pub folder_input: Option<&'static str>,
    /// The inputs that configure the tool.
    pub config_inputs: Vec<&'static str>,
    /// Whether it runs in an image of its own, with the tool and npm in it.
    pub is_image: bool,
}

/// An action that runs a command on the runner, for example to try it several times.
#[derive(Debug)]
pub(crate) struct CommandAction {
    /// `owner/repository/path`.
    pub name: &'static str,
    /// The input with the command.
    pub input: &'static str,
    /// The program that the action puts before it, for example `yarn`.
    pub prefix: Option<&'static str>,
}

impl NodeAction {
    /// The version that an input asks for, in the words of setup-node; none if the input leaves the choice
    /// to the action or names something other than Node.
    pub(crate) fn spec(&self, input: &str) -> Option<String> {
        let input = input.trim();
        let version = match self.form {
            VersionForm::SetupNode => return Some(input.to_owned()),
            VersionForm::Runtime => input.strip_prefix("node@")?,
            VersionForm::Tool => input,
        };
        match version {
            "" => None,
            "lts" => Some("lts/*".to_owned()),
            version => Some(version.to_owned()),
        }
    }

    /// Whether it takes what the runner has in its tool cache before it asks for the newest release.
    pub(crate) fn uses_tool_cache(&self) -> bool {
        self.form == VersionForm::SetupNode
    }
}

impl PublishAction {
    /// Whether it writes the token in `NPM_TOKEN` to `~/.npmrc`: changesets/action does so in v1 (src/index.ts of v1.9.0).
    pub(crate) fn writes_npm_token(&self) -> bool {
        self.tool == "changesets" && self.command_input == Some("publish")
    }

    fn is_for_major(&self, major: u64) -> bool {
        self.first_major.is_none_or(|first| first <= major)
            && self.last_major.is_none_or(|last| major <= last)
    }
}

static NODE_TABLE: LazyLock<Vec<NodeAction>> = LazyLock::new(|| {
    rows::<4>(NODE)
        .filter_map(|[name, form, version_inputs, without]| {
            Some(NodeAction {
                name,
                form: match form {
                    "setup-node" => VersionForm::SetupNode,
                    "runtime" => VersionForm::Runtime,
                    "tool" => VersionForm::Tool,
                    _ => return None,
                },
                version_inputs: list(version_inputs).collect(),
                without: match without {
                    "unchanged" => WithoutVersion::Unchanged,
                    "files" => WithoutVersion::ProjectFiles,
                    "unknown" => WithoutVersion::Unknown,
                    _ => return None,
                },
            })
        })
        .collect()
});

pub(crate) static PUBLISH_TABLE: LazyLock<Vec<PublishAction>> = LazyLock::new(|| {
    rows::<14>(PUBLISH)
        .filter_map(|[name, majors, tool, when, inputs @ .., config, image]| {
            let [
                command,
                package,
                token,
                registry,
                dry_run,
                own_version,
                version,
                folder,
            ] = inputs;
            let (first, last) = majors.split_once('-')?;
            Some(PublishAction {
                name,
                first_major: first.parse().ok(),
                last_major: last.parse().ok(),
                tool,
                only_with: (when != "always").then_some(when),
                command_input: optional(command),
                package_input: optional(package),
                token_input: optional(token),
                registry_input: optional(registry),
                dry_run_input: optional(dry_run),
                own_version: optional(own_version),
                version_input: optional(version),
                folder_input: optional(folder),
                config_inputs: list(config).collect(),
                is_image: image == "yes",
            })
        })
        .collect()
});

static COMMAND_TABLE: LazyLock<Vec<CommandAction>> = LazyLock::new(|| {
    rows::<3>(COMMAND)
        .map(|[name, input, prefix]| CommandAction {
            name,
            input,
            prefix: optional(prefix),
        })
        .collect()
});

static NEUTRAL_TABLE: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| rows::<1>(NEUTRAL).map(|[name]| name).collect());

static NO_PUBLISH_TABLE: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| rows::<2>(NO_PUBLISH).map(|[name, _]| name).collect());

static SETUP_WORD_TABLE: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| rows::<2>(SETUP_WORDS).map(|[word, _]| word).collect());

/// The action as one that selects Node.
pub(crate) fn node_action(action: &RemoteAction) -> Option<&'static NodeAction> {
    let name = action.name();
    NODE_TABLE
        .iter()
        .find(|known| known.name.eq_ignore_ascii_case(&name))
}

/// The action as one that publishes. Where its version is not known it is taken for the newest.
pub(crate) fn publish_action(action: &RemoteAction) -> Option<&'static PublishAction> {
    let name = action.name();
    let major = action.version().map(|version| version.major);
    PUBLISH_TABLE
        .iter()
        .filter(|known| known.name.eq_ignore_ascii_case(&name))
        .rfind(|known| major.is_none_or(|major| known.is_for_major(major)))
}

/// As [`publish_action`], where the inputs that are given tell more than a version that is not known, or that was raised
/// without the inputs: then an older row is taken.
pub(crate) fn publish_action_with(
    action: &RemoteAction,
    is_given: impl Fn(&str) -> bool,
) -> Option<&'static PublishAction> {
    let newest = publish_action(action)?;
    let major = action.version().map(|version| version.major);
    let is_old_enough = |known: &PublishAction| major >= known.first_major || major.is_none();
    let mut rows = PUBLISH_TABLE.iter().rev();
    let fitting = rows.find(|known| {
        known.name == newest.name && is_old_enough(known) && known.only_with.is_some_and(&is_given)
    });
    match newest.only_with {
        Some(_) => fitting.or(Some(newest)),
        None => Some(newest),
    }
}

/// The action as one that runs a command given in an input.
pub(crate) fn command_action(action: &RemoteAction) -> Option<&'static CommandAction> {
    let name = action.name();
    COMMAND_TABLE
        .iter()
        .find(|known| known.name.eq_ignore_ascii_case(&name))
}

/// Owners and actions that do not use git, apart from the checkout itself.
const WITHOUT_GIT: [&str; 9] = [
    "actions/",
    "github/",
    "pnpm/action-setup",
    "oven-sh/setup-bun",
    "denoland/setup-deno",
    "codecov/codecov-action",
    "softprops/action-gh-release",
    "js-devtools/npm-publish",
    "bahmutov/npm-install",
];

/// Whether an action is known to do nothing with git: it pushes nothing, and chooses no branch.
pub(crate) fn leaves_git_alone(action: &RemoteAction) -> bool {
    let name = action.name();
    let is_known = WITHOUT_GIT.iter().any(|known| {
        name.strip_prefix(known)
            .is_some_and(|rest| rest.is_empty() || known.ends_with('/'))
    });
    // A script that the workflow hands to the action may do anything.
    !action.is("actions/github-script") && (is_known || node_action(action).is_some())
}

/// Whether the steps after this action may have another Node or npm than before it. What is known to select
/// Node is `Yes`; of an unknown action the name decides between `Maybe` and `No`.
pub(crate) fn may_change_node(action: &RemoteAction) -> Truth {
    if node_action(action).is_some() {
        return Truth::Yes;
    }
    let name = action.name();
    if is_neutral(&name) || publish_action(action).is_some() || command_action(action).is_some() {
        return Truth::No;
    }
    may_change_node_by_name(&name)
}

/// The same of an action of which only its name is known, as `owner/name` or `./folder`.
pub(crate) fn may_change_node_by_name(name: &str) -> Truth {
    // The owner's name says nothing about the action.
    let own_name = name.split_once('/').map_or(name, |(_, rest)| rest);
    let words = |text: &'_ str| -> Vec<String> {
        text.split(|c: char| !c.is_ascii_alphanumeric())
            .map(str::to_owned)
            .collect()
    };
    let is_among = |list: &[&str], text: &str| words(text).iter().any(|word| list.contains(&word.as_str()));
    if ["node", "npm"].iter().any(|part| own_name.contains(part)) || is_among(&NODE_MANAGERS, own_name) {
        return Truth::Maybe;
    }
    let sets_up = ["setup", "install", "prepare", "bootstrap"]
        .iter()
        .any(|part| own_name.contains(part))
        || is_among(&["init"], own_name);
    // Of a folder in a repository the last name says what is set up there, unless it only says that something is.
    let last = own_name.rsplit('/').next().unwrap_or(own_name);
    let says_what = words(last)
        .iter()
        .any(|word| !GENERAL_NAMES.contains(&word.as_str()));
    let named = if says_what { last } else { own_name };
    let is_other = is_among(&SETUP_WORD_TABLE, named) && !is_among(&BESIDE_NODE, own_name);
    match sets_up && !is_other {
        true => Truth::Maybe,
        false => Truth::No,
    }
}

/// Tools that choose a Node. Where one is in the name of an action, the action may change Node.
const NODE_MANAGERS: [&str; 10] = [
    "nix", "mise", "rtx", "nvm", "fnm", "volta", "asdf", "devbox", "devenv", "flox",
];
/// The last names of actions that install what the repository is called after.
const GENERAL_NAMES: [&str; 6] = ["installer", "install", "action", "actions", "cli", "latest"];
/// Words for what is often set up together with a Node.
const BESIDE_NODE: [&str; 7] = ["pnpm", "yarn", "bun", "corepack", "conda", "pixi", "js"];

/// Whether an action is known to publish nothing to npm, whatever it is called and given. `name` is in lower case.
pub(crate) fn publishes_nothing(name: &str) -> bool {
    is_listed(&NO_PUBLISH_TABLE, name)
}

/// Whether an action is known to do nothing with npm's login.
pub(crate) fn needs_no_npm_login(action: &RemoteAction) -> bool {
    let name = action.name();
    let is_known = leaves_git_alone(action) || is_neutral(&name) || publishes_nothing(&name);
    is_known
        && !action.is("actions/github-script")
        && publish_action(action).is_none()
        && command_action(action).is_none()
}

fn is_neutral(name: &str) -> bool {
    is_listed(&NEUTRAL_TABLE, name)
}

fn is_listed(table: &[&str], name: &str) -> bool {
    table.iter().any(|known| {
        let known = known.strip_suffix("/*").unwrap_or(known);
        name.strip_prefix(known)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

#[cfg(test)]
mod tests {
    use super::super::table::row_count;
    use super::*;
    use crate::versions::action_reference::ActionReference;

    fn remote(uses: &str) -> RemoteAction {
        match ActionReference::parse(uses, None) {
            ActionReference::Remote(action) => action,
            other => panic!("{uses}: {other:?}"),
        }
    }

    #[test]
    fn every_row_is_read() {
        assert_eq!(NODE_TABLE.len(), row_count(NODE));
        assert_eq!(PUBLISH_TABLE.len(), row_count(PUBLISH));
        assert_eq!(COMMAND_TABLE.len(), row_count(COMMAND));
        assert_eq!(NEUTRAL_TABLE.len(), row_count(NEUTRAL));
        assert_eq!(SETUP_WORD_TABLE.len(), row_count(SETUP_WORDS));
        assert_eq!(NO_PUBLISH_TABLE.len(), row_count(NO_PUBLISH));
        for name in NEUTRAL_TABLE.iter().chain(NO_PUBLISH_TABLE.iter()) {
            assert_eq!(*name, name.to_ascii_lowercase());
        }
    }

    #[test]
    fn inputs_name_versions_in_their_own_words() {
        for (uses, input, expected) in [
            ("actions/setup-node@v6", "lts/*", Some("lts/*")),
            ("actions/setup-node@v6", "24", Some("24")),
            ("pnpm/setup@v2", "node@26.7.0", Some("26.7.0")),
            ("pnpm/setup@v2", "node@lts", Some("lts/*")),
            ("pnpm/setup@v2", "node", None),
            ("pnpm/setup@v2", "bun@latest", None),
            ("voidzero-dev/setup-vp@v1", "lts", Some("lts/*")),
            ("voidzero-dev/setup-vp@v1", "22", Some("22")),
            ("volta-cli/action@v4", "", None),
        ] {
            let action = node_action(&remote(uses)).unwrap();
            assert_eq!(action.spec(input).as_deref(), expected, "{uses} {input}");
        }
        let setup_node = node_action(&remote("Actions/Setup-Node@v6")).unwrap();
        assert_eq!(setup_node.version_inputs, ["node-version"]);
        assert!(setup_node.uses_tool_cache());
    }

    #[test]
    fn publishing_actions_differ_by_major() {
        let tool_of = |uses| publish_action(&remote(uses)).map(|action| action.tool);
        for (uses, expected) in [
            ("JS-DevTools/npm-publish@v3", Some("npm-publish-with-token")),
            ("JS-DevTools/npm-publish@v4", Some("npm-publish")),
            ("js-devtools/npm-publish@main", Some("npm-publish")),
            ("changesets/action@v1", Some("changesets")),
            ("changesets/action@v2", Some("changesets")),
            ("changesets/action/publish@v2", Some("changesets")),
            ("changesets/action/version@v2", None),
            ("cycjimmy/semantic-release-action@v4", Some("semantic-release")),
            ("ph-fritsche/action-release@v2", Some("semantic-release")),
            ("googleapis/release-please-action@v4", None),
        ] {
            assert_eq!(tool_of(uses), expected, "{uses}");
        }
        for (uses, given, expected) in [
            ("changesets/action@v1", "publish", "publish"),
            ("changesets/action@v1", "publish-script", "publish"),
            ("changesets/action@v2", "publish", "publish"),
            ("changesets/action@v2", "publish-script", "publish-script"),
            ("changesets/action@main", "publish", "publish"),
            ("changesets/action@main", "version", "publish-script"),
        ] {
            let found = publish_action_with(&remote(uses), |name| name == given).unwrap();
            assert_eq!(found.command_input, Some(expected), "{uses} {given}");
        }
        let changesets = publish_action(&remote("changesets/action@v1")).unwrap();
        assert_eq!(changesets.only_with, Some("publish"));
        assert_eq!(changesets.command_input, Some("publish"));
    }

    #[test]
    fn wrappers_name_their_command() {
        let input = |uses| command_action(&remote(uses)).map(|action| (action.input, action.prefix));
        assert_eq!(input("nick-fields/retry@v4"), Some(("command", None)));
        assert_eq!(input("nick-invision/retry@v2"), Some(("command", None)));
        assert_eq!(input("Wandalen/wretry.action@v3"), Some(("command", None)));
        assert_eq!(input("borales/actions-yarn@v5"), Some(("cmd", Some("yarn"))));
        assert_eq!(input("actions/checkout@v5"), None);
    }

    #[test]
    fn some_actions_publish_nothing() {
        for (name, expected) in [
            ("release-drafter/release-drafter", true),
            ("release-drafter/release-drafter/autolabeler", true),
            ("peter-evans/create-pull-request", true),
            ("release-drafter/release-drafter-fork", false),
            ("acme/release-drafter", false),
            ("changesets/action", false),
        ] {
            assert_eq!(publishes_nothing(name), expected, "{name}");
        }
    }

    #[test]
    fn names_tell_whether_node_may_change() {
        use Truth::{Maybe, No, Yes};
        for (uses, expected) in [
            ("actions/setup-node@v6", Yes),
            ("pnpm/setup@v2", Yes),
            ("jdx/mise-action@v4", Yes),
            ("asdf-vm/actions/install@v4", Yes),
            ("voidzero-dev/setup-vp@v1", Yes),
            ("pnpm/action-setup@v4", No),
            ("oven-sh/setup-bun@v2", No),
            ("actions/checkout@v5", No),
            ("actions/cache/restore@v4", No),
            ("actions/github-script@v8", No),
            ("docker/setup-buildx-action@v3", No),
            ("softprops/action-gh-release@v2", No),
            ("codecov/codecov-action@v5", No),
            ("Swatinem/rust-cache@v2", No),
            ("dtolnay/rust-toolchain@stable", No),
            ("github/codeql-action/init@v4", No),
            ("changesets/action@v1", No),
            ("JS-DevTools/npm-publish@v4", No),
            ("nick-fields/retry@v4", No),
            ("dorny/paths-filter@v3", No),
            ("nodejs/help-action@v1", No),
            ("nodesource/setup-nsolid@v1", Maybe),
            ("TanStack/config/.github/setup@main", Maybe),
            ("cachix/install-nix-action@v31", No),
            ("DeterminateSystems/nix-installer-action@v1", No),
            ("nixbuild/nix-quick-install-action@v30", No),
            ("nicknovitski/nix-develop@v1", Maybe),
            ("acme/nix-setup@v1", Maybe),
            ("slsa-framework/slsa-verifier/actions/installer@v2.7.1", No),
            ("sigstore/cosign-installer@v3", No),
            ("acme/cosign/actions/install@v1", No),
            ("acme/web/actions/installer@v1", Maybe),
            ("cerbos/actions/install-tools@v1", Maybe),
            ("acme/setup-foo@v1", Maybe),
            ("fregante/setup-git-user@v2", No),
            ("extractions/setup-just@v3", No),
            ("bazel-contrib/setup-bazel@0.15.0", No),
            ("arduino/setup-protoc@v3", No),
            ("azure/setup-kubectl@v4", No),
            ("snok/install-poetry@v1", No),
            ("acme/ci/.github/actions/setup-java@v1", No),
            ("acme/java-tools/.github/actions/setup@v1", Maybe),
            ("acme/setup-java-and-node@v1", Maybe),
            ("acme/setup-pnpm@v1", Maybe),
            ("acme/setup-yarn@v1", Maybe),
            ("acme/setup-bun@v1", Maybe),
            ("acme/setup-volta@v1", Maybe),
            ("acme/setup-js@v1", Maybe),
            ("acme/setup-python-and-bun@v1", Maybe),
            ("acme/yarn-cache@v1", No),
            ("acme/setup-workspace@v1", Maybe),
            ("acme/setup@v1", Maybe),
            ("acme/tools/node/setup@v1", Maybe),
            ("acme/prepare@v1", Maybe),
            ("acme/ci/bootstrap@v1", Maybe),
        ] {
            assert_eq!(may_change_node(&remote(uses)), expected, "{uses}");
        }
    }
}
