// Starts `smallsense serve` and leaves the rest to the language client.

const vscode = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

const LANGUAGES = [
  'c',
  'cpp',
  'git-commit',
  'go',
  'java',
  'javascript',
  'javascriptreact',
  'markdown',
  'plaintext',
  'python',
  'restructuredtext',
  'rust',
  'typescript',
  'typescriptreact',
];

/** @type {LanguageClient | undefined} */
let client;

async function activate() {
  const [command, ...args] = vscode.workspace.getConfiguration('smallsense').get('command');
  client = new LanguageClient(
    'smallsense',
    'smallsense',
    { command, args },
    { documentSelector: LANGUAGES.map((language) => ({ language })) },
  );
  try {
    await client.start();
  } catch (error) {
    vscode.window.showErrorMessage(
      `smallsense: cannot start \`${[command, ...args].join(' ')}\` (${error}). Is it installed, and the setting smallsense.command right?`,
    );
  }
}

function deactivate() {
  return client?.stop();
}

module.exports = { activate, deactivate };
