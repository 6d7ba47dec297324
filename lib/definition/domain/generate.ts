/** What a definition is given that nobody wrote: identities made once, when it is completed. */
import { randomBytes, randomUUID } from 'node:crypto';

/** Sources of new identities; tests pass their own. */
export interface Generate {
  /** A random uuid, lower case with dashes. */
  readonly uuid: () => string;
  /** A random MAC address with the prefix libvirt gives. */
  readonly mac: () => string;
}

export const RANDOM: Generate = {
  uuid: randomUUID,
  mac: () => `52:54:00:${[...randomBytes(3)].map((byte) => byte.toString(16).padStart(2, '0')).join(':')}`,
};
