import type { DomainEvent } from 'virtainer';
import { EventStream } from '../../lib/event-stream.js';

function event(sequence: number): DomainEvent {
  return {
    type: 'lifecycle',
    domain: 'd',
    uuid: 'u',
    event: 'started',
    detail: 'booted',
    sequence,
    at: new Date(0),
  };
}

async function read(stream: EventStream, count: number): Promise<(number | string)[]> {
  const seen: (number | string)[] = [];
  while (seen.length < count) {
    const { value } = await stream.next();
    seen.push(!value ? 'end' : value.type === 'overflow' ? `-${value.dropped}` : value.sequence);
  }
  return seen;
}

test('events beyond the buffer become one overflow event in their place', async () => {
  const stream = new EventStream(2, () => {});
  for (const sequence of [1, 2, 3, 4, 5]) stream.push(event(sequence));
  expect(await read(stream, 1)).toEqual([1]);
  stream.push(event(6));
  expect(await read(stream, 3)).toEqual([2, '-3', 6]);
});

test('an overflow is told also when nothing comes after it', async () => {
  const stream = new EventStream(1, () => {});
  stream.push(event(1));
  stream.push(event(2));
  stream.push({ type: 'overflow', dropped: 10 });
  expect(await read(stream, 2)).toEqual([1, '-11']);
});

test('several readers are served in order, before and after the end', async () => {
  const stream = new EventStream(5, () => {});
  const [first, second] = [stream.next(), stream.next()];
  stream.push(event(1));
  stream.end();
  expect(await first).toMatchObject({ value: { sequence: 1 } });
  expect(await second).toEqual({ done: true, value: undefined });
  expect(await read(stream, 1)).toEqual(['end']);
});

test('a failure comes once, after the events before it', async () => {
  const stream = new EventStream(5, () => {});
  stream.push(event(1));
  stream.end({ error: new Error('journal is gone') });
  expect(await read(stream, 1)).toEqual([1]);
  await expect(stream.next()).rejects.toThrow('journal is gone');
  expect(await read(stream, 1)).toEqual(['end']);
});

test('leaving the loop ends it, once', async () => {
  const ended = jest.fn();
  {
    await using stream = new EventStream(5, ended);
    stream.push(event(1));
    for await (const first of stream) {
      expect(first).toMatchObject({ sequence: 1 });
      break;
    }
    stream.push(event(2));
    expect(await read(stream, 1)).toEqual(['end']);
  }
  expect(ended).toHaveBeenCalledTimes(1);
});
