/**
 * Which characters a document may hold. Stricter than XML 1.0: C1 controls and DEL are refused too, since
 * they have no place in a definition and do harm in terminals and logs.
 * @see https://www.w3.org/TR/xml/#charsets
 */
const FORBIDDEN = /[^\P{Cc}\t\n\r]|\p{Cs}|[\ufffe\uffff]/u;

/** The first character that must not be there, with its index. */
export function findForbiddenCharacter(text: string): { name: string; index: number } | undefined {
  const match = FORBIDDEN.exec(text);
  if (!match) return undefined;
  const code = match[0].codePointAt(0) ?? 0;
  return { name: describeCharacter(code), index: match.index };
}

/** Whether a character reference such as `&#9;` may stand for this code point. */
export function isAllowedCodePoint(code: number): boolean {
  return code <= 0x10ffff && !FORBIDDEN.test(String.fromCodePoint(code));
}

function describeCharacter(code: number): string {
  const hex = code.toString(16).toUpperCase().padStart(4, '0');
  if (code === 0) return 'NUL character';
  if (code >= 0xd800 && code <= 0xdfff) return `lone surrogate U+${hex}`;
  return `control character U+${hex}`;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
  ['\t', '&#9;'],
  ['\n', '&#10;'],
  ['\r', '&#13;'],
]);

function escape(text: string, characters: RegExp): string {
  return text.replace(characters, (character) => ESCAPES.get(character) ?? character);
}

/** Text as libvirt escapes it. A carriage return must be a reference: parsers turn a bare one into a newline. */
export function escapeText(text: string): string {
  return escape(text, /[&<>"'\r]/gu);
}

/** Attribute value as libvirt escapes it, and white space as references: parsers turn it into blanks. */
export function escapeAttribute(text: string): string {
  return escape(text, /[&<>"'\t\n\r]/gu);
}

/** Text as authors write it, quotes left alone. */
export function escapeVerbatimText(text: string): string {
  return escape(text, /[&<>\r]/gu);
}

/** Value for single quotes as authors write it. */
export function escapeVerbatimAttribute(text: string): string {
  return escape(text, /[&<>'\t\n\r]/gu);
}
