/** What the files of limits say, in both versions. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KernelLimit } from '../../definition/domain/index.js';
import { isErrno } from '../errno.js';
import type { NumberedDevice } from './version.js';

/** From here on, version 1 means no limit: it says the highest number of whole pages, whatever their size. */
export const NO_LIMIT_BYTES = 2n ** 63n - 2n ** 20n;

export async function readText(directory: string, name: string): Promise<string> {
  return (await readFile(join(directory, name), 'utf8')).trim();
}

/** The first of several files that exists; undefined when none does. */
export async function readFirst(directory: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    try {
      return await readText(directory, name);
    } catch (cause) {
      if (!isErrno(cause, 'ENOENT')) throw cause;
    }
  }
  return undefined;
}

/** Undefined: no limit. */
export function parseKiB(text: string | undefined): number | undefined {
  if (text === undefined || text === 'max') return undefined;
  const bytes = BigInt(text);
  return bytes >= NO_LIMIT_BYTES ? undefined : Number(bytes / 1024n);
}

export function parsePids(text: string): KernelLimit {
  return text === 'max' ? 'unlimited' : Number(text);
}

export function kernelLimit(limit: KernelLimit): string {
  return limit === 'unlimited' ? 'max' : String(limit);
}

/** `100` or `default 100`, before lines for single devices. */
export function parseWeight(text: string | undefined): number | undefined {
  const found = /^(?:default )?(\d+)$/mu.exec(text ?? '')?.[1];
  return found === undefined ? undefined : Number(found);
}

/** Lines such as `8:0 100`. */
export function parseDeviceValues(
  key: Exclude<keyof NumberedDevice, 'number'>,
  text: string | undefined,
): NumberedDevice[] {
  return [...(text ?? '').matchAll(/^(\d+:\d+) (\d+)$/gmu)].map(([, number = '', value]) => ({
    number,
    [key]: Number(value),
  }));
}

/** Each device once. */
export function mergeDevices(parts: readonly NumberedDevice[]): NumberedDevice[] {
  const devices = new Map<string, NumberedDevice>();
  for (const part of parts) devices.set(part.number, { ...devices.get(part.number), ...part });
  return [...devices.values()];
}
