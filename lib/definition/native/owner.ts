/** Users and groups as numbers. */

/** `1000` and `+1000`; root has the same number everywhere. Other names are looked up inside the container. */
export function numericOwner(owner: string): number | undefined {
  if (owner === 'root') return 0;
  return /^\+?\d{1,10}$/u.test(owner) && Number(owner) < 0xffff_ffff ? Number(owner) : undefined;
}
