use crate::checker::prelude::*;
use crate::fixes::command::replace_word;

declare_rule! {
    /// ## What it does
    ///
    /// Reports `npm publish dist` and `npm publish packages/widget`: folders that are named without `./` in front. Other tools,
    /// `pnpm publish dist` for example, take them as they are meant.
    ///
    /// ## Why it matters
    ///
    /// npm reads such a word as it reads `npm install` arguments: `dist` is a package on the registry, and `packages/widget` is
    /// a repository on GitHub. Either is fetched instead of the folder, and the publish fails before anything is sent:
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
    /// This was measured with npm 7.24, 8, 9, 10, 11 and 12; npm 6 and npm 7.0 looked for a folder first. npm 12 says EALLOWGIT
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
        summary: "npm takes the folder behind `npm publish` for the name of a package.",
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
        let name = &folder.text;
        let (taken, error) = match name.contains('/') {
            true => (format!("the repository `{name}` on GitHub"), "a git error"),
            false => (
                format!("the package `{name}` on the registry"),
                NpmError::E404.code(),
            ),
        };
        let will = if severity == Severity::Error {
            "will"
        } else {
            "may"
        };
        let message = format!(
            "`{} {name}` {will} fail with {error}: npm takes `{name}` for {taken}, not for a folder; write `./{name}`",
            site.publisher.command
        );
        let fix = replace_word(
            context,
            folder,
            &format!("./{name}"),
            format!("Write `./{name}`"),
            Applicability::Safe,
        );
        findings.push(
            FOLDER_READ_AS_PACKAGE
                .at(&folder.place, severity, message)
                .fix(fix),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::*;

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
                "#- .github/workflows/release.yml\non: push\njobs:\n  publish:\n    permissions: {{ id-token: write }}\n    \
                 runs-on: ubuntu-latest\n    steps:\n      - uses: actions/setup-node@v6\n        with: {{ node-version: 24 \
                 }}\n      - run: npm publish {word} --tag x\n{marks}"
            );
            check_rule("folder-read-as-package", &fixture);
        }
    }

    #[test]
    fn only_npm_reads_it_so() {
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
            #                        ^^^^ warning💡[folder-read-as-package]: `npm publish dist` may fail with E404: …
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
}
