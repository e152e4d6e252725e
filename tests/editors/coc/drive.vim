" The scenario in Vim with coc.nvim.
" Environment: WORKSPACE, SCENARIO, REPORT, and SERVER_PIDS, a command that prints the server's process ids.
let s:workflow = $WORKSPACE . '/.github/workflows/release.yml'
let s:failures = 0

function! s:Say(line) abort
  call writefile([a:line], $REPORT, 'a')
endfunction

function! s:Check(is_true, what) abort
  call s:Say((a:is_true ? 'ok    ' : 'FAIL  ') . a:what)
  let s:failures += a:is_true ? 0 : 1
endfunction

function! s:Eventually(condition, what) abort
  for l:attempt in range(400)
    if a:condition()
      break
    endif
    " What a script changes is told at the next redraw.
    redraw
    sleep 50m
  endfor
  call s:Check(a:condition(), a:what)
endfunction

function! s:FoundIn(file) abort
  return filter(CocAction('diagnosticList'), 'v:val.file ==# a:file')
endfunction

" What is wrong in the workflow, as `line:column rule`, counted from 1 and in bytes as Vim does.
function! s:Problems() abort
  let l:found = filter(s:FoundIn(s:workflow), 'v:val.severity is# "Error"')
  return join(sort(map(l:found, 'printf("%d:%d %s", v:val.lnum, v:val.col, v:val.code)')), ', ')
endfunction

function! s:EventuallyProblems(expected, when) abort
  call s:Eventually({-> s:Problems() ==# a:expected}, a:when . ': ' . (empty(a:expected) ? 'nothing' : a:expected))
  if s:Problems() !=# a:expected
    call s:Say('      but: ' . s:Problems())
  endif
endfunction

function! s:SavedAs(name) abort
  silent write
  call s:Check(readblob(s:workflow) ==# readblob($SCENARIO . '/' . a:name), 'on disk: ' . a:name)
endfunction

function! s:Servers() abort
  return systemlist($SERVER_PIDS)
endfunction

" Whether the server is asked about the buffer in front: nothing else here answers hovers.
function! s:IsAsked() abort
  return CocAction('hasProvider', 'hover')
endfunction

function! s:Run() abort
  call s:Eventually({-> get(g:, 'coc_service_initialized', 0)}, 'coc.nvim runs')
  " The file type starts the server, also outside of a repository.
  execute 'edit' fnameescape($HOME . '/outside.yml')
  call s:Eventually(function('s:IsAsked'), 'started for outside.yml')

  execute 'edit' fnameescape(s:workflow)
  call s:EventuallyProblems('15:79 npm-too-old-node, 7:1 id-token-missing', 'opened')
  call s:Check(g:WorkspaceFolders ==# [$WORKSPACE], 'root: ' . string(g:WorkspaceFolders))

  for l:name in ['package.json', 'action.yml', '.nvmrc', '.node-version', '.tool-versions', '.releaserc', '.npmrc']
    execute 'edit' fnameescape($WORKSPACE . '/' . l:name)
    call s:Eventually(function('s:IsAsked'), 'the server has ' . l:name . ', in ' . &filetype)
  endfor
  call s:Eventually({-> !empty(s:FoundIn($WORKSPACE . '/.npmrc'))}, 'and finds what is wrong in .npmrc')
  call s:Check(len(s:Servers()) == 1, 'one server for all of them')
  execute 'edit' fnameescape($WORKSPACE . '/index.js')
  sleep 300m
  call s:Check(!s:IsAsked(), 'and not for index.js')
  execute 'edit' fnameescape(s:workflow)

  call cursor(15, 79)
  let l:tick = b:changedtick
  call CocAction('doQuickfix')
  call s:Eventually({-> b:changedtick != l:tick}, 'the quick fix was applied')
  call s:EventuallyProblems('7:1 id-token-missing', 'fixed')
  call s:SavedAs('fixed.yml')
  call append(8, '  id-token: write')
  call s:EventuallyProblems('', 'edited until it is clean')
  call s:SavedAs('clean.yml')
  9delete
  call s:EventuallyProblems('7:1 id-token-missing', 'the line deleted')
  call s:SavedAs('fixed.yml')

  let l:first = s:Servers()
  for l:pid in l:first
    call system('kill -KILL ' . l:pid)
  endfor
  call s:Eventually({-> !empty(s:Servers()) && s:Servers() != l:first}, 'the server was killed, and coc.nvim starts it again')
  call append(8, '  id-token: write')
  call s:EventuallyProblems('', 'the new server sees that it is repaired')
endfunction

function! s:Main() abort
  try
    call s:Run()
  catch
    call s:Check(0, v:exception . ' at ' . v:throwpoint)
  endtry
  execute s:failures == 0 ? 'qall!' : 'cquit!'
endfunction

" coc.nvim starts once Vim has.
autocmd VimEnter * ++once call feedkeys(":call " .. expand('<SID>') .. "Main()\<CR>", 'n')
