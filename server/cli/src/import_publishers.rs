//! `trustpub import-publishers`

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Deserializer, Value};
use trustpub_analysis::printable_chars;

use crate::args::ImportArgs;
use crate::console::{Console, OutputError};
use crate::exit::Exit;
use crate::input;

pub(crate) fn run(console: Console, args: &ImportArgs) -> Result<Exit, OutputError> {
    let text = match read(args.file.as_deref()) {
        Ok(text) => text,
        Err(problem) => {
            console.error(problem);
            return Ok(Exit::Failure);
        }
    };
    let Some(package) = args.package.clone().or_else(package_here) else {
        console.error(
            "npm does not name the package, and the current folder has no package.json with a name: add `--package NAME`",
        );
        return Ok(Exit::Failure);
    };
    let publishers = match publishers(&text) {
        Ok(publishers) => publishers,
        Err(problem) => {
            console.error(format_args!(
                "this is not what `npm trust list {package} --json` prints: {problem}"
            ));
            return Ok(Exit::Failure);
        }
    };
    let tables = publishers.iter().map(|publisher| table(&package, publisher));
    let (tables, others): (Vec<_>, Vec<_>) = tables.partition(Option::is_some);
    if !others.is_empty() {
        console.warning(format_args!(
            "{} of `{package}` left out: they are not for GitHub Actions, or name no workflow file",
            others.len()
        ));
    }
    let tables: String = tables.into_iter().flatten().collect();
    if tables.is_empty() {
        console.note(format_args!(
            "no trusted publisher on GitHub is registered for `{package}`"
        ));
        return Ok(Exit::Findings);
    }
    console.write(&tables)?;
    Ok(Exit::Clean)
}

fn read(file: Option<&Path>) -> Result<String, String> {
    let input = input::read(file)?;
    String::from_utf8(input.bytes).map_err(|_| format!("{} is not valid UTF-8", input.name))
}

/// The name in the `package.json` of the current folder, which is also what npm takes.
fn package_here() -> Option<String> {
    let manifest: Value = serde_json::from_slice(&fs::read("package.json").ok()?).ok()?;
    let name = manifest.get("name")?.as_str()?;
    (!name.is_empty()).then(|| name.to_owned())
}

/// npm prints one object after another; the registry answers with a list of them.
fn publishers(text: &str) -> Result<Vec<Value>, String> {
    let mut found = Vec::new();
    for value in Deserializer::from_str(text).into_iter::<Value>() {
        match value.map_err(|error| error.to_string())? {
            Value::Array(values) => found.extend(values),
            value => found.push(value),
        }
    }
    match found.iter().find(|value| !value.is_object()) {
        Some(other) => Err(format!("`{other}` is not an object")),
        None => Ok(found),
    }
}

/// A `[[trusted-publisher]]`. npm flattens the claims that the registry keeps.
fn table(package: &str, publisher: &Value) -> Option<String> {
    let text = |pointers: [&str; 2]| {
        let mut found = pointers
            .iter()
            .filter_map(|pointer| publisher.pointer(pointer)?.as_str());
        found.find(|text| !text.is_empty())
    };
    let kind = publisher.get("type").and_then(Value::as_str).unwrap_or("github");
    let workflow = text(["/file", "/claims/workflow_ref/file"]).filter(|_| kind == "github")?;
    let permissions = publisher.get("permissions").and_then(Value::as_array);
    let allowed: Vec<String> = permissions
        .into_iter()
        .flatten()
        .filter_map(|permission| match permission.as_str()? {
            "createPackage" => Some(quoted("publish")),
            "createStagedPackage" => Some(quoted("stage-publish")),
            _ => None,
        })
        .collect();
    let lines = [
        ("package", Some(quoted(package))),
        ("workflow", Some(quoted(workflow))),
        (
            "environment",
            text(["/environment", "/claims/environment"]).map(quoted),
        ),
        (
            "repository",
            text(["/repository", "/claims/repository"]).map(quoted),
        ),
        (
            "allow",
            (!allowed.is_empty()).then(|| format!("[{}]", allowed.join(", "))),
        ),
    ];
    let mut table = "[[trusted-publisher]]\n".to_owned();
    for (key, value) in lines {
        if let Some(value) = value {
            // Writing to memory cannot fail.
            let _ = writeln!(table, "{key} = {value}");
        }
    }
    table.push('\n');
    Some(table)
}

/// TOML's basic strings have the escapes of JSON, but for surrogates.
fn quoted(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    let characters = printable_chars(&quoted).map(|(c, printable)| match printable == c {
        true => c.to_string(),
        false => format!("\\U{:08x}", u32::from(c)),
    });
    characters.collect()
}
