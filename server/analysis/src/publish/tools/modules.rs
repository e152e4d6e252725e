//! The modules of npm packages whose functions publish: what a script calls instead of starting a program.
//!
//! Read in the unpacked releases nx 24.0.6, semantic-release 24.2.9, release-it 20.2.1, lerna 9.0.7, @lerna-lite/publish
//! 4.11.5, @jsdevtools/npm-publish 4.1.5, libnpmpublish 11.2.1 and @vitejs/release-scripts 1.10.0. libnpmpublish exchanges
//! no ID token by itself; @vitejs/release-scripts runs `npm publish`, or
//! with the option `packageManager` another program.

/// A module and the functions of it that publish.
#[derive(Debug)]
pub(crate) struct PublishingModule {
    /// The name by which code imports it.
    pub(crate) name: &'static str,
    /// What it exports: functions, or `default`.
    pub(crate) functions: &'static [&'static str],
    /// The classes that it exports, whose methods have the names of the functions.
    pub(crate) classes: &'static [&'static str],
    /// The command that does the same, unless options or a configuration in code decide too much.
    pub(crate) line: Option<&'static str>,
}

static MODULES: [PublishingModule; 11] = [
    PublishingModule {
        name: "nx/release",
        functions: &["releasePublish", "release"],
        classes: &["ReleaseClient"],
        line: Some("nx release publish"),
    },
    PublishingModule {
        name: "semantic-release",
        functions: &["default"],
        classes: &[],
        line: None,
    },
    PublishingModule {
        name: "multi-semantic-release",
        functions: &["default"],
        classes: &[],
        line: None,
    },
    PublishingModule {
        name: "@qiwi/multi-semantic-release",
        functions: &["default"],
        classes: &[],
        line: None,
    },
    PublishingModule {
        name: "@anolilab/multi-semantic-release",
        functions: &["default"],
        classes: &[],
        line: None,
    },
    PublishingModule {
        name: "release-it",
        functions: &["default"],
        classes: &[],
        line: None,
    },
    PublishingModule {
        name: "lerna/commands/publish",
        functions: &["default"],
        classes: &[],
        line: None,
    },
    PublishingModule {
        name: "@lerna-lite/publish",
        functions: &["npmPublish"],
        classes: &["PublishCommand"],
        line: None,
    },
    PublishingModule {
        name: "@jsdevtools/npm-publish",
        functions: &["npmPublish", "default"],
        classes: &[],
        line: None,
    },
    PublishingModule {
        name: "libnpmpublish",
        functions: &["publish"],
        classes: &[],
        line: None,
    },
    PublishingModule {
        name: "@vitejs/release-scripts",
        functions: &["publish"],
        classes: &[],
        line: Some("npm publish"),
    },
];

/// The publishing module that code imports by a name: `nx/release`, `nx/release/index.js`.
pub(crate) fn publishing_module(name: &str) -> Option<&'static PublishingModule> {
    MODULES.iter().find(|module| {
        let rest = name.strip_prefix(module.name);
        matches!(rest, Some("" | ".js" | "/index" | "/index.js"))
    })
}
