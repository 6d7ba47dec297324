/**
 * A linear pass before the real parser. It refuses what that parser lets through (document types, second
 * roots, duplicate attributes, HTML entities) and what would cost it time, at the first offending character.
 */
import { VirtError, quote } from '../../errors.js';
import { xmlError } from '../refusal.js';
import { XML_LIMITS } from './limits.js';
import { measureText } from './references.js';
import { QNAME } from './names.js';

/** The root element's text, free of comments and instructions, and the line of every start tag in order. */
export interface ScannedXml {
  readonly root: string;
  readonly lines: readonly number[];
}

const START = new RegExp(`<(${QNAME})`, 'y');
const ATTRIBUTE = new RegExp(`\\s+(${QNAME})\\s*=\\s*(?:"([^"<]*)"|'([^'<]*)')`, 'y');
const START_END = /\s*(\/?)>/y;
const CLOSE = new RegExp(`</(${QNAME})\\s*>`, 'y');
const INSTRUCTION = new RegExp(`<\\?(${QNAME})(?=\\s|\\?>)`, 'y');
const NO_DOCTYPE = 'document type declarations are not allowed';

export function scanXml(text: string): ScannedXml {
  return new Scanner(text).scan();
}

class Scanner {
  readonly #text: string;
  readonly #pieces: string[] = [];
  readonly #lines: number[] = [];
  readonly #open: string[] = [];
  #position = 0;
  #nodes = 0;
  #line = 1;
  /** Where the current line ends. */
  #newline: number;
  #rootSeen = false;

  constructor(text: string) {
    this.#text = text;
    this.#newline = nextNewline(text, 0);
  }

  scan(): ScannedXml {
    while (this.#position < this.#text.length) this.#token();
    const unclosed = this.#open.at(-1);
    if (unclosed !== undefined) throw this.#error(`element <${unclosed}> is not closed`);
    if (!this.#rootSeen) throw this.#error('document has no root element');
    return { root: this.#pieces.join(''), lines: this.#lines };
  }

  #token(): void {
    const at = (token: string): boolean => this.#text.startsWith(token, this.#position);
    if (!at('<')) this.#characters();
    else if (at('<!--')) this.#skip('-->', 4, 'comment');
    else if (at('<?')) this.#instruction();
    else if (at('<![CDATA[')) this.#cdata();
    else if (at('<!')) throw this.#error(NO_DOCTYPE);
    else if (at('</')) this.#closeTag();
    else this.#startTag();
  }

  #characters(): void {
    const next = this.#text.indexOf('<', this.#position);
    const end = next < 0 ? this.#text.length : next;
    const raw = this.#text.slice(this.#position, end);
    const isBlank = !/\S/u.test(raw);
    if (this.#open.length === 0) {
      if (!isBlank) throw this.#error('text outside the root element');
    } else {
      if (!isBlank) this.#count();
      this.#measure(raw, this.#position, 'text');
      if (raw.includes(']]>')) throw this.#error("']]>' in text");
      this.#pieces.push(raw);
    }
    this.#position = end;
  }

  #instruction(): void {
    const name = this.#match(INSTRUCTION)?.[1];
    if (name === undefined) throw this.#error('malformed processing instruction');
    if (name.toLowerCase() === 'xml' && this.#position !== 0) throw this.#error('misplaced XML declaration');
    this.#skip('?>', 2, 'processing instruction');
  }

  #cdata(): void {
    if (this.#open.length === 0) throw this.#error('text outside the root element');
    const start = this.#position;
    this.#count();
    this.#skip(']]>', 9, 'CDATA section');
    const section = this.#text.slice(start, this.#position);
    if (section.length - 12 > XML_LIMITS.valueLength) throw this.#tooLong('text');
    this.#pieces.push(section);
  }

  #skip(terminator: string, from: number, what: string): void {
    const end = this.#text.indexOf(terminator, this.#position + from);
    if (end < 0) throw this.#error(`${what} is not closed`);
    this.#position = end + terminator.length;
  }

  #startTag(): void {
    const name = this.#match(START)?.[1];
    if (name === undefined) throw this.#error('malformed tag');
    if (this.#open.length === 0 && this.#rootSeen) throw this.#error('more than one root element');
    if (this.#open.length >= XML_LIMITS.depth)
      throw this.#error(`elements nested deeper than ${XML_LIMITS.depth}`);
    this.#count();
    this.#lines.push(this.#currentLine());
    this.#rootSeen = true;
    this.#position += name.length + 1;
    this.#pieces.push(`<${name}`);
    // Most tags have none, and a hostile document has very many tags.
    if (/\s/u.test(this.#text.charAt(this.#position))) this.#attributes(name);
    const end = this.#match(START_END);
    if (!end) throw this.#error(`malformed start tag <${name}>`);
    this.#position += end[0].length;
    this.#pieces.push(`${end[1] ?? ''}>`);
    if (end[1] === '') this.#open.push(name);
  }

  #attributes(element: string): void {
    const seen = new Set<string>();
    for (let match = this.#match(ATTRIBUTE); match; match = this.#match(ATTRIBUTE)) {
      const [whole, name = '', double, single] = match;
      if (seen.has(name)) throw this.#error(`duplicate attribute ${quote(name)} of <${element}>`);
      // The parser keeps attributes in an object, where this name would set the prototype.
      if (name === '__proto__') throw this.#error(`attribute '__proto__' of <${element}> is not allowed`);
      seen.add(name);
      this.#count();
      if (seen.size > XML_LIMITS.attributes) {
        throw this.#error(`more than ${XML_LIMITS.attributes} attributes of <${element}>`);
      }
      const raw = double ?? single ?? '';
      this.#measure(
        raw,
        this.#position + whole.length - 1 - raw.length,
        `attribute ${quote(name)} of <${element}>`,
      );
      const mark = double === undefined ? "'" : '"';
      // XML's attribute value normalisation, which the parser omits.
      this.#pieces.push(` ${name}=${mark}${raw.replace(/[\t\n]/gu, ' ')}${mark}`);
      this.#position += whole.length;
    }
  }

  #closeTag(): void {
    const match = this.#match(CLOSE);
    if (!match) throw this.#error('malformed end tag');
    const [whole, name = ''] = match;
    const open = this.#open.pop();
    if (open === undefined) throw this.#error(`</${name}> closes nothing`);
    if (open !== name) throw this.#error(`<${open}> is closed by </${name}>`);
    this.#pieces.push(whole);
    this.#position += whole.length;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#position;
    return pattern.exec(this.#text);
  }

  #count(): void {
    this.#nodes += 1;
    if (this.#nodes > XML_LIMITS.nodes)
      throw this.#error(`more than ${XML_LIMITS.nodes} elements, attributes and texts`);
  }

  #measure(raw: string, start: number, what: string): void {
    const length = measureText(raw);
    if (typeof length !== 'number') {
      this.#position = start + length.index;
      throw this.#error(`${what}: ${length.problem}`);
    }
    if (length > XML_LIMITS.valueLength) throw this.#tooLong(what);
  }

  #tooLong(what: string): VirtError {
    return this.#error(`${what} is longer than ${XML_LIMITS.valueLength} characters`);
  }

  #error(message: string): VirtError {
    return xmlError(message, this.#currentLine());
  }

  #currentLine(): number {
    while (this.#newline < this.#position) {
      this.#line += 1;
      this.#newline = nextNewline(this.#text, this.#newline + 1);
    }
    return this.#line;
  }
}

function nextNewline(text: string, from: number): number {
  const found = text.indexOf('\n', from);
  return found < 0 ? text.length : found;
}
