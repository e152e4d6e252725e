//! Which variables the steps so far may have put into the environment.

use std::collections::BTreeMap;
use std::fmt::Debug;

/// Names, each with how often it was added.
#[derive(Debug, Default)]
pub(crate) struct Names(BTreeMap<String, usize>);

/// The names of the variables, as an expression looks them up.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum ChangedEnv<'a> {
    #[default]
    None,
    /// Those that any step may have set.
    OfJob(&'a Names),
    /// Those that are set at a step.
    AtStep(&'a dyn HasName),
}

/// Something that is looked up by names.
pub(crate) trait HasName: Debug {
    fn has_name(&self, name: &str) -> bool;
}

impl<V: Debug> HasName for BTreeMap<String, V> {
    fn has_name(&self, name: &str) -> bool {
        self.contains_key(name)
    }
}

impl ChangedEnv<'_> {
    pub(crate) fn contains(self, name: &str) -> bool {
        match self {
            Self::None => false,
            Self::OfJob(names) => names.contains(name),
            Self::AtStep(variables) => variables.has_name(name),
        }
    }
}

impl Names {
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(crate) fn add(&mut self, name: &str) {
        match self.0.get_mut(name) {
            Some(count) => *count += 1,
            None => {
                self.0.insert(name.to_owned(), 1);
            }
        }
    }

    /// Takes a name away that was added once.
    pub(crate) fn take(&mut self, name: &str) {
        if let Some(count) = self.0.get_mut(name) {
            *count -= 1;
            if *count == 0 {
                self.0.remove(name);
            }
        }
    }
}
