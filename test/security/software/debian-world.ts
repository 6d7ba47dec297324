/** Containers of a Debian system, for one test file. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection, Domain, SecurityKind } from '../../../lib/index.js';
import { findTraces } from '../../system/leaks.js';
import { useWorld } from '../../system/world.js';
import { copySystem, debianSystem, type RootCopy } from './debian-root.js';

const system = debianSystem();
/** ` (skipped: <reason>)`, or nothing. */
export const DEBIAN_REASON = system.missing === undefined ? '' : ` (skipped: ${system.missing})`;
/** `describe` for tests that need the system. */
export const describeDebian = system.missing === undefined ? describe : describe.skip;
if (system.missing !== undefined) console.warn(`ordinary software: skipped: ${system.missing}`);

/** Where the programs of the tests are in the container. */
export const PROGRAMS = '/opt/programs';

export interface DebianWorld {
  readonly connection: Connection;
  /** Starts a container on the copy of the system, with nothing relaxed. */
  start(options?: { readonly kind?: SecurityKind; readonly init?: readonly string[] }): Promise<Domain>;
}

/** Call inside `describe`: one copy of the system for its tests, gone afterwards. */
export function useDebian(): () => DebianWorld {
  const world = useWorld();
  let copy: RootCopy | undefined;
  beforeAll(() => {
    if (system.missing !== undefined) return;
    copy = copySystem(system);
    cpSync(join(__dirname, 'programs'), join(copy.directory, PROGRAMS), { recursive: true });
  }, 120_000);
  afterAll(() => {
    if (!copy) return;
    const traces = findTraces([copy.directory]);
    copy.remove();
    expect(traces).toEqual([]);
  });
  return () => ({
    connection: world().connection,
    start: ({ kind, init = ['/bin/sleep', 'infinity'] } = {}) =>
      world().connection.createDomain(xmlOf(copy?.directory ?? '', kind, init)),
  });
}

let count = 0;

function xmlOf(
  root: string,
  kind: SecurityKind | undefined,
  [init = '', ...initargs]: readonly string[],
): string {
  const security =
    kind === undefined
      ? ''
      : `<metadata><virtainer:domain xmlns:virtainer='urn:virtainer:domain:1'>
           <virtainer:security kind='${kind}'/>
         </virtainer:domain></metadata>`;
  return `<domain type='lxc'><name>debian-${++count}</name><memory unit='MiB'>1024</memory>${security}
    <os><type>exe</type><init>${init}</init>
      ${initargs.map((argument) => `<initarg>${argument}</initarg>`).join('')}</os>
    <devices><filesystem type='mount'><source dir='${root}'/><target dir='/'/></filesystem>
      <console type='pty'/></devices></domain>`;
}
