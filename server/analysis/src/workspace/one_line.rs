use crate::diagnostic::Diagnostic;
use crate::text::printable_char;

const LINE_BREAKS: [char; 2] = ['\n', '\r'];

/// Messages and titles quote the repository's texts, and a value may have line breaks.
pub(super) fn put_on_one_line(diagnostic: &mut Diagnostic) {
    let related = diagnostic.related.iter_mut().map(|related| &mut related.message);
    let titles = diagnostic.fixes.iter_mut().map(|fix| &mut fix.title);
    let help = diagnostic.help.iter_mut();
    let texts = related.chain(titles).chain(help).chain([&mut diagnostic.message]);
    for text in texts.filter(|text| text.contains(LINE_BREAKS)) {
        *text = text
            .chars()
            .map(|c| {
                if LINE_BREAKS.contains(&c) {
                    printable_char(None, c)
                } else {
                    c
                }
            })
            .collect();
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    #[test]
    fn a_value_with_line_breaks_does_not_break_the_message() {
        check_rule(
            "name-or-version-missing",
            "
            #- .github/workflows/release.yml
            on: push
            permissions: { contents: read, id-token: write }
            jobs:
              publish:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/setup-node@v6
                    with: { node-version: 24 }
                  - run: npm publish
            #- package.json
            { \"name\": \"widget\", \"version\": \"1\\r\\n2\" }
            //                             ^^^^^^^^ error[name-or-version-missing]: `1␍␊2` is not a version: `npm publish` will fail
            ",
        );
    }
}
