/** @see https://libvirt.org/formatdomain.html#resource-partitioning */
import { quote } from '../../errors.js';
import { compactOrNothing, type Draft } from '../plain/compact.js';
import { readAll, type Fields } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import { group, textElement, type ElementReader, type OutputElement } from '../xml/index.js';
import { checkAbsolutePath } from './paths.js';

/** Where the container stands among the others of its host. */
export interface Resource {
  /** The parent cgroup, an absolute path. */
  readonly partition?: string;
}

export function parseResource(domain: ElementReader): Draft<Resource> | undefined {
  const resource = domain.child('resource');
  return resource && { partition: resource.value('partition').text() };
}

export function checkResource(fields: Fields): Resource | undefined {
  const resource = fields.fields('resource');
  return (
    resource &&
    readAll(resource, (own) => compactOrNothing({ partition: checkPartition(own.string('partition')) }))
  );
}

export function formatResource(resource: Resource | undefined): OutputElement | undefined {
  return group('resource', [textElement('partition', resource?.partition)]);
}

/** As in libvirt, an empty partition is absent. */
function checkPartition(partition: string | undefined): string | undefined {
  if (partition === undefined || partition === '') return undefined;
  if (!partition.startsWith('/')) {
    throw refusal('CONFIG_UNSUPPORTED', `Resource partition ${quote(partition)} must start with '/'`);
  }
  return checkAbsolutePath('Resource partition', partition, 'CONFIG_UNSUPPORTED');
}
