//! What of a module may run.

use std::collections::BTreeSet;

use super::modules::Import;
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
            for name in wanted {
                let mut exports = self
                    .exports
                    .iter()
                    .filter(|export| export.name == *name)
                    .peekable();
                if exports.peek().is_none() {
                    let mut others = self.exports.iter().filter(|export| export.name == "*").peekable();
                    // What is not found may be exported in a way that is not understood.
                    is_everything |= others.peek().is_none();
                    passed_on.extend(others.filter_map(|export| {
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
        let loaded = loaded.map(|import| LoadedModule {
            name: &import.module,
            bindings: &import.bindings,
            uses: uses_of(import, &statements, &names),
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

    fn reached_statements(&self, is_reached: &[bool]) -> Vec<&Statement> {
        let statements = self.statements.iter().zip(is_reached);
        let reached = statements.filter(|(_, is_reached)| **is_reached);
        reached.map(|(statement, _)| statement).collect()
    }

    /// Adds the functions whose names are mentioned in what is reached.
    fn spread<'c>(&'c self, is_reached: &mut [bool], names: &mut BTreeSet<&'c str>) {
        let mut is_new: Vec<usize> = (0..self.statements.len()).collect();
        is_new.retain(|at| is_reached.get(*at).copied().unwrap_or_default());
        loop {
            for at in is_new.drain(..) {
                let mentions = self.statements.get(at).map(|statement| &statement.mentions);
                names.extend(mentions.into_iter().flatten().map(|(name, _)| name.as_str()));
            }
            for (at, (statement, is_reached)) in self.statements.iter().zip(is_reached.iter_mut()).enumerate()
            {
                let is_mentioned = statement
                    .defines
                    .as_deref()
                    .is_some_and(|name| names.contains(name));
                if is_mentioned && !*is_reached {
                    *is_reached = true;
                    is_new.push(at);
                }
            }
            if is_new.is_empty() {
                return;
            }
        }
    }
}

/// What the reached statements use of an import.
fn uses_of(import: &Import, statements: &[&Statement], names: &BTreeSet<&str>) -> Uses {
    if import.is_open {
        return Uses::Everything;
    }
    let mut used = BTreeSet::new();
    for (taken, local) in &import.bindings {
        // It is exported again under its own name.
        let is_exported = names.contains(local.as_str());
        let mut members = BTreeSet::new();
        let mut is_alone = false;
        for statement in statements {
            let from = (local.clone(), None);
            let mentions = statement
                .mentions
                .range(from..)
                .take_while(|(name, _)| name == local);
            for (_, member) in mentions {
                match member {
                    Some(member) => {
                        members.insert(member.clone());
                    }
                    None => is_alone = true,
                }
            }
        }
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
