use crate::checker::prelude::*;
use crate::fixes::command::replace_word;

declare_rule! {
    /// ## What it does
    ///
    /// Reports `npm publish -ws`, and `-iwr`, if npm 12 publishes.
    ///
    /// ## Why it matters
    ///
    /// npm 11 reads `-ws` as `--workspaces` and warns that this will end. npm 12 stops before it does anything:
    ///
    /// ```text
    /// Exit prior to config file resolving
    /// cause
    /// -ws is not a valid single-hyphen cli flag. Did you mean --ws?
    /// ```
    ///
    /// If an earlier step installs `npm@latest`, such a workflow breaks from one day to the next.
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
    ///       - run: npm install -g npm@12
    ///       - run: npm publish -ws
    /// #- package.json
    /// {
    ///   "name": "acme",
    ///   "private": true,
    ///   "workspaces": ["packages/*"]
    /// }
    /// #- packages/widget/package.json
    /// {
    ///   "name": "widget",
    ///   "version": "1.2.3",
    ///   "repository": {
    ///     "type": "git",
    ///     "url": "git+https://github.com/acme/acme.git",
    ///     "directory": "packages/widget"
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix
    ///
    /// Write the full name of the flag, which every npm since 7 accepts.
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
    ///       - run: npm install -g npm@12
    ///       - run: npm publish --workspaces
    /// #- package.json
    /// {
    ///   "name": "acme",
    ///   "private": true,
    ///   "workspaces": ["packages/*"]
    /// }
    /// #- packages/widget/package.json
    /// {
    ///   "name": "widget",
    ///   "version": "1.2.3",
    ///   "repository": {
    ///     "type": "git",
    ///     "url": "git+https://github.com/acme/acme.git",
    ///     "directory": "packages/widget"
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/cli/using-npm/workspaces>
    SHORT_WORKSPACES_FLAG {
        id: "short-workspaces-flag",
        summary: "npm 12 no longer accepts `-ws` or `-iwr`.",
        severity: Error,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let Some(flag) = &site.command.short_workspaces_flag else {
            continue;
        };
        let severity = match site.refuses_short_flag() {
            Truth::Yes => Severity::Error,
            Truth::Maybe => Severity::Warning,
            Truth::No => continue,
        };
        let long = match flag.text.as_str() {
            "-ws" => "--workspaces",
            _ => "--include-workspace-root",
        };
        let will = if severity == Severity::Error {
            "will"
        } else {
            "may"
        };
        let message = format!(
            "npm 12 no longer accepts `{}`: `{}` {will} fail",
            flag.text, site.publishing_tool.command
        );
        let fix = replace_word(
            context,
            flag,
            long,
            format!("Write `{long}`"),
            Applicability::Safe,
        );
        let help = format!("Write `{long}`, which every npm since 7 accepts.");
        let diagnostic = SHORT_WORKSPACES_FLAG.at(&flag.place, severity, message);
        findings.push(diagnostic.help(help).fix(fix));
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::*;

    const BEFORE: &str = "
        #- .github/workflows/release.yml
        on: push
        jobs:
          publish:
            permissions: { id-token: write }
            runs-on: ubuntu-latest
            steps:
              - uses: actions/setup-node@v6
                with: { node-version: 24.19.0 }
              - run: npm i -g npm@12
              - run: npm publish -ws --tag next
        ";

    #[test]
    fn the_flag_gets_its_full_name() {
        check_fix(
            "short-workspaces-flag",
            BEFORE,
            &BEFORE.replace("-ws", "--workspaces"),
        );
    }

    #[test]
    fn npm_11_still_accepts_it() {
        check_rule("short-workspaces-flag", &BEFORE.replace("npm@12", "npm@11"));
        check_rule(
            "short-workspaces-flag",
            &BEFORE.replace("          - run: npm i -g npm@12\n", ""),
        );
    }
}
