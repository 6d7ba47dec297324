/** Events as `virtainer events` prints them. */
import { formatEvent } from '../../lib/cli/event-words.js';
import type { DomainEvent } from '../../lib/index.js';

const COMMON = { domain: 'web', uuid: 'u', sequence: 7, at: new Date(0) };
const HEAD = '7 1970-01-01T00:00:00.000Z web';
const OOM = { kills: 1, process: { pid: 12, name: 'java' }, limitKiB: 65536 };

const CASES: readonly [string, DomainEvent][] = [
  [`${HEAD} started booted`, { type: 'lifecycle', ...COMMON, event: 'started', detail: 'booted' }],
  [
    `${HEAD} stopped shutdown (exited with code 3)`,
    {
      type: 'lifecycle',
      ...COMMON,
      event: 'stopped',
      detail: 'shutdown',
      exit: { exitCode: 3, signal: null },
    },
  ],
  [
    `${HEAD} stopped crashed (killed by SIGKILL: out of memory; limit 65536 KiB)`,
    {
      type: 'lifecycle',
      ...COMMON,
      event: 'stopped',
      detail: 'crashed',
      exit: { exitCode: null, signal: 'SIGKILL', oomKilled: true },
      oom: OOM,
    },
  ],
  [`${HEAD} oom (killed java, process 12; limit 65536 KiB)`, { type: 'oom', ...COMMON, ...OOM }],
  [`${HEAD} oom (killed one process)`, { type: 'oom', ...COMMON, kills: 1 }],
  [`${HEAD} oom (killed 9 processes)`, { type: 'oom', ...COMMON, kills: 9 }],
  [
    `${HEAD} limit pids (once; limit 512)`,
    { type: 'limit', resource: 'pids', ...COMMON, hits: 1, limit: 512 },
  ],
  [`${HEAD} limit pids (2 times)`, { type: 'limit', resource: 'pids', ...COMMON, hits: 2 }],
  [
    `${HEAD} limit memory (2 times; limit 4 KiB)`,
    { type: 'limit', resource: 'memory', ...COMMON, hits: 2, limitKiB: 4 },
  ],
  ['(3 events left out)', { type: 'overflow', dropped: 3 }],
];

test.each(CASES)('%s', (text, event) => {
  expect(formatEvent(event)).toBe(text);
});
