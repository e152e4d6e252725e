//! What has to be done on npm's own pages, which no edit can do.

use serde_json::{Value, json};
use tower_lsp::lsp_types::{Command, Url};
use trustpub_analysis::migrate::{Checklist, Section, what_to_enter};
use trustpub_analysis::setup::{SetupPlan, access_page};

use super::migrate::answer;
use crate::capabilities::ENTER_ON_NPM;
use crate::view::RootView;

/// What a command wants to be shown.
#[derive(Default)]
pub(crate) struct ToShow {
    pub(crate) document: Option<Url>,
    pub(crate) message: Option<String>,
    /// Pages on npm, with the names under which they are offered.
    pub(crate) pages: Vec<(String, Url)>,
}

/// More buttons than this do not fit below a message.
const MOST_PAGES: usize = 6;

/// The pages of packages, by the packages' names. Names that are not those of packages are left out.
pub(crate) fn access_pages<'n>(packages: impl IntoIterator<Item = &'n str>) -> Vec<(String, Url)> {
    let pages = packages.into_iter().filter_map(|name| {
        let page = Url::parse(&access_page(name)?).ok()?;
        Some((name.to_owned(), page))
    });
    pages.take(MOST_PAGES).collect()
}

/// What follows the edit that makes a workflow: the workflow is shown, and what to enter on npm. All of it is in the argument, since
/// the plan can no longer be made once the workflow exists.
pub(super) fn after_setup(view: &RootView<'_>, plan: &SetupPlan) -> Option<Command> {
    let items = what_to_enter(&plan.registrations);
    let message = match items.as_slice() {
        [] => return None,
        [only] => only.text.clone(),
        _ => "Register the trusted publishers of the packages on npm.".to_owned(),
    };
    let mut packages: Vec<&str> = Vec::new();
    for registration in &plan.registrations {
        if !packages.contains(&registration.package.as_str()) {
            packages.push(&registration.package);
        }
    }
    let checklist = Checklist {
        sections: vec![Section {
            id: "before",
            title: "Before the first release, enter on npm",
            is_to_do: true,
            items,
        }],
    };
    Some(Command {
        title: "Show what to enter on npm".to_owned(),
        command: ENTER_ON_NPM.to_owned(),
        arguments: Some(vec![json!({
            "workflow": view.uri(&plan.workflow.path)?,
            "message": message,
            "packages": packages,
            "answer": answer(&checklist),
        })]),
    })
}

/// What the command of [`after_setup`] shows and answers. None if the argument is not one of it.
pub(crate) fn enter_on_npm(argument: &Value) -> Option<(ToShow, Value)> {
    let packages = argument["packages"].as_array()?.iter().filter_map(Value::as_str);
    let mut pages = access_pages(packages);
    if let [(title, _)] = pages.as_mut_slice() {
        *title = "Open npm".to_owned();
    }
    let workflow = Url::parse(argument["workflow"].as_str()?).ok()?;
    if workflow.scheme() != "file" {
        return None;
    }
    let to_show = ToShow {
        document: Some(workflow),
        message: Some(argument["message"].as_str()?.to_owned()),
        pages,
    };
    Some((to_show, argument["answer"].clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_packages_have_pages() {
        let pages = access_pages(["@acme/widget", "../login?next=", "a b", "widget"]);
        let pages: Vec<&str> = pages.iter().map(|(_, page)| page.as_str()).collect();
        assert_eq!(
            pages,
            [
                "https://www.npmjs.com/package/@acme/widget/access",
                "https://www.npmjs.com/package/widget/access"
            ]
        );
    }

    #[test]
    fn a_foreign_argument_shows_nothing() {
        for argument in [
            json!(null),
            json!([]),
            json!({"packages": []}),
            json!({"workflow": 1, "packages": []}),
            json!({"workflow": "https://evil.example/", "message": "", "packages": []}),
        ] {
            assert!(enter_on_npm(&argument).is_none(), "{argument}");
        }
    }
}
