//! Words that lead somewhere: a local action or workflow, and a package's pages on npm.

use crate::model::package_name::is_package_name;
use crate::sources::Content;
use crate::text::FilePath;
use crate::text::TextRange;
use crate::versions::action_reference::{local_folder, local_path};
use crate::workspace::Workspace;

/// A place that leads somewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// The words.
    pub range: TextRange,
    /// Where they lead.
    pub target: LinkTarget,
    /// What is there.
    pub tooltip: String,
}

/// Where a link leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LinkTarget {
    /// A file of the repository.
    File(FilePath),
    /// A page on the web.
    Url(String),
}

/// The links of a file.
pub fn links(workspace: &Workspace, path: &FilePath) -> Vec<Link> {
    let Some(file) = workspace.file(path) else {
        return Vec::new();
    };
    match file.content() {
        Content::Workflow { model, .. } => {
            let calls = model.jobs.iter().filter_map(|job| job.call.as_ref());
            let steps = model.jobs.iter().flat_map(|job| &job.steps);
            calls
                .map(|call| &call.uses)
                .chain(steps.filter_map(|step| step.uses.as_ref()))
                .filter_map(|uses| link_of_uses(workspace, &uses.value, uses.range))
                .collect()
        }
        Content::Action { model, .. } => model
            .steps
            .iter()
            .filter_map(|step| step.uses.as_ref())
            .filter_map(|uses| link_of_uses(workspace, &uses.value, uses.range))
            .collect(),
        Content::Manifest {
            model: Some(model),
            is_current: true,
            ..
        } => model
            .name
            .as_ref()
            .filter(|name| !model.is_private() && is_package_name(&name.value))
            .map(|name| Link {
                range: name.range,
                target: LinkTarget::Url(access_page(&name.value)),
                tooltip: format!(
                    "{} on npm: its access page, with the trusted publisher",
                    name.value
                ),
            })
            .into_iter()
            .collect(),
        _ => Vec::new(),
    }
}

/// The page on which a package's trusted publisher is set up.
fn access_page(name: &str) -> String {
    format!("https://www.npmjs.com/package/{name}/access")
}

fn link_of_uses(workspace: &Workspace, uses: &str, range: TextRange) -> Option<Link> {
    let folder = local_folder(uses);
    let in_folder = ["action.yml", "action.yaml"]
        .into_iter()
        .filter_map(|name| folder.as_ref()?.file(name));
    let target = local_path(uses)
        .into_iter()
        .chain(in_folder)
        .find(|path| workspace.file(path).is_some())?;
    Some(Link {
        range,
        tooltip: target.as_str().to_owned(),
        target: LinkTarget::File(target),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::Fixture;

    #[test]
    fn local_actions_and_packages_lead_somewhere() {
        let fixture = r#"#- .github/workflows/release.yml
on: push
jobs:
  call:
    uses: ./.github/workflows/publish.yml
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: ./tools/setup
      - uses: ./missing
      - uses: actions/checkout@v6
#- .github/workflows/publish.yml
on: workflow_call
#- tools/setup/action.yml
name: Setup
#- package.json
{ "name": "@acme/widget" }
#- private/package.json
{ "name": "a", "private": true }
#- odd/package.json
{ "name": "a b" }
"#;
        let workspace = Fixture::parse(fixture).unwrap().repository.workspace();
        let targets = |path: &str| -> Vec<String> {
            let path = FilePath::new(path).unwrap();
            let links = links(&workspace, &path).into_iter();
            links
                .map(|link| match link.target {
                    LinkTarget::File(path) => path.as_str().to_owned(),
                    LinkTarget::Url(url) => url,
                })
                .collect()
        };
        assert_eq!(
            targets(".github/workflows/release.yml"),
            [".github/workflows/publish.yml", "tools/setup/action.yml"]
        );
        assert_eq!(
            targets("package.json"),
            ["https://www.npmjs.com/package/@acme/widget/access"]
        );
        assert!(targets("private/package.json").is_empty());
        assert!(targets("odd/package.json").is_empty());
    }
}
