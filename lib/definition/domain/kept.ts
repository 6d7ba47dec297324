/**
 * What libvirt parses for its other drivers, and its container driver ignores: kept, and printed in its place.
 */
import type { Draft } from '../plain/compact.js';
import type { Fields } from '../plain/fields.js';
import type { ElementReader, OutputElement } from '../xml/index.js';

/** One element each, as XML. */
export type Kept = readonly string[];

export const KEPT_ELEMENTS = ['cpu', 'iothreads', 'perf', 'pm', 'sysinfo'] as const;
export const KEPT_DEVICES = ['graphics', 'video'] as const;

export function parseKept(_parent: ElementReader, _names: readonly string[]): Draft<Kept> | undefined {
  return undefined;
}

export function checkKept(_fields: Fields, _names: readonly string[]): Kept | undefined {
  return undefined;
}

/** Those of one name. */
export function formatKept(_kept: Kept | undefined, _name: string): OutputElement[] {
  return [];
}
