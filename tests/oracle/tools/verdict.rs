//! How the model's answer compares with the record.

use std::collections::BTreeMap;

use crate::predicted::Predicted;
use crate::record::{End, Recorded};

/// How the model's answer compares with the record; the worse, the greater.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Verdict {
    Agrees,
    /// It fails as predicted, with another code.
    OtherCode,
    /// The model leaves it open.
    Vague,
    Wrong,
}

/// Compares them.
pub(crate) fn compare(predicted: &Predicted, real: &Recorded) -> Verdict {
    match (predicted, real.end) {
        // A step that finds no package has no outcome of its own in the model.
        (Predicted::NoStep | Predicted::Open("unknown"), End::Nothing) => Verdict::Agrees,
        (Predicted::Open(_), _) => Verdict::Vague,
        (Predicted::Oidc, End::Published) if real.credential == "oidc" => Verdict::Agrees,
        (Predicted::Token, End::Published) if real.credential == "token" => Verdict::Agrees,
        (Predicted::Fails(code), End::Failed) => match code {
            Some(code) if *code != real.code => Verdict::OtherCode,
            _ => Verdict::Agrees,
        },
        _ => Verdict::Wrong,
    }
}

/// The number of cells of each tool, by verdict.
pub(crate) fn table(verdicts: &[(&str, Verdict)]) -> String {
    let mut counts: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for (tool, verdict) in verdicts {
        counts.entry(tool).or_default()[*verdict as usize] += 1;
        counts.entry("~ all").or_default()[*verdict as usize] += 1;
    }
    let head = format!("{:18} cells  agree  other code  vague  wrong\n", "tool");
    let row = |(name, [agree, code, vague, wrong]): (&&str, &[usize; 4])| {
        let cells = agree + code + vague + wrong;
        let name = name.trim_start_matches("~ ");
        format!("{name:18} {cells:5}  {agree:5}  {code:10}  {vague:5}  {wrong:5}\n")
    };
    head + &counts.iter().map(row).collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::{Verdict, compare};
    use crate::predicted::Predicted;
    use crate::record::{End, Recorded};

    fn recorded(end: End, credential: &str, code: &str) -> Recorded {
        Recorded {
            end,
            credential: credential.to_owned(),
            provenance: "no".to_owned(),
            exchange: "-".to_owned(),
            registry: "-".to_owned(),
            code: code.to_owned(),
            text: String::new(),
        }
    }

    #[test]
    fn a_wrong_prediction_does_not_agree() {
        let fails = |code: &str| Predicted::Fails(Some(code.to_owned()));
        let failed = recorded(End::Failed, "-", "E404");
        let by_token = recorded(End::Published, "token", "-");
        let nothing = recorded(End::Nothing, "-", "-");
        for (predicted, real, verdict) in [
            (fails("E404"), &failed, Verdict::Agrees),
            (Predicted::Fails(None), &failed, Verdict::Agrees),
            (fails("ENEEDAUTH"), &failed, Verdict::OtherCode),
            (Predicted::Open("unknown"), &failed, Verdict::Vague),
            (Predicted::Oidc, &failed, Verdict::Wrong),
            (Predicted::Token, &by_token, Verdict::Agrees),
            (Predicted::Oidc, &by_token, Verdict::Wrong),
            (fails("E404"), &by_token, Verdict::Wrong),
            (Predicted::Oidc, &nothing, Verdict::Wrong),
            (Predicted::Fails(None), &nothing, Verdict::Wrong),
        ] {
            assert_eq!(compare(&predicted, real), verdict, "{predicted}, {real}");
        }
    }
}
