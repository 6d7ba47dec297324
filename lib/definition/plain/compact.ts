/** Objects without their undefined properties: the definitions' types tell absent from undefined. */

type MaybeUndefined<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];

export type Compact<T> = {
  readonly [K in Exclude<keyof T, MaybeUndefined<T>>]: T[K];
} & {
  readonly [K in MaybeUndefined<T>]?: Exclude<T[K], undefined>;
};

/** A frozen copy without the properties that are undefined. */
export function compact<T extends object>(object: T): Compact<T> {
  const present = Object.entries(object).filter(([, value]) => value !== undefined);
  // fromEntries can't know the type: this is the one place that says it.
  return Object.freeze(Object.fromEntries(present)) as Compact<T>;
}

/** The same, or undefined when nothing is left. */
export function compactOrNothing<T extends object>(object: T): Compact<T> | undefined {
  const present = compact(object);
  return Object.keys(present).length === 0 ? undefined : present;
}

/**
 * What parsing XML gives: a definition's shape with nothing required and words not yet checked against their
 * lists. Checking, which typed definitions go through as well, turns it into the definition.
 */
export type Draft<T> = T extends string
  ? string
  : T extends readonly (infer Item)[]
    ? readonly Draft<Item>[]
    : T extends object
      ? { readonly [K in keyof T]?: Draft<T[K]> | undefined }
      : T;

/** libvirt reads an empty text as none. */
export function emptyIsNone(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

/** A flag that is written by being there: false says nothing. */
export function falseIsNone(flag: boolean | undefined): true | undefined {
  return flag === true ? true : undefined;
}

/** libvirt stores no value as 0: what is 0 is printed no more than what is absent. */
export function zeroIsNone(value: number | undefined): number | undefined {
  return value === 0 ? undefined : value;
}
