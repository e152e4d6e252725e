use std::collections::BTreeSet;

use crate::text::FilePath;

/// The files for which a [check](super::Workspace::check) came to another result than the one before it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Changes {
    /// The files whose diagnostics differ, including removed files.
    pub diagnostics: BTreeSet<FilePath>,
    /// The files whose publish sites or inlay hints may differ.
    pub sites: BTreeSet<FilePath>,
}

impl Changes {
    /// Adds the changes that a later check made.
    pub fn add(&mut self, later: Self) {
        self.diagnostics.extend(later.diagnostics);
        self.sites.extend(later.sites);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::workspace::Workspace;

    const RELEASE: &str = "\
on: push
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: 24
      - run: npm publish
";

    fn path(path: &str) -> FilePath {
        FilePath::new(path).unwrap()
    }

    fn set(workspace: &mut Workspace, at: &str, text: &str) -> [Vec<String>; 2] {
        workspace.set_file(path(at), Arc::from(text));
        let changes = workspace.check();
        [changes.diagnostics, changes.sites].map(|paths| paths.iter().map(FilePath::to_string).collect())
    }

    #[test]
    fn a_check_says_what_it_changed() {
        let (one, two) = (".github/workflows/one.yml", ".github/workflows/two.yml");
        let mut workspace = Workspace::new();
        let both = |path: &str| [vec![path.to_owned()], vec![path.to_owned()]];
        assert_eq!(set(&mut workspace, one, RELEASE), both(one));
        assert_eq!(set(&mut workspace, two, RELEASE), both(two));
        let nothing: [Vec<String>; 2] = [vec![], vec![]];
        assert_eq!(set(&mut workspace, two, RELEASE), nothing);
        assert_eq!(
            set(&mut workspace, two, &format!("{RELEASE}# a comment\n")),
            nothing
        );
        assert_eq!(set(&mut workspace, one, &format!("\n{RELEASE}")), both(one));
        assert_eq!(set(&mut workspace, one, "on: push\n"), both(one));
        assert_eq!(workspace.sites_in(&path(one)), []);
        assert_eq!(workspace.sites_in(&path(two)).len(), 1);
        workspace.remove_file(&path(two));
        assert!(workspace.check().sites.contains(&path(two)));
        assert_eq!(workspace.hints(&path(two)), []);
    }

    #[test]
    fn an_action_s_sites_change_with_the_workflows_that_use_it() {
        let (workflow, action) = (".github/workflows/release.yml", "publish/action.yml");
        let calls = |node: &str| {
            let head = RELEASE.replace("24", node);
            head.replace("run: npm publish", "uses: ./publish")
        };
        let mut workspace = Workspace::new();
        let text = "runs:\n  using: composite\n  steps:\n    - run: npm publish\n      shell: bash\n";
        set(&mut workspace, action, text);
        let [_, sites] = set(&mut workspace, workflow, &calls("24"));
        assert!(sites.contains(&action.to_owned()), "{sites:?}");
        let [_, sites] = set(&mut workspace, workflow, &calls("20"));
        assert!(sites.contains(&action.to_owned()), "{sites:?}");
    }
}
