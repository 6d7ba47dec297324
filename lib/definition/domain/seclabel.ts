/** @see https://libvirt.org/formatdomain.html#security-label */
import { quote } from '../../errors.js';
import { compact, falseIsNone } from '../plain/compact.js';
import type { Fields } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import { element, textElement, type ElementReader, type OutputElement } from '../xml/index.js';

export const SECLABEL_TYPES = ['none', 'dynamic', 'static'] as const;

/** A label made at each start. */
export interface DynamicSeclabel {
  readonly type: 'dynamic';
  /** `selinux`, `apparmor`, `dac`. */
  readonly model?: string;
  /** What is fixed of the label. */
  readonly baselabel?: string;
  /** Live only. */
  readonly label?: string;
  /** Live only: the label of the container's files. */
  readonly imagelabel?: string;
}
/** A label chosen by the author. */
export interface StaticSeclabel {
  readonly type: 'static';
  readonly model: string;
  readonly label: string;
  /** Whether the container's files are labelled too; they are not when absent. */
  readonly relabel?: boolean;
  /** Live only: the label of the container's files. */
  readonly imagelabel?: string;
}
/** The wish to run without a label. */
export interface NoSeclabel {
  readonly type: 'none';
  readonly model?: string;
}
/**
 * What a security module is told about a container, one for each module.
 * @see https://libvirt.org/formatdomain.html#security-label
 */
export type Seclabel = DynamicSeclabel | StaticSeclabel | NoSeclabel;

/** libvirt's limit of a label, bytes. */
const MAX_LABEL_BYTES = 4096;

interface DraftSeclabel {
  readonly type: string;
  readonly model?: string | undefined;
  readonly relabel?: boolean | undefined;
  readonly label?: string | undefined;
  readonly baselabel?: string | undefined;
}

export function parseSeclabels(domain: ElementReader): readonly DraftSeclabel[] {
  return domain.children('seclabel').map(parseSeclabel);
}

/** Labels made at a start are not part of the definition. */
function parseSeclabel(seclabel: ElementReader): DraftSeclabel {
  const written = seclabel.attribute('type').oneOf(SECLABEL_TYPES) ?? 'dynamic';
  const model = seclabel.attribute('model').text();
  // As libvirt mends it: there is no other label of no module.
  const type = model === 'none' ? 'none' : written;
  const relabel = seclabel.attribute('relabel').yesNo();
  const label = seclabel.value('label').text();
  const baselabel = seclabel.value('baselabel').text();
  seclabel.child('imagelabel');
  switch (type) {
    case 'none':
      return { type, model, relabel: written === 'none' ? relabel : undefined };
    case 'dynamic':
      return { type, model, relabel, baselabel };
    case 'static':
      return { type, model, relabel, label };
  }
}

export function checkSeclabels(fields: Fields): readonly Seclabel[] | undefined {
  const seclabels = fields.list('seclabels', checkSeclabel);
  const models = new Set<string>();
  for (const { model } of seclabels ?? []) {
    if (model === undefined) {
      if ((seclabels?.length ?? 0) < 2) continue;
      throw refusal('XML_ERROR', 'missing security model when using multiple labels: <seclabel model=...>');
    }
    if (models.has(model)) {
      throw refusal('XML_DETAIL', `seclabel for model ${quote(model)} is already provided`);
    }
    models.add(model);
  }
  return seclabels;
}

function checkSeclabel(fields: Fields): Seclabel {
  const type = fields.requiredOneOf('type', SECLABEL_TYPES);
  const model = checkModel(fields.string('model'));
  if (model === 'none' && type !== 'none') {
    // Printed, it would be read as no label.
    throw refusal('XML_ERROR', `<seclabel type='${type}' model='none'>: this model has no labels`);
  }
  switch (type) {
    case 'none':
      return checkNone(fields, model);
    case 'dynamic':
      return checkDynamic(fields, model);
    case 'static':
      return checkStatic(fields, model);
  }
}

function checkNone(fields: Fields, model: string | undefined): NoSeclabel {
  if (fields.boolean('relabel') === true) {
    throw refusal(
      'CONFIG_UNSUPPORTED',
      "resource relabeling is not compatible with 'none' label type: attribute 'relabel' of <seclabel>",
    );
  }
  return compact({ type: 'none' as const, model });
}

function checkDynamic(fields: Fields, model: string | undefined): DynamicSeclabel {
  if (fields.boolean('relabel') === false) {
    throw refusal(
      'CONFIG_UNSUPPORTED',
      "dynamic label type must use resource relabeling: attribute 'relabel' of <seclabel>",
    );
  }
  const baselabel = checkLabel(fields, 'baselabel');
  if (model === undefined && baselabel !== undefined) throw missingModel();
  return compact({
    type: 'dynamic' as const,
    model,
    baselabel,
    label: checkLabel(fields, 'label'),
    imagelabel: checkLabel(fields, 'imagelabel'),
  });
}

function checkStatic(fields: Fields, model: string | undefined): StaticSeclabel {
  const label = checkLabel(fields, 'label');
  if (label === undefined) {
    throw refusal('XML_ERROR', "security label is missing: <seclabel type='static'> needs <label>");
  }
  if (model === undefined) throw missingModel();
  return compact({
    type: 'static' as const,
    model,
    label,
    relabel: falseIsNone(fields.boolean('relabel')),
    imagelabel: checkLabel(fields, 'imagelabel'),
  });
}

function missingModel(): Error {
  return refusal('XML_ERROR', 'missing security model in domain seclabel: <seclabel model=...>');
}

function checkModel(model: string | undefined): string | undefined {
  if (model === undefined || model === '') return undefined;
  if (/^[\w+-]+$/u.test(model)) return model;
  throw refusal('XML_ERROR', `<seclabel model=${quote(model)}> is not the name of a security model`);
}

function checkLabel(fields: Fields, key: 'label' | 'baselabel' | 'imagelabel'): string | undefined {
  const label = fields.string(key);
  if (label === undefined || label === '') return undefined;
  if (Buffer.byteLength(label) > MAX_LABEL_BYTES) {
    throw refusal('XML_ERROR', `<${key}> of <seclabel> is longer than ${MAX_LABEL_BYTES} bytes`);
  }
  return label;
}

export function formatSeclabels(seclabels: readonly Seclabel[] | undefined): OutputElement[] {
  return (seclabels ?? []).map(formatSeclabel);
}

function formatSeclabel(seclabel: Seclabel): OutputElement {
  const { type, model } = seclabel;
  if (seclabel.type === 'none') return element('seclabel', { type, model });
  const relabel = seclabel.type === 'dynamic' || seclabel.relabel === true;
  return element('seclabel', { type, model, relabel: relabel ? 'yes' : 'no' }, [
    textElement('label', seclabel.label),
    textElement('imagelabel', seclabel.imagelabel),
    textElement('baselabel', seclabel.type === 'dynamic' ? seclabel.baselabel : undefined),
  ]);
}
