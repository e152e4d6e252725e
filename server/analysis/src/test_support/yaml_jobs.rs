use crate::syntax::yaml::{YamlNode, parse_yaml};
use crate::text::TextRange;

/// A job of a workflow, as its YAML has it.
#[derive(Debug)]
pub struct YamlJob {
    /// Its id.
    pub id: String,
    /// Its entry in `jobs`.
    pub range: TextRange,
    /// The `run:` of its steps, in order.
    pub scripts: Vec<String>,
}

/// The jobs of a workflow in text order.
pub fn yaml_jobs(workflow: &str) -> Vec<YamlJob> {
    let tree = parse_yaml(workflow).tree;
    let jobs = YamlNode::root(&tree).and_then(|root| root.get("jobs"));
    let entries = jobs.into_iter().flat_map(YamlNode::entries);
    let jobs = entries.filter_map(|entry| {
        let steps = entry.value.get("steps").into_iter().flat_map(YamlNode::items);
        Some(YamlJob {
            id: entry.key.as_str()?.to_owned(),
            range: entry.range(),
            scripts: steps
                .filter_map(|step| Some(step.get("run")?.as_str()?.to_owned()))
                .collect(),
        })
    });
    jobs.collect()
}
