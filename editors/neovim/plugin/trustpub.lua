-- :Trustpub explain [FILE]   why a publish failed; without a file, from the log in the clipboard (register +). A space in the name of
--                            the file is written as `\ `.
-- :Trustpub setup            what to enter on npm for each package
-- :Trustpub verify [PACKAGE] asks the registry how packages were published; needs a network
--
-- Each shows a Markdown document; `gf` on a path leads to the file.

-- The folder of the repository of the file in front. What is not a file, such as a terminal, is nowhere.
local function root()
  local file = vim.bo.buftype == '' and vim.api.nvim_buf_get_name(0) or ''
  return vim.fs.root(file ~= '' and file or vim.uv.cwd(), { '.github', '.git' }) or vim.uv.cwd()
end

local function complain(text)
  vim.notify('trustpub: ' .. vim.trim(text), vim.log.levels.ERROR)
end

local function show(name, text)
  vim.cmd.new()
  local buffer = vim.api.nvim_get_current_buf()
  vim.bo[buffer].buftype, vim.bo[buffer].bufhidden, vim.bo[buffer].swapfile = 'nofile', 'wipe', false
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(vim.trim(text), '\n'))
  vim.bo[buffer].filetype, vim.bo[buffer].modifiable = 'markdown', false
  pcall(vim.api.nvim_buf_set_name, buffer, 'trustpub://' .. name)
end

local function run(options)
  local args = vim.list_extend({ 'trustpub' }, options.fargs)
  local verb, input = options.fargs[1], nil
  if verb == 'explain' and #options.fargs == 1 then
    local ok, log = pcall(vim.fn.getreg, '+')
    if not ok or vim.trim(log) == '' then
      return complain('the clipboard is empty. Copy the log of the failed publish first, or name its file.')
    end
    input = log
    table.insert(args, '-')
  elseif verb == 'explain' then
    -- trustpub runs in the root of the repository, and a path that was typed here is one from the current directory.
    for at = 3, #args do
      if args[at]:sub(1, 1) ~= '-' then
        args[at] = vim.fs.abspath(args[at])
      end
    end
  end
  vim.list_extend(args, { '--format', 'markdown' })
  local ok, process = pcall(vim.system, args, { stdin = input or false, cwd = root(), text = true }, function(result)
    vim.schedule(function()
      if result.stdout ~= '' then
        show(verb, result.stdout)
      end
      if vim.trim(result.stderr) ~= '' then
        complain(result.stderr)
      elseif result.stdout == '' then
        complain(('%s ends with code %d and says nothing'):format(verb, result.code))
      end
    end)
  end)
  if not ok then
    complain('it cannot be started: ' .. tostring(process))
  end
end

vim.api.nvim_create_user_command('Trustpub', run, {
  nargs = '+',
  desc = 'trustpub explain, setup or verify, shown as a document',
  complete = function(lead, line)
    if #vim.split(line, '%s+') > 2 then
      return vim.fn.getcompletion(lead, 'file')
    end
    return vim.tbl_filter(function(verb) return vim.startswith(verb, lead) end, { 'explain', 'setup', 'verify' })
  end,
})
