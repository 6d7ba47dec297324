/** The package's own picture of a parsed document: plain, readonly, in document order. */

export interface XmlAttribute {
  /** Name without prefix; `xmlns` declarations are attributes like any other. */
  readonly name: string;
  readonly prefix: string;
  /** Namespace URI, empty when there is none. */
  readonly namespace: string;
  readonly value: string;
}

export interface XmlElement {
  /** Name without prefix. */
  readonly name: string;
  readonly prefix: string;
  /** Namespace URI, empty when there is none. */
  readonly namespace: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlNode[];
  /** Line of the start tag, from 1. */
  readonly line: number;
}

/** Text is a string; neighbouring runs are merged. */
export type XmlNode = XmlElement | string;

export function isElement(node: XmlNode): node is XmlElement {
  return typeof node !== 'string';
}

/** The name as written. */
export function qualifiedName(named: { readonly prefix: string; readonly name: string }): string {
  return named.prefix === '' ? named.name : `${named.prefix}:${named.name}`;
}
