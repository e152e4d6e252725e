//! Fixes about what a caller hands on to a workflow or an action of the repository.

use crate::edit::yaml::{Quoting, remove_entry, remove_entry_and_empty_parents, remove_value, set_scalar};
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

/// What a caller passes under a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Declared {
    /// A secret of a called workflow.
    Secret,
    /// An input of a called workflow.
    CallInput,
    /// An input of an action.
    ActionInput,
}

/// The edit after which no caller must pass something; none if none must. It stays declared: GitHub refuses a call that passes what
/// the called workflow does not declare.
/// Source: "Invalid input, … is not defined in the referenced workflow", in workflow-parser of actions/languageservices.
pub(crate) fn optional_edits(file: &File, declared: Declared, name: &str) -> Option<Vec<TextEdit>> {
    let root = YamlNode::root(file.yaml()?)?;
    let call = || root.get("on")?.get("workflow_call");
    let declarations = match declared {
        Declared::Secret => call()?.get("secrets")?,
        Declared::CallInput => call()?.get("inputs")?,
        Declared::ActionInput => root.get("inputs")?,
    };
    let required = declarations.get(name)?.get("required")?;
    if required.as_str() != Some("true") {
        return None;
    }
    set_scalar(&file.text, required, "false", Quoting::Keep).ok()
}
