/** @see https://libvirt.org/drvlxc.html#sharing-namespaces */
import { quote } from '../../errors.js';
import { compactOrNothing, type Draft } from '../plain/compact.js';
import { readAll, type Fields } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import { element, group, type ElementReader, type OutputElement } from '../xml/index.js';

/** URI of `<lxc:namespace>`, under whatever prefix. */
export const LXC_NAMESPACE = 'http://libvirt.org/schemas/domain/lxc/1.0';

/** In libvirt's order. */
const SHARED = ['sharenet', 'shareipc', 'shareuts'] as const;
type SharedKind = (typeof SHARED)[number];

export const NAMESPACE_SOURCES = ['name', 'pid', 'netns'] as const;
/** `none` shares nothing: the same as no element. */
const SOURCES_IN_XML = ['none', ...NAMESPACE_SOURCES] as const;

/** Whose namespace is entered instead of a new one. */
export interface SharedNamespace {
  /** `name`: another container; `pid`: a process of the host. */
  readonly type: 'name' | 'pid';
  /** The container's name, or the process id in decimal. */
  readonly value: string;
}
/** A network namespace kept below `/run/netns`. */
export interface NamedNetworkNamespace {
  readonly type: 'netns';
  readonly value: string;
}

/**
 * Namespaces that a container shares.
 * @see https://libvirt.org/drvlxc.html#sharing-namespaces
 */
export interface LxcNamespace {
  readonly sharenet?: SharedNamespace | NamedNetworkNamespace;
  readonly shareipc?: SharedNamespace;
  readonly shareuts?: SharedNamespace;
}

export function parseLxcNamespace(domain: ElementReader): Draft<LxcNamespace> | undefined {
  const namespace = domain.child('namespace', LXC_NAMESPACE);
  return namespace && Object.fromEntries(namespace.elements(LXC_NAMESPACE).map(parseShared));
}

function parseShared(shared: ElementReader): [SharedKind, Draft<SharedNamespace> | undefined] {
  const kind = SHARED.find((name) => name === shared.element.name);
  if (!kind) {
    throw refusal(
      'CONFIG_UNSUPPORTED',
      `unsupported Namespace feature: ${shared.element.name} in <lxc:namespace>`,
    );
  }
  const type = shared.attribute('type').text();
  const value = shared.attribute('value').text();
  if (type === undefined || value === undefined) {
    throw refusal('INTERNAL_ERROR', `No lxc environment type specified: <lxc:${kind}> needs type and value`);
  }
  if (!SOURCES_IN_XML.some((source) => source === type)) {
    throw refusal('INTERNAL_ERROR', `Unknown LXC namespace source ${quote(type)} in <lxc:${kind}>`);
  }
  return [kind, type === 'none' ? undefined : { type, value }];
}

export function checkLxcNamespace(fields: Fields): LxcNamespace | undefined {
  const namespace = fields.fields('lxcNamespace');
  return (
    namespace &&
    readAll(namespace, (own) => {
      const sharenet = own.fields('sharenet');
      return compactOrNothing({
        sharenet: sharenet && readAll(sharenet, checkNetwork),
        shareipc: checkShared(own, 'shareipc'),
        shareuts: checkShared(own, 'shareuts'),
      });
    })
  );
}

function checkNetwork(fields: Fields): SharedNamespace | NamedNetworkNamespace {
  const type = fields.requiredOneOf('type', NAMESPACE_SOURCES);
  return Object.freeze({ type, value: checkValue(fields, 'sharenet', type) });
}

function checkShared(fields: Fields, kind: SharedKind): SharedNamespace | undefined {
  const shared = fields.fields(kind);
  return (
    shared &&
    readAll(shared, (own) => {
      const type = own.requiredOneOf('type', NAMESPACE_SOURCES);
      if (type === 'netns') {
        throw refusal(
          'CONFIG_UNSUPPORTED',
          `'netns' namespace source can only be used with sharenet, not with <lxc:${kind}>`,
        );
      }
      return Object.freeze({ type, value: checkValue(own, kind, type) });
    })
  );
}

/** All three end up in paths or are looked up: nothing but one name, or one number. */
function checkValue(fields: Fields, kind: SharedKind, type: (typeof NAMESPACE_SOURCES)[number]): string {
  const value = fields.string('value') ?? '';
  const where = `<lxc:${kind} type='${type}'>: value ${quote(value)}`;
  if (value === '') throw refusal('INTERNAL_ERROR', `${where}: No lxc environment type specified`);
  if (type === 'pid') {
    if (!/^[1-9]\d{0,9}$/u.test(value) || Number(value) > 0x7fff_ffff) {
      throw refusal('XML_ERROR', `${where} is not a process id`);
    }
  } else if (/[/\p{Cc}]/u.test(value) || value.startsWith('.')) {
    throw refusal('XML_ERROR', `${where} is not a name`);
  }
  return value;
}

export function formatLxcNamespace(namespace: LxcNamespace | undefined): OutputElement | undefined {
  return group(
    'lxc:namespace',
    SHARED.map((kind) => {
      const shared = namespace?.[kind];
      return shared && element(`lxc:${kind}`, { type: shared.type, value: shared.value });
    }),
  );
}
