import {
  checkDomainDefinition,
  completeDomain,
  type CompleteDomain,
  type Extensions,
} from '../../../../lib/definition/domain/index.js';
import type { Hierarchy } from '../../../../lib/lxc/cgroup/hierarchies.js';
import { layoutCgroups } from '../../../../lib/lxc/cgroup/layout.js';
import { fuseProblem } from '../../../../lib/lxc/host/fuse.js';
import { planCgroupMounts } from '../../../../lib/lxc/plan/cgroup-mounts.js';
import { hasResourceView, planResourceView, planViewFiles } from '../../../../lib/lxc/plan/resource-view.js';
import { Plan } from '../../../../lib/lxc/plan/steps.js';
import { HOST, MINIMAL } from '../../definition/documents.js';
import { describeFailure } from '../../definition/failure.js';

const define = (extensions?: Extensions): CompleteDomain =>
  completeDomain(checkDomainDefinition({ ...MINIMAL, ...(extensions && { extensions }) }), HOST);
const v1 = (...controllers: string[]): Hierarchy => ({
  version: 1,
  controllers,
  mountPoint: `/sys/fs/cgroup/${controllers.join()}`,
});
const V2: Hierarchy = {
  version: 2,
  controllers: ['cpuset', 'cpu', 'io', 'memory', 'hugetlb', 'pids'],
  mountPoint: '/sys/fs/cgroup',
};
const layout = (...hierarchies: Hierarchy[]): ReturnType<typeof layoutCgroups> =>
  layoutCgroups(hierarchies, { name: 'x', partition: '/machine/a', run: 'r' });
const stepsOf = (...hierarchies: Hierarchy[]): string[] => {
  const plan = new Plan('run');
  planResourceView(plan, define(), layout(...hierarchies));
  return plan.toString().replaceAll('"', '').trim().split('\n');
};

describe('whose resources a container sees', () => {
  const explicit = (mode: 'container' | 'host'): CompleteDomain => define({ resourceView: { mode } });

  it('are its own where the host can, and the host’s elsewhere, when nobody asks', () => {
    expect([hasResourceView(define(), undefined), hasResourceView(define(), 'ENOENT')]).toEqual([
      true,
      false,
    ]);
  });

  it('are the host’s for whoever wants that', () => {
    expect(hasResourceView(explicit('host'), undefined)).toBe(false);
  });

  it('are its own for whoever asks for that, or the start fails and says why', () => {
    expect(hasResourceView(explicit('container'), undefined)).toBe(true);
    const refused = (): void => void hasResourceView(explicit('container'), 'ENOENT: no such file');
    expect(describeFailure(refused)).toMatch(
      /^CONFIG_UNSUPPORTED .*resourceView mode='container'.*no FUSE: ENOENT/u,
    );
  });

  it('depends on a device that opens', () => {
    expect(fuseProblem('/nonexistent/fuse')).toMatch(/ENOENT/u);
    expect(fuseProblem('/')).toMatch(/EISDIR/u);
  });
});

describe('the plan of a view', () => {
  it('of version 2 reads limits of every level, and what is used of the group alone', () => {
    const group = '/sys/fs/cgroup/machine/a.partition/lxc-r-x.virtainer';
    const [above, top] = ['/sys/fs/cgroup/machine/a.partition', '/sys/fs/cgroup/machine'];
    expect(stepsOf(V2)).toEqual([
      'boottime-from-start',
      'view',
      `view-source cpus ${group}/cpuset.cpus.effective`,
      ...[group, above, top].map((folder) => `view-source cpu-max ${folder}/cpu.max`),
      `view-source cpu-stat-v2 ${group}/cpu.stat`,
      `view-source io-stat-v2 ${group}/io.stat`,
      ...[group, above, top].map((folder) => `view-source memory-limit ${folder}/memory.max`),
      ...[group, above, top].map((folder) => `view-source swap-limit ${folder}/memory.swap.max`),
      `view-source memory-usage ${group}/memory.current`,
      `view-source memory-stat-v2 ${group}/memory.stat`,
      `view-source processes ${group}/pids.current`,
    ]);
  });

  it('of version 1 pairs quotas and periods', () => {
    const folder = '/sys/fs/cgroup/cpu,cpuacct/machine';
    const levels = [`${folder}/a.partition/lxc-r-x.virtainer`, `${folder}/a.partition`, folder];
    expect(stepsOf(v1('cpu', 'cpuacct')).slice(2)).toEqual([
      ...levels.map((level) => `view-source cpu-quota ${level}/cpu.cfs_quota_us`),
      ...levels.map((level) => `view-source cpu-period ${level}/cpu.cfs_period_us`),
      `view-source cpu-usage-all ${levels[0] ?? ''}/cpuacct.usage_all`,
    ]);
  });

  it('of a hybrid host needs nothing of a version 2 without controllers', () => {
    const sources = stepsOf(v1('memory'), { ...V2, controllers: [] }).slice(2);
    expect(sources.filter((step) => !step.includes('/sys/fs/cgroup/memory/'))).toEqual([]);
  });

  it('leaves a clock that the definition sets alone', () => {
    const plan = new Plan('run');
    planResourceView(plan, define({ timeOffsets: { boottime: { seconds: 5 } } }), layout(V2));
    expect(plan.steps.map(({ name }) => name)).not.toContain('boottime-from-start');
  });

  it('shows each file once', () => {
    const plan = new Plan('run');
    planViewFiles(plan);
    const targets = plan.steps.map(({ tokens }) => tokens[1]);
    expect(new Set(targets).size).toBe(8);
  });
});

describe('groups of version 1', () => {
  const mountsOf = (access: 'readonly' | 'readwrite', showsLimits: boolean): string[] => {
    const plan = new Plan('run');
    const { groups } = layout(v1('cpu', 'cpuacct'), v1('devices'), v1('memory'), v1('name=systemd'), {
      ...V2,
      controllers: [],
    });
    planCgroupMounts(plan, { access, showsLimits }, { groups, partitions: [], supervisors: [], made: [] });
    return plan.steps.map(
      ({ name, tokens }) => `${name} ${String(name === 'mount' ? tokens[2] : tokens.join(' '))}`,
    );
  };

  it('that tell limits are there for applications, under the names that systemd gives them', () => {
    expect(mountsOf('readonly', true)).toEqual([
      'mount /sys/fs/cgroup',
      'mount /sys/fs/cgroup/cpu,cpuacct',
      'symlink cpu,cpuacct /sys/fs/cgroup/cpu',
      'symlink cpu,cpuacct /sys/fs/cgroup/cpuacct',
      'mount /sys/fs/cgroup/memory',
      'remount-readonly /sys/fs/cgroup',
    ]);
  });

  it('are not there for who sees the host, nor for a service manager', () => {
    expect(mountsOf('readonly', false)).toEqual([]);
    expect(mountsOf('readwrite', true)).toEqual([
      'mount /sys/fs/cgroup',
      'mount /sys/fs/cgroup/systemd',
      'mount /sys/fs/cgroup/unified',
      'remount-readonly /sys/fs/cgroup',
    ]);
  });
});
