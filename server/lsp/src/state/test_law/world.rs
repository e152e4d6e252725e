use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};
use tokio::sync::mpsc;
use tower_lsp::lsp_types::{FileChangeType, FileEvent, Url, WorkspaceFolder};

use super::operation::{Content, Edit, Operation};
use super::texts::FILES;
use crate::client::{ClientSender, Mailbox, Outgoing};
use crate::event::Event;
use crate::files::DiskFiles;
use crate::registry::{Answer, Question, Registry};
use crate::requests;
use crate::state::{GlobalState, ServerParts};

/// Files on disk, a client with some of them open, and its server.
pub(super) struct World {
    folder: PathBuf,
    client: Client,
    server: Server,
    /// What the client has not told yet.
    events: Vec<FileEvent>,
    steps: usize,
}

/// What a client knows.
struct Client {
    /// The open documents, with their versions.
    open: BTreeMap<&'static str, (i32, String)>,
    settings: Value,
    folders: Vec<&'static str>,
}

/// A server, and the diagnostics that it has published.
struct Server {
    state: GlobalState,
    outgoing: Arc<Mailbox>,
    _events: mpsc::UnboundedSender<Event>,
    published: BTreeMap<Url, Value>,
}

struct NoRegistry;

impl Registry for NoRegistry {
    fn ask(&self, question: &Question) -> Answer {
        panic!("{question:?} was asked");
    }
}

impl World {
    pub(super) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let parent = fs::canonicalize(std::env::temp_dir()).unwrap();
        let folder = parent.join(format!("trustpub-law-{}-{number}", std::process::id()));
        let client = Client {
            open: BTreeMap::new(),
            settings: json!({}),
            folders: vec![""],
        };
        for (path, texts) in FILES {
            if let Some(text) = texts.first() {
                write(&at(&folder, path), text.as_bytes());
            }
        }
        let server = Server::start(&folder, &client);
        Self {
            folder,
            client,
            server,
            events: Vec::new(),
            steps: 0,
        }
    }

    /// Lets something happen. Returns how the server differs from one that is started now, once the client has told all.
    pub(super) fn step(&mut self, operation: &Operation) -> Option<String> {
        self.steps += 1;
        self.apply(operation);
        // Now and then, more than one thing has happened when the server gets to work.
        if !self.steps.is_multiple_of(3) {
            self.server.refresh();
        }
        if !self.events.is_empty() {
            return None;
        }
        self.server.refresh();
        let now = self.server.shown(&self.folder, &self.client);
        let mut fresh = Server::start(&self.folder, &self.client);
        let mut open: Vec<_> = self.client.open.iter().collect();
        let middle = self.steps % open.len().max(1);
        open.rotate_left(middle);
        for (path, (version, text)) in open {
            fresh.state.open(uri(&self.folder, path), *version, text);
        }
        fresh.refresh();
        let expected = fresh.shown(&self.folder, &self.client);
        let differs = |path: &&&str| now[**path] != expected[**path];
        if let Some(path) = self.client.open.keys().find(differs) {
            return Some(format!(
                "{path}\n  is now {}\n  fresh  {}",
                now[*path], expected[*path]
            ));
        }
        // Files that are not open.
        let (now, expected) = (self.server.told(), fresh.told());
        (now != expected).then(|| format!("is now {now:?}\n  fresh  {expected:?}"))
    }

    fn apply(&mut self, operation: &Operation) {
        match operation {
            Operation::Write(path, content) => self.write(path, &content.bytes()),
            Operation::Remove(path) => {
                if remove(&at(&self.folder, path)) {
                    self.happened(path);
                }
            }
            Operation::Link(path, to) => self.link(path, to),
            Operation::Move(from, to) => {
                let (old, new) = (at(&self.folder, from), at(&self.folder, to));
                if fs::symlink_metadata(&new).is_err() && fs::rename(old, new).is_ok() {
                    self.happened(from);
                    self.happened(to);
                }
            }
            Operation::Open(path, content) => self.open(path, content.as_ref()),
            Operation::Edit(path, edit) => self.edit(path, edit),
            Operation::Save(path) => {
                if let Some((_, text)) = self.client.open.get(path).cloned() {
                    self.write(path, text.as_bytes());
                    self.server.state.save(&uri(&self.folder, path));
                }
            }
            Operation::Close(path) => {
                if self.client.open.remove(path).is_some() {
                    self.server.state.close(&uri(&self.folder, path));
                }
            }
            Operation::ClientSettings(settings) => {
                self.client.settings = serde_json::from_str(settings).unwrap();
                self.server.state.set_settings(&self.client.settings);
            }
            Operation::Folder(path, is_added) => self.change_folders(path, *is_added),
            Operation::Events => {
                let mut events = std::mem::take(&mut self.events);
                let middle = self.steps % events.len().max(1);
                events.rotate_left(middle);
                self.server.state.changed_on_disk(&events);
            }
        }
    }

    fn write(&mut self, path: &str, bytes: &[u8]) {
        let file = at(&self.folder, path);
        if write(&file, bytes) {
            self.happened(path);
            self.really_happened(&fs::canonicalize(&file).unwrap(), &file);
        }
    }

    #[cfg(unix)]
    fn link(&mut self, path: &str, to: &str) {
        let (link, to) = (at(&self.folder, path), at(&self.folder, to));
        if !to.starts_with(&link) {
            remove(&link);
            if std::os::unix::fs::symlink(to, link).is_ok() {
                self.happened(path);
            }
        }
    }

    #[cfg(not(unix))]
    fn link(&mut self, _: &str, _: &str) {}

    fn open(&mut self, path: &'static str, content: Option<&Content>) {
        let disk = || fs::read_to_string(at(&self.folder, path)).ok();
        let Some(text) = content.map(Content::text).or_else(disk) else {
            return;
        };
        if !self.client.open.contains_key(path) {
            self.server.state.open(uri(&self.folder, path), 1, &text);
            self.client.open.insert(path, (1, text));
        }
    }

    fn edit(&mut self, path: &str, edit: &Edit) {
        let Some((version, text)) = self.client.open.get_mut(path) else {
            return;
        };
        *version += 1;
        let change = match edit {
            Edit::Whole(content) => {
                *text = content.text();
                json!({ "text": text })
            }
            Edit::Part(start, end, piece) => {
                let length = text.chars().count() + 1;
                let (start, end) = (start % length, end % length);
                let (start, end) = (start.min(end), start.max(end));
                let byte = |at: usize| text.char_indices().nth(at).map_or(text.len(), |(byte, _)| byte);
                let (start, end) = (byte(start), byte(end));
                // A position inside a line break is none.
                if text[..start].ends_with('\r') || text[..end].ends_with('\r') {
                    return;
                }
                let position = |byte: usize| {
                    let before = &text[..byte];
                    let line = before.matches('\n').count();
                    let column = before.rsplit('\n').next().unwrap_or("").encode_utf16().count();
                    json!({ "line": line, "character": column })
                };
                let range = json!({ "start": position(start), "end": position(end) });
                text.replace_range(start..end, piece);
                json!({ "range": range, "text": piece })
            }
        };
        let change = serde_json::from_value(change).unwrap();
        let version = *version;
        self.server
            .state
            .edit(&uri(&self.folder, path), version, &[change]);
    }

    fn change_folders(&mut self, path: &'static str, is_added: bool) {
        let has = self.client.folders.contains(&path);
        if has == is_added {
            return;
        }
        let folder = [workspace_folder(&self.folder, path)];
        if is_added {
            self.client.folders.push(path);
            self.server.state.change_folders(&folder, &[]);
        } else {
            self.client.folders.retain(|other| *other != path);
            self.server.state.change_folders(&[], &folder);
        }
    }

    fn happened(&mut self, path: &str) {
        self.events.push(event(uri(&self.folder, path)));
        let file = at(&self.folder, path);
        if let (Some(folder), Some(name)) = (file.parent(), file.file_name())
            && let Ok(folder) = fs::canonicalize(folder)
        {
            self.really_happened(&folder.join(name), &file);
        }
    }

    /// Watchers name a file by where links lead to.
    fn really_happened(&mut self, real: &Path, named: &Path) {
        if real != named {
            self.events.push(event(Url::from_file_path(real).unwrap()));
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // What is left behind in the temporary folder does no harm.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Server {
    fn start(folder: &Path, client: &Client) -> Self {
        let parts = ServerParts {
            files: Arc::new(DiskFiles),
            registry: Arc::new(NoRegistry),
            hook: None,
        };
        let outgoing = Mailbox::new();
        let (events, _) = mpsc::unbounded_channel();
        let mut state = GlobalState::new(
            ClientSender::new(Arc::clone(&outgoing)),
            parts,
            events.downgrade(),
        );
        let folders: Vec<_> = client
            .folders
            .iter()
            .map(|path| workspace_folder(folder, path))
            .collect();
        state.initialize(&json!({
            "workspaceFolders": folders,
            "initializationOptions": client.settings,
            "capabilities": {"textDocument": {"publishDiagnostics": {"relatedInformation": true}}},
        }));
        state.is_watching_files = true;
        state.wait_for_checks();
        Self {
            state,
            outgoing,
            _events: events,
            published: BTreeMap::new(),
        }
    }

    fn refresh(&mut self) {
        self.state.refresh();
        for message in self.outgoing.take() {
            match message {
                Outgoing::Diagnostics(params) => {
                    let diagnostics = serde_json::to_value(params.diagnostics).unwrap();
                    self.published.insert(params.uri, diagnostics);
                }
                Outgoing::Message(_, message) => panic!("{message}"),
                _ => {}
            }
        }
    }

    /// All diagnostics that the client shows.
    fn told(&self) -> BTreeMap<&Url, &Value> {
        let shown = self.published.iter();
        shown.filter(|(_, found)| **found != json!([])).collect()
    }

    /// What the client shows in each open document.
    fn shown(&self, folder: &Path, client: &Client) -> BTreeMap<&'static str, Value> {
        let show = |path: &'static str| {
            let uri = uri(folder, path);
            let document = json!({ "uri": uri });
            let range =
                json!({"start": {"line": 0, "character": 0}, "end": {"line": 1_000_000, "character": 0}});
            let params = serde_json::from_value(json!({ "textDocument": document, "range": range })).unwrap();
            let hints = requests::inlay_hint(self.state.view(), &params);
            let params = serde_json::from_value(json!({ "textDocument": document })).unwrap();
            let lenses = requests::code_lens(self.state.view(), &params);
            let diagnostics = self.published.get(&uri).filter(|found| **found != json!([]));
            json!({ "diagnostics": diagnostics, "hints": hints, "lenses": lenses })
        };
        client.open.keys().map(|path| (*path, show(path))).collect()
    }
}

/// A path below the repository, or beside it.
fn at(folder: &Path, path: &str) -> PathBuf {
    match path.strip_prefix("..") {
        Some(beside) => folder.join(beside.trim_start_matches('/')),
        None => folder.join("repo").join(path),
    }
}

fn uri(folder: &Path, path: &str) -> Url {
    Url::from_file_path(at(folder, path)).unwrap()
}

fn workspace_folder(folder: &Path, path: &str) -> WorkspaceFolder {
    let name = path.to_owned();
    WorkspaceFolder {
        uri: uri(folder, path),
        name,
    }
}

fn event(uri: Url) -> FileEvent {
    FileEvent::new(uri, FileChangeType::CHANGED)
}

fn write(file: &Path, bytes: &[u8]) -> bool {
    file.parent()
        .is_some_and(|folder| fs::create_dir_all(folder).is_ok())
        && fs::write(file, bytes).is_ok()
}

fn remove(path: &Path) -> bool {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path).is_ok(),
        Ok(_) => fs::remove_file(path).is_ok(),
        Err(_) => false,
    }
}
