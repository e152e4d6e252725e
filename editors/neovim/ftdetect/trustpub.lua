-- Files that decide about a publish and that Neovim 0.11 gives no filetype. Without one, no language server attaches.
--
-- `FALLBACK` leaves a filetype that you or a plugin set for them as it is, whether before or after this.

local function fallback(pattern, filetype)
  vim.api.nvim_create_autocmd({ 'BufRead', 'BufNewFile' }, {
    pattern = pattern,
    callback = function(event)
      local chosen = type(filetype) == 'function' and filetype(event.buf) or filetype
      vim.cmd('setfiletype FALLBACK ' .. chosen)
    end,
  })
end

-- Each has comments that begin with `#`.
fallback({ '.nvmrc', '.node-version', '.tool-versions' }, 'conf')
-- As Neovim has `.npmrc`.
fallback('.npmrc-publish', 'dosini')
-- semantic-release takes JSON and YAML under this name.
fallback('.releaserc', function(buffer)
  local first = vim.iter(vim.api.nvim_buf_get_lines(buffer, 0, 100, false)):find(function(line) return line:find('%S') ~= nil end)
  return first and first:find('^%s*{') and 'json' or 'yaml'
end)
