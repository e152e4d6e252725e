//! Actions that run in a container: `uses: docker://node:24`, and actions of the repository with `using: docker`.
//!
//! The runner hands the variables of the ID token on to them, and mounts the checkout as the folder in which they start. Their
//! home is another one, and the `.npmrc` that setup-node writes is not mounted. Without `args` in the action file, the inputs
//! `entryPoint` and `args` say what runs. Source: src/Runner.Worker/Handlers/ContainerActionHandler.cs of actions/runner,
//! commit 02523b9a.

use crate::knowledge::container_images::node_of_image;
use crate::model::action::DockerAction;
use crate::model::job::Step;
use crate::model::read::find_input;
use crate::publish::find::credentials::names_npm_secret;
use crate::publish::machine::{Effect, EffectKind};
use crate::publish::read::dockerfile::Dockerfile;
use crate::publish::site::{NodeOrigin, VersionFact};
use crate::publish::walk::commands::script_context::ScriptSource;
use crate::publish::walk::commands::script_failures::ScriptFailure;
use crate::publish::walk::{WalkFrame, Walker};
use crate::syntax::shell::split_script;
use crate::text::{FolderPath, Place, Ranged};

/// What a container runs.
struct ContainerCommand {
    /// The image that has Node; empty if it is not known.
    image: String,
    /// The command line.
    line: String,
}

impl<'a> Walker<'_, 'a> {
    /// `uses: docker://IMAGE`
    pub(super) fn docker_image(
        &mut self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
        uses: &Ranged<String>,
        image: &str,
    ) {
        let input = |name| find_input(&step.with, name).map(|input| input.value.value.as_str());
        let entrypoint = input("entrypoint");
        // What an image starts by itself is known of Node's alone: the words are a command for it.
        if entrypoint.is_none() && node_of_image(image).is_empty() {
            return;
        }
        let words = entrypoint.into_iter().chain(input("args"));
        let command = ContainerCommand {
            image: image.to_owned(),
            line: words.collect::<Vec<_>>().join(" "),
        };
        self.run_in_container(frame, step, uses, command);
    }

    /// An action of the repository in `folder`. Tells whether it is known what it runs.
    pub(super) fn docker_action(
        &mut self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
        uses: &Ranged<String>,
        (action, folder): (&DockerAction, &FolderPath),
    ) -> bool {
        let command = match action.image.strip_prefix("docker://") {
            Some(image) => Some((Dockerfile::default(), image.to_owned())),
            None => {
                let path = folder.file(&action.image);
                let text = path.and_then(|path| self.text_on_demand(&path));
                text.map(Dockerfile::read).map(|dockerfile| {
                    let image = dockerfile.image.clone();
                    (dockerfile, image)
                })
            }
        };
        let Some((dockerfile, image)) = command else {
            return false;
        };
        let entrypoint = match &action.entrypoint {
            Some(entrypoint) => vec![entrypoint.clone()],
            None => dockerfile.entrypoint.clone(),
        };
        let arguments = match (&action.arguments, &action.entrypoint) {
            (Some(arguments), _) => arguments.clone(),
            (None, Some(_)) => Vec::new(),
            (None, None) => dockerfile.command.clone(),
        };
        let words = entrypoint.into_iter().chain(arguments);
        let words: Vec<String> = words.map(|word| in_checkout(word, &dockerfile, folder)).collect();
        if words.is_empty() {
            return false;
        }
        let found = self.found();
        let command = ContainerCommand {
            image,
            line: words.join(" "),
        };
        self.run_in_container(frame, step, uses, command);
        // The image may have anything, and the action may be given a token under any name.
        self.make_unknown_since(found);
        true
    }

    fn run_in_container(
        &mut self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
        uses: &Ranged<String>,
        command: ContainerCommand,
    ) {
        // No shell reads the words.
        let commands = split_script(&command.line).commands;
        let is_single = commands
            .iter()
            .filter(|command| command.subshells.is_empty())
            .count()
            == 1;
        if !is_single {
            return;
        }
        let node = VersionFact {
            candidates: node_of_image(&command.image),
            text: Some(command.image.clone()),
            origin: NodeOrigin::Container,
            place: Some(Place::new(&frame.path, uses.range)),
        };
        let node = match node.candidates.is_empty() {
            true => VersionFact::unknown_node(),
            false => node,
        };
        let machine = self.machine(&frame.conditions);
        let has_settings = machine.registry_url.is_some() || !machine.npmrc_lines.is_empty();
        let gets_secret = || step.with.iter().any(|input| names_npm_secret(&input.value.value));
        let found = self.found();
        self.effects.push_for_script(Effect {
            conditions: frame.conditions.clone(),
            kind: EffectKind::Node(node),
        });
        let inner = WalkFrame {
            working_directory: None,
            ..frame.clone()
        };
        let source = ScriptSource::Called(Place::new(&frame.path, uses.range));
        self.walk_script(&inner, step, &command.line, &source, ScriptFailure::Unknown);
        if has_settings || gets_secret() {
            self.make_unknown_since(found);
        }
    }
}

/// A path of the image as the file of the repository that is copied there; other words as they are.
fn in_checkout(word: String, dockerfile: &Dockerfile, folder: &FolderPath) -> String {
    let extensions = [".sh", ".bash", ".js", ".mjs", ".cjs", ".ts"];
    let is_file = extensions.iter().any(|extension| word.ends_with(extension));
    let path = folder.file(&dockerfile.source_of(&word)).filter(|_| is_file);
    match path {
        Some(path) => format!("$GITHUB_WORKSPACE/{}", path.as_str()),
        None if word.contains(' ') && !word.contains('"') => format!("\"{word}\""),
        None => word,
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_sites;

    /// Checks the sites of a job that can publish, and that has this step.
    #[track_caller]
    fn check(step: &str, files: &str, expected: &str) {
        let fixture = format!(
            "\
#- .github/workflows/ship.yml
on: push
jobs:
  ship:
    runs-on: ubuntu-24.04
    permissions: {{ contents: read, id-token: write }}
    steps:
      - uses: {step}
#- package.json
{{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"a/w\" }}
{files}"
        );
        check_sites(&fixture, expected);
    }

    #[test]
    fn a_container_gets_the_id_token() {
        let oidc = "ship.yml:7 ship; publisher=npm; packages=w; outcome=oidc";
        for step in [
            "docker://node:24\n        with: { entrypoint: npm, args: publish }",
            "docker://node:24\n        with: { args: npm publish --access public }",
            "docker://node:24\n        with: { entrypoint: sh, args: '-c \"npm publish\"' }",
            "docker://node:24.16.0-alpine\n        with: { args: npm publish }",
        ] {
            check(step, "", oidc);
        }
        check(
            "docker://node:22\n        with: { args: npm publish }",
            "",
            "ship.yml:7 ship; outcome=fails",
        );
        check(
            "docker://acme/image\n        with: { entrypoint: npm, args: publish }",
            "",
            "ship.yml:7 ship; outcome=unknown",
        );
    }

    #[test]
    fn other_containers_publish_nothing() {
        for step in [
            "docker://node:24\n        with: { args: npm test }",
            "docker://node:24",
            "docker://node:24\n        with: { args: npm publish --dry-run }",
            "docker://node:24\n        with: { args: echo npm publish }",
            // Nothing splits the words but docker.
            "docker://node:24\n        with: { args: npm ci && npm publish }",
            "docker://acme/image\n        with: { args: npm publish }",
        ] {
            check(step, "", "");
        }
    }

    #[test]
    fn an_action_of_the_repository_with_a_dockerfile_is_read() {
        let action = |runs: &str, dockerfile: &str| {
            format!("#- ship/action.yml\nruns: {{ using: docker, {runs} }}\n{dockerfile}")
        };
        let script = "#- on demand: ship/publish.sh\nnpm publish\n";
        let dockerfile = |end: &str| {
            format!("#- on demand: ship/Dockerfile\nFROM node:24\nCOPY publish.sh /usr/bin/\n{end}\n{script}")
        };
        let found = "ship.yml:7 ship; publisher=npm; outcome=unknown";
        for files in [
            action(
                "image: Dockerfile",
                &dockerfile("ENTRYPOINT [\"/usr/bin/publish.sh\"]"),
            ),
            action("image: Dockerfile, entrypoint: publish.sh", &dockerfile("")),
            action("image: Dockerfile, args: [npm, publish]", &dockerfile("")),
            action("image: 'docker://node:24', args: [npm, publish]", ""),
        ] {
            check("./ship", &files, found);
        }
        check(
            "./ship",
            &action("image: Dockerfile", &dockerfile("CMD npm test")),
            "",
        );
        check("./ship", &action("image: Dockerfile", ""), "");
    }
}
