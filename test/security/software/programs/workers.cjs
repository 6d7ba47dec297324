// Worker threads, child processes, a server, timers and watching of Node.
const { execFileSync, fork } = require('node:child_process');
const { mkdtempSync, watch, writeFileSync } = require('node:fs');
const { createServer, get } = require('node:http');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');
const { gzipSync, gunzipSync } = require('node:zlib');

const THIS_FILE = join(__dirname, 'workers.cjs');

function inWorker(number) {
  return new Promise((resolve, reject) => {
    new Worker(THIS_FILE, { workerData: number }).once('message', resolve).once('error', reject);
  });
}

function inChild() {
  return new Promise((resolve, reject) => {
    fork(THIS_FILE, ['child']).once('message', resolve).once('error', reject);
  });
}

function served() {
  return new Promise((resolve, reject) => {
    const server = createServer((_request, response) => response.end('served')).listen(0, '127.0.0.1', () => {
      const request = get(`http://127.0.0.1:${server.address().port}/`, (response) => {
        response.on('data', (data) => {
          server.close();
          resolve(data.toString());
        });
      });
      request.on('error', reject);
    });
  });
}

function watched() {
  const folder = mkdtempSync(join(tmpdir(), 'node-'));
  return new Promise((resolve) => {
    const watcher = watch(folder, (_event, name) => {
      watcher.close();
      resolve(name);
    });
    writeFileSync(join(folder, 'new-file'), 'text');
  });
}

async function main() {
  const squares = await Promise.all([1, 2, 3, 4].map(inWorker));
  console.log('workers', squares.join());
  console.log('child', await inChild());
  console.log('command', execFileSync('echo', ['echoed']).toString().trim());
  console.log('server', await served());
  console.log('watch', await watched());
  console.log('zlib', gunzipSync(gzipSync('packed')).toString());
}

if (!isMainThread) parentPort.postMessage(workerData ** 2);
else if (process.argv[2] === 'child') process.send('forked', () => process.disconnect());
else void main();
