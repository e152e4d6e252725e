use crate::checker::prelude::*;
use crate::fixes::runner::use_github_hosted;
use crate::publish::RunnerFact;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a job meant for trusted publishing that runs on a self-hosted runner, or on a runner of a company whose runners
    /// register as self-hosted (Blacksmith, Depot, Namespace, BuildJet, WarpBuild, …).
    ///
    /// It does not report unknown runner groups and labels: they may be GitHub's larger runners.
    ///
    /// ## Why it matters
    ///
    /// npm supports trusted publishing only on GitHub-hosted runners. With provenance, which is the default for public
    /// repositories, the registry refuses the package:
    ///
    /// ```text
    /// npm error code E422
    /// npm error 422 … Error verifying sigstore provenance bundle: Unsupported GitHub Actions runner environment:
    /// "self-hosted". Only "github-hosted" runners are supported when publishing with provenance.
    /// ```
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// on: push
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: blacksmith-4vcpu-ubuntu-2404
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Build where you like, and publish in a separate job on a GitHub-hosted runner.
    ///
    ///
    /// ```yaml,good
    /// on: push
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/trusted-publishers#limitations-and-future-improvements>
    SELF_HOSTED_RUNNER {
        id: "self-hosted-runner",
        summary: "Trusted publishing works only on GitHub-hosted runners.",
        severity: Error,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let (label, place, is_certain) = match &site.job.runner {
            RunnerFact::SelfHosted { label, place } => (label, place, true),
            RunnerFact::MaybeSelfHosted { label, place } => (label, place, false),
            RunnerFact::GithubHosted | RunnerFact::Unknown => continue,
        };
        let can_mint = site.identity.id_token.grant != Grant::No;
        let may_fail = match is_certain && !site.provenance_is_off() {
            true => Severity::Error,
            false => Severity::Warning,
        };
        let severity = match site.intent() {
            // Provenance needs such a runner even with a token.
            Intent::Both | Intent::Token if site.signs_explicitly() && can_mint => may_fail,
            Intent::Oidc if can_mint && !site.publishing_tool.is_guess => may_fail,
            Intent::Oidc | Intent::Both if is_certain => Severity::Information,
            _ => continue,
        };
        let is_not = match is_certain {
            true => "is not",
            false => "may not be",
        };
        let message = format!(
            "`{label}` {is_not} a GitHub-hosted runner: `{}` {}",
            site.publishing_tool.command,
            match severity {
                Severity::Error => format!("will fail{}", site.with_code(NpmError::E422)),
                Severity::Warning => "may fail".to_owned(),
                _ => "cannot use trusted publishing".to_owned(),
            },
        );
        let diagnostic = SELF_HOSTED_RUNNER
            .at(place, severity, message)
            .help(
                "npm accepts trusted publishing, and provenance, only from GitHub-hosted runners. Publish in a job on \
                 `ubuntu-latest`.",
            )
            .related(&site.place, "published here")
            .fix(use_github_hosted(context, place));
        findings.push(diagnostic);
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_rule, check_sites};

    /// A job that publishes by OIDC on this runner; the carets follow `runs-on: `.
    fn on_runner(runs_on: &str, mark: &str, publish: &str) -> String {
        let mark = match mark {
            "" => String::new(),
            severity => format!(
                "#            {} {severity}[self-hosted-runner]: …\n",
                "^".repeat(runs_on.len())
            ),
        };
        format!(
            "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    strategy: {{ matrix: {{ own: [depot-ubuntu-24.04], mixed: [ubuntu-24.04, self-hosted], good: [ubuntu-24.04] }} }}
    permissions: {{ id-token: write }}
    runs-on: {runs_on}
{mark}    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24.19.0 }}
      - {publish}
"
        )
    }

    #[test]
    fn expressions_choose_runners_too() {
        let publish = "run: npm publish";
        for (runs_on, severity, outcome) in [
            ("depot-ubuntu-24.04", "error💡?", "fails; error=E422"),
            ("${{ matrix.own }}", "error💡?", "fails; error=E422"),
            ("${{ matrix.mixed }}", "warning💡?", "unknown"),
            ("${{ matrix.good }}", "", "oidc"),
            (
                "${{ inputs.x && 'depot-ubuntu-24.04' || 'blacksmith-2vcpu-ubuntu-2404' }}",
                "error💡?",
                "fails; error=E422",
            ),
            (
                "${{ inputs.x && 'depot-ubuntu-24.04' || 'ubuntu-24.04' }}",
                "warning💡?",
                "unknown",
            ),
            ("${{ vars.RUNNER }}", "", "oidc"),
        ] {
            check_rule("self-hosted-runner", &on_runner(runs_on, severity, publish));
            let line = format!("release.yml:10 publish; outcome={outcome}");
            check_sites(&on_runner(runs_on, "", publish), &line);
        }
        let list = r#"${{ fromJSON('["self-hosted", "linux"]') }}"#;
        check_rule("self-hosted-runner", &on_runner(list, "error💡?", publish));
    }

    #[test]
    fn provenance_needs_such_a_runner_even_with_a_token() {
        let publish =
            "run: npm publish --provenance\n        env: { NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' }";
        let with = |severity: &str, publish: &str| {
            let fixture = on_runner("depot-ubuntu-24.04", severity, publish);
            fixture.replace(
                "node-version: 24.19.0",
                "node-version: 24.19.0, registry-url: 'https://registry.npmjs.org'",
            )
        };
        check_rule("self-hosted-runner", &with("error💡?", publish));
        check_sites(
            &with("", publish),
            "release.yml:10 publish; outcome=fails; error=E422",
        );
        check_rule(
            "self-hosted-runner",
            &with("information💡?", &publish.replace(" --provenance", "")),
        );
        check_rule(
            "self-hosted-runner",
            &on_runner(
                "depot-ubuntu-24.04",
                "warning💡?",
                "run: npm publish --no-provenance",
            ),
        );
    }
}
