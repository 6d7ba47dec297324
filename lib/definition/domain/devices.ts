/** @see https://libvirt.org/formatdomain.html#devices */
import { compact, type Draft } from '../plain/compact.js';
import { readAll, type Fields } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import { element, textElement, type ElementReader, type OutputElement, type Verbatim } from '../xml/index.js';
import { checkConsole, completeConsole, formatConsole, parseConsole } from './console.js';
import type { CompleteDomain, Devices } from './definition.js';
import { checkDisk, completeDisk, formatDisk, parseDisk } from './disk.js';
import type { Disk } from './disk/types.js';
import { checkDiskPairs } from './disk/rules.js';
import { checkFilesystem, completeFilesystem, formatFilesystem, parseFilesystem } from './filesystem.js';
import type { Generate } from './generate.js';
import { checkHostdev, checkHostdevPairs, formatHostdev, parseHostdev, type Hostdev } from './hostdev.js';
import { checkInterface, completeInterface, formatInterface, parseInterface } from './interface.js';
import { checkKept, formatKept, KEPT_DEVICES, parseKept } from './kept.js';
import { checkAbsolutePath } from './paths.js';

type CompleteDevices = CompleteDomain['devices'];

export function parseDevices(domain: ElementReader): Draft<Devices> | undefined {
  const devices = domain.child('devices');
  if (devices?.child('memory')) refuseMemoryDevice();
  return (
    devices && {
      emulator: devices.value('emulator').text(),
      disks: devices.children('disk').map(parseDisk),
      filesystems: devices.children('filesystem').map(parseFilesystem),
      interfaces: devices.children('interface').map(parseInterface),
      consoles: devices.children('console').map(parseConsole),
      hostdevs: devices.children('hostdev').map(parseHostdev),
      kept: parseKept(devices, KEPT_DEVICES),
    }
  );
}

export function checkDevices(fields: Fields): Devices | undefined {
  const devices = fields.fields('devices');
  return (
    devices &&
    readAll(devices, (own) =>
      compact({
        emulator: checkEmulator(own.string('emulator')),
        disks: checkDisks(own.list('disks', checkDisk)),
        filesystems: own.list('filesystems', checkFilesystem),
        interfaces: own.list('interfaces', checkInterface),
        consoles: own.list('consoles', checkConsole),
        hostdevs: checkHostdevs(own.list('hostdevs', checkHostdev)),
        kept: checkKept(own, KEPT_DEVICES),
      }),
    )
  );
}

export function completeDevices(
  devices: Devices | undefined,
  emulator: string,
  generate: Generate,
): CompleteDevices {
  const { disks, interfaces, ...rest } = devices ?? {};
  return compact({
    ...rest,
    emulator: devices?.emulator ?? emulator,
    disks: disks && Object.freeze(disks.map(completeDisk)),
    filesystems: Object.freeze((devices?.filesystems ?? []).map(completeFilesystem)),
    interfaces: interfaces && Object.freeze(interfaces.map((nic) => completeInterface(nic, generate))),
    consoles: Object.freeze((devices?.consoles ?? []).map(completeConsole)),
  });
}

export function formatDevices(devices: CompleteDevices): OutputElement {
  const keptOf = (...names: (typeof KEPT_DEVICES)[number][]): (OutputElement | Verbatim)[] =>
    names.flatMap((name) => formatKept(devices.kept, name));
  return element('devices', {}, [
    textElement('emulator', devices.emulator),
    ...(devices.disks ?? []).map(formatDisk),
    ...keptOf('controller', 'lease'),
    ...devices.filesystems.map(formatFilesystem),
    ...(devices.interfaces ?? []).map(formatInterface),
    ...keptOf('smartcard', 'serial', 'parallel'),
    ...devices.consoles.map(formatConsole),
    ...keptOf('channel', 'input', 'tpm', 'graphics', 'sound', 'audio', 'video'),
    ...(devices.hostdevs ?? []).map(formatHostdev),
    ...keptOf('redirdev', 'redirfilter', 'hub', 'watchdog', 'memballoon', 'rng', 'nvram', 'panic'),
    ...keptOf('shmem', 'crypto', 'iommu', 'vsock', 'pstore'),
  ]);
}

function checkDisks(disks: readonly Disk[] | undefined): readonly Disk[] | undefined {
  checkDiskPairs(disks ?? []);
  return disks;
}

function checkHostdevs(hostdevs: readonly Hostdev[] | undefined): readonly Hostdev[] | undefined {
  checkHostdevPairs(hostdevs ?? []);
  return hostdevs;
}

function refuseMemoryDevice(): never {
  throw refusal(
    'CONFIG_UNSUPPORTED',
    'memory devices are not supported by this hypervisor driver: <memory> in <devices>',
    'containers have no memory hotplug: raise <memory> of <domain> instead',
  );
}

function checkEmulator(emulator: string | undefined): string | undefined {
  return emulator === undefined || emulator === '' ? undefined : checkAbsolutePath('<emulator>', emulator);
}
