/** @see https://libvirt.org/formatdomain.html#setting-vlan-tag-on-supported-network-types-only */
import { quote } from '../../../errors.js';
import { compact, type Draft } from '../../plain/compact.js';
import { readAll, type Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import { element, formatYesNo, type ElementReader, type OutputElement } from '../../xml/index.js';
import { oneSupported } from './supported.js';

export const VLAN_NATIVE_MODES = ['tagged', 'untagged'] as const;

export interface VlanTag {
  /** 0 to 4095. */
  readonly id: number;
  /** How frames without a tag are taken; of one tag at most. */
  readonly nativeMode?: (typeof VLAN_NATIVE_MODES)[number];
}
/** The virtual LANs that an interface is in. */
export interface Vlan {
  /** Several tags, or one with a native mode, are a trunk anyway. */
  readonly trunk?: boolean;
  readonly tags: readonly [VlanTag, ...VlanTag[]];
}

const MAX_ID = 4095;

export function parseVlan(nic: ElementReader): Draft<Vlan> | undefined {
  const vlan = nic.child('vlan');
  return (
    vlan && {
      trunk: parseTrunk(vlan.attribute('trunk').text()),
      tags: vlan.children('tag').map((tag) => ({
        id: tag.attribute('id').unsignedInteger(),
        nativeMode: tag.attribute('nativeMode').text(),
      })),
    }
  );
}

function parseTrunk(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (!/^(?:yes|no)$/iu.test(text)) {
    throw wrong(`invalid trunk ${quote(text)} in <vlan> - must be yes or no`);
  }
  return text.toLowerCase() === 'yes';
}

export function checkVlan(fields: Fields): Vlan | undefined {
  const vlan = fields.fields('vlan');
  return vlan && readAll(vlan, checkTags);
}

function checkTags(fields: Fields): Vlan {
  const [first, ...others] = fields.list('tags', checkTag) ?? [];
  if (!first) throw wrong("missing tag id - each <vlan> must have at least one <tag id='n'/> subelement");
  const given = fields.boolean('trunk');
  const native = [first, ...others].filter((tag) => tag.nativeMode !== undefined);
  if (native.length > 1) throw wrong('duplicate native vlan setting in <vlan>');
  const isTrunk = others.length > 0 || native.length > 0;
  if (given === false && isTrunk) {
    throw wrong(
      `invalid "trunk='no'" in <vlan> - trunk='yes' is required for more than one vlan tag, and for nativeMode`,
    );
  }
  return compact({
    trunk: given === true || isTrunk ? true : undefined,
    tags: Object.freeze([first, ...others] as const),
  });
}

function checkTag(fields: Fields): VlanTag {
  const id = fields.unsignedInteger('id');
  if (id === undefined) throw wrong("missing attribute 'id' of <tag> in <vlan>");
  if (id > MAX_ID) throw wrong(`vlan tag id ${id} too large (maximum ${MAX_ID})`);
  const nativeMode = fields.string('nativeMode');
  return compact({
    id,
    nativeMode: oneSupported("attribute 'nativeMode' of <tag> in <vlan>", nativeMode, VLAN_NATIVE_MODES),
  });
}

function wrong(message: string): Error {
  return refusal('XML_ERROR', message);
}

export function formatVlan(vlan: Vlan | undefined): OutputElement | undefined {
  return (
    vlan &&
    element(
      'vlan',
      { trunk: formatYesNo(vlan.trunk) },
      vlan.tags.map(({ id, nativeMode }) => element('tag', { id, nativeMode })),
    )
  );
}
