//! Starts the language server of trustpub in Zed.

use zed_extension_api::{self as zed, settings::LspSettings, Command, LanguageServerId, Result, Worktree};

const PROGRAM: &str = "trustpub";

struct Trustpub;

impl zed::Extension for Trustpub {
    fn new() -> Self {
        Self
    }

    /// The binary of the settings, else the one on the path.
    fn language_server_command(&mut self, server: &LanguageServerId, worktree: &Worktree) -> Result<Command> {
        let settings = LspSettings::for_worktree(server.as_ref(), worktree)?;
        let binary = settings.binary;
        let chosen = binary.as_ref().and_then(|binary| binary.path.clone());
        let command = chosen
            .or_else(|| worktree.which(PROGRAM))
            .ok_or("trustpub is not on the PATH: install it, or set `lsp.trustpub.binary.path`")?;
        let args = binary.and_then(|binary| binary.arguments);
        Ok(Command {
            command,
            args: args.unwrap_or_else(|| vec!["lsp".to_owned()]),
            env: worktree.shell_env(),
        })
    }

    fn language_server_initialization_options(
        &mut self,
        server: &LanguageServerId,
        worktree: &Worktree,
    ) -> Result<Option<zed::serde_json::Value>> {
        Ok(LspSettings::for_worktree(server.as_ref(), worktree)?.initialization_options)
    }
}

zed::register_extension!(Trustpub);
