//! Whether a job can publish at all. Most jobs of most workflows only build and test, and on a key stroke they
//! should cost no more than a look at their text.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock, OnceLock};

use aho_corasick::{AhoCorasick, Match, MatchKind};

use super::name_finder::{NameFinder, contains};
use crate::model::job::{Job, JobTopics};
use crate::model::manifest::{Manifest, PackageScript};
use crate::model::read::Variable;
use crate::model::workflow::Workflow;
use crate::publish::tools::tools;
use crate::sources::{File, FileFact, Sources};
use crate::syntax::yaml::YamlTree;
use crate::text::{FilePath, FolderPath};

/// Sets of words that are searched for in one pass. They are prepared once, because every job is searched at every key stroke.
static PUBLISH_WORDS: LazyLock<WordFinder> = LazyLock::new(|| WordFinder::new(publish_words()));
static COMMAND_WORDS: LazyLock<WordFinder> =
    LazyLock::new(|| WordFinder::new(publish_words().into_iter().chain(LOGIN_WORDS)));
static FILE_WORDS: LazyLock<WordFinder> = LazyLock::new(|| WordFinder::new(FILES.into_iter().chain(RUNNERS)));
static CREDENTIAL_WORDS: LazyLock<WordFinder> = LazyLock::new(|| WordFinder::new(CREDENTIALS));

/// One of these is in the text of every job with a command that needs a login.
const LOGIN_WORDS: [&str; 7] = [
    "whoami",
    "dist-tag",
    "deprecate",
    "npm owner",
    "npm author",
    "npm access",
    "npm tag",
];

/// One of these is in the text of every job that runs a file of the repository, or one of [`RUNNERS`] as a word.
const FILES: [&str; 3] = ["./", ".sh", ".py"];
const RUNNERS: [&str; 22] = [
    "nx ",
    "make ",
    "just ",
    "task ",
    "mise ",
    "node ",
    "tsx ",
    "ts-node ",
    "bun ",
    "source ",
    "zx ",
    "deno ",
    "esno ",
    "esmo ",
    "jiti ",
    "tsm ",
    "tsimp ",
    "vite-node ",
    "babel-node ",
    "swc-node ",
    "sucrase-node ",
    "ts-node-esm ",
];

/// How an expression names the inputs.
const INPUTS: &str = "inputs";

/// One of these is in a workflow that gives its jobs something to publish with.
const CREDENTIALS: [&str; 5] = [
    "id-token",
    "NPM_TOKEN",
    "NODE_AUTH_TOKEN",
    "write-all",
    "_authToken",
];

/// One of these is in the text of every command, action or script name that the walk takes for publishing: the words of
/// all tools, without those that contain another one.
fn publish_words() -> Vec<&'static str> {
    let words = tools().iter().flat_map(|tool| tool.start.words.iter().copied());
    let mut words: Vec<&str> = words.collect();
    words.sort_unstable_by_key(|word| word.len());
    let mut kept: Vec<&str> = Vec::new();
    for word in words {
        if !kept.iter().any(|known| word.contains(known)) {
            kept.push(word);
        }
    }
    // The commonest first: most texts that have one have one of these.
    kept.sort_by_key(|word| !matches!(*word, "publish" | "release"));
    kept
}

/// Whether a job of a workflow may be worth a walk, by the workflow's text alone. Only if the text is plain ([`File::is_plain`]):
/// then all that [`Relevance`] asks of a job is in the text as it is, and no job uses an action of the repository.
pub(crate) fn plain_text_may_publish(sources: &Sources<'_>, path: &FilePath, text: &str) -> bool {
    if COMMAND_WORDS.is_in(text) || contains(text, "workflow_call") {
        return true;
    }
    let scripts = RelevantScripts::of(sources, path);
    let leads_to_file = || runs_file(text) || scripts.running_files.any_in(text);
    scripts.publishing.any_in(text) || CREDENTIAL_WORDS.is_in(text) && leads_to_file()
}

/// Which jobs of a workflow are worth a walk.
pub(crate) struct Relevance<'a> {
    text: &'a str,
    tree: Option<&'a YamlTree>,
    /// Whether something that all jobs see may contain a publish command.
    is_everything: bool,
    /// Whether an option of an input may: then the jobs count that use an input.
    is_every_use_of_inputs: bool,
    scripts: Arc<RelevantScripts>,
    /// Whether a job that runs a file of the repository may publish by it, once that was asked for.
    has_credential: OnceCell<bool>,
}

impl<'a> Relevance<'a> {
    pub(crate) fn new(sources: &Sources<'a>, path: &FilePath, workflow: &Workflow) -> Self {
        let file = sources.file(path);
        let text = file.map_or("", |file| &*file.text);
        // What callers pass in, and what is in `env` of the workflow, is not in the text of a job.
        let env = workflow
            .env
            .iter()
            .any(|variable| speaks_of_publishing(&variable.value.value));
        let has_credential = OnceCell::new();
        let scripts = RelevantScripts::of(sources, path);
        let mut options = workflow.dispatch_inputs.iter().flat_map(|input| &input.options);
        let is_every_use_of_inputs = options.any(|option| {
            let leads_to_file = || runs_file(option) || scripts.running_files.any_in(option);
            speaks_of_publishing(option)
                || scripts.publishing.any_in(option)
                || leads_to_file() && *has_credential.get_or_init(|| CREDENTIAL_WORDS.is_in(text))
        });
        let has_input = |variable: &Variable| contains(&variable.value.value, INPUTS);
        Self {
            text,
            tree: file.and_then(File::yaml),
            is_everything: env
                || workflow.is_reusable()
                || is_every_use_of_inputs && workflow.env.iter().any(has_input),
            is_every_use_of_inputs,
            scripts,
            has_credential,
        }
    }

    /// Whether the job may publish.
    pub(crate) fn includes(&self, job: &Job) -> bool {
        let text = job.range.slice(self.text);
        let topics = job.topics(|job| topics_of(job, text, self.tree));
        self.is_everything
            || text.is_empty()
            || topics.publishing
            || topics.is_continued_elsewhere
            || self.is_every_use_of_inputs && contains(text, INPUTS)
            || self.scripts.publishing.any_in(text)
            || (topics.files || self.scripts.running_files.any_in(text)) && self.has_credential()
    }

    fn has_credential(&self) -> bool {
        *self
            .has_credential
            .get_or_init(|| CREDENTIAL_WORDS.is_in(self.text))
    }
}

/// What the text of a job speaks of. Of a job that is worth a walk for one topic, the others do not matter.
fn topics_of(job: &Job, text: &str, tree: Option<&YamlTree>) -> JobTopics {
    if COMMAND_WORDS.is_in(text) {
        return JobTopics {
            publishing: true,
            ..JobTopics::default()
        };
    }
    let is_own = |uses: &str| uses.starts_with("./") || uses.starts_with("$/") || uses == ".";
    let mut steps = job.steps.iter();
    let leads_elsewhere = steps.any(|step| {
        let is_behind_alias = !job.range.contains_range(step.range);
        is_behind_alias || step.uses.as_ref().is_some_and(|uses| is_own(&uses.value))
    });
    let has_alias = || {
        let aliases = tree
            .iter()
            .flat_map(|tree| tree.aliases.iter().map(|id| tree.node(*id)));
        let mut aliases = aliases.flatten();
        aliases.any(|alias| job.range.contains_range(alias.range))
    };
    JobTopics {
        publishing: false,
        files: runs_file(text),
        is_continued_elsewhere: leads_elsewhere || has_alias(),
    }
}

/// What the text of a job is searched for, of all manifests together: few edits of a manifest change it.
#[derive(PartialEq)]
struct RelevantScripts {
    /// Package scripts that may lead to publishing, and programs that the configuration says publish.
    publishing: Names,
    /// Package scripts that run a file.
    running_files: Names,
}

/// Up to so many names are searched for one after the other, which is cheaper than a table.
const FEW_NAMES: usize = 16;

/// Names that many texts are searched for.
struct Names {
    all: BTreeSet<String>,
    finder: OnceLock<NameFinder<String>>,
}

impl Names {
    fn new<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        Self {
            all: names.map(str::to_owned).collect(),
            finder: OnceLock::new(),
        }
    }

    /// Whether a text contains one of them. Most repositories have none, and each job is asked.
    #[inline]
    fn any_in(&self, text: &str) -> bool {
        !self.all.is_empty() && self.is_found_in(text)
    }

    fn is_found_in(&self, text: &str) -> bool {
        if self.all.len() <= FEW_NAMES {
            return self.all.iter().any(|name| contains(text, name));
        }
        let finder = self
            .finder
            .get_or_init(|| NameFinder::new(self.all.iter().cloned()));
        finder.found_in(text).next().is_some()
    }
}

impl PartialEq for Names {
    fn eq(&self, other: &Self) -> bool {
        self.all == other.all
    }
}

impl RelevantScripts {
    fn of(sources: &Sources<'_>, path: &FilePath) -> Arc<Self> {
        // All workflows share one fact, that of the root's manifest.
        let shared = FolderPath::root().file("package.json");
        sources.fact(shared.as_ref().unwrap_or(path))
    }
}

impl FileFact for RelevantScripts {
    fn find(sources: &Sources<'_>, _: &FilePath) -> Self {
        let commands = sources.settings().publish_commands().iter();
        let programs = commands.filter_map(|command| command.words.first());
        let programs: Vec<&str> = programs.map(String::as_str).collect();
        let manifests = || {
            let paths = sources.manifest_paths();
            paths.filter_map(|path| sources.manifest(path))
        };
        let publishing = manifests().flat_map(|manifest| publishing_scripts(manifest, &programs));
        let running_files = manifests()
            .flat_map(|manifest| &manifest.scripts)
            .filter(|script| runs_file(&script.command.value))
            .map(|script| bare_name(&script.name.value));
        Self {
            publishing: Names::new(publishing.chain(programs.iter().copied())),
            running_files: Names::new(running_files),
        }
    }
}

/// The names of scripts that speak of publishing, or that call one which does.
fn publishing_scripts<'m>(manifest: &'m Manifest, programs: &[&str]) -> Vec<&'m str> {
    let speaks = |script: &&PackageScript| {
        let (name, command) = (script.name.value.as_str(), script.command.value.as_str());
        let is_np = command == "np" || command.starts_with("np ");
        is_np
            || programs.iter().any(|program| contains(command, program))
            || speaks_of_publishing(command)
            || speaks_of_publishing(name)
    };
    let (mut found, others): (Vec<&PackageScript>, Vec<&PackageScript>) =
        manifest.scripts.iter().partition(speaks);
    if !found.is_empty() && !others.is_empty() {
        add_callers(&mut found, &others);
    }
    // `prebuild` and `postbuild` run with `build`.
    found.iter().map(|script| bare_name(&script.name.value)).collect()
}

/// Adds the scripts whose command contains the name of one that is found, and those that contain theirs.
fn add_callers<'m>(found: &mut Vec<&'m PackageScript>, others: &[&'m PackageScript]) {
    let all: Vec<&PackageScript> = found.iter().chain(others).copied().collect();
    let names = NameFinder::new(all.iter().map(|script| bare_name(&script.name.value)));
    let mut callers: Vec<Vec<usize>> = vec![Vec::new(); all.len()];
    for (caller, script) in all.iter().enumerate().skip(found.len()) {
        for name in names.found_in(&script.command.value) {
            if let Some(callers) = callers.get_mut(name) {
                callers.push(caller);
            }
        }
    }
    let mut is_new = vec![true; all.len()];
    let mut waiting: Vec<usize> = (0..found.len()).collect();
    while let Some(called) = waiting.pop() {
        for caller in callers.get_mut(called).map(std::mem::take).unwrap_or_default() {
            if let (Some(new), Some(script)) = (is_new.get_mut(caller), all.get(caller))
                && std::mem::take(new)
            {
                found.push(script);
                waiting.push(caller);
            }
        }
    }
}

/// The script that a `pre…` or `post…` script goes with; the name itself where it is neither.
fn bare_name(name: &str) -> &str {
    let bare = name.strip_prefix("pre").or_else(|| name.strip_prefix("post"));
    bare.filter(|bare| !bare.is_empty()).unwrap_or(name)
}

fn speaks_of_publishing(text: &str) -> bool {
    PUBLISH_WORDS.is_in(text)
}

/// Whether a text names a file of the repository, or a program that runs one. Most matrices have a `matrix.node }}`, which is
/// neither.
fn runs_file(text: &str) -> bool {
    let is_part_of_word = |byte: &u8| byte.is_ascii_alphanumeric() || b".-_".contains(byte);
    let is_word = |at: usize| {
        let before = at.checked_sub(1);
        let before = before.and_then(|before| text.as_bytes().get(before));
        !before.is_some_and(is_part_of_word)
    };
    // The search passes over `node ` in `ts-node `, which is not a word of its own.
    FILE_WORDS.any(text, |word, at| word < FILES.len() || is_word(at))
}

/// Finds any of some words.
struct WordFinder(Option<AhoCorasick>);

impl WordFinder {
    fn new<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        // Only leftmost matches have a search that compares many bytes at a time (src/util/prefilter.rs of aho-corasick 1.1).
        let mut builder = AhoCorasick::builder();
        Self(builder.match_kind(MatchKind::LeftmostFirst).build(words).ok())
    }

    /// Whether a text contains one of the words; yes if they could not be prepared.
    fn is_in(&self, text: &str) -> bool {
        self.0.as_ref().is_none_or(|words| words.is_match(text))
    }

    /// Whether a text contains one of the words in a place where `is_meant` holds of the word's index and its offset.
    fn any(&self, text: &str, is_meant: impl Fn(usize, usize) -> bool) -> bool {
        let is_meant = |found: Match| is_meant(found.pattern().as_usize(), found.start());
        self.0
            .as_ref()
            .is_none_or(|words| words.find_iter(text).any(is_meant))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_command_that_needs_a_login_has_a_word() {
        for command in [
            "npm whoami",
            "npm dist-tags add a@1 next",
            "npm undeprecate a@1",
            "npm unpublish a@1",
            "npm author add x a",
            "npm access set status=public a",
            "yarn npm whoami",
            "yarn npm tag add a@1 next",
        ] {
            let commands = crate::syntax::shell::split_script(command).commands;
            let meaning = crate::publish::meaning(&commands[0]);
            assert!(
                matches!(meaning, crate::publish::Meaning::RegistryCommand(_)),
                "{command}"
            );
            assert!(COMMAND_WORDS.is_in(command), "{command}");
        }
    }

    #[test]
    fn a_program_is_a_word_of_its_own() {
        for (text, expected) in [
            ("run: node scripts/ship.js", true),
            ("run: |\n  make ship", true),
            ("$(node ship.js)", true),
            ("/usr/bin/node ship.js", true),
            ("npx tsx ship.ts", true),
            ("sh ./ship", true),
            ("bash ci/ship.sh", true),
            ("npx ts-node ship.ts", true),
            ("node-version: ${{ matrix.node }}\nrun: node ship.js", true),
            ("run: bash ship.sh", true),
            ("node-version: ${{ matrix.node }}", false),
            ("run: my-ts-node ship.ts", false),
            ("run: cmake .", false),
            ("uses: acme/setup-node @v1", false),
        ] {
            assert_eq!(runs_file(text), expected, "{text}");
        }
    }
}
