/** A frozen list; an empty one is absent. */
export function listOrNothing<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : Object.freeze(list);
}
