//! The tags and releases that a workflow makes with the job's `GITHUB_TOKEN`: GitHub starts no workflow for them. Drafts
//! count whoever makes them, since no draft starts a workflow.
//!
//! Source: "Triggering a workflow from a workflow" and "Events that trigger workflows" (`release`) in GitHub's documentation.

mod commands;
mod refs;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::knowledge::action_events::releasing_action;
use crate::knowledge::actions::command_action;
use crate::model::job::{Job, Step};
use crate::model::read::{VariableTable, find_input};
use crate::model::workflow::{Trigger, Workflow};
use crate::publish::{BoundInput, EnvLayer, EvalScope, Evaluated, Possible};
use crate::sources::{FileFact, Sources};
use crate::text::{FilePath, Place};
use crate::versions::action_reference::{ActionReference, RemoteAction};
use commands::{ReleasingCommand, releasing_command};
use refs::MadeRefs;

/// How deep actions and scripts may lead into each other.
const MOST_DEPTH: usize = 4;

/// What is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum MadeEvent {
    /// A release, with its tag.
    Release,
    /// A tag.
    Tag,
    /// A draft of a release.
    Draft,
}

/// Where a workflow makes a tag or a release.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct EventMaker {
    /// The words that do it.
    pub(crate) place: Place,
    /// What is made.
    pub(crate) made: MadeEvent,
    /// Whether nothing else can have made it before.
    pub(crate) is_only_source: bool,
    /// Whether a condition says that the run is for a tag, which was there before.
    pub(crate) is_for_tag: bool,
}

/// What the jobs of a workflow make.
#[derive(PartialEq)]
pub(crate) struct MadeEvents(pub(crate) Vec<EventMaker>);

impl FileFact for MadeEvents {
    fn find(sources: &Sources<'_>, path: &FilePath) -> Self {
        let workflow = sources.workflow(path);
        Self(workflow.map_or_else(Vec::new, |workflow| made_events(sources, path, workflow)))
    }
}

fn made_events(sources: &Sources<'_>, path: &FilePath, workflow: &Workflow) -> Vec<EventMaker> {
    let mut found = Vec::new();
    for job in &workflow.jobs {
        let pushes_as_job = pushes_as_job(sources, path, job);
        let mut refs = MadeRefs::default();
        if pushes_as_job {
            collect_refs(sources, &job.steps, 0, &mut refs);
        }
        let mut search = MakerSearch {
            sources,
            pushes_as_job,
            refs,
            found: &mut found,
        };
        let around = StepFrame {
            path,
            env: vec![
                EnvLayer::new(&workflow.env, None, path, false),
                EnvLayer::new(&job.env, None, path, false),
            ],
            inputs: None,
            is_free: chooses_no_source(job.condition.as_ref().map(|condition| condition.value.as_str())),
            is_for_tag: job
                .condition
                .as_ref()
                .is_some_and(|condition| asks_for_tag(&condition.value)),
            is_for_branches: runs_for_branches(workflow),
            depth: 0,
        };
        search.steps(&around, &job.steps);
    }
    found
}

struct MakerSearch<'s, 'a> {
    sources: &'s Sources<'a>,
    /// Whether git pushes with the job's token.
    pushes_as_job: bool,
    refs: MadeRefs,
    found: &'s mut Vec<EventMaker>,
}

/// What the steps see.
#[derive(Clone)]
struct StepFrame<'f> {
    path: &'f FilePath,
    env: Vec<EnvLayer<'f>>,
    inputs: Option<Arc<[BoundInput]>>,
    /// Whether no condition speaks of tags, releases or events, so that the steps are what makes them.
    is_free: bool,
    /// Whether a condition says that the run is for a tag.
    is_for_tag: bool,
    /// Whether every run of the workflow is for a branch.
    is_for_branches: bool,
    depth: usize,
}

impl StepFrame<'_> {
    fn scope(&self) -> EvalScope<'_> {
        EvalScope {
            env: &self.env,
            inputs: self.inputs.as_deref(),
            ..EvalScope::default()
        }
    }

    fn value(&self, text: &str) -> Evaluated {
        self.scope().evaluate(text)
    }
}

impl MakerSearch<'_, '_> {
    fn steps(&mut self, around: &StepFrame<'_>, steps: &[Step]) {
        for step in steps {
            let condition = step.condition.as_ref().map(|condition| condition.value.as_str());
            if condition.is_some_and(|condition| condition.trim() == "false") {
                continue;
            }
            let mut frame = around.clone();
            frame
                .env
                .push(EnvLayer::new(&step.env, around.inputs.clone(), around.path, true));
            frame.is_free &= chooses_no_source(condition);
            frame.is_for_tag |= condition.is_some_and(asks_for_tag);
            if let Some(uses) = &step.uses {
                self.action(&frame, step, &Place::new(frame.path, uses.range), &uses.value);
            }
            if let Some(run) = &step.run {
                self.script(&frame, &Place::new(frame.path, run.range), &run.text);
            }
        }
    }

    fn action(&mut self, frame: &StepFrame<'_>, step: &Step, place: &Place, uses: &str) {
        let reference = ActionReference::parse(uses, None);
        if let Some(action) = reference.remote() {
            if let Some(input) = command_action(action).and_then(|known| find_input(&step.with, known.input))
            {
                self.script(frame, place, &input.value.value);
            }
            let made = match action.is("actions/github-script") {
                true => by_github_script(frame, step),
                false => by_action(frame, step, action),
            };
            if let Some((made, is_only_source)) = made {
                self.add(frame, place, made, is_only_source);
            }
            // It pushes with the credentials of the checkout.
            let tags = find_input(&step.with, "tagging_message").or_else(|| find_input(&step.with, "tag"));
            let is_pusher =
                action.is("stefanzweifel/git-auto-commit-action") || action.is("endbug/add-and-commit");
            if is_pusher && tags.is_some() && self.pushes_as_job {
                self.add(frame, place, MadeEvent::Tag, true);
            }
            return;
        }
        let local = reference
            .folder()
            .and_then(|folder| self.sources.action_in(&folder));
        if let Some((inner, action)) = local.filter(|_| frame.depth < MOST_DEPTH) {
            let table = VariableTable::new(&step.with);
            let bound = action.inputs.iter().map(|input| {
                let given = table.find(&step.with, &input.name).map(|given| &given.value);
                let value = given.or(input.default.as_ref());
                BoundInput {
                    name: input.name.clone(),
                    value: value.map_or_else(|| Evaluated::text(""), |value| frame.value(&value.value)),
                    place: None,
                }
            });
            let inner = StepFrame {
                path: &inner,
                env: frame.env.clone(),
                inputs: Some(BoundInput::in_order(bound).into()),
                is_free: frame.is_free,
                is_for_tag: frame.is_for_tag,
                is_for_branches: frame.is_for_branches,
                depth: frame.depth + 1,
            };
            self.steps(&inner, &action.steps);
        }
    }

    /// The commands of a script, and of the package scripts that they run.
    fn script(&mut self, frame: &StepFrame<'_>, place: &Place, text: &str) {
        for command in commands::of_script(self.sources, text) {
            match releasing_command(&command, &self.refs) {
                None => {}
                Some(ReleasingCommand::PushTag) if !self.pushes_as_job => {}
                Some(ReleasingCommand::PushTag) => self.add(frame, place, MadeEvent::Tag, true),
                Some(ReleasingCommand::Draft) => self.add(frame, place, MadeEvent::Draft, true),
                Some(ReleasingCommand::Release { is_only_source }) => {
                    let mut tokens = ["GH_TOKEN", "GITHUB_TOKEN"].iter().peekable();
                    let scope = frame.scope();
                    let values: Vec<Evaluated> =
                        tokens.by_ref().filter_map(|name| scope.env_value(name)).collect();
                    // A command that sets the token itself takes one from elsewhere.
                    let sets = command.assignments.iter().any(|set| set.name.ends_with("_TOKEN"));
                    if !sets && !values.is_empty() && values.iter().all(is_job_token) {
                        self.add(frame, place, MadeEvent::Release, is_only_source);
                    }
                }
            }
        }
    }

    fn add(&mut self, frame: &StepFrame<'_>, place: &Place, made: MadeEvent, is_only_source: bool) {
        self.found.push(EventMaker {
            place: place.clone(),
            made,
            is_only_source: is_only_source && frame.is_free && !frame.is_for_tag,
            is_for_tag: frame.is_for_tag,
        });
    }
}

/// Adds the refs that steps make, whatever their conditions are.
fn collect_refs(sources: &Sources<'_>, steps: &[Step], depth: usize, refs: &mut MadeRefs) {
    for step in steps {
        if let Some(run) = &step.run {
            for command in commands::of_script(sources, &run.text) {
                refs.add(&command);
            }
        }
        let Some(uses) = &step.uses else { continue };
        let reference = ActionReference::parse(&uses.value, None);
        let script = find_input(&step.with, "script").filter(|_| {
            reference
                .remote()
                .is_some_and(|action| action.is("actions/github-script"))
        });
        refs.opens_pull_request |= script.is_some_and(|script| script.value.value.contains("pulls.create("));
        let local = reference.folder().and_then(|folder| sources.action_in(&folder));
        if let Some((_, action)) = local.filter(|_| depth < MOST_DEPTH) {
            collect_refs(sources, &action.steps, depth + 1, refs);
        }
    }
}

fn is_job_token(value: &Evaluated) -> bool {
    matches!(value.values(), [Possible::GithubToken])
}

/// What an action makes with the job's token, and whether it is the only source.
fn by_action(frame: &StepFrame<'_>, step: &Step, action: &RemoteAction) -> Option<(MadeEvent, bool)> {
    let known = releasing_action(action)?;
    let scope = frame.scope();
    let given = |name: &&str| {
        let input = find_input(&step.with, name).map(|input| scope.evaluate(&input.value.value));
        input.or_else(|| scope.env_value(name))
    };
    let is_off = |value: &Evaluated| matches!(value.known(), Some("false" | ""));
    let mut conditions = known.only_if.iter().map(given);
    if conditions.any(|value| value.is_none_or(|value| is_off(&value))) {
        return known.makes_drafts.then_some((MadeEvent::Draft, true));
    }
    let draft = known.off.contains(&"draft").then(|| given(&"draft")).flatten();
    if draft.is_some_and(|value| value.known() == Some("true")) {
        return Some((MadeEvent::Draft, true));
    }
    if known
        .off
        .iter()
        .any(|name| given(name).is_some_and(|value| !is_off(&value)))
    {
        return None;
    }
    // release-please up to v3 makes only the pull request with these commands.
    let command = find_input(&step.with, "command").map(|input| input.value.value.as_str());
    if command.is_some_and(|command| command.ends_with("-pr")) {
        return None;
    }
    // A tag without a number moves along, as `nightly` does, and names no version.
    let names_no_version = ["tag_name", "tag", "custom_tag", "automatic_release_tag"]
        .iter()
        .any(|name| {
            let name = find_input(&step.with, name).map(|input| input.value.value.as_str());
            name.is_some_and(|name| {
                !name.is_empty() && !name.contains(|c: char| c == '$' || c.is_ascii_digit())
            })
        });
    let mut tokens = known.tokens.iter().filter_map(given);
    if names_no_version || !tokens.all(|token| is_job_token(&token)) {
        return None;
    }
    let made = match known.makes_releases {
        true => MadeEvent::Release,
        false => MadeEvent::Tag,
    };
    // In a run for a branch a tag that is named is made with its release.
    let names_tag = ["tag_name", "tag"]
        .iter()
        .any(|name| find_input(&step.with, name).is_some());
    Some((made, known.is_only_source || (names_tag && frame.is_for_branches)))
}

/// What a script of actions/github-script makes with the job's token.
fn by_github_script(frame: &StepFrame<'_>, step: &Step) -> Option<(MadeEvent, bool)> {
    let script = find_input(&step.with, "script")?.value.value.as_str();
    let token = find_input(&step.with, "github-token").map(|token| frame.value(&token.value.value));
    let says = |key: &str, value: &str| {
        let mut lines = script.split([',', '\n', '{', '}']).map(str::trim);
        lines.any(|line| {
            line.split_once(':')
                .is_some_and(|(k, v)| k.trim() == key && v.trim() == value)
        })
    };
    if script.contains("createRelease") && says("draft", "true") {
        return Some((MadeEvent::Draft, true));
    }
    if !token.is_none_or(|token| is_job_token(&token)) {
        return None;
    }
    let releases =
        script.contains("createRelease") || (script.contains("updateRelease") && says("draft", "false"));
    let tags = script.contains("createRef") && script.contains("refs/tags/");
    match (releases, tags) {
        (true, _) => Some((MadeEvent::Release, true)),
        (false, true) => Some((MadeEvent::Tag, true)),
        (false, false) => None,
    }
}

/// Whether git pushes with the job's token: each checkout leaves it there, and nothing in the job speaks of another.
fn pushes_as_job(sources: &Sources<'_>, path: &FilePath, job: &Job) -> bool {
    let leaves_job_token = |step: &Step| {
        let input = |name| find_input(&step.with, name).map(|input| input.value.value.trim());
        input("ssh-key").is_none()
            && input("persist-credentials") != Some("false")
            && input("token").is_none_or(super::token_needs::is_github_token)
    };
    let mut checkouts = job
        .steps
        .iter()
        .filter(|step| step.uses_action("actions/checkout"))
        .peekable();
    let text = sources.file(path).map_or("", |file| job.range.slice(&file.text));
    checkouts.peek().is_some()
        && checkouts.all(leaves_job_token)
        && !speaks_of_credentials(text)
        && !leads_to_credentials(sources, &job.steps, &mut BTreeSet::new())
}

/// Whether a text speaks of credentials that git takes instead of the checkout's.
fn speaks_of_credentials(text: &str) -> bool {
    const SIGNS: [&str; 8] = [
        "set-url",
        "insteadof",
        "ssh-",
        "ssh_",
        "@github.com",
        "extraheader",
        "git-credentials",
        "credential.helper",
    ];
    let text = text.to_ascii_lowercase();
    SIGNS.iter().any(|sign| text.contains(sign))
}

/// Whether the scripts or the local actions of steps speak of them. Each action is looked at once.
fn leads_to_credentials(sources: &Sources<'_>, steps: &[Step], seen: &mut BTreeSet<FilePath>) -> bool {
    steps.iter().any(|step| {
        let in_script = step.run.as_ref().is_some_and(|run| {
            let commands = commands::of_script(sources, &run.text);
            let mut words = commands.iter().flat_map(|command| &command.words);
            words.any(|word| speaks_of_credentials(&word.text))
        });
        let local = || {
            let uses = step.uses.as_ref()?;
            sources.action_in(&ActionReference::parse(&uses.value, None).folder()?)
        };
        in_script
            || local().is_some_and(|(path, action)| {
                let file = sources.file(&path);
                seen.insert(path)
                    && (file.is_some_and(|file| speaks_of_credentials(&file.text))
                        || leads_to_credentials(sources, &action.steps, seen))
            })
    })
}

/// Whether a condition says nothing of tags, releases or events: these may come from elsewhere.
fn chooses_no_source(condition: Option<&str>) -> bool {
    condition.is_none_or(|condition| {
        !["tag", "release", "event", "inputs"]
            .iter()
            .any(|word| condition.contains(word))
            || condition.contains("steps.")
            || condition.contains("needs.")
    })
}

/// Whether a condition speaks of the ref of a tag.
fn asks_for_tag(condition: &str) -> bool {
    ["refs/tags", "ref_type", "ref_name"]
        .iter()
        .any(|part| condition.contains(part))
}

/// Whether a workflow runs only when branches are pushed.
fn runs_for_branches(workflow: &Workflow) -> bool {
    let is_for_branches = |trigger: &Trigger| {
        let has = |names: [&str; 2]| {
            trigger
                .filters
                .iter()
                .any(|filter| names.contains(&filter.as_str()))
        };
        trigger.name.value == "push" && has(["branches", "branches-ignore"]) && !has(["tags", "tags-ignore"])
    };
    !workflow.triggers.is_empty() && workflow.triggers.iter().all(is_for_branches)
}
