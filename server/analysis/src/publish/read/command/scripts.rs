//! Commands that run scripts of a manifest, and files that are not read here.

use super::script_verbs::{BUN_VERBS, LAGE_VERBS, MISE_VERBS, NX_VERBS, PNPM_VERBS, TURBO_VERBS, YARN_VERBS};
use super::task_scope::{nx_targets, runs_nothing, scope_of_tasks, tasks};
use super::wrappers::Invocation;
use super::{LocalScript, Meaning, PackageScope, ScriptRun, TurboRun, runs_javascript};
use crate::publish::read::turbo_config::ENV_MODE_VARIABLE;
use crate::publish::tools::Arguments;
use crate::publish::tools::arguments::texts_of;
use crate::syntax::shell::{Command, Word, arguments_on_input, is_shell};

/// Flags that say where a script runs; everything else in front of `--` npm hands on as its settings.
const SCOPE_FLAGS: [&str; 17] = [
    "-w",
    "--workspace",
    "-ws",
    "--workspaces",
    "-r",
    "--recursive",
    "-F",
    "--filter",
    "--filter-prod",
    "-C",
    "--dir",
    "--prefix",
    "--cwd",
    "--if-present",
    "--workspace-root",
    "--include-workspace-root",
    "--",
];

/// `nx run-many -t publish`, `nx run widget:publish`, `nx publish widget`: a target is a package script of that name
/// where no `project.json` says otherwise.
fn nx(invocation: &Invocation) -> Option<Meaning> {
    let arguments = invocation.arguments();
    let positionals = arguments.positionals();
    let texts = texts_of(&positionals);
    let range = invocation.range();
    let word = |text: &str| Word {
        range,
        text: text.to_owned(),
        is_dynamic: text.contains('$'),
        inner: None,
    };
    let of_project = |project: &str| PackageScope {
        workspaces: vec![project.to_owned()],
        is_at_root: true,
        ..PackageScope::default()
    };
    let (names, scope): (Vec<Word>, PackageScope) = match texts.as_slice() {
        [verb @ ("run-many" | "affected"), ..] => {
            let targets = nx_targets(&arguments);
            let mut scope = scope_of_tasks("nx", &arguments);
            scope.is_partial |= *verb == "affected";
            (targets.iter().map(|target| word(target)).collect(), scope)
        }
        ["run", task, ..] => {
            let (project, target) = task.split_once(':')?;
            (vec![word(target.split(':').next()?)], of_project(project))
        }
        [target, project, ..] if !NX_VERBS.contains(target) => {
            (vec![(*positionals.first()?).clone()], of_project(project))
        }
        _ => return None,
    };
    if names.is_empty() || runs_nothing("nx", &arguments) {
        return None;
    }
    Some(Meaning::RunScript(ScriptRun {
        is_nx: true,
        is_without_hooks: false,
        turbo: None,
        names,
        arguments: String::new(),
        scope,
    }))
}

/// Whether Node gets `--run`, and not the program that it starts.
fn has_run(arguments: &Arguments<'_>) -> bool {
    let mut flags = arguments
        .words()
        .iter()
        .take_while(|word| word.text.starts_with('-'));
    flags.any(|word| word.text == "--run" || word.text.starts_with("--run="))
}

/// `node --run release -- --access public`, which leaves `prerelease` and `postrelease` out.
/// Source: <https://nodejs.org/docs/latest/api/cli.html#--run>.
fn node_run(arguments: &Arguments<'_>) -> Option<Meaning> {
    let name = arguments.value(&["--run"])?;
    let mut added = arguments
        .words()
        .iter()
        .skip_while(|word| word.text != "--")
        .skip(1);
    Some(Meaning::RunScript(ScriptRun {
        is_nx: false,
        is_without_hooks: true,
        turbo: None,
        names: vec![name],
        arguments: added_arguments("node", &mut added),
        scope: PackageScope::default(),
    }))
}

/// Reads a command that runs scripts.
pub(crate) fn read(invocation: &Invocation) -> Option<Meaning> {
    let name = invocation.name();
    let arguments = invocation.arguments();
    let positionals = arguments.positionals();
    let texts = texts_of(&positionals);
    // At which positional the name of the script is.
    let at = match (name, texts.as_slice()) {
        ("run-s" | "run-p" | "npm-run-all" | "npm-run-all2", _) => return run_all(invocation),
        ("concurrently" | "conc", _) => return concurrently(invocation),
        ("nx", _) => return nx(invocation),
        ("node", _) if has_run(&arguments) => return node_run(&arguments),
        ("lerna" | "turbo", ["run", _, ..]) => 1,
        ("turbo", [task, ..]) if !TURBO_VERBS.contains(task) => 0,
        ("lage", ["run", _, ..]) => 1,
        ("lage", [task, ..]) if !LAGE_VERBS.contains(task) => 0,
        ("npm", ["run" | "run-script" | "rum" | "urn", _, ..]) => 1,
        ("npm", ["test" | "t" | "tst" | "start" | "stop" | "restart", ..]) => 0,
        ("pnpm" | "pn", ["run" | "run-script", _, ..]) | ("yarn" | "bun" | "vp", ["run", _, ..]) => 1,
        ("pnpm" | "pn", [verb, ..]) if !PNPM_VERBS.contains(verb) => 0,
        ("yarn", [verb, ..]) if !YARN_VERBS.contains(verb) && *verb != "workspace" => 0,
        ("bun", [verb, ..]) if !BUN_VERBS.contains(verb) => 0,
        ("nr" | "rushx", [_, ..]) => 0,
        ("na", ["run", _, ..]) => 1,
        ("npm" | "pnpm" | "pn" | "yarn" | "bun" | "nr" | "na", _) => return None,
        _ => return local_script(invocation, &positionals),
    };
    let script = *positionals.get(at)?;
    if name == "bun" && is_script_name(&script.text) {
        return local_script(invocation, &positionals);
    }
    let is_behind = |word: &&Word| word.range.start() > script.range.start();
    // npm reads its own flags up to `--`; the others hand on everything after the name.
    let is_own = |word: &Word| match name {
        "npm" | "lerna" | "turbo" | "lage" => word.text != "--",
        _ => !is_behind(&word),
    };
    let words = arguments.words();
    let own_end = words.iter().position(|word| !is_own(word)).unwrap_or(words.len());
    let own = Arguments::new(name, words.get(..own_end).unwrap_or_default());
    if runs_nothing(name, &own) {
        return None;
    }
    let mut scope = invocation.scope.clone().and(scope_of_tasks(name, &own));
    let names = match name {
        "turbo" | "lage" => {
            let verb = at.checked_sub(1).and_then(|verb| positionals.get(verb).copied());
            let tasks = tasks(name, own.words(), verb);
            match tasks.as_slice() {
                [only] => vec![without_package(only, &mut scope)],
                several => several.iter().map(|task| (*task).clone()).collect(),
            }
        }
        "npm" | "pnpm" | "pn" if at == 0 => vec![script_name(script)],
        _ => vec![script.clone()],
    };
    Some(Meaning::RunScript(ScriptRun {
        is_nx: false,
        is_without_hooks: false,
        names,
        arguments: added_arguments(name, words.iter().filter(is_behind)),
        turbo: (name == "turbo").then(|| TurboRun {
            version: invocation.version.clone(),
            env_mode: own.value(&["--env-mode"]).map(|word| word.text).or_else(|| {
                let mut variables = invocation.variables.iter();
                let found = variables.find(|(name, _)| name == ENV_MODE_VARIABLE);
                found.map(|(_, value)| value.clone())
            }),
        }),
        scope,
    }))
}

/// The task of `turbo run @acme/a#publish`, which runs in that package alone.
fn without_package(task: &Word, scope: &mut PackageScope) -> Word {
    let Some((package, name)) = task.text.split_once('#') else {
        return task.clone();
    };
    scope.filters = vec![package.to_owned()];
    scope.is_partial = false;
    Word {
        text: name.to_owned(),
        ..task.clone()
    }
}

/// npm and pnpm also know `test` by short names: `npm t`. `npm run t` runs another script.
fn script_name(word: &Word) -> Word {
    let text = match word.text.as_str() {
        "t" | "tst" => "test",
        text => text,
    };
    Word {
        text: text.to_owned(),
        ..word.clone()
    }
}

/// What is added to the end of a script.
fn added_arguments<'w>(program: &str, words: impl Iterator<Item = &'w Word>) -> String {
    let mut found = Vec::new();
    let mut is_scope = program == "npm";
    // turbo, lerna and lage keep what is in front of `--`.
    let mut is_kept = matches!(program, "lerna" | "turbo" | "lage");
    let mut words = words;
    while let Some(word) = words.next() {
        if is_kept {
            is_kept = word.text != "--";
            continue;
        }
        let flag = word.text.split('=').next().unwrap_or_default();
        if is_scope && SCOPE_FLAGS.contains(&flag) {
            is_scope = word.text != "--";
            let takes_value = matches!(
                word.text.as_str(),
                "--workspace" | "-F" | "--filter" | "--filter-prod" | "-C" | "--dir" | "--prefix" | "--cwd"
            );
            if takes_value || word.text == "-w" && program == "npm" {
                words.next();
            }
            continue;
        }
        // `nr` takes this one out, wherever it is.
        let is_of_nr = program == "nr" && word.text == "--if-present";
        if word.text != "--" && !is_of_nr {
            found.push(quoted(&word.text));
        }
    }
    found.join(" ")
}

/// An argument as a word of the script that it is added to.
fn quoted(text: &str) -> String {
    let is_one_word = !text.contains([' ', '\t', '\n', ';', '&', '|', '<', '>', '(', ')', '#']);
    if is_one_word || text.contains(['"', '$', '`']) {
        text.to_owned()
    } else {
        format!("\"{text}\"")
    }
}

/// `run-s build publish`: each word is a script.
fn run_all(invocation: &Invocation) -> Option<Meaning> {
    let names: Vec<Word> = invocation
        .arguments()
        .positionals()
        .into_iter()
        .cloned()
        .collect();
    if names.is_empty() {
        return None;
    }
    Some(Meaning::RunScript(ScriptRun {
        is_nx: false,
        is_without_hooks: false,
        turbo: None,
        names,
        arguments: String::new(),
        scope: PackageScope::default(),
    }))
}

/// `concurrently "npm:build" "npm:publish-*"`: these words are scripts, the others commands.
/// Source: <https://github.com/open-cli-tools/concurrently#readme>.
fn concurrently(invocation: &Invocation) -> Option<Meaning> {
    let script = |word: &&Word| {
        let (manager, name) = word.text.split_once(':')?;
        let is_manager = matches!(manager, "npm" | "pnpm" | "yarn" | "bun");
        (is_manager && !name.contains(' ')).then(|| Word {
            text: name.to_owned(),
            is_dynamic: false,
            ..(*word).clone()
        })
    };
    let arguments = invocation.arguments();
    let names: Vec<Word> = arguments.positionals().iter().filter_map(script).collect();
    (!names.is_empty()).then(|| {
        Meaning::RunScript(ScriptRun {
            is_nx: false,
            is_without_hooks: false,
            names,
            arguments: String::new(),
            scope: PackageScope::default(),
            turbo: None,
        })
    })
}

/// Programs besides those of JavaScript that run a file or a task which is read, or judged by its name.
const READ_PROGRAMS: [&str; 16] = [
    "bash",
    "sh",
    "zsh",
    "pwsh",
    "powershell",
    ".",
    "source",
    "python",
    "python3",
    "make",
    "gmake",
    "just",
    "task",
    "go-task",
    "mise",
    "rtx",
];

/// A file that a command runs, to be judged by its name.
fn local_script(invocation: &Invocation, positionals: &[&Word]) -> Option<Meaning> {
    let name = invocation.name();
    let text = match name {
        _ if runs_javascript(name) || READ_PROGRAMS.contains(&name) => {
            // The commands in `bash -c '…'` are read by themselves, and code of `node -e` is not read.
            let runs_text = |word: &Word| match name {
                "make" | "gmake" | "just" | "task" | "go-task" | "mise" | "rtx" => false,
                "bash" | "sh" | "zsh" => matches!(word.text.as_str(), "-c" | "-lc" | "-ec"),
                "pwsh" | "powershell" => {
                    word.text.eq_ignore_ascii_case("-command") || word.text.eq_ignore_ascii_case("-c")
                }
                _ => matches!(word.text.as_str(), "-c" | "-e" | "-p"),
            };
            let is_script = |word: &&Word| !runs_text(word);
            let mut rest = invocation.words.iter().skip(1);
            let reads_input = super::runs_code(name) && rest.clone().all(|word| word.text.starts_with('-'));
            if reads_input || !rest.all(|word| is_script(&word)) {
                return None;
            }
            // `deno publish` publishes to JSR, and Deno also runs what is there.
            let is_deno_verb =
                name == "deno" && positionals.first().is_some_and(|word| word.text == "publish");
            // `npm:publish` is also what many call a task.
            let may_be_remote =
                runs_javascript(name) && positionals.first().is_none_or(|word| word.text != "task");
            if is_deno_verb || may_be_remote && positionals.iter().any(|word| is_remote(&word.text)) {
                return None;
            }
            let texts: Vec<&str> = positionals.iter().map(|word| word.text.as_str()).collect();
            let runs_task = matches!(texts.as_slice(), ["tasks" | "task" | "t", "run" | "r", ..]);
            if matches!(name, "mise" | "rtx")
                && texts.first().is_none_or(|verb| MISE_VERBS.contains(verb))
                && !runs_task
            {
                return None;
            }
            format!("{name} {}", texts.join(" ")).trim_end().to_owned()
        }
        _ if name.ends_with("/gradlew") || runs_named_tasks(name, positionals) => {
            format!("{name} {}", texts_of(positionals).join(" "))
                .trim_end()
                .to_owned()
        }
        _ if is_path(name) => name.to_owned(),
        _ => return None,
    };
    let (program, first) = match is_path(name) {
        true => (String::new(), 0),
        false => (name.to_owned(), 1),
    };
    Some(Meaning::LocalScript(LocalScript {
        text,
        range: invocation.range(),
        program,
        words: invocation.words.iter().skip(first).cloned().collect(),
    }))
}

/// Reads a program that runs the file on its standard input: `bash < publish.sh`, `sh -s -- next < publish.sh`.
pub(crate) fn on_input(command: &Command, invocation: &Invocation) -> Option<Meaning> {
    let redirect = command
        .redirects
        .iter()
        .rfind(|redirect| redirect.operator == "<")?;
    let name = invocation.name();
    let arguments = match is_shell(name) {
        true => arguments_on_input(&invocation.words)?,
        false => {
            let mut words = invocation.words.iter().skip(1);
            let reads_input = super::runs_code(name)
                && words.all(|word| {
                    word.text.starts_with('-') && !matches!(word.text.as_str(), "-e" | "-p" | "-c")
                });
            reads_input.then_some(&[] as &[Word])?
        }
    };
    let file = redirect.target.clone();
    Some(Meaning::LocalScript(LocalScript {
        text: format!("{name} {}", file.text),
        range: invocation.range().cover(file.range),
        program: name.to_owned(),
        words: std::iter::once(file).chain(arguments.iter().cloned()).collect(),
    }))
}

/// Programs that run a task by its name, from a configuration that is not read here: `gulp publish`, `cargo xtask publish-npm`.
fn runs_named_tasks(program: &str, positionals: &[&Word]) -> bool {
    let texts = texts_of(positionals);
    match (program, texts.as_slice()) {
        ("gulp" | "grunt" | "rake" | "invoke" | "inv" | "mage" | "earthly" | "gradle", [_, ..]) => true,
        ("moon", ["run" | "r" | "ci", _, ..]) => true,
        ("cargo", ["xtask" | "make" | "x", _, ..]) => true,
        ("cargo", ["run", rest @ ..]) => !rest.is_empty(),
        ("bundle", ["exec", _, ..]) => true,
        ("go", ["run", _, ..]) => true,
        // A command of the repository's own: common/config/rush/command-line.json.
        ("rush", [verb, ..]) => *verb != "publish",
        ("dotnet", ["fsi" | "run" | "cake", _, ..]) => true,
        ("uv" | "poetry" | "pixi" | "hatch" | "rye" | "pdm", ["run", _, ..]) => true,
        ("bazel" | "bazelisk", ["run", _, ..]) => true,
        _ => false,
    }
}

/// Whether a command is told by the path of its file.
fn is_path(name: &str) -> bool {
    let is_of_windows = [".ps1", ".cmd", ".bat"]
        .iter()
        .any(|extension| name.ends_with(extension));
    name.starts_with("./") || name.starts_with("../") || name.ends_with(".sh") || is_of_windows
}

/// Whether a name is that of a script.
pub(crate) fn is_script_name(text: &str) -> bool {
    let extensions = [".ts", ".js", ".mjs", ".cjs", ".mts", ".cts", ".tsx", ".sh"];
    extensions.iter().any(|extension| text.ends_with(extension))
}

fn is_remote(text: &str) -> bool {
    ["jsr:", "npm:", "http:", "https:"]
        .iter()
        .any(|scheme| text.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{meanings, table};

    fn show(script: &str) -> String {
        meanings(script).join("; ")
    }

    #[test]
    fn scripts_of_manifests() {
        table(
            show,
            &[
                ("npm run release", "run release"),
                ("npm run-script release", "run release"),
                ("npm test", "run test"),
                ("npm t", "run test"),
                ("npm run t", "run t"),
                ("yarn t", "run t"),
                ("npm start", "run start"),
                ("npm run", "other"),
                (
                    "npm run release -- --tag next",
                    "run release arguments=--tag next",
                ),
                ("npm run release -- -w a", "run release arguments=-w a"),
                ("npm run release --dry-run", "run release arguments=--dry-run"),
                ("npm run release -w a --if-present", "run release workspaces=a"),
                ("npm -w a run release", "run release workspaces=a"),
                ("npm run release -- 'a b'", "run release arguments=\"a b\""),
                ("npm --prefix a run release", "run release in=a"),
                ("pnpm release --filter a", "run release arguments=--filter a"),
                ("npm run release --workspaces", "run release all=yes"),
                ("pnpm run release", "run release"),
                ("pnpm release", "run release"),
                ("pnpm -r release", "run release all=yes"),
                ("pnpm --filter a release", "run release workspaces=a"),
                ("pnpm --filter=a run release", "run release workspaces=a"),
                ("pnpm -w run release", "run release root=yes"),
                ("pnpm -C a release", "run release in=a"),
                ("pnpm install", "dependencies by Pnpm «pnpm install»"),
                ("yarn run release", "run release"),
                ("yarn release", "run release"),
                ("yarn workspace a release", "run release workspaces=a"),
                ("yarn workspace a run release", "run release workspaces=a"),
                ("yarn workspaces foreach -A run release", "run release all=yes"),
                ("yarn workspaces run release", "run release all=yes"),
                ("yarn --cwd a release", "run release in=a"),
                ("yarn", "dependencies by Yarn «yarn»"),
                ("yarn install --immutable", "dependencies by Yarn «yarn install»"),
                ("bun run release", "run release"),
                ("vp run release", "run release"),
                ("node --run release", "run release"),
                ("node --run=release", "run release"),
                (
                    "node --run release -- --tag next",
                    "run release arguments=--tag next",
                ),
                ("node --run", "other"),
                ("node release.js --run build", "script node release.js build"),
                ("nr release", "run release"),
                ("nr release --tag next", "run release arguments=--tag next"),
                ("nr release --if-present", "run release"),
                ("nr -C a release", "run release in=a"),
                ("nr release ?", "other"),
                ("na run release", "run release"),
                ("nun webpack", "other"),
                ("nup", "other"),
                ("lerna run release", "run release all=yes"),
                ("turbo run release", "run release all=yes"),
                ("turbo release", "run release all=yes"),
                (
                    "turbo run build release --filter=a -- --x",
                    "run build release arguments=--x workspaces=a all=yes",
                ),
                (
                    "turbo release --concurrency 1 -F '!a'",
                    "run release workspaces=!a all=yes",
                ),
                ("turbo run a#release", "run release workspaces=a all=yes"),
                ("turbo run release --dry=json", "other"),
                ("turbo run release --dry-run", "other"),
                ("turbo run release --affected", "run release all=yes"),
                (
                    "lerna run release --scope a --ignore b",
                    "run release workspaces=a all=yes",
                ),
                ("lerna run release --dry-run", "other"),
                ("turbo prune web", "other"),
                ("lage release --to a b", "run release workspaces=a b all=yes"),
                (
                    "lage build release --scope a --no-deps",
                    "run build release workspaces=a all=yes",
                ),
                ("lage release --scope a", "run release workspaces=...a all=yes"),
                ("yarn lage run release", "run release all=yes"),
                ("lage info", "other"),
                ("concurrently npm:build 'npm:publish-*'", "run build publish-*"),
                ("concurrently 'npm run build'", "other"),
                (
                    "nx run-many -t build,release -p a,b --exclude c",
                    "run build release workspaces=a b root=yes",
                ),
                (
                    "nx run-many -t build release -p a '!b'",
                    "run build release workspaces=a root=yes",
                ),
                ("nx run-many -t release -p tag:x", "run release all=yes root=yes"),
                ("nx run-many -t release --graph", "other"),
                ("nx run-many -t release", "run release all=yes root=yes"),
                ("nx affected --target=release", "run release all=yes root=yes"),
                ("nx run a:release:prod", "run release workspaces=a root=yes"),
                ("nx release-all a", "run release-all workspaces=a root=yes"),
                ("nx graph a", "other"),
                ("run-s build publish", "run build publish"),
                ("npx npm-run-all build publish", "run build publish"),
            ],
        );
    }

    #[test]
    fn files() {
        table(
            show,
            &[
                ("./publish.sh --tag next", "script ./publish.sh"),
                ("scripts/publish.sh", "script scripts/publish.sh"),
                ("bash scripts/publish.sh", "script bash scripts/publish.sh"),
                (
                    "node scripts/publish.mjs next",
                    "script node scripts/publish.mjs next",
                ),
                ("bun run scripts/publish.ts", "script bun run scripts/publish.ts"),
                ("make publish", "script make publish"),
                ("node -e 'publish()'", "other"),
                ("node -p publish", "other"),
                ("gulp publish", "script gulp publish"),
                ("./gradlew npmPublish --info", "script ./gradlew npmPublish"),
                ("cargo xtask publish-npm", "script cargo xtask publish-npm"),
                ("cargo publish", "other"),
                ("rush publish-all", "script rush publish-all"),
                ("rushx release", "run release"),
                ("go build ./cmd/publish", "other"),
                ("deno run -A jsr:@david/publish-on-tag", "other"),
                ("deno task npm:publish", "script deno task npm:publish"),
                ("task npm:publish", "script task npm:publish"),
                ("mise run npm:publish", "script mise run npm:publish"),
                (
                    "deno run -A scripts/publish.ts",
                    "script deno run scripts/publish.ts",
                ),
            ],
        );
    }
}
