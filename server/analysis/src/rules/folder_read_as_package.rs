use crate::checker::prelude::*;
use crate::fixes::builder::{editable, fix_of_file};
use crate::publish::{Argument, is_github_shorthand};
use crate::text::{REDACTED, TextEdit, secret_ranges};

declare_rule! {
    /// ## What it does
    ///
    /// Reports `npm publish dist`, `npm publish packages/widget` and `npm publish out/widget.tgz`: folders, and tarballs in a
    /// folder, that are named without `./` in front. Variables, loops and the matrix are substituted. Other tools read such words
    /// as folders, for example `pnpm publish dist`.
    ///
    /// ## Why it matters
    ///
    /// npm reads such a word like an argument of `npm install`: `dist` is a package on the registry, and `packages/widget` is
    /// a repository on GitHub. npm fetches that instead of the folder, and the publish fails before anything is sent:
    ///
    /// ```text
    /// npm error code E404
    /// npm error 404 Not Found - GET https://registry.npmjs.org/dist - Not found
    /// ```
    ///
    /// ```text
    /// npm error code 128
    /// npm error An unknown git error occurred
    /// npm error command git --no-replace-objects ls-remote ssh://git@github.com/packages/widget.git
    /// ```
    ///
    /// This was measured with npm 7.24, 8, 9, 10, 11 and 12. npm 6 and npm 7.0 looked for a folder first. npm 12 prints EALLOWGIT
    /// in the second case.
    ///
    /// ## Example
    ///
    /// ```text,bad
    /// #- .github/workflows/release.yml
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
    ///       - run: npm publish dist --access public
    /// ```
    ///
    /// ## Fix
    ///
    /// Write `./` in front of the folder.
    ///
    /// ```text,good
    /// #- .github/workflows/release.yml
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
    ///       - run: npm publish ./dist --access public
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/cli/commands/npm-publish>
    /// - <https://docs.npmjs.com/cli/using-npm/package-spec>
    FOLDER_READ_AS_PACKAGE {
        id: "folder-read-as-package",
        summary: "npm reads the folder after `npm publish` as a package name.",
        severity: Error,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let Some(folder) = &site.command.package else {
            continue;
        };
        let severity = match site.takes_folder_for_package() {
            Truth::Yes => Severity::Error,
            Truth::Maybe => Severity::Warning,
            Truth::No => continue,
        };
        let word = &folder.word;
        // `--_authToken SECRET` without `=` makes a folder of the secret.
        let is_secret = is_secret(context, word);
        let name = if is_secret { REDACTED } else { &word.text };
        let example = folder.texts.iter().find(|text| is_github_shorthand(text));
        let what = match example {
            Some(text) if *text == word.text => "a GitHub repository, not as a path".to_owned(),
            Some(text) => format!("the GitHub repository `{text}`"),
            None => "a package name, not as a path".to_owned(),
        };
        let error = site
            .error_of_mistaken_folder()
            .map_or("a git error", NpmError::code);
        let will = match severity {
            Severity::Error => "will",
            _ => "may",
        };
        let message = format!(
            "npm reads `{name}` as {what}: `{}` {will} fail with {error}",
            site.publishing_tool.command
        );
        let diagnostic = FOLDER_READ_AS_PACKAGE
            .at(&word.place, severity, message)
            .fix(add_prefix(context, word).filter(|_| !is_secret))
            .remedy(&format!("Write `./{name}`."));
        // The configuration of release-it may name it.
        findings.push(match word.place.path == site.place.path {
            true => diagnostic,
            false => diagnostic.related(&site.place, "published here"),
        });
    }
}

/// Whether the word is masked as a secret, given its line.
fn is_secret(context: &CheckContext<'_>, word: &Argument) -> bool {
    let place = &word.place;
    let file = context.sources.file(&place.path);
    let line = file.and_then(|file| {
        let number = file.line_index.line_of(place.range.start());
        let range = file.line_index.line_range(&file.text, number)?;
        Some((range, range.slice(&file.text)))
    });
    line.is_some_and(|(range, text)| {
        let mut secrets = secret_ranges(text).into_iter();
        secrets.any(|secret| secret.shift(range.start()).intersects(place.range))
    })
}

/// Writes `./` before the word, inside its quotes.
fn add_prefix(context: &CheckContext<'_>, word: &Argument) -> Option<Fix> {
    let file = editable(context, &word.place.path)?;
    let written = word.place.range.slice(&file.text);
    let start = written.len() - written.trim_start_matches(['"', '\'']).len();
    // In a package script other words are written here.
    let is_same = written.get(start..)?.starts_with(&word.text) || written.get(start..)?.starts_with('$');
    let edits = vec![TextEdit::insert(
        word.place.range.start() + start,
        "./".to_owned(),
    )];
    is_same
        .then(|| {
            fix_of_file(
                format!("Write `./{}`", word.text),
                Applicability::Safe,
                &word.place.path,
                Ok(edits),
            )
        })
        .flatten()
}

#[cfg(test)]
mod tests {
    use crate::test_support::*;

    #[test]
    fn a_secret_is_masked() {
        let fixture = "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: { id-token: write }
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: { node-version: 24 }
      - run: npm publish --//registry.npmjs.org/:_authToken Hunter2Canary99
        #                                                   ^^^^^^^^^^^^^^^ error[folder-read-as-package]: npm reads `***` as a package name, not as a path: `npm publish` will fail with E404
        #                                                   ^^^^^^^^^^^^^^^ help[folder-read-as-package]: Write `./***`.
";
        check_rule("folder-read-as-package", fixture);
    }

    #[test]
    fn names_and_paths_are_told_apart() {
        for (word, is_wrong) in [
            ("dist", true),
            ("packages/widget", true),
            ("'dist'", true),
            ("./dist", false),
            ("dist/", false),
            ("packages/a/b", false),
            ("../dist", false),
            ("widget-1.0.0.tgz", false),
            ("widget@1.0.0", false),
            ("@acme/widget", false),
            ("$FOLDER", false),
            ("out/widget.tgz", true),
            ("out/*.tgz", true),
            ("a/out/widget.tgz", false),
            ("/out/widget.tgz", false),
            ("file:out/widget.tgz", false),
        ] {
            let marks = match is_wrong {
                true => format!(
                    "#{}{}     error💡[folder-read-as-package]\n",
                    " ".repeat(24),
                    "^".repeat(word.len())
                ),
                false => String::new(),
            };
            let fixture = format!(
                "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ id-token: write }}
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: npm publish {word} --tag x
{marks}"
            );
            check_rule("folder-read-as-package", &fixture);
        }
    }

    /// A job that publishes with this step, on Node 24.
    fn job(step: &str) -> String {
        format!(
            "\
#- .github/workflows/release.yml
on: push
env: {{ OUT: out/widget.tgz }}
jobs:
  publish:
    permissions: {{ id-token: write }}
    runs-on: ubuntu-latest
    strategy: {{ matrix: {{ name: [core, ui] }} }}
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
{step}"
        )
    }

    #[test]
    fn variables_loops_and_the_matrix_are_substituted() {
        let mark = |at: usize, word: &str| {
            format!(
                "#{}{} error💡[folder-read-as-package]: …\n",
                " ".repeat(at - 1),
                "^".repeat(word.len())
            )
        };
        for word in [
            "$OUT",
            "\"$OUT\"",
            "packages/${{ matrix.name }}",
            "${{ env.OUT }}",
        ] {
            let step = format!("      - run: npm publish {word}\n{}", mark(25, word));
            check_rule("folder-read-as-package", &job(&step));
        }
        for script in [
            "for f in out/*.tgz; do npm publish $f",
            "FILE=out/widget.tgz; npm publish $FILE",
        ] {
            let (before, word) = script.rsplit_once(' ').unwrap();
            let end = if script.starts_with("for") { "; done" } else { "" };
            let step = format!(
                "      - run: |\n          {script}{end}\n{}",
                mark(11 + before.len(), word)
            );
            check_rule("folder-read-as-package", &job(&step));
        }
        for step in [
            "- run: for d in packages/*/; do npm publish $d; done",
            "- run: for f in ./out/*.tgz; do npm publish $f; done",
            "- run: npm publish $OUT\n        env: { OUT: ./out/widget.tgz }",
            "- run: npm publish ${{ matrix.file }}",
            "- run: npm publish $(npm pack)",
        ] {
            check_rule("folder-read-as-package", &job(&format!("      {step}\n")));
        }
    }

    #[test]
    fn a_variable_gets_the_prefix_inside_its_quotes() {
        check_fix(
            "folder-read-as-package",
            &job("      - run: npm publish \"$OUT\" # all of it\n"),
            &job("      - run: npm publish \"./$OUT\" # all of it\n"),
        );
    }

    #[test]
    fn only_npm_reads_it_as_a_package() {
        check_rule(
            "folder-read-as-package",
            "
            #- .github/workflows/release.yml
            on: push
            jobs:
              publish:
                permissions: { id-token: write }
                runs-on: ubuntu-latest
                steps:
                  - run: pnpm publish dist
                  - uses: acme/setup@v1
                  - run: npm publish dist
            #                        ^^^^ warning💡[folder-read-as-package]: npm reads `dist` as a package name, not as a path: `npm publish` may fail with E404
            ",
        );
    }

    #[test]
    fn the_folder_gets_its_prefix() {
        let before = "
            #- .github/workflows/release.yml
            on: push
            jobs:
              publish:
                permissions: { id-token: write }
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/setup-node@v6
                    with: { node-version: 24 }
                  - run: |
                      npm publish \"packages/widget\" --access public # the build
            ";
        let after = before.replace("\"packages", "\"./packages");
        check_fix("folder-read-as-package", before, &after);
    }

    #[test]
    fn folders_with_a_prefix_are_not_reported() {
        for word in ["./dist", "../dist", "/out/widget.tgz", "."] {
            let step = format!("      - run: npm publish {word}\n");
            check_rule("folder-read-as-package", &job(&step));
        }
    }
}
