use crate::checker::prelude::*;
use crate::fixes::runner::use_github_hosted;
use crate::publish::RunnerFact;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a job meant for trusted publishing that runs on a self-hosted runner, or on one of a company whose runners
    /// register as self-hosted (Blacksmith, Depot, Namespace, BuildJet, WarpBuild, …).
    ///
    /// Runner groups and labels that the rule does not know are left alone: they may be GitHub's larger runners.
    ///
    /// ## Why it matters
    ///
    /// npm supports trusted publishing on GitHub-hosted runners only. Where provenance is made, which is the default for
    /// public repositories, the registry refuses the package:
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
    /// Build where you like, and publish in a job of its own on a GitHub-hosted runner.
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
        summary: "Trusted publishing works only on runners that GitHub hosts.",
        severity: Error,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let RunnerFact::SelfHosted { label, place } = &site.job.runner else {
            continue;
        };
        let can_mint = site.identity.id_token.grant != Grant::No;
        let severity = match site.intent() {
            Intent::Oidc if can_mint && !site.publisher.is_guess => Severity::Error,
            Intent::Oidc | Intent::Both => Severity::Information,
            Intent::Token | Intent::Unknown => continue,
        };
        let message = format!(
            "`{}` {} on `{label}`: npm accepts trusted publishing, and provenance, only from runners that GitHub hosts; \
             publish in a job on `ubuntu-latest`",
            site.publisher.command,
            if severity == Severity::Error {
                "will fail"
            } else {
                "cannot use trusted publishing"
            },
        );
        let diagnostic = SELF_HOSTED_RUNNER
            .at(place, severity, message)
            .related(&site.place, "this is where it publishes")
            .fix(use_github_hosted(context, place));
        findings.push(diagnostic);
    }
}
