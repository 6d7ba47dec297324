/** How definitions are refused: one wording for both forms, XML and plain objects. */
import { VirtError, quote, type VirtErrorCode } from '../errors.js';

/** The error for a document that is not acceptable XML. */
export function xmlError(message: string, line?: number): VirtError {
  return new VirtError('XML_ERROR', line === undefined ? message : `line ${line}: ${message}`, {
    domain: 'XML',
  });
}

/** The error for a definition that breaks a rule. */
export function refusal(code: VirtErrorCode, message: string, hint?: string): VirtError {
  return new VirtError(code, message, { domain: 'DOMAIN', hint });
}

/** The error for a value outside its list. */
export function unknownValue(what: string, value: string, list: readonly string[]): VirtError {
  const last = list.at(-1) ?? '';
  const choice = list.length > 1 ? `${list.slice(0, -1).join(', ')} or ${last}` : last;
  return refusal('XML_ERROR', `unknown ${what} ${quote(value)}: must be ${choice}`);
}

/** The end of a message that says where in the document something is. */
export function atLine(line: number): string {
  return ` (line ${line})`;
}
