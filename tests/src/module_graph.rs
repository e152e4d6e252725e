//! The modules of a crate and which of them use which, read from its sources.
//!
//! A use counts for the module that defines the name, even if it is reached through re-exports. Names are resolved
//! without expanding macros, and inline modules count as part of their file.

use std::collections::{BTreeMap, BTreeSet};

use crate::project::{ProjectFile, rust_files_below};
use crate::rust_code::{code_of, without_tests};
use crate::rust_paths::{Paths, paths_of};

/// The name of the crate's root among its modules.
pub const ROOT: &str = "crate";

/// Stops at re-exports that lead in a circle.
const MOST_STEPS: usize = 16;

/// The path of a module below the crate's root. The root's own is empty.
type Module = Vec<String>;

/// The modules of a crate and their uses of each other. Code that is only compiled for tests is left out.
pub struct ModuleGraph {
    /// Pairs of a module and one that it uses, each with a file that contains such a use.
    uses: BTreeMap<(Module, Module), String>,
}

/// The uses between modules down to some depth. Deeper modules count as part of their ancestors.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ModuleUses {
    /// Maps each module to the modules that it uses, each with a file that contains such a use.
    pub edges: BTreeMap<String, BTreeMap<String, String>>,
}

impl ModuleGraph {
    /// Reads the crate in a folder of the project, for example `server/lsp`.
    pub fn read(crate_folder: &str) -> Self {
        let source = format!("{crate_folder}/src");
        let files = rust_files_below(&source);
        assert!(!files.is_empty(), "no sources below {source}");
        Self::of(&source, &files)
    }

    /// Reads the source files of a crate. The file of its root is directly in the folder `source`.
    pub fn of(source: &str, files: &[ProjectFile]) -> Self {
        let files = files.iter().filter(|file| !file.is_test());
        let mut modules = BTreeMap::new();
        for file in files {
            if let Some(module) = module_of(source, &file.path) {
                let paths = paths_of(&without_tests(&code_of(&file.text)));
                modules.insert(module, (paths, file.path.as_str()));
            }
        }
        let names = Names { modules: &modules };
        let mut uses = BTreeMap::new();
        for (module, (paths, file)) in &modules {
            for target in names.used_by(module, paths) {
                uses.entry((module.clone(), target))
                    .or_insert_with(|| (*file).to_owned());
            }
        }
        Self { uses }
    }

    /// The uses between modules of at most `depth` path segments: 1 means the modules that the root declares.
    /// A module with fewer segments stands for the code in its own file.
    pub fn at_depth(&self, depth: usize) -> ModuleUses {
        let name = |module: &Module| match module.get(..depth.min(module.len())) {
            None | Some([]) => ROOT.to_owned(),
            Some(names) => names.join("::"),
        };
        let mut uses = ModuleUses::default();
        for ((from, to), file) in &self.uses {
            let (from, to) = (name(from), name(to));
            if from != to {
                let targets = uses.edges.entry(from).or_default();
                targets.entry(to).or_insert_with(|| file.clone());
            }
        }
        uses
    }
}

impl ModuleUses {
    /// The strongly connected components of more than one module: sets in which every module uses every other, directly
    /// or through others.
    pub fn cycles(&self) -> Vec<BTreeSet<String>> {
        let reached: BTreeMap<&str, BTreeSet<&str>> = self
            .edges
            .keys()
            .map(|from| (from.as_str(), self.reached_from(from)))
            .collect();
        let reaches = |from: &str, to: &str| reached.get(from).is_some_and(|set| set.contains(to));
        let mut cycles: Vec<BTreeSet<String>> = Vec::new();
        for module in self.edges.keys().filter(|module| reaches(module, module)) {
            if !cycles.iter().any(|cycle| cycle.contains(module)) {
                let members = self.edges.keys();
                let members = members.filter(|other| reaches(module, other) && reaches(other, module));
                cycles.push(members.cloned().collect());
            }
        }
        cycles
    }

    /// Checks an order of the modules, the lowest first, in which a module may only use those before it. Returns a
    /// message for each use that breaks it and for each module that is not listed. The root comes last.
    pub fn against(&self, order: &[&str]) -> Vec<String> {
        let position = |module: &str| match module {
            ROOT => Some(order.len()),
            _ => order.iter().position(|other| *other == module),
        };
        let mut found = BTreeSet::new();
        for (from, targets) in &self.edges {
            for (to, file) in targets {
                match (position(from), position(to)) {
                    (Some(user), Some(used)) if user > used => {}
                    (Some(_), Some(_)) => {
                        found.insert(format!("{from} uses {to}, which comes later: {file}"));
                    }
                    (None, _) => {
                        found.insert(format!("{from} is not listed"));
                    }
                    (_, None) => {
                        found.insert(format!("{to} is not listed"));
                    }
                }
            }
        }
        found.into_iter().collect()
    }

    fn reached_from(&self, start: &str) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut waiting = vec![start];
        while let Some(module) = waiting.pop() {
            for next in self.edges.get(module).into_iter().flat_map(BTreeMap::keys) {
                if reached.insert(next.as_str()) {
                    waiting.push(next);
                }
            }
        }
        reached
    }
}

/// `a/b.rs` and `a/b/mod.rs` are `a::b`.
fn module_of(source: &str, path: &str) -> Option<Module> {
    let path = path
        .strip_prefix(source)?
        .strip_prefix('/')?
        .strip_suffix(".rs")?;
    let mut names: Module = path.split('/').map(str::to_owned).collect();
    let is_folder = matches!(names.last()?.as_str(), "mod" | "lib" | "main");
    if is_folder {
        names.pop();
    }
    Some(names)
}

/// Resolves names.
struct Names<'a> {
    modules: &'a BTreeMap<Module, (Paths, &'a str)>,
}

/// What a path resolves to.
enum Target {
    /// A module.
    Module(Module),
    /// An item defined in this module.
    Item(Module),
}

impl Names<'_> {
    /// The modules that define what `module` uses.
    fn used_by(&self, module: &Module, paths: &Paths) -> BTreeSet<Module> {
        let mut used = BTreeSet::new();
        for import in &paths.imports {
            match self.resolve(module, &import.path, MOST_STEPS) {
                // Re-exporting from a child is not a use.
                Some(Target::Item(target) | Target::Module(target))
                    if import.is_public && target.starts_with(module) => {}
                Some(Target::Item(target)) => {
                    used.insert(target);
                }
                // Importing a module by itself uses nothing of it. The paths that start with its name do.
                Some(Target::Module(target)) if import.name == "*" => {
                    used.insert(target);
                }
                Some(Target::Module(_)) | None => {}
            }
        }
        for path in &paths.inline {
            if let Some(Target::Item(target)) = self.resolve(module, path, MOST_STEPS) {
                used.insert(target);
            }
        }
        used.remove(module);
        used
    }

    /// Resolves a path in `module`. None if it leads out of the crate.
    fn resolve(&self, module: &Module, path: &[String], steps: usize) -> Option<Target> {
        let (first, mut rest) = path.split_first()?;
        let mut at = match first.as_str() {
            "crate" => Vec::new(),
            "self" => module.clone(),
            "super" => parent(module)?,
            _ => match self.name_in(module, first, steps)? {
                Target::Module(target) => target,
                item => return Some(item),
            },
        };
        while let Some((name, after)) = rest.split_first() {
            rest = after;
            if name == "super" {
                at = parent(&at)?;
                continue;
            }
            match self.name_in(&at, name, steps) {
                Some(Target::Module(target)) => at = target,
                Some(item) => return Some(item),
                // The item may come from a macro or from another crate.
                None => return Some(Target::Item(at)),
            }
        }
        Some(Target::Module(at))
    }

    /// Resolves a name that is a child of `module` or imported there.
    fn name_in(&self, module: &Module, name: &str, steps: usize) -> Option<Target> {
        let below: Module = module.iter().cloned().chain([name.to_owned()]).collect();
        if self.modules.contains_key(&below) {
            return Some(Target::Module(below));
        }
        let steps = steps.checked_sub(1)?;
        let (paths, _) = self.modules.get(module)?;
        if let Some(import) = paths.imports.iter().find(|import| import.name == name) {
            return self.resolve(module, &import.path, steps);
        }
        if paths.items.iter().any(|item| item == name) {
            return None;
        }
        let mut globs = paths.imports.iter().filter(|import| import.name == "*");
        globs.find_map(|glob| {
            let Target::Module(target) = self.resolve(module, &glob.path, steps)? else {
                return None;
            };
            self.name_in(&target, name, steps)
                .or_else(|| self.defines(&target, name).then_some(Target::Item(target)))
        })
    }

    fn defines(&self, module: &Module, name: &str) -> bool {
        let paths = self.modules.get(module);
        paths.is_some_and(|(paths, _)| paths.items.iter().any(|item| item == name))
    }
}

fn parent(module: &Module) -> Option<Module> {
    let (_, parent) = module.split_last()?;
    Some(parent.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(files: &[(&str, &str)]) -> ModuleGraph {
        let file = |(path, text): &(&str, &str)| ProjectFile {
            path: format!("x/src/{path}"),
            text: (*text).to_owned(),
        };
        let files: Vec<_> = files.iter().map(file).collect();
        ModuleGraph::of("x/src", &files)
    }

    /// The uses as `from -> to`.
    fn uses(files: &[(&str, &str)], depth: usize) -> Vec<String> {
        let uses = graph(files).at_depth(depth);
        let show = |from: &str, to: &str| format!("{from} -> {to}");
        let edges = uses.edges.iter();
        edges
            .flat_map(|(from, targets)| targets.keys().map(move |to| show(from, to)))
            .collect()
    }

    #[test]
    fn every_way_to_write_a_path_is_seen() {
        for code in [
            "use crate::b::B;",
            "use super::b::B;",
            "use crate::{b::B as C};",
            "use super::b; fn f(x: b::B) {}",
            "fn f(x: crate::b::B) {}",
            "fn f() { super::b::B::new() }",
            "use crate::b::*;",
        ] {
            let files = [
                ("lib.rs", "mod a; mod b;"),
                ("a.rs", code),
                ("b.rs", "pub struct B;"),
            ];
            assert_eq!(uses(&files, 1), ["a -> b"], "{code}");
        }
    }

    #[test]
    fn other_crates_and_tests_are_left_out() {
        let code = "use std::b::B; fn f() { String::new(); c.b(); } // crate::b::B
            #[cfg(test)]
            mod tests { use crate::b::B; }";
        let files = [
            ("a.rs", code),
            ("b.rs", "pub struct B;"),
            ("a/tests.rs", "use crate::b::B;"),
        ];
        assert_eq!(uses(&files, 2), Vec::<String>::new());
    }

    #[test]
    fn a_name_counts_for_the_module_that_defines_it() {
        let files = [
            ("lib.rs", "mod a; mod b; pub use b::{B, C};"),
            (
                "a/mod.rs",
                "mod one; mod two; pub(crate) use two::Two; use crate::b::B; struct Own;",
            ),
            ("a/one.rs", "use super::{B, Own, Two};"),
            ("a/two.rs", "use crate::C; pub struct Two;"),
            ("b/mod.rs", "mod c; mod d; pub use c::*; pub use d::D as B;"),
            ("b/c.rs", "pub struct C;"),
            ("b/d.rs", "pub struct D;"),
        ];
        assert_eq!(
            uses(&files, 2),
            [
                "a -> b::d",
                "a::one -> a",
                "a::one -> a::two",
                "a::one -> b::d",
                "a::two -> b::c",
            ]
        );
        assert_eq!(uses(&files, 1), ["a -> b"]);
    }

    #[test]
    fn the_root_counts_as_a_module() {
        let files = [
            ("lib.rs", "mod a; pub const X: u8 = a::y();"),
            ("a.rs", "use crate::X; pub fn y() {}"),
        ];
        assert_eq!(uses(&files, 1), ["a -> crate", "crate -> a"]);
    }

    #[test]
    fn cycles_are_found_and_an_order_is_checked() {
        let files = [
            ("a.rs", "use crate::b::B; pub struct A;"),
            ("b.rs", "use crate::c::C; pub struct B;"),
            ("c.rs", "use crate::b::B; pub struct C;"),
            ("d.rs", "use crate::a::A; use crate::e::E; pub struct D;"),
            ("e.rs", "use crate::d::D; pub struct E;"),
        ];
        let uses = graph(&files).at_depth(1);
        let set = |names: [&str; 2]| BTreeSet::from(names.map(str::to_owned));
        assert_eq!(uses.cycles(), [set(["b", "c"]), set(["d", "e"])]);
        assert_eq!(
            uses.against(&["c", "b", "a", "d"]),
            ["c uses b, which comes later: x/src/c.rs", "e is not listed",]
        );
    }
}
