//! Fixes in `package.json`.

use crate::checker::prelude::*;
use crate::checker::repository_checks::PublishedManifest;
use crate::diagnostic::{FileEdits, FixKind};
use crate::edit::json::{JsonSnippet, MemberPosition, insert_member, remove_member, set_value};
use crate::model::manifest::Manifest;
use crate::model::repository::{RepositorySlug, RepositoryState, UnverifiedForm, UrlForm};
use crate::text::FilePath;
use crate::text::TextEdit;

/// Sets `repository` to the repository that the workflow runs in.
pub(crate) fn set_repository(
    context: &CheckContext<'_>,
    published: &PublishedManifest<'_>,
    applicability: Applicability,
) -> Option<Fix> {
    let slug = context.sources.slug()?;
    let applicability = if context.sources.slug_is_ambiguous() {
        Applicability::Unsafe
    } else {
        applicability
    };
    let text = &context.sources.file(&published.path)?.text;
    let edits = repository_edits(text, published.manifest, &published.path, slug)?;
    let title = format!("Set `repository` to {slug}");
    Some(fix(title, applicability, &published.path, edits))
}

/// The edits that set `repository` to the repository that the workflow runs in, for a fix that does more.
pub(crate) fn repository_edits_of(context: &CheckContext<'_>, path: &FilePath) -> Option<Vec<TextEdit>> {
    let text = &context.sources.file(path)?.text;
    let manifest = context.sources.manifest(path)?;
    repository_edits(text, manifest, path, context.sources.slug()?)
}

fn repository_edits(
    text: &str,
    manifest: &Manifest,
    path: &FilePath,
    slug: &RepositorySlug,
) -> Option<Vec<TextEdit>> {
    let root = &manifest.root;
    let field = &manifest.repository;
    // A text that names a repository is changed in place to keep the author's form.
    if let (Some(url), Some(old)) = (&field.url, field.slug()) {
        let new = url
            .value
            .replacen(&format!("{}/{}", old.owner, old.name), &slug.to_string(), 1);
        let value = string_at(root, url.range)?;
        return set_value(text, value, &JsonSnippet::String(new)).ok();
    }
    match root.get("repository") {
        Some(value) if value.is_object() => match value.get("url") {
            Some(url) => set_value(text, url, &JsonSnippet::String(slug.canonical_url())).ok(),
            None => {
                let url = JsonSnippet::String(slug.canonical_url());
                insert_member(text, value, "url", &url, MemberPosition::After("type"))
                    .ok()
                    .or_else(|| insert_member(text, value, "url", &url, MemberPosition::First).ok())
            }
        },
        Some(value) => set_value(text, value, &repository_object(path, slug)).ok(),
        None => {
            let object = repository_object(path, slug);
            let behind = [
                "homepage",
                "bugs",
                "license",
                "author",
                "description",
                "version",
                "name",
            ]
            .into_iter()
            .find(|key| root.member(key).is_some());
            let position = behind.map_or(MemberPosition::Last, MemberPosition::After);
            insert_member(text, root, "repository", &object, position).ok()
        }
    }
}

/// The string at a range inside the `repository` field.
fn string_at(
    root: &crate::syntax::json::JsonValue,
    range: crate::text::TextRange,
) -> Option<&crate::syntax::json::JsonValue> {
    let value = root.get("repository")?;
    if value.range == range {
        Some(value)
    } else {
        value.get("url").filter(|url| url.range == range)
    }
}

fn repository_object(path: &FilePath, slug: &RepositorySlug) -> JsonSnippet {
    let mut members = vec![
        ("type".to_owned(), JsonSnippet::String("git".to_owned())),
        ("url".to_owned(), JsonSnippet::String(slug.canonical_url())),
    ];
    if !path.folder().is_root() {
        members.push((
            "directory".to_owned(),
            JsonSnippet::String(path.folder().to_string()),
        ));
    }
    JsonSnippet::Object(members)
}

/// Writes the URL of the repository in the form that npm compares.
pub(crate) fn canonical_url(context: &CheckContext<'_>, published: &PublishedManifest<'_>) -> Option<Fix> {
    let field = &published.manifest.repository;
    let RepositoryState::GitHub { slug, form } = &field.state else {
        return None;
    };
    let text = &context.sources.file(&published.path)?.text;
    let url = field.url.as_ref()?;
    let value = string_at(&published.manifest.root, url.range)?;
    // Without the folder in the address, `directory` has to name it.
    let folder = Some(folder_in_tree(&url.value)).filter(|folder| !folder.is_empty());
    let needs_directory = *form == UrlForm::Unverified(UnverifiedForm::Tree) && field.directory.is_none();
    let canonical = JsonSnippet::String(slug.canonical_url());
    let edits = match folder.filter(|_| needs_directory) {
        None => set_value(text, value, &canonical).ok()?,
        // If the folder in the address and the place of the package differ, one of them may be a mistake.
        Some(folder) if folder != published.path.folder().as_str() => return None,
        Some(folder) => match published.manifest.root.get("repository") {
            Some(object) if object.is_object() => {
                let mut edits = set_value(text, value, &canonical).ok()?;
                let directory = JsonSnippet::String(folder.to_owned());
                edits
                    .extend(insert_member(text, object, "directory", &directory, MemberPosition::Last).ok()?);
                edits
            }
            _ => set_value(text, value, &repository_object(&published.path, slug)).ok()?,
        },
    };
    Some(fix(
        format!("Write `{}`", slug.canonical_url()),
        Applicability::Safe,
        &published.path,
        edits,
    ))
}

/// `packages/a` of `https://github.com/acme/widget/tree/main/packages/a`; empty if the address leads to the root.
fn folder_in_tree(url: &str) -> &str {
    let in_branch = url
        .split_once("/tree/")
        .and_then(|(_, rest)| rest.split_once('/'));
    in_branch.map_or("", |(_, folder)| folder.trim_end_matches('/'))
}

/// Sets `directory` to the package's folder.
pub(crate) fn set_directory(context: &CheckContext<'_>, published: &PublishedManifest<'_>) -> Option<Fix> {
    let folder = JsonSnippet::String(published.path.folder().to_string());
    let text = &context.sources.file(&published.path)?.text;
    let value = published
        .manifest
        .root
        .get("repository")
        .filter(|value| value.is_object())?;
    let edits = match value.get("directory") {
        Some(directory) => set_value(text, directory, &folder).ok()?,
        None => insert_member(text, value, "directory", &folder, MemberPosition::Last).ok()?,
    };
    let title = format!("Set `directory` to `{}`", published.path.folder());
    Some(fix(title, Applicability::Safe, &published.path, edits))
}

/// Removes `private` from a manifest.
pub(crate) fn remove_private(context: &CheckContext<'_>, path: &FilePath) -> Option<Fix> {
    let file = context.sources.file(path)?;
    let edits = remove_member(&file.text, file.json()?, "private").ok()?;
    Some(fix(
        "Remove `private`".to_owned(),
        Applicability::Unsafe,
        path,
        edits,
    ))
}

fn fix(title: String, applicability: Applicability, path: &FilePath, edits: Vec<TextEdit>) -> Fix {
    Fix {
        title,
        applicability,
        kind: FixKind::QuickFix,
        edits: vec![FileEdits {
            path: path.clone(),
            edits,
        }],
    }
}
