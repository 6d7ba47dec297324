/** What the parts of an interface ask of each other and of its type. */
import { refusal } from '../../refusal.js';
import { attributeOf, isPasst, isVirtio, machinePart } from './machine.js';
import type { Interface } from './types.js';

/** @throws VirtError CONFIG_UNSUPPORTED, INTERNAL_ERROR with libvirt's rules. */
export function checkInterfaceRules(nic: Interface): void {
  const { type } = nic;
  if (nic.targetManaged === false && type !== 'ethernet') {
    throw unsupported(`unmanaged target dev is not supported on interfaces of type '${type}'`);
  }
  if (nic.portIsolated === true) checkIsolated(nic);
  if (type === 'vhostuser' && !isVirtio(nic.model)) {
    throw refusal(
      'INTERNAL_ERROR',
      "Wrong or no <model> 'type' attribute specified with <interface type='vhostuser'/>: it must be virtio",
    );
  }
  checkPasst(nic);
  checkTeaming(nic);
}

/** Ports of Linux bridges only. */
function checkIsolated({ type, virtualport }: Interface): void {
  const isolated = "<port isolated='yes'/> is not supported for network interfaces with";
  if (type !== 'network' && type !== 'bridge') throw unsupported(`${isolated} type='${type}'`);
  if (virtualport?.type !== undefined) {
    throw unsupported(`${isolated} virtualport type='${virtualport.type}'`);
  }
}

function checkPasst({ type, kept = [] }: Interface): void {
  if (isPasst(kept) && type !== 'user') {
    throw refusal(
      'INTERNAL_ERROR',
      `The 'passt' backend can only be used with interface type='user', not '${type}'`,
    );
  }
}

function checkTeaming({ kept = [] }: Interface): void {
  const [teaming] = machinePart(kept, 'teaming');
  if (teaming === undefined) return;
  const type = attributeOf(teaming, 'type');
  const hasPersistent = attributeOf(teaming, 'persistent') !== undefined;
  if (type !== 'persistent' && type !== 'transient') {
    throw unsupported(`unknown teaming type '${type ?? ''}'`);
  }
  if (type === 'transient' && !hasPersistent) {
    throw unsupported("teaming persistent attribute must be set if teaming type is 'transient'");
  }
  if (type === 'persistent' && hasPersistent) {
    throw unsupported("teaming persistent attribute not allowed if teaming type is 'persistent'");
  }
}

function unsupported(message: string): Error {
  return refusal('CONFIG_UNSUPPORTED', `<interface>: ${message}`);
}
