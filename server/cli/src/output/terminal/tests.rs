use trustpub_analysis::document::{ShownPlace, Sign};

use super::*;

fn printed(blocks: Vec<Block>, columns: usize) -> String {
    let terminal = Terminal {
        has_color: false,
        columns: Some(columns),
    };
    terminal.print(&Document::titled("left out", blocks))
}

fn place() -> ShownPlace {
    ShownPlace {
        path: "release.yml".to_owned(),
        line: 7,
        column: None,
        url: Some("file:///release.yml".to_owned()),
    }
}

fn sample() -> Vec<Block> {
    vec![
        Block::paragraph(Phrase::lines([
            "The log leaves two causes, the likeliest first.",
            "Second.",
        ])),
        Block::Section(Section {
            heading: Phrase::from("Too old ").tag("npm-too-old"),
            aside: Some("aside".into()),
            blocks: vec![
                Block::paragraph("Why."),
                Block::labelled(
                    "Fix",
                    Tone::Strong,
                    "use Node 24, or a newer npm, whichever is there.",
                ),
                Block::List(vec![
                    Item {
                        blocks: vec![Block::Fields(vec![
                            Field::new("owner", "acme"),
                            Field::new("repository", "widget"),
                        ])],
                        ..Item::new(Mark::None, "Compare:")
                    },
                    Item::new(
                        Mark::Arrow,
                        Phrase::default()
                            .place(place())
                            .text(": this is where it is wrong"),
                    ),
                    Item {
                        blocks: vec![Block::code("sh", "npm trust  github")],
                        ..Item::new(Mark::Box, "Register.")
                    },
                ]),
            ],
        }),
        Block::section(
            "Facts",
            vec![
                Block::Fields(vec![
                    Field {
                        sign: Some(Sign::Bad),
                        place: Some(place()),
                        ..Field::new("npm", "10.9.2 (with Node 22)")
                    },
                    Field {
                        sign: Some(Sign::Neutral),
                        ..Field::new("id-token", "granted")
                    },
                ]),
                Block::table(["version", "by"], [["1.0.0".into(), "a token".into()]]),
                Block::paragraph("The end."),
            ],
        ),
        Block::paragraph("Closing."),
    ]
}

#[test]
fn a_document_fits_the_terminal() {
    let expected = "\
The log leaves two causes, the likeliest
first.
Second.

Too old [npm-too-old]  aside
  Why.
  Fix: use Node 24, or a newer npm,
       whichever is there.
  Compare:
    owner       acme
    repository  widget
  → release.yml:7: this is where it is
    wrong
  [ ] Register.
        npm trust  github

Facts
  ✗ npm       10.9.2 (with Node 22)
              (release.yml:7)
    id-token  granted

  version  by
  1.0.0    a token

  The end.

Closing.
";
    assert_eq!(printed(sample(), 40), expected);
    // A terminal that is narrower wraps by itself.
    assert_eq!(printed(sample(), 3), expected);
    let wide = printed(sample(), 500);
    assert!(wide.contains("10.9.2 (with Node 22) (release.yml:7)\n"), "{wide}");
}

#[test]
fn colors_are_set_and_reset() {
    let terminal = Terminal {
        has_color: true,
        columns: None,
    };
    let text = terminal.print(&Document::new(sample()));
    for part in [
        "\u{1b}[1mToo old \u{1b}[0m\u{1b}[2m[npm-too-old]\u{1b}[0m  aside\n",
        "  \u{1b}[1mFix: \u{1b}[0muse",
        "  \u{1b}[31m✗\u{1b}[0m npm ",
        " \u{1b}[2m(release.yml:7)\u{1b}[0m\n",
    ] {
        assert!(text.contains(part), "{part:?}\n{text:?}");
    }
}

#[test]
fn nothing_that_a_terminal_obeys_is_left() {
    let strange = "a\u{1b}[2J\u{9b}1m\u{202e}\nb\tc";
    let phrase = || {
        Phrase::from(strange)
            .toned(Tone::Bad, strange)
            .code(strange)
            .tag(strange)
            .url(strange)
            .link(strange, strange)
            .whole(strange)
            .place(ShownPlace {
                path: strange.to_owned(),
                ..place()
            })
    };
    let blocks = vec![
        Block::Section(Section {
            heading: phrase(),
            aside: Some(phrase()),
            blocks: vec![
                Block::Paragraph(phrase()),
                Block::labelled("x", Tone::Bad, phrase()),
                Block::Fields(vec![Field::new("x", phrase())]),
                Block::table(["x"], [[phrase()]]),
                Block::List(vec![Item::new(Mark::Box, phrase())]),
            ],
        }),
        Block::code("", strange),
    ];
    let text = printed(blocks, 100);
    let bad = |c: char| c != '\n' && trustpub_analysis::printable_char(None, c) != c;
    assert_eq!(text.find(bad), None, "{text:?}");
    assert!(text.contains("a␛[2J\u{fffd}1m\u{fffd}␊b c"), "{text}");
}

#[test]
fn spaces_of_code_stay_and_those_of_words_do_not() {
    let phrase = Phrase::from("two  words ").code("npm error 404  The   end ");
    let lines = |width| -> Vec<String> {
        let lines = words::lines(&phrase, width);
        let text = |line: &Vec<Piece>| line.iter().map(|piece| piece.text.as_str()).collect();
        lines.iter().map(text).collect()
    };
    assert_eq!(lines(80), ["two words npm error 404  The   end"]);
    assert_eq!(lines(14), ["two words npm", "error 404 ", "The   end"]);
    assert_eq!(lines(0), ["two", "words", "npm", "error", "404 ", "The  ", "end"]);
}
