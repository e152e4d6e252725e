//! The publish sites and hints of a file, whichever analyses found them.

use std::collections::BTreeSet;

use super::{FileAnalysis, Workspace};
use crate::publish::{InlayHint, SiteReport, outcome_hint};
use crate::text::{FilePath, Grouped};

impl Workspace {
    /// The publish sites in a file as of the last [`Self::check`], in text order. One to which several workflows
    /// lead is there once.
    pub fn sites_in(&self, path: &FilePath) -> Vec<SiteReport> {
        let mut sites = Grouped::default();
        let analyses = self.analyses_showing_in(path);
        let all = analyses.flat_map(|analysis| &analysis.findings.sites);
        for site in all.filter(|site| site.path == *path) {
            SiteReport::add_to(&mut sites, site.clone());
        }
        let mut sites = sites.into_values();
        sites.sort_by_key(|site| site.range);
        sites
    }

    /// The inlay hints of a file as of the last [`Self::check`], in text order.
    pub fn hints(&self, path: &FilePath) -> Vec<InlayHint> {
        let analyses = self.analyses_showing_in(path);
        let of_nodes = analyses.flat_map(|analysis| &analysis.findings.node_hints);
        let of_nodes = of_nodes.filter(|hint| hint.place.path == *path).cloned();
        let sites = self.sites_in(path);
        let mut hints: Vec<InlayHint> = sites.iter().filter_map(outcome_hint).chain(of_nodes).collect();
        hints.sort_by(|a, b| (a.place.range, &a.label).cmp(&(b.place.range, &b.label)));
        hints.dedup();
        // An action that several workflows use may meet another Node in each: then nothing is known here.
        let is_one_place = |a: &InlayHint, b: &InlayHint| a.place.range == b.place.range;
        let alone = hints.chunk_by(is_one_place).filter(|hints| hints.len() == 1);
        alone.flatten().cloned().collect()
    }

    /// Notes where the new analysis of a file shows something, unless it shows what the old one did.
    pub(super) fn take_in_shown(
        &mut self,
        path: &FilePath,
        analysis: Option<&FileAnalysis>,
        shown_anew: &mut BTreeSet<FilePath>,
    ) {
        let before = self.analyses.get(path);
        if let (Some(before), Some(analysis)) = (before, analysis)
            && before.shows_same_as(analysis)
        {
            return;
        }
        for place in before.iter().flat_map(|before| before.shown_in()) {
            if let Some(shown_by) = self.shown_by.get_mut(place) {
                shown_by.remove(path);
            }
            shown_anew.insert(place.clone());
        }
        for place in analysis.iter().flat_map(|analysis| analysis.shown_in()) {
            let shown_by = self.shown_by.entry(place.clone()).or_default();
            shown_by.insert(path.clone());
            shown_anew.insert(place.clone());
        }
    }

    /// The analyses that have a publish site or a hint in a file.
    fn analyses_showing_in(&self, path: &FilePath) -> impl Iterator<Item = &FileAnalysis> {
        let shown_by = self.shown_by.get(path).into_iter().flatten();
        shown_by.filter_map(|path| self.analyses.get(path))
    }
}

impl FileAnalysis {
    /// The files in which it has a publish site or a hint.
    fn shown_in(&self) -> BTreeSet<&FilePath> {
        let sites = self.findings.sites.iter().map(|site| &site.path);
        let hints = self.findings.node_hints.iter().map(|hint| &hint.place.path);
        sites.chain(hints).collect()
    }

    /// Whether both show the same publish sites and hints.
    fn shows_same_as(&self, other: &Self) -> bool {
        self.findings.sites == other.findings.sites && self.findings.node_hints == other.findings.node_hints
    }
}
