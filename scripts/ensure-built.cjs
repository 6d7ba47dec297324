// Installs and builds what is missing or older than its sources, so that one command works in a fresh clone.
const { execFileSync } = require('node:child_process');
const { existsSync, readdirSync, statSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');
const npm = (...args) => execFileSync('npm', args, { cwd: root, stdio: 'inherit' });

function newest(path) {
  const stats = statSync(join(root, path));
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(0, ...readdirSync(join(root, path)).map((entry) => newest(join(path, entry))));
}

function isStale(outputs, sources) {
  if (!outputs.every((output) => existsSync(join(root, output)))) return true;
  const oldest = Math.min(...outputs.map((output) => statSync(join(root, output)).mtimeMs));
  return sources.some((source) => newest(source) > oldest);
}

// A new installation comes back here by its prepare script, when node_modules is there.
if (!existsSync(join(root, 'node_modules', 'typescript'))) npm('ci');
if (isStale(['build/Release/virtainer.node', 'build/Release/virtainer-controller'], ['cpp', 'binding.gyp'])) {
  npm('run', 'build:native');
}
if (isStale(['dist/index.mjs', 'dist-examples/demo.js'], ['lib', 'examples', 'tsconfig.json'])) {
  npm('run', 'build:ts');
}
