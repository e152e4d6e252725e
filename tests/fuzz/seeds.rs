use std::sync::Arc;

use trustpub_analysis::FilePath;
use trustpub_analysis::RepositorySlug;
use trustpub_analysis::rules::rules;
use trustpub_analysis::test_support::TestRepository;
use trustpub_tests::disk::read_repository;
use trustpub_tests::project::repository_root;
use trustpub_tests::rule_pages::examples;

use crate::case::Case;

/// A case for each file, in the rules' examples and in the fixtures, that `is_wanted`.
pub(crate) fn files(is_wanted: impl Fn(&FilePath) -> bool) -> Vec<Case> {
    let mut cases = Vec::new();
    for repository in repositories() {
        let repository = Arc::new(repository);
        let paths = repository.files.iter().map(|file| &file.path);
        cases.extend(
            paths
                .filter(|path| is_wanted(path))
                .filter_map(|path| Case::file(&repository, path)),
        );
    }
    cases
}

fn repositories() -> Vec<TestRepository> {
    let slug = RepositorySlug::parse("acme/widget");
    let demo = read_repository(&repository_root().join("tests/fixtures/demo"), slug);
    let of_rules = rules().iter().flat_map(|rule| examples(rule).unwrap_or_default());
    let mut repositories: Vec<TestRepository> = of_rules.map(|example| example.fixture.repository).collect();
    repositories.push(demo);
    repositories
}
