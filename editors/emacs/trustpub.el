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
;; Eglot gives each buffer one server, and each major mode of a project one too.  So that package.json, which may be in
;; `js-mode', does not take the JavaScript files along, the files of this server are a project of their own to Eglot, and
;; to nothing else.  Another server for the same mode keeps all other buffers.  A configuration that is code, such as
;; release.config.js, stays with the server for its language; this one reads it from the disk.

;;; Code:

(require 'cl-lib)
(require 'eglot)
(require 'project)
(eval-when-compile (require 'subr-x))

(defvar eglot-lsp-context)

(defgroup trustpub nil
  "What stops npm trusted publishing from GitHub Actions."
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

(defconst trustpub-code-regexp "\\.[cm]?[jt]sx?\\'"
  "Code, which is left to the server for its language.")

(defun trustpub--wanted-p (file)
  "Whether the server looks at FILE."
  (and (string-match-p trustpub-file-regexp file)
       (not (string-match-p trustpub-code-regexp file))
       (not (string-match-p "/node_modules/" file))))

(defun trustpub--root (file)
  "The nearest folder above FILE with workflows or a `.git', as the server sees it."
  (locate-dominating-file
   (file-name-directory file)
   (lambda (folder)
     (or (file-directory-p (expand-file-name ".github/workflows" folder))
         (file-exists-p (expand-file-name ".git" folder))))))

(defun trustpub--project (_folder)
  "The project of this buffer, where Eglot asks."
  (when (and (bound-and-true-p eglot-lsp-context) buffer-file-name)
    (when-let ((root (trustpub--root buffer-file-name)))
      (list 'trustpub root))))

(cl-defmethod project-root ((project (head trustpub)))
  "The root of the repository of PROJECT."
  (cadr project))

(cl-defmethod project-files ((project (head trustpub)) &optional folders)
  "The files below FOLDERS of PROJECT.  Eglot watches where they are.
What the version control ignores is left out: node_modules is large."
  (let* ((eglot-lsp-context nil)
         (whole (project-current nil (project-root project))))
    (if whole
        (project-files whole (or folders (list (project-root project))))
      (cl-call-next-method))))

(defun trustpub--prepare ()
  "Choose this server for a buffer of a file that the server looks at.
Returns whether it is one."
  (when (and buffer-file-name
             (trustpub--wanted-p buffer-file-name)
             (trustpub--root buffer-file-name))
    (add-hook 'project-find-functions #'trustpub--project -90 t)
    (setq-local eglot-server-programs
                (cons (cons (cl-adjoin major-mode trustpub-major-modes) trustpub-command)
                      (default-value 'eglot-server-programs)))
    t))

(defun trustpub-ensure ()
  "Start the server where the buffer visits a file that it looks at."
  (when (trustpub--prepare)
    (eglot-ensure)))

;;;###autoload
(define-minor-mode trustpub-mode
  "Start the language server trustpub for the files that it looks at."
  :global t
  (if trustpub-mode
      (progn
        ;; Before Eglot's own function there, which would give the buffer to a server of the same mode.
        (add-hook 'after-change-major-mode-hook #'trustpub--prepare -90)
        (add-hook 'find-file-hook #'trustpub-ensure)
        (dolist (buffer (buffer-list))
          (with-current-buffer buffer (trustpub-ensure))))
    (remove-hook 'after-change-major-mode-hook #'trustpub--prepare)
    (remove-hook 'find-file-hook #'trustpub-ensure)))

(provide 'trustpub)

;;; trustpub.el ends here
