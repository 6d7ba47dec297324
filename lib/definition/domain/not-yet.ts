/**
 * What libvirt's container driver acts on and this version does not. Dropping a limit or a wall silently
 * would leave a container with less of them than its author wrote, so such definitions are refused.
 */
import { quote, type VirtError } from '../../errors.js';
import { atLine, refusal } from '../refusal.js';
import { isElement, type XmlElement } from '../xml/index.js';

/** URI of `<lxc:namespace>`, under whatever prefix. */
const LXC_NAMESPACE = 'http://libvirt.org/schemas/domain/lxc/1.0';

interface NotYet {
  /** Where the element is, below `<domain>`. */
  readonly path: string;
  /** Namespace of the element, where it is not libvirt's own. */
  readonly namespace?: string;
  /** Only with this attribute, */
  readonly attribute?: string;
  /** with one of these values, */
  readonly values?: readonly string[];
  /** or with any value (or none at all) but these. */
  readonly except?: readonly (string | undefined)[];
  /** What can be done instead. */
  readonly hint: string;
}

const NO_LIMIT = 'remove it: the container would run without this limit';

export const NOT_YET: readonly NotYet[] = [
  { path: 'maxMemory', hint: 'containers have no memory hotplug: raise <memory> instead' },
  { path: 'blkiotune', hint: NO_LIMIT },
  { path: 'memtune', hint: 'the limit of <memory> is enforced; remove <memtune>' },
  { path: 'vcpu', attribute: 'cpuset', hint: NO_LIMIT },
  { path: 'vcpu', attribute: 'current', hint: 'give the number of CPUs as the text of <vcpu>' },
  { path: 'vcpu', attribute: 'placement', values: ['auto'], hint: "use placement='static'" },
  { path: 'vcpus', hint: 'containers have no individual CPU states: remove it' },
  { path: 'cputune', hint: NO_LIMIT },
  { path: 'numatune', hint: NO_LIMIT },
  { path: 'os/cmdline', hint: 'pass it as <initarg> or <initenv>' },
  { path: 'idmap', hint: 'remove it: containers have an id map chosen by the driver' },
  {
    path: 'clock',
    attribute: 'offset',
    values: ['timezone', 'variable', 'absolute'],
    hint: "the clock of a container is the host's: use offset='utc' or 'localtime'",
  },
  { path: 'devices/disk', hint: 'mount what is on it with <filesystem>' },
  {
    path: 'devices/filesystem',
    attribute: 'type',
    values: ['file', 'block', 'template', 'volume'],
    hint: "mount it on the host and use type='mount'",
  },
  { path: 'devices/interface', hint: 'remove it: the container has a private network with loopback only' },
  {
    path: 'devices/console',
    attribute: 'type',
    except: ['pty', undefined],
    hint: 'Only PTY console types are supported',
  },
  { path: 'devices/hostdev', hint: 'remove it: the container would not see the device' },
  {
    path: 'seclabel',
    attribute: 'type',
    except: ['none'],
    hint: "remove it, or use type='none': the container would run without this label",
  },
  { path: 'namespace', namespace: LXC_NAMESPACE, hint: 'remove it: the container has namespaces of its own' },
];

/** @throws VirtError CONFIG_UNSUPPORTED at the first such element. */
export function refuseNotYet(domain: XmlElement): void {
  for (const row of NOT_YET) {
    for (const found of elementsAt(domain, row)) {
      const value = found.attributes.find((item) => item.prefix === '' && item.name === row.attribute)?.value;
      if (row.attribute === undefined || isRefused(row, value)) throw notYetError(row, value, found.line);
    }
  }
}

/** The same for a typed definition's value of an attribute; undefined when it is not refused. */
export function notYetValue(
  path: string,
  attribute: string,
  value: string | undefined,
): VirtError | undefined {
  const row = NOT_YET.find(
    (item) => item.path === path && item.attribute === attribute && isRefused(item, value),
  );
  return row && value !== undefined ? notYetError(row, value) : undefined;
}

function isRefused(row: NotYet, value: string | undefined): boolean {
  if (row.except) return !row.except.includes(value);
  return value !== undefined && (row.values?.includes(value) ?? true);
}

function notYetError(row: NotYet, value: string | undefined, line?: number): VirtError {
  const name = row.path.split('/').at(-1) ?? '';
  const attribute =
    row.attribute === undefined || value === undefined ? '' : ` ${row.attribute}=${quote(value)}`;
  const where = line === undefined ? '' : atLine(line);
  return refusal(
    'CONFIG_UNSUPPORTED',
    `<${name}${attribute}>: not supported by this version${where}: ${row.hint}`,
    row.hint,
  );
}

function elementsAt(domain: XmlElement, { path, namespace = '' }: NotYet): readonly XmlElement[] {
  return path
    .split('/')
    .reduce<readonly XmlElement[]>(
      (parents, name) =>
        parents.flatMap((parent) =>
          parent.children
            .filter(isElement)
            .filter((child) => child.name === name && child.namespace === namespace),
        ),
      [domain],
    );
}
