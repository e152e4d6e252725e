use super::*;

/// One line for each command: how it is joined, its assignments, words and redirections, and its flags: `?` for
/// conditional, `~` for an ignored failure, and the number of subshells around it.
fn show(script: &str) -> String {
    let lines = split_script(script).commands.into_iter().map(|command| {
        let joined = match command.joined {
            Joined::Start => "",
            Joined::And => "&& ",
            Joined::Or => "|| ",
            Joined::Pipe => "| ",
        };
        let assignments = command
            .assignments
            .iter()
            .map(|found| format!("{}:={}", found.name, found.value.text));
        let words = command.words.iter().map(|word| word.text.clone());
        let redirects = command
            .redirects
            .iter()
            .map(|found| format!("{}[{}]", found.operator, found.target.text.trim_end()));
        let parts: Vec<String> = assignments.chain(words).chain(redirects).collect();
        let conditional = if command.is_conditional { " ?" } else { "" };
        let ignored = if command.failure_is_ignored { " ~" } else { "" };
        let depth = match command.subshells.len() {
            0 => String::new(),
            depth => format!(" +{depth}"),
        };
        format!("{joined}{}{conditional}{ignored}{depth}", parts.join(" "))
    });
    lines.collect::<Vec<_>>().join(" / ")
}

fn check(rows: &[(&str, &str)]) {
    let shown: Vec<(&str, String)> = rows.iter().map(|(script, _)| (*script, show(script))).collect();
    let wanted: Vec<(&str, String)> = rows
        .iter()
        .map(|(script, wanted)| (*script, (*wanted).to_owned()))
        .collect();
    assert_eq!(shown, wanted);
}

#[test]
fn words_and_quotes() {
    check(&[
        ("npm publish", "npm publish"),
        ("npm 'a b' \"c d\" e\\ f", "npm a b c d e f"),
        ("echo \"a \\\"b\\\" \\n\" 'c\\n'", "echo a \"b\" \\n c\\n"),
        ("echo $'a\\'b'", "echo a'b"),
        ("a # b\nc#d", "a / c#d"),
        ("a \\\n  b", "a b"),
        ("a \\\r\n  b\r\nc\r\n", "a b / c"),
        ("a `\n  b", "a b"),
        ("a ^\r\n  b", "a b"),
        ("npm publish; npm pack & ls", "npm publish / npm pack / ls"),
        ("[[ $a && $b < c ]] && d", "[[ $a $b c ]] / && d ?"),
        ("(( a > 1 )) && d", "&& d ?"),
    ]);
}

#[test]
fn expressions_are_kept_together() {
    check(&[
        (
            "npm publish ${{ inputs.dry && '--dry-run' || '' }} --x",
            "npm publish ${{ inputs.dry && '--dry-run' || '' }} --x",
        ),
        ("a ${{ format('}}', b) }} c", "a ${{ format('}}', b) }} c"),
        ("a '${{ format('x y', b) }}' c", "a ${{ format('x y', b) }} c"),
        ("a \"${{ b[\"c d\"] }}\" e", "a ${{ b[\"c d\"] }} e"),
        ("a ${{ open; b", "a ${{ open / b"),
        ("a ${b:-\"c d\"} e", "a ${b:-\"c d\"} e"),
    ]);
}

#[test]
fn assignments_and_redirections() {
    check(&[
        ("A=b C=\"d e\" npm publish", "A:=b C:=d e npm publish"),
        ("A=b", "A:=b"),
        ("A=(b c) npm publish", "A:= npm publish"),
        ("\"A=b\" c", "A=b c"),
        ("npm --a=b", "npm --a=b"),
        ("a > b 2>&1", "a >[b]"),
        ("a &>> b", "a &>[b]"),
        ("a <<< 'b c'", "a <<<[b c]"),
        ("diff <(a) <(b)", "diff <(a) <(b) / a +1 / b +1"),
        ("{ a; b; } > c", "a >[c] / b >[c]"),
    ]);
}

#[test]
fn heredocs_belong_to_their_commands() {
    check(&[
        ("cat <<EOF > x\na; b\nEOF\nc", "cat >[x] <<[a; b] / c"),
        ("cat > x << 'EOF'\n$a\nEOF", "cat >[x] <<[$a]"),
        ("a <<X; b <<Y\n1\nX\n2\nY\nc", "a <<[1] / b <<[2] / c"),
        ("a <<-EOF\n\tb\n\tEOF\nc", "a <<[b] / c"),
        ("a <<EOF | b\n1\nEOF\nc", "a <<[1] +1 / | b +1 / c"),
        (
            "x=$(cat <<EOF\nnpm publish\nEOF\n)\nb",
            "x:=$(cat <<EOF\nnpm publish\nEOF\n) / cat <<[npm publish] +1 / b",
        ),
        (
            "while read x; do a; done <<EOF\nb\nEOF\nc",
            "read x ? ~ / a ? / c",
        ),
        ("a <<EOF\nno end", "a <<[no end]"),
    ]);
}

#[test]
fn substitutions_and_groups() {
    check(&[
        ("a $(b c) d", "a $(b c) d / b c +1"),
        ("a \"$(b \"c d\")\"", "a $(b \"c d\") / b c d +1"),
        ("a `b c` d", "a `b c` d / b c +1"),
        ("(cd x && npm publish); y", "cd x +1 / && npm publish ? +1 / y"),
        ("{ a; b; }; c", "a / b / c"),
        ("a | b && c", "a +1 / | b +1 / && c ?"),
        ("a $((1 + 2)) b", "a $((1 + 2)) b"),
    ]);
}

#[test]
fn conditions_and_loops() {
    check(&[
        (
            "if a; then b; elif c; then d; else e; fi; f",
            "a ? ~ / b ? / c ? ~ / d ? / e ? / f",
        ),
        (
            "if ! x=$(npm publish); then exit 1; fi",
            "x:=$(npm publish) ? ~ / npm publish ? ~ +1 / exit 1 ?",
        ),
        (
            "for f in *; do (cd $f && npm publish); done; a",
            "cd $f ? +1 / && npm publish ? +1 / a",
        ),
        ("for ((i=0; i<3; i++)); do a; done\nb", "a ? / b"),
        (
            "while read p; do pnpm publish \"$p\"; done",
            "read p ? ~ / pnpm publish $p ?",
        ),
        (
            "ls | while read p; do a; done",
            "ls +1 / | read p ? ~ +1 / a ? +1",
        ),
        ("until a; do b; done", "a ? ~ / b ?"),
        ("case $x in a|b) c;; *) d ;; esac; e", "c ? / d ? / e"),
        ("case $x in\n  (a)\n    b\n    ;;\nesac\nc", "b ? / c"),
        ("f() { npm publish; }\nf", "npm publish ? / f"),
        ("function f {\n a\n}\nb", "a ? / b"),
        (
            "if ($x) { npm publish } else { a }\nb",
            "$x +1 / npm publish ? / a ? / b",
        ),
        (
            "if ($x) {\n npm publish\n}\nelseif ($y) {\n a\n}\nb",
            "$x +1 / npm publish ? / $y +1 / a ? / b",
        ),
        (
            "foreach ($p in $ps) { npm publish }\na",
            "$p in $ps +1 / npm publish ? / a",
        ),
        ("try { npm publish } catch { a }\nb", "npm publish ? / a ? / b"),
    ]);
}

#[test]
fn what_hides_a_failure() {
    check(&[
        ("a || true", "a ~ / || true ?"),
        ("a || echo b", "a ~ / || echo b ?"),
        ("a || exit 1", "a / || exit 1 ?"),
        ("a || exit", "a / || exit ?"),
        ("a || exit 0", "a ~ / || exit 0 ?"),
        ("a || { echo b; exit 1; }", "a / || echo b ? / exit 1 ?"),
        ("a || (echo b; false)", "a / || echo b ? +1 / false ? +1"),
        ("a || code=$?", "a / || code:=$? ?"),
        ("a && b || c", "a ~ / && b ? ~ / || c ?"),
        ("a && b", "a / && b ?"),
    ]);
}

#[test]
fn scripts_in_words() {
    let script = "bash -c 'cd a && npm publish' && sh -ec \"npm pack\"\neval 'b; c'\nsudo bash -c 'd'\ndocker run x sh -c 'e'";
    let commands = split_script(script).commands;
    let places: Vec<&str> = commands
        .iter()
        .filter(|command| !command.subshells.is_empty())
        .map(|command| command.range.slice(script))
        .collect();
    assert_eq!(places, ["cd a", "npm publish", "npm pack", "b", "c", "d"]);
    // With escapes inside, the whole word is the place.
    let script = "bash -c \"npm publish \\\"a\\\"\"";
    let inner = &split_script(script).commands[1];
    assert_eq!(inner.word(2), Some("a"));
    assert_eq!(inner.range.slice(script), "\"npm publish \\\"a\\\"\"");
}

#[test]
fn ranges_cover_the_words() {
    let script = "é; A=\"b\" npm 'publish x' $(echo ü) > y";
    let command = &split_script(script).commands[1];
    assert_eq!(
        command.range.slice(script),
        "A=\"b\" npm 'publish x' $(echo ü) > y"
    );
    assert_eq!(command.assignments[0].value.range.slice(script), "\"b\"");
    assert_eq!(command.words[1].range.slice(script), "'publish x'");
    assert_eq!(command.redirects[0].target.range.slice(script), "y");
}

/// A small generator of numbers, so that a failure can be repeated.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(bound).unwrap()).unwrap()
    }
}

#[test]
fn mutated_scripts_have_sound_ranges() {
    let pieces = [
        "if ",
        "then ",
        "fi",
        "for x in a; do ",
        "done",
        "case x in ",
        "esac",
        ";;",
        "$(",
        "`",
        ")",
        "(",
        "{ ",
        " }",
        "'",
        "\"",
        "\\",
        "\n",
        "\r\n",
        "<<EOF\n",
        "EOF\n",
        "${{",
        "}}",
        "${",
        "||",
        "&&",
        "|",
        "é",
        "f()",
        "A=(",
        "[[ ",
        "]]",
        "bash -c '",
        "eval \"",
        " # ",
        "$((",
        "))",
        "^\n",
        ">",
        "&>",
        "<(",
        "function ",
    ];
    let scripts = [
        "if ! x=$(npm publish \"$a\"); then echo `b`; exit 1; fi\ncat <<EOF > .npmrc\n${T}\nEOF\nnpm i -g npm@11 || true\n",
        "for f in *; do (cd \"$f\" && bash -c 'npm publish ${{ inputs.x }}' | tee é); done\ncase $x in a|b) c;; esac\n",
    ];
    let mut numbers = Numbers(0x2545_F491_4F6C_DD1D);
    for _ in 0..20_000 {
        let mut script = scripts[numbers.below(scripts.len())].to_owned();
        for _ in 0..=numbers.below(6) {
            let mut at = numbers.below(script.len() + 1);
            while !script.is_char_boundary(at) {
                at -= 1;
            }
            if numbers.below(3) == 0 {
                script.truncate(at);
            } else {
                script.insert_str(at, pieces[numbers.below(pieces.len())]);
            }
        }
        assert_sound(&script);
    }
}

fn assert_sound(script: &str) {
    for command in split_script(script).commands {
        let words = command.words.iter().map(|word| word.range);
        let targets = command.redirects.iter().map(|redirect| redirect.target.range);
        let values = command.assignments.iter().map(|found| found.value.range);
        for range in words.chain(targets).chain(values).chain([command.range]) {
            assert!(
                script.get(range.start()..range.end()).is_some(),
                "{range:?} in {script:?}"
            );
        }
    }
}

#[test]
fn deep_and_long_scripts_are_read_in_linear_time() {
    let unit = [
        "$(",
        "(",
        "`",
        "if ",
        "f()",
        "{ ",
        "${",
        "${{",
        "a || ",
        "a | ",
        "\"$(",
        "case x in a) ",
        "<<E ",
        "function f ",
        "if (a) { ",
        "bash -c '",
        "$((",
        "\"",
        "a() { ",
        "! ",
    ];
    for unit in unit {
        let script = unit.repeat(200_000 / unit.len());
        let start = std::time::Instant::now();
        assert_sound(&script);
        // Quadratic reading takes minutes.
        assert!(
            start.elapsed().as_secs() < 10,
            "{unit:?} takes {:?}",
            start.elapsed()
        );
    }
}
