/** The host's compiler of AppArmor policies. */
import { execFile } from 'node:child_process';
import { lstat, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { VirtError } from '../../../../errors.js';
import type { HostTree } from '../../../host/tree.js';

/** By absolute path alone: PATH is whoever's started this process. */
const PARSERS = ['usr/sbin/apparmor_parser', 'sbin/apparmor_parser'] as const;
/** What the rules of a profile are understood to mean, whatever the parser's configuration says. */
const POLICY_FEATURES = 'etc/apparmor.d/abi/3.0';
const TIMEOUT_MS = 30_000;
const MAX_POLICY_BYTES = 8 * 1024 * 1024;

/**
 * The policy in the form that the kernel takes; nothing is loaded, and no cache read or written.
 * @throws VirtError CONFIG_UNSUPPORTED when there is no trustworthy parser; INTERNAL_ERROR when it refuses the policy.
 */
export async function compilePolicy(tree: HostTree, policy: string): Promise<Buffer> {
  const parser = await findParser(tree);
  const features = tree.locate(POLICY_FEATURES);
  const isPinned = await isTrusted(features);
  const options = ['--skip-kernel-load', '--skip-cache', '--stdout', '--quiet'];
  return run(parser, isPinned ? [...options, `--policy-features=${features}`] : options, policy);
}

async function findParser(tree: HostTree): Promise<string> {
  for (const path of PARSERS) if (await isTrusted(tree.locate(path))) return tree.locate(path);
  throw new VirtError(
    'CONFIG_UNSUPPORTED',
    '<seclabel>: no profile for AppArmor can be made: there is no apparmor_parser of root on this host',
    {
      domain: 'SECURITY',
      hint: "install the package 'apparmor', name a loaded profile with type='static', or use type='none'",
    },
  );
}

/** Whether nobody but root can change a file, or put another one in its place. */
async function isTrusted(path: string): Promise<boolean> {
  try {
    const real = await realpath(path);
    if (!(await lstat(real)).isFile()) return false;
    for (let part = real; ; part = dirname(part)) {
      const { uid, mode } = await lstat(part);
      // In a sticky folder others can't rename what is root's.
      const isSticky = part !== real && (mode & 0o1000) !== 0;
      if (uid !== 0 || ((mode & 0o022) !== 0 && !isSticky)) return false;
      if (part === dirname(part)) return true;
    }
  } catch {
    return false;
  }
}

function run(parser: string, options: readonly string[], input: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      parser,
      options,
      { env: {}, cwd: '/', encoding: 'buffer', timeout: TIMEOUT_MS, maxBuffer: MAX_POLICY_BYTES },
      (cause, stdout, stderr) => {
        if (!cause && stdout.length > 0) {
          resolve(stdout);
          return;
        }
        const said = stderr.toString('utf8').trim().split('\n').at(-1) ?? '';
        reject(
          new VirtError(
            'INTERNAL_ERROR',
            `apparmor_parser made no policy of the container's profile: ${said}`,
            {
              cause: cause ?? undefined,
              path: parser,
              domain: 'SECURITY',
            },
          ),
        );
      },
    );
    // A parser that ends early has said why; the broken pipe adds nothing.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}
