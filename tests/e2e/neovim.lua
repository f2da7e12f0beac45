-- Drives a real Neovim: nvim --clean --headless -l neovim.lua ENCODING COMMAND…
-- Prints one line per step; the last one is "done".

local encoding = arg[1]
local cmd = vim.list_slice(arg, 2)
local here = vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h')

local function check(holds, what)
  io.stdout:write((holds and 'ok ' or 'FAILED ') .. what .. '\n')
  if not holds then
    io.stdout:write(vim.inspect(vim.diagnostic.get()) .. '\n' .. table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n') .. '\n')
    os.exit(1)
  end
end

local function wait(condition)
  return vim.wait(60000, condition, 10)
end

-- The configuration we ship, with the server under test in place of the installed one.
vim.opt.runtimepath:append(here .. '/../../editors/neovim')
local capabilities = vim.lsp.protocol.make_client_capabilities()
capabilities.general.positionEncodings = { encoding }
vim.lsp.config('smallsense', { cmd = cmd, capabilities = capabilities })
vim.lsp.enable('smallsense')

local function edit(name, filetype, lines)
  local file = vim.fn.tempname() .. name
  vim.fn.writefile(lines, file)
  vim.cmd.edit(file)
  vim.bo.filetype = filetype
  check(wait(function()
    local client = vim.lsp.get_clients({ bufnr = 0, name = 'smallsense' })[1]
    return client ~= nil and client.initialized
  end), 'attached to ' .. filetype)
  return vim.lsp.get_clients({ bufnr = 0, name = 'smallsense' })[1]
end

local function line(number)
  return vim.fn.getline(number)
end

local function choose(pattern)
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return action.title:match(pattern) ~= nil
    end,
  })
end

-- A diagnostic after an emoji, and its fix.
local client = edit('.md', 'markdown', { '# Title', '', 'Press `😀` and you will recieve a list of users.' })
check(client.offset_encoding == encoding, 'encoding ' .. client.offset_encoding)
check(wait(function()
  return #vim.diagnostic.get(0) == 1
end), 'one diagnostic')
local diagnostic = vim.diagnostic.get(0)[1]
local shown = line(diagnostic.lnum + 1):sub(diagnostic.col + 1, diagnostic.end_col)
check(diagnostic.lnum == 2 and shown == 'recieve', 'diagnostic at "' .. shown .. '"')
vim.api.nvim_win_set_cursor(0, { 3, diagnostic.col + 2 })
choose('receive')
check(wait(function()
  return line(3) == 'Press `😀` and you will receive a list of users.'
end), 'quick fix applied')
check(wait(function()
  return #vim.diagnostic.get(0) == 0
end), 'diagnostic gone')

-- Typing: changes travel as increments in the encoding agreed on.
vim.api.nvim_buf_set_lines(0, 3, 3, false, { '', 'Hello 😀! This is teh end of the list.' })
check(wait(function()
  local found = vim.diagnostic.get(0)
  return #found == 1 and found[1].lnum == 4 and line(5):sub(found[1].col + 1, found[1].end_col) == 'teh'
end), 'diagnostic after a change')
vim.api.nvim_buf_set_lines(0, 3, 5, false, {})
check(wait(function()
  return #vim.diagnostic.get(0) == 0
end), 'no diagnostic after another')

-- A docstring.
edit('.py', 'python', { "emoji = '😀'", '', '', 'def area(width, height):', '    return width * height' })
vim.api.nvim_win_set_cursor(0, { 4, 5 })
choose('docstring')
check(wait(function()
  return vim.api.nvim_buf_line_count(0) > 5
end), 'docstring inserted')
check(line(5):match('^    """%u') ~= nil, 'docstring in its place: ' .. line(5))
check(vim.fn.search('return width \\* height', 'nw') > 5, 'body kept')

-- An inline completion, and the same from the menu.
client = edit('.py', 'python', { 'def area(width, height):', "    s = '😀'; return width" })
local column = vim.str_utfindex(line(2), encoding)
local answer = client:request_sync('textDocument/inlineCompletion', {
  textDocument = vim.lsp.util.make_text_document_params(0),
  position = { line = 1, character = column },
  context = { triggerKind = 1 },
}, 60000, vim.api.nvim_get_current_buf())
local item = answer and answer.result and answer.result.items[1]
check(item ~= nil and item.insertText ~= '', 'inline completion ' .. vim.inspect(item and item.insertText))
check(item.range.start.character == column, 'inline completion at the cursor')
if not client:supports_method('textDocument/completion') then
  check(client.capabilities.textDocument.inlineCompletion ~= nil, 'no menu beside ghost text')
else
  vim.api.nvim_win_set_cursor(0, { 2, #line(2) })
  vim.cmd('startinsert!')
  local items
  vim.lsp.buf_request_all(0, 'textDocument/completion', vim.lsp.util.make_position_params(0, encoding), function(results)
    items = results[client.id].result.items
  end)
  check(wait(function()
    return items ~= nil
  end), 'menu answered')
end

client:stop()
check(wait(function()
  return client:is_stopped()
end), 'server stopped')
io.stdout:write('done\n')
os.exit(0)
