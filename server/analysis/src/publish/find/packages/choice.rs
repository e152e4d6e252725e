//! Which members of a monorepo are meant by names, folders and filters.

use super::pnpm_filter;
use crate::model::manifest::Manifest;
use crate::text::{FilePath, FolderPath, glob_matcher};

/// Which members of a monorepo a command chooses.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) enum MemberChoice {
    /// All of them.
    #[default]
    All,
    /// Those with these names or in these folders.
    Named {
        /// What is chosen; empty for all.
        included: Vec<String>,
        /// What is left out of it.
        excluded: Vec<String>,
    },
    /// What pnpm's filters choose.
    PnpmFilters(Vec<String>),
}

/// A member of a monorepo.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member<'m> {
    pub(crate) path: &'m FilePath,
    pub(crate) manifest: &'m Manifest,
}

/// The members that were chosen.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Chosen {
    pub(crate) manifests: Vec<FilePath>,
    /// Whether others may be meant too.
    pub(crate) is_partial: bool,
}

impl Member<'_> {
    pub(crate) fn name(&self) -> &str {
        self.manifest.name.as_ref().map_or("", |name| &name.value)
    }
}

impl MemberChoice {
    /// A choice by names, of which some may be known only to the run.
    pub(crate) fn named(included: Vec<String>, excluded: Vec<String>) -> Self {
        if included.is_empty() && excluded.is_empty() {
            Self::All
        } else {
            Self::Named { included, excluded }
        }
    }

    pub(crate) fn choose(&self, members: &[Member<'_>], root: &FolderPath) -> Chosen {
        match self {
            Self::All => chosen(members, false, |_| true),
            Self::Named { included, excluded } => {
                let is_meant = |names: &[String], member: &Member<'_>| {
                    names.iter().any(|name| is_named(name, member, root))
                };
                // A name without a package here is that of a package elsewhere, or the build makes it.
                let is_found = |name: &String| members.iter().any(|member| is_named(name, member, root));
                chosen(members, !included.iter().all(is_found), |member| {
                    (included.is_empty() || is_meant(included, member)) && !is_meant(excluded, member)
                })
            }
            Self::PnpmFilters(filters) => pnpm_filter::choose(filters, members, root),
        }
    }
}

pub(crate) fn chosen(
    members: &[Member<'_>],
    is_partial: bool,
    is_meant: impl Fn(&Member<'_>) -> bool,
) -> Chosen {
    let meant = members.iter().filter(|member| is_meant(member));
    Chosen {
        manifests: meant.map(|member| member.path.clone()).collect(),
        is_partial,
    }
}

/// By its name, its folder, a folder directly above it, or a glob of one of them.
fn is_named(wanted: &str, member: &Member<'_>, root: &FolderPath) -> bool {
    if matches_glob(wanted, member.name()) {
        return true;
    }
    let folder = member.path.folder();
    root.join(wanted).is_some_and(|wanted| {
        let is_above = !wanted.is_root() && folder.parent().as_ref() == Some(&wanted);
        is_above || matches_glob(wanted.as_str(), folder.as_str())
    })
}

/// Whether a name or a folder is what a glob means. Without a special character a glob means itself.
pub(crate) fn matches_glob(glob: &str, text: &str) -> bool {
    if !glob.contains(['*', '{', '[', '?']) {
        return glob == text;
    }
    glob_matcher(glob).is_ok_and(|matcher| matcher.is_match(text))
}
