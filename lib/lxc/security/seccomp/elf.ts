/** Just enough of ELF to know that a shared library is for this machine and all there. */

type Read = (buffer: Buffer, position: number) => number;

const HEADER_BYTES = 64;
const PROGRAM_HEADER_BYTES = 56;
const MAX_PROGRAM_HEADERS = 64;
const SHARED_OBJECT = 3;
const LOADED_SEGMENT = 1;
const MACHINES: Readonly<Partial<Record<string, number>>> = { x64: 62, arm64: 183 };

/** Why a file is no complete shared library for this process; undefined when it is one. */
export function elfProblem(read: Read, size: number, arch: string = process.arch): string | undefined {
  const header = Buffer.alloc(HEADER_BYTES);
  if (read(header, 0) < HEADER_BYTES || header.readUInt32BE(0) !== 0x7f454c46) return 'is no shared library';
  const isNative = header.readUInt16LE(16) === SHARED_OBJECT && header.readUInt16LE(18) === MACHINES[arch];
  // 64 bits, little-endian.
  if (header.readUInt8(4) !== 2 || header.readUInt8(5) !== 1 || !isNative) {
    return `is no shared library for ${arch}`;
  }
  const count = header.readUInt16LE(56);
  if (header.readUInt16LE(54) !== PROGRAM_HEADER_BYTES || count === 0 || count > MAX_PROGRAM_HEADERS) {
    return 'is damaged';
  }
  const segments = Buffer.alloc(count * PROGRAM_HEADER_BYTES);
  if (read(segments, Number(header.readBigUInt64LE(32))) < segments.length) return 'is truncated';
  for (let at = 0; at < segments.length; at += PROGRAM_HEADER_BYTES) {
    if (segments.readUInt32LE(at) !== LOADED_SEGMENT) continue;
    const end = segments.readBigUInt64LE(at + 8) + segments.readBigUInt64LE(at + 32);
    if (end > BigInt(size)) return 'is truncated';
  }
  return undefined;
}
