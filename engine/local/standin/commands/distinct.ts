import { asDoc, asText } from '../bson/document.ts';
import { EMPTY_LIST, encodeValue } from '../bson/keys.ts';
import { pick, pickerFor } from '../bson/pick.ts';
import { findRows } from '../query/find.ts';
import { valuesAt } from '../storage/index-keys.ts';
import { findCollection, type Command } from './command.ts';

export const distinctCommand: Command = {
  name: 'distinct',
  options: ['key', 'query', 'hint'],
  *run(call) {
    const path = asText(call.body['key'], 'key');
    const filter = asDoc(call.body['query'] ?? {}, 'query');
    const collection = findCollection(call);
    if (!collection) return { values: [], ok: 1 };
    const [picker, parts] = [pickerFor([path]), path.split('.')];
    const found = new Map<string, unknown>();
    for (const rows of findRows(collection, { filter })) {
      for (const { bytes } of rows) {
        for (const value of valuesAt(pick(bytes, picker), parts).values)
          if (value !== undefined && value !== EMPTY_LIST) found.set(encodeValue(value).toString('latin1'), value);
      }
      yield;
    }
    const ordered = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
    return { values: ordered.map(([, value]) => value), ok: 1 };
  },
};
