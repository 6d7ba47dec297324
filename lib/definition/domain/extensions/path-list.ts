/** Paths that a container cannot see, or cannot write to. */
import { quote } from '../../../errors.js';
import { compactOrNothing, type Draft } from '../../plain/compact.js';
import type { Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import type { OutputElement } from '../../xml/index.js';
import { checkAbsolutePath, isRootPath } from '../paths.js';
import { ownElement, tag } from './namespace.js';
import type { OwnReader } from './own-reader.js';

/** Paths inside the container, in addition to those that its kind has anyway. */
export interface PathList {
  /** `false` takes the list in place of those that the container's kind has anyway. */
  readonly defaults?: boolean;
  /** Absolute paths. */
  readonly paths?: readonly string[];
}

export type PathListName = 'maskedPaths' | 'readonlyPaths';

export function parsePathList(list: OwnReader): Draft<PathList> {
  return {
    defaults: list.attribute('defaults').yesNo(),
    paths: list.children('path', (path) => path.text()),
  };
}

export function checkPathList(name: PathListName): (fields: Fields) => PathList | undefined {
  const what = `<virtainer:path> of ${tag(name)}`;
  return (fields) =>
    compactOrNothing({
      defaults: fields.boolean('defaults') === false ? false : undefined,
      paths: fields.strings('paths', (path) => checkFilePath(what, path)),
    });
}

export function formatPathList(name: PathListName, list: PathList | undefined): OutputElement | undefined {
  return (
    list &&
    ownElement(
      name,
      { defaults: list.defaults === false ? 'no' : undefined },
      (list.paths ?? []).map((path) => ownElement('path', {}, path)),
    )
  );
}

/** White space around a path is a slip: it would name a file that does not exist. */
export function checkFilePath(what: string, path: string): string {
  if (path.trim() !== path) throw refusal('XML_ERROR', `${what} ${quote(path)} has white space around it`);
  if (isRootPath(path)) throw refusal('XML_ERROR', `${what} cannot be ${quote(path)}`);
  return checkAbsolutePath(what, path);
}
