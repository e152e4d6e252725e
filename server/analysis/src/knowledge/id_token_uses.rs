//! What takes an ID token of GitHub Actions besides npm: clouds, stores of secrets, signatures and other registries.

/// Whether the text of a job or a step may ask for an ID token for something else than npm.
pub(crate) fn names_id_token_use(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    USES.iter().any(|word| text.contains(word))
}

/// Whatever asks for one has one of these in its name. An extra word only makes the answer more careful.
const USES: [&str; 43] = [
    "deploy",
    "attest",
    "oidc",
    "keyless",
    "sigstore",
    "cosign",
    "slsa",
    "scorecard",
    "witness",
    "aws",
    "amazon",
    "google-github-actions",
    "gcloud",
    "azure",
    "alibaba",
    "vault",
    "conjur",
    "doppler",
    "infisical",
    "akeyless",
    "jfrog",
    "artifactory",
    "cloudsmith",
    "pypi",
    "crates-io",
    "rubygems",
    "nuget",
    "jsr",
    "tailscale",
    "octo-sts",
    "depot",
    "pulumi",
    "claude",
    "deno publish",
    "cargo publish",
    "uv publish",
    "twine",
    "gem push",
    "az login",
    "chainctl",
    "codecov",
    "1password",
    "goreleaser",
];

#[cfg(test)]
mod tests {
    use super::names_id_token_use;

    #[test]
    fn actions_and_commands_that_log_in_by_oidc_are_told_from_others() {
        for text in [
            "uses: aws-actions/configure-aws-credentials@v5",
            "uses: Azure/login@v2",
            "uses: sigstore/cosign-installer@v3",
            "uses: actions/attest-build-provenance@v3",
            "run: gcloud auth login",
            "run: deno publish",
            "uses: codecov/codecov-action@v5",
        ] {
            assert!(names_id_token_use(text), "{text}");
        }
        for text in ["uses: actions/checkout@v5", "run: node scripts/release.ts"] {
            assert!(!names_id_token_use(text), "{text}");
        }
    }
}
