//! Fixes about what a caller hands on to a workflow or an action of the repository.

use crate::edit::yaml::{remove_entry, remove_entry_and_empty_parents, remove_value};
use crate::fixes::builder::{entry_around, node};
use crate::model::read::Variable;
use crate::model::workflow::SecretDeclaration;
use crate::sources::File;
use crate::syntax::yaml::YamlNode;
use crate::text::TextEdit;

/// The edits that no longer hand on a secret or an input. A mapping that holds nothing else goes with its key.
pub(crate) fn handed_on_edits(file: &File, handed_on: &Variable) -> Option<Vec<TextEdit>> {
    let (mapping, _) = entry_around(node(file, handed_on.node)?)?;
    remove_entry_and_empty_parents(&file.text, mapping, &handed_on.name.value).ok()
}

/// The edits that remove the declaration of a secret; `workflow_call` itself must stay.
pub(crate) fn declaration_edits(file: &File, declared: &SecretDeclaration) -> Option<Vec<TextEdit>> {
    let block = node(file, declared.block)?;
    if block.entries().count() > 1 {
        return remove_entry(&file.text, block, &declared.name.value).ok();
    }
    let (workflow_call, _) = entry_around(block)?;
    if workflow_call.entries().count() > 1 {
        return remove_entry(&file.text, workflow_call, "secrets").ok();
    }
    // The event itself stays, without a value.
    let (_, event) = entry_around(workflow_call)?;
    remove_value(&file.text, event).ok()
}

/// The edits that remove the declaration of an action's input.
pub(crate) fn input_declaration_edits(file: &File, name: &str) -> Option<Vec<TextEdit>> {
    let root = YamlNode::root(file.yaml()?)?;
    remove_entry_and_empty_parents(&file.text, root.get("inputs")?, name).ok()
}

/// The edits that remove the declaration of a required input of a called workflow.
pub(crate) fn required_input_edits(file: &File, name: &str) -> Option<Vec<TextEdit>> {
    let call = YamlNode::root(file.yaml()?)?.get("on")?.get("workflow_call")?;
    let inputs = call.get("inputs")?;
    let is_required = inputs.get(name)?.get("required")?.as_str() == Some("true");
    if !is_required {
        return None;
    }
    if inputs.entries().count() > 1 {
        return remove_entry(&file.text, inputs, name).ok();
    }
    match call.entries().count() {
        1 => remove_value(&file.text, entry_around(call)?.1).ok(),
        _ => remove_entry(&file.text, call, "inputs").ok(),
    }
}
