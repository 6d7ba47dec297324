/** @see https://libvirt.org/formatdomain.html#network-interfaces */
import type { Draft } from '../plain/compact.js';
import type { Fields } from '../plain/fields.js';
import { element, type ElementReader, type OutputElement } from '../xml/index.js';
import type { Generate } from './generate.js';
export interface Interface {
  readonly stub?: never;
}
export type CompleteInterface = Interface;

export function parseInterface(_nic: ElementReader): Draft<Interface> {
  return {};
}

export function checkInterface(_fields: Fields): Interface {
  return {};
}

export function completeInterface(nic: Interface, _generate: Generate): CompleteInterface {
  return nic;
}

export function formatInterface(_nic: CompleteInterface): OutputElement {
  return element('interface');
}
