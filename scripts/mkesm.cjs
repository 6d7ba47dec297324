// Writes the ESM face of the CommonJS build: one class identity for `import` and `require`.
const { writeFileSync, chmodSync } = require('node:fs');
const { join } = require('node:path');

const dist = join(__dirname, '..', 'dist');
const names = Object.keys(require(join(dist, 'index.js'))).sort();
const lines = ["import cjs from './index.js';", ...names.map((n) => `export const ${n} = cjs.${n};`)];
writeFileSync(join(dist, 'index.mjs'), lines.join('\n') + '\n');
writeFileSync(join(dist, 'index.d.mts'), "export * from './index.js';\n");
chmodSync(join(dist, 'cli', 'main.js'), 0o755);
