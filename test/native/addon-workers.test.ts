/** The addon in worker threads, and the loading of it. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { native } from '../../lib/lxc/native';

const addonPath = require.resolve('../../build/Release/virtainer.node');
const folder = mkdtempSync(join(tmpdir(), 'virtainer-workers-'));
const file = join(folder, 'lock');

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const PENDING = `
  const { workerData, parentPort } = require('node:worker_threads');
  const { openSync, readFileSync } = require('node:fs');
  const addon = require(workerData.addon);
  addon.lock(openSync(workerData.file, 'a'), Infinity);
  addon.lock(openSync(workerData.file, 'a'), 1e6);
  addon.pidfdWait(addon.pidfdOpen(process.pid), Infinity);
  const shell = addon.memfd('sh', readFileSync('/bin/sh'), { executable: true });
  for (let i = 0; i < 8; i++) addon.spawnDetached(shell, ['sh', '-c', 'read line'], [workerData.pipe, 2, 2]);
  parentPort.postMessage('pending');`;

async function pendingWorker(pipe: number): Promise<Worker> {
  const worker = new Worker(PENDING, { eval: true, workerData: { addon: addonPath, file, pipe } });
  await once(worker, 'message');
  return worker;
}

test('several workers load the addon and use it at once', async () => {
  const script = `
    const { workerData, parentPort } = require('node:worker_threads');
    const addon = require(workerData);
    const { openSync, closeSync } = require('node:fs');
    (async () => {
      const [one, other] = addon.socketpair();
      const ended = await addon.pidfdWait(addon.pidfdOpen(process.pid), 1);
      parentPort.postMessage([typeof one, other !== one, ended]);
    })();`;
  const workers = Array.from({ length: 8 }, () => new Worker(script, { eval: true, workerData: addonPath }));
  const exits = workers.map((worker) => once(worker, 'exit'));
  const messages = await Promise.all(workers.map((worker) => once(worker, 'message')));
  expect(messages).toEqual(workers.map(() => [['number', true, false]]));
  expect(await Promise.all(exits)).toEqual(workers.map(() => [0]));
});

test('a worker is terminated while everything it began is pending, and the locks are given back', async () => {
  const addon = native();
  const fd = openSync(file, 'a');
  expect(addon.tryLock(fd)).toBe(true);
  for (let round = 0; round < 5; round++) {
    const [from, to] = addon.pipe();
    const workers = await Promise.all([pendingWorker(from), pendingWorker(from)]);
    const ended = workers.map((worker) => worker.terminate());
    // A spawn under way holds the worker's end up until its program has ended.
    closeSync(to);
    await Promise.all(ended);
    closeSync(from);
  }
  addon.unlock(fd);
  const again = openSync(file, 'a');
  expect(await addon.lock(again, Infinity)).toBe(true);
  closeSync(again);
  closeSync(fd);
});

test('the code stays loaded when the only worker with it has ended under a waiting thread', () => {
  const script = `
    const { Worker } = require('node:worker_threads');
    const { spawn } = require('node:child_process');
    const [addon, file] = process.argv.slice(1);
    const code = "const { workerData: [addon, file], parentPort } = require('node:worker_threads');" +
      "require(addon).lock(require('node:fs').openSync(file, 'a'), Infinity); parentPort.postMessage(1);";
    const holder = spawn('flock', [file, '-c', 'echo held; read line'], { stdio: ['pipe', 'pipe', 'inherit'] });
    holder.on('error', () => process.exit(0));
    holder.stdout.once('data', () => {
      const worker = new Worker(code, { eval: true, workerData: [addon, file] });
      worker.once('message', async () => {
        await worker.terminate();
        holder.stdin.end('go\\n');
        holder.once('exit', () => {
          spawn('flock', [file, 'true'], { stdio: 'inherit' }).once('exit', (status) => process.exit(status));
        });
      });
    });`;
  const child = spawnSync(process.execPath, ['-e', script, addonPath, file], { encoding: 'utf8' });
  expect({ status: child.status, signal: child.signal, stderr: child.stderr }).toEqual({
    status: 0,
    signal: null,
    stderr: '',
  });
});

test('terminated workers leave no descriptor of the addon behind', async () => {
  const script = `
    const { workerData, parentPort } = require('node:worker_threads');
    const addon = require(workerData);
    const pidfd = addon.pidfdOpen(process.pid);
    addon.pidfdWait(pidfd, Infinity);
    require('node:fs').closeSync(pidfd);
    parentPort.postMessage('pending');`;
  const pidfds = (): number =>
    readdirSync('/proc/self/fd').filter((fd) => linkTarget(fd).includes('pidfd')).length;
  const before = pidfds();
  for (let round = 0; round < 10; round++) {
    const worker = new Worker(script, { eval: true, workerData: addonPath, trackUnmanagedFds: false });
    await once(worker, 'message');
    await worker.terminate();
  }
  expect(pidfds()).toBe(before);
});

/** The listing has the descriptor of the listing itself, closed by now. */
function linkTarget(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}
