//! What of a module may run.

use std::collections::{BTreeSet, HashMap};

use super::modules::{Export, Import};
use super::{Code, CodeCall, CodeCommand, Statement};

/// What another module uses of a module, besides loading it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Uses {
    /// These names. None for a module that is only loaded, or started as a program.
    Names(BTreeSet<String>),
    /// Whatever it exports.
    Everything,
}

/// What of a module may run.
#[derive(Debug, Default)]
pub(crate) struct Reached<'c> {
    /// The commands.
    pub commands: Vec<&'c CodeCommand>,
    /// The calls of functions.
    pub calls: Vec<&'c CodeCall>,
    /// The modules that are loaded.
    pub modules: Vec<LoadedModule<'c>>,
}

/// A module that is loaded.
#[derive(Debug)]
pub(crate) struct LoadedModule<'c> {
    /// The module as it is written: `./lib/publish.js`, `nx/release`.
    pub name: &'c str,
    /// What is taken of it, and the names that this has here.
    pub bindings: &'c [(String, String)],
    /// What may be used of it.
    pub uses: Uses,
}

impl Uses {
    /// Nothing: the module is only loaded.
    pub(crate) fn nothing() -> Self {
        Self::Names(BTreeSet::new())
    }

    /// Both.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Names(mut names), Self::Names(other)) => {
                names.extend(other);
                Self::Names(names)
            }
            _ => Self::Everything,
        }
    }
}

impl Code {
    /// What may run if the module is loaded and these of its exports are used.
    pub(crate) fn reach(&self, uses: &Uses) -> Reached<'_> {
        let mut is_reached: Vec<bool> = self.statements.iter().map(|s| s.defines.is_none()).collect();
        let mut passed_on: Vec<(&str, Uses)> = Vec::new();
        let mut is_everything = *uses == Uses::Everything;
        let mut names: BTreeSet<&str> = BTreeSet::new();
        if let Uses::Names(wanted) = uses {
            let by_name = self.exports_by_name();
            let exports_of = |name: &str| by_name.get(name).map(Vec::as_slice).unwrap_or_default();
            for name in wanted {
                let exports = exports_of(name);
                if exports.is_empty() {
                    let others = exports_of("*");
                    // What is not found may be exported in a way that is not understood.
                    is_everything |= others.is_empty();
                    passed_on.extend(others.iter().filter_map(|export| {
                        Some((export.from.as_deref()?, Uses::Names([name.clone()].into())))
                    }));
                }
                for export in exports {
                    match &export.from {
                        Some(from) if export.local == "*" => passed_on.push((from, Uses::Everything)),
                        Some(from) => passed_on.push((from, Uses::Names([export.local.clone()].into()))),
                        None => {
                            names.insert(&export.local);
                        }
                    }
                }
            }
        }
        if is_everything {
            is_reached.fill(true);
            let from = self.exports.iter().filter_map(|export| export.from.as_deref());
            passed_on.extend(from.map(|from| (from, Uses::Everything)));
        }
        self.spread(&mut is_reached, &mut names);
        let statements: Vec<&Statement> = self.reached_statements(&is_reached);
        let loaded = self.imports.iter().filter(|import| {
            import
                .statement
                .is_none_or(|at| is_reached.get(at).copied().unwrap_or(true))
        });
        let mentions = mentions_in(&statements);
        let loaded = loaded.map(|import| LoadedModule {
            name: &import.module,
            bindings: &import.bindings,
            uses: uses_of(import, &mentions, &names),
        });
        let passed_on = passed_on.into_iter().map(|(name, uses)| LoadedModule {
            name,
            bindings: &[],
            uses,
        });
        Reached {
            modules: loaded.chain(passed_on).collect(),
            commands: statements
                .iter()
                .flat_map(|statement| &statement.commands)
                .collect(),
            calls: statements.iter().flat_map(|statement| &statement.calls).collect(),
        }
    }

    fn exports_by_name(&self) -> HashMap<&str, Vec<&Export>> {
        let mut by_name: HashMap<&str, Vec<&Export>> = HashMap::new();
        for export in &self.exports {
            by_name.entry(&export.name).or_default().push(export);
        }
        by_name
    }

    fn reached_statements(&self, is_reached: &[bool]) -> Vec<&Statement> {
        let statements = self.statements.iter().zip(is_reached);
        let reached = statements.filter(|(_, is_reached)| **is_reached);
        reached.map(|(statement, _)| statement).collect()
    }

    /// Adds the functions whose names are mentioned in what is reached.
    fn spread<'c>(&'c self, is_reached: &mut [bool], names: &mut BTreeSet<&'c str>) {
        let mut unreached: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut is_new = Vec::new();
        for (at, (statement, is_reached)) in self.statements.iter().zip(is_reached.iter()).enumerate() {
            match &statement.defines {
                Some(name) if !is_reached => unreached.entry(name).or_default().push(at),
                _ => is_new.push(at),
            }
        }
        let mut new_names: Vec<&str> = names.iter().copied().collect();
        loop {
            for statement in is_new.drain(..).filter_map(|at| self.statements.get(at)) {
                let mentioned = statement.mentions.iter().map(|(name, _)| name.as_str());
                new_names.extend(mentioned.filter(|name| names.insert(name)));
            }
            let Some(name) = new_names.pop() else {
                return;
            };
            for at in unreached.remove(name).unwrap_or_default() {
                if let Some(is_reached) = is_reached.get_mut(at) {
                    *is_reached = true;
                }
                is_new.push(at);
            }
        }
    }
}

/// What is mentioned in statements: each name with the members that are taken of it.
fn mentions_in<'c>(statements: &[&'c Statement]) -> HashMap<&'c str, Vec<Option<&'c str>>> {
    let mut mentions: HashMap<&str, Vec<Option<&str>>> = HashMap::new();
    for (name, member) in statements.iter().flat_map(|statement| &statement.mentions) {
        mentions.entry(name).or_default().push(member.as_deref());
    }
    mentions
}

/// What the reached statements use of an import.
fn uses_of(import: &Import, mentions: &HashMap<&str, Vec<Option<&str>>>, names: &BTreeSet<&str>) -> Uses {
    if import.is_open {
        return Uses::Everything;
    }
    let mut used = BTreeSet::new();
    for (taken, local) in &import.bindings {
        // It is exported again under its own name.
        let is_exported = names.contains(local.as_str());
        let mentioned = mentions
            .get(local.as_str())
            .map(Vec::as_slice)
            .unwrap_or_default();
        let is_alone = mentioned.contains(&None);
        let members: BTreeSet<String> = mentioned
            .iter()
            .flatten()
            .map(|member| (*member).to_owned())
            .collect();
        let is_mentioned = is_alone || !members.is_empty();
        match taken.as_str() {
            "*" if is_alone || (is_exported && !is_mentioned) => return Uses::Everything,
            "*" => used.extend(members),
            // A module of CommonJS has its exports as members of the default.
            "default" if !members.is_empty() && !is_alone => used.extend(members),
            taken if is_mentioned || is_exported => {
                used.insert(taken.to_owned());
            }
            _ => {}
        }
    }
    Uses::Names(used)
}
