use super::*;
use crate::knowledge::npm_errors::NpmError;
use crate::test_support::Random;

fn scan(log: &[u8]) -> Vec<Hit> {
    scan_in_parts(log, &[])
}

/// The hits of a log that comes in parts, which end at these places.
fn scan_in_parts(log: &[u8], ends: &[usize]) -> Vec<Hit> {
    let mut scanner = Scanner::new();
    let mut start = 0;
    for end in ends.iter().copied().chain([log.len()]) {
        scanner.push(&log[start..end]);
        start = end;
    }
    scanner.finish().hits
}

#[test]
fn lines_are_numbered_and_told_once() {
    let log = "first\nnpm error code E404 npm error code E404\n\nnpm error code ENEEDAUTH\n";
    let hits = scan(log.as_bytes());
    let found: Vec<_> = hits.iter().map(|hit| (hit.line, hit.signal)).collect();
    assert_eq!(
        found,
        [
            (2, Signal::Code(NpmError::E404)),
            (4, Signal::Code(NpmError::NeedAuth))
        ]
    );
}

#[test]
fn a_line_without_end_is_cut_and_repeated_lines_are_bounded() {
    let long = format!("npm error code E404 {}", "é".repeat(100_000));
    let hits = scan(long.as_bytes());
    assert!(hits[0].text.starts_with("npm error code E404 é"));
    assert!(hits.iter().all(|hit| hit.text.len() <= LONGEST_LINE));
    let repeated = "npm error code E404\n".repeat(10_000);
    let hits = scan(repeated.as_bytes());
    assert_eq!((hits.len(), hits.last().unwrap().line), (50, 10_000));
}

#[test]
fn a_line_that_repeats_a_text_is_not_read_without_end() {
    let repeats = "npm error code E404 ".repeat(3 * MOST_LOOKS_OF_LINE);
    let log = format!("{repeats} npm error code ENEEDAUTH\nnpm error code E404\n");
    let mut scanner = Scanner::new();
    scanner.push(log.as_bytes());
    scanner.search(scanner.buffer.len());
    let looks = scanner.looks[&Signal::Code(NpmError::E404)];
    // Each counts for the usual lines that it is as long as.
    let most = MOST_LOOKS_OF_LINE * (1 + LONGEST_LINE / USUAL_LINE) + 1;
    assert!(looks > MOST_LOOKS_OF_LINE && looks <= most, "{looks}");
    let hits = scanner.finish().hits;
    // Other texts of the line, and other lines, are still read.
    let last = hits.last().unwrap();
    assert_eq!((last.line, last.signal), (2, Signal::Code(NpmError::E404)));
    let auth = Signal::Code(NpmError::NeedAuth);
    assert!(hits.iter().any(|hit| (hit.line, hit.signal) == (1, auth)));
}

#[test]
fn every_failure_in_a_line_without_end_is_found() {
    let filler = "x y\\tz ".repeat(100_000);
    let failure = |package: &str| {
        format!(
            "\\nnpm error code E404\\nnpm error 404 Not Found - PUT https://a.com/{package} - Not found\\n"
        )
    };
    let log = format!(
        "{}{filler}{}{filler}{filler}{}",
        failure("a"),
        failure("b"),
        failure("c")
    );
    let hits = scan(log.as_bytes());
    let urls = hits.iter().filter(|hit| hit.text.contains(" - PUT "));
    let urls: Vec<&str> = urls.map(|hit| hit.text.as_str()).collect();
    let expected = ["a", "b", "c"]
        .map(|package| format!("npm error 404 Not Found - PUT https://a.com/{package} - Not found"));
    assert_eq!(urls, expected);
    assert_eq!(
        hits.iter()
            .filter(|hit| hit.text == "npm error code E404")
            .count(),
        3
    );
    // Without line breaks of any kind, what is around the text is shown.
    let hits = scan(format!("{filler} npm error code E404 {filler}").as_bytes());
    assert!(
        hits.len() == 1 && hits[0].text.contains(" npm error code E404 "),
        "{hits:?}"
    );
}

#[test]
fn memory_does_not_grow_with_the_log() {
    for filler in [
        "x",
        "\u{1b}[32mnpm error code E404\n",
        "\u{1b}]",
        "\r",
        "&",
        "npm error code E404 PUT\n",
    ] {
        let part = filler.repeat(PART / filler.len());
        let mut scanner = Scanner::new();
        for _ in 0..24 {
            scanner.push(part.as_bytes());
        }
        assert!(scanner.buffer.capacity() <= 1 << 20, "{filler:?}");
        assert!(scanner.finish().hits.len() <= 200, "{filler:?}");
    }
}

/// What tells of a failed publish in every dress that the scanner takes off.
const DRESSED: &[&str] = &[
    "publish\tPublish\t\u{feff}2026-11-01T10:00:00.1000000Z ##[group]Run npm publish\n",
    "publish\tUNKNOWN STEP\t2026-11-01T10:00:00.1100000Z \u{1b}[36;1mnpm publish\u{1b}[0m\r\n",
    "npm \u{1b}[31merror\u{1b}[39m code E404\r\n",
    "  NODE_AUTH_TOKEN: \r\n",
    "npm notice\u{a0}Publishing to\u{a0}https://registry.npmjs.org/\n",
    "⠋ publishing\r\u{1b}[2K⠙ publishing\rnpm error code ENEEDAUTH\n",
    "&gt; npm error 422 … package.json: &quot;repository.url&quot; is &quot;&quot;, expected to match &quot;https://github.com/o/r&quot; from provenance\n",
    "> npm error 404 Not Found - PUT\r\n> https://registry.npmjs.org/@acme%2fwid\n> get - Not found\n",
    "npm error need auth This command requires you to be\nlogged in to https://registry.npmjs.org/\n",
    "npm error need auth This command requi\nres you to be logged in to https://registry.npmjs.org/\n",
    "“repository.url” is “a”, expected to match “b” from prov\u{200b}enance\n",
    "[Release/publish]   | npm error code E422\n",
    "[Release/publish] ⭐ Run Main npm publish\n",
    "pkg:publish: + @acme/widget@1.0.0\n",
    "2026-11-01T10:00:00.1000000Z Current runner version: '2.330.0'\n",
    "Complete job name: release (20)\nPost job cleanup.\n",
    "\u{1b}]8;;https://a.com\u{7}npm error code E403\u{1b}]8;;\u{1b}\\\n",
    "🦋  success packages published successfully:\nlerna notice cli v8.2.4\n\\\"E404\\\" && é\n",
];

/// A log of these lines, between lines that tell nothing.
fn dressed_log(filler: usize) -> String {
    let between = "\u{1b}[32m✓\u{1b}[0m src/a.test.ts > adds (3 ms)\r\n".repeat(filler);
    DRESSED.join(&between)
}

#[test]
fn where_the_parts_of_a_log_end_does_not_matter() {
    let log = dressed_log(1);
    let utf16: Vec<u8> = log.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut invalid = log.clone().into_bytes();
    let mut random = Random::new(0x2545_f491_4f6c_dd1d);
    for _ in 0..25 {
        let at = random.below(invalid.len());
        invalid[at] = u8::try_from(random.below(256)).unwrap();
    }
    let large = dressed_log(500).into_bytes();
    for (log, rounds) in [(log.into_bytes(), 300), (utf16, 100), (invalid, 300), (large, 12)] {
        let whole = scan(&log);
        assert!(whole.len() >= 10, "{whole:?}");
        for _ in 0..rounds {
            let mut ends: Vec<usize> = (0..random.below(20)).map(|_| random.below(log.len())).collect();
            ends.sort_unstable();
            assert_eq!(scan_in_parts(&log, &ends), whole, "{ends:?}");
        }
    }
}

#[test]
fn a_part_may_be_a_single_byte() {
    let log = dressed_log(1).into_bytes();
    let ends: Vec<usize> = (1..log.len()).collect();
    assert_eq!(scan_in_parts(&log, &ends), scan(&log));
}

#[test]
fn the_dress_of_a_line_hides_nothing() {
    let hits = scan(dressed_log(1).as_bytes());
    let texts: Vec<&str> = hits.iter().map(|hit| hit.text.as_str()).collect();
    for text in [
        "npm error code E404",
        "npm error code ENEEDAUTH",
        "npm error code E403",
        "npm error code E422",
        "NODE_AUTH_TOKEN:",
        "npm notice Publishing to https://registry.npmjs.org/",
        "npm error 404 Not Found - PUT https://registry.npmjs.org/@acme%2fwidget - Not found",
        "npm error need auth This command requires you to be logged in to https://registry.npmjs.org/",
        "\"repository.url\" is \"a\", expected to match \"b\" from provenance",
        "+ @acme/widget@1.0.0",
    ] {
        assert!(texts.contains(&text), "{text}: {texts:#?}");
    }
}

#[test]
fn lines_are_joined_only_where_one_continues_the_other() {
    for (log, expected) in [
        (
            "npm error 404 Not Found - PUT https://a.com/w - Not found\nnpm error 404 - x",
            "npm error 404 Not Found - PUT https://a.com/w - Not found",
        ),
        (
            "404 Not Found - PUT https://a.com/w\nnpm error - x",
            "404 Not Found - PUT https://a.com/w",
        ),
        (
            "404 Not Found - PUT https://a.com/w\n- Not found",
            "404 Not Found - PUT https://a.com/w - Not found",
        ),
        (
            "404 Not Found - PUT https://a.com/w -\nNot found",
            "404 Not Found - PUT https://a.com/w - Not found",
        ),
        (
            "404 Not Found - PUT \n  https://a.com/w - Not found",
            "404 Not Found - PUT https://a.com/w - Not found",
        ),
        (
            "Failed to validate repository information: \"repository.url\" is \"https://github.com/a/\nb\", expected to\nmatch \"c\" from provenance",
            "Failed to validate repository information: \"repository.url\" is \"https://github.com/a/b\", expected to match \"c\" from provenance",
        ),
    ] {
        let hits = scan(log.as_bytes());
        assert_eq!(hits[0].text, expected, "{log}");
    }
    assert_eq!(scan(b"npm error need auth This command requi\nRed herring"), []);
}

/// The jobs and steps of all lines that tell something.
fn places(log: &str) -> Vec<(String, String)> {
    let text = |name: &Option<Arc<str>>| name.as_deref().unwrap_or("-").to_owned();
    let hits = scan(log.as_bytes());
    hits.iter().map(|hit| (text(&hit.job), text(&hit.step))).collect()
}

fn place(job: &str, step: &str) -> (String, String) {
    (job.to_owned(), step.to_owned())
}

#[test]
fn columns_name_the_job_and_the_step() {
    let log = "\
build\tTest\t2026-11-01T10:00:00.1Z npm error code E404
publish / npm\tPublish\t2026-11-01T10:00:00.1Z npm error code E404
build\tUNKNOWN STEP\t2026-11-01T10:00:00.1Z ##[group]Run npm test
publish / npm\tUNKNOWN STEP\t2026-11-01T10:00:00.1Z ##[group]Run npm publish
build\tUNKNOWN STEP\t2026-11-01T10:00:00.1Z npm error code E403
publish / npm\tUNKNOWN STEP\t2026-11-01T10:00:00.1Z npm error code E403
publish / npm\tUNKNOWN STEP\t2026-11-01T10:00:00.1Z Post job cleanup.
publish / npm\tUNKNOWN STEP\t2026-11-01T10:00:00.1Z npm error code EOTP
";
    assert_eq!(
        places(log),
        [
            place("build", "Test"),
            place("publish / npm", "Publish"),
            place("build", "npm test"),
            place("publish / npm", "npm publish"),
            place("publish / npm", "-"),
            place("publish / npm", "-"),
        ]
    );
}

#[test]
fn the_log_of_a_job_names_it_and_its_steps() {
    let log = "\
2026-11-01T10:00:00.1Z Current runner version: '2.330.0'
2026-11-01T10:00:00.1Z ##[group]GITHUB_TOKEN Permissions
2026-11-01T10:00:00.1Z Complete job name: release (20)
2026-11-01T10:00:00.1Z ##[group]Run npm publish
2026-11-01T10:00:00.1Z npm error code E404
2026-11-01T10:00:00.1Z it prints ##[group]Run npm test
2026-11-01T10:00:00.1Z npm error code E403
2026-11-01T10:00:00.1Z Current runner version: '2.330.0'
2026-11-01T10:00:00.1Z ##[group]GITHUB_TOKEN Permissions
2026-11-01T10:00:00.1Z Complete job name: release (22)
2026-11-01T10:00:00.1Z npm error code E404
";
    assert_eq!(
        places(log),
        [
            place("release (20)", "-"),
            place("release (20)", "npm publish"),
            place("release (20)", "npm publish"),
            place("release (22)", "-"),
            place("release (22)", "-"),
        ]
    );
}

#[test]
fn act_names_the_job_and_the_step() {
    let log = "\
[Release/publish] ⭐ Run Main npm publish
[Release/publish]   | npm error code E404
[@acme/widget] npm error code E403
";
    assert_eq!(places(log), [place("publish", "npm publish"), place("-", "-")]);
}

#[test]
fn names_are_bounded() {
    let long = "x".repeat(100_000);
    let log = format!(
        "{long}\t{long}\t2026-11-01T10:00:00.1Z npm error code E404\n##[group]Run {long}\nnpm error code E403\n"
    );
    let found = places(&log);
    assert_eq!(found.len(), 2);
    assert!(
        found
            .iter()
            .all(|(job, step)| job.len() <= 200 && step.len() <= 200),
        "{found:?}"
    );
    let many: String = (0..20_000)
        .map(|job| format!("job {job}\tPublish\t2026-11-01T10:00:00.1Z npm error code E404\n"))
        .collect();
    assert!(scan(many.as_bytes()).len() <= 6_000);
}
