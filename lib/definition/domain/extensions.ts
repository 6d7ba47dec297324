/** What libvirt has no element for: one element in `<metadata>`, so that libvirt takes our XML as it is. */
import { compactOrNothing, falseIsNone, type Draft } from '../plain/compact.js';
import { copyPlainData } from '../plain/copy.js';
import { Fields, readAll } from '../plain/fields.js';
import { atLine, refusal } from '../refusal.js';
import {
  isElement,
  qualifiedName,
  type ElementReader,
  type OutputElement,
  type XmlElement,
} from '../xml/index.js';
import { checkHealth, formatHealth, parseHealth, type HealthCheck } from './extensions/health.js';
import { checkHugetlb, formatHugetlb, parseHugetlb, type HugetlbLimit } from './extensions/hugetlb.js';
import { checkImage, formatImage, parseImage, type ImageReference } from './extensions/image.js';
import { EXTENSIONS_NAMESPACE, ownElement, ROOT, rootElement, tag } from './extensions/namespace.js';
import { formatNoNewPrivs, parseNoNewPrivs } from './extensions/no-new-privs.js';
import { readOwn } from './extensions/own-reader.js';
import { checkOomScore, formatOomScore, parseOomScore, type OomScore } from './extensions/oom-score.js';
import { checkPathList, formatPathList, parsePathList, type PathList } from './extensions/path-list.js';
import { checkPids, formatPids, parsePids, type Pids } from './extensions/pids.js';
import { checkPorts, formatPorts, parsePort, type PublishedPort } from './extensions/ports.js';
import {
  checkResourceView,
  formatResourceView,
  parseResourceView,
  type ResourceView,
} from './extensions/resource-view.js';
import { checkRestart, formatRestart, parseRestart, type Restart } from './extensions/restart.js';
import { checkRlimits, formatRlimits, parseRlimit, type Rlimit } from './extensions/rlimits.js';
import { checkSeccomp, formatSeccomp, parseSeccomp, type Seccomp } from './extensions/seccomp.js';
import { checkSecurity, formatSecurity, parseSecurity, type Security } from './extensions/security.js';
import {
  checkTimeOffsets,
  formatTimeOffsets,
  parseTimeOffsets,
  type TimeOffsets,
} from './extensions/time-offsets.js';
import {
  checkUserNamespace,
  formatUserNamespace,
  parseUserNamespace,
  type UserNamespace,
} from './extensions/user-namespace.js';

export { EXTENSIONS_NAMESPACE } from './extensions/namespace.js';

/** Settings beyond libvirt's, kept in `<virtainer:domain>` of `<metadata>`. */
export interface Extensions {
  /** Process 1 is a small program of the package that starts `<init>`, passes signals on and collects orphans. */
  readonly reaper?: boolean;
  /** Which security profile the container gets. */
  readonly security?: Security;
  /** Whether the container has a user namespace, where `<idmap>` does not say so. */
  readonly userNamespace?: UserNamespace;
  /** Which system calls the container may make. */
  readonly seccomp?: Seccomp;
  /** Whether set-user-id files and the like give nobody more rights. */
  readonly noNewPrivs?: boolean;
  /** Paths inside the container that look empty there. */
  readonly maskedPaths?: PathList;
  /** Paths inside the container that nobody can write to there. */
  readonly readonlyPaths?: PathList;
  /** Limit of processes and threads. */
  readonly pids?: Pids;
  /** The number of `<vcpu>` is also how much CPU time the container can use. */
  readonly vcpuLimit?: boolean;
  /** Limits of huge pages; a size once at most. */
  readonly hugetlb?: readonly HugetlbLimit[];
  /** Limits of each process; a name once at most. */
  readonly rlimits?: readonly Rlimit[];
  /** How soon its processes are killed when the host has no memory left; as the starting process when absent. */
  readonly oomScore?: OomScore;
  /** Whose resources `/proc` shows; what the container has by its limits where the host can, when absent. */
  readonly resourceView?: ResourceView;
  /** A time namespace, with these clocks. */
  readonly timeOffsets?: TimeOffsets;
  readonly restart?: Restart;
  readonly health?: HealthCheck;
  readonly image?: ImageReference;
  /** Ports that the host passes on. */
  readonly ports?: readonly PublishedPort[];
}

/** The element of each property, below the package's own root. */
export const EXTENSION_ELEMENTS: Readonly<Record<keyof Extensions, string>> = {
  reaper: 'reaper',
  security: 'security',
  userNamespace: 'userNamespace',
  seccomp: 'seccomp',
  noNewPrivs: 'noNewPrivs',
  maskedPaths: 'maskedPaths',
  readonlyPaths: 'readonlyPaths',
  pids: 'pids',
  vcpuLimit: 'vcpuLimit',
  hugetlb: 'hugetlb',
  rlimits: 'rlimit',
  oomScore: 'oomScore',
  resourceView: 'resourceView',
  timeOffsets: 'timeOffsets',
  restart: 'restart',
  health: 'health',
  image: 'image',
  ports: 'port',
};

/** Looks also where libvirt would not: a setting of ours in the wrong place is refused, not ignored. */
export function parseExtensions({ element: domain }: ElementReader): Draft<Extensions> | undefined {
  const children = domain.children.filter(isElement);
  const isMetadata = (child: XmlElement): boolean => child.name === 'metadata' && child.namespace === '';
  refuseMisplaced({ ...domain, children: children.filter((child) => !isMetadata(child)) });
  const [root, second] = children
    .filter(isMetadata)
    .flatMap((metadata) => metadata.children.filter(isElement))
    .filter((child) => child.namespace === EXTENSIONS_NAMESPACE);
  if (second) {
    throw refusal('XML_ERROR', `<metadata>: more than one element in namespace '${EXTENSIONS_NAMESPACE}'`);
  }
  return root && parseRoot(root);
}

function refuseMisplaced(element: XmlElement): void {
  const attribute = element.attributes.find((item) => item.namespace === EXTENSIONS_NAMESPACE);
  if (attribute || element.namespace === EXTENSIONS_NAMESPACE) {
    const what = attribute ? `attribute '${qualifiedName(attribute)}'` : `<${qualifiedName(element)}>`;
    throw refusal('XML_ERROR', `${what} must be in ${tag(ROOT)} of <metadata>${atLine(element.line)}`);
  }
  for (const child of element.children) if (isElement(child)) refuseMisplaced(child);
}

/** From the one element. @throws VirtError CONFIG_UNSUPPORTED, XML_ERROR. */
export function readExtensions(root: XmlElement): Extensions | undefined {
  const path = 'domain.extensions';
  return checkExtensions(new Fields(copyPlainData(parseRoot(root), path), path));
}

function parseRoot(root: XmlElement): Draft<Extensions> {
  if (root.name !== ROOT) {
    throw refusal(
      'CONFIG_UNSUPPORTED',
      `unknown element ${tag(root.name)} in <metadata>: only ${tag(ROOT)} can be there`,
    );
  }
  return readOwn(root, (own) => ({
    reaper: own.child('reaper', () => true),
    security: own.child('security', parseSecurity),
    userNamespace: own.child('userNamespace', parseUserNamespace),
    seccomp: own.child('seccomp', parseSeccomp),
    noNewPrivs: own.child('noNewPrivs', parseNoNewPrivs),
    maskedPaths: own.child('maskedPaths', parsePathList),
    readonlyPaths: own.child('readonlyPaths', parsePathList),
    pids: own.child('pids', parsePids),
    vcpuLimit: own.child('vcpuLimit', () => true),
    hugetlb: own.children('hugetlb', parseHugetlb),
    rlimits: own.children('rlimit', parseRlimit),
    oomScore: own.child('oomScore', parseOomScore),
    resourceView: own.child('resourceView', parseResourceView),
    timeOffsets: own.child('timeOffsets', parseTimeOffsets),
    restart: own.child('restart', parseRestart),
    health: own.child('health', parseHealth),
    image: own.child('image', parseImage),
    ports: own.children('port', parsePort),
  }));
}

/** What has no effect is left out. */
export function checkExtensions(extensions: Fields): Extensions | undefined {
  return readAll(extensions, (own) =>
    compactOrNothing({
      reaper: falseIsNone(own.boolean('reaper')),
      security: inside(own, 'security', checkSecurity),
      userNamespace: inside(own, 'userNamespace', checkUserNamespace),
      seccomp: inside(own, 'seccomp', checkSeccomp),
      noNewPrivs: own.boolean('noNewPrivs'),
      maskedPaths: inside(own, 'maskedPaths', checkPathList('maskedPaths')),
      readonlyPaths: inside(own, 'readonlyPaths', checkPathList('readonlyPaths')),
      pids: inside(own, 'pids', checkPids),
      vcpuLimit: falseIsNone(own.boolean('vcpuLimit')),
      hugetlb: checkHugetlb(own),
      rlimits: checkRlimits(own),
      oomScore: inside(own, 'oomScore', checkOomScore),
      resourceView: inside(own, 'resourceView', checkResourceView),
      timeOffsets: inside(own, 'timeOffsets', checkTimeOffsets),
      restart: inside(own, 'restart', checkRestart),
      health: inside(own, 'health', checkHealth),
      image: inside(own, 'image', checkImage),
      ports: checkPorts(own),
    }),
  );
}

function inside<T>(fields: Fields, key: keyof Extensions, check: (fields: Fields) => T): T | undefined {
  const child = fields.fields(key);
  return child && readAll(child, check);
}

export function formatExtensions(extensions: Extensions | undefined): OutputElement | undefined {
  if (!extensions) return undefined;
  const {
    security,
    userNamespace,
    seccomp,
    pids,
    oomScore,
    resourceView,
    timeOffsets,
    restart,
    health,
    image,
  } = extensions;
  return rootElement([
    extensions.reaper === true ? ownElement('reaper') : undefined,
    security && formatSecurity(security),
    userNamespace && formatUserNamespace(userNamespace),
    seccomp && formatSeccomp(seccomp),
    formatNoNewPrivs(extensions.noNewPrivs),
    formatPathList('maskedPaths', extensions.maskedPaths),
    formatPathList('readonlyPaths', extensions.readonlyPaths),
    pids && formatPids(pids),
    extensions.vcpuLimit === true ? ownElement('vcpuLimit') : undefined,
    ...formatHugetlb(extensions.hugetlb),
    ...formatRlimits(extensions.rlimits),
    oomScore && formatOomScore(oomScore),
    resourceView && formatResourceView(resourceView),
    timeOffsets && formatTimeOffsets(timeOffsets),
    restart && formatRestart(restart),
    health && formatHealth(health),
    image && formatImage(image),
    ...formatPorts(extensions.ports),
  ]);
}
