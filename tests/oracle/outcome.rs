//! How a publish ended, or will end, and the comparison of both.

use std::fmt;

use crate::cell::Cell;

/// How a publish ended, as the real tool did it or as the model predicts it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Run {
    pub(crate) end: End,
    /// Where it went; none if that is unknown, or where nothing was sent.
    pub(crate) registry: Option<Registry>,
    /// What helps to understand a disagreement.
    pub(crate) remark: String,
    /// What the tool printed; nothing for a prediction.
    pub(crate) output: String,
}

/// The end of a publish.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum End {
    /// With the token that the exchange gave.
    PublishedByOidc,
    /// With the token that was passed.
    PublishedByToken,
    /// With this code; none if the tool prints none.
    Failed(Option<String>),
    /// The model cannot say.
    Unknown,
}

/// A registry of the mock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Registry {
    /// The one that stands for the public npm registry.
    Npm,
    /// The other one.
    Other,
}

/// How prediction and reality compare.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    Agrees,
    /// The end cannot be predicted and need not be; where it goes was predicted right.
    NotDecidable,
    Disagrees,
}

impl Run {
    pub(crate) fn unknown(remark: String) -> Self {
        Self {
            end: End::Unknown,
            registry: None,
            remark,
            output: String::new(),
        }
    }
}

/// Compares a cell's two runs.
pub(crate) fn compare(cell: &Cell, predicted: &Run, real: &Run) -> Verdict {
    let registry_is_right = real.registry.is_none() || predicted.registry == real.registry;
    match predicted.end == real.end {
        _ if !registry_is_right => Verdict::Disagrees,
        true => Verdict::Agrees,
        false if predicted.end == End::Unknown && cell.goes_elsewhere() => Verdict::NotDecidable,
        false => Verdict::Disagrees,
    }
}

/// A row of the table of disagreements.
pub(crate) fn row(cell: &Cell, predicted: &Run, real: &Run) -> String {
    let mut row = format!("{cell} | {predicted} | {real}");
    if !predicted.remark.is_empty() {
        row += &format!("\n    predicted: {}", predicted.remark);
    }
    for line in real.remark.lines() {
        row += &format!("\n    real: {line}");
    }
    row
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.end {
            End::PublishedByOidc => f.write_str("oidc")?,
            End::PublishedByToken => f.write_str("token")?,
            End::Failed(Some(code)) => write!(f, "fails {code}")?,
            End::Failed(None) => f.write_str("fails without a code")?,
            End::Unknown => f.write_str("unknown")?,
        }
        match self.registry {
            Some(Registry::Other) => f.write_str(" at the other registry"),
            Some(Registry::Npm) | None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{End, Registry, Run, Verdict, compare, row};
    use crate::cell::{Cell, Exchange, PublishConfig};
    use crate::matrix::cells;

    fn run(end: End, registry: Option<Registry>) -> Run {
        Run {
            end,
            registry,
            remark: String::new(),
            output: String::new(),
        }
    }

    fn failed(code: &str) -> End {
        End::Failed(Some(code.to_owned()))
    }

    #[test]
    fn a_wrong_prediction_disagrees() {
        let here = Some(Registry::Npm);
        let elsewhere = Some(Registry::Other);
        let real = run(failed("E404"), here);
        let cell = Cell {
            exchange: Exchange::Refused,
            ..cells()[0]
        };
        for (predicted, verdict) in [
            (run(failed("E404"), here), Verdict::Agrees),
            (run(failed("ENEEDAUTH"), here), Verdict::Disagrees),
            (run(End::Failed(None), here), Verdict::Disagrees),
            (run(End::PublishedByOidc, here), Verdict::Disagrees),
            (run(End::PublishedByToken, here), Verdict::Disagrees),
            (run(failed("E404"), elsewhere), Verdict::Disagrees),
            (run(End::Unknown, here), Verdict::Disagrees),
        ] {
            assert_eq!(compare(&cell, &predicted, &real), verdict, "{predicted}");
        }
    }

    #[test]
    fn elsewhere_only_the_registry_has_to_be_known() {
        let elsewhere = Some(Registry::Other);
        let real = run(failed("E404"), elsewhere);
        let cell = Cell {
            publish_config: PublishConfig::OtherRegistry,
            ..cells()[0]
        };
        for (predicted, verdict) in [
            (run(End::Unknown, elsewhere), Verdict::NotDecidable),
            (run(End::Unknown, Some(Registry::Npm)), Verdict::Disagrees),
            (run(End::PublishedByOidc, elsewhere), Verdict::Disagrees),
        ] {
            assert_eq!(compare(&cell, &predicted, &real), verdict, "{predicted}");
        }
    }

    #[test]
    fn a_row_says_what_was_predicted_and_what_happened() {
        let cell = Cell {
            exchange: Exchange::Granted,
            ..cells()[0]
        };
        let row = row(
            &cell,
            &run(End::PublishedByOidc, None),
            &run(failed("E404"), None),
        );
        assert_eq!(row, "npm 10.9.9 Granted | oidc | fails E404");
    }
}
