//! A line of the `.npmrc` stays while something else may read it.

use super::{moved, with_job};

const LINE: &str = "//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n";

fn with_npmrc(files: &str) -> String {
    let publish = "- run: npm publish\n  env:\n    NPM_TOKEN: ${{ secrets.NPM_TOKEN }}";
    with_job("", publish, &format!("#- .npmrc\nsave-exact=true\n{LINE}{files}"))
}

#[test]
fn nothing_else_reads_it() {
    for files in [
        "",
        "\
#- on demand: Dockerfile
FROM python:3
RUN pip install .
",
        "\
#- on demand: .gitlab-ci.yml
# npm ci
test: { script: [make] }
",
    ] {
        let after = moved(&with_npmrc(files));
        assert_eq!(after.file(".npmrc"), "save-exact=true\n", "{files}");
    }
}

#[test]
fn a_build_elsewhere_may_read_it() {
    for (path, text) in [
        ("Dockerfile", "FROM node:24\nARG NPM_TOKEN\nRUN npm ci\n"),
        (".gitlab-ci.yml", "test: { script: [npm ci] }\n"),
        (".circleci/config.yml", "jobs: { test: { steps: [run: yarn] } }\n"),
        ("Jenkinsfile", "sh 'pnpm install'\n"),
        ("vercel.json", "{}\n"),
    ] {
        let after = moved(&with_npmrc(&format!("#- on demand: {path}\n{text}")));
        assert_eq!(after.file(".npmrc"), format!("save-exact=true\n{LINE}"), "{path}");
        assert!(!after.workflow().contains("NPM_TOKEN"), "{}", after.workflow());
        after.says(&format!(
            "`.npmrc` keeps its line with `NPM_TOKEN`, because `{path}` may use it. Remove the line once nothing does."
        ));
    }
}

#[test]
fn an_image_and_a_script_are_found_by_what_names_them() {
    for (path, text, named_by) in [
        (
            "docker/api.Dockerfile",
            "RUN npm ci\n",
            "\
#- .github/workflows/image.yml
on: push
jobs: { image: { runs-on: ubuntu-24.04, steps: [run: docker build -f docker/api.Dockerfile .] } }
",
        ),
        (
            "scripts/setup.sh",
            "export NPM_TOKEN=$(pass npm)\nnpm ci\n",
            "#- tools/package.json\n{ \"private\": true, \"scripts\": { \"setup\": \"./scripts/setup.sh\" } }\n",
        ),
    ] {
        let after = moved(&with_npmrc(&format!("{named_by}#- on demand: {path}\n{text}")));
        assert_eq!(after.file(".npmrc"), format!("save-exact=true\n{LINE}"), "{path}");
    }
}

#[test]
fn a_container_of_another_workflow_gets_the_variable() {
    let image = r#"
#- .github/workflows/image.yml
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - run: docker build --build-arg NPM_TOKEN=${{ secrets.NPM_TOKEN }} .
"#;
    let after = moved(&with_npmrc(image.trim_start()));
    assert_eq!(after.file(".npmrc"), format!("save-exact=true\n{LINE}"));
    after.says("Keep the secret `NPM_TOKEN` for now: `.github/workflows/image.yml:6` still uses it.");
}
