use super::*;

/// One of each.
fn sample() -> Document {
    let place = |url: Option<&str>| ShownPlace {
        path: "a b.yml".to_owned(),
        line: 7,
        column: None,
        url: url.map(str::to_owned),
    };
    Document::titled(
        "Why it failed",
        vec![
            Block::paragraph(Phrase::lines(["One `code`.", "Two <b>."])),
            Block::Section(Section {
                heading: Phrase::from("widget ").code("1.0.0").text(" ").tag("an-id"),
                aside: Some(Phrase::default().url("https://a.example/x")),
                blocks: vec![
                    Block::labelled("Fix", Tone::Strong, "do @it."),
                    Block::Fields(vec![
                        Field::new("owner", "acme"),
                        Field {
                            sign: Some(Sign::Bad),
                            place: Some(place(Some("file:///a (b).yml"))),
                            ..Field::new("npm", "too_ old")
                        },
                        Field {
                            sign: Some(Sign::Neutral),
                            place: Some(place(None)),
                            ..Field::new("packages", "widget")
                        },
                    ]),
                    Block::table(["a", "b"], [["x|y".into(), Phrase::default().code("z|")]]),
                ],
            }),
            Block::section(
                "What to do",
                vec![Block::List(vec![
                    Item {
                        blocks: vec![Block::code("sh", "npm trust\u{1b} ```"), Block::list(["# deep"])],
                        ..Item::new(Mark::Box, "Register it.")
                    },
                    Item::new(Mark::Arrow, Phrase::default().place(place(None)).text(": wrong")),
                    Item::new(
                        Mark::None,
                        Phrase::from("a").whole("b").link("r[ule]", "https://a.example/)"),
                    ),
                ])],
            ),
            Block::Separator,
            Block::paragraph("1. done"),
        ],
    )
}

#[test]
fn markdown_has_the_structure_and_no_other_markup() {
    let expected = "\
# Why it failed

One `code`. Two &lt;b>.

## widget `1.0.0` `an-id`

<https://a.example/x>

**Fix:** do `@it`.

- **owner**: acme
- ✗ **npm**: too\\_ old ([a b.yml:7](file:///a%20%28b%29.yml#L7))
- **packages**: widget (`a b.yml:7`)

| a | b |
| --- | --- |
| x\\|y | `z\\|` |

## What to do
- [ ] Register it.

  ````sh
  npm trust␛ ```
  ````

  - \\# deep
- `a b.yml:7`: wrong
- a b[r\\[ule\\]](https://a.example/%29)

---

1\\. done
";
    assert_eq!(markdown(&sample()), expected);
}

#[test]
fn plain_text_has_a_line_for_each_thing() {
    let expected = "\
Why it failed
One `code`. Two <b>.

widget 1.0.0 [an-id]
  https://a.example/x
  Fix: do @it.
  owner: acme
  ✗ npm: too_ old (a b.yml:7)
  · packages: widget (a b.yml:7)
  a, b
  x|y, z|

What to do
  [ ] Register it.
      npm trust␛ ```
    - # deep
  → a b.yml:7: wrong
  a br[ule] (https://a.example/))

1. done";
    assert_eq!(plain(&sample()), expected);
}

#[test]
fn words_that_follow_each_other_make_no_markup_together() {
    let phrase = Phrase::from("ask @")
        .toned(Tone::Bad, "octocat")
        .text(" [x]")
        .toned(Tone::Good, "(y)");
    let text = markdown(&Document::new(vec![Block::Paragraph(phrase)]));
    assert_eq!(text, "ask `@octocat` \\[x\\](y)\n");
}

#[test]
fn pages_of_our_own_are_read() {
    let page = "One\n`a <b>` [two](https://a.example/2).\n\n## Why\n- <https://a.example/>\n- long\n  item\n\n```yaml,bad\nx: `1`\n\ny\n```\n\n\
                | a | b |\n|---|---|\n| `c` | d |\n";
    let blocks = own_blocks(page);
    let text = markdown(&Document::new(blocks));
    let expected = "One `a <b>` [two](https://a.example/2).\n\n## Why\n- <https://a.example/>\n- long item\n\n```yaml\nx: `1`\n\ny\n```\n\n\
                    | a | b |\n| --- | --- |\n| `c` | d |\n";
    assert_eq!(text, expected);
    assert_eq!(
        first_paragraph("# a-rule\n\n## What\nOne\ntwo.\n\nThree.").unwrap(),
        "One two.".into()
    );
    assert_eq!(first_paragraph("# a-rule\n"), None);
}
