/** The program, its user and its environment; libvirt reads none of it. */
import type { InitEnv, Os } from '../../../domain/index.js';
import { compact } from '../../../plain/compact.js';
import type { Config, Entry } from '../config.js';
import { wholeNumber } from '../values.js';
import { importArch } from './general.js';

/** What lxc-tools runs by itself. */
const DEFAULT_INIT = '/sbin/init';

export function importOs(config: Config): Os {
  const [init = DEFAULT_INIT, ...initargs] = importCommand(config);
  return compact({
    type: 'exe' as const,
    arch: importArch(config),
    init,
    initargs,
    initenv: importEnvironment(config),
    initdir: config.first('lxc.init.cwd', 'lxc.init_cwd')?.value,
    inituser: importOwner(config.first('lxc.init.uid', 'lxc.init_uid')),
    initgroup: importOwner(config.first('lxc.init.gid', 'lxc.init_gid')),
  });
}

function importCommand(config: Config): readonly string[] {
  const entry = config.first('lxc.init.cmd', 'lxc.init_cmd');
  const argv = entry ? splitCommand(entry.value) : [];
  if (entry && argv.includes('')) config.leave(entry, 'an empty argument has no equivalent');
  return argv.filter((argument) => argument !== '');
}

/** Words, some of them in quotes. */
function splitCommand(text: string): string[] {
  const found = text.match(/"[^"]*"|'[^']*'|[^\s"']+/gu) ?? [];
  return found.map((word) => (/^["']/u.test(word) ? word.slice(1, -1) : word));
}

/** Root is what there is without. */
function importOwner(entry: Entry | undefined): string | undefined {
  const id = entry ? wholeNumber(entry.value) : 0;
  return id === 0 ? undefined : `+${id}`;
}

function importEnvironment(config: Config): readonly InitEnv[] {
  return config.all('lxc.environment', 'lxc.environment.runtime').flatMap((entry) => {
    const [, name, value] = /^([a-z_]\w*)=(.+)$/iu.exec(entry.value) ?? [];
    if (name !== undefined && value !== undefined) return [{ name, value }];
    config.leave(entry, entry.value.includes('=') ? 'no equivalent' : 'values of the host are not passed on');
    return [];
  });
}
