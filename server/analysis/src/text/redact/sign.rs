//! What a text must contain for a kind of secret to be in it.
//!
//! Most texts that are printed hold no secret. One pass over a text finds the kinds that it may hold, and only those are searched for.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::shape::{OPENAI_PREFIX, PREFIXES};
use super::url::{SIGNATURE, WEBHOOKS};

/// A kind of secret that has signs.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Shape,
    Header,
    PrivateKey,
    Webhook,
    Command,
}

/// The kinds of secrets that a text may hold.
#[derive(Clone, Copy, Default)]
pub(super) struct Signs(u8);

impl Signs {
    pub(super) fn of(text: &str) -> Self {
        let Some(finder) = finder() else {
            return Self(u8::MAX);
        };
        let mut signs = Self::default();
        // The matches may overlap: `AKIASIA`.
        for found in finder.automaton.find_overlapping_iter(text) {
            let kind = finder.kinds.get(found.pattern().as_usize());
            signs.0 |= kind.map_or(u8::MAX, |kind| 1 << *kind as u8);
        }
        signs
    }

    pub(super) fn has(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }
}

struct Finder {
    automaton: AhoCorasick,
    /// The kind of each pattern.
    kinds: Vec<Kind>,
}

/// None if the automaton cannot be built, in which case everything is searched for.
fn finder() -> Option<&'static Finder> {
    static FINDER: OnceLock<Option<Finder>> = OnceLock::new();
    let build = || {
        let shapes = PREFIXES.iter().map(|(prefix, _)| (*prefix, Kind::Shape));
        let others = [
            ("eyJ", Kind::Shape),
            (OPENAI_PREFIX, Kind::Shape),
            ("authorization", Kind::Header),
            ("bearer", Kind::Header),
            ("basic", Kind::Header),
            ("PRIVATE KEY", Kind::PrivateKey),
            (SIGNATURE, Kind::Webhook),
            // The keys that count after `set`. The word itself is in many texts.
            ("_auth", Kind::Command),
            ("_password", Kind::Command),
            ("npmauth", Kind::Command),
            ("--", Kind::Command),
            ("curl", Kind::Command),
            ("wget", Kind::Command),
        ];
        let webhooks = WEBHOOKS.iter().map(|(host, _)| (*host, Kind::Webhook));
        let all = shapes.chain(webhooks).chain(others);
        let (patterns, kinds): (Vec<&str>, Vec<Kind>) = all.unzip();
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .build(patterns)
            .ok()?;
        Some(Finder { automaton, kinds })
    };
    FINDER.get_or_init(build).as_ref()
}

#[cfg(test)]
mod tests {
    use super::super::{collect, secret_ranges};
    use super::*;

    #[test]
    fn what_a_text_may_hold_is_never_less_than_what_it_holds() {
        let everything = Signs(u8::MAX);
        for text in [
            "npm_0123456789abcdefghijABCDEFGHIJ012345",
            "AKIASIA0123456789ABCDEF",
            "token eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0.x",
            "AUTHORIZATION: Basic aHVudGVyMjpodW50ZXIy",
            "Bearer 0123456789ABCdef",
            "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----",
            "https://hooks.slack.com/services/T0/B0/x8",
            "https://hooks.slack.com/workflows/T0/B0/x8",
            "https://discord.com/api/webhooks/1/x8",
            "https://discordapp.com/api/webhooks/1/x8",
            "https://hooks.slack.com/triggers/T0/1/x8",
            "https://HOOKS.slack.com:443/services/T0/B0/x8",
            "https:\\/\\/hooks.slack.com\\/services\\/T0\\/B0\\/x8",
            "https://ptb.discord.com/api/v10/webhooks/1/x8",
            "https://a.webhook.office.com/webhookb2/x8",
            "https://outlook.office.com/webhook/x8",
            "https://a.logic.azure.com/x?sp=y&sig=abcdefABCDEF01234567",
            "sk-abcdefghijklmnopqrstuvwxABCDEFGHIJKLMNOPQRSTUVWX",
            "sk-svcacct-abcdefABCDEF_0123",
            "npm config set //r.example/:_authToken hunter2",
            "npm config\tset\t//r.example/:_password\thunter2",
            "npm config SET\\\n _AUTH hunter2",
            "yarn config set npmAuthIdent joe:hunter2",
            "yarn config 'set' 'npmAuthToken' 'hunter2'",
            "npm set npm_config__password hunter2",
            "['set','//r.example/:_authToken','hunter2']",
            "npm publish --token hunter22",
            "curl -u joe:hunter2 a.example",
            "wget --user=joe:hunter2 a.example",
            "echo hunter2 | gh auth login --with-token",
            "https://joe:hunter2@a.example",
            "NPM_TOKEN=hunter22",
        ] {
            let mut expected = Vec::new();
            collect(text, everything, &mut expected);
            assert!(!expected.is_empty(), "{text}");
            assert_eq!(secret_ranges(text), super::super::apart(expected), "{text}");
        }
    }
}
