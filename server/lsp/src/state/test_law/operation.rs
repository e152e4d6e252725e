use trustpub_analysis::test_support::Random;

use super::texts::{FILES, FOLDERS, PIECES, PLACES, large};

/// Something that happens to files or their documents. It can happen at any time: where there is nothing for it to do, it
/// does nothing.
#[derive(Clone, Debug)]
pub(super) enum Operation {
    Write(&'static str, Content),
    Remove(&'static str),
    /// A folder or file becomes a symbolic link to another place.
    Link(&'static str, &'static str),
    Move(&'static str, &'static str),
    /// A document is opened with a text of its own, or with that on disk.
    Open(&'static str, Option<Content>),
    Edit(&'static str, Edit),
    Save(&'static str),
    Close(&'static str),
    /// The editor's settings are others.
    ClientSettings(&'static str),
    /// The client has a folder open, or not.
    Folder(&'static str, bool),
    /// The client hears of what happened on disk.
    Events,
}

/// What a file holds.
#[derive(Clone)]
pub(super) enum Content {
    Text(String),
    Large(&'static str),
    Bytes(&'static [u8]),
}

/// What changes in an open document.
#[derive(Clone, Debug)]
pub(super) enum Edit {
    /// All of its text.
    Whole(Content),
    /// The characters from one number to another, modulo its length.
    Part(usize, usize, &'static str),
}

impl Content {
    pub(super) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) => bytes.to_vec(),
            _ => self.text().into_bytes(),
        }
    }

    pub(super) fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Large(text) => large(text),
            Self::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        }
    }
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Large(text) => write!(f, "large {text:?}"),
            Self::Bytes(bytes) => write!(f, "{bytes:?}"),
        }
    }
}

impl Operation {
    pub(super) fn any(random: &mut Random) -> Self {
        let file = any(FILES, random).0;
        match random.below(100) {
            0..24 => Self::Write(file, content(file, random)),
            24..30 => Self::Remove(file),
            30..33 => Self::Link(file, any(PLACES, random)),
            33..35 => Self::Link(any(FOLDERS, random), any(PLACES, random)),
            35..38 => Self::Remove(any(FOLDERS, random)),
            38..41 => Self::Move(any(FOLDERS, random), any(PLACES, random)),
            41..43 => Self::Move(any(PLACES, random), any(FOLDERS, random)),
            43..56 => {
                let own = random.below(4) == 0;
                Self::Open(file, own.then(|| content(file, random)))
            }
            56..76 => Self::Edit(file, edit(file, random)),
            76..82 => Self::Save(file),
            82..90 => Self::Close(file),
            90..92 => Self::ClientSettings(any(
                &[
                    r"{}",
                    r#"{"rules": {"cache-in-publish-job": "off"}}"#,
                    r#"{"repository": "acme/set"}"#,
                ],
                random,
            )),
            92..94 => Self::Folder(
                any(&["", "../lonely", "..", "examples/demo"], random),
                random.below(2) == 0,
            ),
            _ => Self::Events,
        }
    }
}

fn any<T: Copy>(list: &[T], random: &mut Random) -> T {
    list[random.below(list.len())]
}

fn content(file: &str, random: &mut Random) -> Content {
    let own = FILES
        .iter()
        .find(|(name, _)| *name == file)
        .map_or(&[][..], |(_, texts)| *texts);
    let others = any(FILES, random).1;
    let texts = if own.is_empty() || random.below(20) == 0 {
        others
    } else {
        own
    };
    let text = if texts.is_empty() { "" } else { any(texts, random) };
    match random.below(60) {
        0 => Content::Bytes(b"\xff\xfe"),
        1 => Content::Bytes(b"on: push\0"),
        2 => Content::Bytes(b"gitdir: ../../.git/worktrees/x\n"),
        3 if random.below(6) == 0 => Content::Large(text),
        4..12 => {
            let mut text = text.to_owned();
            let start = random.boundary(&text);
            let length = text[start..]
                .chars()
                .take(random.below(12))
                .map(char::len_utf8)
                .sum::<usize>();
            text.replace_range(start..start + length, any(PIECES, random));
            Content::Text(text)
        }
        _ => Content::Text(text.to_owned()),
    }
}

fn edit(file: &str, random: &mut Random) -> Edit {
    if random.below(3) == 0 {
        return Edit::Whole(content(file, random));
    }
    let start = random.below(2000);
    Edit::Part(start, start + random.below(6), any(PIECES, random))
}
