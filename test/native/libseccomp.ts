/** Tests with the real libseccomp, skipped where it is not usable. */
import { seccompSupport } from '../../lib/lxc/security/seccomp';
import { ABIS } from '../../lib/lxc/security/seccomp/abi';

export const support = seccompSupport();
export const abi = ABIS[process.arch];
export const isRoot = process.geteuid?.() === 0;
const isPossible = support.available && abi !== undefined && isRoot;
export const describeReal = isPossible ? describe : describe.skip;
if (!isPossible) test.skip('skipped: needs root and libseccomp', () => undefined);
export const library = support.path ?? '';
