/** sysvinit's control pipe inside a container. */
import { closeSync, constants, fstatSync, openSync, statSync, writeSync } from 'node:fs';
import { AT_FDCWD, native, O_PATH, RESOLVE } from './native.js';

const PIPES = ['/run/initctl', '/dev/initctl', '/etc/.initctl'];
const REQUEST_BYTES = 384;
const MAGIC = 0x03091969;
const CHANGE_RUNLEVEL = 1;

/** Asks for a runlevel; false when the container has no such pipe, or nobody reads it. */
export function requestRunlevel(initPid: number, runlevel: '0' | '6'): boolean {
  const api = native();
  const root = api.openat2(AT_FDCWD, `/proc/${initPid}/root`, O_PATH | constants.O_DIRECTORY, 0);
  try {
    return PIPES.some((pipe) => writeRequest(root, pipe, runlevel));
  } finally {
    closeSync(root);
  }
}

function writeRequest(root: number, pipe: string, runlevel: '0' | '6'): boolean {
  let place: number | undefined;
  let fd: number | undefined;
  try {
    // What is there is looked at before it is opened: the container may have put anything in its place.
    place = native().openat2(
      root,
      pipe,
      O_PATH | constants.O_NOFOLLOW,
      RESOLVE.IN_ROOT | RESOLVE.NO_MAGICLINKS,
    );
    const stats = fstatSync(place);
    if (!stats.isFIFO() || isHostPipe(pipe, stats)) return false;
    fd = openSync(`/proc/self/fd/${place}`, constants.O_WRONLY | constants.O_NONBLOCK);
    const request = Buffer.alloc(REQUEST_BYTES);
    request.writeInt32LE(MAGIC, 0);
    request.writeInt32LE(CHANGE_RUNLEVEL, 4);
    request.writeInt32LE(runlevel.charCodeAt(0), 8);
    return writeSync(fd, request) === REQUEST_BYTES;
  } catch {
    return false;
  } finally {
    if (fd !== undefined) closeSync(fd);
    if (place !== undefined) closeSync(place);
  }
}

/** A container that shows the host's /run must not shut the host down. */
function isHostPipe(pipe: string, stats: { readonly dev: number; readonly ino: number }): boolean {
  const host = statSync(pipe, { throwIfNoEntry: false });
  return host?.dev === stats.dev && host.ino === stats.ino;
}
