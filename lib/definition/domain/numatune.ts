/** @see https://libvirt.org/formatdomain.html#numa-node-tuning */
import { quote } from '../../errors.js';
import { compact, compactOrNothing, type Draft } from '../plain/compact.js';
import { readAll, type Fields } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import { element, group, type ElementReader, type OutputElement } from '../xml/index.js';
import { checkCpuset, formatCpuset, requireCpuset } from './cpuset.js';
import { countGuestNumaCells } from './guest-numa.js';

export const NUMATUNE_MODES = ['strict', 'preferred', 'interleave', 'restrictive'] as const;
/** How memory is taken from the nodes. */
export type NumatuneMode = (typeof NUMATUNE_MODES)[number];
export const NUMATUNE_PLACEMENTS = ['static', 'auto'] as const;
/** Who chooses the nodes: the definition, or the host when the container starts. */
export type NumatunePlacement = (typeof NUMATUNE_PLACEMENTS)[number];

export interface NumatuneMemory {
  /** `strict` when absent. */
  readonly mode?: NumatuneMode;
  /** Nodes of the host, for example `0-1`; needed with placement `static`, ignored with `auto`. */
  readonly nodeset?: string;
  /** `static` with a nodeset; without one as the placement of the CPUs. */
  readonly placement?: NumatunePlacement;
}

/** Kept, without effect: containers see no nodes of their own. */
export interface NumatuneMemnode {
  /** Number of a cell of `<cpu><numa>`. */
  readonly cellid: number;
  /** `strict` when absent. */
  readonly mode?: NumatuneMode;
  readonly nodeset: string;
}

/** Which NUMA nodes of the host memory comes from. */
export interface Numatune {
  readonly memory?: NumatuneMemory;
  readonly memnodes?: readonly NumatuneMemnode[];
}

export function parseNumatune(domain: ElementReader): Draft<Numatune> | undefined {
  const [numatune, another] = domain.children('numatune');
  if (another) throw refusal('XML_ERROR', 'only one numatune is supported');
  return (
    numatune && {
      memory: parseMemory(numatune.child('memory')),
      memnodes: numatune.children('memnode').map((memnode) => ({
        cellid: memnode.attribute('cellid').unsignedInteger(),
        mode: memnode.attribute('mode').text(),
        nodeset: memnode.attribute('nodeset').text(),
      })),
    }
  );
}

function parseMemory(memory: ElementReader | undefined): Draft<NumatuneMemory> | undefined {
  if (!memory) return undefined;
  const placement = memory.attribute('placement').text();
  return {
    mode: memory.attribute('mode').text(),
    nodeset: memory.attribute('nodeset').text(),
    // libvirt's parser knows the word, its schema does not.
    placement: placement === 'default' ? undefined : placement,
  };
}

export function checkNumatune(fields: Fields): Numatune | undefined {
  const numatune = fields.fields('numatune');
  if (!numatune) return undefined;
  const isAuto = fields.string('vcpuPlacement') === 'auto';
  const cells = countGuestNumaCells(fields);
  return readAll(numatune, (own) => {
    const given = own.fields('memory');
    const memory = given && readAll(given, (inner) => checkMemory(inner, isAuto));
    const memnodes = checkMemnodes(own, cells, memory);
    const placement = memory ? memory.placement : isAuto ? 'auto' : 'static';
    if (memnodes && placement === 'auto') {
      throw refusal(
        'CONFIG_UNSUPPORTED',
        'Per-node binding is not compatible with automatic NUMA placement: <memnode> in <numatune>',
      );
    }
    return compactOrNothing({ memory, memnodes });
  });
}

/** Mode and placement are made explicit, as libvirt prints them. */
function checkMemory(own: Fields, isVcpuAuto: boolean): NumatuneMemory | undefined {
  const mode = oneOf('mode', own.string('mode'), NUMATUNE_MODES);
  const given = oneOf('placement mode', own.string('placement'), NUMATUNE_PLACEMENTS);
  const nodeset = checkCpuset(own.string('nodeset'), { attribute: 'nodeset', element: 'memory' });
  if (mode === undefined && given === undefined && nodeset === undefined) return undefined;
  const placement = given ?? (nodeset === undefined && isVcpuAuto ? 'auto' : 'static');
  if (placement === 'static' && nodeset === undefined) {
    throw refusal(
      'CONFIG_UNSUPPORTED',
      "nodeset for NUMA memory tuning must be set if 'placement' is 'static': <memory> in <numatune>",
    );
  }
  return compact({
    mode: mode ?? 'strict',
    placement,
    nodeset: placement === 'static' ? nodeset : undefined,
  });
}

function checkMemnodes(
  fields: Fields,
  cells: number,
  memory: NumatuneMemory | undefined,
): readonly NumatuneMemnode[] | undefined {
  const seen = new Set<number>();
  const memnodes = fields.list('memnodes', (own) => {
    if (cells === 0) throw refusal('XML_ERROR', "Element 'memnode' is invalid without any guest NUMA cells");
    const memnode = checkMemnode(own, cells);
    if (seen.has(memnode.cellid)) {
      throw refusal('XML_ERROR', `Multiple memnode elements with cellid ${memnode.cellid}`);
    }
    seen.add(memnode.cellid);
    if (memory?.mode === 'restrictive' && memnode.mode !== 'restrictive') {
      throw refusal(
        'XML_ERROR',
        "'restrictive' mode is required in memnode element when mode is 'restrictive' in memory element",
      );
    }
    return memnode;
  });
  return memnodes && Object.freeze(memnodes.toSorted((a, b) => a.cellid - b.cellid));
}

function checkMemnode(own: Fields, cells: number): NumatuneMemnode {
  const cellid = own.unsignedInteger('cellid');
  if (cellid === undefined) throw refusal('XML_ERROR', "Missing attribute 'cellid' in element <memnode>");
  if (cellid >= cells) {
    throw refusal(
      'XML_ERROR',
      `Argument 'cellid' in memnode element must correspond to existing guest's NUMA cell, not '${cellid}'`,
    );
  }
  const nodeset = requireCpuset(own.string('nodeset'), { attribute: 'nodeset', element: 'memnode' });
  return compact({
    cellid,
    mode: own.oneOf('mode', NUMATUNE_MODES) ?? 'strict',
    nodeset: formatCpuset(nodeset),
  });
}

function oneOf<T extends string>(what: string, value: string | undefined, list: readonly T[]): T | undefined {
  const found = list.find((item) => item === value);
  if (found === undefined && value !== undefined) {
    throw refusal(
      'CONFIG_UNSUPPORTED',
      `Unsupported NUMA memory tuning ${what} ${quote(value)}: must be ${list.join(', ')}`,
    );
  }
  return found;
}

/** Where the host chooses the CPUs, it chooses the memory too. */
export function completeNumatune(
  numatune: Numatune | undefined,
  vcpuPlacement: 'static' | 'auto' | undefined,
): Numatune | undefined {
  if (vcpuPlacement !== 'auto' || numatune?.memory) return numatune;
  return compact({ ...numatune, memory: compact({ mode: 'strict', placement: 'auto' } as const) });
}

export function formatNumatune(numatune: Numatune | undefined): OutputElement | undefined {
  const { memory, memnodes = [] } = numatune ?? {};
  return group('numatune', [
    memory && formatMemory(memory),
    ...memnodes.map(({ cellid, mode, nodeset }) => element('memnode', { cellid, mode, nodeset })),
  ]);
}

function formatMemory({ mode, nodeset, placement }: NumatuneMemory): OutputElement {
  return nodeset === undefined
    ? element('memory', { mode, placement })
    : element('memory', { mode, nodeset });
}
