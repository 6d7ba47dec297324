/** The protocol's tables stand in TypeScript and in C++ (and in docs/protocol.md: controller-tables.test.ts). */
import { execFileSync } from 'node:child_process';
import { MESSAGES } from '../../lib/lxc/protocol/messages.js';
import { controllerPath } from '../../lib/lxc/native.js';
import { STEPS } from '../../lib/lxc/plan/steps.js';

const lines = execFileSync(controllerPath(), ['tables'], { encoding: 'utf8' }).trim().split('\n');

test('the messages of the controller are those of the library', () => {
  const messages = Object.entries(MESSAGES).map(([name, number]) => `message ${name} ${number}`);
  expect(lines.filter((line) => line.startsWith('message ')).sort()).toEqual(messages.sort());
});

test('the steps of the controller are those of the library', () => {
  const steps = Object.entries(STEPS).map(([name, [min, max, who]]) => `step ${name} ${min} ${max} ${who}`);
  expect(lines.filter((line) => line.startsWith('step ')).sort()).toEqual(steps.sort());
});
