//! Scripts and actions that are given a token, and the publish after them.

use crate::test_support::Fixture;

#[test]
fn what_gets_a_token_under_any_name_may_log_in() {
    let ends_in = |before: &str| {
        let text = format!(
            "\
#- .github/workflows/ship.yml
on: release
jobs:
  ship:
    runs-on: ubuntu-latest
    permissions: {{ contents: read }}
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - {before}
      - run: npm publish
#- package.json
{{ \"name\": \"widget\", \"version\": \"1.2.3\" }}
#- on demand: write.js
fs.writeFileSync(home + '/.npmrc', '_authToken=' + process.env.T)
#- on demand: count.js
console.log(process.env.T.length)
"
        );
        let workspace = Fixture::parse(&text).unwrap().repository.workspace();
        let outcome = workspace.sites().last().unwrap().outcome;
        format!("{outcome:?}")
    };
    for (before, expected) in [
        (
            "{ run: node auth.js, env: { T: '${{ secrets.NPM_TOKEN }}' } }",
            "Unknown",
        ),
        (
            "{ run: sh auth.sh, env: { T: \"${{ secrets['npm_token'] }}\" } }",
            "Unknown",
        ),
        ("run: ./auth.sh ${{ secrets.NPM_TOKEN }}", "Unknown"),
        (
            "{ uses: acme/widget/auth@main, with: { token: '${{ secrets.NPM_TOKEN }}' } }",
            "Unknown",
        ),
        (
            "{ uses: acme/auth@v1, env: { NPM_TOKEN: '${{ secrets.T }}' } }",
            "Unknown",
        ),
        (
            "{ run: node write.js, env: { T: '${{ secrets.NPM_TOKEN }}' } }",
            "Unknown",
        ),
        // What is read and writes nothing.
        (
            "{ run: node count.js, env: { T: '${{ secrets.NPM_TOKEN }}' } }",
            "Fails",
        ),
        // Another secret, an action that installs, and one that publishes something else.
        (
            "{ run: node auth.js, env: { T: '${{ secrets.CODECOV_TOKEN }}' } }",
            "Fails",
        ),
        (
            "{ uses: bahmutov/npm-install@v1, env: { NPM_TOKEN: '${{ secrets.NPM_TOKEN }}' } }",
            "Fails",
        ),
        (
            "{ uses: softprops/action-gh-release@v2, with: { token: '${{ secrets.T }}' }, env: { NPM_TOKEN: '${{ secrets.NPM_TOKEN }}' } }",
            "Fails",
        ),
    ] {
        assert_eq!(ends_in(before), expected, "{before}");
    }
}
