//! The floors of `server/analysis`.
use trustpub_tests::module_graph::ModuleGraph;
#[test]
fn explore() {
    let graph = ModuleGraph::read("server/analysis");
    let rooms = [
        "text",
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
        "assist",
        "explain",
    ];
    for l in graph.at_depth(1).against(&rooms) {
        println!("A {l}");
    }
    for c in graph.at_depth(2).cycles() {
        println!("C {c:?}");
        for a in &c {
            for (b, f) in &graph.at_depth(2).edges[a] {
                if c.contains(b) {
                    println!("   {a} -> {b}  {f}");
                }
            }
        }
    }
    for (a, t) in graph.at_depth(1).edges {
        println!("E {a} -> {}", t.keys().cloned().collect::<Vec<_>>().join(", "));
    }
}
