//! Figures, and the lists that they are counted from.

use std::fmt;

/// A part of the report.
#[derive(Debug, Default)]
pub(crate) struct Section {
    pub(crate) title: &'static str,
    pub(crate) figures: Vec<Figure>,
    /// What the figures are made of, each list with its heading.
    pub(crate) lists: Vec<(&'static str, Vec<String>)>,
}

/// A share, for example the precision.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Figure {
    /// Its name in `thresholds.toml`.
    pub(crate) name: &'static str,
    pub(crate) part: usize,
    pub(crate) whole: usize,
}

impl Figure {
    pub(crate) fn new(name: &'static str, part: usize, whole: usize) -> Self {
        Self { name, part, whole }
    }

    /// From 0 to 1; nothing of nothing is 0.
    pub(crate) fn share(self) -> f64 {
        if self.whole == 0 {
            return 0.0;
        }
        let count = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        count(self.part) / count(self.whole)
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "## {}", self.title)?;
        for figure in &self.figures {
            let Figure { name, part, whole } = figure;
            writeln!(f, "{name:32} {:.3}  ({part} of {whole})", figure.share())?;
        }
        for (heading, lines) in &self.lists {
            writeln!(f, "{heading}: {}", lines.len())?;
            for line in lines {
                writeln!(f, "  {line}")?;
            }
        }
        Ok(())
    }
}
