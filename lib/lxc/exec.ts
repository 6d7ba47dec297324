/** Running a command inside a container. */
import { closeSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { ExecHandle, ExecRequest } from '../driver.js';
import { VirtError } from '../errors.js';
import { requireActive, type ActiveDomain } from './active.js';
import { isFrozen } from './cgroup/freezer.js';
import { layoutCgroups } from './cgroup/layout.js';
import type { Context } from './context.js';
import { launch, type Handshake } from './handshake.js';
import { native } from './native.js';
import { buildEnterPlan } from './plan/enter-plan.js';
import { openProcess } from './process.js';
import { signalNumber } from '../signals.js';

export async function execInContainer(
  context: Context,
  uuid: string,
  request: ExecRequest,
): Promise<ExecHandle> {
  const active = await requireActive(context, uuid);
  if (await isFrozen(active.record.cgroups.groups)) {
    throw new VirtError('OPERATION_INVALID', 'domain is paused', { hint: 'resume it first' });
  }
  const init = openProcess(active.init);
  if (init === undefined) throw new VirtError('OPERATION_INVALID', 'domain is not running');
  const stdio = openStdio(request);
  try {
    const plan = buildEnterPlan(active.record.definition, request, enterFacts(context, active));
    const doing = `cannot execute '${request.argv[0]}' in domain '${active.record.definition.name}'`;
    const handshake = await launch(plan, doing, { stdio: stdio.theirs, extra: [init] });
    // The command's ends are the command's now: ours would keep its pipes open after its end.
    stdio.closeTheirs();
    return await started(handshake, stdio);
  } catch (cause) {
    stdio.closeOurs();
    throw cause;
  } finally {
    stdio.closeTheirs();
    closeSync(init);
  }
}

function enterFacts(context: Context, active: ActiveDomain) {
  const { supervisors } = layoutCgroups(context.hierarchies, { name: '', run: '' });
  return { groups: active.record.cgroups.groups, supervisors };
}

async function started(handshake: Handshake, stdio: Stdio): Promise<ExecHandle> {
  const { exited } = handshake;
  const { process } = await handshake.running;
  const close = (): void => {
    handshake.close();
  };
  exited.then(close, close);
  return {
    pid: process.pid,
    ...stdio.streams(),
    exit: exited,
    kill: (signal) => {
      handshake.send('signal', signalNumber(signal));
    },
    resize: (rows, cols) => {
      handshake.send('resize', rows, cols);
    },
  };
}

interface Stdio {
  /** What becomes descriptors 0, 1 and 2. */
  readonly theirs: readonly [number, number, number];
  streams(): Pick<ExecHandle, 'stdin' | 'stdout' | 'stderr'>;
  closeTheirs(): void;
  closeOurs(): void;
}

function openStdio(request: ExecRequest): Stdio {
  return request.tty ? openTerminal() : openPipes(request.stdin);
}

function openTerminal(): Stdio {
  const [ours, theirs] = native().socketpair();
  const nothing = openSync('/dev/null', 'r+');
  let socket: Socket | undefined;
  return {
    theirs: [theirs, nothing, nothing],
    streams: () => {
      socket = new Socket({ fd: ours, readable: true, writable: true, allowHalfOpen: true });
      return { stdin: socket, stdout: socket, stderr: null };
    },
    closeTheirs: once(() => {
      closeAll([theirs, nothing]);
    }),
    closeOurs: () => {
      if (socket) socket.destroy();
      else closeAll([ours]);
    },
  };
}

function openPipes(withStdin: boolean): Stdio {
  const api = native();
  const [stdin, ourStdin] = withStdin ? api.pipe() : [openSync('/dev/null', 'r'), undefined];
  const [ourStdout, stdout] = api.pipe();
  const [ourStderr, stderr] = api.pipe();
  const ours = [ourStdout, ourStderr, ...(ourStdin === undefined ? [] : [ourStdin])];
  let opened: (Readable | Writable)[] | undefined;
  return {
    theirs: [stdin, stdout, stderr],
    streams: () => {
      const streams = {
        stdin: ourStdin === undefined ? null : new Socket({ fd: ourStdin, readable: false, writable: true }),
        stdout: new Socket({ fd: ourStdout, readable: true, writable: false }),
        stderr: new Socket({ fd: ourStderr, readable: true, writable: false }),
      };
      opened = Object.values(streams).filter((stream) => stream !== null);
      return streams;
    },
    closeTheirs: once(() => {
      closeAll([stdin, stdout, stderr]);
    }),
    closeOurs: () => {
      if (opened) for (const stream of opened) stream.destroy();
      else closeAll(ours);
    },
  };
}

function closeAll(fds: readonly number[]): void {
  for (const fd of fds) closeSync(fd);
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}
