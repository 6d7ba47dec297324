/** Elements to text in libvirt's style: two blanks a level, single quotes, `/>` for what is empty. */
import { escapeAttribute, escapeText } from './characters.js';

/** XML that is printed as it is. */
export interface Verbatim {
  readonly verbatim: string;
}
export interface OutputElement {
  readonly name: string;
  readonly attributes: readonly (readonly [string, string])[];
  readonly children: string | readonly (OutputElement | Verbatim)[];
}
type AttributeValues = Readonly<Record<string, string | number | undefined>>;
type Child = OutputElement | Verbatim | undefined;

/** An element; attributes and children that are undefined are left out. */
export function element(
  name: string,
  attributes: AttributeValues = {},
  children: string | readonly Child[] = [],
): OutputElement {
  const present: [string, string][] = [];
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) present.push([key, String(value)]);
  }
  return {
    name,
    attributes: present,
    children: typeof children === 'string' ? children : children.filter((child) => child !== undefined),
  };
}

/** `<name>text</name>`, or nothing when there is no text. */
export function textElement(name: string, text: string | number | undefined): OutputElement | undefined {
  return text === undefined ? undefined : element(name, {}, String(text));
}

/** A parent that is left out when it would be empty. */
export function group(name: string, children: readonly Child[]): OutputElement | undefined {
  const present = element(name, {}, children);
  return present.children.length === 0 ? undefined : present;
}

/** Prints a document, with a newline at its end. */
export function printXml(root: OutputElement): string {
  const lines: string[] = [];
  print(root, '', lines);
  return `${lines.join('\n')}\n`;
}

function print(output: OutputElement | Verbatim, indent: string, lines: string[]): void {
  if ('verbatim' in output) {
    lines.push(indent + output.verbatim);
    return;
  }
  const attributes = output.attributes
    .map(([name, value]) => ` ${name}='${escapeAttribute(value)}'`)
    .join('');
  const start = `${indent}<${output.name}${attributes}`;
  if (output.children.length === 0) {
    lines.push(`${start}/>`);
  } else if (typeof output.children === 'string') {
    lines.push(`${start}>${escapeText(output.children)}</${output.name}>`);
  } else {
    lines.push(`${start}>`);
    for (const child of output.children) print(child, `${indent}  `, lines);
    lines.push(`${indent}</${output.name}>`);
  }
}
