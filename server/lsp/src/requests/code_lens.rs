use tower_lsp::lsp_types::{CodeLens, CodeLensParams, Command};
use trustpub_analysis::setup::published_name;
use trustpub_analysis::{PublishSite, TrustedPublisher, shown};

use crate::convert::to_proto;
use crate::repository::Root;
use crate::view::View;

/// Says above each publish command what the trusted publisher on npm has to carry for it, and above the name of a
/// package how its newest version got to npm, where the user wants that.
pub(crate) fn code_lens(view: View<'_>, params: &CodeLensParams) -> Option<Vec<CodeLens>> {
    let (view, path) = view.document(&params.text_document.uri)?;
    let file = view.root.file(path)?;
    let unit = view.capabilities.column_unit();
    let lens = |range, title: String| CodeLens {
        range: to_proto::range(file, range, unit),
        // It only says something: editors show a lens without the name of a command as text.
        command: Some(Command {
            // Editors draw `$(name)` as an icon.
            title: shown(&title).replace("$(", "$ ("),
            command: String::new(),
            arguments: None,
        }),
        data: None,
    };
    let sites = view.root.workspace().sites_in(path).into_iter();
    let mut lenses: Vec<CodeLens> = sites
        .filter_map(|site| Some(lens(site.command, lens_title(view.root, &site)?)))
        .collect();
    if view.wants_published()
        && let Some(name) = published_name(view.root.workspace(), path)
    {
        lenses.extend(view.published(&name.value).map(|title| lens(name.range, title)));
    }
    Some(lenses)
}

/// `Trusted publisher: acme/widget · release.yml · environment npm`; nothing where the site is none of npm's, or where
/// no workflow leads to it.
pub(crate) fn lens_title(root: &Root, site: &PublishSite) -> Option<String> {
    if site.trusted_publishers.is_empty() || !site.may_publish_to_npm() {
        return None;
    }
    let publishers: Vec<String> = site.trusted_publishers.iter().map(publisher).collect();
    let repository = root.certain_repository().map(|slug| format!("{slug} · "));
    Some(format!(
        "Trusted publisher: {}{}",
        repository.unwrap_or_default(),
        publishers.join(", or ")
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
