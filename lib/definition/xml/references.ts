/** Character and entity references: XML's five and numbers, nothing of HTML and nothing defined by a document. */
import { isAllowedCodePoint } from './characters.js';
import { XML_LIMITS } from './limits.js';

const REFERENCE = /&(?:(?:amp|lt|gt|quot|apos)|#(\d{1,8})|#x([\da-f]{1,8}));|&[^\s&;<]{0,20};?/giu;
const PREDEFINED = /^&(?:amp|lt|gt|quot|apos);$/u;

/** Length of the text once references are resolved, or what is wrong with it. */
export function measureText(raw: string): number | { readonly problem: string; readonly index: number } {
  if (!raw.includes('&')) return raw.length;
  let length = raw.length;
  let references = 0;
  for (const match of raw.matchAll(REFERENCE)) {
    const [reference, decimal, hexadecimal] = match;
    if (!isReference(reference, decimal, hexadecimal)) {
      return { problem: `reference '${reference}' is not one of XML's own`, index: match.index };
    }
    length -= reference.length - 1;
    references += 1;
    // Each stands for a character at least: no need to look at the rest of what is too long anyway.
    if (references > XML_LIMITS.valueLength) return references;
  }
  return length;
}

function isReference(
  reference: string,
  decimal: string | undefined,
  hexadecimal: string | undefined,
): boolean {
  if (decimal !== undefined) return isAllowedCodePoint(Number.parseInt(decimal, 10));
  // A capital X is not XML's.
  if (hexadecimal !== undefined)
    return reference[2] === 'x' && isAllowedCodePoint(Number.parseInt(hexadecimal, 16));
  return PREDEFINED.test(reference);
}
