/** Profiles of the user's own. */
import { release } from 'node:os';
import type { SeccompRules } from '../rules.js';
import { decideProfile, type Circumstances } from './decide.js';
import { readProfile } from './file.js';
import { JsonPlace } from './json.js';
import { readProfileJson } from './profile.js';

/**
 * The rules that a profile's file means for a container.
 *
 * @throws VirtError INVALID_ARG, SYSTEM_ERROR, CONF_SYNTAX or CONFIG_UNSUPPORTED, naming the file and the place in it
 */
export async function customRules(
  file: string,
  circumstances: Omit<Circumstances, 'kernel'>,
): Promise<SeccompRules> {
  return rulesOfProfile(file, await readProfile(file), { ...circumstances, kernel: release() });
}

/** The same for a text; `file` is for messages. */
export function rulesOfProfile(file: string, text: string, circumstances: Circumstances): SeccompRules {
  return decideProfile(readProfileJson(JsonPlace.parse(file, text), circumstances.abi), circumstances);
}
