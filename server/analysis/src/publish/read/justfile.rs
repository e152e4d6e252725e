//! Justfiles, as far as they decide which commands `just publish` runs.
//!
//! Recipes, their parameters and dependencies, and plain variables are read. Modules and imports are not, and an
//! expression that is not a name becomes a variable that the shell does not know either. How just reads a justfile
//! was measured with 1.59.0.

use std::collections::BTreeMap;

use super::task_script::{TaskCommand, TaskScript, with_templates};

/// A justfile.
#[derive(Debug, Default)]
pub(crate) struct Justfile {
    recipes: Vec<Recipe>,
    aliases: BTreeMap<String, String>,
    variables: BTreeMap<String, Option<String>>,
    /// Whether a setting replaces the shell or the folder.
    is_unusual: bool,
}

#[derive(Debug, Default)]
struct Recipe {
    name: String,
    parameters: Vec<Parameter>,
    before: Vec<Call>,
    after: Vec<Call>,
    lines: Vec<String>,
    /// Whether it belongs to one system, so that another recipe may have its name.
    is_of_system: bool,
    /// Whether an attribute says that it runs in another way.
    is_unusual: bool,
}

#[derive(Debug)]
struct Parameter {
    name: String,
    /// None if it has no default, or one that is not plain text.
    default: Option<String>,
    is_variadic: bool,
}

/// A recipe with its arguments.
#[derive(Clone, Debug, Default)]
struct Call {
    name: String,
    arguments: Vec<Option<String>>,
}

/// So many recipes run for one command, at most.
const MOST_RECIPES: usize = 200;

impl Justfile {
    /// Reads a justfile. `variables` are those of the command line, which count more than the file's own.
    pub(crate) fn read(text: &str, variables: &[(String, String)]) -> Self {
        let mut file = Self::default();
        let mut attributes: Vec<String> = Vec::new();
        let joined = text.replace("\\\r\n", " ").replace("\\\n", " ");
        for line in joined.lines() {
            if line.starts_with([' ', '\t']) {
                if let Some(recipe) = file.recipes.last_mut() {
                    recipe.lines.push(line.to_owned());
                }
                continue;
            }
            let line = line.trim_end();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if line.starts_with('[') {
                attributes.push(line.to_owned());
                continue;
            }
            file.add_line(line, &std::mem::take(&mut attributes));
        }
        let given = variables.iter().cloned().map(|(name, value)| (name, Some(value)));
        file.variables.extend(given);
        file
    }

    fn add_line(&mut self, line: &str, attributes: &[String]) {
        let line = line.strip_prefix("export ").unwrap_or(line);
        if let Some(setting) = line.strip_prefix("set ") {
            self.is_unusual |= ["working-directory", "script-interpreter"]
                .iter()
                .any(|name| setting.starts_with(name))
                || (setting.starts_with("shell") && !setting.contains("sh\""));
            return;
        }
        if let Some((name, target)) = line
            .strip_prefix("alias ")
            .and_then(|alias| alias.split_once(":="))
        {
            self.aliases
                .insert(name.trim().to_owned(), target.trim().to_owned());
            return;
        }
        let Some(colon) = outside_quotes(line, ':') else {
            return;
        };
        let (head, rest) = line.split_at(colon);
        if let Some(value) = rest.strip_prefix(":=") {
            self.variables
                .insert(head.trim().to_owned(), literal(value.trim()));
        } else if let Some(recipe) = recipe(head, rest.get(1..).unwrap_or_default(), attributes) {
            self.recipes.push(recipe);
        }
    }

    fn recipe(&self, name: &str) -> Option<&Recipe> {
        let name = self.aliases.get(name).map_or(name, String::as_str);
        self.recipes.iter().find(|recipe| recipe.name == name)
    }

    /// The commands that just runs for the words of its command line, or for the first recipe: dependencies first, each
    /// once. None if that is not known.
    pub(crate) fn script(&self, words: &[String]) -> Option<String> {
        let mut script = TaskScript::default();
        let mut done = Vec::new();
        let mut words = words.iter();
        let mut next = match words.next() {
            Some(name) => Some(name.clone()),
            None => Some(self.recipes.first()?.name.clone()),
        };
        while let Some(name) = next {
            let recipe = self.recipe(&name)?;
            let mut arguments = Vec::new();
            for parameter in &recipe.parameters {
                match parameter.is_variadic {
                    true => arguments.extend(words.by_ref().cloned().map(Some)),
                    false => arguments.extend(words.next().cloned().map(Some)),
                }
            }
            self.add(&Call { name, arguments }, &mut done, &mut script)?;
            next = words.next().cloned();
        }
        Some(script.into_text())
    }

    fn add(&self, call: &Call, done: &mut Vec<String>, script: &mut TaskScript) -> Option<()> {
        let key = format!("{call:?}");
        if self.is_unusual || done.len() > MOST_RECIPES {
            return None;
        }
        if done.contains(&key) {
            return Some(());
        }
        done.push(key);
        let recipe = self.recipe(&call.name).filter(|recipe| !recipe.is_unusual)?;
        let mut variables = self.variables.clone();
        let mut arguments = call.arguments.iter();
        for parameter in &recipe.parameters {
            let value = match parameter.is_variadic {
                true => {
                    let given: Option<Vec<String>> = arguments.by_ref().cloned().collect();
                    given.and_then(|given| match given.is_empty() {
                        true => parameter.default.clone(),
                        false => Some(given.join(" ")),
                    })
                }
                false => match arguments.next() {
                    Some(given) => given.clone(),
                    None => parameter.default.clone(),
                },
            };
            variables.insert(parameter.name.clone(), value);
        }
        let value = |name: &str| match literal(name) {
            Some(text) => Some(text),
            None => variables.get(name).cloned().flatten(),
        };
        let bound = |call: &Call| Call {
            name: call.name.clone(),
            arguments: call
                .arguments
                .iter()
                .map(|argument| value(argument.as_deref()?))
                .collect(),
        };
        for dependency in &recipe.before {
            self.add(&bound(dependency), done, script)?;
        }
        add_lines(recipe, &value, script)?;
        for dependency in &recipe.after {
            self.add(&bound(dependency), done, script)?;
        }
        Some(())
    }
}

/// Adds what a recipe runs itself. None if that is not a shell's.
fn add_lines(recipe: &Recipe, value: &dyn Fn(&str) -> Option<String>, script: &mut TaskScript) -> Option<()> {
    let first = recipe.lines.first().map_or("", |line| line.trim_start());
    if first.starts_with("#!") {
        if !first.ends_with("sh") && !first.contains("sh ") {
            return None;
        }
        let text = with_templates(&recipe.lines.join("\n"), value);
        script.add(TaskCommand {
            text: &text,
            is_conditional: recipe.is_of_system,
            ..TaskCommand::default()
        });
        return Some(());
    }
    for line in &recipe.lines {
        let line = line.trim_start();
        let prefix: String = line.chars().take_while(|c| "@-".contains(*c)).collect();
        let text = with_templates(line.trim_start_matches(['@', '-']), value);
        script.add(TaskCommand {
            text: &text,
            is_ignored: prefix.contains('-'),
            is_conditional: recipe.is_of_system,
            ..TaskCommand::default()
        });
    }
    Some(())
}

fn recipe(head: &str, dependencies: &str, attributes: &[String]) -> Option<Recipe> {
    let mut words = words_of(head).into_iter();
    let name = words.next()?.trim_start_matches('@').to_owned();
    let parameters = words.map(|word| {
        let is_variadic = word.starts_with(['*', '+']);
        let word = word.trim_start_matches(['*', '+', '$']);
        let (name, default) = match word.split_once('=') {
            Some((name, default)) => (name, literal(default)),
            None => (word, None),
        };
        Parameter {
            name: name.to_owned(),
            default: default.or_else(|| (is_variadic && !word.contains('=')).then(String::new)),
            is_variadic,
        }
    });
    let dependencies = match outside_quotes(dependencies, '#') {
        Some(comment) => dependencies.get(..comment)?,
        None => dependencies,
    };
    let (before, after) = dependencies.split_once("&&").unwrap_or((dependencies, ""));
    let has = |names: &[&str]| {
        let mut attributes = attributes.iter();
        attributes.any(|attribute| names.iter().any(|name| attribute.contains(name)))
    };
    Some(Recipe {
        name,
        parameters: parameters.collect(),
        before: calls(before),
        after: calls(after),
        lines: Vec::new(),
        is_of_system: has(&["linux", "macos", "unix", "windows", "openbsd"]),
        is_unusual: has(&["no-cd", "working-directory", "script", "extension"]),
    })
}

/// `a (b "c")`
fn calls(text: &str) -> Vec<Call> {
    let words = words_of(text).into_iter();
    words
        .map(|word| {
            let inner = word
                .strip_prefix('(')
                .and_then(|word| word.strip_suffix(')'))
                .map(words_of);
            let mut words = inner.unwrap_or_else(|| vec![word]).into_iter();
            Call {
                name: words.next().unwrap_or_default(),
                arguments: words.map(Some).collect(),
            }
        })
        .collect()
}

/// The words of a text. Blanks in quotes and in parentheses separate none.
fn words_of(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let (mut quote, mut depth) = (None, 0_usize);
    for c in text.chars() {
        match c {
            '\'' | '"' if quote == Some(c) => quote = None,
            '\'' | '"' if quote.is_none() => quote = Some(c),
            '(' if quote.is_none() => depth += 1,
            ')' if quote.is_none() => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c.is_whitespace() && quote.is_none() && depth == 0 {
            words.push(String::new());
        } else if let Some(word) = words.last_mut() {
            word.push(c);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn outside_quotes(text: &str, wanted: char) -> Option<usize> {
    let mut quote = None;
    text.char_indices()
        .find(|(_, c)| {
            match c {
                '\'' | '"' if quote == Some(*c) => quote = None,
                '\'' | '"' if quote.is_none() => quote = Some(*c),
                _ => {}
            }
            quote.is_none() && *c == wanted
        })
        .map(|(at, _)| at)
}

/// The text of a string without escapes.
fn literal(text: &str) -> Option<String> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inside = text.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inside.contains(quote) && !inside.contains('\\') && !inside.contains("{{")).then(|| inside.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, words: &[&str], expected: Option<&str>) {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let variables = [("GIVEN".to_owned(), "given".to_owned())];
        let script = Justfile::read(text, &variables).script(&words);
        let shown = script.map(|script| script.replace("\n)", ")"));
        assert_eq!(shown.as_deref(), expected, "{text}");
    }

    const TEXT: &str = "\
# How to release
set dotenv-load
tag := \"next\"
alias p := publish
[group('release')]
publish channel=tag *rest: (build \"x\") test && done # now
    # said in the log
    @npm publish --tag {{channel}} {{ rest }} {{ uppercase(tag) }}
    -echo '{{GIVEN}}'
build what=\"all\":
    npm run build -- {{what}}
test:
    npm test
done: test
    #!/usr/bin/env bash
    cd x
    echo done
";

    #[test]
    fn recipes_run_with_their_dependencies() {
        let done = "(#!/usr/bin/env bash\n    cd x\n    echo done)\n";
        check(
            TEXT,
            &["p", "beta", "a", "b"],
            Some(&format!(
                "(npm run build -- x)\n(npm test)\n(# said in the log)\n(npm publish --tag beta a b $x)\n\
                 (echo 'given') || true\n{done}"
            )),
        );
        check(
            TEXT,
            &["build", "a", "test"],
            Some("(npm run build -- a)\n(npm test)\n"),
        );
        check("a: b\n\tc\nb:\n\td\n", &[], Some("(d)\n(c)\n"));
        check("a $b *c:\n  d {{b}}{{c}}\n", &["a", "1"], Some("(d 1)\n"));
        check(
            "[linux]\na:\n  b\n[windows]\na:\n  c\n",
            &["a"],
            Some("if $x; then\n(b)\nfi\n"),
        );
    }

    #[test]
    fn what_runs_in_another_way_is_not_known() {
        for text in [
            "a:\n  #!/usr/bin/env node\n  npm publish\n",
            "[no-cd]\na:\n  npm publish\n",
            "set working-directory := 'x'\na:\n  npm publish\n",
            "set shell := [\"nu\", \"-c\"]\na:\n  npm publish\n",
            "mod release\n",
            "a: b\n  npm publish\n",
            "",
            "a (",
        ] {
            check(text, &["a"], None);
        }
        check(
            "set shell := [\"bash\", \"-uc\"]\na:\n  b\n",
            &["a"],
            Some("(b)\n"),
        );
        check("a: b\n  c\nb: a\n  d\n", &["a"], Some("(d)\n(c)\n"));
    }
}
