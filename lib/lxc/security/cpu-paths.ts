/** What is masked of each CPU: a list that depends on the host. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CompleteDomain } from '../../definition/domain/index.js';
import { MASKED_CPU_FILES } from '../../definition/security/index.js';

const FOLDER = '/sys/devices/system/cpu';

/** Nothing for a definition that names all that is masked. The CPUs of a host are alike: the first one decides. */
export function maskedCpuPaths(
  { extensions }: Pick<CompleteDomain, 'extensions'>,
  folder: string = FOLDER,
): readonly string[] {
  if (extensions?.maskedPaths?.defaults === false) return [];
  const files = MASKED_CPU_FILES.filter((file) => existsSync(join(folder, 'cpu0', file)));
  if (files.length === 0) return [];
  const cpus = readdirSync(folder).filter((entry) => /^cpu\d+$/u.test(entry));
  return cpus.flatMap((cpu) => files.map((file) => join(folder, cpu, file)));
}
