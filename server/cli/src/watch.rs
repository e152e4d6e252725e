//! `trustpub check --watch`: checks again whenever a file changes that decides what is found.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use trustpub_host::{FileState, Snapshot, shown_path};

use crate::args::{CheckArgs, CheckFormat};
use crate::check::run_once;
use crate::console::{Console, OutputError};
use crate::exit::Exit;
use crate::output::summary::count;

/// Checks until the process is ended, or the reader of what it prints has gone.
pub(crate) fn run(console: Console, args: &CheckArgs) -> Result<Exit, OutputError> {
    if let Some(reason) = refusal(args) {
        console.error(reason);
        return Ok(Exit::Failure);
    }
    let has_screen = args.output_file().is_none();
    if has_screen {
        console.clear();
    }
    let mut watched = Watched::default();
    loop {
        let named = NamedFiles::of(args);
        let mut repositories = Vec::new();
        let exit = run_once(console, args, &mut repositories)?;
        watched.take(repositories);
        if watched.repositories.is_empty() {
            return Ok(exit);
        }
        watched.named = named.with_history(args, &watched.repositories);
        if !args.quiet {
            console.note(watched.waits_for());
        }
        let Some((now, changed)) = watched.wait(|| has_screen && console.has_no_reader()) else {
            return Ok(Exit::Clean);
        };
        watched = now;
        if has_screen {
            console.clear();
        }
        if !args.quiet {
            console.note(changed);
        }
    }
}

/// Why these options make no sense together. clap refuses the others.
fn refusal(args: &CheckArgs) -> Option<String> {
    if args.from_list.as_deref() == Some(Path::new("-")) {
        return Some("`--watch` reads the list again and again: pass a file to `--from-list`".to_owned());
    }
    let is_for_people = matches!(args.format, CheckFormat::Text);
    (!is_for_people && args.output_file().is_none()).then(|| {
        format!(
            "`--watch` would print one document of {} after the other: use `--format text`, or write each to a file with `--output-file`",
            args.format.name()
        )
    })
}

/// What is waited for.
#[derive(Default)]
struct Watched {
    repositories: Vec<Snapshot>,
    named: NamedFiles,
}

impl Watched {
    fn waits_for(&self) -> String {
        let files = self.repositories.iter().map(Snapshot::file_count).sum();
        let of = match self.repositories.len() {
            1 => String::new(),
            number => format!(" of {number} repositories"),
        };
        format!(
            "watching {}{of}, and for new ones; press Ctrl-C to stop",
            count(files, "file", "files")
        )
    }

    /// Takes the repositories that a check has read. Those that are gone may come back, and all stay if it has read none, as with a
    /// broken baseline.
    fn take(&mut self, read: Vec<Snapshot>) {
        let stays = |known: &Snapshot| read.is_empty() || !known.root().exists();
        self.repositories.retain(stays);
        self.repositories.extend(read);
    }

    /// Returns the new state and what has changed, as a sentence, or none if the watch is over.
    fn wait(&self, is_over: impl Fn() -> bool) -> Option<(Self, String)> {
        /// A look at the files takes at most this part of the time.
        const SHARE: u32 = 20;
        const SHORTEST_PAUSE: Duration = Duration::from_millis(250);
        let mut pause = SHORTEST_PAUSE;
        loop {
            thread::sleep(pause);
            if is_over() {
                return None;
            }
            let started = Instant::now();
            let now = self.again();
            if let Some(sentence) = now.changed_since(self) {
                return Some((now.at_rest(), sentence));
            }
            pause = SHORTEST_PAUSE.max(started.elapsed() * SHARE);
        }
    }

    /// Waits until nothing changes any more, but not for ever: a switch of branches writes many files.
    fn at_rest(self) -> Self {
        const PAUSE: Duration = Duration::from_millis(50);
        const MOST_PAUSES: usize = 40;
        let mut known = self;
        for _ in 0..MOST_PAUSES {
            thread::sleep(PAUSE);
            let now = known.again();
            if now.changed_since(&known).is_none() {
                break;
            }
            known = now;
        }
        known
    }

    fn again(&self) -> Self {
        Self {
            repositories: self.repositories.iter().map(Snapshot::again).collect(),
            named: self.named.again(),
        }
    }

    fn changed_since(&self, earlier: &Self) -> Option<String> {
        let pairs = self.repositories.iter().zip(&earlier.repositories);
        let in_repositories = pairs.flat_map(|(now, earlier)| now.changed_since(earlier));
        let named = self.named.changed_since(&earlier.named);
        let mut changed: Vec<String> = in_repositories.map(ToString::to_string).collect();
        changed.extend(named.map(shown_path));
        let (first, others) = changed.split_first()?;
        Some(match others.len() {
            0 => format!("`{first}` has changed"),
            number => format!(
                "`{first}` and {} have changed",
                count(number, "other file", "other files")
            ),
        })
    }
}

/// The files that options name, and those of git by which a comparison with a commit changes.
#[derive(Default)]
struct NamedFiles(Vec<(PathBuf, Option<FileState>)>);

impl NamedFiles {
    fn of(args: &CheckArgs) -> Self {
        let options = [&args.scope.config, &args.baseline, &args.from_list];
        Self::with_states(options.into_iter().flatten().cloned())
    }

    /// Adds what git writes when a commit is made or another one is checked out.
    fn with_history(mut self, args: &CheckArgs, repositories: &[Snapshot]) -> Self {
        if args.changed_since.is_some() {
            let roots = repositories.iter().map(Snapshot::root);
            self.0
                .extend(Self::with_states(roots.map(|root| root.join(".git/logs/HEAD"))).0);
        }
        self
    }

    fn with_states(files: impl Iterator<Item = PathBuf>) -> Self {
        let with_state = |file: PathBuf| {
            let state = FileState::of(&file).ok();
            (file, state)
        };
        Self(files.map(with_state).collect())
    }

    fn again(&self) -> Self {
        Self::with_states(self.0.iter().map(|(file, _)| file.clone()))
    }

    fn changed_since<'s>(&'s self, earlier: &'s Self) -> impl Iterator<Item = &'s Path> {
        let pairs = self.0.iter().zip(&earlier.0);
        pairs
            .filter(|(now, earlier)| now.1 != earlier.1)
            .map(|(now, _)| now.0.as_path())
    }
}
