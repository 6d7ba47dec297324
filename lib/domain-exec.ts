/** Commands in a domain: text or bytes, as the caller wants them. */
import { ExecProcess } from './exec-process.js';
import type { ExecOptions } from './exec/options.js';
import type { Session } from './session.js';

interface Target {
  readonly name: string;
  readonly uuid: string;
}

export function startExec(
  session: Session,
  domain: Target,
  argv: readonly string[],
  options: ExecOptions,
): ExecProcess | ExecProcess<Uint8Array> {
  return options.encoding === 'buffer'
    ? start(session, domain, argv, options, (bytes): Uint8Array => bytes)
    : start(session, domain, argv, options, (bytes) => bytes.toString('utf8'));
}

function start<Output extends string | Uint8Array>(
  session: Session,
  { name, uuid }: Target,
  argv: readonly string[],
  options: ExecOptions,
  decode: (bytes: Buffer) => Output,
): ExecProcess<Output> {
  const process = new ExecProcess<Output>({
    domainName: name,
    argv: [...argv],
    options,
    decode,
    launch: async (request) => (await session.changing('exec')).exec(uuid, request),
    onEnd: (ended) => {
      session.release(ended);
    },
  });
  session.adopt(process);
  return process;
}
