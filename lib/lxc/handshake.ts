/** Node's end of a starting controller: stages as they are reached, then `running` or a reason why not. */
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { getSystemErrorMap } from 'node:util';
import type { CommandExit } from '../driver.js';
import { VirtError, systemError } from '../errors.js';
import { controllerExecutable, native } from './native.js';
import type { Plan } from './plan/steps.js';
import type { ProcessIdentity } from './process.js';
import {
  MessageReader,
  PROTOCOL_VERSION,
  STAGES,
  encodeMessage,
  tokenNumber,
  tokenText,
  type Message,
  type MessageName,
  type Stage,
} from './protocol/messages.js';
import type { Token } from './protocol/tokens.js';
import { explainMountFailure } from './security/mount-failure.js';
import { parseExited } from './protocol/exited.js';

/** When each stage was reached: CLOCK_MONOTONIC, nanoseconds. */
export type StageTimes = Readonly<Partial<Record<Stage, bigint>>>;

export interface Running {
  readonly controller: ProcessIdentity;
  /** Init, or the command of an exec. */
  readonly process: ProcessIdentity;
  readonly times: StageTimes;
}

export class Handshake {
  readonly #socket: Socket;
  readonly #reader = new MessageReader();
  readonly #times: Partial<Record<Stage, bigint>> = {};
  /** Resolves when the process runs; rejects with what went wrong. */
  readonly running: Promise<Running>;
  /** How a command ended; rejects when its controller ends without saying so. */
  readonly exited: Promise<CommandExit>;
  #settle: { resolve(running: Running): void; reject(error: VirtError): void } | undefined;
  #exit: ((exit: CommandExit) => void) | undefined;

  constructor(
    fd: number,
    readonly plan: Plan,
    readonly doing: string,
  ) {
    this.#socket = new Socket({ fd, readable: true, writable: true });
    this.running = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    this.running.catch(() => undefined);
    // A short command has ended before anybody could ask: its status is kept from the beginning.
    this.exited = new Promise((resolve, reject) => {
      this.#exit = resolve;
      this.#socket.once('close', () => {
        this.#fail('hello', 'the controller ended without an answer');
        reject(new VirtError('INTERNAL_ERROR', `${doing}: the controller ended without an exit status`));
      });
    });
    this.exited.catch(() => undefined);
    this.#socket.on('data', (chunk: Buffer) => {
      this.#receive(chunk);
    });
    this.#socket.on('error', () => this.#socket.destroy());
  }

  send(name: MessageName, ...tokens: readonly Token[]): void {
    if (this.#socket.writable) this.#socket.write(encodeMessage(name, ...tokens));
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    try {
      for (const message of this.#reader.push(chunk)) this.#handle(message);
    } catch (cause) {
      this.#fail('hello', `the controller's answer is not understood: ${String(cause)}`);
      this.#socket.destroy();
    }
  }

  #handle(message: Message): void {
    if (message.name === 'hello') this.#checkVersion(tokenNumber(message, 0));
    else if (message.name === 'running') this.#run(message);
    else if (message.name === 'failed') this.#settleFailure(message);
    else if (message.name === 'exited') this.#exit?.(parseExited(message));
    else if (isStage(message.name)) this.#times[message.name] = BigInt(tokenText(message, 0));
  }

  #checkVersion(version: number): void {
    if (version === PROTOCOL_VERSION) return;
    this.#fail(
      'hello',
      `the controller speaks protocol version ${version}, this library ${PROTOCOL_VERSION}`,
    );
    this.#socket.destroy();
  }

  #run(message: Message): void {
    this.#times.running = BigInt(tokenText(message, 0));
    this.#settle?.resolve({
      controller: { pid: tokenNumber(message, 1), startTime: tokenText(message, 2) },
      process: { pid: tokenNumber(message, 3), startTime: tokenText(message, 4) },
      times: this.#times,
    });
    this.#settle = undefined;
  }

  #fail(stage: string, message: string): void {
    this.#settle?.reject(new VirtError('INTERNAL_ERROR', `${this.doing}: ${message}`, { stage }));
    this.#settle = undefined;
  }

  #settleFailure(message: Message): void {
    this.#settle?.reject(failure(this.doing, this.plan, message));
    this.#settle = undefined;
  }
}

/** Starts a controller on a plan. `descriptors` become 0, 1, 2 and those from 5 on; all stay the caller's. */
export async function launch(
  plan: Plan,
  doing: string,
  descriptors: { readonly stdio: readonly [number, number, number]; readonly extra: readonly number[] },
): Promise<Handshake> {
  const api = native();
  const [ours, theirs] = api.socketpair();
  const handshake = new Handshake(ours, plan, doing);
  let planFd: number | undefined;
  try {
    planFd = api.memfd('virtainer-plan', plan.encode(), { executable: false });
    const fds = [...descriptors.stdio, theirs, planFd, ...descriptors.extra];
    await api.spawnDetached(controllerExecutable(), ['virtainer-controller', plan.command], fds);
    return handshake;
  } catch (cause) {
    handshake.close();
    throw systemError(`${doing}: cannot start the controller`, cause);
  } finally {
    closeSync(theirs);
    if (planFd !== undefined) closeSync(planFd);
  }
}

function isStage(name: MessageName): name is Stage {
  return (STAGES as readonly string[]).includes(name);
}

/** Turns the controller's `failed` back into the words of the definition. */
function failure(doing: string, plan: Plan, message: Message): VirtError {
  const stage = tokenText(message, 0);
  const step = plan.steps[tokenNumber(message, 1)];
  const [errno, reason] = describeErrno(tokenNumber(message, 2));
  const syscall = tokenText(message, 3);
  const path = tokenText(message, 4);
  const details = { stage, errno, ...(syscall === '' ? {} : { syscall }), ...(path === '' ? {} : { path }) };
  const what = [syscall, path].filter((part) => part !== '').join(' ');
  const code = plan.command === 'run' ? 'INTERNAL_ERROR' : 'SYSTEM_ERROR';
  const origin = step ? `${step.origin}: ` : '';
  const mount = explainMountFailure(syscall, errno, path);
  if (mount) {
    const { why, hint } = mount;
    return new VirtError('CONFIG_UNSUPPORTED', `${doing}: ${origin}${why}`, { ...details, hint });
  }
  if (syscall === 'waitid' && errno === 'ENOMEM') {
    return new VirtError(code, `${doing}: its first process was killed: the memory limit is too small`, {
      ...details,
      hint: 'give it more <memory>',
    });
  }
  if (syscall === 'clone3' && errno === 'EAGAIN') {
    return new VirtError(code, `${doing}: ${what}: ${reason}`, {
      ...details,
      hint: 'the container has as many processes as its limit allows: see setPidsLimit()',
    });
  }
  switch (step?.name) {
    case 'rlimit':
      return new VirtError('CONFIG_UNSUPPORTED', `${doing}: ${origin}${what}: ${reason}`, {
        ...details,
        hint: 'above the hard limit of this process, it takes CAP_SYS_RESOURCE, and nofile is at most fs.nr_open',
      });
    case 'oom-score-adjust':
      return new VirtError('CONFIG_UNSUPPORTED', `${doing}: ${origin}${what}: ${reason}`, {
        ...details,
        hint: 'below the score of this process (/proc/self/oom_score_adj), it takes CAP_SYS_RESOURCE',
      });
    case 'executable': {
      const [text, hint] = executableFailure(path, errno, reason);
      return new VirtError(code, `${doing}: ${text}`, { ...details, hint });
    }
    case 'user':
    case 'group':
      return new VirtError(
        plan.command === 'run' ? code : 'INVALID_ARG',
        `${doing}: ${step.origin} doesn't exist`,
        {
          ...details,
          hint: 'names are looked up in /etc/passwd and /etc/group of the container',
        },
      );
    default:
      return new VirtError(code, `${doing}: ${origin}${what}: ${reason}`, details);
  }
}

function executableFailure(
  path: string,
  errno: string,
  reason: string,
): [text: string, hint: string | undefined] {
  if (errno !== 'ENOENT') return [`cannot execute '${path}': ${reason}`, undefined];
  return [
    `cannot find '${path}' relative to container root`,
    'the file, or the interpreter or loader it names, is missing inside the container',
  ];
}

function describeErrno(number: number): [string, string] {
  return getSystemErrorMap().get(-number) ?? [`E${number}`, `error ${number}`];
}
