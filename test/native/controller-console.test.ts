import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  describeController,
  encodeMessage,
  eventually,
  inSandbox,
  MessageStream,
  type Sandbox,
} from './controller-harness.js';

const RING_BYTES = 256 * 1024;

/** Numbered lines as the terminal shows them. */
function lines(from: number, to: number): string {
  return Array.from({ length: to - from + 1 }, (_, index) => `${from + index}\r\n`).join('');
}

/** A connection that has attached, but reads nothing. */
async function lazyClient(sandbox: Sandbox): Promise<MessageStream> {
  const stream = await sandbox.watch();
  stream.socket.pause();
  return stream;
}

/** The processor time a process has used, in hundredths of a second. */
function ticks(pid: number): number {
  const times = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
    .slice(11, 13);
  return times.map(Number).reduce((a, b) => a + b);
}

function pause(ms: number): Promise<void> {
  return new Promise((wake) => setTimeout(wake, ms));
}

describeController('consoles', () => {
  it('show two watchers the whole output, the second one although it comes late', async () => {
    await inSandbox(async (sandbox) => {
      await sandbox.start(sandbox.scriptPlan('seq 1 1000; echo ready; read go; seq 1001 9000; read go'));
      const first = await sandbox.watch();
      await first.outputUntil('ready');
      const second = await sandbox.watch();
      await second.outputUntil('ready');
      first.send('consoleInput', 'go\n');
      second.send('consoleInput', 'go\n');
      for (const watcher of [first, second]) {
        expect((await watcher.next('ended')).text).toEqual(['shutdown', 'exited', '0']);
        const output = watcher.output().replaceAll('go\r\n', '').replace('ready\r\n', '');
        expect(output).toBe(lines(1, 9000));
        expect(watcher.names()).not.toContain('consoleGap');
        expect(watcher.names().at(-1)).toBe('ended');
      }
      expect(first.output()).toBe(second.output());
      expect(readFileSync(sandbox.consoleLog, 'latin1')).toBe(first.output());
      expect(statSync(sandbox.consoleLog).mode & 0o777).toBe(0o600);
    });
  });

  it('are independent of each other', async () => {
    await inSandbox(async (sandbox) => {
      await sandbox.start(
        sandbox.scriptPlan(
          'stty -echo < /dev/tty2; echo one; read line < /dev/tty2; echo "two $line" > /dev/tty2; read end',
        ),
      );
      const zero = await sandbox.watch(0);
      await zero.outputUntil('one');
      const one = await sandbox.watch(1);
      one.send('consoleInput', 'typed\n');
      expect(await one.outputUntil('two')).toBe('two typed\r\n');
      expect(zero.output()).toBe('one\r\n');
    });
  });

  it('tell the container their size', async () => {
    await inSandbox(async (sandbox) => {
      await sandbox.start(
        sandbox.scriptPlan('trap "stty size" WINCH; echo ready; while :; do read line; done'),
      );
      const watcher = await sandbox.watch();
      await watcher.outputUntil('ready');
      watcher.send('consoleResize', 33, 77);
      await eventually(() => {
        watcher.send('consoleInput', '\n');
        return watcher.output().includes('33 77');
      }, 'the new size');
    });
  });

  it('wait for a slow watcher and lose nothing', async () => {
    await inSandbox(async (sandbox) => {
      await sandbox.start(sandbox.scriptPlan('read go; seq 1 150000; echo end'));
      const watcher = await sandbox.watch();
      watcher.send('consoleInput', '\n');
      const timer = setInterval(() => {
        watcher.socket.pause();
        setTimeout(() => watcher.socket.resume(), 40);
      }, 50);
      try {
        await watcher.next('ended');
      } finally {
        clearInterval(timer);
      }
      expect(watcher.names()).not.toContain('consoleGap');
      expect(watcher.output()).toBe(`\r\n${lines(1, 150000)}end\r\n`);
    });
  });

  it('stop waiting for a watcher that reads nothing, and tell it how much it has lost', async () => {
    await inSandbox(async (sandbox) => {
      await sandbox.start(sandbox.scriptPlan('stty -echo; read go; seq 1 400000; echo end; read go'));
      const lazy = await lazyClient(sandbox);
      const eager = await sandbox.watch();
      eager.send('consoleInput', '\n');
      await eager.outputUntil('end\r\n');
      expect(eager.names()).not.toContain('consoleGap');
      lazy.socket.resume();
      await lazy.outputUntil('end\r\n');
      const gaps = lazy.messages
        .filter(({ name }) => name === 'consoleGap')
        .map(({ text }) => Number(text[0]));
      expect(gaps).toHaveLength(1);
      expect(lazy.output().length + (gaps[0] ?? 0)).toBe(eager.output().length);
      expect(eager.output().endsWith(lazy.output().slice(-RING_BYTES))).toBe(true);
      eager.send('consoleInput', '\n');
      await eager.next('ended');
    });
  });

  it('are drained when nobody watches: the newest 256 KiB stay', async () => {
    await inSandbox(async (sandbox) => {
      await sandbox.start(sandbox.scriptPlan('seq 1 600000; echo end; touch /run/done; read go'));
      await eventually(() => existsSync(join(sandbox.root, 'run/done')), 'the output');
      const watcher = await sandbox.watch();
      await watcher.outputUntil('end\r\n');
      expect(watcher.output()).toBe(`${lines(1, 600000)}end\r\n`.slice(-RING_BYTES));
      const sizes = [sandbox.consoleLog, `${sandbox.consoleLog}.0`].map((file) => statSync(file).size);
      expect(sizes[1]).toBe(2 * 1024 * 1024);
      expect(`${lines(1, 600000)}end\r\n`.endsWith(readFileSync(sandbox.consoleLog, 'latin1'))).toBe(true);
    });
  });

  it('take large input, as fast as the container reads it', async () => {
    await inSandbox(async (sandbox) => {
      await sandbox.start(
        sandbox.scriptPlan('stty raw -echo; echo ready; head -c 500000 | sha256sum; sleep 0.1'),
      );
      const watcher = await sandbox.watch();
      await watcher.outputUntil('ready');
      const bytes = Buffer.alloc(500_000, 'all the bytes\0\x01\xff\n', 'latin1');
      watcher.send('consoleInput', bytes.subarray(0, 300_000));
      for (let at = 300_000; at < bytes.length; at += 1000)
        watcher.send('consoleInput', bytes.subarray(at, at + 1000));
      await watcher.outputUntil(createHash('sha256').update(bytes).digest('hex'));
    });
  });

  it('take input that had to wait, however much, and what comes after it', async () => {
    await inSandbox(async (sandbox) => {
      await sandbox.start(
        sandbox.scriptPlan(
          'stty raw -echo; echo ready; sleep 1; head -c 3000000 | sha256sum; read go; stty size; read end',
        ),
      );
      const watcher = await sandbox.watch();
      await watcher.outputUntil('ready');
      const bytes = Buffer.alloc(3_000_000, 'all the bytes\0\x01\xff\n', 'latin1');
      for (let at = 0; at < bytes.length; at += 50_000)
        watcher.send('consoleInput', bytes.subarray(at, at + 50_000));
      await watcher.outputUntil(createHash('sha256').update(bytes).digest('hex'));
      watcher.send('consoleResize', 33, 77);
      watcher.send('consoleInput', '\n');
      await watcher.outputUntil('33 77');
    });
  });

  it('do not keep the controller awake while input waits, or its sender has gone', async () => {
    await inSandbox(async (sandbox) => {
      const { controller } = await sandbox.start(
        sandbox.scriptPlan('stty raw -echo; echo ready; sleep 1000'),
      );
      const sender = await sandbox.watch();
      await sender.outputUntil('ready');
      const before = ticks(controller);
      for (let i = 0; i < 40; i++) sender.send('consoleInput', Buffer.alloc(50_000, 'x'));
      await pause(500);
      sender.socket.destroy();
      await pause(500);
      expect(ticks(controller) - before).toBeLessThan(10);
    });
  });

  it('do not keep the controller awake while no process has them open', async () => {
    await inSandbox(async (sandbox) => {
      const { controller } = await sandbox.start(
        sandbox.scriptPlan('exec < /dev/null > /dev/null 2>&1; sleep 1.5; echo back > /dev/tty1; sleep 1000'),
      );
      const before = ticks(controller);
      await pause(1000);
      expect(ticks(controller) - before).toBeLessThan(10);
      await (await sandbox.watch()).outputUntil('back');
    });
  });
});

describeController('the control socket', () => {
  it('answers, refuses and ignores', async () => {
    await inSandbox(async (sandbox) => {
      const { init, startTime } = await sandbox.start(sandbox.scriptPlan('exec sleep 1000'));
      const control = await sandbox.control();
      expect(control.messages[0]?.text).toEqual(['1']);
      control.send('query');
      expect((await control.next('state')).text).toEqual(['running', String(init), startTime]);
      control.send('attachConsole', 9);
      expect((await control.next('refused')).text).toEqual(['40', '19', 'no such console']);
      const unknown = encodeMessage('query', 'x');
      unknown.writeUInt16LE(4711, 4);
      control.socket.write(unknown);
      control.send('stop', 'because', 9);
      await control.until(
        () => control.messages.filter(({ name }) => name === 'refused')[1],
        'second refusal',
      );
      control.send('stop', 'destroyed', 65);
      await control.until(
        () => control.messages.filter(({ name }) => name === 'refused')[2],
        'third refusal',
      );
      expect(statSync(join(sandbox.state, 'control')).mode & 0o777).toBe(0o600);
      // init has no handler: the kernel keeps the signal from it, and the state tells that a stop was asked for.
      control.send('stop', 'shutdown', 15);
      expect((await control.next('accepted')).text).toEqual(['34']);
      control.send('query');
      await control.until(() => control.messages.find(({ text }) => text[0] === 'stopping'), 'stopping');
      control.send('reboot', 0);
      expect(
        (await control.until(() => control.messages.find(({ text }) => text[0] === '35'), 'refusal')).name,
      ).toBe('refused');
    });
  });

  it.each([
    ['a huge length', Buffer.from([0xff, 0xff, 0xff, 0xff, 32, 0])],
    ['no room for a number', Buffer.from([1, 0, 0, 0, 32, 0])],
    ['a token longer than the message', Buffer.from([6, 0, 0, 0, 34, 0, 9, 0, 0, 0])],
    ['text', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['a lot', Buffer.alloc(3_000_000, 0xa5)],
  ])('closes a client that sends garbage, and only that one: %s', async (_, garbage) => {
    await inSandbox(async (sandbox) => {
      await sandbox.start(sandbox.scriptPlan('exec sleep 1000'));
      const bystander = await sandbox.control();
      const client = await sandbox.control();
      client.socket.write(garbage);
      await client.closed;
      bystander.send('query');
      await bystander.next('state');
    });
  });

  it('survives clients that stop in the middle, and clients that never read', async () => {
    await inSandbox(async (sandbox) => {
      await sandbox.start(sandbox.scriptPlan('exec sleep 1000'));
      const half = await sandbox.control();
      half.socket.end(encodeMessage('query').subarray(0, 5));
      const deaf = await lazyClient(sandbox);
      for (let i = 0; i < 2000; i++)
        deaf.socket.write(Buffer.concat(Array.from({ length: 50 }, () => encodeMessage('query'))));
      const other = await sandbox.control();
      other.send('query');
      await other.next('state');
    });
  });

  it.each([
    ['exactly one read', 32 * 1024],
    ['more than the console takes', 900_000],
  ])('does what a client has asked for before it left: %s', async (_, size) => {
    await inSandbox(async (sandbox) => {
      const { controller } = await sandbox.start(
        sandbox.scriptPlan('stty raw -echo; echo ready; sleep 0.5; exec cat > /dev/null'),
      );
      const control = await sandbox.watch();
      await control.outputUntil('ready');
      const client = await sandbox.control();
      const frames = [encodeMessage('attachConsole', 0), encodeMessage('stop', 'destroyed', 0)] as const;
      const overhead = encodeMessage('consoleInput', '').length;
      const rest = size - frames[0].length - frames[1].length;
      const paste: Buffer[] = [];
      for (let left = rest; left > 0; left -= 8192) {
        paste.push(encodeMessage('consoleInput', Buffer.alloc(Math.min(left, 8192) - overhead, 'x')));
      }
      // So that the end is there as soon as the first byte is.
      process.kill(controller, 'SIGSTOP');
      client.socket.write(Buffer.concat([frames[0], ...paste, frames[1]]));
      await pause(50);
      client.socket.end();
      await pause(50);
      process.kill(controller, 'SIGCONT');
      expect((await control.next('ended')).text).toEqual(['destroyed', 'signaled', '9']);
    });
  });

  it('gives the places of clients that left while their input waits to others', async () => {
    await inSandbox(async (sandbox) => {
      await sandbox.start(sandbox.scriptPlan('stty raw -echo; echo ready; sleep 1000'));
      const first = await sandbox.watch();
      await first.outputUntil('ready');
      const paste = encodeMessage('consoleInput', Buffer.alloc(50_000, 'x'));
      for (let i = 0; i < 70; i++) {
        const client = await sandbox.watch();
        // Either all of it is read, or not even its end.
        client.socket.write(Buffer.concat(Array.from({ length: i % 2 === 0 ? 3 : 30 }, () => paste)));
        await pause(20);
        client.socket.destroy();
      }
      first.send('query');
      await first.next('state');
    });
  });

  it('has room for 64 clients, and for others when one leaves', async () => {
    await inSandbox(async (sandbox) => {
      await sandbox.start(sandbox.scriptPlan('exec sleep 1000'));
      const clients = await Promise.all(Array.from({ length: 64 }, () => sandbox.control()));
      await expect(sandbox.control()).rejects.toThrow('closed before');
      clients[0]?.socket.destroy();
      await clients[0]?.closed;
      await sandbox.control();
    });
  });

  it('lets nobody in but its own user', async () => {
    await inSandbox(async (sandbox) => {
      await sandbox.start(sandbox.scriptPlan('exec sleep 1000'));
      process.seteuid?.(65534);
      try {
        const socket = connect(join(sandbox.state, 'control'));
        const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
        expect(error.code).toBe('EACCES');
      } finally {
        process.seteuid?.(0);
      }
    });
  });
});
