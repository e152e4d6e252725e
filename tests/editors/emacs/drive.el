;;; drive.el --- The scenario in Emacs, in batch mode  -*- lexical-binding: t; -*-

;; Environment: WORKSPACE, SCENARIO, CONFIGURATION, and SERVER_PIDS, a command that prints the server's process ids.
;; Names with two dashes are Eglot's own: only they tell what a diagnostic is, and apply an action without asking.

(require 'package)
(package-initialize)
(require 'yaml-mode)
(load (expand-file-name "trustpub.el" (getenv "CONFIGURATION")) nil t)
(trustpub-mode)
;; What users of a server for JavaScript have. `js-mode' has package.json in this Emacs too.
(add-hook 'js-mode-hook #'eglot-ensure)

(setq make-backup-files nil
      create-lockfiles nil
      eglot-sync-connect 10
      flymake-no-changes-timeout 0.1)

(defvar workflow (expand-file-name ".github/workflows/release.yml" (getenv "WORKSPACE")))
(defvar failures 0)

(defun check (is-true what)
  (princ (format "%s %s\n" (if is-true "ok   " "FAIL ") what))
  (unless is-true (setq failures (1+ failures))))

(defun eventually (condition what)
  "Wait until CONDITION is true, as Emacs waits for the next key."
  (let ((end (+ (float-time) 90)) is-true)
    (while (and (not (setq is-true (funcall condition))) (< (float-time) end))
      ;; Batch mode has neither keys nor idle time: what waits for them is called.
      (run-hooks 'post-command-hook)
      (when (eglot-current-server) (eglot--signal-textDocument/didChange))
      (accept-process-output nil 0.05)
      ;; Handles changed files. While one waits for that, Emacs does not notice that a process has ended.
      (read-event nil nil 0.01))
    (check is-true what)))

(defun visit (file)
  "Visit FILE of the workspace, as a user does."
  (find-file (expand-file-name file (getenv "WORKSPACE")))
  ;; Flymake waits until the buffer is seen, which batch mode does not tell.
  (run-hooks 'window-configuration-change-hook)
  (run-hooks 'post-command-hook))

(defun server-pids ()
  (mapcar #'string-to-number (split-string (shell-command-to-string (getenv "SERVER_PIDS")))))

(defun serves (program)
  "Whether the server of this buffer is PROGRAM."
  (let ((server (eglot-current-server)))
    (and server (string-match-p program (string-join (process-command (jsonrpc--process server)) " ")))))

(defun codes ()
  "The codes of what is wrong in the buffer, without hints."
  (let ((found (mapcar (lambda (diagnostic) (alist-get 'eglot-lsp-diag (flymake-diagnostic-data diagnostic))) (flymake-diagnostics))))
    (mapcar (lambda (diagnostic) (plist-get diagnostic :code))
            (seq-filter (lambda (diagnostic) (<= (plist-get diagnostic :severity) 2)) found))))

(defun problem (diagnostic)
  "DIAGNOSTIC as `line:column-column rule', counted from 1 and in characters, as Emacs does."
  (let ((beg (flymake-diagnostic-beg diagnostic)) (end (flymake-diagnostic-end diagnostic)))
    (save-excursion
      (goto-char beg)
      (format "%d:%d-%d %s" (line-number-at-pos) (1+ (- beg (line-beginning-position))) (1+ (- end (line-beginning-position)))
              (plist-get (alist-get 'eglot-lsp-diag (flymake-diagnostic-data diagnostic)) :code)))))

(defun problems ()
  "The errors and warnings of the buffer."
  (let* ((severity (lambda (diagnostic) (plist-get (alist-get 'eglot-lsp-diag (flymake-diagnostic-data diagnostic)) :severity)))
         (found (seq-filter (lambda (diagnostic) (<= (funcall severity diagnostic) 2)) (flymake-diagnostics))))
    (string-join (sort (mapcar #'problem found) #'string<) ", ")))

(defun eventually-problems (expected when)
  (eventually (lambda () (equal (problems) expected)) (format "%s: %s" when (if (string-empty-p expected) "nothing" expected)))
  (unless (equal (problems) expected) (princ (format "      but: %s\n" (problems)))))

(defun bytes-of (file)
  (with-temp-buffer
    (set-buffer-multibyte nil)
    (insert-file-contents-literally file)
    (buffer-string)))

(defun saved-as (name)
  (save-buffer)
  (check (equal (bytes-of workflow) (bytes-of (expand-file-name name (getenv "SCENARIO")))) (concat "on disk: " name)))

(defun scenario ()
  (princ (format "      Emacs %s\n" emacs-version))
  (visit "docker-compose.yml")
  (accept-process-output nil 0.3)
  (check (not (eglot-current-server)) "not started for docker-compose.yml")
  (visit "index.js")
  (eventually (lambda () (serves "typescript-language-server")) (format "index.js, in %s, has its own server" major-mode))
  (check (null (server-pids)) "and trustpub is not started for it")

  (visit workflow)
  (check (eq major-mode 'yaml-mode) "opened as yaml-mode")
  (eventually #'eglot-current-server "started for a workflow")
  (eventually-problems "15:76-78 npm-too-old-node, 7:1-12 id-token-missing" "opened")

  (let ((manifest (expand-file-name "package.json" (getenv "WORKSPACE"))))
    (with-temp-file manifest
      (insert-file-contents (expand-file-name "package.json" (getenv "SCENARIO")))
      (while (search-forward "acme/widget.git" nil t) (replace-match "acme/gadget.git")))
    (eventually (lambda () (string-match-p "17:14-25 repository-mismatch" (problems))) "another program breaks package.json, which is not open")
    (copy-file (expand-file-name "package.json" (getenv "SCENARIO")) manifest t)
    (eventually-problems "15:76-78 npm-too-old-node, 7:1-12 id-token-missing" "and repairs it"))

  (goto-char (point-min))
  (search-forward "node-version: ")
  (let ((actions (eglot-code-actions (point) (+ (point) 2) "quickfix")))
    (check (equal (plist-get (car actions) :title) "Use Node 24") "the quick fix is offered first")
    (eglot--apply-workspace-edit (plist-get (car actions) :edit)))
  (saved-as "fixed.yml")
  (eventually-problems "7:1-12 id-token-missing" "fixed")

  (goto-char (point-min))
  (search-forward "contents: read\n")
  (insert "  id-token: write\n")
  (eventually-problems "" "edited until it is clean")
  (saved-as "clean.yml")
  (forward-line -1)
  (delete-region (point) (line-beginning-position 2))
  (eventually-problems "7:1-12 id-token-missing" "the line deleted")
  (save-buffer)

  (let ((workflow-server (eglot-current-server)))
    (dolist (file '("package.json" ".npmrc" ".nvmrc" ".node-version" ".tool-versions" ".releaserc" "action.yml"))
      (visit file)
      (eventually (lambda () (eq (eglot-current-server) workflow-server)) (format "the same server for %s, in %s" file major-mode)))
    (visit "package.json")
    (goto-char (point-min))
    (search-forward "acme/widget.git")
    (replace-match "acme/gadget.git")
    (eventually (lambda () (equal (codes) '("repository-mismatch"))) "it finds what is wrong in package.json, and no other server speaks")
    (revert-buffer t t)
    (eventually (lambda () (null (codes))) "and that it is repaired")
    (visit "release.config.js")
    (eventually (lambda () (serves "typescript-language-server")) "a configuration that is code keeps the server for JavaScript")
    (visit "lib.js")
    (eventually (lambda () (serves "typescript-language-server")) "and so does a file that is opened after package.json")
    (eventually (lambda () (equal (codes) '(2304))) "which finds what is wrong in it")
    (visit "conf/nginx.conf")
    (accept-process-output nil 0.3)
    (check (not (eglot-current-server)) (format "%s of another file has no server" major-mode))
    (visit "index.js")
    (let ((javascript-server (eglot-current-server)))
      (check (not (eq javascript-server workflow-server)) "two servers")
      (eglot-shutdown javascript-server)
      (visit workflow)
      (check (eq (eglot-current-server) workflow-server) "that for JavaScript is ended, and trustpub goes on")
      (visit "lib.js")
      (call-interactively #'eglot)
      (eventually (lambda () (serves "typescript-language-server")) "and started again")
      (visit "index.js")
      (eventually (lambda () (serves "typescript-language-server")) "for all its files")))
  (visit workflow)

  ;; Eglot does not start a server again that lived for less than that.
  (sleep-for (1+ eglot-autoreconnect))
  (let ((killed (car (server-pids))))
    (signal-process killed 'SIGKILL)
    (eventually (lambda () (let ((pids (server-pids))) (and pids (not (memq killed pids))))) "a server that was killed is started again"))
  (eventually #'eglot-current-server "and Emacs is connected to it")
  (goto-char (point-min))
  (search-forward "contents: read\n")
  (insert "  id-token: write\n")
  (eventually-problems "" "the new server sees that it is repaired")
  (eglot-shutdown (eglot-current-server))
  (eventually (lambda () (null (server-pids))) "the server ends with the session")
  (visit "index.js")
  (check (serves "typescript-language-server") "and that for JavaScript goes on")
  (eglot-shutdown-all))

(condition-case error
    (scenario)
  (error (check nil (format "%S" error))))
(kill-emacs (min failures 1))
