/** The steps of a container's view of its resources. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fuseProblem } from '../../lib/lxc/host/fuse.js';
import { describeController, encodePlan, inSandbox, type Sandbox, type Step } from './controller-harness.js';

const [EINVAL, EPROTO] = [22, 71];
const MEMINFO: Step = ['view-file', 'meminfo', '/proc/meminfo'];

/** Sources of our own: any file will do. */
function sourceOf(sandbox: Sandbox, name: string, text: string): Step {
  const path = join(sandbox.folder, name);
  writeFileSync(path, text);
  return ['view-source', name, path];
}

async function outputOf(sandbox: Sandbox, steps: readonly Step[], script: string): Promise<string> {
  const { output } = await sandbox.runSteps([...steps, ...sandbox.shell(`read go; ${script}`)]);
  return output;
}

(fuseProblem() === undefined ? describeController : describe.skip)('a view of resources', () => {
  it('shows its files at the places of the plan, of what the plan names', async () => {
    await inSandbox(async (sandbox) => {
      const steps = [
        ...sandbox.supervision(),
        ['view'] as Step,
        sourceOf(sandbox, 'memory-limit', '1048576\n'),
        sourceOf(sandbox, 'cpus', '0\n'),
        ...sandbox.rootSteps(
          MEMINFO,
          ['view-file', 'cpu-online', '/etc/passwd'],
          ['view-file', 'swaps', '/no/such/place'],
        ),
      ];
      const script = 'head -1 /proc/meminfo; cat /etc/passwd; ls /no; grep -c " fuse " /proc/self/mountinfo';
      const lines = (await outputOf(sandbox, steps, script)).trim().split('\n');
      expect(lines[0]).toMatch(/^MemTotal: +1024 kB$/u);
      expect([lines[1], lines.at(-1)]).toEqual(['0', '2']);
    });
  });

  it('is covered by masks that come later', async () => {
    await inSandbox(async (sandbox) => {
      const steps = [
        ...sandbox.supervision(),
        ['view'] as Step,
        ...sandbox.rootSteps(MEMINFO, ['mask', '/proc/meminfo']),
      ];
      expect(await outputOf(sandbox, steps, 'wc -c < /proc/meminfo')).toBe('0\n');
    });
  });

  it('shows the host where a source is missing', async () => {
    await inSandbox(async (sandbox) => {
      const steps: Step[] = [
        ...sandbox.supervision(),
        ['view'],
        ['view-source', 'memory-limit', '/nonexistent'],
        ...sandbox.rootSteps(MEMINFO),
      ];
      const total = readFileSync('/proc/meminfo', 'utf8').split('\n')[0] ?? '';
      expect(await outputOf(sandbox, steps, 'head -1 /proc/meminfo')).toBe(`${total}\n`);
    });
  });

  it('fails at its step when the kernel does not take its mount', async () => {
    await inSandbox(async (sandbox) => {
      const steps: Step[] = [
        ...sandbox.supervision(),
        ['view', 'nosuch=1'],
        ...sandbox.rootSteps(MEMINFO),
        ...sandbox.shell('exit 0'),
      ];
      const handshake = sandbox.launch(encodePlan(steps));
      const { text } = await handshake.next('failed', 'running');
      const step = String(steps.findIndex(([name]) => name === 'view'));
      expect(text).toEqual(['cgroupJoined', step, String(EINVAL), 'fsconfig', 'nosuch=1']);
      await handshake.closed;
      expect(sandbox.leftovers()).toEqual([]);
    });
  });

  it.each([
    ['a file that it does not have', ['view-file', 'version', '/proc/version'], EINVAL],
    ['a source that nobody knows', ['view-source', 'memory', '/sys/fs/cgroup'], EINVAL],
    ['a source that is no path', ['view-source', 'cpus', 'cpus'], EINVAL],
    ['a second view', ['view'], EPROTO],
    ['a clock without a namespace', ['boottime-from-start'], EINVAL],
  ] as [string, Step, number][])('is refused with %s', async (_, step, errno) => {
    await inSandbox(async (sandbox) => {
      const steps = [
        ...sandbox.supervision(),
        ['view'] as Step,
        ...sandbox.rootSteps(),
        ...sandbox.shell('exit 0'),
        step,
      ];
      const handshake = sandbox.launch(encodePlan(steps));
      const { text } = await handshake.next('failed', 'running');
      expect(text).toEqual(['planRead', String(steps.length - 1), String(errno), 'plan', step[0]]);
      await handshake.closed;
    });
  });

  it('is refused with files and without a view', async () => {
    await inSandbox(async (sandbox) => {
      const steps = [...sandbox.supervision(), ...sandbox.rootSteps(MEMINFO), ...sandbox.shell('exit 0')];
      const handshake = sandbox.launch(encodePlan(steps));
      expect((await handshake.next('failed', 'running')).text.slice(2)).toEqual([
        String(EINVAL),
        'plan',
        'view-file',
      ]);
      await handshake.closed;
    });
  });
});
