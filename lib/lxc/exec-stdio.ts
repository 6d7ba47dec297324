/** The three descriptors of a command, and our ends of them. */
import { closeSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { ExecHandle, ExecRequest } from '../driver.js';
import { systemError } from '../errors.js';
import { native } from './native.js';

export interface Stdio {
  /** What becomes descriptors 0, 1 and 2. */
  readonly theirs: readonly [number, number, number];
  streams(): Pick<ExecHandle, 'stdin' | 'stdout' | 'stderr'>;
  closeTheirs(): void;
  closeOurs(): void;
}

export function openStdio(request: ExecRequest): Stdio {
  const made: number[] = [];
  try {
    return request.tty ? openTerminal(made) : openPipes(made, request.stdin);
  } catch (cause) {
    closeAll(made);
    throw systemError('cannot make the pipes of a command', cause);
  }
}

/** One stream for both directions, which the command's controller connects with the terminal. */
function openTerminal(made: number[]): Stdio {
  const nothing = note(made, openSync('/dev/null', 'r+'));
  const [ours, theirs] = native().socketpair();
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

function openPipes(made: number[], withStdin: boolean): Stdio {
  const pipe = (): [read: number, write: number] => {
    const [read, write] = native().pipe();
    made.push(read, write);
    return [read, write];
  };
  const [stdin, ourStdin] = withStdin ? pipe() : [emptyPipe(made), undefined];
  const [ourStdout, stdout] = pipe();
  const [ourStderr, stderr] = pipe();
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
      else closeAll([ourStdout, ourStderr, ...(ourStdin === undefined ? [] : [ourStdin])]);
    },
  };
}

/** Not /dev/null: that is the host's, and root in the container could change its mode and owner. */
function emptyPipe(made: number[]): number {
  const [read, write] = native().pipe();
  closeSync(write);
  return note(made, read);
}

function note(made: number[], fd: number): number {
  made.push(fd);
  return fd;
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
