/** @see https://libvirt.org/formatdomain.html#devices */
import { compact, type Draft } from '../plain/compact.js';
import { readAll, type Fields } from '../plain/fields.js';
import { element, textElement, type ElementReader, type OutputElement } from '../xml/index.js';
import { checkConsole, completeConsole, formatConsole, parseConsole } from './console.js';
import type { CompleteDomain, Devices } from './definition.js';
import { checkFilesystem, completeFilesystem, formatFilesystem, parseFilesystem } from './filesystem.js';
import { checkAbsolutePath } from './paths.js';

type CompleteDevices = CompleteDomain['devices'];

export function parseDevices(domain: ElementReader): Draft<Devices> | undefined {
  const devices = domain.child('devices');
  return (
    devices && {
      emulator: devices.value('emulator').text(),
      filesystems: devices.children('filesystem').map(parseFilesystem),
      consoles: devices.children('console').map(parseConsole),
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
        filesystems: own.list('filesystems', checkFilesystem),
        consoles: own.list('consoles', checkConsole),
      }),
    )
  );
}

export function completeDevices(devices: Devices | undefined, emulator: string): CompleteDevices {
  return Object.freeze({
    emulator: devices?.emulator ?? emulator,
    filesystems: Object.freeze((devices?.filesystems ?? []).map(completeFilesystem)),
    consoles: Object.freeze((devices?.consoles ?? []).map(completeConsole)),
  });
}

export function formatDevices(devices: CompleteDevices): OutputElement {
  return element('devices', {}, [
    textElement('emulator', devices.emulator),
    ...devices.filesystems.map(formatFilesystem),
    ...devices.consoles.map(formatConsole),
  ]);
}

function checkEmulator(emulator: string | undefined): string | undefined {
  return emulator === undefined || emulator === '' ? undefined : checkAbsolutePath('<emulator>', emulator);
}
