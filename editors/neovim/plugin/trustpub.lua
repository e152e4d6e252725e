-- :Trustpub explain [FILE]   why a publish failed; without a file, from the log in the clipboard (register +)
-- :Trustpub setup            what to enter on npm for each package
-- :Trustpub verify [PACKAGE] asks the registry how packages were published; needs a network
--
-- Each shows a Markdown document; `gf` on a path leads to the file.

local function root()
  local file = vim.api.nvim_buf_get_name(0)
  return vim.fs.root(file ~= '' and file or vim.uv.cwd(), { '.github', '.git' }) or vim.uv.cwd()
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
    input = vim.fn.getreg('+')
    table.insert(args, '-')
  end
  vim.list_extend(args, { '--format', 'markdown' })
  local ok, process = pcall(vim.system, args, { stdin = input or false, cwd = root(), text = true }, function(result)
    vim.schedule(function()
      if result.stdout ~= '' then
        show(verb, result.stdout)
      else
        vim.notify(vim.trim(result.stderr), vim.log.levels.ERROR)
      end
    end)
  end)
  if not ok then
    vim.notify('trustpub cannot be started: ' .. tostring(process), vim.log.levels.ERROR)
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
