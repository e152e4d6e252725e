use crate::checker::advised_job::{AdvisedJob, advised_jobs};
use crate::checker::prelude::*;
use crate::fixes::action_input::{file_of_own_step, remove_input_edits, replace_input, set_input};
use crate::fixes::builder::fix_of_file;
use crate::knowledge::setup_node::{AutomaticCache, automatic_cache, caches, is_setup_node};
use crate::model::manifest::Manifest;
use crate::model::read::find_input;
use crate::publish::UsedAction;
use crate::text::{FolderPath, TextEdit};
use crate::versions::action_reference::RemoteAction;

declare_rule! {
    /// ## What it does
    ///
    /// Advises against restoring a cache in the job that publishes, before the publish:
    ///
    /// - `cache:` of `actions/setup-node` and of `pnpm/action-setup`;
    /// - `actions/setup-node` from v5 on without `package-manager-cache: false`, if `packageManager` or, from v6 on, `devEngines` in
    ///   the root `package.json` names npm (in v5 any package manager): it then caches by default;
    /// - `actions/cache` and `actions/cache/restore`.
    ///
    /// ## Why it matters
    ///
    /// A cache that one workflow fills is restored by the others. Code that runs in any of them, even without any
    /// permission, can put modified packages into it. The publish job then unpacks them next to its ID token, and
    /// publishes something other than what the repository contains. npm and GitHub both advise against caches in release builds.
    ///
    /// npm does not report it when it happens.
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// on:
    ///   release:
    ///     types: [published]
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///           cache: npm
    ///       - run: npm ci --ignore-scripts
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Install from the registry. Releases are rare enough to spend the extra minute.
    ///
    /// ```yaml,good
    /// on:
    ///   release:
    ///     types: [published]
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///           package-manager-cache: false
    ///       - run: npm ci --ignore-scripts
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/trusted-publishers>
    /// - <https://github.com/actions/setup-node#usage>
    CACHE_IN_PUBLISH_JOB {
        id: "cache-in-publish-job",
        summary: "The publish job restores a cache that other jobs can write to.",
        severity: Hint,
        fix: Safe,
        check: check,
    }
}

/// How a step comes to restore a cache.
#[derive(Clone, Copy)]
enum CacheCause {
    /// An input `cache`.
    Input,
    /// setup-node, by default.
    Automatic,
    /// The action does nothing else.
    CacheAction,
}

struct Cache<'c, 'a> {
    action: &'c UsedAction<'a>,
    cause: CacheCause,
    place: Place,
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    let root = context
        .sources
        .manifest_in(&FolderPath::root())
        .map(|(_, manifest)| manifest);
    for job in advised_jobs(context) {
        let before = job
            .facts
            .contents
            .actions
            .iter()
            .filter(|action| job.is_before_publish(action.sites_before));
        let caches: Vec<Cache<'_, '_>> = before
            .filter_map(|action| {
                let cause = cause(action, root)?;
                let place = place(action, cause);
                Some(Cache { action, cause, place })
            })
            .collect();
        if let Some((first, others)) = caches.split_first() {
            let mut diagnostic = advice(&job, first, others.len());
            if !first.action.is_in_job() {
                diagnostic = diagnostic.related(&first.action.place, "cache restored here");
            }
            for other in others {
                diagnostic = diagnostic.related(&other.place, "this step restores a cache too");
            }
            findings.push(
                diagnostic
                    .fix(fix(context, root, &caches))
                    .remedy("Install without a cache here."),
            );
        }
    }
}

fn cause(action: &UsedAction<'_>, root: Option<&Manifest>) -> Option<CacheCause> {
    let remote = action.reference.remote()?;
    let inputs = &action.cache_inputs;
    let has_cache = inputs
        .cache
        .as_deref()
        .is_some_and(|cache| !cache.is_empty() && cache != "false");
    if is_setup_node(remote) {
        if has_cache {
            return Some(CacheCause::Input);
        }
        let is_left_on = matches!(inputs.package_manager_cache.as_deref(), Some("" | "true"));
        let is_automatic = inputs.cache.as_deref() == Some("") && is_left_on;
        return (is_automatic && caches_by_default(remote, root) == Truth::Yes)
            .then_some(CacheCause::Automatic);
    }
    if remote.is("pnpm/action-setup") {
        return has_cache.then_some(CacheCause::Input);
    }
    let restores = remote.is("actions/cache") || remote.is("actions/cache/restore");
    let only_looks = find_input(&action.step.with, "lookup-only").is_some();
    (restores && !only_looks).then_some(CacheCause::CacheAction)
}

/// Whether setup-node without `cache` keeps a cache, given the root manifest.
fn caches_by_default(action: &RemoteAction, root: Option<&Manifest>) -> Truth {
    let Some(manifest) = root else { return Truth::No };
    let named = manifest.package_manager.as_ref();
    let named = named.map(|manager| manager.name.value.as_str());
    let engines = manifest
        .dev_engines
        .package_managers
        .iter()
        .map(|engine| engine.name.value.as_str());
    let names: Vec<&str> = named.into_iter().chain(engines).collect();
    let names_npm = names.contains(&"npm");
    match automatic_cache(action) {
        AutomaticCache::None => Truth::No,
        AutomaticCache::NpmOnly => Truth::from(names_npm),
        // Source: src/main.ts of v5.0.0.
        AutomaticCache::AnyPackageManager => Truth::from(named.is_some_and(caches)),
        AutomaticCache::Unknown if names.is_empty() => Truth::No,
        AutomaticCache::Unknown => Truth::Maybe,
    }
}

/// The input if it is written in the job itself, otherwise the `uses:`.
fn place(action: &UsedAction<'_>, cause: CacheCause) -> Place {
    let input = find_input(&action.step.with, "cache").filter(|_| matches!(cause, CacheCause::Input));
    match input.filter(|_| action.is_in_job()) {
        Some(input) => Place::new(&action.place.path, input.range()),
        None => action.place_in_job.clone(),
    }
}

fn advice(job: &AdvisedJob<'_, '_>, first: &Cache<'_, '_>, others: usize) -> crate::diagnostic::Diagnostic {
    let name = first.action.name();
    let what = match first.cause {
        CacheCause::Input => format!("`cache` of `{name}` restores a cache"),
        CacheCause::Automatic => format!("`{name}` restores a cache by default"),
        CacheCause::CacheAction => format!("`{name}` restores a cache"),
    };
    let message = format!("{what} in a job that can request an ID token");
    let danger =
        "Any job on this or the default branch can write to the cache, and what it writes may be published.";
    let help = match first.cause {
        CacheCause::Automatic => {
            format!("It does so because `package.json` names a package manager. {danger}")
        }
        CacheCause::Input | CacheCause::CacheAction => danger.to_owned(),
    };
    let summary = match others {
        0 => "it restores a cache".to_owned(),
        others => format!("it restores {} caches", others + 1),
    };
    job.advise(&CACHE_IN_PUBLISH_JOB, &first.place, summary, message)
        .help(help)
}

/// Turns off every cache that an input of a step in the job controls.
fn fix(context: &CheckContext<'_>, root: Option<&Manifest>, caches: &[Cache<'_, '_>]) -> Option<Fix> {
    let edits: Vec<TextEdit> = caches
        .iter()
        .filter_map(|cache| edits_of(context, root, cache))
        .flatten()
        .collect();
    let path = &caches.first()?.place.path;
    fix_of_file(
        "Publish without the package manager's cache",
        Applicability::Safe,
        path,
        Ok(edits),
    )
}

fn edits_of(
    context: &CheckContext<'_>,
    root: Option<&Manifest>,
    cache: &Cache<'_, '_>,
) -> Option<Vec<TextEdit>> {
    const OFF: (&str, &str) = ("package-manager-cache", "false");
    let action = cache.action;
    let file = file_of_own_step(context, action)?;
    match cache.cause {
        CacheCause::Automatic => set_input(file, action, OFF.0, OFF.1),
        CacheCause::Input => {
            let remote = action.reference.remote()?;
            let comes_back = is_setup_node(remote) && caches_by_default(remote, root) != Truth::No;
            match action.cache_inputs.package_manager_cache.as_deref()? {
                "" if comes_back => replace_input(file, action, "cache", OFF),
                "true" if comes_back => None,
                _ => remove_input_edits(file, action, "cache"),
            }
        }
        CacheCause::CacheAction => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule, no_fix};

    const RULE: &str = "cache-in-publish-job";

    /// A publish job with these steps before the publish, and these files.
    fn job(steps: &str, files: &str) -> String {
        let steps: String = steps.lines().map(|line| format!("      {line}\n")).collect();
        format!(
            "\
#- .github/workflows/release.yml
on: {{ release: {{ types: [published] }} }}
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
{steps}      - run: npx npm@11 publish
{files}"
        )
    }

    const NPM: &str = "#- package.json\n{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"github:acme/w\", \"packageManager\": \"npm@11.6.0\" }\n";
    const PNPM: &str = "#- package.json\n{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"github:acme/w\", \"devEngines\": { \"packageManager\": { \"name\": \"pnpm\", \"onFail\": \"warn\" } } }\n";

    #[test]
    fn what_restores_a_cache() {
        for (steps, files) in [
            (
                "- uses: actions/setup-node@v4\n  with:\n    cache: npm\n\
                 #   ^^^^^^^^^^ hint💡[cache-in-publish-job]: `cache` of `actions/setup-node` restores a cache in a job …",
                "",
            ),
            (
                "- uses: actions/setup-node@v6\n  #     ^^^^^^^^^^^^^^^^^^^^^ hint💡[cache-in-publish-job]: \
                 `actions/setup-node` restores a cache by default in a job that can request an ID token\n  #     \
                 ^^^^^^^^^^^^^^^^^^^^^ help[cache-in-publish-job]: It does so because `package.json` names a package manager. …",
                NPM,
            ),
            (
                "- uses: actions/setup-node@v5\n  #     ^^^^^^^^^^^^^^^^^^^^^ hint💡[cache-in-publish-job]: …",
                &PNPM.replace(
                    "\"devEngines\"",
                    "\"packageManager\": \"pnpm@10.15.0\", \"devEngines\"",
                ),
            ),
            (
                "- uses: actions/cache@v4\n  #     ^^^^^^^^^^^^^^^^ hint[cache-in-publish-job]: `actions/cache` …\n\
                 \x20 with: { path: ~/.npm, key: x }\n\
                 - uses: actions/cache/restore@v4\n\
                 \x20 #     ^^^^^^^^^^^^^^^^^^^^^^^^ related[cache-in-publish-job]: this step restores a cache too\n\
                 \x20 with: { path: dist, key: x }",
                "",
            ),
            (
                "- uses: pnpm/action-setup@a7487c7e89a18df4991f7f222e4898a00d66ddda\n  with: { version: 10, cache: true }\n\
                 #                      ^^^^^^^^^^^ hint💡[cache-in-publish-job]: `cache` of `pnpm/action-setup` …",
                "",
            ),
            (
                "- uses: ./setup\n  #     ^^^^^^^ hint[cache-in-publish-job]: `cache` of `actions/setup-node` …",
                "\
#- setup/action.yml
runs:
  using: composite
  steps:
    - uses: actions/setup-node@v6
      with: { cache: npm }
",
            ),
        ] {
            check_rule(RULE, &job(steps, files));
        }
    }

    #[test]
    fn what_restores_no_cache_is_not_reported() {
        for (steps, files) in [
            ("- uses: actions/setup-node@v6", ""),
            ("- uses: actions/setup-node@v4", NPM),
            ("- uses: actions/setup-node@v6", PNPM),
            ("- uses: actions/setup-node@main", NPM),
            (
                "- uses: actions/setup-node@v6\n  with: { package-manager-cache: false }",
                NPM,
            ),
            (
                "- uses: actions/setup-node@v6\n  with: { cache: '' , package-manager-cache: false }",
                NPM,
            ),
            (
                "- uses: actions/setup-node@v6\n  with: { cache: '${{ vars.CACHE }}' }",
                NPM,
            ),
            (
                "- uses: actions/cache/save@v4\n  with: { path: dist, key: x }",
                "",
            ),
            (
                "- uses: actions/cache@v4\n  with: { path: dist, key: x, lookup-only: true }",
                "",
            ),
            ("- uses: pnpm/action-setup@v5\n  with: { cache: false }", ""),
        ] {
            check_rule(RULE, &job(steps, files));
        }
    }

    #[test]
    fn the_input_is_removed_if_no_default_replaces_it() {
        check_fix(
            RULE,
            &job(
                "- uses: actions/setup-node@v6\n  with:\n    node-version: 24 # LTS\n    cache: npm",
                "",
            ),
            &job(
                "- uses: actions/setup-node@v6\n  with:\n    node-version: 24 # LTS",
                "",
            ),
        );
        check_fix(
            RULE,
            &job("- uses: actions/setup-node@v4\n  with:\n    cache: npm", NPM),
            &job("- uses: actions/setup-node@v4", NPM),
        );
    }

    #[test]
    fn the_default_cache_is_turned_off() {
        check_fix(
            RULE,
            &job(
                "- uses: actions/setup-node@v6\n  with:\n    cache: npm # fast\n    node-version: 24",
                NPM,
            ),
            &job(
                "- uses: actions/setup-node@v6\n  with:\n    package-manager-cache: false # fast\n    node-version: 24",
                NPM,
            ),
        );
        check_fix(
            RULE,
            &job("- uses: actions/setup-node@v6", NPM),
            &job(
                "- uses: actions/setup-node@v6\n  with:\n    package-manager-cache: false",
                NPM,
            ),
        );
        check_fix(
            RULE,
            &job("- uses: actions/setup-node@v6\n  with: { node-version: 24 }", NPM),
            &job(
                "- uses: actions/setup-node@v6\n  with: { node-version: 24, package-manager-cache: false }",
                NPM,
            ),
        );
    }

    #[test]
    fn a_cache_step_is_left_to_its_author() {
        no_fix(
            RULE,
            &job("- uses: actions/cache@v4\n  with: { path: ~/.npm, key: x }", ""),
        );
    }
}
