use super::tests::{OIDC, SHIP, check};

#[test]
fn scripts_are_followed_through_each_other() {
    let script = |text: &'static str| {
        [
            ("ci/a.sh", text),
            ("ci/b.sh", "#!/bin/sh\n. ci/c.sh\n"),
            ("ci/c.sh", SHIP),
        ]
    };
    for text in [
        "ci/b.sh\n",
        "bash ci/b.sh\n",
        "source \"$(dirname \"$0\")/b.sh\"\n",
        "DIR=$(cd \"$(dirname \"${BASH_SOURCE[0]}\")\" && pwd)\n\"$DIR/b.sh\"\n",
        "DIR=\"$(cd \"$(dirname \"$0\")\" && pwd)\"\nROOT=\"$(cd \"$DIR/..\" && pwd)\"\n\"$ROOT/ci/b.sh\"\n",
        "ROOT=$(git rev-parse --show-toplevel)\n\"$ROOT/ci/b.sh\"\n",
        "cat ci/b.sh | bash\n",
        "sh -s -- next < ci/b.sh\n",
    ] {
        check("run: ci/a.sh", &script(text), OIDC);
    }
    // What is left out of a file that runs itself is nothing new.
    check("run: ci/a.sh", &script("ci/a.sh\nci/b.sh\n"), OIDC);
    check("run: ci/a.sh", &script("if false; then ci/b.sh; fi\n"), "");
}

#[test]
fn functions_of_a_file_that_is_sourced_run_where_they_are_called() {
    let library = "ship() { npm publish; }\nbuild() { npm test; }\n";
    let script = |text: &'static str| [("ci/a.sh", text), ("ci/lib.sh", library)];
    for text in [
        "source ci/lib.sh\nship\n",
        ". ci/lib.sh\nretry ship\n",
        ". ci/lib.sh\n\"$ACTION\"\n",
    ] {
        check("run: ci/a.sh", &script(text), OIDC);
    }
    for text in [
        "source ci/lib.sh\nbuild\n",
        "bash ci/lib.sh\nship\n",
        ". ci/lib.sh\n# shipping\n",
    ] {
        check("run: ci/a.sh", &script(text), "");
    }
}

#[test]
fn scripts_of_power_shell_and_cmd_are_followed() {
    let files = [
        ("ci/ship.ps1", "param($Tag)\nnpm publish --tag $Tag\n"),
        ("ci/all.ps1", "& \"$PSScriptRoot/ship.ps1\" -Tag a\n"),
        ("ci/ship.cmd", "@echo off\ncall npm publish\n"),
        ("ci/all.cmd", "call %~dp0ship.cmd\n"),
    ];
    for run in [
        "{ run: './ci/ship.ps1 -Tag next', shell: pwsh }",
        "{ run: '.\\ci\\ship.ps1', shell: pwsh }",
        "{ run: '. ./ci/ship.ps1', shell: pwsh }",
        "{ run: '& ./ci/all.ps1', shell: pwsh }",
        "run: pwsh -NoProfile -File ci/ship.ps1 -Tag next",
        "{ run: 'call ci\\ship.cmd', shell: cmd }",
        "{ run: 'ci\\all.cmd', shell: cmd }",
    ] {
        check(run, &files, OIDC);
    }
    for run in ["run: cat ci/ship.ps1", "run: pwsh -EncodedCommand AAAA"] {
        check(run, &files, "");
    }
}

#[test]
fn a_script_that_the_step_writes_is_read() {
    for run in [
        "run: \"echo 'npm publish' > x.sh; bash x.sh\"",
        "run: \"printf 'set -e\\nnpm publish\\n' > ./x.sh && sh ./x.sh\"",
        "run: \"echo '#!/bin/sh' > x.sh; echo 'npm publish' >> x.sh; chmod +x x.sh; ./x.sh\"",
        "run: \"echo 'npm publish' | tee x.sh; bash x.sh\"",
        "{ run: \"Set-Content x.ps1 'npm publish'; ./x.ps1\", shell: pwsh }",
    ] {
        check(run, &[], OIDC);
    }
    for run in [
        "run: \"echo 'npm publish' > x.sh\"",
        "run: \"echo 'npm test' > x.sh; bash x.sh\"",
        "run: \"echo 'npm publish' > x.sh; echo 'npm test' > x.sh; bash x.sh\"",
        "run: \"bash x.sh; echo 'npm publish' > x.sh\"",
        "run: \"echo 'npm publish' > y.sh; bash x.sh\"",
    ] {
        check(run, &[], "");
    }
}
