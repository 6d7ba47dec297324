/** Where state is kept, and limits of the host that many containers come up against. */
import { HOST_REGISTRIES, SYSTEM_LOCATIONS } from '../../locations.js';
import type { Check, CheckedHost, Finding } from './check.js';

export const SCALE_CHECKS: readonly Check[] = [
  {
    name: 'registries',
    level: 'required',
    hint: `let root make ${HOST_REGISTRIES}, and nobody else change it`,
    look: ({ probes }) => {
      const problem = probes.rootFolderProblem(HOST_REGISTRIES);
      return { ok: problem === undefined, found: problem ?? HOST_REGISTRIES };
    },
  },
  {
    name: 'state-folders',
    level: 'recommended',
    hint: 'make these folders writable, or connect to lxc:///embed?root=DIR',
    look: ({ probes }) => {
      const { definitions, live, logs } = SYSTEM_LOCATIONS;
      const readonly = [definitions, live, logs].filter((folder) => !probes.isWritable(folder));
      return {
        ok: readonly.length === 0,
        found: readonly.length === 0 ? 'writable' : `no way to ${readonly.join(', ')}`,
      };
    },
  },
  limit('kernel/pid_max', 131_072),
  limit('kernel/threads-max', 100_000),
  limit('kernel/pty/max', 4096),
  limit('kernel/keys/root_maxkeys', 100_000),
  limit('fs/file-max', 1_000_000),
  limit('fs/inotify/max_user_instances', 128),
  limit('vm/max_map_count', 65_530),
];

/** Good for a thousand containers. */
function limit(path: string, least: number): Check {
  const name = path.replaceAll('/', '.');
  return {
    name: path.replaceAll(/[/_]/gu, '-'),
    level: 'optional',
    hint: `for many containers, 'sysctl ${name}=${least}' or more`,
    look: async ({ tree }: CheckedHost): Promise<Finding> => {
      const text = await tree.text(`proc/sys/${path}`);
      if (text === undefined || !/^\d+$/u.test(text)) return { ok: true, found: 'not in this kernel' };
      return { ok: BigInt(text) >= BigInt(least), found: `${name} = ${text}` };
    },
  };
}
