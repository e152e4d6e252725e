" The scenario in Vim with ALE.
" Environment: WORKSPACE, SCENARIO, REPORT, and SERVER_PIDS, a command that prints the server's process ids.
" ALE takes columns for bytes: the problem behind an emoji is where UTF-16 has it, and is not repaired through ALE.
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
    sleep 50m
  endfor
  call s:Check(a:condition(), a:what)
endfunction

" What is wrong, as `line:column rule`, counted from 1.
function! s:Problems() abort
  let l:found = filter(copy(ale#engine#GetLoclist(bufnr(s:workflow))), 'v:val.type is# "E"')
  return join(sort(map(l:found, 'printf("%d:%d %s", v:val.lnum, v:val.col, v:val.code)')), ', ')
endfunction

function! s:EventuallyProblems(expected, when) abort
  " A user's edit does that by itself, that of a script does not.
  ALELint
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

" Whether the server has this file open.
function! s:IsOpen() abort
  return !empty(filter(copy(ale#lsp#GetConnections()), 'has_key(v:val.open_documents, bufnr(""))'))
endfunction

" Applies the action with this title, of those that `:ALECodeAction` would ask about.
function! s:Apply(title, data, items) abort
  for [l:kind, l:action] in a:items
    if l:action.title =~# a:title
      call ale#codefix#ApplyLSPCodeAction(a:data, l:action)
      return
    endif
  endfor
endfunction

function! s:Run() abort
  for l:other in ['docker-compose.yml', 'tsconfig.json']
    execute 'edit ' . fnameescape($WORKSPACE . '/' . l:other)
    ALELint
    sleep 300m
    call s:Check(empty(s:Servers()), 'not started for ' . l:other)
  endfor

  execute 'edit ' . fnameescape(s:workflow)
  call s:EventuallyProblems('15:77 npm-too-old-node, 7:1 id-token-missing', 'opened')

  for l:name in ['package.json', 'action.yml', '.nvmrc', '.node-version', '.tool-versions', '.releaserc', 'release.config.js', '.npmrc']
    execute 'edit ' . fnameescape($WORKSPACE . '/' . l:name)
    ALELint
    call s:Eventually(function('s:IsOpen'), 'the server has ' . l:name . ', in ' . &filetype)
  endfor
  call s:Eventually({-> !empty(ale#engine#GetLoclist(bufnr('')))}, 'and finds what is wrong in .npmrc')
  call s:Check(len(s:Servers()) == 1, 'one server for all of them')
  execute 'edit ' . fnameescape($WORKSPACE . '/index.js')
  ALELint
  sleep 300m
  call s:Check(!s:IsOpen(), 'and not for index.js')
  execute 'edit ' . fnameescape(s:workflow)

  call cursor(7, 1)
  let l:tick = b:changedtick
  call ale#codefix#Execute(0, function('s:Apply', ['^Grant ']))
  call s:Eventually({-> b:changedtick != l:tick}, 'the quick fix was applied')
  call s:EventuallyProblems('16:77 npm-too-old-node', 'fixed')
  %substitute/node-version: \zs22/24/
  call s:EventuallyProblems('', 'edited until it is clean')
  call s:SavedAs('clean.yml')

  9delete
  call s:EventuallyProblems('7:1 id-token-missing', 'the line deleted')
  call s:SavedAs('fixed.yml')

  for l:pid in s:Servers()
    call system('kill -KILL ' . l:pid)
  endfor
  call s:Eventually({-> empty(s:Servers())}, 'the server was killed')
  " ALE learns of it from Vim, which looks from time to time, and starts another with the next edit.
  for l:edit in range(20)
    if !empty(s:Servers())
      break
    endif
    ALELint
    sleep 1
  endfor
  call s:Check(len(s:Servers()) == 1, 'a new server is started')
  call append(8, '  id-token: write')
  call s:EventuallyProblems('', 'the new server sees that it is repaired')
endfunction

try
  call s:Run()
catch
  call s:Check(0, v:exception . ' at ' . v:throwpoint)
endtry
execute s:failures == 0 ? 'qall!' : 'cquit!'
