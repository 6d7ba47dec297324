// Puts the native part, as it is built for this Node and machine, where a published package has it. `--clean` removes it.
const { copyFileSync, mkdirSync, rmSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');
const prebuilds = join(root, 'prebuilds');
rmSync(prebuilds, { recursive: true, force: true });
if (!process.argv.includes('--clean')) {
  const libc = process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl';
  const folder = join(prebuilds, `linux-${process.arch}`);
  const built = (name) => join(root, 'build', 'Release', name);
  mkdirSync(folder, { recursive: true });
  copyFileSync(
    built('virtainer.node'),
    join(folder, `virtainer.abi${process.versions.modules}.${libc}.node`),
  );
  copyFileSync(built('virtainer-controller'), join(folder, 'virtainer-controller'));
}
