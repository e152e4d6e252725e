//! In which packages a task runner runs its tasks, and which tasks a command names.

use super::PackageScope;
use crate::publish::tools::Arguments;
use crate::syntax::shell::Word;

/// Flags of turbo and lage whose value is the next word. Source: `turbo run --help` of 2.11.11, `lage run --help` of 2.17.0.
const WITH_VALUE: [&str; 24] = [
    "-F",
    "--filter",
    "--since",
    "--scope",
    "--ignore",
    "--cwd",
    "--concurrency",
    "-c",
    "--cache-dir",
    "--cache",
    "--cache-workers",
    "--global-deps",
    "--env-mode",
    "--output-logs",
    "--log-order",
    "--log-prefix",
    "--log-level",
    "--ui",
    "--team",
    "--token",
    "--api",
    "--profile",
    "--node-arg",
    "-n",
];

/// Flags of lage that take all words up to the next flag.
const WITH_VALUES: [&str; 5] = [
    "--scope",
    "--to",
    "--ignore",
    "--reporter",
    "--max-workers-per-task",
];

/// The packages that the flags of a task runner choose. Without such flags it runs its tasks in all of them.
pub(super) fn scope_of_tasks(program: &str, arguments: &Arguments<'_>) -> PackageScope {
    match program {
        "turbo" => of_turbo(arguments),
        "lerna" => of_lerna(arguments),
        "lage" => of_lage(arguments),
        "nx" => of_nx(arguments),
        _ => PackageScope::of_flags(program, arguments),
    }
}

/// Whether the command only shows what it would run.
pub(super) fn runs_nothing(program: &str, arguments: &Arguments<'_>) -> bool {
    match program {
        "turbo" => is_given(arguments, &["--dry-run", "--dry", "--graph"]),
        "lerna" => arguments.has(&["--dry-run"]),
        "nx" => {
            is_given(arguments, &["--graph"])
                && !arguments.words().iter().any(|word| word.text == "--graph=false")
        }
        _ => false,
    }
}

/// The tasks of `turbo run build publish --filter a` and `lage build publish --to a`: what is neither the verb, a flag nor
/// its value.
pub(super) fn tasks<'w>(program: &str, words: &'w [Word], verb: Option<&Word>) -> Vec<&'w Word> {
    let mut found = Vec::new();
    let mut words = words.iter().take_while(|word| word.text != "--").peekable();
    while let Some(word) = words.next() {
        if !word.text.starts_with('-') {
            if verb.is_none_or(|verb| verb.range != word.range) {
                found.push(word);
            }
        } else if program == "lage" && WITH_VALUES.contains(&word.text.as_str()) {
            while words.next_if(|word| !word.text.starts_with('-')).is_some() {}
        } else if WITH_VALUE.contains(&word.text.as_str()) {
            words.next();
        }
    }
    found
}

/// turbo's filters are in the language of pnpm's.
/// Source: <https://turborepo.dev/docs/reference/run#--filter-string>.
fn of_turbo(arguments: &Arguments<'_>) -> PackageScope {
    PackageScope {
        filters: values(arguments, &["-F", "--filter"]),
        // `--scope` and `--since` are those of turbo 1.
        is_partial: is_given(arguments, &["--affected", "--since", "--scope"]),
        folder: arguments.value(&["--cwd"]),
        all_workspaces: true,
        ..PackageScope::default()
    }
}

/// `lerna run` and `lerna exec`. Source: <https://github.com/lerna/lerna/tree/main/libs/core/src/lib/filter-options>.
pub(super) fn of_lerna(arguments: &Arguments<'_>) -> PackageScope {
    // `--since` may have a branch after a `=`, and then it has no other form. The others add packages.
    let is_open = [
        "--since",
        "--include-dependents",
        "--include-dependencies",
        "--include-filtered-dependents",
        "--include-filtered-dependencies",
    ];
    PackageScope {
        workspaces: values(arguments, &["--scope"]),
        excluded: values(arguments, &["--ignore"]),
        all_workspaces: true,
        is_partial: is_given(arguments, &is_open),
        ..PackageScope::default()
    }
}

/// `--scope` also means what depends on the packages, unless another flag says otherwise.
/// Source: `lage run --help` of 2.17.0.
fn of_lage(arguments: &Arguments<'_>) -> PackageScope {
    let with_dependents = !arguments.has(&["--no-deps", "--no-dependents"]);
    let with_dependencies = arguments.has(&["--include-dependencies", "--dependencies"]);
    let filter = |name: String, before: bool| {
        let before = if before { "..." } else { "" };
        let after = if with_dependencies { "..." } else { "" };
        format!("{before}{name}{after}")
    };
    let scopes = variadic(arguments, &["--scope"]).into_iter();
    let scopes = scopes.map(|name| filter(name, with_dependents));
    let to = variadic(arguments, &["--to"]).into_iter();
    PackageScope {
        filters: scopes.chain(to.map(|name| filter(name, false))).collect(),
        is_partial: is_given(arguments, &["--since"]),
        all_workspaces: true,
        ..PackageScope::default()
    }
}

/// `nx run-many`. Source: <https://nx.dev/docs/reference/nx-commands#nx-run-many>.
fn of_nx(arguments: &Arguments<'_>) -> PackageScope {
    let items = |names: &[&str]| -> Vec<String> {
        let words = variadic(arguments, names);
        let items = words.iter().flat_map(|word| word.split(','));
        let items = items.map(|item| item.trim().to_owned());
        items.filter(|item| !item.is_empty()).collect()
    };
    let projects = items(&["-p", "--projects"]);
    let (mut excluded, workspaces): (Vec<String>, Vec<String>) =
        projects.into_iter().partition(|name| name.starts_with('!'));
    for name in &mut excluded {
        *name = name.trim_start_matches('!').to_owned();
    }
    excluded.extend(items(&["--exclude"]));
    let is_tag = |name: &String| name.starts_with("tag:");
    let is_partial = workspaces.iter().chain(&excluded).any(is_tag);
    excluded.retain(|name| !is_tag(name));
    PackageScope {
        all_workspaces: workspaces.is_empty() || is_partial,
        workspaces: if is_partial { Vec::new() } else { workspaces },
        excluded,
        is_partial,
        is_at_root: true,
        ..PackageScope::default()
    }
}

/// The targets of `nx run-many` and `nx affected`.
pub(super) fn nx_targets(arguments: &Arguments<'_>) -> Vec<String> {
    let words = variadic(arguments, &["-t", "--target", "--targets"]);
    let targets = words.iter().flat_map(|word| word.split(','));
    let targets = targets.filter(|target| !target.is_empty());
    targets.map(str::to_owned).collect()
}

fn values(arguments: &Arguments<'_>, names: &[&str]) -> Vec<String> {
    let words = arguments.values(names).into_iter().map(|word| word.text);
    words.filter(|text| !text.is_empty()).collect()
}

/// The values of flags that take all words up to the next flag, or one after a `=`.
fn variadic(arguments: &Arguments<'_>, names: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut words = arguments.words().iter().peekable();
    while let Some(word) = words.next() {
        let (flag, value) = match word.text.split_once('=') {
            Some((flag, value)) => (flag, Some(value)),
            None => (word.text.as_str(), None),
        };
        if !names.contains(&flag) {
            continue;
        }
        found.extend(value.map(str::to_owned));
        while value.is_none()
            && let Some(next) = words.next_if(|next| !next.text.starts_with('-'))
        {
            found.push(next.text.clone());
        }
    }
    found
}

/// Whether one of these flags is there, whatever its value.
fn is_given(arguments: &Arguments<'_>, names: &[&str]) -> bool {
    let mut words = arguments.words().iter();
    words.any(|word| names.contains(&word.text.split('=').next().unwrap_or_default()))
}
