/** Which domain is meant. */
import { VirtError, type Connection, type Domain } from '../index.js';

const UUID = /^[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/iu;

/** By id, else by uuid, else by name: virsh's order. */
export async function findDomain(connection: Connection, key: string): Promise<Domain> {
  if (key === '')
    throw new VirtError('INVALID_ARG', 'the name of a domain must not be empty', { domain: 'NONE' });
  const byId = /^\d+$/u.test(key) ? await orUndefined(connection.lookupDomainByID(Number(key))) : undefined;
  const byUuid = byId ?? (UUID.test(key) ? await orUndefined(connection.lookupDomainByUUID(key)) : undefined);
  return byUuid ?? connection.lookupDomainByName(key);
}

/** A key may look like a number and be a name. */
async function orUndefined(lookup: Promise<Domain>): Promise<Domain | undefined> {
  try {
    return await lookup;
  } catch (error) {
    // INVALID_ARG: a number too large for an id.
    if (error instanceof VirtError && ['NO_DOMAIN', 'INVALID_ARG'].includes(error.code)) return undefined;
    throw error;
  }
}

/** A domain as every verb's JSON names it. */
export function identify(domain: Domain): { name: string; uuid: string; id: number | null } {
  const { name, uuid, id } = domain;
  return { name, uuid, id };
}
