//! Tasks of [Deno](https://docs.deno.com/runtime/reference/cli/task/), as far as they decide which commands `deno task publish`
//! runs.

use std::collections::HashMap;

use super::task_script::{TaskCommand, TaskScript};
use crate::sources::{FileFact, Sources};
use crate::syntax::json::{JsonValue, parse_json};
use crate::text::FilePath;

/// The configurations of Deno, in the order in which it looks for them.
pub(crate) const DENO_FILES: [&str; 2] = ["deno.json", "deno.jsonc"];

/// So many tasks run for one command, at most.
const MOST_TASKS: usize = 50;

/// The tasks of a configuration.
#[derive(PartialEq)]
pub(crate) struct DenoTasks {
    by_name: HashMap<String, JsonValue>,
}

impl FileFact for DenoTasks {
    fn find(sources: &Sources<'_>, path: &FilePath) -> Self {
        Self::read(sources.file(path).map_or("", |file| &file.text))
    }
}

impl DenoTasks {
    fn read(text: &str) -> Self {
        let root = parse_json(text).tree;
        let tasks = root.as_ref().and_then(|root| root.get("tasks"));
        let members = tasks.map(JsonValue::members).unwrap_or_default().iter();
        Self {
            by_name: members
                .map(|member| (member.key.value.clone(), member.value.clone()))
                .collect(),
        }
    }

    /// The commands that Deno runs for a task, dependencies first. None if the configuration has no such task.
    pub(crate) fn script(&self, task: &str, arguments: &str) -> Option<String> {
        let mut names = Vec::new();
        let mut script = TaskScript::default();
        self.add_task(task, arguments, (&mut names, &mut script))?;
        Some(script.into_text())
    }

    fn add_task(
        &self,
        name: &str,
        arguments: &str,
        (names, script): (&mut Vec<String>, &mut TaskScript),
    ) -> Option<()> {
        let task = self.by_name.get(name)?;
        // Each task runs once.
        if names.iter().any(|known| known == name) {
            return Some(());
        }
        if names.len() >= MOST_TASKS {
            return None;
        }
        names.push(name.to_owned());
        let dependencies = task
            .get("dependencies")
            .map(JsonValue::elements)
            .unwrap_or_default();
        for dependency in dependencies.iter().filter_map(JsonValue::as_str) {
            self.add_task(dependency, "", (names, script))?;
        }
        if let Some(command) = task.as_str().or_else(|| task.get("command")?.as_str()) {
            script.add(TaskCommand {
                text: &format!("{command} {arguments}"),
                ..TaskCommand::default()
            });
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::DenoTasks;

    const TEXT: &str = r#"{
  // comments are fine
  "tasks": {
    "publish": { "command": "npm publish ./npm", "dependencies": ["build"] },
    "build": "deno run -A build.ts",
    "loop": { "dependencies": ["loop", "build"] },
    "lost": { "command": "a", "dependencies": ["none"] }
  }
}"#;

    #[test]
    fn tasks_run_after_their_dependencies() {
        let script = |task: &str, arguments: &str| {
            DenoTasks::read(TEXT)
                .script(task, arguments)
                .map(|text| text.replace("\n)", ")"))
        };
        assert_eq!(
            script("publish", "--tag next").as_deref(),
            Some("(deno run -A build.ts)\n(npm publish ./npm --tag next)\n")
        );
        assert_eq!(script("loop", "").as_deref(), Some("(deno run -A build.ts)\n"));
        assert_eq!(script("lost", ""), None);
        assert_eq!(script("none", ""), None);
        assert_eq!(DenoTasks::read("{").script("publish", ""), None);
    }
}
