use crate::ask::Answer;
use crate::packument::Publisher;
use crate::report::PackageReport;

impl Answer {
    /// The answer in one line, for an editor.
    pub fn summary(&self) -> String {
        match &self.result {
            Ok(report) => of_report(report),
            Err(error) if error.kind == "not-found" => "npm: not published yet".to_owned(),
            Err(error) => format!("npm: {error}"),
        }
    }
}

fn of_report(report: &PackageReport) -> String {
    let version = &report.asked.version;
    match (&report.asked.publisher, &report.trusted_since) {
        (Publisher::Trusted(_), Some(since)) if since != version => {
            format!("npm: {version} by trusted publishing, since {since}")
        }
        (Publisher::Trusted(_), _) => format!("npm: {version} by trusted publishing, for the first time"),
        (Publisher::Token(account), Some(since)) if report.is_downgrade => {
            format!("npm: {version} with a token of {account}, although {since} came by trusted publishing")
        }
        (Publisher::Token(account), Some(other)) => {
            format!("npm: {version} with a token of {account}; {other} came by trusted publishing")
        }
        (Publisher::Token(account), None) => {
            format!("npm: {version} with a token of {account}; no version by trusted publishing so far")
        }
        (Publisher::Unknown, _) => format!("npm: {version}, but the registry does not name the publisher"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::AskError;
    use crate::report::tests::{TRUSTED, packument};
    use crate::request::PackageRequest;

    fn summary(result: Result<PackageReport, AskError>) -> String {
        let answer = Answer {
            request: PackageRequest::parse("@acme/widget").unwrap(),
            registry: "https://registry.npmjs.org/".to_owned(),
            result,
        };
        answer.summary()
    }

    #[test]
    fn it_says_how_the_newest_version_was_published() {
        for (versions, expected) in [
            (
                &[("1.0.0", "jane"), ("1.1.0", TRUSTED), ("1.2.0", TRUSTED)][..],
                "npm: 1.2.0 by trusted publishing, since 1.1.0",
            ),
            (
                &[("1.0.0", "jane"), ("1.1.0", TRUSTED)],
                "npm: 1.1.0 by trusted publishing, for the first time",
            ),
            (
                &[("1.0.0", TRUSTED), ("1.1.0", "jane")],
                "npm: 1.1.0 with a token of jane, although 1.0.0 came by trusted publishing",
            ),
            (
                &[("1.0.0", "jane")],
                "npm: 1.0.0 with a token of jane; no version by trusted publishing so far",
            ),
            (
                &[("1.0.0", "")],
                "npm: 1.0.0, but the registry does not name the publisher",
            ),
        ] {
            let packument = packument(versions);
            let version = packument.resolve(None).unwrap();
            let report = PackageReport::new(&packument, version, None, 1, None);
            assert_eq!(summary(Ok(report)), expected);
        }
    }

    #[test]
    fn a_token_before_the_first_trusted_version_is_not_a_step_back() {
        let packument = packument(&[("1.0.0", "jane"), ("2.0.0-beta.1", TRUSTED)]);
        let report = PackageReport::new(&packument, "1.0.0", None, 1, None);
        assert_eq!(
            summary(Ok(report)),
            "npm: 1.0.0 with a token of jane; 2.0.0-beta.1 came by trusted publishing"
        );
    }

    #[test]
    fn it_says_why_there_is_no_answer() {
        let url = "https://registry.npmjs.org/@acme%2fwidget";
        let missing = AskError::of_status(404, url, false);
        assert_eq!(summary(Err(missing)), "npm: not published yet");
        let down = AskError::of_status(503, url, false);
        assert_eq!(
            summary(Err(down)),
            "npm: registry.npmjs.org answered 503: the registry is unavailable. Try again later."
        );
    }
}
