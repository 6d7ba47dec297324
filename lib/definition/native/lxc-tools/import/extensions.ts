/** What libvirt has no element for. */
import {
  hugePageName,
  type Extensions,
  type HugetlbLimit,
  type KernelLimit,
  type Rlimit,
} from '../../../domain/index.js';
import { HUGETLB_SIZES } from '../../../domain/extensions/hugetlb.js';
import { RLIMIT_NAMES } from '../../../domain/extensions/rlimits.js';
import { compactOrNothing } from '../../../plain/compact.js';
import type { Config, Entry } from '../config.js';
import { memoryLimitKiB, wholeNumber } from '../values.js';

export function importExtensions(config: Config): Extensions | undefined {
  const rlimits = importRlimits(config);
  const hugetlb = importHugetlb(config);
  const oomScore = config.first('lxc.proc.oom_score_adj');
  const pids = config.first('lxc.cgroup.pids.max', 'lxc.cgroup2.pids.max');
  return compactOrNothing({
    noNewPrivs: config.first('lxc.no_new_privs')?.value === '1' ? true : undefined,
    pids: pids && { limit: pids.value === 'max' ? ('unlimited' as const) : wholeNumber(pids.value) },
    hugetlb: hugetlb.length === 0 ? undefined : hugetlb,
    oomScore: oomScore && { adjust: wholeNumber(oomScore.value) },
    rlimits: rlimits.length === 0 ? undefined : rlimits,
  });
}

/** Every size that any architecture has. */
function importHugetlb(config: Config): readonly HugetlbLimit[] {
  const sizes = Array.from({ length: 19 }, (_, power) => HUGETLB_SIZES.min * 2 ** power);
  return sizes.flatMap((sizeKiB) => {
    const name = `hugetlb.${hugePageName(sizeKiB)}`;
    const entry = config.first(`lxc.cgroup.${name}.limit_in_bytes`, `lxc.cgroup2.${name}.max`);
    const limitKiB = memoryLimitKiB(entry);
    return limitKiB === undefined ? [] : [{ sizeKiB, limitKiB }];
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
