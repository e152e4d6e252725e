//! Dockerfiles of actions: the image that the last stage starts from, what it runs, and which files it copies.
//!
//! Source: <https://docs.docker.com/reference/dockerfile/>.

use crate::syntax::json::{JsonValue, parse_json};

/// What a Dockerfile says.
#[derive(Default, Debug)]
pub(crate) struct Dockerfile {
    /// `FROM`, of the last stage.
    pub(crate) image: String,
    /// `ENTRYPOINT`
    pub(crate) entrypoint: Vec<String>,
    /// `CMD`
    pub(crate) command: Vec<String>,
    /// The first source of each `COPY` and `ADD`.
    copied: Vec<String>,
}

impl Dockerfile {
    /// Reads a Dockerfile.
    pub(crate) fn read(text: &str) -> Self {
        let mut found = Self::default();
        let joined = text.replace("\\\r\n", " ").replace("\\\n", " ");
        for line in joined.lines() {
            let Some((instruction, rest)) = line.trim().split_once(char::is_whitespace) else {
                continue;
            };
            match instruction.to_ascii_uppercase().as_str() {
                "FROM" => {
                    let mut words = rest.split_whitespace().filter(|word| !word.starts_with("--"));
                    found = Self {
                        image: words.next().unwrap_or_default().to_owned(),
                        ..Self::default()
                    };
                }
                "ENTRYPOINT" => found.entrypoint = words(rest),
                "CMD" => found.command = words(rest),
                "COPY" | "ADD" => {
                    let mut sources = rest.split_whitespace().filter(|word| !word.starts_with("--"));
                    found.copied.extend(sources.next().map(str::to_owned));
                }
                _ => {}
            }
        }
        found
    }

    /// The file beside the Dockerfile that is at a path of the image.
    pub(crate) fn source_of(&self, path: &str) -> String {
        let name = path.rsplit('/').next().unwrap_or(path);
        let is_it = |source: &&String| source.rsplit('/').next() == Some(name);
        let source = self.copied.iter().find(is_it);
        source
            .map_or(name, String::as_str)
            .trim_start_matches("./")
            .to_owned()
    }
}

/// The words of `["npm", "publish"]`, and of `npm publish`, which a shell runs.
fn words(text: &str) -> Vec<String> {
    let list = parse_json(text)
        .tree
        .filter(|_| text.trim_start().starts_with('['));
    match list {
        Some(list) => {
            let items = list.elements().iter().filter_map(JsonValue::as_str);
            items.map(str::to_owned).collect()
        }
        None => text.split_whitespace().map(str::to_owned).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::Dockerfile;

    #[test]
    fn what_a_dockerfile_says() {
        let text = "# syntax=docker/dockerfile:1\nFROM golang:1 AS build\nENTRYPOINT [\"x\"]\n\nFROM --platform=linux/amd64 node:24\n\
                    COPY --chmod=755 ci/publish.sh \\\n  /usr/bin/\nentrypoint [\"/usr/bin/publish.sh\", \"a b\"]\nCMD npm publish\n";
        let found = Dockerfile::read(text);
        assert_eq!(found.image, "node:24");
        assert_eq!(found.entrypoint, ["/usr/bin/publish.sh", "a b"]);
        assert_eq!(found.command, ["npm", "publish"]);
        assert_eq!(found.source_of("/usr/bin/publish.sh"), "ci/publish.sh");
        assert_eq!(found.source_of("/other.sh"), "other.sh");
        assert!(Dockerfile::read("").image.is_empty());
    }
}
