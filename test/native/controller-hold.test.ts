import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import {
  CONTROLLER,
  describeController,
  encodePlan,
  eventually,
  MessageStream,
  type Step,
} from './controller-harness.js';

/** Starts a holder; what is left of it ends with the socket. */
function hold(...steps: Step[]): MessageStream {
  const folder = mkdtempSync(join(tmpdir(), 'virtainer-hold-'));
  const plan = join(folder, 'plan');
  writeFileSync(plan, encodePlan(steps));
  const fd = openSync(plan, 'r');
  const child = spawn(CONTROLLER, ['hold'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', fd] });
  closeSync(fd);
  rmSync(folder, { recursive: true });
  return new MessageStream(child.stdio[3] as Duplex);
}

const stat = (pid: string): string[] => {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
};

async function untilGone(pid: string): Promise<void> {
  for (;;) {
    try {
      if (stat(pid)[0] === 'Z') return;
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

describeController('controller hold', () => {
  it('tells who it is, waits out of our process tree, and ends when nobody holds its socket', async () => {
    const handshake = hold();
    const { text } = await handshake.next('running', 'failed');
    expect(handshake.names()).toEqual(['hello', 'planRead', 'running']);
    const [, pid = '', startTime, samePid, sameStart] = text;
    expect([samePid, sameStart]).toEqual([pid, startTime]);
    const [, parent, , session] = stat(pid);
    expect(stat(pid)[19]).toBe(startTime);
    await eventually(() => stat(pid)[0] === 'S', 'the wait');
    expect([parent, session]).not.toContain(String(process.pid));
    handshake.send('query');
    handshake.socket.destroy();
    await untilGone(pid);
  });

  it('takes no steps: it is nobody’s container', async () => {
    const handshake = hold(['hostname', 'inside']);
    const { text } = await handshake.next('running', 'failed');
    expect(text.slice(0, 2)).toEqual(['planRead', '0']);
    await handshake.closed;
  });
});
