/** Versions as text. */

/** libvirt's number, major * 1000000 + minor * 1000 + release, as text. */
export function formatVersion(number: number): string {
  return [Math.floor(number / 1_000_000), Math.floor(number / 1000) % 1000, number % 1000].join('.');
}
