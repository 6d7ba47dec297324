/** Whether a compiled program does what was decided. Who compiled it, or where it was kept, is not trusted. */
import { setImmediate } from 'node:timers/promises';
import { VirtError } from '../../../errors.js';
import { BadProgram, decodeProgram, runProgram, seccompData, type Instruction } from './bpf.js';
import { argumentCases, numberCases } from './cases.js';
import { verdicts, type SeccompRules, type SystemCall } from './rules.js';

/** Some tenths of a millisecond: the event loop has other things to do. */
const CASES_PER_TURN = 250;

/**
 * Runs a program over thousands of calls and compares every verdict with the rules.
 *
 * @param options - `quick`: all numbers, but not all arguments; for what has been verified wholly before
 * @throws VirtError INTERNAL_ERROR for a program that differs, is malformed or too long for the kernel
 */
export async function verifyProgram(
  filter: SeccompRules,
  bytes: Buffer,
  options: { readonly quick?: boolean } = {},
): Promise<void> {
  const program = decode(bytes);
  const decide = verdicts(filter);
  let count = 0;
  for (const call of cases(filter, options.quick === true)) {
    compare(program, call, decide(call));
    if (++count % CASES_PER_TURN === 0) await setImmediate();
  }
}

function* cases(filter: SeccompRules, quick: boolean): Generator<SystemCall> {
  yield* numberCases(filter);
  if (!quick) yield* argumentCases(filter);
}

function decode(bytes: Buffer): readonly Instruction[] {
  try {
    return decodeProgram(bytes);
  } catch (cause) {
    if (!(cause instanceof BadProgram)) throw cause;
    throw refusal(cause.message, cause);
  }
}

function compare(program: readonly Instruction[], call: SystemCall, decided: number): void {
  const verdict = runProgram(program, seccompData(call));
  if (verdict === decided) return;
  const args = call.args.map((value) => `0x${value.toString(16)}`).join(', ');
  const where = `system call ${call.number} of architecture 0x${call.audit.toString(16)} with (${args})`;
  throw refusal(`${where}: 0x${verdict.toString(16)} instead of 0x${decided.toString(16)}`);
}

function refusal(what: string, cause?: unknown): VirtError {
  return new VirtError('INTERNAL_ERROR', `the compiled seccomp filter is not what was asked for: ${what}`, {
    domain: 'SECURITY',
    hint: 'this is an error of libseccomp or of virtainer; another version of libseccomp may help',
    cause,
  });
}
