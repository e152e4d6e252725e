//! The pages in `docs/rules` are what the rules' doc comments make of them.
//!
//! `UPDATE_DOCS=1 cargo test -p trustpub-tests --test rules` writes them.

use std::collections::BTreeMap;

use trustpub_tests::project::{files_below, repository_root};
use trustpub_tests::rule_pages::{FOLDER, pages};

#[test]
fn the_pages_are_up_to_date() {
    let wanted: BTreeMap<String, String> = pages().into_iter().collect();
    let present: BTreeMap<String, String> = files_below(FOLDER)
        .into_iter()
        .map(|file| (file.path, file.text))
        .collect();
    let out_of_date: Vec<&String> = wanted
        .iter()
        .filter(|(path, text)| present.get(*path) != Some(text))
        .map(|(path, _)| path)
        .collect();
    let left_over: Vec<&String> = present
        .keys()
        .filter(|path| !wanted.contains_key(*path))
        .collect();
    println!("{} pages looked at", wanted.len());
    if std::env::var_os("UPDATE_DOCS").is_none() {
        assert!(
            out_of_date.is_empty() && left_over.is_empty(),
            "out of date: {out_of_date:?}; without a rule: {left_over:?}; \
             `UPDATE_DOCS=1 cargo test -p trustpub-tests --test rules` writes them anew"
        );
        return;
    }
    let root = repository_root();
    std::fs::create_dir_all(root.join(FOLDER)).expect("the folder can be made");
    for path in out_of_date {
        std::fs::write(root.join(path), &wanted[path]).expect("a page can be written");
    }
    for path in left_over {
        std::fs::remove_file(root.join(path)).expect("a page can be removed");
    }
}
