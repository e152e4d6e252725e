//! Which rooms of `server/analysis` may use which.

use std::collections::BTreeMap;

use trustpub_tests::module_graph::{ModuleGraph, ModuleUses, ROOT};

const ANALYSIS: &str = "server/analysis";

/// The rooms from the ground up. A room may use only rooms before it.
const ROOMS: [&str; 20] = [
    "text",
    "document",
    "syntax",
    "edit",
    "versions",
    "knowledge",
    "model",
    "diagnostic",
    "config",
    "sources",
    "publish",
    "checker",
    "fixes",
    "rules",
    "workspace",
    "fix_all",
    "setup",
    "migrate",
    "assist",
    "explain",
];

/// The same for the rooms inside of `publish`.
const PUBLISH: [&str; 12] = [
    "tools",
    "changed_env",
    "eval",
    "implication",
    "entry",
    "site",
    "machine",
    "read",
    "find",
    "predict",
    "view",
    "walk",
];

#[test]
fn a_room_uses_only_rooms_below_it() {
    let uses = ModuleGraph::read(ANALYSIS).at_depth(1);
    let found = uses.against(&ROOMS);
    assert!(
        found.is_empty(),
        "the rooms of {ANALYSIS} build on each other in the order of `ROOMS`, and these uses point up. Move what is \
         used to the lower room, or pass it in as an argument. Add a new room to `ROOMS` above all that it uses.\n{}",
        found.join("\n")
    );
    // If the sources were not read, nothing would be found either.
    for room in &ROOMS[1..] {
        assert!(uses.edges.contains_key(*room), "{room} uses no other room");
    }
    assert!(!uses.edges.values().any(|targets| targets.contains_key(ROOT)));
}

#[test]
fn the_rooms_of_publish_use_only_rooms_below_them() {
    let uses = inside("publish", &ModuleGraph::read(ANALYSIS).at_depth(2));
    let found = uses.against(&PUBLISH);
    assert!(
        found.is_empty(),
        "the rooms of `publish` build on each other in the order of `PUBLISH`, and these uses point up. Move what is used \
         to the lower room, or pass it in as an argument.\n{}",
        found.join("\n")
    );
    assert!(uses.edges.contains_key("walk"), "the sources were not read");
}

/// The uses between the children of a room. What the room's own file defines counts as the root.
fn inside(room: &str, uses: &ModuleUses) -> ModuleUses {
    let child = |module: &str| match module.strip_prefix(room)? {
        "" => Some(ROOT.to_owned()),
        child => child.strip_prefix("::").map(str::to_owned),
    };
    let mut inside = ModuleUses::default();
    for (from, targets) in &uses.edges {
        let Some(from) = child(from) else { continue };
        let targets = targets
            .iter()
            .filter_map(|(to, place)| Some((child(to)?, place.clone())));
        let targets: BTreeMap<_, _> = targets.collect();
        if !targets.is_empty() {
            inside.edges.insert(from, targets);
        }
    }
    inside
}

#[test]
fn modules_do_not_use_each_other_in_circles() {
    let mut uses = ModuleGraph::read(ANALYSIS).at_depth(2);
    // `rules/mod.rs` lists the rules, and a few of them look into that list.
    if let Some(targets) = uses.edges.get_mut("rules") {
        targets.retain(|to, _| !to.starts_with("rules::"));
    }
    let cycles: Vec<String> = uses
        .cycles()
        .iter()
        .map(|cycle| uses.within(cycle).join("\n"))
        .collect();
    assert!(
        cycles.is_empty(),
        "modules of {ANALYSIS} use each other in circles. Cut the lightest of these uses: move what it names to a module \
         that both can use, or pass it in as an argument.\n{}",
        cycles.join("\n\n")
    );
}
