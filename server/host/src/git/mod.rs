//! Which repository on GitHub a checkout belongs to, as git's own files tell. Git is never run: what a
//! repository's configuration says must not be able to start a program.

mod config;
mod include;
#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use trustpub_analysis::RepositorySlug;

use self::config::ConfigEntry;
use self::include::read_with_includes;

/// What git takes from a process's environment.
#[derive(Clone, Default, Debug)]
pub struct GitEnvironment {
    /// The user's home folder.
    pub home: Option<PathBuf>,
    /// The user's configuration folder; `.config` in the home folder where it is not set.
    pub xdg_config_home: Option<PathBuf>,
    /// A file that takes the place of the user's own configuration files.
    pub git_config_global: Option<PathBuf>,
}

impl GitEnvironment {
    /// The environment of this process.
    pub fn of_process() -> Self {
        let folder = |name| {
            std::env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        Self {
            home: folder("HOME").or_else(|| folder("USERPROFILE")),
            xdg_config_home: folder("XDG_CONFIG_HOME"),
            git_config_global: folder("GIT_CONFIG_GLOBAL"),
        }
    }

    /// The user's configuration files, the one that counts least first.
    fn global_files(&self) -> Vec<PathBuf> {
        if let Some(file) = &self.git_config_global {
            return vec![file.clone()];
        }
        let config_home = self
            .xdg_config_home
            .clone()
            .or_else(|| self.home.as_ref().map(|home| home.join(".config")));
        let xdg = config_home.map(|folder| folder.join("git").join("config"));
        let own = self.home.as_ref().map(|home| home.join(".gitconfig"));
        xdg.into_iter().chain(own).collect()
    }
}

/// What git's files say about a checkout's place on GitHub.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct GitRepository {
    /// The repository; none if no remote is on github.com.
    pub slug: Option<RepositorySlug>,
    /// The remote that it was taken from.
    pub remote_name: Option<String>,
    /// Whether another repository could be meant just as well: this may be a fork, and nothing tells whether it
    /// publishes itself or only contributes to the project that it was forked from.
    pub is_ambiguous: bool,
    /// The other repositories that `origin` and `upstream` (or, without them, any remote) name.
    pub alternatives: Vec<RepositorySlug>,
}

/// Reads the configuration of the git repository whose checkout is at `root`.
///
/// Folders above are not searched: a root inside another repository, say a template, is not that repository.
pub fn find_git_repository(root: &Path, environment: &GitEnvironment) -> GitRepository {
    let Some(git_folder) = git_folder(root) else {
        return GitRepository::default();
    };
    let mut files = environment.global_files();
    files.push(common_folder(&git_folder).join("config"));
    let entries = read_with_includes(&files, &git_folder, environment.home.as_deref());
    choose(&entries, current_branch(&git_folder).as_deref())
}

/// The file with ignore rules that belong to this clone alone.
pub(crate) fn exclude_file(root: &Path) -> Option<PathBuf> {
    let file = common_folder(&git_folder(root)?).join("info").join("exclude");
    file.is_file().then_some(file)
}

/// The `.git` folder, or the one that a `.git` file leads to, as in worktrees and submodules.
fn git_folder(root: &Path) -> Option<PathBuf> {
    let git = root.join(".git");
    let folder = if git.is_dir() {
        git
    } else {
        let text = read_small_file(&git)?;
        let path = text.trim_start_matches('\u{feff}').strip_prefix("gitdir:")?;
        root.join(path.trim())
    };
    // Canonical, because conditions of `includeIf` are compared with it.
    fs::canonicalize(folder).ok()
}

/// The folder with the configuration: a linked worktree shares it with the others.
fn common_folder(git_folder: &Path) -> PathBuf {
    match read_small_file(&git_folder.join("commondir")) {
        Some(path) => git_folder.join(path.trim()),
        None => git_folder.to_path_buf(),
    }
}

fn current_branch(git_folder: &Path) -> Option<String> {
    let head = read_small_file(&git_folder.join("HEAD"))?;
    let branch = head.strip_prefix("ref:")?.trim().strip_prefix("refs/heads/")?;
    Some(branch.to_owned())
}

/// A remote on github.com.
#[derive(Clone, Debug)]
struct Remote {
    name: String,
    slug: RepositorySlug,
}

fn choose(entries: &[ConfigEntry], current_branch: Option<&str>) -> GitRepository {
    let remotes = github_remotes(entries);
    let Some((chosen, is_certain)) = choose_remote(entries, &remotes, current_branch) else {
        return GitRepository::default();
    };
    let is_main = |remote: &&Remote| remote.name == "origin" || remote.name == "upstream";
    // Beside `origin` and `upstream`, remotes are those of contributors, and say nothing.
    let mut candidates: Vec<&Remote> = remotes.iter().filter(is_main).collect();
    if candidates.is_empty() {
        candidates = remotes.iter().collect();
    }
    let mut alternatives: Vec<RepositorySlug> = Vec::new();
    for remote in candidates {
        let is_known = is_same(&remote.slug, &chosen.slug)
            || alternatives.iter().any(|other| is_same(other, &remote.slug));
        if !is_known {
            alternatives.push(remote.slug.clone());
        }
    }
    GitRepository {
        slug: Some(chosen.slug.clone()),
        remote_name: Some(chosen.name.clone()),
        is_ambiguous: !is_certain && !alternatives.is_empty(),
        alternatives,
    }
}

/// The remote that names the repository which publishes, and whether something says so for certain.
fn choose_remote<'a>(
    entries: &[ConfigEntry],
    remotes: &'a [Remote],
    current_branch: Option<&str>,
) -> Option<(&'a Remote, bool)> {
    let named = |name: &str| remotes.iter().find(|remote| remote.name == name);
    // `gh repo set-default` asks the user exactly our question, and writes down the answer.
    let answer = remotes.iter().find(|remote| {
        let value = config::last(entries, "remote", Some(&remote.name), "gh-resolved");
        value.is_some_and(|value| value == "base")
    });
    if let Some(remote) = answer {
        return Some((remote, true));
    }
    let tracked = |branch: &str| config::last(entries, "branch", Some(branch), "remote").and_then(named);
    if let Some(upstream) = named("upstream") {
        // Whoever follows or pushes to `upstream` works on that project. The opposite says little: in a fork
        // that only contributes, branches follow `origin` as well.
        let branches = current_branch.into_iter().chain(["main", "master"]);
        let is_tracked = branches
            .filter_map(tracked)
            .any(|remote| remote.name == "upstream");
        let is_pushed_to = config::last(entries, "remote", None, "pushdefault") == Some("upstream");
        if is_tracked || is_pushed_to {
            return Some((upstream, true));
        }
    }
    let chosen = named("origin")
        .or_else(|| named("upstream"))
        .or_else(|| current_branch.and_then(tracked))
        .or_else(|| config::last(entries, "remote", None, "pushdefault").and_then(named))
        .or_else(|| remotes.first())?;
    Some((chosen, false))
}

/// The remotes on github.com, each once, in the order in which they are configured.
fn github_remotes(entries: &[ConfigEntry]) -> Vec<Remote> {
    let mut remotes: Vec<Remote> = Vec::new();
    for entry in entries {
        let (Some(name), Some(url)) = (&entry.subsection, &entry.value) else {
            continue;
        };
        // Git fetches from the first URL of a remote; further ones only receive pushes.
        let is_url = entry.section == "remote" && entry.key == "url";
        if !is_url || remotes.iter().any(|remote| remote.name == *name) {
            continue;
        }
        if let Some(slug) = RepositorySlug::from_remote_url(&rewrite(entries, url)) {
            remotes.push(Remote {
                name: name.clone(),
                slug,
            });
        }
    }
    remotes
}

/// Applies `url.<base>.insteadOf`: the longest beginning that matches is replaced.
fn rewrite(entries: &[ConfigEntry], url: &str) -> String {
    let mut best: Option<(&str, &str)> = None;
    for entry in entries {
        let (Some(base), Some(beginning)) = (&entry.subsection, &entry.value) else {
            continue;
        };
        let applies =
            entry.section == "url" && entry.key == "insteadof" && url.starts_with(beginning.as_str());
        if applies && best.is_none_or(|(longest, _)| beginning.len() > longest.len()) {
            best = Some((beginning, base));
        }
    }
    match best {
        Some((beginning, base)) => format!("{base}{}", url.strip_prefix(beginning).unwrap_or_default()),
        None => url.to_owned(),
    }
}

/// GitHub does not tell letter cases apart in names.
fn is_same(a: &RepositorySlug, b: &RepositorySlug) -> bool {
    a.owner.eq_ignore_ascii_case(&b.owner) && a.name.eq_ignore_ascii_case(&b.name)
}

/// The text of one of git's small files, with replacements for what is not UTF-8.
fn read_small_file(path: &Path) -> Option<String> {
    // Git's own files have a few lines. What is larger, or a pipe, is not git's; nor is what has no length and may never
    // end, as files of the kernel are.
    const LIMIT: u64 = 1 << 20;
    let metadata = fs::metadata(path).ok()?;
    if !metadata.is_file() || !(1..=LIMIT).contains(&metadata.len()) {
        return None;
    }
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(LIMIT).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
