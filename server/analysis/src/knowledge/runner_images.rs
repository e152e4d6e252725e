//! What a label in `runs-on` stands for, and which Node and npm such a runner has of its own.

use std::sync::LazyLock;

use super::table::{list, rows};
use crate::versions::version::Version;
use crate::versions::version::{add_candidate, parse_version};

const IMAGES: &str = include_str!("data/runner-images.tsv");
const LABELS: &str = include_str!("data/runner-labels.tsv");
const PROVIDERS: &str = include_str!("data/runner-providers.tsv");

/// What a label in `runs-on` stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Runner {
    /// A standard runner of GitHub.
    GithubHosted(&'static RunnerLabel),
    /// A runner that the repository's owner operates.
    SelfHosted,
    /// A runner of the named company. To npm it is a self-hosted one.
    ThirdParty(&'static str),
    /// Anything else: it may be a larger runner of GitHub, which has a name of the owner's choice.
    Unknown,
}

/// A label of GitHub.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct RunnerLabel {
    /// The label in lower case.
    pub label: &'static str,
    /// Its image; two while GitHub moves the label from one to the other, none if the image is retired.
    pub images: Vec<&'static RunnerImage>,
}

/// An image of a standard runner.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct RunnerImage {
    /// The image's name.
    pub name: &'static str,
    /// The Node on its PATH.
    pub node: Version,
    /// The Node versions that setup-node finds on it without a download.
    pub tool_cache: Vec<Version>,
}

impl RunnerLabel {
    /// The Node versions that a job with this label may start with.
    pub(crate) fn node(&self) -> Vec<Version> {
        let mut versions = Vec::new();
        for image in &self.images {
            add_candidate(&mut versions, image.node.clone());
        }
        versions
    }
}

static IMAGE_TABLE: LazyLock<Vec<RunnerImage>> = LazyLock::new(|| {
    rows::<6>(IMAGES)
        .filter_map(|[name, node, _npm, tool_cache, _reported, _evidence]| {
            Some(RunnerImage {
                name,
                node: parse_version(node)?,
                tool_cache: list(tool_cache).filter_map(parse_version).collect(),
            })
        })
        .collect()
});

static LABEL_TABLE: LazyLock<Vec<RunnerLabel>> = LazyLock::new(|| {
    rows::<2>(LABELS)
        .map(|[label, images]| RunnerLabel {
            label,
            images: list(images)
                .filter_map(|name| runner_images().iter().find(|image| image.name == name))
                .collect(),
        })
        .collect()
});

static PROVIDER_TABLE: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
    rows::<2>(PROVIDERS)
        .map(|[pattern, provider]| (pattern, provider))
        .collect()
});

/// What one label stands for.
pub(crate) fn classify(label: &str) -> Runner {
    let label = label.trim().to_ascii_lowercase();
    if label == "self-hosted" {
        return Runner::SelfHosted;
    }
    if let Some(known) = LABEL_TABLE.iter().find(|known| known.label == label) {
        return Runner::GithubHosted(known);
    }
    let provider = PROVIDER_TABLE.iter().find(|(pattern, _)| {
        pattern
            .strip_suffix('*')
            .map_or(*pattern == label, |prefix| label.starts_with(prefix))
    });
    provider.map_or(Runner::Unknown, |(_, name)| Runner::ThirdParty(name))
}

/// All images of GitHub's standard runners.
pub(crate) fn runner_images() -> &'static [RunnerImage] {
    &IMAGE_TABLE
}

#[cfg(test)]
mod tests {
    use super::super::table::row_count;
    use super::*;

    fn describe(runner: Runner) -> String {
        match runner {
            Runner::GithubHosted(label) => {
                let versions: Vec<String> = label.node().iter().map(ToString::to_string).collect();
                format!("node {}", versions.join(" or "))
            }
            Runner::SelfHosted => "self-hosted".to_owned(),
            Runner::ThirdParty(name) => name.to_owned(),
            Runner::Unknown => "unknown".to_owned(),
        }
    }

    #[test]
    fn every_row_is_read() {
        assert_eq!(runner_images().len(), row_count(IMAGES));
        assert_eq!(LABEL_TABLE.len(), row_count(LABELS));
        assert_eq!(PROVIDER_TABLE.len(), row_count(PROVIDERS));
        let named: usize = rows::<2>(LABELS).map(|[_, images]| list(images).count()).sum();
        let found: usize = LABEL_TABLE.iter().map(|label| label.images.len()).sum();
        assert_eq!(found, named);
    }

    #[test]
    fn images_bundle_the_npm_of_their_node() {
        for [name, node, npm, ..] in rows::<6>(IMAGES) {
            let node = parse_version(node).unwrap();
            let bundled = super::super::node_releases::bundled_npm(&node);
            assert_eq!(bundled, parse_version(npm), "{name}");
        }
    }

    #[test]
    fn labels_tell_the_runner() {
        for (label, expected) in [
            ("ubuntu-22.04", "node 22.23.2"),
            ("ubuntu-24.04", "node 22.23.2"),
            ("ubuntu-24.04-arm", "node 22.23.2"),
            ("ubuntu-26.04", "node 24.20.0"),
            ("ubuntu-latest", "node 22.23.2 or 24.20.0"),
            ("Ubuntu-Latest", "node 22.23.2 or 24.20.0"),
            ("ubuntu-slim", "node 24.21.0"),
            ("windows-latest", "node 22.23.2"),
            ("windows-2022", "node 22.23.2"),
            ("macos-14", "node 22.23.1"),
            ("macos-15-intel", "node 22.23.1"),
            ("macos-latest", "node 24.18.0"),
            ("macos-latest-large", "node 24.18.0"),
            ("macos-26-xlarge", "node 24.18.0"),
            ("ubuntu-20.04", "node "),
            ("self-hosted", "self-hosted"),
            ("blacksmith-4vcpu-ubuntu-2404", "Blacksmith"),
            ("depot-ubuntu-24.04-4", "Depot"),
            ("namespace-profile-linux-x64-default", "Namespace"),
            ("nscloud-ubuntu-22.04-amd64-4x16", "Namespace"),
            ("buildjet-4vcpu-ubuntu-2204", "BuildJet"),
            ("warp-ubuntu-latest-x64-4x", "WarpBuild"),
            ("runs-on=1234", "RunsOn"),
            ("runs-on,runner=4cpu-linux-x64", "RunsOn"),
            ("ubicloud-standard-2", "Ubicloud"),
            ("ubicloud", "Ubicloud"),
            ("cirun-aws--1234", "Cirun"),
            ("codspeed-macro", "CodSpeed"),
            ("gemini-cli-ubuntu-16-core", "unknown"),
            ("ubuntu-24.04-large-js", "unknown"),
            ("playwright-x64-ubuntu24-64-core", "unknown"),
            ("linux", "unknown"),
            ("", "unknown"),
        ] {
            assert_eq!(describe(classify(label)), expected, "{label}");
        }
    }
}
