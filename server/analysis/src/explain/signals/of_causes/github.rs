//! Texts of GitHub and its actions. Each has its source after it.

use super::CauseTexts;
use crate::explain::CauseId;

/// A cause, and the texts that say so.
pub(super) static TEXTS: &[CauseTexts] = &[
    (
        CauseId::GitPushRefused,
        &[
            // https://github.com/semantic-release/github/issues/578
            "remote: Write access to repository not granted.",
            // release-it@21.1.2/lib/plugin/git/Git.js:217
            "The package might have been released, but git push failed.",
            // beachball@2.66.0/lib/publish/bumpAndPush.js:76
            "Failed to bump and push after ",
            // https://github.com/DataChefHQ/aws-data-landing-zone/issues/29
            "refusing to allow a Personal Access Token to create or update",
            // https://github.com/microsoft/PowerPlatformConnectors/issues/378
            "refusing to allow an OAuth App to create or update workflow",
            // https://github.com/semantic-release/semantic-release/issues/3550
            "Support for password authentication was removed",
            // openssh client, github.com answer
            "Permission denied (publickey)",
            // git 2.47.3 (strings of git-remote-http), with GitHub's status
            "The requested URL returned error: 403",
            // git 2.47.3: the answer of a hook on the server, and GitHub's own for a ruleset
            "(pre-receive hook declined)",
            "(push declined due to ",
        ],
    ),
    (
        CauseId::GithubTokenInvalid,
        &[
            // https://github.com/semantic-release/github/issues/589
            "HttpError: Bad credentials",
            // @semantic-release/github: lib/definitions/errors.js
            "EINVALIDGHTOKEN",
            // @semantic-release/github@12.0.10/lib/definitions/errors.js:192, also in the issue that it opens
            "Invalid GitHub token.",
            // https://github.com/semantic-release/github/issues/589
            "HttpError]: Bad credentials",
            // cli/go-gh/pkg/api/errors.go: the status and the message of GitHub's API
            "HTTP 401: Bad credentials",
            // GitHub's answer to an app with another key: https://github.com/actions/create-github-app-token/issues/153
            "A JSON web token could not be decoded",
            // https://github.com/headroomlabs-ai/headroom/issues/2955
            "release-please failed: Bad credentials",
            // google/go-github/github/github.go: `ErrorResponse.Error` has the status and GitHub's message; goreleaser and others
            ": 401 Bad credentials",
            // release-it@21.1.2/lib/plugin/github/GitHub.js:74: GitHub did not say whose token it is. On GitHub Actions it does not ask.
            "Could not authenticate with GitHub using environment variable",
            // electron-publish@26.16.0/out/gitHubPublisher.js:31
            "please check env \"GH_TOKEN\"",
            // git 2.47.3 (strings of the binary): the address has a token, which was refused
            "could not read Password for 'http",
        ],
    ),
    (
        CauseId::GithubTokenRights,
        &[
            // https://github.com/googleapis/release-please-action/issues/872
            "Resource not accessible by personal access token",
            // @semantic-release/github@12.0.10/lib/verify.js:144
            "EMISSINGREPO The repository ",
            // ncipollo/release-action/src/GithubError.ts: after a 404
            "has permission to author releases",
        ],
    ),
    (
        CauseId::GithubReleaseExists,
        &[
            // https://github.com/googleapis/release-please/issues/945
            "\"resource\":\"Release\",\"code\":\"already_exists\"",
            // cli/cli/pkg/cmd/release/create/create.go, and the API's answer as gh prints it
            "a release with the same tag name already exists",
            "Release.tag_name already exists",
            // google/go-github/github/github.go: how Go prints the error of the API
            "Field:tag_name Code:already_exists",
            // ncipollo/release-action/src/GithubErrorDetail.ts
            "- Release already exists.",
        ],
    ),
    (
        CauseId::Billing,
        &[
            // https://github.com/nodejs/admin/issues/980
            "The job was not started because recent account payments have failed",
            // https://github.com/davdroman/swiftui-text-builder/pull/42
            "The job was not started because your account is locked due to a",
        ],
    ),
    (
        CauseId::RunnerLost,
        &[
            // https://github.com/actions/runner/issues/2624
            "lost communication with the server",
            // actions/runner/src/Runner.Listener/Runner.cs: the machine is stopped, and not the run cancelled
            "The runner has received a shutdown signal",
            // https://github.com/actions/runner-images/issues/13041
            "The hosted runner encountered an error while running your job",
        ],
    ),
    (
        CauseId::JobCancelled,
        &[
            // https://github.com/carpentries-incubator/python-intermediate-development/issues/124
            "The job was canceled because \"",
            // actions/runner/src/Runner.Worker/StepsRunner.cs: "The action '…' has timed out after 10 minutes."
            "' has timed out after ",
        ],
    ),
    (
        CauseId::ActionUnresolved,
        &[
            // https://github.com/actions/add-to-project/issues/540
            "Unable to resolve action `",
            // actions/runner/src/Runner.Worker/ActionManager.cs:878
            "Can't find 'action.yml', 'action.yaml' or 'Dockerfile' under",
        ],
    ),
    (
        CauseId::ActionDeprecated,
        &[
            // https://github.com/awalsh128/cache-apt-pkgs-action/issues/147
            "automatically failed because it uses a deprecated version of",
        ],
    ),
    (
        CauseId::ActionNotAllowed,
        &[
            // https://github.com/tailscale/tailscale/issues/17710
            "because all actions must be",
            "ctions must also be pinned to a full-length commit SHA",
        ],
    ),
    (
        CauseId::ReusableCallerPermissions,
        &[
            // actions/runner/src/Sdk/WorkflowParser/Conversion/PermissionsHelper.cs:43
            "but is only allowed ",
        ],
    ),
    (
        CauseId::ArtifactMissing,
        &[
            // @actions/artifact@6.2.1/lib/internal/delete/delete-artifact.js:59
            "Artifact not found for name: ",
            // @actions/artifact@6.2.1/lib/internal/download/download-artifact.js:196
            "No artifacts found for ID: ",
            // actions/download-artifact@v4/src/download-artifact.ts, which goes on without one
            "Total of 0 artifact(s) downloaded",
            // https://github.com/actions/download-artifact/issues/258
            "No artifacts found for run '",
            // @actions/artifact@1.1.2/lib/internal/artifact-client.js:110. With a pattern, actions go on with this text.
            "Unable to find any artifacts for the associated",
            "Unable to find an artifact with the name: ",
            // dawidd6/action-download-artifact: main.js, where `if_no_artifact_found` is `fail`
            "no artifacts found",
            "no matching workflow run found",
            "no matching artifact in this workflow",
            // cli/cli/pkg/cmd/run/download/download.go
            "no valid artifacts found to download",
            "no artifact matches any of the names or patterns provided",
        ],
    ),
    (
        CauseId::ArtifactUpload,
        &[
            // https://github.com/actions/upload-artifact/issues/307
            "Artifact storage quota has been hit",
            // https://github.com/actions/upload-artifact/issues/634
            "an artifact with this name already exists on the workflow run",
        ],
    ),
    (
        CauseId::IdTokenFetchFailed,
        &[
            // @actions/core@3.0.1/lib/oidc-utils.js:42
            "Failed to get ID Token.",
            // @pnpm/exe.linux-x64@12.20.0/pnpm (binary)
            "Failed to fetch idToken from GitHub: ",
            // @pnpm/exe.linux-x64@12.20.0/pnpm (binary)
            "Failed to fetch sigstore idToken from GitHub",
            // @actions/core@3.0.1/lib/oidc-utils.js:48
            "Response json body do not have ID Token field",
            // npm@12.2.2/node_modules/@sigstore/sign/dist/signer/fulcio/index.js:84
            "error retrieving identity token",
            // npm@12.2.2/node_modules/@sigstore/sign/dist/signer/fulcio/index.js:83
            "IDENTITY_TOKEN_READ_ERROR",
        ],
    ),
    (
        CauseId::NodeUnavailable,
        &[
            // actions/setup-node/src/distributions/base-distribution.ts:58
            "Unable to find Node version '",
            // actions/setup-node/src/util.ts:12
            "The specified node version file at: ",
            // actions/setup-node/src/distributions/official_builds/official_builds.ts:344
            "Node installation failed. Node may not be installed or not on PATH",
        ],
    ),
    (
        CauseId::GitCheckoutMissing,
        &[
            // actions/runner/src/Runner.Worker/ActionManager.cs:912
            "Did you forget to run actions/checkout before running your local",
            // lerna@10.1.1/dist/chunk-X5YAJACA.js:3539
            "ENOGIT The git binary was not found, this is not a git",
            // semantic-release@25.0.9/lib/definitions/errors.js:23
            "ENOGITREPO Not running from a git repository.",
            // pnpm/action-setup/src/install-pnpm/run.ts:76
            "please run the actions/checkout before pnpm/action-setup.",
            // git 2.47.3 (strings of the binary)
            "not a git repository (or any",
        ],
    ),
    (
        CauseId::PackageManagerMismatch,
        &[
            // pnpm@11.28.10/dist/pnpm.mjs:319972
            "This project is configured to use ",
            // yarn@1.22.22/lib/cli.js:88896
            "However the current global version of Yarn is",
            // pnpm/action-setup/src/install-pnpm/run.ts:88
            "Invalid packageManager field in package.json",
        ],
    ),
    (
        CauseId::GithubPackagesRights,
        &[
            // https://github.com/github/relative-time-element/pull/357
            "unauthenticated: User cannot be authenticated with the token",
            // https://github.com/pascalgn/npm-publish-action/issues/19
            "could not be authenticated by the GitHub Packages service",
            // https://github.com/pascalgn/npm-publish-action/issues/46
            "authentication token not provided",
        ],
    ),
    (
        CauseId::NoRunner,
        &[
            // https://github.com/buildsville/add-remove-label/issues/3
            "no enabled runners online to process the request",
        ],
    ),
    (
        CauseId::WorkflowInvalid,
        &[
            // https://github.com/massalabs/massa-as-sdk/issues/263
            "error parsing called workflow",
            // actions/runner/src/Sdk/WorkflowParser/Conversion/WorkflowTemplateConverter.cs:2162
            "is required, but not provided while calling.",
            // actions/runner/src/Sdk/WorkflowParser/Conversion/WorkflowTemplateConverter.cs:331
            "is not defined in the referenced workflow.",
            // https://github.com/MetaMask/metamask-module-template/pull/124, https://github.com/mdn/workflows/issues/39
            "The workflow is not valid. ",
            "Invalid workflow file: ",
            // https://github.com/mdn/workflows/issues/39
            "You have an error in your yaml syntax on line",
        ],
    ),
    (
        CauseId::GithubUnavailable,
        &[
            // actions/runner/src/Runner.Worker/ActionManager.cs:1753
            "Failed to download archive '",
            // https://github.com/LTplus-AG/ifc-lite/pull/1450
            "Invalid response body while trying to fetch https://api.github.com/",
            // https://github.com/changesets/changesets/blob/main/packages/get-github-info/src/index.ts
            "Failed to parse data from GitHub",
            // @changesets/get-github-info@1.0.1/dist/index.mjs:64
            "Failed to fetch data from GitHub",
            // @actions/cache@3.2.4/lib/internal/cacheHttpClient.js:104, with a status of the server
            "Cache service responded with 5",
            // @actions/artifact@6.2.1/lib/internal/shared/artifact-twirp-client.js:101, and the same in @actions/cache
            "Failed to make request after ",
            // git 2.47.3 (strings of git-remote-http), with a status of the server
            "The requested URL returned error: 5",
            "RPC failed; HTTP 5",
            // libcurl, in git's line about a repository on GitHub
            "Could not resolve host: github.com",
            // The answer of GitHub's GraphQL API to what fails there: https://github.com/semantic-release/github/issues/1017
            "wrong while executing your query",
            // The page with which GitHub answers if it is overloaded: https://github.com/ckeditor/ckeditor5-dev/issues/397
            "<title>Unicorn! ",
        ],
    ),
    (
        CauseId::ContainerFailed,
        &[
            // actions/runner/src/Runner.Worker/ContainerOperationProvider.cs:214
            "Docker pull failed with exit code ",
            // actions/runner/src/Runner.Worker/ContainerOperationProvider.cs:140
            "One or more containers failed to start.",
        ],
    ),
    (
        CauseId::RefMissing,
        &[
            // git 2.47.3 (strings of the binary)
            "fatal: couldn't find remote ref ",
            // actions/checkout/src/ref-helper.ts:61
            "A branch or tag with the name '",
            // actions/checkout/src/git-source-provider.ts:207
            "does not point to the expected commit '",
        ],
    ),
    (
        CauseId::GithubRateLimit,
        &[
            // GitHub REST answer; found by find_string (id 2435565535)
            "You have exceeded a secondary rate limit",
            // GitHub REST answer: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
            "API rate limit exceeded for ",
        ],
    ),
    (
        CauseId::RegistryRefused,
        &[
            // https://github.com/joebowbeer/regsync/issues/4
            "failed to stream package from json",
        ],
    ),
];
