// Preloaded by child.ts: runs the sources as they are, so that no build has to be up to date.
const { createHash } = require('node:crypto');
const { existsSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');

const cache = process.env.VIRTAINER_TEST_CACHE;
delete process.env.VIRTAINER_TEST_CACHE;

const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, parent, ...rest) {
  const isOurs = request.startsWith('.') && parent?.filename?.endsWith('.ts');
  return resolve.call(this, isOurs ? request.replace(/\.js$/, '.ts') : request, parent, ...rest);
};

Module._extensions['.ts'] = (module, filename) => {
  module._compile(compile(readFileSync(filename, 'utf8')), filename);
};

function compile(source) {
  const path = join(cache, `${createHash('sha256').update(source).digest('hex')}.js`);
  if (existsSync(path)) return readFileSync(path, 'utf8');
  const { ModuleKind, ScriptTarget, transpileModule } = require('typescript');
  const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true };
  const { outputText } = transpileModule(source, { compilerOptions });
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, outputText);
  renameSync(unfinished, path);
  return outputText;
}
