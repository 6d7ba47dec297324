/** @see https://libvirt.org/formatdomain.html#traffic-filtering */
import { quote } from '../../../errors.js';
import { compact, type Draft } from '../../plain/compact.js';
import { readAll, type Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import { element, type ElementReader, type OutputElement } from '../../xml/index.js';
import type { InterfaceType } from './types.js';

/** A variable of a filter. */
export interface FilterParameter {
  /** Letters, digits and `_`. */
  readonly name: string;
  /** Letters, digits, `_`, `.` and `:`. */
  readonly value: string;
}
/** A network filter by its name. */
export interface Filterref {
  readonly filter: string;
  readonly parameters?: readonly FilterParameter[];
}

const NAME = /^\w+$/u;
const VALUE = /^[\w.:]+$/u;
/** Others are not seen by the host's packet filter. */
const FILTERED: readonly InterfaceType[] = ['network', 'bridge', 'ethernet'];

/** As libvirt does, drops parameters that are none, and the filter of an interface that has none. */
export function parseFilterref(nic: ElementReader, type: InterfaceType): Draft<Filterref> | undefined {
  const filterref = nic.child('filterref');
  if (!filterref) return undefined;
  const filter = filterref.attribute('filter').text() ?? '';
  const parameters = filterref.children('parameter').map((parameter) => ({
    name: parameter.attribute('name').text() ?? '',
    value: parameter.attribute('value').text() ?? '',
  }));
  if (filter === '' || !FILTERED.includes(type)) return undefined;
  return { filter, parameters: parameters.filter(({ name, value }) => NAME.test(name) && VALUE.test(value)) };
}

export function checkFilterref(fields: Fields, type: InterfaceType): Filterref | undefined {
  const filterref = fields.fields('filterref');
  if (!filterref) return undefined;
  if (!FILTERED.includes(type)) {
    throw refusal('CONFIG_UNSUPPORTED', `<filterref> element unsupported for <interface type='${type}'>`);
  }
  return readAll(filterref, (own) => {
    const filter = own.string('filter') ?? '';
    if (filter === '') throw refusal('XML_ERROR', "missing attribute 'filter' of <filterref>");
    return compact({ filter, parameters: byName(own.list('parameters', checkParameter)) });
  });
}

/** libvirt prints them by name, the values of one name in their order. */
function byName(parameters: readonly FilterParameter[] | undefined): readonly FilterParameter[] | undefined {
  const order = (one: string, other: string): number => (one < other ? -1 : Number(one > other));
  return parameters && Object.freeze(parameters.toSorted((one, other) => order(one.name, other.name)));
}

function checkParameter(fields: Fields): FilterParameter {
  const name = fields.string('name') ?? '';
  const value = fields.string('value') ?? '';
  if (!NAME.test(name)) {
    throw refusal('XML_ERROR', `<filterref>: parameter name ${quote(name)} must be letters, digits and '_'`);
  }
  if (!VALUE.test(value)) {
    throw refusal(
      'XML_ERROR',
      `<filterref>: value ${quote(value)} of parameter '${name}' must be letters, digits, '_', '.' and ':'`,
    );
  }
  return Object.freeze({ name, value });
}

export function formatFilterref(filterref: Filterref | undefined): OutputElement | undefined {
  return (
    filterref &&
    element(
      'filterref',
      { filter: filterref.filter },
      (filterref.parameters ?? []).map(({ name, value }) => element('parameter', { name, value })),
    )
  );
}
