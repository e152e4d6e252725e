//! Which commands certainly never run, and which run together.

use super::split_script;
use super::tests::split;

/// Which commands may run, whatever follows from their failures.
#[track_caller]
fn check_reached(cases: &[(&str, &[&str])]) {
    for (script, expected) in cases {
        let found: Vec<String> = split(script)
            .iter()
            .map(|command| command.replace(" ~", ""))
            .collect();
        assert_eq!(found, *expected, "script: {script}");
    }
}

#[test]
fn what_never_runs_is_left_out() {
    check_reached(&[
        ("if false; then a; fi; b", &["false", "b"]),
        ("if false; then a; else b; fi", &["false", "b ?"]),
        ("if ! true; then a; fi", &["true"]),
        ("if true; then a; else b; fi", &["true", "a ?"]),
        ("if true; then a; elif b; then c; else d; fi", &["true", "a ?"]),
        (
            "if false; then a; elif b; then c; else d; fi",
            &["false", "b ?", "c ?", "d ?"],
        ),
        ("if x && false; then a; fi", &["x", "false ?", "a ?"]),
        ("if false && x; then a; fi", &["false"]),
        ("if false || x; then a; fi", &["false", "x ?", "a ?"]),
        ("if x; false; then a; fi", &["x", "false"]),
        ("if false; then if b; then a; fi; fi; c", &["false", "c"]),
        ("if false > f; then a; fi", &["false >f", "a ?"]),
        ("if test false; then a; fi", &["test false", "a ?"]),
        ("if false | x; then a; fi", &["@1 false", "@2 x", "a ?"]),
        ("false && a && b; c", &["false", "c"]),
        ("false && a || b", &["false", "b ?"]),
        ("true || a", &["true"]),
        ("true && a", &["true", "a ?"]),
        (": && a", &[":", "a ?"]),
    ]);
}

#[test]
fn nothing_runs_after_an_exit() {
    check_reached(&[
        ("a; exit 0; b", &["a", "exit 0"]),
        ("exit 1\nb\nif c; then d; fi", &["exit 1"]),
        // PowerShell runs such a block later, or not at all.
        ("{ a; exit 0; }; b", &["a", "exit 0", "b"]),
        ("a || exit 1; b", &["a", "exit 1 ?", "b"]),
        ("if a; then exit 0; fi; b", &["a", "exit 0 ?", "b"]),
        ("(exit 1); b", &["@1 exit 1", "b"]),
        ("exit 0 & b", &["exit 0", "b"]),
        ("f() { exit 0; }; b", &["f() exit 0", "b"]),
        ("x=$(exit 1; a); b", &["x=‹$(exit 1; a)›", "@1 exit 1", "b"]),
    ]);
}

/// Which commands are in the same branches: `a:1 b:1.2`.
#[track_caller]
fn check_branches(cases: &[(&str, &str)]) {
    for (script, expected) in cases {
        let commands = split_script(script).commands;
        let mut known: Vec<u32> = Vec::new();
        let mut number = |branch: &u32| {
            let at = known.iter().position(|one| one == branch).unwrap_or_else(|| {
                known.push(*branch);
                known.len() - 1
            });
            (at + 1).to_string()
        };
        let texts = commands.iter().map(|command| {
            let branches: Vec<String> = command.branches.iter().map(&mut number).collect();
            format!("{}:{}", command.word(0).unwrap_or_default(), branches.join("."))
        });
        let found: Vec<String> = texts.collect();
        assert_eq!(found.join(" "), *expected, "script: {script}");
    }
}

#[test]
fn commands_of_one_branch_run_together() {
    check_branches(&[
        ("a; b", "a: b:"),
        ("if a; then b; c; fi; d", "a: b:1 c:1 d:"),
        ("if a; then b; else c; d; fi", "a: b:1 c:2 d:2"),
        ("if a; then b; elif c; then d; fi", "a: b:1 c:2 d:3"),
        ("if a; then if b; then c; fi; d; fi", "a: b:1 c:1.2 d:1"),
        ("if a; then b; fi; if a; then c; fi", "a: b:1 a: c:2"),
        ("case x in a) b; c;; d) e;; esac", "b:1 c:1 e:2"),
        ("for x in 1 2; do a; b; done", "a:1 b:1"),
        ("a && b && c; d && e", "a: b:1 c:1 d: e:2"),
        ("a || b && c && d", "a: b:1 c:2 d:2"),
        ("a && b || c", "a: b:1 c:2"),
        ("a && { b; c; } && d", "a: b:1 c:1 d:1"),
        ("a && (b; c)", "a: b:1 c:1"),
        ("a && x=$(b; c && d)", "a: :1 b:1 c:1 d:1.2"),
        ("if a; then bash -c 'b; c'; d; fi", "a: bash:1 b:1 c:1 d:1"),
        (
            "if a; then bash -c \"b \\\"x\\\" && c\"; d; fi",
            "a: bash:1 b:1 c:1.2 d:1",
        ),
        ("f() { a; b && c; }; d && f", "a: b: c:1 d: f:2"),
        ("if ($x) { a; b } else { c }", "$x: a:1 b:1 c:2"),
    ]);
}
