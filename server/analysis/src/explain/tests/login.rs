//! Which login was meant, where the log and its day tell.

use super::{all, first};
use crate::explain::{Confidence, Origin, explain};

fn sure(log: &str) -> Vec<Confidence> {
    let causes = explain(log, &Origin::default()).causes;
    causes.iter().map(|cause| cause.confidence).collect()
}

const NEED_AUTH: &str = "\
npm ERR! code ENEEDAUTH
npm ERR! need auth This command requires you to be logged in to https://registry.npmjs.org/
";

#[test]
fn an_old_npm_without_a_login_may_have_missed_a_token() {
    assert_eq!(first(NEED_AUTH), ["token-empty", "npm-too-old"]);
    // npm 10.6 to 11.4.
    let newer = "npm info using npm@10.9.2\nnpm error code ENEEDAUTH";
    assert_eq!(first(newer), ["npm-too-old"]);
    assert_eq!(sure(newer), [Confidence::Likely, Confidence::Possible]);
    // The job was meant to exchange its ID token.
    for sign in ["Id-token: write", "NODE_AUTH_TOKEN: XXXXX-XXXXX-XXXXX-XXXXX"] {
        let log = format!("GITHUB_TOKEN Permissions\n{sign}\nId-token: write\n{NEED_AUTH}");
        assert_eq!(all(&log), ["npm-too-old"], "{sign}");
        assert_eq!(sure(&log), [Confidence::Certain], "{sign}");
    }
}

#[test]
fn a_log_from_before_trusted_publishing_is_about_a_token() {
    let log = |day: &str| {
        format!("{NEED_AUTH}npm ERR!     /home/runner/.npm/_logs/{day}T01_20_58_187Z-debug-0.log\n")
    };
    for day in ["2024-02-27", "2025-07-24"] {
        assert_eq!(all(&log(day)), ["token-empty"], "{day}");
    }
    for day in ["2025-07-25", "2026-02-03", "0000-00-00", "2024-2-7"] {
        assert_eq!(first(&log(day)), ["token-empty", "npm-too-old"], "{day}");
    }
    let stamped = |day: &str, text: &str| {
        let lines = text
            .lines()
            .map(|line| format!("{day}T10:00:00.1000000Z {line}\n"));
        lines.collect::<String>()
    };
    let refused = "npm ERR! code E404\nnpm ERR! 404 Not Found - PUT https://registry.npmjs.org/w - Not found\nnpm ERR! 404  'w@1.0.0' is not in this registry.\n";
    assert_eq!(
        all(&stamped("2023-05-01", refused)),
        ["token-expired", "token-empty"]
    );
    assert_eq!(
        first(&stamped("2026-05-01", refused)),
        ["npm-too-old", "token-expired"]
    );
    let yarn = "Run yarn npm publish\n➤ YN0033: No authentication configured for request\n";
    assert_eq!(first(&stamped("2025-06-01", yarn))[0], "token-empty");
    // A day in a sentence is not that of the log.
    let told = format!("It worked until 2023-05-01T10:00 or so\n{refused}");
    assert_eq!(first(&told)[0], "npm-too-old");
    // Of a log of several days the last counts.
    let both = stamped("2023-05-01", "npm ERR! code ELIFECYCLE\n") + &stamped("2026-05-01", refused);
    assert_eq!(first(&both)[0], "npm-too-old");
    let semantic_release = "[semantic-release] › ℹ  Running semantic-release version 21.0.1\n[semantic-release] › ✖  ENONPMTOKEN No npm token specified.\n";
    assert_eq!(all(&stamped("2023-05-01", semantic_release))[0], "token-empty");
    assert_eq!(
        all(&stamped("2026-05-01", semantic_release))[0],
        "semantic-release-old"
    );
}

#[test]
fn what_names_its_cause_does_not_depend_on_the_day() {
    for (text, cause) in [
        (
            "npm ERR! Provenance generation in GitHub Actions requires \"write\" access to the \"id-token\" permission",
            "id-token-missing",
        ),
        ("npm ERR! code EOTP", "eotp-token-2fa"),
        (
            "npm ERR! 402 Payment Required - PUT https://registry.npmjs.org/@a%2fw - You must sign up for private packages",
            "scoped-access",
        ),
    ] {
        let log = format!("2024-02-27T10:00:00.1000000Z {text}\n");
        assert_eq!(all(&log), [cause], "{text}");
    }
}

#[test]
fn semantic_release_had_verified_its_login_before_its_publish_failed() {
    const NEED: &str = "npm error code ENEEDAUTH\nnpm error need auth This command requires you to be logged in to https://registry.npmjs.org/\n";
    let failed = |step: &str, plugin: &str| {
        format!("{NEED}[3:15:46 PM] [semantic-release] › ✘  Failed step \"{step}\" of plugin \"{plugin}\"\n")
    };
    assert_eq!(
        all(&failed("publish", "@semantic-release/npm")),
        ["semantic-release-npm", "npm-too-old"]
    );
    for (step, plugin) in [
        ("verifyConditions", "@semantic-release/npm"),
        ("publish", "@semantic-release/exec"),
    ] {
        assert_eq!(
            all(&failed(step, plugin))[0],
            "tp-not-configured",
            "{step} {plugin}"
        );
    }
    let refused = "OIDC token exchange with the npm registry failed: 404 OIDC token exchange error - package not found\n";
    let log = format!("{refused}{}", failed("publish", "@semantic-release/npm"));
    assert_ne!(all(&log)[0], "semantic-release-npm");
    let elsewhere = failed("publish", "@semantic-release/npm").replace("registry.npmjs.org", "npm.acme.com");
    assert_eq!(all(&elsewhere)[0], "wrong-registry");
}

#[test]
fn a_variable_that_nothing_sets_is_that_of_setup_node_only_by_its_name() {
    let yarn = |name: &str| format!("error Error: Failed to replace env in config: ${{{name}}}\n");
    assert_eq!(all(&yarn("NODE_AUTH_TOKEN")), ["setup-node-v7-yarn1"]);
    assert_eq!(all(&yarn("NPM_TOKEN")), ["install-failed", "token-empty"]);
    let explained = explain(&yarn("NPM_TOKEN"), &Origin::default());
    let detail = explained.causes[0].detail.clone().unwrap_or_default();
    assert!(detail.contains("`NPM_TOKEN`"), "{detail}");
    let berry =
        "Usage Error: Environment variable not found (NPM_AUTH_TOKEN) in /home/runner/work/w/w/.yarnrc.yml\n";
    assert_eq!(all(berry), ["install-failed", "token-empty"]);
    // npm and pnpm only warn, and a program may say it of its own variable.
    for log in [
        "[WARN] Failed to replace env in config: ${NPM_TOKEN}\n",
        "Environment variable not found (API_KEY)\n",
    ] {
        assert_eq!(all(log), [] as [&str; 0], "{log}");
    }
}

#[test]
fn a_refused_login_may_have_been_an_empty_one() {
    let put = "npm ERR! 401 Unauthorized - PUT https://registry.npmjs.org/w - You must be logged in to publish packages.\n";
    assert_eq!(all(put), ["token-expired", "token-empty"]);
    for (sign, text) in [
        ("NODE_AUTH_TOKEN: ***\n", put),
        (
            "",
            "npm error code E401\nnpm error Unable to authenticate, your authentication token seems to be invalid.\n",
        ),
    ] {
        assert_eq!(all(&format!("{sign}{text}")), ["token-expired"], "{sign}{text}");
    }
}

#[test]
fn github_packages_may_refuse_a_reader() {
    let view = |answer: &str| {
        format!("Error: Command failed: npm view @acme/w versions --json\nnpm error code {answer}\n")
    };
    let unauthenticated = view(
        "E401\nnpm error 401 Unauthorized - GET https://npm.pkg.github.com/@acme%2fw - unauthenticated: User cannot be authenticated with the token provided.",
    );
    assert_eq!(all(&unauthenticated), ["read-refused", "github-packages-rights"]);
    let missing =
        view("E404\nnpm error 404 Not Found - GET https://registry.npmjs.org/@acme%2fw - Not found");
    assert_eq!(all(&missing), ["read-refused", "first-publish"]);
}

#[test]
fn without_a_sign_of_trusted_publishing_a_token_may_have_been_meant() {
    const NEW: &str = "npm error code E404\nnpm error 404 Not Found - PUT https://registry.npmjs.org/w - Not found\nnpm error 404  The requested resource 'w@1.0.0' could not be found or you do not have permission to access it.\n";
    assert_eq!(all(NEW).last(), Some(&"token-expired"));
    let need_auth = "npm error need auth You need to authorize this machine using `npm login`\n";
    assert_eq!(all(need_auth).last(), Some(&"token-empty"));
    for sign in [
        "npm notice publish Signed provenance statement with source and build information from GitHub Actions",
        "NODE_AUTH_TOKEN: XXXXX-XXXXX-XXXXX-XXXXX",
    ] {
        let causes = explain(&format!("{sign}\n{NEW}"), &Origin::default()).causes;
        assert!(
            causes.iter().all(|cause| cause.id.name() != "token-expired"),
            "{sign}"
        );
    }
}

#[test]
fn a_registry_that_receives_too_much_is_not_out_of_order() {
    let put = "429 Too Many Requests - PUT https://registry.npmjs.org/w";
    assert_eq!(all(put), ["rate-limited"]);
    let read = "npm error code E429\nnpm error 429 Too Many Requests - GET https://registry.npmjs.org/w";
    assert_eq!(all(read), ["registry-unavailable"]);
}

#[test]
fn classic_tokens_are_named_only_where_the_log_may_be_of_their_end_or_later() {
    let log = |day: &str| {
        format!("{day}T10:00:00.1000000Z NODE_AUTH_TOKEN: ***\n{day}T10:00:00.1000000Z npm error code E404\n")
    };
    let is_named = |log: &str| {
        let causes = explain(log, &Origin::default()).causes;
        let of_token = causes.iter().find(|cause| cause.id.name() == "token-expired");
        of_token.is_some_and(|cause| cause.detail.is_some())
    };
    for day in ["2024-01-27", "2025-10-27", "2025-12-08"] {
        assert!(!is_named(&log(day)), "{day}");
    }
    for day in ["2025-12-09", "2026-02-27"] {
        assert!(is_named(&log(day)), "{day}");
    }
    assert!(is_named("NODE_AUTH_TOKEN: ***\nnpm error code E404\n"));
    // npm says what became of the secret, whatever npm it is.
    let both = "NODE_AUTH_TOKEN: ***\nnpm error code E404\nnpm error 404  'w@1.0.0' is not in this registry.\nnpm notice Access token expired or revoked.\n";
    assert_eq!(all(both)[..2], ["token-expired", "npm-too-old"]);
}

#[test]
fn an_npm_that_tells_of_its_exchange_is_new_enough_whatever_its_words_are() {
    let old = "npm error code E404\nnpm error 404 Not Found - PUT https://registry.npmjs.org/w - Not found\n\
        npm error 404  'w@1.0.0' is not in this registry.\n";
    assert_eq!(all(old)[0], "npm-too-old");
    let request =
        "npm http fetch POST 404 https://registry.npmjs.org/-/npm/v1/oidc/token/exchange/package/w 9ms";
    for (exchange, cause) in [
        (
            "npm verbose oidc Successfully retrieved and set token",
            "tp-allowed-actions",
        ),
        (
            "npm verbose oidc Failed token exchange request with body message: OIDC token exchange error - package not found",
            "tp-not-configured",
        ),
        (request, "tp-not-configured"),
        (
            "34 verbose oidc Skipped because no id_token available",
            "id-token-missing",
        ),
    ] {
        for log in [format!("{exchange}\n{old}"), format!("{old}{exchange}\n")] {
            let causes = all(&log);
            assert_eq!(causes[0], cause, "{log}");
            let is_old = |cause: &&str| matches!(*cause, "npm-too-old" | "npm-shadowed-on-path");
            assert!(!causes.iter().any(is_old), "{log}");
            let evidence = explain(&log, &Origin::default()).evidence;
            assert!(
                !evidence.iter().any(|line| line.meaning.contains("before 11.5.0")),
                "{log}"
            );
        }
    }
    let told = "npm verbose oidc Successfully retrieved and set token\n";
    for log in [
        // Another npm takes its place.
        format!("{told}npm info using npm@10.9.2\n{old}"),
        format!("##[group]Run npm publish ./a\n{told}+ a@1.0.0\n##[group]Run ./old-npm publish\n{old}"),
        // semantic-release makes an exchange of its own, and runs the npm that it depends on.
        format!("OIDC token exchange with the npm registry succeeded\n{old}"),
    ] {
        assert_eq!(all(&log)[0], "npm-too-old", "{log}");
    }
}
