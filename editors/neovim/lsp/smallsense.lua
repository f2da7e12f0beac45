-- How Neovim (0.11 or newer) starts smallsense: put this folder on the runtimepath, then
--   vim.lsp.enable('smallsense')
-- Change anything with vim.lsp.config('smallsense', { ... }).

---@type vim.lsp.Config
return {
  cmd = { 'smallsense', 'serve' },
  filetypes = {
    'c',
    'cpp',
    'gitcommit',
    'go',
    'java',
    'javascript',
    'javascriptreact',
    'markdown',
    'python',
    'rst',
    'rust',
    'text',
    'typescript',
    'typescriptreact',
  },
  root_markers = { '.git' },
  settings = {
    smallsense = {
      -- sensitivity = 'quiet', -- or 'balanced' (the default), or 'eager'
      -- skills = { docstring = { enabled = false } },
    },
  },
}
