/**
 * What libvirt's parser takes and its schema of version 9.0.0 does not: left out of, or tamed in, what is
 * compared with the schema. Everything else that is printed has to be valid.
 */
import { nodesOf, type Node } from '../hostile/tree.js';

/** Known to the parser, but not for containers, or since a later version of the schema. */
const NOT_IN_SCHEMA: ReadonlySet<string> = new Set([
  'aia',
  'async-teardown',
  'bootloader',
  'bootloader_args',
  'cmdline',
  'crypto',
  'defaultiothread',
  'poll',
  'ps2',
  'pstore',
  'ras',
  'smbios',
  // Capabilities of the kernel that libvirt does not know.
  'audit_read',
  'perfmon',
  'bpf',
  'checkpoint_restore',
]);

/** Without the elements that are not in the schema. */
export function withoutUnknown(root: Node): Node {
  for (const node of nodesOf(root)) {
    node.children = node.children.filter((child) => typeof child === 'string' || isInSchema(child));
    if (node.name === 'type') node.attributes = node.attributes.filter(([name]) => name !== 'machine');
  }
  return root;
}

function isInSchema({ name, attributes }: Node): boolean {
  const isVolume = name === 'filesystem' && attributes.some(([, value]) => value === 'volume');
  return !isVolume && !NOT_IN_SCHEMA.has(name);
}

/** A definition whose texts and numbers the patterns of the schema take: they are narrower than the parser. */
export function plainWords(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return plainText(value, key);
  if (typeof value === 'number') return plainNumber(value, key);
  if (Array.isArray(value)) return value.map((item) => plainWords(item, key));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([name]) => !/^(?:cache|memory)tunes$/u.test(name))
    .map(([name, item]) => [name, plainWords(item, name)] as const);
  // Only together, says the schema; the parser takes either.
  const owner = 'inituser' in value || 'initgroup' in value ? { inituser: 'root', initgroup: 'root' } : {};
  const catchup = 'catchup' in value && value.catchup !== undefined ? { tickpolicy: 'catchup' } : {};
  return { ...Object.fromEntries(entries), ...owner, ...catchup };
}

/** XML stays as it is. */
function plainText(text: string, key: string): string {
  if (key === 'kept' || key === 'metadata' || key === 'cpuset' || key === 'nodeset') return text;
  const plain = text.replaceAll(/[^\w/.:,+^ -]/gu, '_');
  if (key === 'init') return '/sbin/init';
  return key === 'timezone' ? 'Europe/Paris' : plain;
}

function plainNumber(number: number, key: string): number {
  if (key === 'weight') return 100;
  if (/quota/iu.test(key) && number < 0) return -1;
  return Math.min(number, 65_535);
}
