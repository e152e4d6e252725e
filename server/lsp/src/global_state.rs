use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use serde_json::Value;
use tokio::sync::mpsc::WeakUnboundedSender;
use tower_lsp::lsp_types::{
    Diagnostic, FileEvent, InitializeResult, TextDocumentContentChangeEvent, Url, WorkspaceFolder,
};
use trustpub_analysis::FilePath;

use crate::capabilities::ClientCapabilities;
use crate::client::ClientSender;
use crate::document::Document;
use crate::event::Event;
use crate::file_source::FileContent;
use crate::progress::Progress;
use crate::registry::{self, Answers, Question};
use crate::requests::lens_title;
use crate::root::Root;
use crate::server::ServerParts;
use crate::settings::{self, Settings};
use crate::to_proto;
use crate::uri;
use crate::watched_files;

/// A script may lead to another, and that to a lock file; what is still asked for then is left alone.
const MOST_ROUNDS: usize = 4;

/// All state of the server. The main loop owns it.
pub(crate) struct GlobalState {
    client: ClientSender,
    capabilities: ClientCapabilities,
    parts: ServerParts,
    /// What the editor's settings say, which goes before a repository's configuration.
    settings: Settings,
    /// How packages were published, as far as the registry was asked.
    answers: RefCell<Answers>,
    events: WeakUnboundedSender<Event>,
    /// The folders that the client has open.
    folders: Vec<PathBuf>,
    /// The repositories that open documents lie in, by their folder.
    roots: BTreeMap<PathBuf, Root>,
    /// The open documents that the analysis takes, by the client's own spelling of their URI.
    documents: BTreeMap<Url, OpenDocument>,
    /// The client tells about files that change on disk.
    pub(crate) is_watching_files: bool,
    /// How many times the diagnostics of some document became others.
    reports: u64,
    has_reported_panic: bool,
    /// Shows the user that a repository is being read, until that is analysed.
    loading: Option<Progress>,
}

/// An open document.
struct OpenDocument {
    document: Document,
    /// Nothing was typed since it was opened or saved.
    is_saved: bool,
    /// The analysis has not got the newest text yet.
    has_new_text: bool,
    place: Place,
    /// What the client would get if it asked what to show in the text.
    decoration: Option<Decoration>,
    /// What the client has got last, or would get if it asked.
    published: Option<Published>,
}

/// What a client shows in the text of a document, and asks for.
struct Decoration {
    /// The version of the document.
    version: i32,
    hints: Vec<String>,
    lenses: Vec<String>,
}

/// The diagnostics of a document as the client has them.
struct Published {
    /// The version of the document.
    version: i32,
    diagnostics: Vec<Diagnostic>,
    /// Another number for other diagnostics.
    id: u64,
}

/// Where a file lies.
#[derive(Clone, PartialEq, Eq)]
struct Place {
    root: PathBuf,
    path: FilePath,
    /// Whether the root is a repository, whose other files are read, or just the folder of a lonely file.
    is_in_repository: bool,
}

/// An open document with what the analysis knows about its repository.
pub(crate) struct RootView<'a> {
    state: &'a GlobalState,
    folder: &'a Path,
    pub(crate) root: &'a Root,
    pub(crate) capabilities: &'a ClientCapabilities,
}

impl GlobalState {
    pub(crate) fn new(client: ClientSender, parts: ServerParts, events: WeakUnboundedSender<Event>) -> Self {
        Self {
            client,
            events,
            answers: RefCell::default(),
            capabilities: ClientCapabilities::read(&Value::Null),
            parts,
            settings: Settings::default(),
            folders: Vec::new(),
            roots: BTreeMap::new(),
            documents: BTreeMap::new(),
            is_watching_files: false,
            reports: 0,
            has_reported_panic: false,
            loading: None,
        }
    }

    pub(crate) fn initialize(&mut self, params: &Value) -> InitializeResult {
        self.capabilities = ClientCapabilities::read(params);
        self.folders = read_folders(params);
        if let Some(options) = params.get("initializationOptions").and_then(settings::read) {
            // Nothing is shown yet that it could change.
            self.settings = options;
        }
        self.capabilities.initialize_result()
    }

    /// Asks the client for what the server wants to be told.
    pub(crate) fn start(&self) {
        if self.capabilities.dynamic_file_watching {
            self.client.watch_files(watched_files::registration());
        }
        if self.capabilities.configuration {
            if self.capabilities.dynamic_settings_watching {
                self.client.watch_settings();
            }
            self.client.ask_for_settings();
        }
    }

    /// A client that can be asked says only that something changed.
    pub(crate) fn settings_changed(&mut self, settings: &Value) {
        if self.capabilities.configuration {
            self.client.ask_for_settings();
        } else {
            self.set_settings(settings);
        }
    }

    pub(crate) fn set_settings(&mut self, settings: &Value) {
        let Some(settings) = settings::read(settings) else {
            return;
        };
        for root in self.roots.values_mut() {
            root.set_settings(settings.config.clone());
        }
        if self.settings.published_lens != settings.published_lens && self.capabilities.code_lens_refresh {
            self.client.refresh_code_lenses();
        }
        if !settings.published_lens {
            self.answers.get_mut().clear();
        }
        self.settings = settings;
    }

    pub(crate) fn registry_answered(&mut self, key: registry::Key, answer: registry::Answer) {
        let is_new = self.answers.get_mut().put(key, answer, Instant::now());
        if is_new && self.capabilities.code_lens_refresh {
            self.client.refresh_code_lenses();
        }
    }

    pub(crate) fn change_folders(&mut self, added: &[WorkspaceFolder], removed: &[WorkspaceFolder]) {
        let paths = |folders: &[WorkspaceFolder]| -> Vec<PathBuf> {
            folders
                .iter()
                .filter_map(|folder| uri::to_path(&folder.uri))
                .collect()
        };
        let removed = paths(removed);
        self.folders.retain(|folder| !removed.contains(folder));
        self.folders.extend(paths(added));
    }

    pub(crate) fn open(&mut self, uri: Url, version: i32, text: &str) {
        let place = uri::to_path(&uri).and_then(|path| self.locate(&path));
        // Clients send every YAML and JSON file.
        let Some(place) = place.filter(|place| self.takes(place)) else {
            return;
        };
        let document = OpenDocument {
            document: Document::new(text, version),
            is_saved: true,
            has_new_text: true,
            place: place.clone(),
            published: None,
            decoration: None,
        };
        self.documents.insert(uri.clone(), document);
        let is_watching_files = self.is_watching_files;
        let new_root = || Root::new((self.parts.new_analysis)(), self.settings.config.clone());
        let root = self.roots.entry(place.root.clone()).or_insert_with(new_root);
        if !root.is_loaded || !is_watching_files {
            self.load(&place);
        }
    }

    pub(crate) fn edit(&mut self, uri: &Url, version: i32, changes: &[TextDocumentContentChangeEvent]) {
        let Some(open) = self.documents.get_mut(uri) else {
            return;
        };
        if let Err(cause) = open
            .document
            .apply(version, changes, self.capabilities.column_unit())
        {
            tracing::error!("{uri} is out of sync until its text comes in full: {cause:?}");
        }
        open.has_new_text = true;
        open.is_saved = false;
    }

    pub(crate) fn save(&mut self, uri: &Url) {
        let Some(open) = self.documents.get_mut(uri) else {
            return;
        };
        let had_edits = !std::mem::replace(&mut open.is_saved, true);
        // Its name may be asked about now.
        if had_edits && self.settings.published_lens && self.capabilities.code_lens_refresh {
            self.client.refresh_code_lenses();
        }
        // The document itself is known, but other files may have changed with it.
        if !self.is_watching_files {
            let place = open.place.clone();
            self.load(&place);
        }
    }

    pub(crate) fn close(&mut self, uri: &Url) {
        let Some(closed) = self.documents.remove(uri) else {
            return;
        };
        if closed
            .published
            .is_some_and(|published| !published.diagnostics.is_empty())
            && !self.capabilities.pull_diagnostics
        {
            self.client.publish(uri.clone(), Vec::new(), None);
        }
        let Place { root, path, .. } = closed.place;
        if !self.documents.values().any(|open| open.place.root == root) {
            self.roots.remove(&root);
        } else if let Some(content) = self.roots.get_mut(&root) {
            content.set(&path, self.parts.files.read(&root, &path));
        }
    }

    pub(crate) fn reread(&mut self, changes: &[FileEvent]) {
        for change in changes {
            let place = uri::to_path(&change.uri).and_then(|path| self.locate(&path));
            let Some(Place { root, path, .. }) = place.filter(|place| self.takes(place)) else {
                continue;
            };
            // What an editor has open wins over what is on disk.
            let is_open = self.is_open(&root, &path);
            if let (Some(files), false) = (self.roots.get_mut(&root), is_open) {
                files.set(&path, self.parts.files.read(&root, &path));
            }
        }
    }

    /// Whether the analysis takes a file: by its kind, or because it asked for it.
    fn takes(&self, place: &Place) -> bool {
        let is_asked_for = |root: &Root| root.is_on_demand(&place.path);
        self.parts.files.includes(&place.path) || self.roots.get(&place.root).is_some_and(is_asked_for)
    }

    /// Analyses what has changed and publishes what came of it.
    pub(crate) fn refresh(&mut self) {
        self.hand_over_texts();
        let mut has_panicked = false;
        for (folder, root) in &mut self.roots {
            for round in 0..=MOST_ROUNDS {
                if let Err(panicked) = root.check(&self.parts.new_analysis) {
                    tracing::error!(
                        "the analysis panicked; left out until changed: {:?}",
                        panicked.left_out
                    );
                    has_panicked = true;
                    break;
                }
                let wanted = root.wanted();
                if wanted.is_empty() || round == MOST_ROUNDS {
                    break;
                }
                for path in wanted {
                    let content = self.parts.files.read_on_demand(folder, &path);
                    root.offer(&path, content);
                }
            }
        }
        if has_panicked {
            self.report_panic();
        }
        self.publish();
        self.refresh_decorations();
        self.loading = None;
    }

    /// A client asks for hints and lenses by itself when it edits a document. That a change elsewhere gave a document
    /// others, it must be told.
    fn refresh_decorations(&mut self) {
        let capabilities = &self.capabilities;
        if !capabilities.inlay_hint_refresh && !capabilities.code_lens_refresh {
            return;
        }
        let (mut has_other_hints, mut has_other_lenses) = (false, false);
        for open in self.documents.values_mut() {
            let Some(root) = self.roots.get(&open.place.root) else {
                continue;
            };
            let path = &open.place.path;
            let sites = root.sites_in(path);
            let new = Decoration {
                version: open.document.version(),
                hints: root.hints(path).into_iter().map(|hint| hint.label).collect(),
                lenses: sites.iter().filter_map(|site| lens_title(root, site)).collect(),
            };
            if let Some(old) = open.decoration.as_ref().filter(|old| old.version == new.version) {
                has_other_hints |= old.hints != new.hints;
                has_other_lenses |= old.lenses != new.lenses;
            }
            open.decoration = Some(new);
        }
        if has_other_hints && self.capabilities.inlay_hint_refresh {
            self.client.refresh_inlay_hints();
        }
        if has_other_lenses && self.capabilities.code_lens_refresh {
            self.client.refresh_code_lenses();
        }
    }

    /// Tells the user about a panic, once.
    pub(crate) fn report_panic(&mut self) {
        if !std::mem::replace(&mut self.has_reported_panic, true) {
            self.client.show_error(
                "trustpub has hit an internal error (a bug). The file that caused it is left out until it changes; \
                 everything else goes on. The server's log has the details: please report them."
                    .to_owned(),
            );
        }
    }

    /// What the analysis knows about an open document and its repository.
    pub(crate) fn view(&self, uri: &Url) -> Option<(RootView<'_>, &FilePath)> {
        let place = &self.documents.get(uri)?.place;
        Some((self.root_view(&place.root)?, &place.path))
    }

    fn root_view<'a>(&'a self, folder: &'a Path) -> Option<RootView<'a>> {
        Some(RootView {
            state: self,
            folder,
            root: self.roots.get(folder)?,
            capabilities: &self.capabilities,
        })
    }

    /// Tells the client about new diagnostics, or lets it ask.
    fn publish(&mut self) {
        let mut news = Vec::new();
        for (uri, open) in &self.documents {
            let Some(view) = self.root_view(&open.place.root) else {
                continue;
            };
            let diagnostics = to_proto::diagnostics(&view, &open.place.path);
            let version = open.document.version();
            let is_news = |old: &Published| old.version != version || old.diagnostics != diagnostics;
            if open.published.as_ref().is_none_or(is_news) {
                news.push((uri.clone(), version, diagnostics));
            }
        }
        let is_asked = self.capabilities.pull_diagnostics;
        let mut changed_by_others = false;
        for (uri, version, diagnostics) in news {
            self.reports += 1;
            let Some(open) = self.documents.get_mut(&uri) else {
                continue;
            };
            let old = open.published.take();
            // A client that asks does so by itself when it opens or edits a document.
            changed_by_others |= old.as_ref().is_some_and(|old| old.version == version);
            let id = old
                .filter(|old| old.diagnostics == diagnostics)
                .map_or(self.reports, |old| old.id);
            if !is_asked {
                self.client.publish(uri, diagnostics.clone(), Some(version));
            }
            open.published = Some(Published {
                version,
                diagnostics,
                id,
            });
        }
        if is_asked && self.capabilities.diagnostic_refresh && changed_by_others {
            self.client.refresh_diagnostics();
        }
    }

    /// The diagnostics of an open document, with a name for this state of them.
    pub(crate) fn report(&self, uri: &Url) -> Option<(String, Vec<Diagnostic>)> {
        let published = self.documents.get(uri)?.published.as_ref()?;
        Some((published.id.to_string(), published.diagnostics.clone()))
    }

    /// Gives the newest texts to the roots.
    fn hand_over_texts(&mut self) {
        for open in self.documents.values_mut().filter(|open| open.has_new_text) {
            open.has_new_text = false;
            let content = match open.document.text() {
                Some(text) => FileContent::Text(Arc::from(text)),
                None => FileContent::Unreadable,
            };
            if let Some(root) = self.roots.get_mut(&open.place.root) {
                root.set(&open.place.path, Some(content));
            }
        }
    }

    /// Reads the files of a repository from disk.
    fn load(&mut self, place: &Place) {
        if !place.is_in_repository {
            return;
        }
        let is_first = self.roots.get(&place.root).is_some_and(|root| !root.is_loaded);
        if is_first && self.capabilities.work_done_progress {
            let name = place.root.file_name().unwrap_or(place.root.as_os_str());
            let title = format!("trustpub: reading {}", name.to_string_lossy());
            self.loading = Some(self.client.progress(&title));
        }
        let loaded = self.parts.files.load(&place.root);
        let open: Vec<_> = self.documents.values().map(|open| &open.place).collect();
        if let Some(root) = self.roots.get_mut(&place.root) {
            let is_open = |path: &FilePath| {
                open.iter()
                    .any(|open| open.root == place.root && open.path == *path)
            };
            root.load(loaded, is_open);
            for path in root.on_demand().into_iter().filter(|path| !is_open(path)) {
                let content = self.parts.files.read_on_demand(&place.root, &path);
                root.set(&path, content);
            }
        }
    }

    fn is_open(&self, root: &Path, path: &FilePath) -> bool {
        let mut places = self.documents.values().map(|open| &open.place);
        places.any(|place| place.root == root && place.path == *path)
    }

    fn locate(&self, file: &Path) -> Option<Place> {
        let folder = file.parent()?;
        let repository = match uri::root_of_workflow(file) {
            Some(root) => Some(root.to_owned()),
            None => self.parts.files.find_root(folder),
        };
        let is_in_repository = repository.is_some();
        let root = repository.unwrap_or_else(|| self.client_folder_of(file).unwrap_or(folder).to_owned());
        Some(Place {
            path: uri::relative_path(&root, file)?,
            root,
            is_in_repository,
        })
    }

    /// The innermost folder of the client that holds `file`.
    fn client_folder_of(&self, file: &Path) -> Option<&Path> {
        let folders = self.folders.iter().filter(|folder| file.starts_with(folder));
        folders
            .max_by_key(|folder| folder.components().count())
            .map(PathBuf::as_path)
    }
}

impl RootView<'_> {
    /// The URI of a file: the client's own where it has the file open.
    pub(crate) fn uri(&self, path: &FilePath) -> Option<Url> {
        match self.open_document(path) {
            Some((uri, _)) => Some(uri.clone()),
            None => uri::of_path(self.folder, path),
        }
    }

    /// The version of a file, where it is open.
    pub(crate) fn version(&self, path: &FilePath) -> Option<i32> {
        self.open_document(path).map(|(_, open)| open.document.version())
    }

    /// Whether the user wants the registry to be asked.
    pub(crate) fn wants_published(&self) -> bool {
        self.state.settings.published_lens
    }

    /// What the registry said about a package of this repository. It is asked where it is time to, and the answer comes
    /// later. About a name that is still being typed nobody is asked.
    pub(crate) fn published(&self, manifest: &FilePath, package: &str) -> Option<String> {
        let is_saved = self
            .open_document(manifest)
            .is_some_and(|(_, open)| open.is_saved);
        let state = self.state;
        let key = (self.folder.to_owned(), package.to_owned());
        let mut answers = state.answers.borrow_mut();
        if is_saved && answers.must_ask(&key, Instant::now()) {
            let npmrc = FilePath::new(".npmrc").and_then(|path| self.root.file(&path));
            let question = Question {
                package: package.to_owned(),
                npmrc: npmrc.map(|file| Arc::clone(&file.text)),
            };
            registry::ask(&state.parts.registry, key.clone(), question, state.events.clone());
        }
        answers.get(&key)
    }

    /// Whether there is a file at a path below the root.
    pub(crate) fn is_there(&self, path: &str) -> bool {
        self.state.parts.files.is_there(self.folder, path)
    }

    fn open_document(&self, path: &FilePath) -> Option<(&Url, &OpenDocument)> {
        let mut documents = self.state.documents.iter();
        documents.find(|(_, open)| open.place.root == self.folder && open.place.path == *path)
    }
}

/// The folders that the client has open, in whichever of the protocol's three ways it says so.
fn read_folders(params: &Value) -> Vec<PathBuf> {
    let to_path = |uri: &Value| uri::to_path(&Url::parse(uri.as_str()?).ok()?);
    let folders = params.get("workspaceFolders").and_then(Value::as_array);
    let folders: Vec<_> = folders
        .into_iter()
        .flatten()
        .filter_map(|folder| to_path(folder.get("uri")?))
        .collect();
    if !folders.is_empty() {
        return folders;
    }
    let root_path = || params.get("rootPath").and_then(Value::as_str).map(PathBuf::from);
    let root = params.get("rootUri").and_then(to_path).or_else(root_path);
    root.into_iter().collect()
}
