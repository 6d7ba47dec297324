/** The host's devices that a definition gives to its container: looked up before anything is started. */
import { statSync } from 'node:fs';
import { posix } from 'node:path';
import type {
  BlockDisk,
  CompleteDomain,
  Disk,
  Hostdev,
  MiscHostdev,
  StorageHostdev,
} from '../../../definition/domain/index.js';
import { quote, systemError, VirtError, type VirtErrorDetails } from '../../../errors.js';
import { deviceOf, type DeviceKind } from './rules.js';

/** One device of the host, and where the container finds it. */
export interface HostNode {
  readonly kind: DeviceKind;
  readonly major: number;
  readonly minor: number;
  /** Absolute path in the container, below `/dev`. */
  readonly path: string;
  readonly readonly: boolean;
  /** The element that asks for it, for messages. */
  readonly origin: string;
}

/** What a path of the host leads to. */
export interface FoundDevice {
  /** undefined: no device. */
  readonly kind: DeviceKind | undefined;
  readonly major: number;
  readonly minor: number;
}

/** @throws ErrnoException */
export type LookUpDevice = (path: string) => FoundDevice;

/** A device as the definition names it. */
interface Wanted {
  readonly kind: DeviceKind;
  readonly source: string;
  readonly path: string;
  readonly readonly: boolean;
  readonly origin: string;
}

/** What the container has there itself: mount points, links and consoles. */
const OWN_PATHS = /^\/dev\/(?:(?:pts|shm|mqueue|fd)(?:\/|$)|(?:ptmx|console|stdin|stdout|stderr|tty\d+)$)/u;

/**
 * The devices of every `<disk type='block'>` and `<hostdev mode='capabilities' type='misc|storage'>`.
 *
 * @throws VirtError CONFIG_UNSUPPORTED when a source is no device of that kind, or can't be at that place
 */
export function resolveHostNodes(
  { devices }: Pick<CompleteDomain, 'devices'>,
  lookUp: LookUpDevice = lookUpDevice,
): HostNode[] {
  const wanted = [
    ...(devices.disks ?? []).filter(isStartableDisk).map(wantedByDisk),
    ...(devices.hostdevs ?? []).filter(isStartableHostdev).map(wantedByHostdev),
  ];
  const nodes = wanted.map((one) => resolveNode(one, lookUp));
  checkPairs(nodes);
  return nodes;
}

/** A disk that a plan has steps for. */
export function isStartableDisk<T extends Disk>(disk: T): disk is T & BlockDisk {
  return disk.type === 'block';
}

/** A device of the host that a plan has steps for. */
export function isStartableHostdev(hostdev: Hostdev): hostdev is MiscHostdev | StorageHostdev {
  return hostdev.type === 'misc' || hostdev.type === 'storage';
}

function wantedByDisk({ target, source, readonly }: BlockDisk): Wanted {
  const origin = `<disk> target '${target}'`;
  if (source === undefined) throw unsupported(`${origin}: Can't setup disk without media`);
  return { kind: 'b', source, path: `/dev/${target}`, readonly: readonly === true, origin };
}

function wantedByHostdev(hostdev: MiscHostdev | StorageHostdev): Wanted {
  const [kind, source] =
    hostdev.type === 'misc' ? (['c', hostdev.char] as const) : (['b', hostdev.block] as const);
  return {
    kind,
    source,
    path: posix.normalize(source),
    readonly: false,
    origin: `<hostdev type='${hostdev.type}'> ${quote(source)}`,
  };
}

function resolveNode({ kind, source, path, readonly, origin }: Wanted, lookUp: LookUpDevice): HostNode {
  checkPath(path, origin);
  const rule = `${origin}: source ${quote(source)} must be a ${kind === 'b' ? 'block' : 'character'} device`;
  const found = lookUpOr(lookUp, source, rule);
  if (found.kind !== kind) throw unsupported(rule, { path: source });
  return { kind, major: found.major, minor: found.minor, path, readonly, origin };
}

function lookUpOr(lookUp: LookUpDevice, source: string, rule: string): FoundDevice {
  try {
    return lookUp(source);
  } catch (cause) {
    const { message, errno, syscall } = systemError(rule, cause);
    throw unsupported(message, { cause, errno, syscall, path: source });
  }
}

/** Links are followed, for a stable name in /dev is one; what counts from here on are only the two numbers. */
export function lookUpDevice(path: string): FoundDevice {
  const stats = statSync(path, { bigint: true });
  const kind = stats.isBlockDevice() ? 'b' : 'c';
  const isDevice = stats.isBlockDevice() || stats.isCharacterDevice();
  return { kind: isDevice ? kind : undefined, ...numbersOf(stats.rdev) };
}

function checkPath(path: string, origin: string): void {
  if (!path.startsWith('/dev/')) {
    throw unsupported(`${origin}: a device of the host can only be below /dev`, {
      hint: 'name it by its path in the /dev of the host',
    });
  }
  if (OWN_PATHS.test(path)) throw unsupported(`${origin}: ${path} belongs to the container itself`);
}

/** As the C library takes a `dev_t` apart. */
export function numbersOf(device: bigint): { major: number; minor: number } {
  return {
    major: Number(((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n)),
    minor: Number((device & 0xffn) | ((device >> 12n) & 0xffffff00n)),
  };
}

/** Two devices at one path, and one device under two rules: the kernel knows devices, not the nodes they are used by. */
function checkPairs(nodes: readonly HostNode[]): void {
  nodes.forEach((node, index) => {
    for (const other of nodes.slice(0, index)) {
      if (other.path === node.path) {
        throw unsupported(`${node.origin}: ${node.path} is already the device of ${other.origin}`);
      }
      if (deviceOf(other) === deviceOf(node) && other.readonly !== node.readonly) {
        throw unsupported(
          `${node.origin}: it is the same device as ${other.origin}, and only one is read-only`,
        );
      }
    }
  });
}

function unsupported(message: string, details: VirtErrorDetails = {}): VirtError {
  return new VirtError('CONFIG_UNSUPPORTED', message, details);
}
