/** Records of the journal, also those of controllers of earlier and later versions. */
import { parseRecord, recordPrefix } from '../../../../lib/lxc/events/records.js';

const DOMAIN = { uuid: '39fcfe4c-a28b-4d9b-8b28-441e89f45c66', name: 'web "1"' };
const COMMON = { uuid: DOMAIN.uuid, domain: DOMAIN.name, sequence: 7, at: new Date(1000) };

const record = (type: 'lifecycle' | 'limit', rest: string) =>
  parseRecord(`${recordPrefix(type, DOMAIN)},${rest}}`.padEnd(1023) + '\n', 7);

test('a record of an earlier controller is read as before', () => {
  const text = '"event":"stopped","detail":"shutdown","at":1000,"exitCode":3';
  expect(record('lifecycle', text)).toEqual({
    type: 'lifecycle',
    ...COMMON,
    event: 'stopped',
    detail: 'shutdown',
    exit: { exitCode: 3, signal: null },
  });
  expect(record('lifecycle', '"event":"started","detail":"booted","at":1000')).toEqual({
    type: 'lifecycle',
    ...COMMON,
    event: 'started',
    detail: 'booted',
  });
});

test('an end for want of memory says who, the limit, and how many in all', () => {
  const oom = '"oom":{"count":3,"limit":67108864,"pid":12,"process":"java"}';
  expect(
    record('lifecycle', `"event":"stopped","detail":"crashed","at":1000,"signal":9,${oom}`),
  ).toMatchObject({
    detail: 'crashed',
    exit: { exitCode: null, signal: 'SIGKILL', oomKilled: true },
    oom: { kills: 3, limitKiB: 65536, process: { pid: 12, name: 'java' } },
  });
});

test('an OOM kill has its process, or the number of several', () => {
  expect(record('limit', '"event":"oom","at":1000,"count":1,"limit":4096,"pid":12,"process":"hog"')).toEqual({
    type: 'oom',
    ...COMMON,
    kills: 1,
    limitKiB: 4,
    process: { pid: 12, name: 'hog' },
  });
  expect(record('limit', '"event":"oom","at":1000,"count":20')).toEqual({
    type: 'oom',
    ...COMMON,
    kills: 20,
  });
});

test('no limit is none: neither that of version 1 for unlimited, nor an absent one', () => {
  expect(record('limit', '"event":"memory","at":1000,"count":2,"limit":9223372036854771712')).toEqual({
    type: 'limit',
    resource: 'memory',
    ...COMMON,
    hits: 2,
  });
});

test('the limit of processes is a number of them', () => {
  expect(record('limit', '"event":"pids","at":1000,"count":5,"limit":512')).toEqual({
    type: 'limit',
    resource: 'pids',
    ...COMMON,
    hits: 5,
    limit: 512,
  });
});

test.each([
  ['of a limit of a later version', '{"v":1,"type":"limit","uuid":"u","domain":"d","event":"disk","at":1}'],
  ['of a type of a later version', '{"v":1,"type":"health","uuid":"u","domain":"d","event":"oom","at":1}'],
  ['of a later format', '{"v":2,"type":"limit","uuid":"u","domain":"d","event":"oom","at":1,"count":1}'],
  ['without a time', '{"v":1,"type":"limit","uuid":"u","domain":"d","event":"oom","count":1}'],
  ['that is no object', 'null'],
  ['that is damaged', '{"v":1,"type":"li'],
])('a record %s is left out', (_, text) => {
  expect(parseRecord(text, 1)).toBeUndefined();
});
