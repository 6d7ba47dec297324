/** Which files tell of limits, on every layout of groups. */
import { limitWatches, oomCounter } from '../../../../lib/lxc/events/limit-watches.js';
import type { Group } from '../../../../lib/lxc/cgroup/layout.js';

const V1: readonly Group[] = ['memory', 'pids', 'freezer'].map((name) => ({
  version: 1,
  controllers: [name],
  directory: `/cg/${name}/web`,
}));
const EMPTY_V2: Group = { version: 2, controllers: [], directory: '/cg/unified/web' };
const V2: Group = { version: 2, controllers: ['cpu', 'memory', 'pids'], directory: '/cg/web' };

const summary = (groups: readonly Group[]): string[] =>
  limitWatches(groups).map(({ kind, how, file, argument, key, limitFile }) =>
    [kind, how, file, argument, key, limitFile].join(' '),
  );

test('version 1 tells of want of memory by eventfds; so it does on a hybrid host', () => {
  const expected = [
    'oom eventfd /cg/memory/web/memory.oom_control  oom_kill /cg/memory/web/memory.limit_in_bytes',
    'memory eventfd /cg/memory/web/memory.pressure_level critical  /cg/memory/web/memory.limit_in_bytes',
    'pids modified /cg/pids/web/pids.events 5000 max /cg/pids/web/pids.max',
  ];
  expect(summary(V1)).toEqual(expected);
  expect(summary([...V1, EMPTY_V2])).toEqual(expected);
});

test('version 2 tells by its files, and by pressure', () => {
  expect(summary([V2])).toEqual([
    'oom modified /cg/web/memory.events  oom_kill /cg/web/memory.max',
    'memory psi /cg/web/memory.pressure some 300000 2000000  /cg/web/memory.max',
    'pids modified /cg/web/pids.events  max /cg/web/pids.max',
  ]);
});

test('a host without these controllers has nothing to watch', () => {
  expect(limitWatches([EMPTY_V2])).toEqual([]);
  expect(oomCounter([EMPTY_V2])).toBeUndefined();
});

test('commands look at the counter of the same group', () => {
  expect(oomCounter(V1)).toEqual({ file: '/cg/memory/web/memory.oom_control', key: 'oom_kill' });
  expect(oomCounter([V2])).toEqual({ file: '/cg/web/memory.events', key: 'oom_kill' });
});

test('every watch has a bounded rate', () => {
  for (const { burst, intervalMs } of [...limitWatches(V1), ...limitWatches([V2])]) {
    expect(burst).toBeGreaterThan(0);
    expect(intervalMs).toBeGreaterThanOrEqual(30_000);
  }
});
