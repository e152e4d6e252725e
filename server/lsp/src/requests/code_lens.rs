use serde_json::json;
use tower_lsp::lsp_types::{CodeLens, CodeLensParams, Command};
use trustpub_analysis::setup::{access_page, published_name};
use trustpub_analysis::{Outcome, SiteReport, TrustedPublisher, shown};

use crate::capabilities::OPEN_ACCESS_PAGE;
use crate::convert::to_proto;
use crate::repository::Root;
use crate::view::View;

/// Says above each publish command what to enter on npm for it, and above the name of a package how its newest version got to
/// npm, where the user wants that.
pub(crate) fn code_lens(view: View<'_>, params: &CodeLensParams) -> Option<Vec<CodeLens>> {
    let (view, path) = view.document(&params.text_document.uri)?;
    let file = view.root.file(path)?;
    let unit = view.capabilities.column_unit();
    let lens = |range, title: String, packages: Vec<&str>| CodeLens {
        range: to_proto::range(file, range, unit),
        command: Some(Command {
            // Editors draw `$(name)` as an icon.
            title: shown(&title).replace("$(", "$ ("),
            // Editors show a lens without the name of a command as text.
            command: match packages.is_empty() {
                true => String::new(),
                false => OPEN_ACCESS_PAGE.to_owned(),
            },
            arguments: (!packages.is_empty()).then(|| packages.iter().map(|name| json!(name)).collect()),
        }),
        data: None,
    };
    let mut lenses = Vec::new();
    if view.wants_lenses() {
        for site in view.root.workspace().sites_in(path) {
            let Some(title) = lens_title(view.root, &site) else {
                continue;
            };
            let packages = site.packages.iter().map(String::as_str);
            let packages =
                packages.filter(|name| view.capabilities.show_document && access_page(name).is_some());
            lenses.push(lens(site.command, title, packages.collect()));
        }
    }
    if view.wants_published()
        && let Some(name) = published_name(view.root.workspace(), path)
    {
        lenses.extend(
            view.published(&name.value)
                .map(|title| lens(name.range, title, Vec::new())),
        );
    }
    Some(lenses)
}

/// `Trusted publisher to enter on npm: acme/widget · release.yml · environment npm`. None if the step goes elsewhere or
/// publishes with a token, or if no workflow leads to it.
pub(crate) fn lens_title(root: &Root, site: &SiteReport) -> Option<String> {
    let needs_none = site.outcome == Outcome::Token || !site.may_publish_to_npm();
    if site.trusted_publishers.is_empty() || needs_none {
        return None;
    }
    let publishers: Vec<String> = site.trusted_publishers.iter().map(publisher).collect();
    let repository = root.certain_repository().map(|slug| format!("{slug} · "));
    let what = match publishers.as_slice() {
        [_] => "Trusted publisher",
        _ => "Trusted publishers",
    };
    Some(format!(
        "{what} to enter on npm: {}{}",
        repository.unwrap_or_default(),
        publishers.join(", and ")
    ))
}

fn publisher(publisher: &TrustedPublisher) -> String {
    let workflow = publisher
        .workflow
        .as_deref()
        .unwrap_or("the workflow that calls this one");
    match &publisher.environment {
        Some(environment) => format!("{workflow} · environment {environment}"),
        None => workflow.to_owned(),
    }
}
