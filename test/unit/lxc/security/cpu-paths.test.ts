import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { maskedCpuPaths } from '../../../../lib/lxc/security/cpu-paths.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'virtainer-cpus-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function cpus(...names: string[]): void {
  for (const name of names) mkdirSync(join(folder, name), { recursive: true });
}

test('every CPU of a host that shows how hot it is has it masked', () => {
  cpus('cpu0/thermal_throttle', 'cpu1/thermal_throttle', 'cpufreq', 'cpuidle', 'cpu10/thermal_throttle');
  expect([...maskedCpuPaths({}, folder)].sort()).toEqual(
    ['cpu0', 'cpu1', 'cpu10'].map((cpu) => join(folder, cpu, 'thermal_throttle')),
  );
});

test('nothing is masked where there is nothing to see, or where the definition names all that is', () => {
  cpus('cpu0', 'cpu1');
  expect(maskedCpuPaths({}, folder)).toEqual([]);
  cpus('cpu0/thermal_throttle');
  expect(maskedCpuPaths({ extensions: { maskedPaths: { defaults: false } } }, folder)).toEqual([]);
});
