/** @see https://libvirt.org/formatdomain.html#general-metadata */
import { quote } from '../../errors.js';
import { compact, emptyIsNone, type Draft } from '../plain/compact.js';
import type { Fields } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import { textElement, type ElementReader, type OutputElement } from '../xml/index.js';
import type { DomainDefinition } from './definition.js';
import type { Generate } from './generate.js';
import { normaliseUuid } from './uuid.js';

type General = Pick<DomainDefinition, 'name' | 'uuid' | 'genid' | 'title' | 'description'>;

const MAX_NAME_BYTES = 200;
/** Control, format (bidi) and separator characters: a name is shown in terminals and logs. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

export function parseGeneral(domain: ElementReader): Draft<General> {
  return {
    name: domain.value('name').text(),
    uuid: domain.value('uuid').text(),
    genid: parseGenid(domain),
    title: domain.value('title').text(),
    description: domain.value('description').text(),
  };
}

export function checkGeneral(fields: Fields): General {
  const name = checkName(fields.string('name') ?? '');
  const uuid = fields.string('uuid');
  const description = fields.string('description');
  return compact({
    name,
    uuid: uuid === undefined ? undefined : normaliseUuid(uuid),
    genid: checkGenid(fields.string('genid')),
    title: checkTitle(fields.string('title')),
    // As in libvirt, empty is absent.
    description: emptyIsNone(description),
  });
}

export function formatGeneral(definition: General): (OutputElement | undefined)[] {
  return [
    textElement('name', definition.name),
    textElement('uuid', definition.uuid),
    textElement('genid', definition.genid),
    textElement('title', definition.title),
    textElement('description', definition.description),
  ];
}

function parseGenid(domain: ElementReader): string | undefined {
  const [genid, another] = domain.children('genid');
  if (another) throw refusal('XML_ERROR', "element 'genid' can only appear once");
  return genid?.text();
}

/** Empty is a wish, not a mistake: completing makes one. */
function checkGenid(genid: string | undefined): string | undefined {
  return genid === undefined || genid === '' ? genid : normaliseUuid(genid, 'genid');
}

/** A new generation id where one is asked for. */
export function completeGenid(genid: string | undefined, generate: Generate): string | undefined {
  return genid === '' ? generate.uuid() : genid;
}

function checkName(name: string): string {
  if (name === '') throw refusal('NO_NAME', 'missing domain name: <name> is required');
  if (name.includes('/')) throw refusal('XML_ERROR', `name ${quote(name)} cannot contain '/'`);
  if (name.includes('\n')) throw refusal('XML_ERROR', `name ${quote(name)} cannot contain a newline`);
  if (name.startsWith('.')) throw refusal('XML_ERROR', `name ${quote(name)} cannot start with '.'`);
  if (UNPRINTABLE.test(name))
    throw refusal('XML_ERROR', `name ${quote(name)} cannot contain unprintable characters`);
  if (!/\S/u.test(name)) throw refusal('XML_ERROR', `name ${quote(name)} cannot be blank`);
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) {
    throw refusal('XML_ERROR', `name ${quote(name)} cannot be longer than ${MAX_NAME_BYTES} bytes`);
  }
  return name;
}

/** A title is one line. As in libvirt, an empty one is absent. */
export function checkTitle(title: string | undefined): string | undefined {
  if (title === undefined || title === '') return undefined;
  if (/[\r\n]/u.test(title)) throw refusal('XML_ERROR', "Domain title can't contain newlines");
  return title;
}
