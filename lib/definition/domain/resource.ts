/** @see https://libvirt.org/formatdomain.html#resource-partitioning */
import { quote } from '../../errors.js';
import { compactOrNothing, type Draft } from '../plain/compact.js';
import { readAll, type Fields } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import { element, group, textElement, type ElementReader, type OutputElement } from '../xml/index.js';
import { checkAbsolutePath } from './paths.js';

const MAX_APPID = 128;

/** Where the container stands among the others of its host. */
export interface Resource {
  /** The parent cgroup, an absolute path. */
  readonly partition?: string;
  /** Name in a Fibre Channel network, 1 to 128 printable ASCII characters. Kept, without effect. */
  readonly fibrechannelAppid?: string;
}

export function parseResource(domain: ElementReader): Draft<Resource> | undefined {
  const resource = domain.child('resource');
  return (
    resource && {
      partition: resource.value('partition').text(),
      fibrechannelAppid: resource.child('fibrechannel')?.attribute('appid').text(),
    }
  );
}

export function checkResource(fields: Fields): Resource | undefined {
  const resource = fields.fields('resource');
  return (
    resource &&
    readAll(resource, (own) =>
      compactOrNothing({
        partition: checkPartition(own.string('partition')),
        fibrechannelAppid: checkAppid(own.string('fibrechannelAppid')),
      }),
    )
  );
}

export function formatResource(resource: Resource | undefined): OutputElement | undefined {
  const appid = resource?.fibrechannelAppid;
  return group('resource', [
    textElement('partition', resource?.partition),
    appid === undefined ? undefined : element('fibrechannel', { appid }),
  ]);
}

/** As in libvirt, an empty partition is absent. */
function checkPartition(partition: string | undefined): string | undefined {
  if (partition === undefined || partition === '') return undefined;
  if (!partition.startsWith('/')) {
    throw refusal('CONFIG_UNSUPPORTED', `Resource partition ${quote(partition)} must start with '/'`);
  }
  return checkAbsolutePath('Resource partition', partition, 'CONFIG_UNSUPPORTED');
}

function checkAppid(appid: string | undefined): string | undefined {
  if (appid === undefined) return undefined;
  if (/[^\x20-\x7e]/u.test(appid)) {
    throw refusal('INVALID_ARG', `Fibre Channel 'appid' is not a printable string: ${quote(appid)}`);
  }
  if (appid.length < 1 || appid.length > MAX_APPID) {
    throw refusal('INVALID_ARG', `Fibre Channel 'appid' string length must be between [1, ${MAX_APPID}]`);
  }
  return appid;
}
