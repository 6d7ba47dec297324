/** What of a definition makes a container weaker than it is by default, and by which element. */
import { quote } from '../../../errors.js';
import type {
  CompleteDomain,
  Disk,
  Hostdev,
  IdmapEntry,
  LxcNamespace,
  UsbHostdev,
} from '../../domain/index.js';
import type { HostPath, Protections, Relaxation } from '../security-report.js';
import { hostPaths } from './host-paths.js';
import { kindRelaxations } from './kind-relaxations.js';
import { limitRelaxations } from './limit-relaxations.js';
import type { SecurityProfile } from '../profile.js';

export interface Profiles {
  readonly actual: SecurityProfile;
  /** What it would be if nothing but its kind were asked for. */
  readonly usual: SecurityProfile;
  /** What it would be if not even that were. */
  readonly unnamed: SecurityProfile;
}

export type Found = Omit<Relaxation, 'protection'>;
type Look = (definition: CompleteDomain, profiles: Profiles) => readonly Found[];

/** The host's own users are below: no range for containers begins earlier. */
const FIRST_CONTAINER_ID = 65_536;

const LOOKS: Readonly<Record<keyof Protections, Look>> = {
  userNamespace: ({ idmap }, { actual }) =>
    actual.userNamespace
      ? [...(idmap ? [...idmap.uids, ...idmap.gids] : [])].flatMap(mapped)
      : [
          {
            element: "<virtainer:userNamespace mode='none'>",
            effect: 'root of the container is root of the host',
          },
        ],
  namespaces: ({ lxcNamespace = {} }) => [
    ...shared(lxcNamespace, 'sharenet', 'it has the network, and the abstract sockets, of'),
    ...shared(lxcNamespace, 'shareipc', 'it reads and writes the shared memory and queues of'),
    ...shared(lxcNamespace, 'shareuts', 'it sees the host name of'),
  ],
  capabilities: capabilityRelaxations,
  noNewPrivs: (_definition, { actual, usual }) =>
    usual.noNewPrivs && !actual.noNewPrivs
      ? [
          {
            element: "<virtainer:noNewPrivs state='off'>",
            effect: 'set-user-id programs of its root file system give their rights',
          },
        ]
      : [],
  seccomp: (_definition, { actual }) => seccompRelaxations(actual.seccomp),
  maskedPaths: (_definition, { actual, usual }) =>
    missing('maskedPaths', usual.maskedPaths, actual.maskedPaths, 'it sees'),
  readonlyPaths: (_definition, { actual, usual }) =>
    missing('readonlyPaths', usual.readonlyPaths, actual.readonlyPaths, 'it may write to'),
  devices: ({ devices: { disks = [], hostdevs = [] } }) => [
    ...disks.map(diskRelaxation),
    ...hostdevs.map(hostdevRelaxation),
  ],
  labels: ({ seclabels = [] }) =>
    seclabels
      .filter(({ type }) => type === 'none')
      .map(({ model }) => ({
        element: `<seclabel type='none'${model === undefined ? '' : ` model=${quote(model)}`}>`,
        effect: 'no security module of the host confines it',
      })),
  limits: (_definition, profiles) => limitRelaxations(profiles),
  hostPaths: (definition) => hostPaths(definition).writable.map(writablePath),
};

/** In the order of the protections. */
export function relaxationsOf(definition: CompleteDomain, profiles: Profiles): readonly Relaxation[] {
  return (Object.keys(LOOKS) as (keyof Protections)[]).flatMap((protection) =>
    [...kindRelaxations(protection, profiles), ...LOOKS[protection](definition, profiles)].map((found) => ({
      protection,
      ...found,
    })),
  );
}

function mapped({ start, target, count }: IdmapEntry): Found[] {
  if (target >= FIRST_CONTAINER_ID) return [];
  const who = target === 0 ? 'root of the host' : `users of the host from ${target} on`;
  return [
    {
      element: `<idmap> start='${start}' target='${target}' count='${count}'`,
      effect: `its users are ${who}`,
    },
  ];
}

function shared(namespace: LxcNamespace, kind: keyof LxcNamespace, what: string): Found[] {
  const from = namespace[kind];
  if (!from) return [];
  const { type, value } = from;
  const whose = { name: `domain ${quote(value)}`, pid: `process ${value}`, netns: quote(value) }[type];
  return [{ element: `<lxc:${kind} type='${type}' value=${quote(value)}>`, effect: `${what} ${whose}` }];
}

function seccompRelaxations(profile: SecurityProfile['seccomp']): readonly Found[] {
  if (profile === undefined) {
    return [{ element: "<virtainer:seccomp profile='unconfined'>", effect: 'it can make every system call' }];
  }
  if (typeof profile === 'string') return [];
  return [
    {
      element: `<virtainer:seccomp profile='file' file=${quote(profile.file)}>`,
      effect: 'the file alone says which system calls it can make',
    },
  ];
}

function capabilityRelaxations({ features }: CompleteDomain, { actual, usual }: Profiles): readonly Found[] {
  const more = actual.capabilities.filter((name) => !usual.capabilities.includes(name));
  const { policy = 'default', states = {} } = features?.capabilities ?? {};
  const named = more.filter((name) => states[name] === 'on');
  const byPolicy = more.filter((name) => states[name] !== 'on');
  return [
    ...(byPolicy.length > 0
      ? [{ element: `<capabilities policy='${policy}'>`, effect: `its root also has ${byPolicy.join(', ')}` }]
      : []),
    ...named.map((name) => ({
      element: `<capabilities> <${name} state='on'>`,
      effect: `its root also has ${name}`,
    })),
  ];
}

function missing(
  name: 'maskedPaths' | 'readonlyPaths',
  usual: readonly string[],
  actual: readonly string[],
  effect: string,
): Found[] {
  const gone = usual.filter((path) => !actual.includes(path));
  if (gone.length === 0) return [];
  return [{ element: `<virtainer:${name} defaults='no'>`, effect: `${effect} ${gone.join(', ')}` }];
}

function diskRelaxation({ target, type, readonly, source }: Disk): Found {
  const what = type === 'block' ? `the host's ${source ?? 'device'}` : `a device of ${source ?? 'an image'}`;
  return {
    element: `<disk type='${type}'> target ${quote(target)}`,
    effect: `it reads ${readonly === true ? '' : 'and writes '}${what}`,
  };
}

function hostdevRelaxation(hostdev: Hostdev): Found {
  const { mode, type } = hostdev;
  return {
    element: `<hostdev mode='${mode}' type='${type}'>`,
    effect: `it has the host's ${deviceName(hostdev)}`,
  };
}

/** Path of the node, or what else tells it from others. */
export function deviceName(hostdev: Hostdev): string {
  switch (hostdev.type) {
    case 'storage':
      return hostdev.block;
    case 'misc':
      return hostdev.char;
    case 'net':
      return hostdev.interface;
    case 'usb':
      return usbName(hostdev);
  }
}

function usbName({ usbAddress, vendorId = 0, productId = 0 }: UsbHostdev): string {
  if (usbAddress) return `USB device ${usbAddress.bus}:${usbAddress.device}`;
  const hex = (id: number): string => id.toString(16).padStart(4, '0');
  return `USB device ${hex(vendorId)}:${hex(productId)}`;
}

function writablePath({ source, target }: HostPath): Found {
  return { element: `<filesystem> target ${quote(target)}`, effect: `it changes the host's ${source}` };
}
