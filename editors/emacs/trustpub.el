;;; trustpub.el --- npm trusted publishing from GitHub Actions, through Eglot  -*- lexical-binding: t; -*-

;; URL: https://github.com/trustpub/trustpub
;; Version: 0.1.0
;; Package-Requires: ((emacs "28.1") (eglot "1.9"))
;; Keywords: languages, tools
;; SPDX-License-Identifier: MIT OR Apache-2.0

;;; Commentary:

;; Starts the language server `trustpub lsp' for what decides about a publish from GitHub Actions: workflows, composite
;; actions, package.json, .npmrc and the files that choose a Node version.  In init.el:
;;
;;     (load "/path/to/editors/emacs/trustpub.el")
;;     (trustpub-mode)
;;
;; `trustpub' must be on the path, or in `trustpub-command'.  Diagnostics come through Flymake; `eglot-code-actions' offers
;; the fixes, also all of them at once.
;;
;; Eglot takes one server for each mode of a project: in a repository with workflows this one has the YAML and JSON files.

;;; Code:

(require 'eglot)

(defgroup trustpub nil
  "What keeps npm trusted publishing from GitHub Actions from working."
  :group 'eglot)

(defcustom trustpub-command '("trustpub" "lsp")
  "The language server and its arguments."
  :type '(repeat string))

(defcustom trustpub-major-modes
  '(yaml-mode yaml-ts-mode json-mode json-ts-mode js-json-mode js-mode conf-mode fundamental-mode)
  "The major modes whose files one server looks at together."
  :type '(repeat symbol))

(defconst trustpub-file-regexp
  (concat "/\\(?:\\.github/workflows/[^/]+\\.ya?ml"
          "\\|action\\.ya?ml"
          "\\|\\(?:package\\|lerna\\|nx\\|rush\\|turbo\\|\\.changeset/config\\)\\.json\\|turbo\\.jsonc"
          "\\|\\.releaserc\\|\\(?:\\.releaserc\\|\\.release-it\\|release\\.config\\)\\.[^/]+"
          "\\|pnpm-workspace\\.yaml\\|\\.yarnrc\\.yml"
          "\\|\\.npmrc\\|\\.npmrc-publish\\|\\.nvmrc\\|\\.node-version\\|\\.tool-versions"
          "\\|\\.?mise\\.toml\\|trustpub\\.toml\\)\\'")
  "What the server looks at.  Other YAML and JSON files must not start it.")

(defun trustpub-ensure ()
  "Start the server where the buffer visits a file that it looks at."
  (when (and buffer-file-name
             (string-match-p trustpub-file-regexp buffer-file-name)
             (not (string-match-p "/node_modules/" buffer-file-name)))
    ;; Only here: another server may be wanted for other files of the same mode.
    (setq-local eglot-server-programs
                (cons (cons (cl-adjoin major-mode trustpub-major-modes) trustpub-command)
                      eglot-server-programs))
    (eglot-ensure)))

;;;###autoload
(define-minor-mode trustpub-mode
  "Start the language server trustpub for the files that it looks at."
  :global t
  (if trustpub-mode
      (add-hook 'find-file-hook #'trustpub-ensure)
    (remove-hook 'find-file-hook #'trustpub-ensure)))

(provide 'trustpub)

;;; trustpub.el ends here
