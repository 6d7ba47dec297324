/** @see https://libvirt.org/formatdomain.html#traffic-filtering */
import { quote } from '../../../errors.js';
import { compact, type Draft } from '../../plain/compact.js';
import { readAll, type Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import { element, type ElementReader, type OutputElement } from '../../xml/index.js';

/** A variable of a filter. */
export interface FilterParameter {
  /** Letters, digits and `_`. */
  readonly name: string;
  readonly value: string;
}
/** A network filter by its name. */
export interface Filterref {
  readonly filter: string;
  readonly parameters?: readonly FilterParameter[];
}

const NAME = /^\w+$/u;
const VALUE = /^[\w.:\-, ]+$/u;

export function parseFilterref(nic: ElementReader): Draft<Filterref> | undefined {
  const filterref = nic.child('filterref');
  return (
    filterref && {
      filter: filterref.attribute('filter').text(),
      parameters: filterref.children('parameter').map((parameter) => ({
        name: parameter.attribute('name').text(),
        value: parameter.attribute('value').text(),
      })),
    }
  );
}

export function checkFilterref(fields: Fields): Filterref | undefined {
  const filterref = fields.fields('filterref');
  return (
    filterref &&
    readAll(filterref, (own) => {
      const filter = own.string('filter') ?? '';
      if (filter === '') throw refusal('XML_ERROR', "missing attribute 'filter' of <filterref>");
      return compact({ filter, parameters: own.list('parameters', checkParameter) });
    })
  );
}

/** libvirt drops what it can't use of these; a filter with a hole in it is refused here. */
function checkParameter(fields: Fields): FilterParameter {
  const name = fields.string('name') ?? '';
  const value = fields.string('value') ?? '';
  if (!NAME.test(name))
    throw refusal('XML_ERROR', `<filterref>: parameter name ${quote(name)} is not a name`);
  if (!VALUE.test(value)) {
    throw refusal('XML_ERROR', `<filterref>: value ${quote(value)} of parameter '${name}' is not one`);
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
