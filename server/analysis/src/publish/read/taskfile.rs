//! Taskfiles of [Task](https://taskfile.dev), as far as they decide which commands `task publish` runs.
//!
//! Tasks, their dependencies, plain variables and included Taskfiles are read; a template that is not the name of
//! a variable becomes one that the shell does not know either. How Task reads a Taskfile was measured with 3.54.0.

use std::collections::BTreeMap;

use super::task_script::{TaskCommand, TaskScript, with_templates};
use crate::syntax::yaml::{YamlNode, parse_yaml};

/// What the command line of `task` says.
#[derive(Debug, Default)]
pub(crate) struct TaskCall {
    /// The names of the tasks.
    pub(crate) tasks: Vec<String>,
    /// Variables, which count more than those of the file.
    pub(crate) variables: Vec<(String, String)>,
    /// What comes after `--`.
    pub(crate) arguments: String,
}

/// Values of variables; none if only the run knows one.
type Variables = BTreeMap<String, Option<String>>;

/// So many tasks run for one command, at most.
const MOST_TASKS: usize = 200;

/// The commands that Task runs, dependencies first. None if that is not known.
/// `included` finds the text of a Taskfile that another one includes.
pub(crate) fn taskfile_script(
    text: &str,
    call: &TaskCall,
    included: &dyn Fn(&str) -> Option<String>,
) -> Option<String> {
    script_of(text, call, included, MOST_INCLUDES)
}

/// So many Taskfiles may include each other.
const MOST_INCLUDES: usize = 4;

fn script_of(
    text: &str,
    call: &TaskCall,
    included: &dyn Fn(&str) -> Option<String>,
    includes_left: usize,
) -> Option<String> {
    let tree = parse_yaml(text).tree;
    let root = YamlNode::root(&tree)?;
    let mut variables = variables_of(root);
    let given = call.variables.iter().cloned();
    variables.extend(given.map(|(name, value)| (name, Some(value))));
    variables.insert("CLI_ARGS".to_owned(), Some(call.arguments.clone()));
    let mut run = TaskRun {
        tasks: root.get("tasks"),
        includes: root.get("includes"),
        included,
        includes_left,
        active: Vec::new(),
        count: 0,
        script: TaskScript::default(),
    };
    let default = ["default".to_owned()];
    let names = if call.tasks.is_empty() {
        &default[..]
    } else {
        &call.tasks
    };
    for name in names {
        run.add_task(name, &variables, false)?;
    }
    Some(run.script.into_text())
}

struct TaskRun<'t> {
    tasks: Option<YamlNode<'t>>,
    includes: Option<YamlNode<'t>>,
    included: &'t dyn Fn(&str) -> Option<String>,
    includes_left: usize,
    /// The tasks that lead here, so that none calls itself.
    active: Vec<String>,
    count: usize,
    script: TaskScript,
}

impl<'t> TaskRun<'t> {
    fn task(&self, name: &str) -> Option<YamlNode<'t>> {
        let has_alias = |task: YamlNode<'t>| {
            let aliases = task.get("aliases");
            aliases.is_some_and(|aliases| aliases.items().any(|alias| alias.as_str() == Some(name)))
        };
        let all = self.tasks?;
        all.get(name).or_else(|| {
            let mut tasks = all.entries().filter_map(|entry| all.get(entry.key.as_str()?));
            tasks.find(|task| has_alias(*task))
        })
    }

    /// A task of an included Taskfile: `npm:publish`. It runs in the folder of this one, unless `dir` says another.
    /// Source: <https://taskfile.dev/docs/guide#including-other-taskfiles>.
    fn add_included(&mut self, name: &str, variables: &Variables, is_conditional: bool) -> Option<()> {
        let (namespace, task) = name.split_once(':')?;
        let include = self.includes?.get(namespace)?;
        let file = include.as_str().or_else(|| include.get("taskfile")?.as_str())?;
        let text = (self.included)(file)?;
        let folder_of_file = file.rsplit_once('/').filter(|(_, name)| name.contains('.'));
        let base = folder_of_file.map_or(file, |(folder, _)| folder);
        let known = variables
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), value.clone()?)));
        let call = TaskCall {
            tasks: vec![task.to_owned()],
            variables: known.collect(),
            arguments: variables.get("CLI_ARGS").cloned().flatten().unwrap_or_default(),
        };
        let included = self.included;
        let inner = |file: &str| included(&format!("{base}/{file}"));
        let script = script_of(&text, &call, &inner, self.includes_left.checked_sub(1)?)?;
        let folder = include
            .get("dir")
            .map(|folder| expand(folder.as_str().unwrap_or("$x"), variables));
        self.script.add(TaskCommand {
            text: &script,
            folder: folder.as_deref(),
            is_ignored: false,
            is_conditional,
        });
        Some(())
    }

    fn add_task(&mut self, name: &str, variables: &Variables, is_conditional: bool) -> Option<()> {
        let Some(task) = self.task(name) else {
            return self.add_included(name, variables, is_conditional);
        };
        if self.active.iter().any(|active| active == name) || self.count > MOST_TASKS {
            return None;
        }
        self.active.push(name.to_owned());
        self.count += 1;
        let mut inner = variables.clone();
        for (name, value) in variables_of(task) {
            inner.entry(name).or_insert(value);
        }
        let found = self.add_parts(task, &inner, is_conditional);
        self.active.pop();
        found
    }

    fn add_parts(&mut self, task: YamlNode<'t>, variables: &Variables, is_conditional: bool) -> Option<()> {
        if task.as_str().is_some() || task.is_sequence() {
            return self.add_commands(
                task,
                TaskCommand {
                    is_conditional,
                    ..TaskCommand::default()
                },
                variables,
            );
        }
        let is_conditional = is_conditional || is_conditional_node(task);
        for dependency in task.get("deps").into_iter().flat_map(YamlNode::items) {
            self.add_call(dependency, variables, is_conditional)?;
        }
        let folder = task
            .get("dir")
            .map(|folder| expand(folder.as_str().unwrap_or("$x"), variables));
        let is_ignored = task.get("ignore_error").and_then(YamlNode::as_str) == Some("true");
        let command = TaskCommand {
            text: "",
            folder: folder.as_deref(),
            is_ignored,
            is_conditional,
        };
        for key in ["cmd", "cmds"] {
            if let Some(commands) = task.get(key) {
                self.add_commands(commands, command, variables)?;
            }
        }
        Some(())
    }

    /// One command, or a list of them.
    fn add_commands(
        &mut self,
        commands: YamlNode<'t>,
        like: TaskCommand<'_>,
        variables: &Variables,
    ) -> Option<()> {
        if let Some(text) = commands.as_str() {
            let text = expand(text, variables);
            self.script.add(TaskCommand { text: &text, ..like });
            return Some(());
        }
        for command in commands.items() {
            let is_conditional = like.is_conditional || is_conditional_node(command);
            let is_ignored =
                like.is_ignored || command.get("ignore_error").and_then(YamlNode::as_str) == Some("true");
            let text = command.as_str().or_else(|| command.get("cmd")?.as_str());
            if let Some(text) = text {
                let text = expand(text, variables);
                self.script.add(TaskCommand {
                    text: &text,
                    folder: like.folder,
                    is_ignored,
                    is_conditional,
                });
            } else if command.get("task").is_some() {
                self.add_call(command, variables, is_conditional)?;
            }
        }
        Some(())
    }

    /// A task that another one names.
    fn add_call(&mut self, call: YamlNode<'t>, variables: &Variables, is_conditional: bool) -> Option<()> {
        let name = call.as_str().or_else(|| call.get("task")?.as_str())?;
        let name = expand(name, variables);
        let mut inner = variables.clone();
        for (name, value) in variables_of(call) {
            inner.insert(name, value.map(|value| expand(&value, variables)));
        }
        self.add_task(&name, &inner, is_conditional || is_conditional_node(call))
    }
}

/// Whether something decides in the run whether this runs at all.
fn is_conditional_node(node: YamlNode<'_>) -> bool {
    ["if", "status", "platforms", "for", "sources"]
        .iter()
        .any(|key| node.get(key).is_some())
}

fn variables_of(node: YamlNode<'_>) -> Variables {
    let Some(variables) = node.get("vars") else {
        return Variables::new();
    };
    let entries = variables.entries().filter_map(|entry| {
        let name = entry.key.as_str()?.to_owned();
        let value = entry.value.as_str().map(str::to_owned);
        Some((name, value))
    });
    entries.collect()
}

/// The text with the variables put in; those that name others are not followed.
fn expand(text: &str, variables: &Variables) -> String {
    with_templates(text, &|inside| {
        let name = inside.trim_matches('-').trim().strip_prefix('.')?;
        let value = variables.get(name)?.clone()?;
        (!value.contains("{{")).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, tasks: &[&str], expected: Option<&str>) {
        let call = TaskCall {
            tasks: tasks.iter().map(|task| (*task).to_owned()).collect(),
            variables: vec![("GIVEN".to_owned(), "given".to_owned())],
            arguments: "--tag beta".to_owned(),
        };
        let shown = taskfile_script(text, &call, &|_| None).map(|script| script.replace("\n)", ")"));
        assert_eq!(shown.as_deref(), expected, "{text}");
    }

    const TEXT: &str = "\
version: '3'
vars:
  TAG: next
  SHA: { sh: git rev-parse HEAD }
tasks:
  default: [echo one, echo two]
  build: npm run build
  publish:
    aliases: [pub]
    dir: packages/a
    deps: [build, { task: note, vars: { TEXT: '{{.TAG}}' } }]
    cmds:
      - npm publish {{.CLI_ARGS}}
      - cmd: echo {{.GIVEN}} {{.SHA}} {{ .TAG | upper }}
        ignore_error: true
      - task: default
      - { cmd: echo x, platforms: [windows] }
  note:
    cmd: echo {{.TEXT}}
  loop:
    cmds: [{ task: loop }]
";

    #[test]
    fn tasks_run_with_their_dependencies() {
        check(TEXT, &[], Some("(echo one)\n(echo two)\n"));
        check(
            TEXT,
            &["pub"],
            Some(
                "(npm run build)\n(echo next)\n(cd packages/a; npm publish --tag beta)\n\
                 (cd packages/a; echo given $x $x) || true\n(echo one)\n(echo two)\n\
                 if $x; then\n(cd packages/a; echo x)\nfi\n",
            ),
        );
    }

    #[test]
    fn included_taskfiles_are_read() {
        let text = "includes: { npm: ./npm, js: { taskfile: js/Tasks.yml, dir: js } }\ntasks: { all: [{ task: 'npm:publish' }] }\n";
        let included = |file: &str| match file {
            "./npm" => Some("tasks: { publish: 'npm publish {{.CLI_ARGS}}' }\n".to_owned()),
            "js/Tasks.yml" => {
                Some("includes: { deep: ./deep.yml }\ntasks: { ship: npm publish }\n".to_owned())
            }
            "js/./deep.yml" => Some("tasks: { go: npm run go }\n".to_owned()),
            _ => None,
        };
        let script = |task: &str| {
            let call = TaskCall {
                tasks: vec![task.to_owned()],
                arguments: "--tag beta".to_owned(),
                ..TaskCall::default()
            };
            taskfile_script(text, &call, &included).map(|script| script.replace('\n', ""))
        };
        assert_eq!(
            script("npm:publish").as_deref(),
            Some("( (npm publish --tag beta))")
        );
        assert_eq!(script("all").as_deref(), Some("( (npm publish --tag beta))"));
        assert_eq!(script("js:ship").as_deref(), Some("( cd js; (npm publish))"));
        assert_eq!(script("js:deep:go").as_deref(), Some("( cd js; ( (npm run go)))"));
        assert_eq!(script("npm:none"), None);
        assert_eq!(script("other:publish"), None);
    }

    #[test]
    fn what_is_not_in_the_file_is_not_known() {
        for text in [
            "",
            "tasks: {}",
            "tasks: { b: c }",
            "tasks: { a: { deps: [b] } }",
            "a: [",
        ] {
            check(text, &["a"], None);
        }
        check(TEXT, &["loop"], None);
        check(TEXT, &["docs:publish"], None);
    }
}
