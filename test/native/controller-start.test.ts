import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import {
  CONTROLLER,
  describeController,
  encodePlan,
  inSandbox,
  MessageStream,
  type Sandbox,
  type Step,
} from './controller-harness.js';

const STAGES = [
  'hello',
  'planRead',
  'cgroupJoined',
  'namespacesCreated',
  'idsMapped',
  'networkReady',
  'rootReady',
  'execing',
  'running',
];

/** A plan whose init runs a script as somebody. */
function asUser(sandbox: Sandbox, script: string, ...who: Step[]): Step[] {
  return [...sandbox.supervision(), ...sandbox.rootSteps(), ...who, ...sandbox.shell(`read go; ${script}`)];
}

/** Starts the controller below a shell that has set limits. A block of `ulimit -f` has 512 bytes, a record 1024. */
function launchLimited(sandbox: Sandbox, script: string, limits: string): MessageStream {
  const plan = join(sandbox.folder, 'plan');
  writeFileSync(plan, encodePlan(sandbox.scriptPlan(script)));
  const planFd = openSync(plan, 'r');
  const logFd = openSync(sandbox.log, 'a');
  const child = spawn('sh', ['-c', `controller=$0; ${limits}; exec "$@" "$controller" run`, CONTROLLER], {
    stdio: ['ignore', logFd, logFd, 'pipe', planFd, planFd],
  });
  for (const fd of [planFd, logFd]) closeSync(fd);
  return new MessageStream(child.stdio[3] as Duplex);
}

describeController('controller run', () => {
  it('reaches the stages in their order and names the processes', async () => {
    await inSandbox(async (sandbox) => {
      const handshake = sandbox.launch(encodePlan(sandbox.scriptPlan('exec sleep 1000')));
      const { text } = await handshake.next('running', 'failed');
      expect(handshake.names()).toEqual(STAGES);
      expect(handshake.messages[0]?.text).toEqual(['1']);
      const times = handshake.messages.slice(1).map((message) => BigInt(message.text[0] ?? ''));
      expect(times).toEqual([...times].sort((a, b) => (a < b ? -1 : 1)));
      const [, controller, controllerStart, init, initStart] = text;
      const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      expect(readFileSync(join(sandbox.state, 'controller'), 'utf8')).toBe(
        `1 ${controller} ${controllerStart} ${init} ${initStart} ${bootId}\n`,
      );
      expect(readFileSync(`/proc/${init}/stat`, 'utf8').split(' ')[21]).toBe(initStart);
      expect(sandbox.events()).toEqual([
        { domain: 'test', event: 'started', detail: 'booted', at: expect.any(Number) as number },
      ]);
      await handshake.closed;
      await sandbox.untilStarted();
    });
  });

  it('gives init its own namespaces and cgroups, and leaves the session and cgroups of Node itself', async () => {
    await inSandbox(async (sandbox) => {
      const { init, controller } = await sandbox.start(sandbox.scriptPlan('exec sleep 1000'));
      for (const namespace of ['mnt', 'pid', 'net', 'ipc', 'uts', 'cgroup']) {
        const [theirs, ours] = [init, controller].map((pid) => readlinkSync(`/proc/${pid}/ns/${namespace}`));
        expect(theirs).not.toBe(ours);
        expect(ours).toBe(readlinkSync(`/proc/self/ns/${namespace}`));
      }
      for (const { directory } of sandbox.cgroups) {
        expect(readFileSync(join(directory, 'cgroup.procs'), 'utf8')).toBe(`${init}\n`);
      }
      expect(readFileSync(`/proc/${controller}/stat`, 'utf8').split(' ').slice(3, 6)).not.toContain(
        String(process.pid),
      );
      const groups = readFileSync(`/proc/${controller}/cgroup`, 'utf8').trim().split('\n');
      expect(groups.map((line) => line.split(':')[2])).toEqual(groups.map(() => '/'));
      expect(readFileSync(`/proc/${controller}/cmdline`, 'utf8')).toMatch(/^virtainer: test\nname/);
    });
  });

  it('builds the root file system that the plan describes', async () => {
    await inSandbox(async (sandbox) => {
      const data = join(sandbox.folder, 'data, with=odd\nname');
      writeFileSync(data, 'payload');
      const { output, ended } = await sandbox.runScript(
        [
          'while read id parent dev root target options rest; do echo "$target $options"; done < /proc/self/mountinfo',
          'cat /deep/er/file; echo; hostname; cat /sys/class/net/lo/flags; cat /proc/self/cgroup | cut -d: -f3 | sort -u',
          'stat -c "%n %F %a" /made /dev/null /dev/console; readlink /dev/fd; ls -A /shm',
          '(echo x > /deep/er/file) 2>/dev/null || echo readonly; touch /proc/sys/x 2>/dev/null || echo sealed',
        ].join('; '),
        ['bind', data, '/deep/er/file', 'ro,nosuid,nodev,noexec'],
        ['directory', '/made', '1777'],
        ['mount', 'tmpfs', 'a,b', '/shm', 'nosuid,nodev', 'size=4096', 'mode=700'],
        ['bind-inside', '/proc/sys', '/proc/sys', 'recursive'],
        ['remount-readonly', '/proc/sys'],
      );
      const lines = output.split('\n');
      expect(lines.slice(0, 12).map((line) => line.replace(/,relatime$/, ''))).toEqual([
        '/ rw',
        '/usr ro',
        '/proc rw,nosuid,nodev,noexec',
        '/proc/sys ro,nosuid,nodev,noexec',
        '/sys ro,nosuid,nodev,noexec',
        '/dev rw,nosuid,noexec',
        '/dev/pts rw,nosuid,noexec',
        '/dev/tty1 rw,nosuid,noexec',
        '/dev/tty2 rw,nosuid,noexec',
        '/dev/console rw,nosuid,noexec',
        '/deep/er/file ro,nosuid,nodev,noexec',
        '/shm rw,nosuid,nodev',
      ]);
      expect(lines[12]).toBe('payload');
      expect(lines.slice(13)).toEqual([
        'inside',
        '0x9',
        '/',
        '/made directory 1777',
        '/dev/null character special file 666',
        '/dev/console character special file 620',
        '/proc/self/fd',
        'readonly',
        'sealed',
        '',
      ]);
      expect(ended).toEqual(['shutdown', 'exited', '0']);
      expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(sandbox.folder);
    });
  });

  it('makes a read-only root read-only after the last step', async () => {
    await inSandbox(async (sandbox) => {
      const [, ...rest] = sandbox.rootSteps(['directory', '/late', '755']);
      const steps: Step[] = [['root', sandbox.root, 'ro'], ...rest];
      const script = 'read go; touch /late/x || echo no; touch /x || echo no; touch /dev/x && echo yes';
      const { output } = await sandbox.runSteps([
        ...sandbox.supervision(),
        ...steps,
        ...sandbox.shell(script),
      ]);
      expect(output.split('\n').filter((line) => /^(no|yes)$/.test(line))).toEqual(['no', 'no', 'yes']);
    });
  });

  it('gives init no descriptor, signal setting or parent of ours, and a console of its own', async () => {
    await inSandbox(async (sandbox) => {
      const { output } = await sandbox.runScript(
        'ls /proc/$$/fd; tty; ps -o sess=,tty= -p $$; grep -E "^(Sig|Shd)(Pnd|Blk|Ign|Cgt)" /proc/self/status; umask; pwd',
      );
      const words = output.split(/\s+/);
      expect(words.slice(0, 6)).toEqual(['0', '1', '2', '/dev/pts/0', '1', 'pts/0']);
      expect(output).toMatch(/SigBlk:\t0{16}\nSigIgn:\t0{16}\n/);
      expect(output).toContain('0022\n/\n');
    });
  });

  it('gives init /dev/null, and never the log, when there is no console', async () => {
    await inSandbox(async (sandbox) => {
      const steps = sandbox
        .rootSteps()
        .filter(([name]) => !name.endsWith('console') && name !== 'open-consoles');
      const { init } = await sandbox.start([
        ...sandbox.supervision(),
        ...steps,
        ...sandbox.command('/bin/sleep', '1000'),
      ]);
      for (const fd of [0, 1, 2]) expect(readlinkSync(`/proc/${init}/fd/${fd}`)).toBe('/dev/null');
    });
  });

  it.each([
    ['nobody asked for', [], 'uid=0(root) gid=0(root) groups=0(root)'],
    [
      'a name',
      [['user', 'worker']],
      'uid=1234(worker) gid=2345(workers) groups=2345(workers),3456(extra),3457(more)',
    ],
    [
      'a number',
      [['user', '1234']],
      'uid=1234(worker) gid=2345(workers) groups=2345(workers),3456(extra),3457(more)',
    ],
    ['a number, whoever has it for a name', [['user', '4321']], 'uid=4321 gid=4321 groups=4321'],
    ['only a number', [['user', '+4321']], 'uid=4321 gid=4321 groups=4321'],
    [
      'a group',
      [
        ['user', 'worker'],
        ['group', 'extra'],
      ],
      'uid=1234(worker) gid=3456(extra) groups=3456(extra),3457(more)',
    ],
    ['a group number', [['group', '+99']], 'uid=0(root) gid=99 groups=99'],
  ] as [string, Step[], string][])('runs init as the user: %s', async (_, who, expected) => {
    await inSandbox(async (sandbox) => {
      const { output } = await sandbox.runSteps(asUser(sandbox, 'id', ...who));
      expect(output.trim()).toBe(expected);
    });
  });

  it.each([
    '0x0',
    '+',
    '1 ',
    '-1',
    '4294967295',
    '4294967296',
    '18446744073709551616',
    'nobody',
    'broken',
    '+root',
  ])('refuses the user %p', async (name) => {
    await inSandbox(async (sandbox) => {
      writeFileSync(
        join(sandbox.root, 'etc/passwd'),
        'short:x:0\nbroken:x:4294967296:0::/:/bin/sh\nroot:x:0:0::/:\n',
      );
      const steps = asUser(sandbox, 'id', ['user', name]);
      await expect(sandbox.start(steps)).rejects.toThrow(
        `execing ${steps.findIndex(([step]) => step === 'user')} 22 user ${name}`,
      );
      expect(sandbox.leftovers()).toEqual([]);
    });
  });

  it('keeps exactly the capabilities of the plan, and none inheritable or ambient', async () => {
    await inSandbox(async (sandbox) => {
      const script = 'grep ^Cap /proc/self/status';
      const steps = asUser(sandbox, script).map((step): Step =>
        step[0] === 'capabilities' ? ['capabilities', 'a1'] : step,
      );
      const { output } = await sandbox.runSteps(steps);
      expect(output.match(/[0-9a-f]{16}/g)).toEqual(
        ['0', 'a1', 'a1', 'a1', '0'].map((mask) => mask.padStart(16, '0')),
      );
    });
    await inSandbox(async (sandbox) => {
      const { output } = await sandbox.runSteps(
        asUser(sandbox, 'grep ^Cap /proc/self/status', ['user', 'worker']),
      );
      expect(output.match(/[0-9a-f]{16}/g)?.map((mask) => mask !== '0'.repeat(16))).toEqual([
        false,
        false,
        false,
        true,
        false,
      ]);
    });
  });

  it('passes exactly the environment of the plan and looks a bare name up in its PATH', async () => {
    await inSandbox(async (sandbox) => {
      const steps: Step[] = [
        ['capabilities', '0'],
        ['environment', 'PATH=/nowhere:/etc/passwd:/bin'],
        ['environment', 'A=1'],
        ['environment', 'A=2=3'],
        ['executable', 'sh'],
        ...['odd argv 0', '-c', 'read go; exec env "B=$0"', 'zero\n'].map((text): Step => ['argument', text]),
      ];
      const { output } = await sandbox.runSteps([...sandbox.supervision(), ...sandbox.rootSteps(), ...steps]);
      expect(output.trim().split('\n')).toEqual(
        expect.arrayContaining(['PATH=/nowhere:/etc/passwd:/bin', 'A=2=3', 'B=zero']),
      );
    });
  });

  it('keeps whole records whatever size of files it may write, and gives init the limit back', async () => {
    await inSandbox(async (sandbox) => {
      const script = 'read go; ulimit -S -f; ulimit -H -f; exit 0';
      const handshake = launchLimited(sandbox, script, 'ulimit -S -f 1');
      expect((await handshake.next('running', 'failed')).name).toBe('running');
      await sandbox.untilStarted();
      const watcher = await sandbox.watch();
      watcher.send('consoleInput', '\n');
      await watcher.next('ended');
      expect(watcher.output()).toContain('\r\n1\r\nunlimited\r\n');
      expect(sandbox.events().map(({ event }) => event)).toEqual(['started', 'stopped']);
    });
  });

  it('fails where that limit is one that it may not lift', async () => {
    await inSandbox(async (sandbox) => {
      const drop = 'ulimit -S -f 1; ulimit -H -f 3; set -- setpriv --bounding-set -sys_resource';
      const handshake = launchLimited(sandbox, 'exit 0', drop);
      const { name, text } = await handshake.next('running', 'failed');
      expect([name, ...text]).toEqual(['failed', 'cgroupJoined', '-1', '1', 'setrlimit', 'RLIMIT_FSIZE']);
      await handshake.closed;
      expect(sandbox.leftovers()).toEqual([]);
    });
  });

  it('goes on starting when Node goes away', async () => {
    await inSandbox(async (sandbox) => {
      const handshake = sandbox.launch(encodePlan(sandbox.scriptPlan('read go; echo done')));
      handshake.socket.destroy();
      await sandbox.untilStarted();
      const console = await sandbox.watch();
      console.send('consoleInput', '\n');
      expect((await console.next('ended')).text).toEqual(['shutdown', 'exited', '0']);
      expect(console.output()).toContain('done');
    });
  });
});
