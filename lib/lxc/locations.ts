/** Where a connection keeps its state: one set of folders per kind of URI. */
import { mkdirSync } from 'node:fs';
import { isAbsolute, join, normalize } from 'node:path';
import { VirtError, systemError } from '../errors.js';

export interface Locations {
  /** Persistent definitions, `<uuid>.xml`. */
  readonly definitions: string;
  /** Links to the definitions that start with the host. */
  readonly autostart: string;
  /** Live state: one folder per active domain, the event journal, locks. */
  readonly live: string;
  readonly locks: string;
  /** Disposable parsed form of the definitions. */
  readonly cache: string;
  readonly journal: string;
  /** Compiled seccomp filters; disposable. */
  readonly filters: string;
  readonly logs: string;
}

/** What is given away once on a host, whatever folder a container's state is in: ids, labels. */
export const HOST_REGISTRIES = '/run/virtainer';

export const SYSTEM_LOCATIONS = locations(
  '/etc/virtainer/lxc',
  join(HOST_REGISTRIES, 'lxc'),
  '/var/log/virtainer/lxc',
);

/** Folders of `lxc:///embed?root=DIR`. */
export function embeddedLocations(root: string): Locations {
  if (!isAbsolute(root) || root.includes('\0')) {
    throw new VirtError('INVALID_ARG', `embed root '${root}' is not an absolute path`, {
      hint: 'use lxc:///embed?root=/absolute/directory',
    });
  }
  const base = normalize(root);
  return locations(join(base, 'etc'), join(base, 'run'), join(base, 'log'));
}

function locations(etc: string, run: string, log: string): Locations {
  return {
    definitions: etc,
    autostart: join(etc, 'autostart'),
    live: run,
    locks: join(run, 'locks'),
    cache: join(run, 'cache'),
    journal: join(run, 'journal'),
    filters: join(run, 'filters'),
    logs: log,
  };
}

/** Makes the folders that are missing, readable by their owner only. */
export function createLocations(where: Locations): void {
  const { definitions, autostart, live, locks, cache, logs } = where;
  for (const path of [definitions, autostart, live, locks, cache, logs]) {
    try {
      mkdirSync(path, { recursive: true, mode: 0o700 });
    } catch (cause) {
      throw systemError(`cannot create state folder ${path}`, cause, {
        hint: 'run as root, or use lxc:///embed?root=DIR with a directory that you own',
      });
    }
  }
}
