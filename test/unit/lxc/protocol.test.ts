import { MessageReader, encodeMessage, tokenNumber, tokenText } from '../../../lib/lxc/protocol/messages.js';
import { Plan } from '../../../lib/lxc/plan/steps.js';
import { decodeTokens } from '../../../lib/lxc/protocol/tokens.js';

test('messages come out of a stream as they went in, however it is cut', () => {
  const sent = Buffer.concat([
    encodeMessage('hello', 1),
    encodeMessage('consoleOutput', Buffer.from([0, 255, 10])),
    encodeMessage('query'),
  ]);
  for (let size = 1; size <= sent.length; size++) {
    const reader = new MessageReader();
    const got = [];
    for (let at = 0; at < sent.length; at += size) got.push(...reader.push(sent.subarray(at, at + size)));
    expect(got.map(({ name }) => name)).toEqual(['hello', 'consoleOutput', 'query']);
    expect(got[1]?.tokens[0]).toEqual(Buffer.from([0, 255, 10]));
  }
});

test('a message number of a later version is skipped', () => {
  const unknown = encodeMessage('query');
  unknown.writeUInt16LE(999, 4);
  expect(new MessageReader().push(Buffer.concat([unknown, encodeMessage('hello', 1)]))).toHaveLength(1);
});

test('lengths that can not be are refused', () => {
  const long = encodeMessage('hello', 1);
  long.writeUInt32LE(0xffffffff, 0);
  expect(() => new MessageReader().push(long)).toThrow('bytes');
  const short = encodeMessage('hello', 1);
  short.writeUInt32LE(0x7fffffff, 6);
  expect(() => new MessageReader().push(short)).toThrow('token lengths');
});

test('missing tokens are empty text and no number', () => {
  const [message] = new MessageReader().push(encodeMessage('running', 'x'));
  expect(message && [tokenText(message, 5), tokenNumber(message, 0)]).toEqual(['', Number.NaN]);
});

test('a plan is its magic and its steps as tokens', () => {
  const bytes = new Plan('run').add('origin', 'symlink', 'a', '/b').encode();
  expect(bytes.subarray(0, 8).toString()).toBe('VTPLAN1\n');
  expect(bytes.readUInt32LE(8)).toBe(3);
  expect(decodeTokens(bytes.subarray(12))?.map(String)).toEqual(['symlink', 'a', '/b']);
});
