//! What a workflow's certificate says about its run, against what the workflow wrote into the provenance. Any workflow
//! can sign any text; only the certificate is written by somebody else.

use sigstore_verify::crypto::x509::FulcioCiClaims;

use crate::provenance::Statement;

const GITHUB: &str = "https://github.com";

/// Where the provenance says something else than the certificate, or something that no certificate vouches for.
pub(super) fn certificate_problem(
    claims: &FulcioCiClaims,
    identity: &str,
    provenance: &Statement,
) -> Option<String> {
    let old = &claims.deprecated_github;
    let certified_repository = repository(claims);
    // Before 2023, certificates named the workflow as their subject only.
    let certified_workflow = claims.build_config_uri.as_deref().unwrap_or(identity);
    let workflow = workflow_url(provenance);
    let rows = [
        (
            "repository",
            provenance.repository.as_deref(),
            certified_repository.as_deref(),
        ),
        ("workflow", workflow.as_deref(), Some(certified_workflow)),
        (
            "commit",
            provenance.commit.as_deref(),
            claims
                .source_repository_digest
                .as_deref()
                .or(old.workflow_sha.as_deref()),
        ),
    ];
    for (what, stated, certified) in rows {
        let Some(certified) = certified else {
            return Some(format!("the certificate names no {what}"));
        };
        if stated != Some(certified) {
            return Some(match stated {
                Some(stated) => {
                    format!("the provenance says {what} `{stated}`, and the certificate `{certified}`")
                }
                None => format!("the provenance names no {what}, and the certificate `{certified}`"),
            });
        }
    }
    // The older form of provenance names no run, and older certificates do not either.
    let runs = provenance
        .run
        .as_deref()
        .zip(claims.run_invocation_uri.as_deref());
    let (stated, certified) = runs.filter(|(stated, certified)| stated != certified)?;
    Some(format!(
        "the provenance says run `{stated}`, and the certificate `{certified}`"
    ))
}

/// The URL of the repository that the certificate vouches for.
pub(super) fn repository(claims: &FulcioCiClaims) -> Option<String> {
    let old = || {
        let slug = claims.deprecated_github.workflow_repository.as_deref()?;
        Some(format!("{GITHUB}/{slug}"))
    };
    claims.source_repository_uri.clone().or_else(old)
}

/// The workflow and its branch or tag, in the form in which certificates name them.
fn workflow_url(provenance: &Statement) -> Option<String> {
    let repository = provenance.repository.as_deref()?;
    let workflow = provenance.workflow.as_deref()?;
    let reference = provenance.reference.as_deref()?;
    Some(format!("{repository}/{workflow}@{reference}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPOSITORY: &str = "https://github.com/acme/widget";
    const IDENTITY: &str = "https://github.com/acme/widget/.github/workflows/release.yml@refs/tags/v1.0.0";

    fn provenance() -> Statement {
        Statement {
            repository: Some(REPOSITORY.to_owned()),
            workflow: Some(".github/workflows/release.yml".to_owned()),
            reference: Some("refs/tags/v1.0.0".to_owned()),
            commit: Some("abc".to_owned()),
            run: Some("https://github.com/acme/widget/actions/runs/1/attempts/1".to_owned()),
            digest: None,
        }
    }

    fn claims() -> FulcioCiClaims {
        let mut claims = FulcioCiClaims::default();
        claims.source_repository_uri = provenance().repository;
        claims.source_repository_digest = provenance().commit;
        claims.build_config_uri = Some(IDENTITY.to_owned());
        claims.run_invocation_uri = provenance().run;
        claims
    }

    fn old_claims() -> FulcioCiClaims {
        let mut claims = FulcioCiClaims::default();
        claims.deprecated_github.workflow_repository = Some("acme/widget".to_owned());
        claims.deprecated_github.workflow_sha = provenance().commit;
        claims
    }

    #[test]
    fn what_the_certificate_says_is_what_counts() {
        type Change = fn(&mut Statement);
        let changes: [(&str, Change); 6] = [
            ("repository `https://github.com/mallory/widget`", |statement| {
                statement.repository = Some("https://github.com/mallory/widget".to_owned());
            }),
            ("no repository", |statement| statement.repository = None),
            (".github/workflows/other.yml@refs/tags/v1.0.0`", |statement| {
                statement.workflow = Some(".github/workflows/other.yml".to_owned());
            }),
            ("release.yml@refs/heads/main`", |statement| {
                statement.reference = Some("refs/heads/main".to_owned());
            }),
            ("commit `abd`", |statement| {
                statement.commit = Some("abd".to_owned())
            }),
            ("no commit", |statement| statement.commit = None),
        ];
        for claims in [claims(), old_claims()] {
            assert_eq!(certificate_problem(&claims, IDENTITY, &provenance()), None);
            for (part, change) in changes {
                let mut changed = provenance();
                change(&mut changed);
                let problem = certificate_problem(&claims, IDENTITY, &changed).expect(part);
                assert!(problem.contains(part), "{problem}");
            }
        }
        let run = Some("https://github.com/acme/widget/actions/runs/2/attempts/1".to_owned());
        let changed = Statement { run, ..provenance() };
        assert!(certificate_problem(&claims(), IDENTITY, &changed).is_some());
    }

    #[test]
    fn a_certificate_that_names_no_repository_vouches_for_none() {
        let problem = certificate_problem(&FulcioCiClaims::default(), IDENTITY, &provenance());
        assert_eq!(problem.as_deref(), Some("the certificate names no repository"));
    }

    /// A workflow that another repository offers for reuse runs for its caller.
    #[test]
    fn a_reused_workflow_runs_for_the_repository_that_calls_it() {
        let called = "https://github.com/other/shared/.github/workflows/publish.yml@refs/heads/main";
        assert_eq!(certificate_problem(&claims(), called, &provenance()), None);
        assert_eq!(repository(&claims()).as_deref(), Some(REPOSITORY));
    }
}
