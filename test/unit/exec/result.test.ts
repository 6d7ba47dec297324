/** How a command came out, in one word and in a sentence. */
import type { CommandExit } from '../../../lib/driver.js';
import { EXEC_VERDICTS, makeOutcome, type EarlyEnd, type ExecVerdict } from '../../../lib/exec/result.js';

const outcome = (exit: Partial<CommandExit>, early?: EarlyEnd) =>
  makeOutcome(
    'web',
    { argv: ['hog'], exitCode: null, signal: null, stdout: '', stderr: '', durationMs: 1, ...exit },
    early,
  );

const CASES: readonly [ExecVerdict, Partial<CommandExit>, EarlyEnd | undefined][] = [
  ['ok', { exitCode: 0 }, undefined],
  ['nonzero', { exitCode: 137 }, undefined],
  ['signal', { signal: 'SIGKILL' }, undefined],
  ['memory-limit', { signal: 'SIGKILL', isMemoryLimit: true }, undefined],
  ['timeout', { signal: 'SIGTERM' }, { kind: 'timeout', timeoutMs: 1 }],
  ['timeout', { signal: 'SIGKILL', isMemoryLimit: true }, { kind: 'timeout', timeoutMs: 1 }],
  ['output-limit', { signal: 'SIGTERM' }, { kind: 'maxBuffer', maxBuffer: 1 }],
  ['aborted', { signal: 'SIGTERM' }, { kind: 'abort', reason: 'why' }],
  ['aborted', { signal: 'SIGTERM' }, { kind: 'input', reason: 'why' }],
];

test.each(CASES)('%s', (verdict, exit, early) => {
  const { result } = outcome(exit, early);
  expect(result.verdict).toBe(verdict);
  expect(result.isMemoryLimit).toBe(exit.isMemoryLimit === true);
  expect(result.failed).toBe(verdict !== 'ok');
});

test('every verdict is the outcome of something', () => {
  expect([...new Set(CASES.map(([verdict]) => verdict))].sort()).toEqual([...EXEC_VERDICTS].sort());
});

test('the error says that it was the memory limit, and has the result', () => {
  const { error, fatal } = outcome({ signal: 'SIGKILL', isMemoryLimit: true });
  expect(fatal).toBe(false);
  expect(error).toMatchObject({
    code: 'OPERATION_FAILED',
    message: "command 'hog' in domain 'web' was killed: the container has reached its memory limit",
    result: { isMemoryLimit: true, verdict: 'memory-limit', signal: 'SIGKILL' },
  });
});
