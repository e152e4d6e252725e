-- Drives Neovim through the scenario with the configuration that is shipped in editors/neovim.
-- Environment: WORKSPACE, SCENARIO, and SERVER_PIDS, a command that prints the server's process ids.
local workspace, scenario = vim.env.WORKSPACE, vim.env.SCENARIO
local workflow = workspace .. '/.github/workflows/release.yml'
local failures = 0

local function check(is_true, what)
  io.stdout:write((is_true and 'ok    ' or 'FAIL  ') .. what .. '\n')
  failures = failures + (is_true and 0 or 1)
  return is_true
end

local function eventually(condition, what)
  return check(vim.wait(20000, condition, 20), what)
end

local function bytes_of(path)
  local file = assert(io.open(path, 'rb'))
  local bytes = file:read('*a')
  file:close()
  return bytes
end

local function attached(buffer)
  return vim.lsp.get_clients({ name = 'trustpub', bufnr = buffer })
end

-- What is wrong in the workflow, as `line:column-column rule`, counted from 1 and in bytes, as Neovim does.
local function problems()
  local found = {}
  for _, problem in ipairs(vim.diagnostic.get(vim.fn.bufnr(workflow), { severity = { min = 'WARN' } })) do
    local place = ('%d:%d-%d'):format(problem.lnum + 1, problem.col + 1, problem.end_col + 1)
    table.insert(found, place .. ' ' .. tostring(problem.code))
  end
  table.sort(found)
  return table.concat(found, ', ')
end

local function eventually_problems(expected, when)
  if not eventually(function() return problems() == expected end, ('%s: %s'):format(when, expected ~= '' and expected or 'nothing')) then
    io.stdout:write('      but: ' .. problems() .. '\n')
  end
end

local function saved_as(name)
  vim.cmd('silent write')
  check(bytes_of(workflow) == bytes_of(scenario .. '/' .. name), 'on disk: ' .. name)
end

for _, other in ipairs({ 'docker-compose.yml', 'tsconfig.json' }) do
  vim.cmd.edit(workspace .. '/' .. other)
  vim.wait(300)
  check(#attached(0) == 0, 'not started for ' .. other)
end

vim.cmd.edit(workflow)
local buffer = vim.api.nvim_get_current_buf()
eventually(function() return #attached(buffer) == 1 and attached(buffer)[1].initialized end, 'started for a workflow')
local client = assert(attached(buffer)[1])
check(client.root_dir == workspace, 'root: ' .. tostring(client.root_dir))
check(client.offset_encoding == 'utf-8', 'columns in ' .. client.offset_encoding)
eventually_problems('15:79-81 npm-too-old-node, 7:1-12 id-token-missing', 'opened')

-- What a line shows besides its text: messages, hints and lenses.
local function shown(line)
  local texts = {}
  vim.cmd('redraw')
  for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(buffer, -1, { line - 1, 0 }, { line - 1, -1 }, { details = true })) do
    for _, chunk in ipairs(mark[4].virt_text or (mark[4].virt_lines or {})[1] or {}) do
      table.insert(texts, chunk[1])
    end
  end
  return table.concat(texts)
end

eventually(function() return shown(7):find('Missing `id-token: write`', 1, true) end, 'the message is shown after its line')
eventually(function() return shown(17):find('✗ fails: E404', 1, true) end, 'a hint says that the command fails')
eventually(function() return shown(17):find('Trusted publisher to enter on npm: acme/widget · release.yml', 1, true) end, 'a lens says what the trusted publisher must carry')

local filetypes = { ['.nvmrc'] = 'conf', ['.node-version'] = 'conf', ['.tool-versions'] = 'tool-versions', ['.releaserc'] = 'json', ['.npmrc'] = 'dosini' }
for _, name in ipairs({ '.nvmrc', '.node-version', '.tool-versions', '.releaserc', '.npmrc' }) do
  vim.cmd.edit(workspace .. '/' .. name)
  eventually(function() return #attached(0) == 1 and attached(0)[1].id == client.id end, 'the same server for ' .. name)
  check(vim.bo.filetype == filetypes[name], 'which has the filetype ' .. vim.bo.filetype)
end
eventually(function() return #vim.diagnostic.get(vim.fn.bufnr(workspace .. '/.npmrc')) == 1 end, 'and what is wrong in .npmrc is found')
vim.cmd.buffer(buffer)

-- A hover is a list: Neovim shows a table of Markdown as it is written, and breaks its rows.
vim.api.nvim_win_set_cursor(0, { 17, 16 })
vim.lsp.buf.hover()
local function hover()
  local window = vim.b[buffer].lsp_floating_preview
  if not (window and vim.api.nvim_win_is_valid(window)) then return nil end
  return vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false)
end
if eventually(function() return hover() ~= nil end, 'a hover opens') then
  local lines = hover()
  check(#vim.tbl_filter(function(line) return line:find('- ✗ **npm**: 10.9', 1, true) == 1 end, lines) == 1, 'and says which npm publishes')
  check(#vim.tbl_filter(function(line) return line:sub(1, 1) == '|' or line:find('file://', 1, true) ~= nil end, lines) == 0, 'without tables and addresses')
  vim.api.nvim_win_close(vim.b[buffer].lsp_floating_preview, true)
end

vim.api.nvim_win_set_cursor(0, { 15, 78 })
vim.lsp.buf.code_action({
  apply = true,
  context = { only = { 'quickfix' } },
  filter = function(action) return action.title == 'Use Node 24' end,
})
eventually(function() return vim.bo.modified end, 'the quick fix was applied')
saved_as('fixed.yml')
eventually_problems('7:1-12 id-token-missing', 'fixed')

vim.api.nvim_win_set_cursor(0, { 8, 0 })
vim.cmd('normal! oid-token: write')
eventually_problems('', 'edited until it is clean')
saved_as('clean.yml')

-- A refused publish, of which npm says nothing: the answer fits into a window, and what to compare is in it once.
local refused = vim.fn.tempname()
vim.fn.writefile({ 'npm error code E404', 'npm error 404 Not Found - PUT https://registry.npmjs.org/@acme%2fwidget - Not found' }, refused)
vim.cmd('Trustpub explain ' .. refused)
local function headings()
  local lines = vim.api.nvim_buf_get_lines(0, 0, -1, false)
  return #vim.tbl_filter(function(line) return line:find('^## .*The trusted publisher on npm does not match this run') ~= nil end, lines)
end
eventually(function() return vim.bo.filetype == 'markdown' and headings() == 1 end, ':Trustpub explain shows one answer about the trusted publisher')
local answer = vim.api.nvim_buf_get_lines(0, 0, -1, false)
check(#answer <= 30, 'which has at most 30 lines: ' .. #answer)
for _, line in ipairs({ '- owner: acme', '- repository: widget', '- workflow: release.yml', '- environment: leave it empty' }) do
  check(vim.list_contains(vim.tbl_map(vim.trim, answer), line), 'and the value to compare: ' .. line)
end
vim.cmd.close()

vim.cmd('silent 9delete')
eventually_problems('7:1-12 id-token-missing', 'the line deleted')
vim.cmd('silent write')

-- A registry that knows the demo's package.
local packument = bytes_of(scenario .. '/packument.json')
local registry = assert(vim.uv.new_tcp())
assert(registry:bind('127.0.0.1', 0))
assert(registry:listen(8, function()
  local connection = assert(vim.uv.new_tcp())
  registry:accept(connection)
  connection:read_start(function(_, request)
    if request and request:find('\r\n\r\n', 1, true) then
      connection:write(('HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s'):format(#packument, packument), function() connection:close() end)
    end
  end)
end))
vim.env.NPM_CONFIG_REGISTRY = ('http://127.0.0.1:%d/'):format(registry:getsockname().port)

local log = vim.fn.tempname()
vim.fn.writefile({ 'npm error code ENEEDAUTH', 'npm error need auth You need to authorize this machine using `npm login`' }, log)
local function shows(text)
  return vim.bo.filetype == 'markdown' and table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n'):find(text, 1, true) ~= nil
end
for _, case in ipairs({
  { 'explain ' .. log, '(.github/workflows/release.yml#L7)' },
  { 'setup', '- workflow: release.yml' },
  { 'verify', 'by trusted publishing from github' },
}) do
  vim.cmd('Trustpub ' .. case[1])
  eventually(function() return shows(case[2]) end, ':Trustpub ' .. case[1]:match('^%a+') .. ' shows ' .. case[2])
  vim.cmd.close()
end

-- The current directory is elsewhere, and what is typed is relative to it.
local elsewhere = vim.fn.tempname()
vim.fn.mkdir(elsewhere .. '/failed runs', 'p')
assert(vim.uv.fs_copyfile(log, elsewhere .. '/failed runs/log.txt'))
vim.cmd.cd(elsewhere)
vim.cmd([[Trustpub explain failed\ runs/log.txt]])
eventually(function() return shows('(.github/workflows/release.yml#L7)') end, ':Trustpub explain takes a path from the current directory')
vim.cmd.close()
for _, case in ipairs({
  { 'explain nowhere.txt', vim.fs.abspath('nowhere.txt') },
  { 'explain', 'the clipboard is empty' },
  { 'no-such-command', 'no-such-command' },
}) do
  vim.cmd('messages clear')
  -- An error message ends a script.
  pcall(vim.cmd, 'Trustpub ' .. case[1])
  eventually(function() return vim.fn.execute('messages'):find('trustpub: .*' .. vim.pesc(case[2])) ~= nil end, ':Trustpub ' .. case[1] .. ' says what is wrong')
end
vim.cmd.cd(workspace)

for _, pid in ipairs(vim.fn.systemlist(vim.env.SERVER_PIDS)) do
  vim.uv.kill(tonumber(pid), 'sigkill')
end
eventually(function() return #attached(buffer) == 0 end, 'the server was killed')
check(vim.fn.execute('messages'):find('trustpub') ~= nil, 'Neovim says so: ' .. vim.trim(vim.fn.execute('messages')))
vim.cmd('silent edit')
eventually(function() return #attached(buffer) == 1 end, ':edit starts the server again')
eventually_problems('7:1-12 id-token-missing', 'found by the new server')

-- Where nothing publishes, the name of the package offers a workflow that does.
vim.api.nvim_buf_set_lines(buffer, 0, -1, false, { 'on: push', 'jobs: {}' })
vim.cmd('silent write')
-- Neovim asks again only for buffers that are seen.
eventually_problems('', 'the job deleted')
vim.cmd.edit(workspace .. '/package.json')
eventually(function() return #attached(0) == 1 end, 'attached to a package')
client = assert(attached(0)[1])
local function lens_over_name()
  local answers = vim.lsp.buf_request_sync(0, 'textDocument/codeLens', { textDocument = vim.lsp.util.make_text_document_params(0) }, 5000)
  local lens = (((answers or {})[client.id] or {}).result or {})[1]
  return lens and lens.command.title
end
check(lens_over_name() == nil, 'no lens above the name of the package')
client.settings = { trustpub = { publishedLens = true } }
client:notify('workspace/didChangeConfiguration', { settings = client.settings })
eventually(function() return lens_over_name() == 'npm: 1.4.0 by trusted publishing, for the first time' end, 'with the setting, a lens says how it was published')

vim.api.nvim_win_set_cursor(0, { 2, 4 })
local made = workspace .. '/.github/workflows/publish.yml'
vim.lsp.buf.code_action({
  apply = true,
  filter = function(action) return action.title == 'Create `.github/workflows/publish.yml`, which publishes to npm without a token' end,
})
eventually(function() return vim.fn.filereadable(made) == 1 end, 'the name of the package offers a workflow, which is made')
vim.cmd('silent wall')
local text = bytes_of(made)
check(text:find('id%-token: write') ~= nil and text:find('npm publish', 1, true) ~= nil, 'on disk: a workflow that publishes')
vim.cmd.edit(made)
eventually(function() return #attached(0) == 1 end, 'attached to it')
eventually(function() return #vim.diagnostic.get(nil, { severity = { min = 'WARN' } }) == 0 end, 'nothing is wrong in it, nor in the package')

attached(buffer)[1]:stop()
eventually(function() return #vim.fn.systemlist(vim.env.SERVER_PIDS) == 0 end, 'the server ends with the editor')
os.exit(failures == 0 and 0 or 1)
