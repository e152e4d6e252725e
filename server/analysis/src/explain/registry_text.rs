//! What the registry itself answers to a request to publish: the text after the address in
//! `npm error 403 403 Forbidden - PUT https://registry.npmjs.org/widget - You cannot publish over …`.

use super::scan::Hit;
use super::signals::Signal;

/// What the registry answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RegistryAnswer {
    /// The line of the log, from 1.
    pub line: usize,
    /// The answer in the registry's own words.
    pub text: String,
    /// The packages that got it, as far as the lines name them.
    pub packages: Vec<String>,
    /// What it means, if that is known and the text does not say it.
    pub meaning: Option<&'static str>,
}

/// The address, and what follows it, in a line about a request that publishes: npm's error, or its list of requests.
pub(crate) fn sent_to(line: &str) -> Option<&str> {
    let of_error = line.split_once(" - PUT ").map(|(_, rest)| rest);
    of_error.or_else(|| {
        line.split_once(" fetch PUT ")?
            .1
            .split_once(' ')
            .map(|(_, rest)| rest)
    })
}

/// The answers in the order of the log; the same one is told once.
pub(super) fn registry_answers(hits: &[Hit]) -> Vec<RegistryAnswer> {
    let mut answers: Vec<RegistryAnswer> = Vec::new();
    let mut exchanged = None;
    for hit in hits {
        exchanged = exchange_of(&hit.text).or(exchanged);
        let Some((text, package)) = answer(&hit.text) else {
            continue;
        };
        let is_of_exchange = hit.signal == Signal::ExchangeRefused;
        let package = package.or_else(|| exchanged.clone().filter(|_| is_of_exchange));
        // Some tools print the error of npm, and then again as their own.
        let known = answers
            .iter_mut()
            .find(|known| known.text.eq_ignore_ascii_case(&text));
        match known {
            Some(known) => {
                known
                    .packages
                    .extend(package.filter(|package| !known.packages.contains(package)));
            }
            None => answers.push(RegistryAnswer {
                line: hit.line,
                packages: package.into_iter().collect(),
                meaning: meaning(&text),
                text,
            }),
        }
    }
    answers
}

/// What the registry says in a line, and of which package.
pub(super) fn answer(line: &str) -> Option<(String, Option<String>)> {
    let of_request = [" - PUT ", " - POST "]
        .iter()
        .find_map(|method| of_request(line.split_once(method)?.1));
    let found = of_request
        .or_else(|| of_exchange(line))
        .or_else(|| of_yarn(line))
        .or_else(|| of_pnpm(line))
        .or_else(|| of_bun(line))?;
    let text = of_json(found.0).unwrap_or_else(|| plain(found.0));
    (!text.is_empty()).then_some((text, found.1))
}

/// The text as the registry wrote it: nx prints JSON, and JavaScript lists its lines in quotes that begin before the address.
fn plain(text: &str) -> String {
    // JavaScript lists its lines, and joins them.
    let text = text.trim();
    let text = text.strip_suffix("\\n' +").unwrap_or(text);
    let bare = text.trim_end_matches(',');
    let closed = ['"', '\''].into_iter().find_map(|quote| {
        let is_closing = !bare.matches(quote).count().is_multiple_of(2);
        bare.strip_suffix(quote).filter(|_| is_closing)
    });
    closed.unwrap_or(text).replace("\\\"", "\"")
}

/// `https://registry.npmjs.org/@acme%2fwidget - Not found`
fn of_request(rest: &str) -> Option<(&str, Option<String>)> {
    let (url, text) = rest.split_once(" - ")?;
    let is_url = url.starts_with("http") && !url.contains(' ');
    is_url.then(|| (text, package_of(url)))
}

/// The answer to the exchange, as npm and semantic-release print it. npm prints `Unknown error` if there was none.
/// Source: `lib/utils/oidc.js` of npm 12.2.2.
fn of_exchange(line: &str) -> Option<(&str, Option<String>)> {
    let of_npm = line.split_once("Failed token exchange request with body message: ");
    let of_semantic_release = line.split_once("OIDC token exchange with the npm registry failed: ");
    let text = match (of_npm, of_semantic_release) {
        (Some((_, text)), _) => text,
        // The status comes first.
        (None, Some((_, text))) => text.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' '),
        (None, None) => return None,
    };
    (!text.starts_with("Unknown error")).then_some((text, None))
}

/// Yarn 1: `error Couldn't publish package: "https://registry.npmjs.org/widget: Not found"`; Yarn 2 and later print the answer
/// as an error with the code of a refused request. Measured with Yarn 1.22.22 and 4.18.1.
fn of_yarn(line: &str) -> Option<(&str, Option<String>)> {
    if let Some((_, rest)) = line.split_once("Couldn't publish package: \"http") {
        let (address, text) = rest.split_once(": ")?;
        return Some((text, package_of(&format!("http{address}"))));
    }
    let text = line.split_once("YN0035: ")?.1.trim_start_matches(['│', ' ']);
    let is_about_request = ["Response ", "Request ", "The remote server"]
        .iter()
        .any(|start| text.starts_with(start));
    (!is_about_request).then_some((text, None))
}

/// pnpm 11 and 12: `Failed to publish package @acme/widget@1.0.0 (status 403 Forbidden): You may not`, where the answer may be
/// JSON. Measured with pnpm 12.21.0, which begins a line with it.
fn of_pnpm(line: &str) -> Option<(&str, Option<String>)> {
    let (before, rest) = line.split_once(" (status ")?;
    let (_, text) = rest.split_once(')')?;
    let text = text
        .strip_prefix(':')?
        .trim_start()
        .trim_start_matches("Details: ");
    let spec = before.split_once(" package ")?.1;
    let package = spec.rfind('@').filter(|at| *at > 0).and_then(|at| spec.get(..at));
    Some((text, package.map(str::to_owned)))
}

/// Bun: `403 Forbidden: https://registry.npmjs.org/widget - You may not`, where the answer was in a line of its own.
fn of_bun(line: &str) -> Option<(&str, Option<String>)> {
    let (_, rest) = line.split_once(": http")?;
    let (address, text) = rest.split_once(" - ")?;
    let is_address = !address.contains(' ') && line.starts_with(|c: char| c.is_ascii_digit());
    let is_refused = is_address || line.starts_with("error: ") && !address.contains(' ');
    is_refused.then(|| (text, package_of(&format!("http{address}"))))
}

/// The sentence in `{"error":"Not found","message":"Not found"}`. Quotes in it are no longer escaped.
fn of_json(text: &str) -> Option<String> {
    let members = text.trim_start().strip_prefix('{')?;
    let mut values = ["\"message\":", "\"error\":"].into_iter().filter_map(|key| {
        let value = members.split_once(key)?.1.trim_start().strip_prefix('"')?;
        let end = ["\",", "\"}", "\" }"]
            .iter()
            .filter_map(|end| value.find(end))
            .min();
        value.get(..end.unwrap_or(value.len()))
    });
    values.next().map(str::to_owned)
}

/// The package in `https://registry.npmjs.org/@acme%2fwidget`, also of an exchange or a stage.
fn package_of(url: &str) -> Option<String> {
    let path = url.split_once("://")?.1.split_once('/')?.1;
    let path = path.replace("%2f", "/").replace("%2F", "/");
    let name = match path.strip_prefix("-/") {
        Some(rest) => rest.split_once("/package/")?.1,
        None => &path,
    };
    (!name.is_empty()).then(|| name.to_owned())
}

/// The package in `npm http fetch POST 404 https://registry.npmjs.org/-/npm/v1/oidc/token/exchange/package/widget 9ms`
fn exchange_of(line: &str) -> Option<String> {
    let mut words = line.split_whitespace();
    package_of(words.find(|word| word.contains("/oidc/token/exchange/package/"))?)
}

/// Answers that say less than they seem to.
fn meaning(text: &str) -> Option<&'static str> {
    let text = text.trim_end_matches('.').to_ascii_lowercase();
    match text.as_str() {
        // Source: npm/cli#9969 and the reports it links to; measured for a missing right to publish.
        "not found" => Some("It says so for every publish that it does not allow."),
        "oidc token exchange error - package not found" => {
            Some("It says so also if the package exists and its trusted publisher does not match.")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::scan::Scanner;
    use super::*;

    fn scan(log: &str) -> Vec<Hit> {
        let mut scanner = Scanner::new();
        scanner.push(log.as_bytes());
        scanner.finish().hits
    }

    #[test]
    fn the_text_after_the_address_is_the_registry_s() {
        for (line, text, package) in [
            (
                "npm error 404 Not Found - PUT https://registry.npmjs.org/@acme%2fwidget - Not found",
                "Not found",
                Some("@acme/widget"),
            ),
            (
                "npm ERR! 403 403 Forbidden - PUT https://registry.npmjs.org/w - a - b",
                "a - b",
                Some("w"),
            ),
            (
                "[E422] 422 Unprocessable Entity - PUT https://registry.npmjs.org/w - No provenance.",
                "No provenance.",
                Some("w"),
            ),
            (
                r#""summary": "422 Unprocessable Entity - PUT https://registry.npmjs.org/w - \"repository.url\" is \"\"","#,
                r#""repository.url" is """#,
                Some("w"),
            ),
            (
                r"'npm error 404 Not Found - PUT https://registry.npmjs.org/w - Not found\n' +",
                "Not found",
                Some("w"),
            ),
            (
                "'npm error 403 403 Forbidden - PUT https://registry.npmjs.org/w - You may not',",
                "You may not",
                Some("w"),
            ),
            (
                "[E404] 404 Not Found - POST https://registry.npmjs.org/-/stage/package/w - Not found",
                "Not found",
                Some("w"),
            ),
            (
                "npm verbose oidc Failed token exchange request with body message: OIDC token exchange error - package not found",
                "OIDC token exchange error - package not found",
                None,
            ),
            (
                "[semantic-release] › ℹ  OIDC token exchange with the npm registry failed: 404 OIDC token exchange error",
                "OIDC token exchange error",
                None,
            ),
            (
                "error Couldn't publish package: \"https://registry.npmjs.org/widget: Not found\"",
                "Not found",
                Some("widget"),
            ),
            (
                "➤ YN0035: │ You cannot publish over 1.0.0",
                "You cannot publish over 1.0.0",
                None,
            ),
        ] {
            let expected = (text.to_owned(), package.map(str::to_owned));
            assert_eq!(answer(line), Some(expected), "{line}");
        }
    }

    #[test]
    fn what_the_registry_did_not_say_is_not_quoted() {
        for line in [
            "npm error 404 Not Found - GET https://registry.npmjs.org/left - Not found",
            "npm error 404 Not Found - PUT https://registry.npmjs.org/left",
            "npm error 404 Not Found - PUT https://registry.npmjs.org/left - ",
            "[WARN] Skipped OIDC: Failed token exchange request with body message: Unknown error (status code 404)",
            "➤ YN0035:   Response Code: 422 (Unprocessable Entity)",
            "feat: PUT - a list - of words",
        ] {
            assert_eq!(answer(line), None, "{line}");
        }
    }

    #[test]
    fn the_answer_to_an_exchange_is_about_the_package_of_the_request() {
        let log = "\
npm http fetch POST 404 https://registry.npmjs.org/-/npm/v1/oidc/token/exchange/package/@acme%2fwidget 8ms
npm verbose oidc Failed token exchange request with body message: OIDC token exchange error - package not found
";
        let answers = registry_answers(&scan(log));
        assert_eq!(answers.len(), 1, "{answers:?}");
        assert_eq!(answers[0].packages, ["@acme/widget"]);
    }

    #[test]
    fn an_answer_is_told_once_with_its_packages() {
        let log = "\
npm error 404 Not Found - PUT https://registry.npmjs.org/a - Not found
npm error 403 403 Forbidden - PUT https://registry.npmjs.org/b - You may not
npm error 404 Not Found - PUT https://registry.npmjs.org/a - Not found
npm error 404 Not Found - PUT https://registry.npmjs.org/c - Not found
";
        let answers = registry_answers(&scan(log));
        let told: Vec<_> = answers
            .iter()
            .map(|answer| (answer.line, answer.text.as_str(), answer.packages.join(" ")))
            .collect();
        assert_eq!(
            told,
            [
                (1, "Not found", "a c".to_owned()),
                (2, "You may not", "b".to_owned())
            ]
        );
    }
}
