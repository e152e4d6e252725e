use serde_json::Value;

use super::global_state::GlobalState;
use crate::settings;

impl GlobalState {
    /// Takes the client's word that its settings changed. A client that can be asked says only that they did.
    pub(crate) fn settings_changed(&mut self, settings: &Value) {
        if self.capabilities.configuration {
            self.client.ask_for_settings();
        } else {
            self.set_settings(settings);
        }
    }

    pub(crate) fn set_settings(&mut self, settings: &Value) {
        let Some(settings) = settings::read(settings) else {
            return;
        };
        for (_, inbox) in self.roots.inboxes() {
            inbox.set_settings(settings.config.clone());
        }
        let old = &self.settings;
        let has_other_lenses =
            (old.published_lens, old.code_lens) != (settings.published_lens, settings.code_lens);
        if has_other_lenses && self.capabilities.refresh.code_lenses {
            self.client.refresh_code_lenses();
        }
        if old.inlay_hints != settings.inlay_hints && self.capabilities.refresh.inlay_hints {
            self.client.refresh_inlay_hints();
        }
        if !settings.published_lens {
            self.published.answers.clear();
        }
        self.settings = settings;
    }
}
