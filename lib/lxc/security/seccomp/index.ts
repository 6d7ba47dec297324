/** Seccomp filters of containers: from a profile's name or file to the bytes for the kernel. See docs/seccomp.md. */
import type { CapabilityName } from '../../../definition/domain/index.js';
import { VirtError, systemError } from '../../../errors.js';
import { ABIS, type Abi } from './abi.js';
import { INSTRUCTION_BYTES, MAX_INSTRUCTIONS } from './bpf.js';
import { cacheKey, readCached, writeCached } from './cache.js';
import { compileRules } from './compile.js';
import { findLibrary, type SeccompLibrary } from './library.js';
import { customRules } from './oci/index.js';
import { builtInRules, type BuiltInProfile } from './profiles.js';
import type { SeccompRules } from './rules.js';
import { verifyProgram } from './verify.js';

export type { BuiltInProfile } from './profiles.js';

export interface SeccompRequest {
  /** A built-in profile, or the absolute path of a file in the JSON form of OCI, Docker and Podman. */
  readonly profile: BuiltInProfile | { readonly file: string };
  /** What the container has: they decide which parts of a file are for it. */
  readonly capabilities: readonly CapabilityName[];
  /** A folder of the live state that only its owner can enter; made when it is missing. */
  readonly cacheFolder: string;
}

/** What the host can do. */
export interface SeccompSupport {
  readonly available: boolean;
  /** libseccomp's version. */
  readonly version?: string;
  /** Where libseccomp is. */
  readonly path?: string;
  /** Why there can be no filter. */
  readonly reason?: string;
}

/** Of this process; by everything a program depends on, so that entries never become wrong. */
const programs = new Map<string, Promise<Buffer>>();

/**
 * The filter of a container, a verified array of `struct sock_filter`. Compiled once per profile and host.
 *
 * @throws VirtError CONFIG_UNSUPPORTED when the host has no libseccomp to be used, or the file asks for what is not
 *   supported; CONF_SYNTAX, SYSTEM_ERROR for a file that is wrong or cannot be read; INTERNAL_ERROR when what was
 *   compiled is not what was asked for
 */
export async function seccompFilter(request: SeccompRequest): Promise<Buffer> {
  const abi = hostAbi();
  const filter = await decideRules(request, abi);
  const library = findLibrary();
  const key = cacheKey(filter, library.version);
  let program = programs.get(key);
  if (!program) {
    program = obtain(filter, library, request.cacheFolder, key);
    programs.set(key, program);
    program.catch(() => programs.delete(key));
  }
  return Buffer.from(await program);
}

/** Whether filters can be made here, and with what. Never throws. */
export function seccompSupport(): SeccompSupport {
  try {
    hostAbi();
    return { available: true, ...findLibrary() };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return error instanceof VirtError && error.path !== undefined
      ? { available: false, path: error.path, reason }
      : { available: false, reason };
  }
}

function hostAbi(): Abi {
  const abi = ABIS[process.arch];
  if (abi) return abi;
  throw new VirtError('CONFIG_UNSUPPORTED', `cannot make a seccomp filter for ${process.arch}`, {
    domain: 'SECURITY',
    hint: "write <virtainer:seccomp profile='unconfined'/>",
  });
}

async function decideRules({ profile, capabilities }: SeccompRequest, abi: Abi): Promise<SeccompRules> {
  return typeof profile === 'string'
    ? builtInRules(profile, abi)
    : customRules(profile.file, { abi, capabilities });
}

async function obtain(
  filter: SeccompRules,
  library: SeccompLibrary,
  folder: string,
  key: string,
): Promise<Buffer> {
  const cached = await readCached(folder, key);
  if (cached && (await isRight(filter, cached))) return cached;
  const program = await compile(filter, library);
  await verifyProgram(filter, program);
  await writeCached(folder, key, program);
  return program;
}

async function isRight(filter: SeccompRules, program: Buffer): Promise<boolean> {
  try {
    await verifyProgram(filter, program, { quick: true });
    return true;
  } catch {
    return false;
  }
}

async function compile(filter: SeccompRules, { path, version }: SeccompLibrary): Promise<Buffer> {
  const program = await compileRules(filter, path).catch((cause: unknown) => {
    throw systemError(`libseccomp ${version} cannot compile the filter`, cause, { domain: 'SECURITY', path });
  });
  const count = program.length / INSTRUCTION_BYTES;
  if (count <= MAX_INSTRUCTIONS) return program;
  throw new VirtError('CONFIG_UNSUPPORTED', `the seccomp profile is too large: ${count} instructions`, {
    domain: 'SECURITY',
    hint: `the kernel takes ${MAX_INSTRUCTIONS}; make entries with conditions fewer`,
  });
}
