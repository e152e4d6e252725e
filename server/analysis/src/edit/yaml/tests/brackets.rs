use super::*;

#[test]
fn entries_go_into_brackets_on_one_line() {
    for (before, position, expected) in [
        ("{a: 1}", First, "{new: 1, a: 1}"),
        ("{a: 1}", Last, "{a: 1, new: 1}"),
        (
            "{ '🚀': 1, a: 1, b: 2 } # c",
            After("a"),
            "{ '🚀': 1, a: 1, new: 1, b: 2 } # c",
        ),
        ("{ a: 1, b: 2 }", Before("b"), "{ a: 1, new: 1, b: 2 }"),
        ("{ a: 1, b: 2, }", Last, "{ a: 1, b: 2, new: 1, }"),
        (
            "{ a: {b: c}, d: [e, f] }",
            Last,
            "{ a: {b: c}, d: [e, f], new: 1 }",
        ),
        ("{ a: , b: 2 }", After("a"), "{ a:, new: 1 , b: 2 }"),
        ("{ a: \"1\",\n  b: 2 }", Last, "{ a: \"1\",\n  b: 2, new: 1 }"),
    ] {
        let (before, expected) = (format!("p: {before}\nz: 1\n"), format!("p: {expected}\nz: 1\n"));
        check("p", Insert("new", "1", position), &before, &expected);
    }
    check(
        "",
        Insert("new", "{x: {}, y: 'a, b'}", Last),
        "{a: 1}",
        "{a: 1, new: { x: {}, y: 'a, b' }}",
    );
    check_refused("", Insert("new", "1", First), "{&x a: 1}");
}

#[test]
fn entries_go_into_brackets_on_several_lines() {
    for (before, position, expected) in [
        ("{\n  a: 1,\n  b: 2\n}", First, "{\n  new: 1,\n  a: 1,\n  b: 2\n}"),
        (
            "{\n  a: 1, # a\n  b: 2\n}",
            After("a"),
            "{\n  a: 1, # a\n  new: 1,\n  b: 2\n}",
        ),
        (
            "{\n  a: 1,\n  b: 2 # 🚀\n}",
            Last,
            "{\n  a: 1,\n  b: 2, # 🚀\n  new: 1\n}",
        ),
        (
            "{\n  a: 1,\n  b: 2,\n}",
            Last,
            "{\n  a: 1,\n  b: 2,\n  new: 1,\n}",
        ),
        ("{\n  a: 1,\n  b: 2 }", Last, "{\n  a: 1,\n  b: 2,\n  new: 1 }"),
        ("{\n  a: 1, b: 2,\n}", After("a"), "{\n  a: 1, new: 1, b: 2,\n}"),
        (
            "{ # p\n  # a\n  a: 1 }",
            First,
            "{ # p\n  # a\n  new: 1,\n  a: 1 }",
        ),
    ] {
        check("", Insert("new", "1", position), before, expected);
    }
}

#[test]
fn entries_go_from_brackets() {
    for (before, expected) in [
        ("{a: 1, x: 2, b: 3}", "{a: 1, b: 3}"),
        ("{ x: 2, b: 3 }", "{ b: 3 }"),
        ("{ a: '🚀', x: 2 }", "{ a: '🚀' }"),
        ("{ a: 1, x: 2, }", "{ a: 1, }"),
        ("{ x: [1, 2] }", "{}"),
        ("{ x: }", "{}"),
        ("{ a: 1,\n  x: 2 }", "{ a: 1 }"),
        ("{ x: 2,\n  a: 1 }", "{ a: 1 }"),
        ("{\n  a: 1,\n  x: 2, # x\n  b: 3\n}", "{\n  a: 1,\n  b: 3\n}"),
        (
            "{\n  a: 1, # 🚀\n  # b\n  x: 2 # x\n}",
            "{\n  a: 1 # 🚀\n  # b\n}",
        ),
        ("{\n  a: 1,\n  x: 2,\n}", "{\n  a: 1,\n}"),
        ("{\n  x: {\n    y: z\n  },\n  a: 1,\n}", "{\n  a: 1,\n}"),
    ] {
        check(
            "p",
            Remove("x"),
            &format!("p: {before} # c\nz: 1\n"),
            &format!("p: {expected} # c\nz: 1\n"),
        );
    }
    check_refused("", Remove("x"), "{\n  # x\n  x: 1\n}");
    check_refused("", Remove("x"), "{\n  a: 1, # a\n  x: 1 }");
    check_refused("", Remove("x"), "{a: 1, &x x: 1}");
    check_refused("", Remove("x"), "{a: 1, x: {\n  # why\n}\n}");
    check_refused("b", Remove("x"), "a: &a {x: 1}\nb: *a\n");
}
