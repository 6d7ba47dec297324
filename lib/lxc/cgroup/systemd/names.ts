/**
 * Names of units, as libvirt makes them.
 * @see https://libvirt.org/cgroups.html#systemd-cgroups-integration
 */
import { DEFAULT_PARTITION, machineName, type RunName } from '../layout.js';

/** `/machine/production` is `machine-production.slice`. */
export function sliceName(partition: string = DEFAULT_PARTITION): string {
  const components = partition.split('/').filter((component) => component !== '');
  return components.length === 0 ? '-.slice' : `${escapeUnitName(components.join('/'))}.slice`;
}

/** Where systemd puts a slice: a dash is a step down. */
export function slicePath(slice: string): string[] {
  const parts = slice === '-.slice' ? [] : slice.slice(0, -'.slice'.length).split('-');
  return parts.map((_, index) => `${parts.slice(0, index + 1).join('-')}.slice`);
}

/** `machine-lxc\x2d<run>\x2d<name>.scope` */
export function scopeName({ name, run }: Pick<RunName, 'name' | 'run'>): string {
  return `machine-${escapeUnitName(machineName(name, run))}.scope`;
}

/** A slash becomes a dash. What stands for something else in a unit's name, or may not be there, is written as bytes. */
export function escapeUnitName(text: string): string {
  return [...Buffer.from(text)]
    .map((byte, index) => {
      const character = String.fromCharCode(byte);
      if (character === '/') return '-';
      const isPlain = /[A-Za-z0-9:_.]/u.test(character) && !(index === 0 && character === '.');
      return isPlain ? character : `\\x${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
}
