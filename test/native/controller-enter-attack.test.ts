/** Root inside of a container attacks the commands that are run in it: see controller-enter-attacker.c. */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  describeController,
  eventually,
  inSandbox,
  type Entered,
  type Sandbox,
  type Step,
} from './controller-harness.js';

/** All but SYS_MODULE, SYS_TIME and MKNOD: SYS_PTRACE and SYS_ADMIN are there, as libvirt leaves them. */
const KEPT = '000001fff5feffff';
const [ESRCH, ECHILD, ENODEV] = [3, 10, 19];

const folder = mkdtempSync(join(tmpdir(), 'virtainer-attacker-'));
const attacker = join(folder, 'attacker');
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const compile = (...source: string[]): SpawnSyncReturns<string> =>
  spawnSync('gcc', ['-static', '-O1', '-Wall', '-o', attacker, ...source], {
    encoding: 'utf8',
    input: 'int main(void) { return 0; }',
  });
const isMissing = compile('-x', 'c', '-').status !== 0;
const describeAttack = (name: string, body: () => void): void => {
  if (isMissing) describe.skip(`${name} (skipped: needs gcc and a static libc)`, body);
  else describeController(name, body);
};
beforeAll(() => {
  if (isMissing) return;
  const { status, stderr } = compile(join(__dirname, 'controller-enter-attacker.c'));
  if (status !== 0) throw new Error(stderr);
});

interface Facts {
  readonly sandbox: Sandbox;
  readonly init: number;
  readonly enter: (script: string, ...more: Step[]) => Entered;
  /** Starts the attacker, and waits until it is there. */
  readonly attack: (...argv: string[]) => Promise<Entered>;
}

async function inAttackedContainer(body: (facts: Facts) => Promise<void>): Promise<void> {
  await inSandbox(async (sandbox) => {
    copyFileSync(attacker, join(sandbox.root, 'attacker'));
    const limited = (steps: Step[]): Step[] =>
      steps.map((step): Step => (step[0] === 'capabilities' ? ['capabilities', KEPT] : step));
    const { init } = await sandbox.start(limited(sandbox.scriptPlan('exec sleep 1000')));
    const enterSteps = (steps: Step[]): Entered => sandbox.enter(init, limited(sandbox.enterPlan(...steps)));
    await body({
      sandbox,
      init,
      enter: (script, ...more) => enterSteps([...sandbox.shell(script), ...more]),
      attack: async (...argv) => {
        const command = enterSteps(sandbox.command('/attacker', ...argv));
        await eventually(() => command.output().includes('\n'), 'the attacker');
        return command;
      },
    });
  });
}

function hostFacts(): string[] {
  const root = statSync('/', { bigint: true });
  return [String(root.dev), String(root.ino), KEPT];
}

async function stopAttack(sandbox: Sandbox, attack: Entered): Promise<string[]> {
  writeFileSync(join(sandbox.root, 'run/stop'), '');
  await attack.result();
  return attack.output().toString().trim().split('\n');
}

describeAttack('an attacker in the container', () => {
  it('finds nothing of the host by looking at the next process', async () => {
    await inAttackedContainer(async ({ sandbox, enter, attack }) => {
      const watching = await attack('watch', ...hostFacts());
      for (let round = 0; round < 100; round++) {
        const user = round % 3 === 0 ? 'worker' : 'root';
        expect(await enter('exit 3', ['user', user]).result()).toBe('exited 3');
      }
      const lines = await stopAttack(sandbox, watching);
      expect(lines.slice(1)).toEqual([expect.stringMatching(/^done \d+ 0 before exec, [1-9]\d* paths$/)]);
    });
  }, 120_000);

  it('finds nothing of the host in a process that it traces from its birth', async () => {
    await inAttackedContainer(async ({ sandbox, enter, attack }) => {
      const inspecting = await attack('inspect', ...hostFacts());
      for (let round = 0; round < 40; round++) {
        const user = round % 3 === 0 ? 'worker' : 'root';
        expect(await enter('exit 3', ['user', user]).result()).toBe('exited 3');
      }
      const lines = await stopAttack(sandbox, inspecting);
      // Otherwise it has not been there in time, and nothing has been tested.
      expect(lines.pop()).toMatch(/^done \d+ [1-9]\d* before exec/);
      expect(lines.slice(1)).toEqual([]);
    });
  }, 60_000);

  it('is not told that a command runs which it has killed before its execve', async () => {
    await inAttackedContainer(async ({ sandbox, enter, attack }) => {
      const striking = await attack('strike');
      const results: string[] = [];
      for (let round = 0; round < 20; round++) {
        const command = enter('exit 3');
        results.push(await command.result());
        expect(command.handshake.names().includes('running')).toBe(results.at(-1) === 'exited 3');
      }
      const lines = await stopAttack(sandbox, striking);
      const struck = lines.filter((line) => line.startsWith('struck')).length;
      expect(struck).toBeGreaterThan(0);
      expect(results.filter((result) => result !== 'exited 3')).toEqual(
        Array<string>(struck).fill(`failed running -1 ${ECHILD} waitid `),
      );
    });
  }, 60_000);

  it.each([
    ['an exit', 7, 'exited 7'],
    ['a death by SIGKILL', 0, 'signaled 9'],
  ])('cannot hide the end of a command that it holds as its tracer: %s', async (_, code, result) => {
    await inAttackedContainer(async ({ enter, attack }) => {
      const command = enter(`echo $$; read go; exit ${code}`);
      const number = await command.outputUntil('\n');
      const holding = await attack('hold', number.trim());
      expect(holding.output().toString()).toMatch(/^held/);
      if (result === 'signaled 9') command.handshake.send('signal', 9);
      else command.input.write('\n');
      expect(await command.result()).toBe(result);
    });
  });
});

describeAttack('a command on its way into the container', () => {
  /** The joiner waits inside: /etc/passwd does not open. */
  async function whileJoining(body: (facts: Facts & { command: Entered }) => Promise<void>): Promise<void> {
    await inAttackedContainer(async (facts) => {
      const gate = await facts.attack('gate', '/etc/passwd');
      if (gate.output().toString().startsWith('unsupported')) {
        console.warn(`not tested: ${gate.output().toString()}`);
        return;
      }
      const command = facts.enter('exit 0');
      await gate.outputUntil('waiting 0');
      await body({ ...facts, command });
    });
  }

  it('finds that the container has ended', async () => {
    await whileJoining(async ({ init, command }) => {
      process.kill(init, 'SIGKILL');
      expect(await command.result()).toMatch(
        new RegExp(`^failed namespacesCreated -1 ${ESRCH} (clone3|waitid)`),
      );
    });
  });

  it('is not visible there, and ends when Node goes away', async () => {
    await whileJoining(async ({ sandbox, init, command }) => {
      const joining = sandbox.processes().filter((pid) => pid !== init && isOutside(pid, init));
      expect(joining).toHaveLength(1);
      command.handshake.socket.destroy();
      await eventually(() => !sandbox.processes().includes(joining[0] ?? 0), 'the end of the joiner');
    });
  });
});

/** In its cgroups, but not in its PID namespace. */
function isOutside(pid: number, init: number): boolean {
  const levels = (of: number): number =>
    /^NSpid:(.*)$/m
      .exec(readFileSync(`/proc/${of}/status`, 'utf8'))?.[1]
      ?.trim()
      .split(/\s+/).length ?? 0;
  return levels(pid) < levels(init);
}

describeController("the host's /dev/null", () => {
  /** Descriptors 0, 1 and 2 of the controller become /dev/null. */
  const NULL = "my $null = POSIX::open('/dev/null', 2); POSIX::dup2($null, $_) for 0 .. 2;";

  async function withNull(prepare: string, script: string): Promise<string> {
    let result = '';
    await inSandbox(async (sandbox) => {
      const { init } = await sandbox.start(sandbox.scriptPlan(`${prepare}; exec sleep 1000`));
      const ready = sandbox.enter(
        init,
        sandbox.enterPlan(...sandbox.shell(`until [ -e /run/ready ]; do sleep 0.01; done`)),
      );
      expect(await ready.result()).toBe('exited 0');
      const steps = sandbox.enterPlan(...sandbox.shell(script));
      const ended = await sandbox.enter(init, steps, { before: NULL }).handshake.next('exited', 'failed');
      const written = readdirSync(join(sandbox.root, 'run')).includes('out')
        ? readFileSync(join(sandbox.root, 'run/out'), 'utf8')
        : '';
      const used = ended.name === 'exited' ? 2 : Infinity; // what it has used is behind them
      result = [...ended.text.slice(0, used), written].join(' ');
    });
    return result;
  }

  it("is the container's for the command", async () => {
    const script = `exec 3> /run/out; for fd in 0 1 2; do
      [ "$(stat -L -c %d:%i /proc/$$/fd/$fd)" = "$(stat -c %d:%i /dev/null)" ] && echo $fd >&3; done`;
    expect(await withNull('touch /run/ready', script)).toBe('exited 0 0\n1\n2\n');
  });

  it('is not replaced by what the container puts in its place', async () => {
    const fifo = 'rm /dev/null; mkfifo /dev/null; touch /run/ready';
    expect(await withNull(fifo, 'exit 0')).toBe(`execing -1 ${ENODEV} fstat /dev/null `);
    const link = 'rm /dev/null; ln -s zero /dev/null; touch /run/ready';
    expect(await withNull(link, 'exit 0')).toMatch(/^execing -1 40 openat2/);
  });
});
