//! The scenarios that are run, by subject.

use crate::scenario::{Compared, Head, Scenario};

/// An npm that makes the exchange, for tools that leave publishing to the npm on PATH.
const NPM: &str = "11.19.1";

/// All scenarios.
pub(crate) fn scenarios() -> Vec<Scenario> {
    [
        git_checks(),
        branches_of_pnpm(),
        flags_of_npm_12(),
        words_for_packages(),
        projects_without_name(),
        turbo(),
        yarn_1(),
        packages_of_changesets(),
        local_ranges(),
        answers_of_npm_12(),
        ignored_publish_config(),
        incomplete_npm(),
    ]
    .concat()
}

/// A workflow that npm's own release step would write: Node 24, these steps, then nothing.
fn workflow(on: &str, npm: &str, steps: &str) -> String {
    let steps: String = steps.lines().map(|step| format!("      {step}\n")).collect();
    format!(
        "#- .github/workflows/release.yml
on: {on}
jobs:
  publish:
    permissions:
      contents: read
      id-token: write
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          package-manager-cache: false
      - run: npm install -g npm@{npm}
{steps}"
    )
}

/// The manifest of the root, with more members.
fn manifest(name: &str, more: &str) -> String {
    format!(
        "#- package.json\n{{ \"name\": \"{name}\", \"version\": \"1.0.0\", \"license\": \"MIT\", \"repository\": \
         \"github:acme/widget\"{more} }}\n"
    )
}

fn tools(npm: &str, others: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let own = [("npm", npm)];
    let all = own.iter().chain(others);
    all.map(|(name, version)| (*name, format!("{}-{version}", package_of(name))))
        .collect()
}

/// The package that holds a program.
fn package_of(program: &str) -> &str {
    match program {
        "changeset" => "changesets",
        other => other,
    }
}

/// pnpm asks git for the branch and for changes.
fn git_checks() -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    for pnpm in ["9.15.9", "10.34.8", "11.26.0", "11.28.10", "12.5.1", "12.6.0"] {
        for head in [Head::MAIN, Head::Commit] {
            for command in ["pnpm publish", "pnpm publish --no-git-checks"] {
                let (on, place) = match head {
                    Head::Commit => ("{ push: { tags: ['v*'] } }", "tag"),
                    Head::Branch(_) => ("{ push: { branches: [main] } }", "branch"),
                };
                let name = format!("git {place} {pnpm} {command}");
                let package = format!("git-{place}-{pnpm}-{}", command.len()).replace('.', "-");
                // pnpm 12 looks a `packageManager` up in the registry.
                let steps =
                    format!("- uses: pnpm/action-setup@v4\n  with:\n    version: {pnpm}\n- run: {command}");
                scenarios.push(Scenario {
                    name,
                    tools: tools(NPM, &[("pnpm", pnpm)]),
                    head,
                    files: workflow(on, NPM, &steps) + &manifest(&package, ""),
                    compared: Compared::Outcome,
                });
            }
        }
    }
    for pnpm in ["9.15.9", "10.34.8", "11.28.10", "12.6.0"] {
        for (end, flag) in [("unclean", ""), ("unchecked", " --no-git-checks")] {
            let package = format!("{end}-{pnpm}").replace('.', "-");
            let steps = format!(
                "- uses: pnpm/action-setup@v4\n  with:\n    version: {pnpm}\n- run: npm version 2.0.0 --no-git-tag-version && pnpm publish{flag}"
            );
            scenarios.push(Scenario {
                name: format!("git {end} {pnpm}"),
                tools: tools(NPM, &[("pnpm", pnpm)]),
                head: Head::MAIN,
                files: workflow("push", NPM, &steps) + &manifest(&package, ""),
                compared: Compared::Outcome,
            });
        }
    }
    scenarios
}

/// pnpm publishes from `main` and `master`, or from the branch that it is told.
fn branches_of_pnpm() -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    let commands = [
        ("usual", "pnpm publish", ""),
        ("recursive", "pnpm -r publish", ""),
        ("named", "pnpm publish --publish-branch release/1.x", ""),
        ("npmrc", "pnpm publish", "#- .npmrc\npublish-branch=release/1.x\n"),
        (
            "file",
            "pnpm publish",
            "#- pnpm-workspace.yaml\npackages: ['.']\npublishBranch: release/1.x\n",
        ),
    ];
    for pnpm in ["9.15.9", "10.34.8", "11.28.10", "12.6.0"] {
        for (name, command, file) in commands {
            let package = format!("branch-{name}-{pnpm}").replace('.', "-");
            let steps =
                format!("- uses: pnpm/action-setup@v4\n  with:\n    version: {pnpm}\n- run: {command}");
            scenarios.push(Scenario {
                name: format!("branch {name} {pnpm}"),
                tools: tools(NPM, &[("pnpm", pnpm)]),
                head: Head::Branch("release/1.x"),
                files: workflow("{ push: { branches: ['release/**'] } }", NPM, &steps)
                    + &manifest(&package, "")
                    + file,
                compared: Compared::Outcome,
            });
        }
    }
    scenarios
}

/// npm 12 refuses flags that it does not know, also those that pnpm hands on.
fn flags_of_npm_12() -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    let flags = [
        "--no-git-checks",
        "--tolerate-republish",
        "--non-interactive",
        "--access public",
        "--ignore-scripts",
    ];
    for npm in ["11.19.1", "12.2.0"] {
        for flag in flags {
            let package = format!("flag-{npm}{}", flag.replace([' ', '.'], "-")).replace('.', "-");
            scenarios.push(Scenario {
                name: format!("npm {npm} publish {flag}"),
                tools: tools(npm, &[]),
                head: Head::MAIN,
                files: workflow("push", npm, &format!("- run: npm publish {flag}")) + &manifest(&package, ""),
                compared: Compared::Outcome,
            });
        }
        for pnpm in ["10.18.0", "10.19.0"] {
            let package = format!("changeset-{npm}-{pnpm}").replace('.', "-");
            let more = format!(
                ", \"packageManager\": \"pnpm@{pnpm}\", \"devDependencies\": {{ \"@changesets/cli\": \"2.31.1\" }}, \
                 \"publishConfig\": {{ \"registry\": \"https://registry.npmjs.org/\" }}"
            );
            scenarios.push(Scenario {
                name: format!("changesets with pnpm {pnpm} and npm {npm}"),
                tools: tools(npm, &[("changeset", "2.31.1"), ("pnpm", pnpm)]),
                head: Head::MAIN,
                files: workflow("push", npm, "- run: changeset publish --no-git-tag")
                    + &manifest(&package, &more)
                    + "#- .changeset/config.json\n{ \"access\": \"public\", \"baseBranch\": \"main\" }\n#- on demand: pnpm-lock.yaml\nlockfileVersion: '9.0'\n",
                compared: Compared::Outcome,
            });
        }
        for pnpm in ["9.15.9", "10.18.0", "10.19.0", "10.34.8"] {
            let package = format!("handed-{npm}-{pnpm}").replace('.', "-");
            let manager = format!(", \"packageManager\": \"pnpm@{pnpm}\"");
            scenarios.push(Scenario {
                name: format!("pnpm {pnpm} with npm {npm}"),
                tools: tools(npm, &[("pnpm", pnpm)]),
                head: Head::MAIN,
                files: workflow("push", npm, "- run: pnpm publish --no-git-checks")
                    + &manifest(&package, &manager),
                compared: Compared::Outcome,
            });
        }
    }
    scenarios
}

/// A word with one slash is a repository on GitHub.
fn words_for_packages() -> Vec<Scenario> {
    let commands = [
        ("relative", "npm publish packed/widget.tgz"),
        ("dotted", "npm publish ./packed/widget.tgz"),
        ("deep", "npm publish a/packed/widget.tgz"),
        ("loop", "for f in packed/*.tgz; do npm publish \"$f\"; done"),
        ("variable", "FILE=packed/widget.tgz; npm publish \"$FILE\""),
        ("here", "npm publish widget.tgz"),
    ];
    let mut scenarios = Vec::new();
    for npm in ["10.9.9", "11.19.1", "12.2.0"] {
        for (name, command) in commands {
            let package = format!("word-{name}-{npm}").replace('.', "-");
            let pack = "- run: mkdir -p packed a/packed && npm pack && cp *.tgz packed/widget.tgz && \
                        cp packed/widget.tgz a/packed/ && mv *.tgz widget.tgz";
            scenarios.push(Scenario {
                name: format!("npm {npm}: {name}"),
                tools: tools(npm, &[]),
                head: Head::MAIN,
                files: workflow("push", npm, &format!("{pack}\n- run: {command}")) + &manifest(&package, ""),
                compared: Compared::Outcome,
            });
        }
    }
    // npm 10 makes no exchange, so only its refusals could be compared.
    scenarios.retain(|scenario| !scenario.name.contains("npm 10"));
    scenarios
}

/// `pnpm -r publish` leaves out what has no name or no version.
fn projects_without_name() -> Vec<Scenario> {
    let root = "#- package.json\n{ \"private\": true, \"packageManager\": \"pnpm@VERSION\" }\n\
                #- pnpm-workspace.yaml\npackages: ['packages/*']\n";
    let mut scenarios = Vec::new();
    for pnpm in ["10.34.8", "11.28.10"] {
        let package = format!("nameless-{pnpm}").replace('.', "-");
        let files = workflow("push", NPM, "- run: pnpm -r publish --no-git-checks")
            + &root.replace("VERSION", pnpm)
            + &manifest(&package, "").replace("#- package.json", "#- packages/a/package.json")
            + "#- packages/bench/package.json\n{ \"type\": \"module\" }\n"
            + "#- packages/later/package.json\n{ \"name\": \"later\", \"license\": \"MIT\" }\n";
        scenarios.push(Scenario {
            name: format!("pnpm {pnpm} with projects that have no name or no version"),
            tools: tools(NPM, &[("pnpm", pnpm)]),
            head: Head::MAIN,
            files,
            compared: Compared::Outcome,
        });
    }
    scenarios
}

/// turbo 2 hands only listed variables to tasks.
fn turbo() -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    let configurations = [
        ("strict", ""),
        (
            "listed",
            ", \"globalPassThroughEnv\": [\"ACTIONS_ID_TOKEN_REQUEST_*\", \"GITHUB_*\"]",
        ),
        ("loose", ", \"envMode\": \"loose\""),
    ];
    for (turbo, tasks) in [("1.13.4", "pipeline"), ("2.11.11", "tasks")] {
        for (name, more) in configurations {
            // Before 2.0 a list makes turbo strict, and `CI` is then missing too; that is not predicted.
            if turbo.starts_with('1') && name != "strict" {
                continue;
            }
            let package = format!("turbo-{name}-{turbo}").replace('.', "-");
            let root = format!(
                "#- package.json\n{{ \"private\": true, \"name\": \"root-{package}\", \"workspaces\": [\"packages/*\"], \
                 \"packageManager\": \"npm@{NPM}\", \"devDependencies\": {{ \"turbo\": \"{turbo}\" }} }}\n"
            );
            let lock = format!(
                "#- on demand: package-lock.json\n{{ \"name\": \"root-{package}\", \"lockfileVersion\": 3, \"requires\": true, \"packages\": {{ \
                 \"\": {{ \"name\": \"root-{package}\", \"workspaces\": [\"packages/*\"], \"devDependencies\": {{ \"turbo\": \"{turbo}\" }} }}, \
                 \"node_modules/{package}\": {{ \"resolved\": \"packages/a\", \"link\": true }}, \
                 \"node_modules/turbo\": {{ \"version\": \"{turbo}\", \"dev\": true }}, \
                 \"packages/a\": {{ \"name\": \"{package}\", \"version\": \"1.0.0\" }} }} }}\n"
            );
            let scripts = ", \"scripts\": { \"release\": \"npm publish\" }";
            let files = workflow("push", NPM, "- run: turbo run release")
                + &root
                + &lock
                + &manifest(&package, scripts).replace("#- package.json", "#- packages/a/package.json")
                + &format!(
                    "#- turbo.json\n{{ \"{tasks}\": {{ \"release\": {{ \"cache\": false }} }}{more} }}\n"
                );
            scenarios.push(Scenario {
                name: format!("turbo {turbo} {name}"),
                tools: tools(NPM, &[("turbo", turbo)]),
                head: Head::MAIN,
                files,
                compared: Compared::Outcome,
            });
        }
    }
    scenarios
}

/// yarn 1 refuses an `.npmrc` that names a variable which is not set.
fn yarn_1() -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    for (name, action, with) in [
        (
            "v7",
            "actions/setup-node@v7",
            "registry-url: https://registry.npmjs.org",
        ),
        ("v7-without", "actions/setup-node@v7", ""),
    ] {
        let package = format!("yarn-{name}");
        let workflow = workflow("push", NPM, "- run: yarn install\n- run: npm publish")
            .replace("actions/setup-node@v6", action)
            .replace(
                "package-manager-cache: false",
                &format!("package-manager-cache: false\n          {with}"),
            );
        let lock = "#- on demand: yarn.lock\n# THIS IS AN AUTOGENERATED FILE. DO NOT EDIT THIS FILE DIRECTLY.\n# yarn lockfile v1\n\n";
        scenarios.push(Scenario {
            name: format!("yarn 1 with setup-node {name}"),
            tools: tools(NPM, &[("yarn", "1.22.22")]),
            head: Head::MAIN,
            files: workflow + &manifest(&package, ", \"packageManager\": \"yarn@1.22.22\"") + lock,
            compared: Compared::Outcome,
        });
    }
    scenarios
}

/// changesets 2 takes `workspaces` before `pnpm-workspace.yaml`, and changesets 3 does not.
fn packages_of_changesets() -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    for changesets in ["2.31.1", "3.0.3"] {
        let package = format!("choice-{changesets}").replace('.', "-");
        let root = format!(
            "#- package.json\n{{ \"private\": true, \"name\": \"root-{package}\", \"workspaces\": [\"packages/*\"], \"packageManager\": \
             \"pnpm@11.28.10\", \"devDependencies\": {{ \"@changesets/cli\": \"{changesets}\" }} }}\n\
             #- pnpm-workspace.yaml\npackages: ['packages/*', 'examples/*']\n#- on demand: pnpm-lock.yaml\nlockfileVersion: '9.0'\n\
             #- .changeset/config.json\n{{ \"access\": \"public\", \"baseBranch\": \"main\" }}\n"
        );
        // Without it, changesets 2 asks the public registry whatever npm's settings say.
        let registry = ", \"publishConfig\": { \"registry\": \"https://registry.npmjs.org/\" }";
        let files = workflow("push", NPM, "- run: changeset publish --no-git-tag")
            + &root
            + &manifest(&package, registry).replace("#- package.json", "#- packages/a/package.json")
            + &manifest(&format!("demo-{package}"), registry)
                .replace("#- package.json", "#- examples/demo/package.json");
        scenarios.push(Scenario {
            name: format!("changesets {changesets} with both lists of packages"),
            tools: tools(NPM, &[("changeset", changesets), ("pnpm", "11.28.10")]),
            head: Head::MAIN,
            files,
            compared: Compared::Outcome,
        });
    }
    scenarios
}

/// Which tools replace `workspace:` ranges, and which send them as they are.
fn local_ranges() -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    let commands = [
        ("npm", "npm publish ./packages/b"),
        ("pnpm", "pnpm --filter ./packages/b publish --no-git-checks"),
    ];
    for (name, command) in commands {
        let package = format!("range-{name}");
        let root = "#- package.json\n{ \"private\": true, \"packageManager\": \"pnpm@11.28.10\" }\n\
                    #- pnpm-workspace.yaml\npackages: ['packages/*']\n";
        let dependency = format!(", \"dependencies\": {{ \"{package}-a\": \"workspace:^\" }}");
        let files = workflow("push", NPM, &format!("- run: {command}"))
            + root
            + &manifest(&format!("{package}-b"), &dependency)
                .replace("#- package.json", "#- packages/b/package.json")
            + &manifest(&format!("{package}-a"), "").replace("#- package.json", "#- packages/a/package.json");
        scenarios.push(Scenario {
            name: format!("{name} and a workspace range"),
            tools: tools(NPM, &[("pnpm", "11.28.10")]),
            head: Head::MAIN,
            files,
            compared: Compared::Package("workspace-range"),
        });
    }
    scenarios
}

/// changesets asks npm which versions are published, and npm 12 answers in another form. The mock has every package in version
/// 0.9.0.
fn answers_of_npm_12() -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    let rule = Compared::Failure("changesets-npm-12");
    for npm in [NPM, "12.2.0"] {
        for (changesets, pnpm, compared) in [
            ("2.31.0", None, rule),
            ("2.31.1", None, rule),
            ("2.31.0", Some("10.34.8"), rule),
            ("3.0.2", Some("10.34.8"), Compared::Outcome),
            ("3.0.3", Some("10.34.8"), Compared::Outcome),
            ("3.0.2", Some("11.28.10"), Compared::Outcome),
        ] {
            let package = format!("again-{npm}-{changesets}-{}", pnpm.unwrap_or_default()).replace('.', "-");
            let manager = pnpm.map_or_else(|| format!("npm@{npm}"), |pnpm| format!("pnpm@{pnpm}"));
            let lists = match pnpm {
                Some(_) => {
                    "#- pnpm-workspace.yaml\npackages: ['packages/*']\n#- on demand: pnpm-lock.yaml\nlockfileVersion: '9.0'\n"
                }
                None => "#- on demand: package-lock.json\n{ \"lockfileVersion\": 3, \"packages\": {} }\n",
            };
            let root = format!(
                "#- package.json\n{{ \"private\": true, \"name\": \"root-{package}\", \"workspaces\": [\"packages/*\"], \
                 \"packageManager\": \"{manager}\", \"devDependencies\": {{ \"@changesets/cli\": \"{changesets}\" }} }}\n{lists}\
                 #- .changeset/config.json\n{{ \"access\": \"public\", \"baseBranch\": \"main\" }}\n"
            );
            let registry = ", \"publishConfig\": { \"registry\": \"https://registry.npmjs.org/\" }";
            let member = |name: &str, folder: &str, version: &str| {
                manifest(name, registry)
                    .replace("#- package.json", &format!("#- packages/{folder}/package.json"))
                    .replace("1.0.0", version)
            };
            let mut files = workflow("push", npm, "- run: changeset publish --no-git-tag")
                + &root
                + &member(&format!("{package}-a"), "a", "1.0.0");
            if compared == rule {
                files += &member(&format!("{package}-b"), "b", "0.9.0");
            }
            let programs: Vec<_> = [("changeset", changesets)]
                .into_iter()
                .chain(pnpm.map(|pnpm| ("pnpm", pnpm)))
                .collect();
            scenarios.push(Scenario {
                name: format!("changesets {changesets} asks npm {npm}, pnpm {pnpm:?}"),
                tools: tools(npm, &programs),
                head: Head::MAIN,
                files,
                compared,
            });
        }
    }
    scenarios
}

/// Which tools read more of `publishConfig` than settings.
fn ignored_publish_config() -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    for (key, value) in [("exports", "\"./dist/index.js\""), ("directory", "\"dist\"")] {
        for (tool, version, command) in [
            ("npm", NPM, "npm publish"),
            ("npm", "12.2.0", "npm publish"),
            ("pnpm", "10.34.8", "pnpm publish --no-git-checks"),
            ("pnpm", "11.28.10", "pnpm publish --no-git-checks"),
        ] {
            let package = format!("config-{key}-{tool}-{version}").replace('.', "-");
            let (npm, others, setup) = match tool {
                "npm" => (version, Vec::new(), String::new()),
                _ => (
                    NPM,
                    vec![(tool, version)],
                    format!("- uses: pnpm/action-setup@v4\n  with:\n    version: {version}\n"),
                ),
            };
            let config =
                format!(", \"exports\": \"./src/index.ts\", \"publishConfig\": {{ \"{key}\": {value} }}");
            let files = workflow("push", npm, &format!("{setup}- run: {command}"))
                + &manifest(&package, &config)
                + &manifest(&package, "").replace("#- package.json", "#- dist/package.json");
            scenarios.push(Scenario {
                name: format!("publishConfig.{key} and {tool} {version}"),
                tools: tools(npm, &others),
                head: Head::MAIN,
                files,
                compared: Compared::Package("publish-config-ignored"),
            });
        }
    }
    scenarios
}

/// npm 12.0.0 lacks a module, and the releases around it have it.
fn incomplete_npm() -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    for npm in ["12.0.0", "12.0.1"] {
        for (name, command) in [
            ("plain", "npm publish"),
            ("unsigned", "npm publish --provenance=false"),
            ("staged", "npm stage publish"),
        ] {
            let package = format!("incomplete-{npm}-{name}").replace('.', "-");
            scenarios.push(Scenario {
                name: format!("npm {npm} and {command}"),
                tools: tools(npm, &[]),
                head: Head::MAIN,
                files: workflow("push", npm, &format!("- run: {command}")) + &manifest(&package, ""),
                compared: Compared::Outcome,
            });
        }
    }
    scenarios
}
