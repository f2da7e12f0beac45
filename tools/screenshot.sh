#!/usr/bin/env bash
# Takes the README's picture: a real Neovim in a terminal, with smallsense's findings in a file of examples/.
# Needs Xvfb, xterm and ImageMagick (Debian: apt install xvfb xterm imagemagick fonts-dejavu-core).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=${1:-docs/neovim.png}
file=${2:-examples/lending.py}
init=$(mktemp --suffix=.lua)
trap 'rm -f "$init"; kill $(jobs -p) 2>/dev/null' EXIT
cat > "$init" <<LUA
vim.opt.runtimepath:append('$PWD/editors/neovim')
vim.opt.swapfile, vim.opt.number, vim.opt.signcolumn, vim.opt.wrap = false, true, 'yes', false
vim.opt.termguicolors, vim.opt.background, vim.opt.laststatus = true, 'dark', 0
vim.diagnostic.config({ virtual_text = true, underline = true })
vim.lsp.config('smallsense', { cmd = { '$PWD/.venv/bin/smallsense', 'serve' } })
vim.lsp.enable('smallsense')
LUA
export DISPLAY=:${SCREEN:-97}
Xvfb "$DISPLAY" -screen 0 1180x640x24 >/dev/null 2>&1 &
sleep 2
xterm -fa 'DejaVu Sans Mono' -fs 11 -geometry 128x33+0+0 -bw 0 -b 8 -bg '#14161b' -fg '#e0e2ea' \
  -e .venv/bin/nvim --clean -u "$init" ${LINE:++$LINE} "$file" &
sleep "${WAIT:-25}"
import -window root -trim +repage "$target"
