//! What keeps a job from simply using Node 24.

use super::prelude::*;
use crate::knowledge::container_images::node_24_image;
use crate::knowledge::node_releases::{bundled_npm, newest_node_of};
use crate::model::job::{Job, Step};
use crate::model::read::find_input;
use crate::publish::{NodeOrigin, PublishJob, is_yarn_classic_repository};
use crate::text::FolderPath;
use crate::versions::version::{Version, parse_range};

/// Why a job cannot simply use Node 24.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Node24Obstacle {
    /// Rush refuses to run on it.
    Rush,
    /// A step that installs the dependencies refuses it.
    Engines(RefusedEngine),
    /// Node 24 has no builds for the `architecture` of setup-node.
    Architecture(String),
    /// The official image of Node 24 does not come in the variant that the container uses.
    Image(String),
}

/// An entry of `engines` in the root manifest that a step would refuse.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct RefusedEngine {
    /// `engines.node` or `engines.npm`.
    pub field: &'static str,
    /// What it excludes: `Node 24`, `npm 11.19.1`.
    pub excluded: String,
    /// The command that ends, without its arguments.
    pub command: String,
    /// Whether the command does so because of `engine-strict`.
    pub is_of_setting: bool,
}

/// What keeps the job of a site from using Node 24.
pub(crate) fn node_24_obstacle(context: &CheckContext<'_>, site: &Site<'_>) -> Option<Node24Obstacle> {
    let newest = &newest_node_of(24, None)?.version;
    if site.refuses_node(context.sources, std::slice::from_ref(newest)) != Truth::No {
        return Some(Node24Obstacle::Rush);
    }
    let npm = bundled_npm(newest);
    refused_engine(context, site, Some(newest), npm.as_ref())
        .map(Node24Obstacle::Engines)
        .or_else(|| missing_architecture(site).map(Node24Obstacle::Architecture))
        .or_else(|| missing_image(site).map(Node24Obstacle::Image))
}

impl Node24Obstacle {
    /// The cause, and what to change by hand first.
    pub(crate) fn reason(&self) -> String {
        match self {
            Self::Rush => {
                "`nodeSupportedVersionRange` of `rush.json` excludes Node 24: change it first".to_owned()
            }
            Self::Engines(refused) => refused.reason(),
            Self::Architecture(architecture) => format!(
                "Node 24 has no builds for `architecture: {architecture}`: choose another architecture first"
            ),
            Self::Image(image) => {
                format!("the variant of `{image}` is not known for Node 24: choose another image first")
            }
        }
    }
}

impl RefusedEngine {
    /// The cause, and what to change by hand first.
    pub(crate) fn reason(&self) -> String {
        let Self { field, excluded, .. } = self;
        match self.is_of_setting {
            true => format!(
                "`{field}` in package.json excludes {excluded} and `.npmrc` sets engine-strict: change it first"
            ),
            false => format!(
                "`{field}` in package.json excludes {excluded}, which `{}` refuses: change it first",
                self.command
            ),
        }
    }
}

/// The entry of `engines` for which a step of the job would end with this Node or npm.
///
/// npm and pnpm compare the `engines` of the root package only under `engine-strict`, Yarn 1 always does and ignores
/// `engines.npm`. Measured with npm 11.19.1 (`EBADENGINE`), pnpm 10.34.9 (a warning without the setting) and Yarn 1.22.22.
pub(crate) fn refused_engine(
    context: &CheckContext<'_>,
    site: &Site<'_>,
    node: Option<&Version>,
    npm: Option<&Version>,
) -> Option<RefusedEngine> {
    let root = FolderPath::root();
    let (_, manifest) = context.sources.manifest_in(&root)?;
    let engines = &manifest.engines;
    let excludes = |wanted: Option<&crate::text::Ranged<String>>, version: Option<&Version>| {
        let range = wanted.and_then(|wanted| parse_range(&wanted.value));
        range
            .zip(version)
            .is_some_and(|(range, version)| !version.satisfies(&range))
    };
    let excludes_node = excludes(engines.node.as_ref(), node);
    let excludes_npm = excludes(engines.npm.as_ref(), npm);
    if !excludes_node && !excludes_npm {
        return None;
    }
    let is_strict = context.sources.npmrc_in(&root).is_some_and(|(_, npmrc)| {
        let setting = npmrc.setting("engine-strict");
        setting.is_some_and(|setting| setting.value.value == "true")
    });
    let job = site.job.job?;
    let is_same = |walked: &&PublishJob<'_>| is_job(walked, job) && walked.job.path == site.job.path;
    let installs = context
        .jobs
        .iter()
        .filter(is_same)
        .flat_map(|walked| &walked.contents.installs);
    installs.into_iter().find_map(|install| {
        let program = install.command.split(' ').next();
        let (checks_node, checks_npm) = match program {
            Some("npm") => (is_strict, is_strict),
            Some("pnpm" | "pn") => (is_strict, false),
            Some("yarn") => (is_yarn_classic_repository(context.sources), false),
            _ => (false, false),
        };
        let (field, excluded) = if checks_node && excludes_node {
            ("engines.node", format!("Node {}", node?.major()))
        } else if checks_npm && excludes_npm {
            ("engines.npm", format!("npm {}", npm?))
        } else {
            return None;
        };
        Some(RefusedEngine {
            field,
            excluded,
            command: install.command.clone(),
            is_of_setting: program != Some("yarn"),
        })
    })
}

fn is_job(walked: &PublishJob<'_>, job: &Job) -> bool {
    walked.job.job.is_some_and(|walked| walked.range == job.range)
}

/// The `architecture` of a setup-node step for which Node 24 has no builds: Node 23 dropped 32-bit Windows, and Node 24
/// the builds for armv7. setup-node downloads `armv7l` for `arm`.
/// Source: <https://github.com/nodejs/node/blob/v24.x/BUILDING.md>, <https://nodejs.org/dist/latest-v24.x/>
fn missing_architecture(site: &Site<'_>) -> Option<String> {
    let is_setup = |step: &&Step| step.uses_action("actions/setup-node");
    let mut steps = site.job.job?.steps.iter().filter(is_setup);
    steps.find_map(|step| {
        let value = find_input(&step.with, "architecture")?.value.value.trim();
        let is_missing = ["x86", "ia32", "arm", "armv7", "armv7l"]
            .iter()
            .any(|missing| missing.eq_ignore_ascii_case(value));
        is_missing.then(|| value.to_owned())
    })
}

/// The image of the container, if that of Node 24 does not come in the same variant.
fn missing_image(site: &Site<'_>) -> Option<String> {
    let node = &site.node_and_npm.node;
    let image = node
        .text
        .as_ref()
        .filter(|_| node.origin == NodeOrigin::Container)?;
    node_24_image(image).is_none().then(|| image.clone())
}
