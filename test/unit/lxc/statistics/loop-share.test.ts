import { LoopShare } from '../../../../lib/lxc/statistics/loop-share.js';

function work(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end) continue;
}

test('what is small is done at once', () => {
  expect(new LoopShare().admit()).toBeUndefined();
});

test('after half a millisecond the rest waits for later turns, in order, and others get theirs between', async () => {
  const share = new LoopShare();
  const log: string[] = [];
  const piece = async (name: string): Promise<void> => {
    const turn = share.admit();
    if (turn) await turn;
    work(1);
    log.push(name);
  };
  const pieces = ['1', '2', '3'].map(piece);
  expect(log).toEqual(['1']);
  setImmediate(() => log.push('other'));
  await Promise.all(pieces);
  expect(log).toEqual(['1', '2', 'other', '3']);
});

test('who comes later waits behind those who wait', async () => {
  const share = new LoopShare();
  expect(share.admit()).toBeUndefined();
  work(1);
  const log: number[] = [];
  const first = share.admit()?.then(() => log.push(1));
  const second = share.admit()?.then(() => log.push(2));
  await Promise.all([first, second]);
  expect(log).toEqual([1, 2]);
});
