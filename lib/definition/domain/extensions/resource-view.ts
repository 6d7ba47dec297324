/** What `/proc` in a container says of memory, CPUs and time. */
import { compact, type Draft } from '../../plain/compact.js';
import type { Fields } from '../../plain/fields.js';
import type { OutputElement } from '../../xml/index.js';
import { ownElement } from './namespace.js';
import type { OwnReader } from './own-reader.js';
import { missing } from './values.js';

const MODES = ['container', 'host'] as const;

/** Whose resources the files of `/proc` and `/sys` show. */
export interface ResourceView {
  /** `container`: what the container has by its limits. `host`: what the host has. */
  readonly mode: (typeof MODES)[number];
}

export function parseResourceView(view: OwnReader): Draft<ResourceView> {
  return { mode: view.attribute('mode').oneOf(MODES) };
}

export function checkResourceView(fields: Fields): ResourceView {
  const mode = fields.oneOf('mode', MODES);
  if (mode === undefined) throw missing({ of: 'resourceView', attribute: 'mode' });
  return compact({ mode });
}

export function formatResourceView({ mode }: ResourceView): OutputElement {
  return ownElement('resourceView', { mode });
}
