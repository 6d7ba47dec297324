/** What libvirt has no element for. */
import type { Extensions, KernelLimit, Rlimit } from '../../../domain/index.js';
import { RLIMIT_NAMES } from '../../../domain/extensions/rlimits.js';
import { compactOrNothing } from '../../../plain/compact.js';
import type { Config, Entry } from '../config.js';
import { wholeNumber } from '../values.js';

export function importExtensions(config: Config): Extensions | undefined {
  const rlimits = importRlimits(config);
  const pids = config.first('lxc.cgroup.pids.max', 'lxc.cgroup2.pids.max');
  return compactOrNothing({
    noNewPrivs: config.first('lxc.no_new_privs')?.value === '1' ? true : undefined,
    pids: pids && { limit: pids.value === 'max' ? ('unlimited' as const) : wholeNumber(pids.value) },
    rlimits: rlimits.length === 0 ? undefined : rlimits,
  });
}

function importRlimits(config: Config): readonly Rlimit[] {
  return RLIMIT_NAMES.flatMap((name) => {
    const entry = config.first(`lxc.prlimit.${name}`, `lxc.limit.${name}`);
    return entry ? [readRlimit(name, entry)] : [];
  });
}

/** `SOFT:HARD`, or one number for both. */
function readRlimit(name: Rlimit['name'], { value }: Entry): Rlimit {
  const [soft = '', hard = soft] = value.split(':');
  return { name, soft: readLimit(soft), hard: readLimit(hard) };
}

function readLimit(text: string): KernelLimit {
  return text === 'unlimited' || text === 'infinity' ? 'unlimited' : wholeNumber(text);
}
