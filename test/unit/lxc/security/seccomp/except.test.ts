/** All values of 32 bits but some, said by masks. */
import { isTrue } from '../../../../../lib/lxc/security/seccomp/abi';
import { exceptLowBits } from '../../../../../lib/lxc/security/seccomp/except';

test.each([[[0x5412, 0x541c]], [[0]], [[0xffffffff]], [[0, 0xffffffff]], [[9]], [[1, 2, 3, 4, 5, 6, 7, 8]]])(
  'exactly one comparison is true for a value that is not among %j, none for those',
  (values) => {
    const comparisons = exceptLowBits(0, values);
    const count = (value: bigint): number => comparisons.filter((one) => isTrue(one, value)).length;
    const highs = [0n, 1n << 32n, 0xffffffffn << 32n];
    const random = Array.from({ length: 200 }, (_, index) => (index * 2654435761) % 2 ** 32);
    const beside = values.flatMap((value) => [
      (value + 1) % 2 ** 32,
      (value + 2 ** 32 - 1) % 2 ** 32,
      ...Array.from({ length: 32 }, (_, bit) => Number(BigInt(value) ^ (1n << BigInt(bit)))),
    ]);
    for (const high of highs) {
      for (const value of values) expect(count(BigInt(value) | high)).toBe(0);
      for (const value of [...random, ...beside].filter((one) => !values.includes(one))) {
        expect(count(BigInt(value) | high)).toBe(1);
      }
    }
  },
);
