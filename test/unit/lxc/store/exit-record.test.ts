/** `exit`: how a run ended, written by controllers of this version, earlier and later ones. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocations, embeddedLocations } from '../../../../lib/lxc/locations.js';
import { LiveStates } from '../../../../lib/lxc/store/live.js';

const UUID = '39fcfe4c-a28b-4d9b-8b28-441e89f45c66';
const folder = mkdtempSync(join(tmpdir(), 'virtainer-exit-'));
const where = embeddedLocations(folder);
createLocations(where);
mkdirSync(join(where.live, UUID));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test.each([
  ['1 shutdown exited 3 1700000000000', { reason: 'shutdown', exitCode: 3, signal: null }],
  ['1 destroyed signaled 9 1700000000000', { reason: 'destroyed', exitCode: null, signal: 'SIGKILL' }],
  ['1 failed unknown 0 1700000000000', { reason: 'failed', exitCode: null, signal: null }],
  [
    '1 crashed signaled 9 1700000000000 oom',
    { reason: 'crashed', exitCode: null, signal: 'SIGKILL', oomKilled: true },
  ],
  ['1 shutdown exited 0 1700000000000 something new', { reason: 'shutdown', exitCode: 0, signal: null }],
  ['1 eaten exited 0 1700000000000', { reason: 'failed', exitCode: 0, signal: null }],
  ['2 shutdown', undefined],
])('%s', async (text, expected) => {
  writeFileSync(join(where.live, UUID, 'exit'), `${text}\n`);
  expect(await new LiveStates(where).exit(UUID)).toEqual(expected);
});
