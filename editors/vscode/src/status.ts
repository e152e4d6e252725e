import * as vscode from "vscode";

import { DOCUMENT_SELECTOR } from "./files";
import { plain } from "./plain";

/** The server's state, among the editor's language statuses and only at files that the server knows. */
export class Status {
  private readonly item = vscode.languages.createLanguageStatusItem("trustpub.server", DOCUMENT_SELECTOR);

  constructor() {
    this.item.name = "npm Trusted Publishing";
    this.item.command = { title: "Show Log", command: "trustpub.showLog" };
  }

  starting(): void {
    this.show("trustpub", "starting", vscode.LanguageStatusSeverity.Information);
    this.item.busy = true;
  }

  running(version: string): void {
    this.show(`trustpub ${version}`, "ready", vscode.LanguageStatusSeverity.Information);
  }

  failed(why: string): void {
    // Links in a status work as in a notification.
    this.show("trustpub", plain(why), vscode.LanguageStatusSeverity.Error);
  }

  dispose(): void {
    this.item.dispose();
  }

  private show(text: string, detail: string, severity: vscode.LanguageStatusSeverity): void {
    this.item.text = text;
    this.item.detail = detail;
    this.item.severity = severity;
    this.item.busy = false;
  }
}
