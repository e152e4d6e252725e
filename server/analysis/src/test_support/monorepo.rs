//! A monorepo for the tests of rules about the manifests of its packages.

/// A monorepo with these packages, whose publish step runs a command. `NAME` in `repository` becomes the name of the package.
pub(crate) fn monorepo(names: &[&str], command: &str, repository: &str) -> String {
    let members: String = names
        .iter()
        .map(|name| {
            format!(
                "#- packages/{name}/package.json\n{{\n  \"name\": \"{name}\",\n  \"version\": \"1.0.0\",\n  \"repository\": \
                 {}\n}}\n",
                repository.replace("NAME", name)
            )
        })
        .collect();
    format!(
        "#- repository: acme/widget\n#- .github/workflows/release.yml\non: push\njobs:\n  publish:\n    permissions: {{ id-token: \
         write }}\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/setup-node@v6\n        with: {{ node-version: 24 \
         }}\n      - run: {command}\n#- package.json\n{{ \"name\": \"w\", \"private\": true, \"workspaces\": [\"packages/*\"] \
         }}\n{members}"
    )
}
