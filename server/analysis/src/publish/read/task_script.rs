//! The shell script that a task runner makes of a task.

/// What a task runner starts, as one script: each command in a shell of its own.
#[derive(Debug, Default)]
pub(crate) struct TaskScript {
    text: String,
}

/// A command of a task.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct TaskCommand<'t> {
    /// What the shell is given.
    pub(crate) text: &'t str,
    /// The folder that is entered first.
    pub(crate) folder: Option<&'t str>,
    /// Whether its failure does not end the task.
    pub(crate) is_ignored: bool,
    /// Whether it may be left out.
    pub(crate) is_conditional: bool,
}

impl TaskScript {
    /// Adds a command to the end.
    pub(crate) fn add(&mut self, command: TaskCommand<'_>) {
        if command.text.trim().is_empty() {
            return;
        }
        if command.is_conditional {
            self.text.push_str("if $x; then\n");
        }
        self.text.push('(');
        // `((` would begin arithmetic.
        if command.text.trim_start().starts_with('(') {
            self.text.push(' ');
        }
        if let Some(folder) = command.folder {
            self.text.push_str(&format!("cd {}; ", quoted(folder)));
        }
        self.text.push_str(command.text.trim());
        // The last line may end in a comment.
        self.text.push_str("\n)");
        if command.is_ignored {
            self.text.push_str(" || true");
        }
        self.text
            .push_str(if command.is_conditional { "\nfi\n" } else { "\n" });
    }

    /// The script.
    pub(crate) fn into_text(self) -> String {
        self.text
    }
}

/// A text as one word of a script. Its variables are still those of the shell.
pub(crate) fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("\"{}\"", text.replace('"', "\\\""))
    }
}

/// The text with each `{{ … }}` replaced by what `value` says of its inside. What is not known becomes a variable that
/// the shell does not know either.
pub(crate) fn with_templates(text: &str, value: &dyn Fn(&str) -> Option<String>) -> String {
    let mut put = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        put.push_str(before);
        let Some((inside, after)) = after.split_once("}}") else {
            return put;
        };
        match value(inside.trim()) {
            Some(value) => put.push_str(&value),
            None => put.push_str("$x"),
        }
        rest = after;
    }
    put.push_str(rest);
    put
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_command_has_a_shell_of_its_own() {
        let mut script = TaskScript::default();
        script.add(TaskCommand {
            text: "npm publish # now\n",
            folder: Some("a b"),
            ..TaskCommand::default()
        });
        script.add(TaskCommand {
            text: "false",
            is_ignored: true,
            is_conditional: true,
            ..TaskCommand::default()
        });
        script.add(TaskCommand::default());
        assert_eq!(
            script.into_text(),
            "(cd \"a b\"; npm publish # now\n)\nif $x; then\n(false\n) || true\nfi\n"
        );
    }

    #[test]
    fn unknown_templates_are_unknown_to_the_shell() {
        let value = |name: &str| (name == "a").then(|| "b".to_owned());
        assert_eq!(with_templates("c {{a}} {{ d }} {{", &value), "c b $x ");
    }
}
