use super::super::{Command, OnFailure, Word, split_script};

/// The commands of a script, one line each: the function (`f()`) around it, the numbers of its
/// subshells (`@1.2`), the assignments and words (dynamic ones as `‹…›`, those with blanks in brackets), the
/// redirections, and then `?` where it may be left out and `~` where its failure is hidden.
pub(super) fn split(script: &str) -> Vec<String> {
    split_script(script).commands.iter().map(render).collect()
}

fn render(command: &Command) -> String {
    let mut parts = Vec::new();
    parts.extend(command.function.iter().map(|name| format!("{name}()")));
    if !command.subshells.is_empty() {
        let numbers: Vec<_> = command.subshells.iter().map(u32::to_string).collect();
        parts.push(format!("@{}", numbers.join(".")));
    }
    if !command.wrappers.is_empty() {
        let words: Vec<_> = command.wrappers.iter().map(word).collect();
        parts.push(format!("({})", words.join(" ")));
    }
    for assignment in &command.assignments {
        parts.push(format!("{}={}", assignment.name, word(&assignment.value)));
    }
    parts.extend(command.words.iter().map(word));
    for redirect in &command.redirects {
        parts.push(format!("{}{}", redirect.operator, word(&redirect.target)));
    }
    if command.is_conditional {
        parts.push("?".to_owned());
    }
    if command.failure_is_ignored {
        parts.push("~".to_owned());
    }
    parts.join(" ")
}

fn word(word: &Word) -> String {
    let text = word.text.replace('\n', "⏎");
    if word.is_dynamic {
        format!("‹{text}›")
    } else if text.contains(' ') || text.is_empty() {
        format!("[{text}]")
    } else {
        text
    }
}

#[track_caller]
fn check(cases: &[(&str, &[&str])]) {
    for (script, expected) in cases {
        assert_eq!(split(script), *expected, "script: {script}");
    }
}

#[test]
fn words_quotes_and_escapes() {
    check(&[
        ("npm publish", &["npm publish"]),
        ("npm   publish\t--tag  next ", &["npm publish --tag next"]),
        (r#"echo "npm publish" 'a b'"#, &["echo [npm publish] [a b]"]),
        (r#"n"p"'m' publish"#, &["npm publish"]),
        (r"echo a\ b \; \&", &["echo [a b] ; &"]),
        (r#"echo "a \"b\" \$x \n""#, &[r#"echo [a "b" $x \n]"#]),
        (r"echo $'it\'s'", &["echo it's"]),
        ("echo \"it's $'5\"", &["echo [it's $'5]"]),
        ("echo '' \"\"", &["echo [] []"]),
        ("echo über 🎉 é", &["echo über 🎉 é"]),
    ]);
}

#[test]
fn dynamic_words() {
    check(&[
        (
            "echo $A ${B} ${C:-d e} $1 $@",
            &["echo ‹$A› ‹${B}› ‹${C:-d e}› ‹$1› ‹$@›"],
        ),
        (
            "ls *.tgz a?b [ab]c {a,b} {1..3}",
            &["ls ‹*.tgz› ‹a?b› ‹[ab]c› ‹{a,b}› ‹{1..3}›"],
        ),
        ("ls '*.tgz' \"?\" {} [ a ] @{0}", &["ls *.tgz ? {} [ a ] @{0}"]),
        (
            "echo $((1 + (2)))x \"$((3))\"",
            &["echo ‹$((1 + (2)))x› ‹$((3))›"],
        ),
        ("echo 5$ '$x'", &["echo 5$ $x"]),
        ("echo $env:TOKEN", &["echo ‹$env:TOKEN›"]),
    ]);
}

#[test]
fn expressions_are_part_of_a_word() {
    check(&[
        (
            "npm publish --tag ${{ inputs.tag }} x",
            &["npm publish --tag ‹${{ inputs.tag }}› x"],
        ),
        (
            "echo ${{ format('a \"b; c && d }} e', x) }}f g",
            &["echo ‹${{ format('a \"b; c && d }} e', x) }}f› g"],
        ),
        ("echo '${{ a && 'it' }}' b", &["echo ‹${{ a && 'it' }}› b"]),
        (
            "echo \"a ${{ x || \"y\" }} b\"",
            &["echo ‹a ${{ x || \"y\" }} b›"],
        ),
        ("${{ matrix.run }}", &["‹${{ matrix.run }}›"]),
        ("A=${{ b c }} npm publish", &["A=‹${{ b c }}› npm publish"]),
        ("echo ${{ open", &["echo ‹${{ open›"]),
    ]);
}

#[test]
fn lists_and_pipelines() {
    check(&[
        ("a; b & c", &["a", "b", "c"]),
        ("cd npm && npm publish", &["cd npm", "npm publish ?"]),
        ("a || b && c", &["a", "b ?", "c ?"]),
        ("a &&\n\n  # why\n b\nc", &["a", "b ?", "c"]),
        ("a | b |& c\nd", &["@1 a", "@2 b", "@3 c", "d"]),
        ("echo x | (a; b) && c", &["@1 echo x", "@3.2 a", "@3.2 b", "c ?"]),
    ]);
}

#[test]
fn hidden_failures() {
    check(&[
        ("npm publish || true", &["npm publish ~", "true ?"]),
        (
            "npm publish && a || echo no",
            &["npm publish ~", "a ? ~", "echo no ?"],
        ),
        ("npm publish || exit 1", &["npm publish", "exit 1 ?"]),
        (
            "npm publish || { echo no; exit 1; }",
            &["npm publish", "echo no ?", "exit 1 ?"],
        ),
        (
            "npm publish || { echo a; echo b; }",
            &["npm publish ~", "echo a ?", "echo b ?"],
        ),
        (
            "npm publish || npm publish --tag x",
            &["npm publish", "npm publish --tag x ?"],
        ),
        ("(a && b) || :", &["@1 a ~", "@1 b ? ~", ": ?"]),
        ("! npm publish", &["npm publish ~"]),
        (
            "npm publish && break || echo again",
            &["npm publish", "break ?", "echo again ?"],
        ),
    ]);
}

#[test]
fn assignments_and_redirections() {
    check(&[
        (
            "NODE_AUTH_TOKEN=\"\" npm publish",
            &["NODE_AUTH_TOKEN=[] npm publish"],
        ),
        ("A=1 B='2 3' c D=4", &["A=1 B=[2 3] c D=4"]),
        ("A=$(b c)", &["A=‹$(b c)›", "@1 b c"]),
        (
            "ARGS=(--access public)\nA+=(x)",
            &["ARGS=‹(--access public)›", "A=‹(x)›"],
        ),
        ("1A=b c=d", &["1A=b c=d"]),
        ("a 2>&1 >>$HOME/.npmrc", &["a >&1 >>‹$HOME/.npmrc›"]),
        ("a &> log; b > 'c d'<e", &["a &>log", "b >[c d] <e"]),
        ("cat <<< \"x y\" >f", &["cat <<<[x y] >f"]),
        (
            "diff <(a) <(b | c)",
            &["diff ‹<(a)› ‹<(b | c)›", "@1 a", "@2.3 b", "@2.4 c"],
        ),
        (
            "{ echo a; echo b; } > .npmrc",
            &["echo a >.npmrc", "echo b >.npmrc"],
        ),
    ]);
}

#[test]
fn here_documents() {
    check(&[
        (
            "cat <<EOF > f\na $b\nEOF\nnpm publish",
            &["cat <<‹a $b⏎› >f", "npm publish"],
        ),
        ("cat <<'EOF'\na $b\nEOF\n", &["cat <<[a $b⏎]"]),
        ("cat <<\"E F\"\n${{ x }}\nE F\n", &["cat <<‹${{ x }}⏎›"]),
        ("cat <<-EOF\n\ta\n\tEOF\nb", &["cat <<a⏎", "b"]),
        ("a <<A <<B\n1\nA\n2\nB\nc", &["a <<1⏎ <<2⏎", "c"]),
        (
            "x=$(cat <<EOF\nnpm publish )\nEOF\n)\nb",
            &[
                "x=‹$(cat <<EOF⏎npm publish )⏎EOF⏎)›",
                "@1 cat <<[npm publish )⏎]",
                "b",
            ],
        ),
        ("cat <<EOF | tee f\nx\nEOF\n", &["@1 cat <<x⏎", "@2 tee f"]),
        ("cat <<EOF\nnpm publish", &["cat <<[npm publish]"]),
        ("cat <<EOF\r\nx\r\nEOF\r\nb\r\n", &["cat <<x\r⏎", "b"]),
        (
            "while read x; do a; done <<EOF\nnpm publish\nEOF\nb",
            &["read x <<[]", "a <<[] ?", "b"],
        ),
    ]);
}

#[test]
fn comments_and_continued_lines() {
    check(&[
        ("# npm publish\na # npm publish\nb#c", &["a", "b#c"]),
        (
            "npm publish \\\n  --access public \\\r\n  --tag x",
            &["npm publish --access public --tag x"],
        ),
        ("npm pub\\\nlish", &["npm publish"]),
        (
            "npm publish `\n  --access public `\r\n  --tag x\nb",
            &["npm publish --access public --tag x", "b"],
        ),
        (
            "npm publish ^\r\n  --access public ^\n --tag x",
            &["npm publish --access public --tag x"],
        ),
        ("git diff HEAD^\nnpm publish", &["git diff HEAD^", "npm publish"]),
        ("a\r\nb\r\n", &["a", "b"]),
    ]);
}

#[test]
fn substitutions() {
    check(&[
        (
            "echo \"$(npm whoami)\"",
            &["echo ‹$(npm whoami)›", "@1 npm whoami"],
        ),
        ("echo `npm whoami` b", &["echo ‹`npm whoami`› b", "@1 npm whoami"]),
        (
            "V=$(node -p \"require('./p').v\") b",
            &[
                "V=‹$(node -p \"require('./p').v\")› b",
                "@1 node -p require('./p').v",
            ],
        ),
        (
            "a $(b $(c) \"$(d ')')\") e",
            &[
                "a ‹$(b $(c) \"$(d ')')\")› e",
                "@1 b ‹$(c)› ‹$(d ')')›",
                "@1.2 c",
                "@1.3 d )",
            ],
        ),
        (
            "x=$(case $a in b) c;; esac) y",
            &["x=‹$(case $a in b) c;; esac)› y", "@1 c ?"],
        ),
        ("echo ${A:-$(b)}", &["echo ‹${A:-$(b)}›", "@1 b"]),
        ("a && x=$(b)", &["a", "x=‹$(b)› ?", "@1 b ?"]),
        ("(cd a; npm publish); b", &["@1 cd a", "@1 npm publish", "b"]),
        ("((i++)); for ((i=0; i<3; i++)); do a; done; b", &["a ?", "b"]),
        ("((a); b)", &["@1.2 a", "@1 b"]),
    ]);
}

#[test]
fn compound_commands() {
    check(&[
        (
            "if a; then b; elif c; then d; else e; fi; f",
            &["a ~", "b ?", "c ? ~", "d ?", "e ?", "f"],
        ),
        (
            "if ! output=$(npm publish 2>&1); then\n  echo no\n  exit 1\nfi",
            &[
                "output=‹$(npm publish 2>&1)›",
                "@1 npm publish >&1",
                "echo no ?",
                "exit 1 ?",
            ],
        ),
        (
            "if npm publish; then echo ok; fi",
            &["npm publish ~", "echo ok ?"],
        ),
        ("if npm publish; then done=1; fi", &["npm publish", "done=1 ?"]),
        (
            "for d in a $(b); do\n (cd $d && npm publish)\ndone\nc",
            &["@1 b", "@2 cd ‹$d› ?", "@2 npm publish ?", "c"],
        ),
        ("for d in a b\ndo c; done", &["c ?"]),
        (
            "while read -r d; do a; done < list; b",
            &["read -r d <list", "a <list ?", "b"],
        ),
        (
            "until npm publish; do sleep 5; done",
            &["npm publish", "sleep 5 ?"],
        ),
        (
            "case \"$x\" in\n  a|b) npm publish ;;\n  (*) c\nesac\nd",
            &["npm publish ?", "c ?", "d"],
        ),
        (
            "f() {\n npm publish\n}\nfunction g { a; }\nfunction h() { b; }\nf",
            &["f() npm publish", "g() a", "h() b", "f"],
        ),
        (
            "f() { if a; then b $(c); fi; bash -c 'd'; }\ne && g() ( h )",
            &[
                "f() a ~",
                "f() b ‹$(c)› ?",
                "f() @1 c ?",
                "f() bash -c d",
                "f() @2 d",
                "e",
                "g() @3 h",
            ],
        ),
        ("{ a; b; } && c", &["a", "b", "c ?"]),
        (
            "[[ $a == b && ( -n c || d < e ) ]] && npm publish",
            &["[[ ‹$a› == b -n c d e ]]", "npm publish ?"],
        ),
        ("[ -n \"$X\" ] || npm publish", &["[ -n ‹$X› ]", "npm publish ?"]),
        (
            "echo if then; time npm publish",
            &["echo if then", "time npm publish"],
        ),
    ]);
}

#[test]
fn powershell() {
    check(&[
        (
            "if ($a -eq 1) { npm publish } else { b }\nc",
            &["@1 ‹$a› -eq 1", "npm publish ?", "b ?", "c"],
        ),
        (
            "if ($a)\n{\n  b\n}\nelseif ($c)\n{ d }\ne",
            &["@1 ‹$a›", "b ?", "@2 ‹$c›", "d ?", "e"],
        ),
        (
            "foreach ($d in $x) { npm publish $d }\nb",
            &["@1 ‹$d› in ‹$x›", "npm publish ‹$d› ?", "b"],
        ),
        (
            "ls | ForEach-Object { npm publish }\nb",
            &["@1 ls", "@2 ForEach-Object", "@2 npm publish ?", "b"],
        ),
        (
            "try { npm publish } catch { Write-Host no }",
            &["npm publish", "Write-Host no ?"],
        ),
        ("$env:A = \"b\"; & npm publish", &["‹$env:A› = b", "npm publish"]),
    ]);
}

#[test]
fn scripts_in_scripts() {
    check(&[
        (
            "bash -c 'npm publish'",
            &["bash -c [npm publish]", "@1 npm publish"],
        ),
        (
            "sh -euc \"cd a && npm publish\"",
            &["sh -euc [cd a && npm publish]", "@1 cd a", "@1 npm publish ?"],
        ),
        (
            "bash -c \"npm publish --tag \\\"$T\\\"\"",
            &["bash -c ‹npm publish --tag \"$T\"›", "@1 npm publish --tag ‹$T›"],
        ),
        ("bash -c \"a $(b)\"", &["bash -c ‹a $(b)›", "@2 a ‹$(b)›", "@1 b"]),
        (
            "eval \"npm publish\"; eval npm publish $A",
            &[
                "eval [npm publish]",
                "@1 npm publish",
                "eval npm publish ‹$A›",
                "@2 npm publish ‹$A›",
            ],
        ),
        (
            "A=b sudo -E bash -c 'npm publish' || true",
            &[
                "A=b sudo -E bash -c [npm publish] ~",
                "@1 (sudo -E) A=b npm publish ~",
                "true ?",
            ],
        ),
        (
            "bash -c 'bash -c \"npm publish\"'",
            &[
                "bash -c [bash -c \"npm publish\"]",
                "@1 bash -c [npm publish]",
                "@1.2 npm publish",
            ],
        ),
        (
            "bash <<'EOF'\nnpm publish\nEOF\n",
            &["bash <<[npm publish⏎]", "@1 npm publish"],
        ),
        (
            "pwsh -Command \"npm publish\"",
            &["pwsh -Command [npm publish]", "@1 npm publish"],
        ),
        (
            "bash scripts/x.sh publish; echo bash -c 'npm publish'",
            &["bash scripts/x.sh publish", "echo bash -c [npm publish]"],
        ),
    ]);
}

#[test]
fn what_does_not_match_is_forgiven() {
    check(&[
        ("fi; done; esac; } ; ) a", &["a"]),
        ("if a; then npm publish", &["a ~", "npm publish ?"]),
        ("echo $(npm publish", &["echo ‹$(npm publish›", "@1 npm publish"]),
        ("echo 'npm publish\nb", &["echo [npm publish⏎b]"]),
        ("echo \"${a\" b\nc", &["echo ‹${a\" b⏎c›"]),
        ("echo `npm publish\nb", &["echo ‹`npm› publish", "b"]),
        ("", &[]),
        ("&& || ; |", &[]),
    ]);
}

/// The text of each command's range, and of each word's.
#[test]
fn ranges_are_those_of_the_script() {
    let script = "é; A=b npm 'publish'  > x # c\nbash -c 'npm \"pub\"'";
    let found: Vec<_> = split_script(script)
        .commands
        .iter()
        .map(|command| {
            let words = command.words.iter().map(|word| word.range.slice(script));
            (command.range.slice(script), words.collect::<Vec<_>>())
        })
        .collect();
    assert_eq!(
        found,
        [
            ("é", vec!["é"]),
            ("A=b npm 'publish'  > x", vec!["npm", "'publish'"]),
            ("bash -c 'npm \"pub\"'", vec!["bash", "-c", "'npm \"pub\"'"]),
            ("npm \"pub\"", vec!["npm", "\"pub\""]),
        ]
    );
}

/// What the loops around a script's last command run over.
fn loops_of_last(script: &str) -> String {
    let script = split_script(script);
    let last = script.commands.last().unwrap();
    let shown = last.loops.iter().map(|iteration| {
        let values: Vec<String> = iteration.values.iter().map(word).collect();
        format!("{} in {}", iteration.name, values.join(" "))
    });
    shown.collect::<Vec<_>>().join("; ")
}

#[test]
fn commands_know_the_loops_around_them() {
    for (script, expected) in [
        ("for d in a b; do c; done", "d in a b"),
        ("for d in packages/*\ndo (cd $d && c); done", "d in ‹packages/*›"),
        ("for d in \"x y\" $(ls); do c; done", "d in [x y] ‹$(ls)›"),
        (
            "for a in 1 2; do for b in 3; do c; done; done",
            "a in 1 2; b in 3",
        ),
        ("if x; then for d in a; do c; done; fi", "d in a"),
        ("for d in a; do if x; then c; fi; done", ""),
        ("for d in a; do case $d in a) c;; esac; done", ""),
        ("for d in a; do [ -f x ] || continue; c; done", ""),
        ("for a in 1; do for d in a; do [[ x ]] && c; done; done", ""),
        ("for d in a; do b; done; c", ""),
        ("for ((i = 0; i < 3; i++)); do c; done", ""),
        ("select d in a b; do c; done", ""),
        ("for d; do c; done", ""),
        ("while read d; do c; done", ""),
    ] {
        assert_eq!(loops_of_last(script), expected, "script: {script}");
    }
}

#[test]
fn a_failure_ends_the_script_unless_something_looks_at_it() {
    let ends = OnFailure::EndsScript;
    let (skips, unknown) = (OnFailure::SkipsList, OnFailure::Unknown);
    for (script, expected) in [
        ("npm ci\nnpm test", [ends, ends].as_slice()),
        ("npm ci; npm test", &[ends, ends]),
        ("npm ci && npm test\nnpm publish", &[skips, ends, ends]),
        ("npm ci &&\n  npm test", &[skips, ends]),
        ("npm ci || npm install", &[unknown, unknown]),
        ("a && b || c", &[unknown, unknown, unknown]),
        ("if npm ci; then npm test; fi\nb", &[unknown, unknown, ends]),
        ("npm start &\nnpm test", &[unknown, ends]),
        ("a && b & c", &[unknown, unknown, ends]),
        ("(npm ci)", &[ends]),
        ("{ npm ci; }", &[ends]),
        ("(npm ci; { a; b; })\nc", &[ends, ends, ends, ends]),
        ("(npm ci) && a", &[unknown, ends]),
        ("{ npm ci; } || a", &[unknown, unknown]),
        ("(npm ci && a)", &[unknown, ends]),
        ("(npm ci) &", &[unknown]),
        ("(npm ci) | cat", &[unknown, unknown]),
        ("if (npm ci); then a; fi", &[unknown, unknown]),
        ("a && { npm ci; }", &[skips, unknown]),
        ("try { npm ci } catch { a }", &[unknown, unknown]),
        ("U=$(npm ci)", &[ends, unknown]),
        ("for x in a b; do npm ci; done", &[unknown]),
        ("npm ci > log 2>&1", &[ends]),
        ("bash -c 'npm ci'", &[ends, ends]),
        ("bash -c 'npm ci; a'", &[ends, unknown, unknown]),
        ("f() { npm ci; }\nf", &[unknown, ends]),
    ] {
        let found: Vec<OnFailure> = split_script(script)
            .commands
            .iter()
            .map(|command| command.on_failure)
            .collect();
        assert_eq!(found, expected, "script: {script}");
    }
}
