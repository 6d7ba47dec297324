/** Documents as trees that may be changed and printed again, well-formed or not. */
import { isElement, parseXml, qualifiedName, type XmlElement } from '../../lib/definition/xml/index.js';

export interface Node {
  name: string;
  attributes: [name: string, value: string][];
  children: (Node | string)[];
}

export function readTree(xml: string): Node {
  return toNode(parseXml(xml));
}

function toNode(element: XmlElement): Node {
  return {
    name: qualifiedName(element),
    attributes: element.attributes.map((attribute) => [qualifiedName(attribute), attribute.value]),
    children: element.children.map((child) => (isElement(child) ? toNode(child) : child)),
  };
}

/** The tree itself and all below it, in document order. */
export function nodesOf(root: Node): [Node, ...Node[]] {
  return [root, ...root.children.flatMap((child) => (typeof child === 'string' ? [] : nodesOf(child)))];
}

export function copyTree(node: Node): Node {
  return {
    name: node.name,
    attributes: node.attributes.map(([name, value]) => [name, value]),
    children: node.children.map((child) => (typeof child === 'string' ? child : copyTree(child))),
  };
}

export function printTree(node: Node): string {
  const attributes = node.attributes.map(([name, value]) => ` ${name}='${escape(value)}'`).join('');
  const children = node.children.map((child) =>
    typeof child === 'string' ? escape(child) : printTree(child),
  );
  return `<${node.name}${attributes}>${children.join('')}</${node.name}>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll("'", '&apos;');
}
