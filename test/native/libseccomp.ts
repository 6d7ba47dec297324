/** Tests with the real libseccomp, skipped where it is not usable. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { seccompSupport } from '../../lib/lxc/security/seccomp';
import { ABIS } from '../../lib/lxc/security/seccomp/abi';

export const support = seccompSupport();
export const abi = ABIS[process.arch];
export const isRoot = process.geteuid?.() === 0;
const isPossible = support.available && abi !== undefined && isRoot;
export const describeReal = isPossible ? describe : describe.skip;
if (!isPossible) test.skip('skipped: needs root and libseccomp', () => undefined);
export const library = support.path ?? '';

/** A folder of each test's own: gives paths in it. */
export function useFolder(parent: string, prefix: string): (name: string) => string {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(parent, prefix));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  return (name) => join(folder, name);
}

export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}
