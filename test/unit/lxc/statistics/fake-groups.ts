/** Groups of a container as files in a temporary directory, recorded from real kernels. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Group } from '../../../../lib/lxc/cgroup/layout.js';

export type Files = Readonly<Record<string, string>>;

/** Call inside `describe` or at the top of a file: its directories are removed after each test. */
export function useGroups(): (version: 1 | 2, controllers: readonly string[], files: Files) => Group {
  const made: string[] = [];
  afterEach(() => {
    for (const directory of made.splice(0)) rmSync(directory, { recursive: true });
  });
  return (version, controllers, files) => {
    const directory = join(mkdtempSync(join(tmpdir(), 'virtainer-groups-')), 'lxc-1-web.virtainer');
    made.push(join(directory, '..'));
    mkdirSync(directory);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    return { version, controllers, directory };
  };
}

export const V1_CPUACCT: Files = {
  'cpuacct.usage': '11797607775209\n',
  'cpuacct.stat': 'user 2067303\nsystem 411262\n',
  'cpuacct.usage_percpu': '11797607775209 12988052099074 \n',
};

export const V1_CPU: Files = {
  'cpu.stat': 'nr_periods 40\nnr_throttled 12\nthrottled_time 987654321\nnr_bursts 0\nburst_time 0\n',
};

const UNLIMITED = '9223372036854771712\n';

export const V1_MEMORY: Files = {
  'memory.usage_in_bytes': '41943040\n',
  'memory.max_usage_in_bytes': '52428800\n',
  'memory.limit_in_bytes': '67108864\n',
  'memory.kmem.usage_in_bytes': '1048576\n',
  'memory.memsw.usage_in_bytes': '41943040\n',
  'memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 3\n',
  'memory.stat':
    'cache 1\nrss 2\nswap 4\npgfault 5\npgmajfault 6\ninactive_file 7\n' +
    `hierarchical_memory_limit ${UNLIMITED}hierarchical_memsw_limit ${UNLIMITED}` +
    'total_cache 20971520\ntotal_rss 10485760\ntotal_rss_huge 0\ntotal_shmem 0\ntotal_swap 8192\n' +
    'total_pgfault 12345\ntotal_pgmajfault 67\ntotal_inactive_anon 4096\ntotal_inactive_file 16777216\n',
};

export const V1_PIDS: Files = { 'pids.current': '7\n', 'pids.max': '512\n' };

export const V2_PIDS: Files = {
  'pids.current': '7\n',
  'pids.max': 'max\n',
  'pids.peak': '20\n',
  'pids.events': 'max 4\n',
};

export const V2_CPU: Files = {
  'cpu.stat':
    'usage_usec 2478565\nuser_usec 2067303\nsystem_usec 411262\nnice_usec 0\ncore_sched.force_idle_usec 0\n' +
    'nr_periods 40\nnr_throttled 12\nthrottled_usec 987654\nnr_bursts 0\nburst_usec 0\n',
};

export const V2_MEMORY: Files = {
  'memory.current': '41943040\n',
  'memory.peak': '52428800\n',
  'memory.max': '67108864\n',
  'memory.swap.current': '8192\n',
  'memory.events': 'low 0\nhigh 0\nmax 9\noom 1\noom_kill 3\noom_group_kill 1\n',
  'memory.stat':
    'anon 10485760\nfile 20971520\nkernel 1048576\nkernel_stack 16384\nshmem 0\ninactive_anon 4096\n' +
    'inactive_file 16777216\nworkingset_refault_file 9\npgfault 12345\npgmajfault 67\n',
};

export const V2_IO: Files = {
  'io.stat':
    '8:0 rbytes=4194304 wbytes=8388608 rios=4 wios=16 dbytes=0 dios=0\n' +
    '253:1 rbytes=0 wbytes=0 rios=0 wios=0 dbytes=0 dios=0\n7:0 \n' +
    '259:0 rbytes=18446744073709551615 wbytes=1 rios=1 wios=1 cost.usage=5 dbytes=0 dios=0\n',
};

const PRESSURE = (total: number): string =>
  `some avg10=1.50 avg60=0.25 avg300=0.05 total=${total}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n`;

export const V2_PRESSURE: Files = {
  'cpu.pressure': PRESSURE(100),
  'memory.pressure': PRESSURE(200),
  'io.pressure': PRESSURE(300),
};
