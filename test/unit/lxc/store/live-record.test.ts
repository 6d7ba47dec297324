import { LIVE_FORMAT, parseLiveRecord } from '../../../../lib/lxc/store/live-record.js';

const first = {
  format: 1,
  bootId: 'b',
  definition: { name: 'old', features: { capabilities: { policy: 'deny', states: { chown: 'on' } } } },
  cgroups: { groups: [], partitions: [] },
};

test('a record of format 1 says what its container was held to: the host’s users, no filter', () => {
  const record = parseLiveRecord(JSON.stringify(first), 'uuid');
  expect(record).toMatchObject({ ...first, format: LIVE_FORMAT });
  expect(record?.ids).toBeUndefined();
  expect(record?.security).toMatchObject({
    userNamespace: false,
    capabilities: ['chown'],
    noNewPrivs: false,
    pids: 'unlimited',
  });
  expect(record?.security.seccomp).toBeUndefined();
});

test('a record of format 2 says the controllers of version 2 that it had', () => {
  const groups = [
    { version: 1, controllers: ['memory'], directory: '/v1' },
    { version: 1, controllers: ['blkio'], directory: '/v1b' },
    { version: 2, controllers: [], directory: '/v2' },
  ];
  const second = { ...first, format: 2, security: { kind: 'booted' }, cgroups: { groups, partitions: [] } };
  expect(parseLiveRecord(JSON.stringify(second), 'uuid')).toMatchObject({
    format: LIVE_FORMAT,
    security: { kind: 'booted' },
    cgroups: {
      groups: [groups[0], groups[1], { ...groups[2], controllers: ['cpuset', 'cpu', 'pids'] }],
      partitions: [],
    },
  });
});

test('a record of this format is taken as it is, a torn one is none', () => {
  const record = { ...first, format: LIVE_FORMAT, security: { kind: 'booted' } };
  expect(parseLiveRecord(JSON.stringify(record), 'uuid')).toEqual(record);
  expect(parseLiveRecord(JSON.stringify(record).slice(0, -9), 'uuid')).toBeUndefined();
});

test('a record of a later version is refused with a hint', () => {
  const error = ((): unknown => {
    try {
      return parseLiveRecord('{"format":4}', 'uuid');
    } catch (cause) {
      return cause;
    }
  })();
  expect(error).toMatchObject({
    code: 'OPERATION_UNSUPPORTED',
    hint: expect.stringContaining('later version') as unknown,
  });
});
