/** Version of this package; a test compares it with package.json. */
export const VERSION = '0.1.0';

/** A version as libvirt counts it: major * 1000000 + minor * 1000 + release. */
export function versionNumber(text: string): number {
  const [major = 0, minor = 0, release = 0] = text.split('.').map((part) => Number.parseInt(part, 10));
  return major * 1_000_000 + minor * 1_000 + release;
}
