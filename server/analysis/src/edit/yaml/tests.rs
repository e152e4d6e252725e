use super::*;
use crate::syntax::yaml::parse_yaml;
use crate::text::apply_edits;

#[test]
fn first_light() {
    let text = "permissions:\n  contents: read # why\n\njobs:\n  a:\n    runs-on: x\n";
    let tree = parse_yaml(text).tree;
    let root = YamlNode::root(&tree).unwrap();
    let snippet = YamlSnippet::Scalar("write".to_owned());
    let edits = insert_entry(
        text,
        root.get("permissions").unwrap(),
        "id-token",
        &snippet,
        Position::Last,
    )
    .unwrap();
    assert_eq!(
        apply_edits(text, &edits).unwrap(),
        "permissions:\n  contents: read # why\n  id-token: write\n\njobs:\n  a:\n    runs-on: x\n"
    );
}
