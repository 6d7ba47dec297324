/**
 * The one error class of the package, with libvirt's codes and domains.
 * @see https://libvirt.org/html/libvirt-virterror.html
 */

import { types } from 'node:util';

/** libvirt's `virErrorNumber` names (without `VIR_ERR_`) and numbers: those this package can raise. */
export const ERROR_CODES = {
  INTERNAL_ERROR: 1,
  NO_MEMORY: 2,
  NO_SUPPORT: 3,
  UNKNOWN_HOST: 4,
  NO_CONNECT: 5,
  INVALID_CONN: 6,
  INVALID_DOMAIN: 7,
  INVALID_ARG: 8,
  OPERATION_FAILED: 9,
  NO_SOURCE: 19,
  NO_TARGET: 20,
  NO_NAME: 21,
  XML_ERROR: 27,
  DOM_EXIST: 28,
  OPERATION_DENIED: 29,
  CONF_SYNTAX: 33,
  XML_DETAIL: 35,
  SYSTEM_ERROR: 38,
  NO_DOMAIN: 42,
  NO_SECURITY_MODEL: 54,
  OPERATION_INVALID: 55,
  CONFIG_UNSUPPORTED: 67,
  OPERATION_TIMEOUT: 68,
  HOOK_SCRIPT_FAILED: 70,
  ARGUMENT_UNSUPPORTED: 74,
  NO_DOMAIN_METADATA: 80,
  OVERFLOW: 82,
  OPERATION_UNSUPPORTED: 84,
  RESOURCE_BUSY: 87,
  ACCESS_DENIED: 88,
  DBUS_SERVICE: 89,
  XML_INVALID_SCHEMA: 92,
  DEVICE_MISSING: 99,
  NO_HOSTNAME: 108,
} as const;

/** Name of an error code, for example `'NO_DOMAIN'`. */
export type VirtErrorCode = keyof typeof ERROR_CODES;

/** libvirt's `virErrorDomain` names (without `VIR_FROM_`) and numbers: those this package can raise. */
export const ERROR_DOMAINS = {
  NONE: 0,
  XML: 5,
  CONF: 9,
  TEST: 12,
  LXC: 17,
  NETWORK: 19,
  DOMAIN: 20,
  SECURITY: 24,
  STREAMS: 38,
  INITCTL: 52,
  CGROUP: 54,
  SYSTEMD: 56,
} as const;

/** Name of the part of the system an error comes from, for example `'LXC'`. */
export type VirtErrorDomain = keyof typeof ERROR_DOMAINS;

/** What may be added to a {@link VirtError} beside its code and message. */
export interface VirtErrorDetails {
  /** The part of the system the error comes from; `'LXC'` when not given. */
  readonly domain?: VirtErrorDomain | undefined;
  /** Symbolic errno of the failed system call, for example `'ENOENT'`. */
  readonly errno?: string | undefined;
  /** Name of the failed system call, for example `'move_mount'`. */
  readonly syscall?: string | undefined;
  /** The file or directory concerned. */
  readonly path?: string | undefined;
  /** The stage of a start or exec that failed, one of the handshake's names. */
  readonly stage?: string | undefined;
  /** What the user can do about it, one sentence. */
  readonly hint?: string | undefined;
  /** The error this one was made from. */
  readonly cause?: unknown;
}

/**
 * Every failure of this package. The message says what was being done, to which object, and why it
 * failed; `code` is libvirt's name for the kind of failure and is what programs should test.
 * Mirrors `virError`.
 */
export class VirtError extends Error {
  override readonly name = 'VirtError';
  /** libvirt's name of the failure. */
  readonly code: VirtErrorCode;
  /** libvirt's number of the failure. */
  readonly codeNumber: number;
  /** Where it comes from. */
  readonly domain: VirtErrorDomain;
  /** Symbolic errno, when a system call failed. */
  readonly errno: string | undefined;
  /** The system call that failed. */
  readonly syscall: string | undefined;
  /** The file or directory concerned. */
  readonly path: string | undefined;
  /** The stage of a start or exec that failed. */
  readonly stage: string | undefined;
  /** What the user can do about it. */
  readonly hint: string | undefined;

  constructor(code: VirtErrorCode, message: string, details: VirtErrorDetails = {}) {
    super(printable(message), details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.codeNumber = ERROR_CODES[code];
    this.domain = details.domain ?? 'LXC';
    this.errno = details.errno;
    this.syscall = details.syscall;
    this.path = details.path;
    this.stage = details.stage;
    this.hint = details.hint;
  }
}

const MAX_MESSAGE = 512;

/** Hostile text ends up in messages (names, XML values): no control or bidi characters, bounded length. */
function printable(text: string): string {
  const safe = text.replace(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
  });
  return safe.length > MAX_MESSAGE ? `${safe.slice(0, MAX_MESSAGE - 1)}…` : safe;
}

/** A user's text for use inside a message: cut to 80 characters. */
export function quote(text: string): string {
  return `'${text.length > 80 ? `${text.slice(0, 79)}…` : text}'`;
}

/** Makes a SYSTEM_ERROR from a Node `ErrnoException`, keeping errno, system call and path. */
export function systemError(doing: string, cause: unknown, details: VirtErrorDetails = {}): VirtError {
  const error = cause as Partial<NodeJS.ErrnoException>;
  const path = details.path ?? error.path;
  return new VirtError('SYSTEM_ERROR', `${doing}: ${describeCause(cause)}`, {
    ...details,
    cause,
    errno: error.code,
    syscall: details.syscall ?? error.syscall,
    path,
  });
}

function describeCause(cause: unknown): string {
  // An error made by the addon need not be of this context's Error.
  if (!types.isNativeError(cause)) return String(cause);
  // Node's own wording is "ENOENT: no such file or directory, open '/x'": keep the middle and the path.
  const match = /^(?:[A-Z0-9]+): ([^,]+)(?:, \w+(?: '(.*)')?)?$/u.exec(cause.message);
  if (!match) return cause.message;
  const reason = match[1] ?? '';
  return match[2] === undefined ? reason : `${match[2]}: ${reason}`;
}

/** The refusal for an entry point or option that a driver does not have. Mirrors `VIR_ERR_NO_SUPPORT`. */
export function notSupported(what: string, domain: VirtErrorDomain = 'LXC'): VirtError {
  return new VirtError('NO_SUPPORT', `this function is not supported by the connection driver: ${what}`, {
    domain,
  });
}
