//! Tasks of [mise](https://mise.jdx.dev/tasks/), as far as they decide which commands `mise run publish` runs. How mise reads
//! them was measured with 2026.9.15.

use super::task_script::{TaskCommand, TaskScript, with_templates};
use crate::config::parse_toml;
use crate::syntax::json::JsonValue;

/// Folders in which an executable file is a task, from the folder of the configuration.
pub(crate) const TASK_FOLDERS: [&str; 5] = [
    "mise-tasks",
    ".mise-tasks",
    "mise/tasks",
    ".mise/tasks",
    ".config/mise/tasks",
];

/// So many tasks run for one command, at most.
const MOST_TASKS: usize = 200;

/// The commands that mise runs for a task of a `mise.toml`, dependencies first. None if that is not known.
pub(crate) fn mise_script(text: &str, task: &str, arguments: &str) -> Option<String> {
    let (root, _) = parse_toml(text);
    let mut run = TaskRun {
        tasks: root.get("tasks")?,
        active: Vec::new(),
        count: 0,
        script: TaskScript::default(),
    };
    run.add_task(task, arguments)?;
    Some(run.script.into_text())
}

struct TaskRun<'t> {
    tasks: &'t JsonValue,
    /// The tasks that lead here, so that none calls itself.
    active: Vec<String>,
    count: usize,
    script: TaskScript,
}

impl TaskRun<'_> {
    fn add_task(&mut self, name: &str, arguments: &str) -> Option<()> {
        let tasks = self.tasks;
        let task = tasks.get(name).or_else(|| {
            let members = tasks.members().iter().map(|member| &member.value);
            let has_alias = |task: &&JsonValue| {
                let aliases = task.get("alias").map(one_or_more).unwrap_or_default();
                aliases.iter().any(|alias| alias.as_str() == Some(name))
            };
            members.into_iter().find(has_alias)
        })?;
        if self.active.iter().any(|active| active == name) || self.count > MOST_TASKS {
            return None;
        }
        self.active.push(name.to_owned());
        self.count += 1;
        let found = self.add_parts(task, arguments);
        self.active.pop();
        found
    }

    fn add_parts(&mut self, task: &JsonValue, arguments: &str) -> Option<()> {
        if !task.is_object() {
            return self.add_commands(task, None, arguments);
        }
        // Another shell, and a task that another configuration makes.
        if task.get("shell").is_some() || task.get("extends").is_some() {
            return None;
        }
        self.add_calls(task.get("depends"))?;
        let folder = task
            .get("dir")
            .map(|folder| expand(folder.as_str().unwrap_or("$x")));
        if let Some(file) = task.get("file") {
            let file = expand(file.as_str()?);
            let is_path = file.contains('/');
            let text = format!("{}{file} {arguments}", if is_path { "" } else { "./" });
            self.add_text(&text, folder.as_deref());
        }
        if let Some(run) = task.get("run") {
            self.add_commands(run, folder.as_deref(), arguments)?;
        }
        self.add_calls(task.get("depends_post"))
    }

    fn add_commands(&mut self, run: &JsonValue, folder: Option<&str>, arguments: &str) -> Option<()> {
        let parts = one_or_more(run);
        let last = parts.len().checked_sub(1);
        for (n, part) in parts.into_iter().enumerate() {
            match part.as_str() {
                Some(text) => {
                    let text = expand(text);
                    // mise adds the arguments to the last command.
                    let text = match Some(n) == last {
                        true => format!("{} {arguments}", text.trim_end()),
                        false => text,
                    };
                    self.add_text(&text, folder);
                }
                None => self.add_calls(part.get("task").or_else(|| part.get("tasks")))?,
            }
        }
        Some(())
    }

    fn add_text(&mut self, text: &str, folder: Option<&str>) {
        self.script.add(TaskCommand {
            text,
            folder,
            ..TaskCommand::default()
        });
    }

    fn add_calls(&mut self, calls: Option<&JsonValue>) -> Option<()> {
        for call in calls.map(one_or_more).unwrap_or_default() {
            let name = call.as_str().or_else(|| call.get("task")?.as_str())?;
            let (name, arguments) = name.split_once(' ').unwrap_or((name, ""));
            self.add_task(name, arguments)?;
        }
        Some(())
    }
}

fn one_or_more(value: &JsonValue) -> Vec<&JsonValue> {
    match value.elements() {
        [] if value.as_str().is_some() || value.is_object() => vec![value],
        elements => elements.iter().collect(),
    }
}

fn expand(text: &str) -> String {
    with_templates(text, &|inside| {
        matches!(inside, "config_root" | "cwd").then(|| ".".to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, task: &str, expected: Option<&str>) {
        let shown = mise_script(text, task, "--tag beta").map(|script| script.replace("\n)", ")"));
        assert_eq!(shown.as_deref(), expected, "{text}");
    }

    const TEXT: &str = "\
[tools]
node = \"24\"
[tasks]
build = \"npm run build\"
list = [\"echo one\", \"echo two\"]
[tasks.publish]
alias = \"pub\"
depends = [\"build\"]
dir = \"{{config_root}}/packages/a\"
run = [\"npm test\", { task = \"list\" }, \"npm publish {{arg()}}\"]
depends_post = \"file\"
[tasks.file]
file = \"ship.sh\"
";

    #[test]
    fn tasks_run_with_their_dependencies() {
        check(TEXT, "list", Some("(echo one)\n(echo two --tag beta)\n"));
        check(
            TEXT,
            "pub",
            Some(
                "(npm run build)\n(cd ./packages/a; npm test)\n(echo one)\n(echo two)\n\
                 (cd ./packages/a; npm publish $x --tag beta)\n(./ship.sh)\n",
            ),
        );
    }

    #[test]
    fn what_is_not_in_the_file_is_not_known() {
        for text in [
            "",
            "[tasks]",
            "tasks.a = { depends = [\"b\"] }",
            "tasks.a = { run = \"x\", shell = \"node -e\" }",
            "tasks.a = { depends = \"a\" }",
        ] {
            check(text, "a", None);
        }
    }
}
