-- Neovim with lsp/trustpub.lua alone on the runtimepath, as nvim-lspconfig has it: without the folders ftdetect and plugin.
-- Environment: WORKSPACE.
local failures = 0

local function check(is_true, what)
  io.stdout:write((is_true and 'ok    ' or 'FAIL  ') .. what .. '\n')
  failures = failures + (is_true and 0 or 1)
end

local function is_attached()
  return #vim.lsp.get_clients({ bufnr = 0, name = 'trustpub' }) == 1
end

vim.lsp.enable('trustpub')
for _, name in ipairs({ '.github/workflows/release.yml', 'package.json', 'action.yml', 'release.config.js', '.npmrc' }) do
  vim.cmd.edit(vim.env.WORKSPACE .. '/' .. name)
  check(vim.wait(20000, is_attached, 20), 'alone: started for ' .. name)
end
for _, name in ipairs({ '.nvmrc', '.node-version', '.tool-versions', '.releaserc', 'docker-compose.yml' }) do
  vim.cmd.edit(vim.env.WORKSPACE .. '/' .. name)
  vim.wait(100)
  local filetype = vim.bo.filetype == '' and 'no filetype' or 'the filetype ' .. vim.bo.filetype
  check(not is_attached(), ('alone: not for %s, which has %s'):format(name, filetype))
end
check(#vim.lsp.get_clients() == 1, 'alone: one server')
os.exit(failures == 0 and 0 or 1)
