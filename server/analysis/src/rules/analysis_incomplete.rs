use crate::checker::prelude::*;
use crate::publish::{CutStep, Limit};
use crate::text::TextRange;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a step that leads to more commands, scripts, actions or calls of functions than trustpub follows.
    ///
    /// ## Why it matters
    ///
    /// Scripts that call each other can lead to millions of commands. trustpub stops after 50,000 commands of a job, 1,000 package
    /// scripts or 100 local actions of a step, 100 function calls of a command, 50 calls of make, just or Task in a script, and
    /// eight levels of any of them. What comes after may set another npm, registry or token: a publish step there may not be found,
    /// and the outcome of one that is found is unknown.
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// on: push
    /// permissions:
    ///   contents: read
    ///   id-token: write
    /// jobs:
    ///   publish:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: |
    ///           probe() { curl --fail https://widget.example/health; }
    ///           minute() { probe; probe; probe; probe; probe; probe; probe; probe; probe; probe; }
    ///           hour() { minute; minute; minute; minute; minute; minute; minute; minute; minute; minute; }
    ///           day() { hour; hour; hour; hour; hour; hour; hour; hour; hour; hour; }
    ///           day
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Publish from a separate job with few other steps.
    ///
    /// ```yaml,good
    /// on: push
    /// permissions:
    ///   contents: read
    ///   id-token: write
    /// jobs:
    ///   publish:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/use-jobs>
    ANALYSIS_INCOMPLETE {
        id: "analysis-incomplete",
        summary: "A step leads to more commands than trustpub follows.",
        severity: Information,
        fix: None,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    // A workflow that is called from several places is walked for each of them.
    let mut reported: Vec<&CutStep> = Vec::new();
    for step in context.cut_steps {
        if reported.contains(&step) {
            continue;
        }
        reported.push(step);
        let what = match step.limit {
            Limit::Commands => "commands",
            Limit::PackageScripts => "package scripts",
            Limit::Actions => "actions",
            Limit::FunctionCalls => "function calls",
            Limit::Tasks => "tasks",
        };
        let message =
            format!("This step leads to more {what} than trustpub follows, so what comes after is unknown");
        let place = Place::new(&step.place.path, first_line(context, step.place.range));
        let diagnostic = ANALYSIS_INCOMPLETE.at(&place, Severity::Information, message);
        findings.push(diagnostic.help("Publish from a separate job with few other steps."));
    }
}

/// A script may be long.
fn first_line(context: &CheckContext<'_>, range: TextRange) -> TextRange {
    let text = context
        .file
        .text
        .get(range.start()..range.end())
        .unwrap_or_default();
    let length = text.find(['\r', '\n']).unwrap_or(text.len());
    TextRange::new(range.start(), range.start() + length)
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_rule, check_sites};

    fn job(run: &str) -> String {
        format!(
            "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
{run}"
        )
    }

    /// A script that calls 1,463 functions.
    fn script() -> String {
        let calls = |name: &str| format!("{name}; ").repeat(11);
        format!(
            "a() {{ npm config set fund false; }}; b() {{ {}}}; c() {{ {}}}; d() {{ {}}}; d",
            calls("a"),
            calls("b"),
            calls("c")
        )
    }

    #[test]
    fn the_first_step_that_leads_to_too_much_is_reported_once() {
        let script = script();
        let mark = "^".repeat(script.len());
        let steps = format!(
            "      - run: {script}\n      #      {mark} information[analysis-incomplete]: This step leads to more function calls than \
             trustpub follows, …\n      - run: {script}\n      - run: npm publish\n"
        );
        check_rule("analysis-incomplete", &job(&steps));
    }

    #[test]
    fn what_comes_after_it_is_unknown() {
        let node = "      - uses: actions/setup-node@v6\n        with: { node-version: 24 }\n";
        let publish = "      - run: npm publish\n";
        let steps = format!("{node}{publish}      - run: {}\n{publish}", script());
        let workflow =
            job(&steps).replace("jobs:", "permissions: { id-token: write, contents: read }\njobs:");
        check_sites(
            &workflow,
            "release.yml:9 publish; outcome=oidc\nrelease.yml:11 publish; outcome=unknown",
        );
    }

    #[test]
    fn so_is_whether_a_later_command_has_a_token() {
        let node = "      - uses: actions/setup-node@v6\n        with: { node-version: 24 }\n";
        let steps = format!(
            "{node}      - run: {}\n      - run: npm whoami\n      - run: npm publish\n",
            script()
        );
        let workflow =
            job(&steps).replace("jobs:", "permissions: { id-token: write, contents: read }\njobs:");
        check_rule("needs-login-command", &workflow);
    }

    #[test]
    fn a_chain_of_functions_that_is_too_deep_is_reported() {
        let chain: String = (0..9).map(|n| format!("f{n}() {{ f{}; }}; ", n + 1)).collect();
        let script = format!("{chain}f9() {{ npm config set fund false; }}; f0");
        let mark = "^".repeat(script.len());
        let steps = format!(
            "      - run: {script}\n      #      {mark} information[analysis-incomplete]: This step leads to more function calls …\n      - run: npm publish\n"
        );
        check_rule("analysis-incomplete", &job(&steps));
    }

    #[test]
    fn a_step_after_the_publish_is_not_reported() {
        let steps = format!("      - run: npm publish\n      - run: {}\n", script());
        check_rule("analysis-incomplete", &job(&steps));
    }

    #[test]
    fn functions_that_only_print_do_not_count() {
        let calls = "log x; ".repeat(200);
        let script = format!(
            "      - run: log() {{ echo \"$1\" >&2; }}; main() {{ {calls}}}; main\n      - run: npm publish\n"
        );
        check_rule("analysis-incomplete", &job(&script));
    }

    #[test]
    fn a_step_within_the_limits_is_not_reported() {
        let script = "      - run: |\n          probe() { curl --fail a.example; }\n          all() { probe; probe; probe; }\n          all\n      \
                      - run: npm publish\n";
        check_rule("analysis-incomplete", &job(script));
    }
}
