//! The classes of input: what each is made of, in any size.

use std::fmt::Display;

/// A class of input.
pub(crate) struct Class {
    /// Its name.
    pub(crate) name: &'static str,
    /// The smaller of the two sizes.
    pub(crate) size: usize,
    /// The command, without the folder.
    pub(crate) command: &'static [&'static str],
    /// The files of a repository of this size.
    pub(crate) files: fn(usize) -> Files,
}

type Files = Vec<(String, String)>;

const WORKFLOW: &str = ".github/workflows/release.yml";
const HEAD: &str = "on: push\npermissions: { id-token: write, contents: read }\njobs:\n";
const NODE: &str = "      - uses: actions/setup-node@v6\n        with: { node-version: 24, registry-url: 'https://registry.npmjs.org' }\n";
const PUBLISH: &str = "      - run: npm publish\n";

/// The log that `explain` reads.
pub(crate) const LOG: &str = "log.txt";

const CHECK: &[&str] = &["check", "--format", "json"];
const TEXT: &[&str] = &["check"];
const FIX: &[&str] = &["fix", "--unsafe", "--diff"];
const MIGRATE: &[&str] = &["migrate", "--repository", "acme/widget"];
const EXPLAIN: &[&str] = &["explain", "--verbose"];

macro_rules! classes {
    ($($name:ident($command:ident, $size:literal): $files:expr;)*) => {
        /// All classes.
        pub(crate) const CLASSES: &[Class] =
            &[$(Class { name: stringify!($name), size: $size, command: $command, files: $files }),*];
    };
}

classes! {
    lines(CHECK, 500): |n| script(lines(n, |i| format!("npm run build{i}")));
    installs_of_npm(CHECK, 500): |n| script(lines(n, |_| "npm install -g npm"));
    installs_in_branches(CHECK, 1000): |n| script(lines(n, |i| format!("if a{i}; then npm install -g npm; fi")));
    changes_of_folder(CHECK, 500): |n| script(lines(n, |i| format!("cd a{i} && npm test && cd ..")));
    subshells(CHECK, 250): |n| script(lines(n, |i| format!("(cd a{i} && npm publish)")));
    functions(CHECK, 500): |n| script(lines(n, |i| format!("f{i}() {{ npm test; }}\nf{i}")));
    calls_of_a_function(CHECK, 250): |n| script(format!("f() {{ npm publish; }}\n{}", lines(n, |_| "f")));
    a_long_function(CHECK, 500): |n| script(format!("f() {{\n{}}}\nf", lines(n, |i| format!("npm run x{i}"))));
    loops(CHECK, 250): |n| script(lines(n, |_| "for x in a b c; do npm publish ./$x; done"));
    publish_lines(CHECK, 250): |n| script(lines(n, |i| format!("npm publish ./p{i}")));
    publish_lines_in_quotes(CHECK, 250): |n| workflow(job("a", &format!(
        "{NODE}      - run: \"{}\"\n",
        lines(n, |i| format!("npm publish ./p{i}")).replace('\n', "\\n")
    )));
    a_list(CHECK, 500): |n| script(vec!["npm test"; n].join(" && "));
    alternatives(CHECK, 250): |n| script(vec!["npm publish"; n].join(" || "));
    pipes(CHECK, 500): |n| script(vec!["cat"; n].join(" | "));
    substitutions(CHECK, 500): |n| script(lines(n, |i| format!("A{i}=$(npm whoami)")));
    variables(CHECK, 500): |n| script(lines(n, |i| format!("A{i}=b\nnpm run $A{i}")));
    commands_in_a_variable(CHECK, 2000): |n| script(format!(
        "{}{}",
        lines(n, |i| format!("if a; then C='npm x{i} y'; fi")),
        lines(n, |_| "$C")
    ));
    scripts_through_pipes(CHECK, 250): |n| script(lines(n, |i| format!("echo 'npm test {i}' | bash")));
    a_long_pipe_of_shells(CHECK, 250): |n| script(format!("echo 'npm test'{}", " | bash".repeat(n)));
    aliases_of_a_shell(CHECK, 250): |n| script(format!("shopt -s expand_aliases\n{}", lines(n, |i| format!("alias a{i}='npm test'\na{i}"))));
    programs_in_a_variable(CHECK, 500): |n| script(lines(n, |i| format!("if a{i}; then P=npm; else P=pnpm; fi\n$P test")));
    assignments_of_power_shell(CHECK, 500): |n| script(lines(n, |i| format!("$a{i} = @('test', 'b')\nnpm @a{i}")));
    open_texts_of_power_shell(CHECK, 500): |n| script(lines(n, |i| format!("a @'\nb{i} <# c")));
    conditions_of_cmd(CHECK, 500): |n| script(lines(n, |i| format!("if exist a{i} npm test")));
    conditions_on_a_line(CHECK, 500): |n| script("if a; then b; fi; ".repeat(n));
    functions_that_only_some_runs_define(CHECK, 250): |n| script(lines(n, |i| format!("if a; then f{i}() {{ npm test; }}; fi\nf{i}")));
    a_chain_of_scripts(CHECK, 250): |n| with_file(with_file(script("bash a.sh\n"), "a.sh", lines(n, |_| "bash b.sh")), "b.sh", "npm test\n");
    functions_of_a_sourced_file(CHECK, 250): |n| with_file(
        script(format!("source a.sh\n{}", lines(n, |i| format!("f{i}")))),
        "a.sh",
        lines(n, |i| format!("f{i}() {{ npm test; }}")),
    );
    exports(CHECK, 500): |n| script(lines(n, |i| format!("export A{i}=b")));
    environment_of_later_steps(CHECK, 500): |n| script(lines(n, |i| format!("echo A{i}=b >> $GITHUB_ENV")));
    settings_of_npm(CHECK, 500): |n| script(lines(n, |i| format!("npm config set a{i} b")));
    switches_of_errexit(CHECK, 250): |n| script(lines(n, |_| "set +e\nnpm test\nset -e"));
    releases_of_github(CHECK, 500): |n| script(lines(n, |i| format!("gh release create v{i}")));
    steps(CHECK, 1000): |n| workflow(job("a", &format!("{NODE}{}{PUBLISH}", "      - run: echo\n".repeat(n))));
    publish_steps(CHECK, 250): |n| workflow(job("a", &format!("{NODE}{}", PUBLISH.repeat(n))));
    steps_with_conditions(CHECK, 1000): |n| workflow(job("a", &format!("{NODE}{}{PUBLISH}", lines(n, |i| format!(
        "      - run: npm install -g npm@11\n        if: github.ref == 'x{i}'"
    )))));
    publish_steps_with_conditions(CHECK, 125): |n| workflow(job("a", &format!("{NODE}{}", lines(n, |i| format!(
        "      - run: npm install -g npm@11 && npm publish\n        if: github.ref == 'x{i}'"
    )))));
    jobs(CHECK, 125): |n| workflow((0..n).map(|i| job(&format!("j{i}"), &format!("{NODE}{PUBLISH}"))).collect::<String>());
    merge_keys(CHECK, 250): |n| workflow(format!(
        "  j0: &j0\n    runs-on: ubuntu-latest\n    steps:\n{NODE}{PUBLISH}{}",
        lines(n, |i| format!("  j{}: &j{}\n    <<: *j{i}\n    name: x", i + 1, i + 1))
    ));
    aliases(CHECK, 125): |n| format_aliases(n);
    a_chain_of_package_scripts(CHECK, 1000): |n| scripts(
        "npm run s0",
        (0..n).map(|i| (format!("s{i}"), format!("npm run s{}", i + 1))).chain([(format!("s{n}"), "npm publish".to_owned())]),
    );
    package_scripts_of_one(CHECK, 500): |n| scripts(
        "npm run all",
        (0..n).map(|i| (format!("s{i}"), "tsc".to_owned())).chain([("all".to_owned(), (0..n).map(|i| format!("npm run s{i}")).collect::<Vec<_>>().join(" && "))]),
    );
    a_chain_of_actions(CHECK, 100): |n| {
        let jobs = (0..33).map(|i| job(&format!("j{i}"), &format!("{NODE}      - uses: ./a0\n")));
        let mut files = workflow(jobs.collect::<String>());
        files.extend((0..n).map(|i| (format!("a{i}/action.yml"), format!(
            "runs:\n  using: composite\n  steps:\n    - run: npm ci\n      shell: bash\n    - uses: ./a{}\n", i + 1
        ))));
        files
    };
    inputs_of_an_action(CHECK, 62): |n| {
        let with = lines(n, |i| format!("          i{i}: x"));
        let mut files = workflow(job("a", &format!("{NODE}      - uses: ./a\n        with:\n{with}")));
        let inputs = lines(n, |i| format!("  i{i}: {{ required: true }}"));
        let steps = lines(n, |_| "    - run: npm test\n      shell: bash");
        files.push(("a/action.yml".to_owned(), format!(
            "inputs:\n{inputs}runs:\n  using: composite\n  steps:\n{steps}    - run: npm publish\n      shell: bash\n"
        )));
        files
    };
    workflows(CHECK, 125): |n| (0..n).flat_map(|i| at(&format!(".github/workflows/w{i}.yml"), format!(
        "name: W{i}\n{HEAD}{}", job("a", &format!("{NODE}{PUBLISH}"))
    ))).collect();
    workflows_after_each_other(CHECK, 62): |n| (0..n).flat_map(|i| at(&format!(".github/workflows/w{i}.yml"), format!(
        "name: W{i}\non:\n  workflow_run: {{ workflows: [W{}], types: [completed] }}\njobs:\n{}",
        i.saturating_sub(1), job("a", &format!("{NODE}{PUBLISH}"))
    ))).collect();
    packages(CHECK, 125): |n| packages(n);
    long_lines(CHECK, 500): |n| script(format!("npm publish {}", (0..n).map(|i| format!("$x{i}")).collect::<Vec<_>>().join(" ")));
    changes_of_a_manifest(CHECK, 500): |n| script(lines(n, |i| format!("npm pkg set a{i}=b && jq . package.json > t && mv t package.json")));
    variables_of_a_job(CHECK, 500): |n| workflow(format!(
        "  a:\n    runs-on: ubuntu-latest\n    env:\n{}    steps:\n{NODE}{}",
        lines(n, |i| format!("      A{i}: b")),
        lines(n, |i| format!("      - run: npm run ${{{{ env.A{i} }}}}"))
    ));
    // Jobs times variables is the size of what the jobs see, so that only one of them grows.
    variables_of_all_jobs(CHECK, 250): |n| workflow_with(
        lines(n, |i| format!("  A{i}: b")),
        (0..33).map(|i| job(&format!("j{i}"), &format!("{NODE}{PUBLISH}"))).collect::<String>()
    );
    secrets_of_a_called_workflow(CHECK, 250): |n| {
        let secrets = lines(n, |i| format!("      S{i}: ${{{{ secrets.S{i} }}}}"));
        let mut files = workflow(format!("  a:\n    uses: ./.github/workflows/publish.yml\n    secrets:\n{secrets}"));
        let declared = lines(n, |i| format!("      S{i}: {{ required: true }}"));
        files.extend(at(".github/workflows/publish.yml", format!(
            "on:\n  workflow_call:\n    secrets:\n{declared}jobs:\n{}", job("a", &format!("{NODE}{PUBLISH}"))
        )));
        files
    };
    needs_of_jobs(CHECK, 250): |n| workflow((0..n).map(|i| {
        let needs = format!("    needs: j{}\n    steps:", i + 1);
        job(&format!("j{i}"), &format!("{NODE}{PUBLISH}")).replace("    steps:", &needs)
    }).collect::<String>() + &job(&format!("j{n}"), &format!("{NODE}{PUBLISH}")));
    values_of_a_matrix(CHECK, 250): |n| workflow(job("a", &format!("{NODE}      - run: npm publish ./${{{{ matrix.p }}}}\n")).replace(
        "    steps:", &format!("    strategy:\n      matrix:\n        p: [{}]\n    steps:", (0..n).map(|i| format!("p{i}")).collect::<Vec<_>>().join(", "))
    ));
    workspaces_of_a_manifest(CHECK, 125): |n| {
        let mut files = packages(n);
        files.retain(|(path, _)| path != "package.json");
        let patterns: Vec<String> = (0..n).map(|i| format!("\"packages/*{i}\"")).collect();
        files.extend(at("package.json", format!(
            r#"{{"name":"@acme/widget","version":"1.0.0","private":true,"workspaces":[{}]}}"#, patterns.join(",")
        )));
        files
    };
    errors_of_a_manifest(CHECK, 1000): |n| with_file(
        workflow(job("a", &format!("{NODE}{PUBLISH}"))),
        "package.json", format!("{{\n{}\"name\": \"w\", \"version\": \"1.0.0\"\n}}\n", lines(n, |i| format!("\"a{i}\" \"b\"")))
    );
    lines_of_an_npmrc(CHECK, 500): |n| with_file(
        workflow(job("a", &format!("{NODE}{PUBLISH}"))),
        ".npmrc", lines(n, |i| format!("@s{i}:registry=https://r{i}.example/\n//r{i}.example/:_authToken=${{T{i}}}"))
    );
    ignores_of_the_configuration(CHECK, 250): |n| with_file(
        workflow(refused_jobs(1)),
        "trustpub.toml", lines(n, |i| format!("[[ignore]]\nrules = [\"npm-too-old-node\"]\npaths = [\"a{i}/**\"]\nreason = \"x\""))
    );
    comments_that_ignore(CHECK, 250): |n| workflow(job("a", &format!("{NODE}{}", lines(n, |i| format!(
        "      - run: echo {i} # trustpub: ignore[npm-too-old-node] x"
    )) + PUBLISH)));
    keys_that_are_there_twice(CHECK, 500): |n| workflow(format!(
        "  a:\n    runs-on: ubuntu-latest\n    env:\n{}    steps:\n{NODE}{PUBLISH}",
        lines(n, |_| "      A: b")
    ));
    aliases_of_publish_steps(CHECK, 250): |n| workflow(job("a", &format!("      - &s\n{}{}", PUBLISH.replace("- ", "  "), "      - *s\n".repeat(n))));
    targets_of_a_makefile(CHECK, 250): |n| with_file(
        workflow(job("a", &format!("{NODE}{}", lines(n, |i| format!("      - run: make t{i}"))))),
        "Makefile", lines(n, |i| format!("t{i}:\n\techo"))
    );
    tasks_of_deno(CHECK, 250): |n| with_file(
        workflow(job("a", &format!("{NODE}{}", lines(n, |i| format!("      - run: deno task t{i}"))))),
        "deno.json", format!("{{ \"tasks\": {{ {} \"t{n}\": \"tsc\" }} }}", lines(n, |i| format!("\"t{i}\": \"tsc\",")))
    );
    commands_in_variables(CHECK, 500): |n| workflow(job("a", &format!(
        "{NODE}      - run: |\n{}{}{PUBLISH}",
        lines(n, |i| format!("          A{i}='npm test'")),
        lines(n, |i| format!("          $A{i} x"))
    )));
    packages_with_scripts_in_a_row(CHECK, 50): |n| packages_with_scripts(n);
    moves_of_packages_with_scripts(MIGRATE, 50): |n| packages_with_scripts(n);
    functions_of_a_program(CHECK, 250): |n| with_file(
        workflow(job("a", &format!("{NODE}      - run: node release.mjs\n"))),
        "release.mjs",
        format!("{}f0()\n", lines(n, |i| format!("function f{i}() {{ f{}() }}", i + 1)))
    );
    imports_of_a_program(CHECK, 250): |n| with_file(with_file(
        workflow(job("a", &format!("{NODE}      - run: node release.mjs\n"))),
        "release.mjs",
        format!("import {{ {} }} from './lib.mjs'\n{}", (0..n).map(|i| format!("f{i}")).collect::<Vec<_>>().join(", "), lines(n, |i| format!("f{i}()")))
    ), "lib.mjs", lines(n, |i| format!("export function f{i}() {{ g() }}")));
    a_long_file_run_many_times(CHECK, 500): |n| with_file(
        workflow(job("a", &format!("{NODE}{}", "      - run: bash build.sh\n".repeat(n)))),
        "build.sh", "npm test\n".repeat(n)
    );
    workflows_that_wait_for_a_release(CHECK, 62): |n| (0..n).flat_map(|i| at(&format!(".github/workflows/w{i}.yml"), format!(
        "name: W{i}\non:\n  release: {{ types: [published] }}\npermissions: {{ id-token: write }}\njobs:\n{}", job("a", &format!("{NODE}{PUBLISH}"))
    ))).collect();
    findings_far_from_their_cause(TEXT, 62): |n| workflow(refused_jobs(n));
    places_of_a_finding(TEXT, 250): |n| workflow(job("a", &NODE.replace("24", "20")) + &lines(n, |i| format!("      - run: npm publish ./p{i}")));
    findings_in_many_files(TEXT, 125): |n| packages(n);
    fixes_of_jobs(FIX, 62): |n| workflow(refused_jobs(n));
    fixes_of_steps(FIX, 62): |n| workflow(job("a", &lines(n, |i| format!(
        "      - run: npm publish ./p{i}\n        env:\n          NODE_AUTH_TOKEN: ${{{{ secrets.NPM_TOKEN }}}}"
    ))));
    lines_of_a_log(EXPLAIN, 10_000): |n| at(LOG, lines(n, |i| format!("npm warn deprecated a@{i}")) + "npm error code ENEEDAUTH\n");
    codes_in_a_line_of_a_log(EXPLAIN, 10_000): |n| at(LOG, "npm error code E404 ".repeat(n));
    failures_in_a_log(EXPLAIN, 125): |n| at(LOG, lines(n, |i| format!(
        "publish {i}\tPublish\tnpm error code E40{}\npublish {i}\tPublish\tnpm error 404 Not Found - PUT https://registry.npmjs.org/@acme%2fw{i}\n\
         publish {i}\tPublish\t##[error]Process completed with exit code 1.", i % 5
    )));
}

/// `n` lines.
fn lines<T: Display>(n: usize, line: impl Fn(usize) -> T) -> String {
    (0..n).map(|i| format!("{}\n", line(i))).collect()
}

/// A workspace that publishes all of its packages.
fn packages(n: usize) -> Files {
    let mut files = workflow(job(
        "a",
        &format!("{NODE}      - run: npm publish --workspaces\n"),
    ));
    files.pop();
    let root = r#"{"name":"@acme/widget","version":"1.0.0","private":true,"workspaces":["packages/*"]}"#;
    files.extend(at("package.json", root));
    files.extend((0..n).flat_map(|i| {
        let manifest = format!(r#"{{"name":"@acme/p{i}","version":"1.0.0"}}"#);
        at(&format!("packages/p{i}/package.json"), manifest)
    }));
    files
}

/// Jobs that publish with a Node that is too old.
fn refused_jobs(n: usize) -> String {
    let job = |i| {
        job(
            &format!("j{i}"),
            &format!("{}{PUBLISH}", NODE.replace("24", "20")),
        )
    };
    (0..n).map(job).collect()
}

fn with_file(mut files: Files, path: &str, text: impl Into<String>) -> Files {
    files.extend(at(path, text));
    files
}

fn at(path: &str, text: impl Into<String>) -> Files {
    vec![(path.to_owned(), text.into())]
}

fn job(id: &str, steps: &str) -> String {
    format!("  {id}:\n    runs-on: ubuntu-latest\n    steps:\n{steps}")
}

/// A workflow with these jobs, and a manifest.
fn workflow(jobs: impl Into<String>) -> Files {
    let mut files = at(WORKFLOW, format!("{HEAD}{}", jobs.into()));
    files.extend(at(
        "package.json",
        r#"{"name":"@acme/widget","version":"1.0.0","repository":"acme/widget"}"#,
    ));
    files
}

/// A workflow with variables for all jobs.
fn workflow_with(variables: impl Display, jobs: impl Display) -> Files {
    let mut files = workflow("");
    files.retain(|(path, _)| path != WORKFLOW);
    files.extend(at(WORKFLOW, format!("env:\n{variables}{HEAD}{jobs}")));
    files
}

/// A job that runs this script, and publishes.
fn script(script: impl Into<String>) -> Files {
    let script = script.into();
    let script: String = script.lines().map(|line| format!("          {line}\n")).collect();
    workflow(job("a", &format!("{NODE}      - run: |\n{script}{PUBLISH}")))
}

/// A job that runs a command, and a manifest with these scripts.
fn scripts(command: &str, scripts: impl Iterator<Item = (String, String)>) -> Files {
    let scripts: Vec<String> = scripts
        .map(|(name, command)| format!("{name:?}:{command:?}"))
        .collect();
    let mut files = workflow(job("a", &format!("{NODE}      - run: {command}\n{PUBLISH}")));
    files.pop();
    files.extend(at(
        "package.json",
        format!(
            r#"{{"name":"@acme/widget","version":"1.0.0","repository":"acme/widget","scripts":{{{}}}}}"#,
            scripts.join(",")
        ),
    ));
    files
}

/// A step that a job has many times.
fn format_aliases(n: usize) -> Files {
    let steps = lines(n, |i| {
        format!("      - &s{i}\n        run: npm test\n      - *s{i}")
    });
    workflow(job("a", &format!("{NODE}{steps}{PUBLISH}")))
}

/// Packages whose scripts of the same name lead to each other, with a token that one of them could need.
fn packages_with_scripts(n: usize) -> Files {
    let scripts = (0..6).map(|i| format!("\"s{i}\": \"npm run s{} && tsc\"", i + 1));
    let scripts = scripts.collect::<Vec<_>>().join(", ");
    let token = "        env: { NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' }\n";
    let run = "      - run: npm run s0 && npm publish -w p0\n";
    let mut files = workflow(job("a", &format!("{NODE}{run}{token}")));
    files.retain(|(path, _)| path != "package.json");
    let root = "{ \"name\": \"root\", \"private\": true, \"workspaces\": [\"packages/*\"] }";
    files.extend(at("package.json", root));
    for i in 0..n {
        let manifest = format!(
            "{{ \"name\": \"p{i}\", \"version\": \"1.0.0\", \"repository\": \"acme/widget\", \"scripts\": {{ {scripts} }} }}"
        );
        files.extend(at(&format!("packages/p{i}/package.json"), manifest));
    }
    files
}
