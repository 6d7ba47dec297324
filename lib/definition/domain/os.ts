/** @see https://libvirt.org/formatdomain.html#container-boot */
import { quote } from '../../errors.js';
import { compact, emptyIsNone, type Draft } from '../plain/compact.js';
import { readAll, type Fields } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import { element, textElement, type ElementReader, type OutputElement } from '../xml/index.js';
import { ARCHITECTURES } from './architectures.js';
import { checkAbsolutePath } from './paths.js';

export const OS_TYPES = ['exe'] as const;
/** Types of libvirt's other drivers: known, but nothing a container can be. */
const OTHER_OS_TYPES = ['hvm', 'xen', 'xenpvh', 'linux', 'uml', 'bhyve'];

export const SMBIOS_MODES = ['emulate', 'host', 'sysinfo'] as const;
export type SmbiosMode = (typeof SMBIOS_MODES)[number];

/** One variable of init's environment. */
export interface InitEnv {
  /** Letters, digits and `_`, not starting with a digit. */
  readonly name: string;
  /** Not empty: libvirt can't express an empty value. */
  readonly value: string;
}

/**
 * What runs in the container.
 * @see https://libvirt.org/formatdomain.html#container-boot
 */
export interface Os {
  readonly type: 'exe';
  /** libvirt's name of the architecture, for example `x86_64`; the host's when absent. */
  readonly arch?: string;
  /** Machine of libvirt's other drivers: printed, without effect. */
  readonly machine?: string;
  /** Absolute path inside the container. */
  readonly init: string;
  /** Arguments after the program's own name; none of them empty. */
  readonly initargs?: readonly string[];
  /** Added to, and winning over, the environment a container has anyway. */
  readonly initenv?: readonly InitEnv[];
  /** Working directory of init; `/` when absent. */
  readonly initdir?: string;
  /** Name or number (also `+number`), resolved inside the container's root, a number never as a name; root when absent. */
  readonly inituser?: string;
  /** Likewise. */
  readonly initgroup?: string;
  /** Given to init as `LIBVIRT_LXC_CMDLINE`. */
  readonly cmdline?: string;
  /** Where the tables of a machine come from: printed, without effect. */
  readonly smbiosMode?: SmbiosMode;
}
export interface CompleteOs extends Os {
  readonly arch: string;
}

export function parseOs(domain: ElementReader): Draft<Os> | undefined {
  const os = domain.child('os');
  const type = os?.child('type');
  return (
    os && {
      type: type?.text(),
      arch: type?.attribute('arch').text(),
      machine: type?.attribute('machine').text(),
      init: os.value('init').text(),
      initargs: os.children('initarg').map((initarg) => initarg.text()),
      initenv: os.children('initenv').map((initenv) => ({
        name: initenv.attribute('name').text(),
        value: initenv.text(),
      })),
      initdir: os.value('initdir').text(),
      inituser: os.value('inituser').text(),
      initgroup: os.value('initgroup').text(),
      cmdline: os.value('cmdline').text(),
      smbiosMode: parseSmbios(os.child('smbios')),
    }
  );
}

/** `none` is what a container has anyway, and not printed. */
function parseSmbios(smbios: ElementReader | undefined): string | undefined {
  const mode = smbios?.attribute('mode').text();
  return mode === 'none' ? undefined : mode;
}

export function checkOs(fields: Fields): Os {
  const os = fields.fields('os');
  if (!os) throw refusal('XML_ERROR', 'an os <type> must be specified');
  return readAll(os, (own) =>
    compact({
      type: checkType(own.string('type') ?? ''),
      arch: checkArch(own.string('arch')),
      machine: emptyIsNone(own.string('machine')),
      init: checkInit(own.string('init') ?? ''),
      initargs: own.strings('initargs', checkInitarg),
      initenv: own.list('initenv', checkInitenv),
      initdir: checkInitdir(own.string('initdir')),
      inituser: checkOwner('<inituser>', own.string('inituser')),
      initgroup: checkOwner('<initgroup>', own.string('initgroup')),
      cmdline: emptyIsNone(own.string('cmdline')),
      smbiosMode: checkSmbios(own.string('smbiosMode')),
    }),
  );
}

export function completeOs(os: Os, hostArch: string): CompleteOs {
  return Object.freeze({ ...os, arch: os.arch ?? hostArch });
}

export function formatOs(os: Os): OutputElement {
  return element('os', {}, [
    element('type', { arch: os.arch, machine: os.machine }, os.type),
    textElement('init', os.init),
    ...(os.initargs ?? []).map((initarg) => textElement('initarg', initarg)),
    ...(os.initenv ?? []).map(({ name, value }) => element('initenv', { name }, value)),
    textElement('initdir', os.initdir),
    textElement('inituser', os.inituser),
    textElement('initgroup', os.initgroup),
    textElement('cmdline', os.cmdline),
    os.smbiosMode && element('smbios', { mode: os.smbiosMode }),
  ]);
}

function checkType(type: string): 'exe' {
  const found = OS_TYPES.find((item) => item === type);
  if (found !== undefined) return found;
  if (type === '') throw refusal('XML_ERROR', 'an os <type> must be specified');
  if (OTHER_OS_TYPES.includes(type)) {
    throw refusal('INVALID_ARG', `could not find capabilities for ostype=${type} domaintype=lxc`);
  }
  throw refusal('XML_ERROR', `unknown OS type ${quote(type)}: must be exe`);
}

function checkArch(arch: string | undefined): string | undefined {
  if (arch === undefined || arch === '') return undefined;
  if (ARCHITECTURES.some((known) => known === arch)) return arch;
  throw refusal('CONFIG_UNSUPPORTED', `unknown architecture ${quote(arch)} in <type arch=...>`);
}

function checkInit(init: string): string {
  if (init === '') throw refusal('XML_ERROR', 'init binary must be specified: <init> is required');
  return checkAbsolutePath('<init>', init);
}

function checkInitarg(initarg: string): string {
  if (initarg === '') throw refusal('XML_ERROR', 'No data supplied for <initarg> element');
  return initarg;
}

function checkInitenv(fields: Fields): InitEnv {
  const name = fields.string('name') ?? '';
  const value = fields.string('value') ?? '';
  if (name === '') throw refusal('XML_ERROR', 'No name supplied for <initenv> element');
  if (!/^[a-zA-Z_]\w*$/u.test(name)) {
    throw refusal('XML_ERROR', `<initenv name=${quote(name)}>: letters, digits and '_' only, no digit first`);
  }
  if (value === '') throw refusal('XML_ERROR', `No value supplied for <initenv name=${quote(name)}> element`);
  return Object.freeze({ name, value });
}

function checkInitdir(initdir: string | undefined): string | undefined {
  return initdir === undefined || initdir === '' ? undefined : checkAbsolutePath('<initdir>', initdir);
}

/** Its meaning is decided inside the container; here only what no user database can hold is refused. */
function checkOwner(what: string, owner: string | undefined): string | undefined {
  if (owner === undefined || owner === '') return undefined;
  if (owner.length > 256 || /[\s:/,\p{Cc}\p{Cf}]/u.test(owner)) {
    throw refusal('XML_ERROR', `${what} ${quote(owner)} is neither a name nor a number`);
  }
  return owner;
}

function checkSmbios(mode: string | undefined): SmbiosMode | undefined {
  const found = SMBIOS_MODES.find((item) => item === mode);
  if (mode === undefined || found !== undefined) return found;
  throw refusal(
    'CONFIG_UNSUPPORTED',
    `unknown smbios mode ${quote(mode)}: must be ${SMBIOS_MODES.join(', ')}`,
  );
}
