//! Which addresses are those of npm's registry.

/// The host of npm's registry.
const NPM_HOST: &str = "registry.npmjs.org";

/// Whether a URL is the public npm registry's.
pub(crate) fn is_npm_registry(url: &str) -> bool {
    host_and_path(url).eq_ignore_ascii_case(NPM_HOST)
}

/// Whether a URL that is not [`is_npm_registry`] may lead there all the same: npm asks for an ID token for the host as it is
/// written, and whether npm's registry accepts another name was not measured. So it is with a path: the exchange leaves it out,
/// and the publish does not.
/// Source: lib/utils/oidc.js of npm 11.19.1. Reading from `registry.npmjs.org.` works (measured).
pub(crate) fn may_be_npm_registry(url: &str) -> bool {
    let rest = host_and_path(url);
    let host = rest.split('/').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    matches!(host.as_str(), NPM_HOST | "registry.npmjs.com")
}

/// A URL without its scheme, the port that this scheme has anyway, and slashes at the end.
fn host_and_path(url: &str) -> &str {
    let url = url.trim();
    let without = |scheme: &str| {
        let start = url.get(..scheme.len())?;
        start
            .eq_ignore_ascii_case(scheme)
            .then(|| url.get(scheme.len()..))?
    };
    let (rest, port) = match (without("https:"), without("http:")) {
        (Some(rest), _) => (rest, ":443"),
        (None, Some(rest)) => (rest, ":80"),
        (None, None) => (url, ""),
    };
    let rest = rest.trim_start_matches("//").trim_end_matches('/');
    rest.strip_suffix(port).unwrap_or(rest)
}

/// Whether Yarn takes a URL for the public npm registry's: its own default is a name of that one, and so it asks for an ID token
/// for `npm:registry.npmjs.org` there.
/// Source: `bin/yarn.js` of @yarnpkg/cli-dist 4.10.1 and 4.18.1.
pub(crate) fn is_registry_of_yarn(url: &str) -> bool {
    const OTHER_NAMES: [&str; 2] = ["registry.yarnpkg.com", "yarn.npmjs.org"];
    let host = host_and_path(url);
    is_npm_registry(url) || OTHER_NAMES.iter().any(|name| host.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::{is_npm_registry, may_be_npm_registry};
    use crate::test_support::check_sites;

    #[test]
    fn the_public_registry_is_known_in_every_spelling() {
        for url in [
            "https://registry.npmjs.org",
            "https://registry.npmjs.org/",
            "http://registry.npmjs.org/",
            "//registry.npmjs.org/",
            "HTTPS://Registry.NpmJS.org",
            "https://registry.npmjs.org:443/",
            "http://registry.npmjs.org:80",
        ] {
            assert!(is_npm_registry(url), "{url}");
        }
        for url in [
            "https://registry.npmjs.com",
            "https://registry.npmjs.com:443/",
            "https://registry.npmjs.org./",
            "https://registry.npmjs.org:8443",
            "https://registry.npmjs.org/path/",
        ] {
            assert!(!is_npm_registry(url) && may_be_npm_registry(url), "{url}");
        }
        for url in [
            "https://npm.pkg.github.com",
            "https://registry.yarnpkg.com",
            "https://registry.npmjs.org.evil.example",
        ] {
            assert!(!is_npm_registry(url) && !may_be_npm_registry(url), "{url}");
        }
    }

    #[test]
    fn another_name_of_the_registry_leaves_the_outcome_open() {
        for (permissions, env) in [
            (
                "contents: read",
                " , env: { NODE_AUTH_TOKEN: '${{ secrets.T }}' }",
            ),
            ("contents: read, id-token: write", ""),
        ] {
            for url in ["https://registry.npmjs.com", "https://registry.npmjs.org/x"] {
                check_sites(
                    &format!(
                        r#"#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ {permissions} }}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24, registry-url: '{url}' }}
      - {{ run: npm publish{env} }}
#- package.json
{{ "name": "w", "version": "1.0.0", "repository": "a/w" }}
"#
                    ),
                    "release.yml:9 publish; registry=-; outcome=unknown",
                );
            }
        }
    }
}
