/** Whether programs in a container can gain privileges, with set-user-id files for example. */
import type { Draft } from '../../plain/compact.js';
import type { OutputElement } from '../../xml/index.js';
import { ownElement } from './namespace.js';
import type { OwnReader } from './own-reader.js';

/** `on` when the attribute is absent, as for libvirt's features. */
export function parseNoNewPrivs(noNewPrivs: OwnReader): Draft<boolean> {
  return noNewPrivs.attribute('state').onOff() ?? true;
}

export function formatNoNewPrivs(isOn: boolean | undefined): OutputElement | undefined {
  return isOn === undefined ? undefined : ownElement('noNewPrivs', { state: isOn ? 'on' : 'off' });
}
