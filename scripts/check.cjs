// Everything that CI checks, in CI's order. The last line counts the tests, from jest's own report.
const { spawnSync } = require('node:child_process');
const { existsSync, readFileSync, rmSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');
const report = join(root, '.jest-report.json');
rmSync(report, { force: true });

const failed = [];
function step(name, ...npmArguments) {
  console.log(`\n== ${name}`);
  const { status } = spawnSync('npm', ['run', '--silent', ...npmArguments], { cwd: root, stdio: 'inherit' });
  if (status !== 0) failed.push(name);
}

step('build', 'build');
step('lint', 'lint');
step('types', 'typecheck');
step('docs', 'docs');
step('package', 'check:pkg');
step('test', 'test', '--', '--ci', '--forceExit', '--json', `--outputFile=${report}`, '--silent=false');

if (failed.length > 0) console.log(`\nfailed: ${failed.join(', ')}`);
const counts = existsSync(report)
  ? JSON.parse(readFileSync(report, 'utf8'))
  : { numPassedTests: 0, numFailedTests: 0 };
const suites = counts.numRuntimeErrorTestSuites ?? 0;
console.log(`tests: ${counts.numPassedTests} passed, ${counts.numFailedTests + suites} failed`);
process.exitCode = failed.length > 0 || counts.numPassedTests === 0 ? 1 : 0;
