---@brief
---
--- https://github.com/trustpub/trustpub
---
--- `trustpub` finds and fixes what stops npm trusted publishing from GitHub Actions: in workflows, composite
--- actions, `package.json`, `.npmrc` and the files that choose a Node version.
---
--- https://github.com/trustpub/trustpub#install says how to install it. `trustpub` must be on your `PATH`.

--- What the server looks at. Other YAML and JSON files must not start it.
local names = {
  ['action.yml'] = true,
  ['action.yaml'] = true,
  ['package.json'] = true,
  ['lerna.json'] = true,
  ['nx.json'] = true,
  ['rush.json'] = true,
  ['turbo.json'] = true,
  ['turbo.jsonc'] = true,
  ['.releaserc'] = true,
  ['pnpm-workspace.yaml'] = true,
  ['.yarnrc.yml'] = true,
  ['.npmrc'] = true,
  ['.npmrc-publish'] = true,
  ['.nvmrc'] = true,
  ['.node-version'] = true,
  ['.tool-versions'] = true,
  ['mise.toml'] = true,
  ['.mise.toml'] = true,
  ['trustpub.toml'] = true,
}

--- What is known by a part of its path.
local patterns = {
  '/%.github/workflows/[^/]+%.ya?ml$',
  '/%.changeset/config%.json$',
  '/%.releaserc%.[^/]+$',
  '/%.release%-it%.[^/]+$',
  '/release%.config%.[^/]+$',
}

local function is_known(path)
  if path:find('/node_modules/', 1, true) then
    return false
  end
  return names[vim.fs.basename(path)]
    or vim.iter(patterns):any(function(pattern)
      return path:find(pattern) ~= nil
    end)
end

---@type vim.lsp.Config
return {
  cmd = { 'trustpub', 'lsp' },
  -- No `filetypes`: a file is chosen by its path, also where you have given it a filetype of your own.
  root_dir = function(bufnr, on_dir)
    local path = vim.fs.normalize(vim.api.nvim_buf_get_name(bufnr))
    if not is_known(path) then
      return
    end
    -- The nearest of them: a repository inside a repository, such as a test's fixture, is one of its own.
    for folder in vim.fs.parents(path) do
      if vim.uv.fs_stat(folder .. '/.github/workflows') or vim.uv.fs_stat(folder .. '/.git') then
        return on_dir(folder)
      end
    end
  end,
}
