/** Structure-aware mutation: a document stays nearly valid, so that its damage reaches the rules behind the parser. */
import type { Random } from './random.js';
import { copyTree, nodesOf, printTree, type Node } from './tree.js';

/** Names with a meaning to JavaScript, to XML, or to nobody. */
const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'then',
  'length',
  '$',
  '_',
  '$$',
  '#text',
  'xml',
  'xmlns',
  'x:y',
  'lxc:namespace',
  'a',
] as const;
const VALUES = [
  '',
  ' ',
  '0',
  '-0',
  '-1',
  '+1',
  '1e3',
  '0x10',
  '007',
  '1.5',
  'NaN',
  'Infinity',
  '4294967296',
  '9007199254740991',
  '9007199254740993',
  '18446744073709551615',
  '18446744073709551616',
  '9'.repeat(400),
  'yes',
  'no',
  'on',
  'off',
  'none',
  '/',
  '//',
  '/../..',
  '/a/./b',
  '/a\nb',
  'vnet0',
  '^0',
  '0-16384',
  '5-1',
  '0,0,0',
  'ff:ff:ff:ff:ff:ff',
  '00-00-00-00-00-00',
  '255.255.255.255',
  '::1%eth0',
  '::ffff:1.2.3.4',
  '__proto__',
  'constructor',
  '\u202e',
  '\u{1f600}',
  '\ud7ff',
  ']]>',
  '<!--',
  '&amp;',
  '\'"',
  'x'.repeat(5000),
] as const;
/** Damage below the level of elements. */
const SPLICES = [
  '<',
  '>',
  '&',
  '&#0;',
  '&#xD800;',
  '&lol;',
  '\0',
  '\ufffe',
  '<!--',
  '-->',
  '<![CDATA[',
  ']]>',
  '<?xml version="1.0" encoding="UTF-16"?>',
  '<?pi?>',
  '<!DOCTYPE d [<!ENTITY a "b">]>',
  '\ufeff',
  '</domain>',
  '<x>',
  ' xmlns=""',
  " xmlns:lxc='http://libvirt.org/schemas/domain/lxc/1.0'",
  " xmlns:v='urn:virtainer:domain:1'",
] as const;

type Change = (random: Random, root: Node, others: readonly [Node, ...Node[]]) => void;

const CHANGES: readonly [Change, ...Change[]] = [
  function dropChild(random, root) {
    const { children } = random.pick(nodesOf(root));
    children.splice(random.below(children.length + 1), 1);
  },
  function repeatChild(random, root) {
    const { children } = random.pick(nodesOf(root));
    const child = children[random.below(children.length)];
    const times = random.chance(50) ? 500 : 1;
    if (child !== undefined) children.push(...Array.from({ length: times }, () => copyChild(child)));
  },
  function moveChild(random, root) {
    const from = random.pick(nodesOf(root));
    const [child] = from.children.splice(random.below(from.children.length), 1);
    if (child !== undefined) random.pick(nodesOf(root)).children.push(child);
  },
  function borrowElement(random, root, others) {
    const borrowed = copyTree(random.pick(nodesOf(random.pick(others))));
    const { children } = random.pick(nodesOf(root));
    children.splice(random.below(children.length + 1), 0, borrowed);
  },
  function rename(random, root, others) {
    const node = random.pick(nodesOf(root));
    node.name = random.chance(2) ? random.pick(NAMES) : random.pick(nodesOf(random.pick(others))).name;
  },
  function changeValue(random, root, others) {
    const attribute = anyAttribute(random, root);
    if (attribute) attribute[1] = anyValue(random, others);
  },
  function changeText(random, root, others) {
    random.pick(nodesOf(root)).children = [anyValue(random, others)];
  },
  function dropAttribute(random, root) {
    const { attributes } = random.pick(nodesOf(root));
    attributes.splice(random.below(attributes.length + 1), 1);
  },
  function addAttribute(random, root, others) {
    const name = random.chance(3)
      ? random.pick(NAMES)
      : (anyAttribute(random, random.pick(others))?.[0] ?? 'type');
    const { attributes } = random.pick(nodesOf(root));
    // Twice the same name would be no XML at all: that is what the splices are for.
    if (attributes.every(([known]) => known !== name)) attributes.push([name, anyValue(random, others)]);
  },
  function nest(random, root) {
    const node = random.pick(nodesOf(root));
    const depth = random.below(80);
    for (let level = 0; level < depth; level += 1) {
      node.children = [{ name: node.name, attributes: [], children: node.children }];
    }
  },
];

/** A damaged document: one to four changes of the tree, and now and then one of its text. */
export function mutate(random: Random, documents: readonly [Node, ...Node[]]): string {
  const root = copyTree(random.pick(documents));
  for (let count = 1 + random.below(4); count > 0; count -= 1) random.pick(CHANGES)(random, root, documents);
  const text = printTree(root);
  return random.chance(8) ? splice(random, text) : text;
}

function splice(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  const removed = random.chance(2) ? 0 : random.below(20);
  return text.slice(0, at) + random.pick(SPLICES) + text.slice(at + removed);
}

function anyAttribute(random: Random, root: Node): [string, string] | undefined {
  const all = nodesOf(root).flatMap((node) => node.attributes);
  return all[random.below(all.length)];
}

function anyValue(random: Random, others: readonly [Node, ...Node[]]): string {
  if (random.chance(2)) return random.pick(VALUES);
  return anyAttribute(random, random.pick(others))?.[1] ?? '';
}

function copyChild(child: Node | string): Node | string {
  return typeof child === 'string' ? child : copyTree(child);
}
