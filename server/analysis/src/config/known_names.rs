/// The names that a configuration may use and that rooms above this one define.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KnownNames {
    /// The ids of all rules.
    pub rules: &'static [&'static str],
    /// The names of all publishing tools, as `publisher` takes them.
    pub tools: &'static [&'static str],
}

impl KnownNames {
    /// The rule's id as it is kept, if there is such a rule.
    pub(crate) fn rule(self, id: &str) -> Option<&'static str> {
        self.rules.iter().copied().find(|known| *known == id)
    }

    /// The tool's name as it is kept, if there is such a tool.
    pub(crate) fn tool(self, name: &str) -> Option<&'static str> {
        self.tools.iter().copied().find(|known| *known == name)
    }
}
