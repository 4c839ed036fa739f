import { ObjectId } from 'bson';
import { assertStorable, decode, encodeForStorage } from '../bson/document.ts';
import { documentBytes, targetName, type Command } from './command.ts';
import { runStatements, writeReply } from './statements.ts';

export const insertCommand: Command = {
  name: 'insert',
  options: ['documents', 'ordered'],
  writes: true,
  run(call) {
    const collection = call.catalog.findOrCreate(call.db, targetName(call));
    let n = 0;
    const failures = runStatements(documentBytes(call, 'documents'), call.body['ordered'] !== false, (bytes) => {
      collection.insert(withIdFirst(bytes));
      n++;
    });
    return writeReply({ n }, failures);
  },
};

const ID_NAME = Buffer.from('_id\0');

/** Documents are stored as the bytes that came, unless they have no _id or have it elsewhere than first. */
function withIdFirst(bytes: Uint8Array): Uint8Array {
  if (ID_NAME.equals(bytes.subarray(5, 5 + ID_NAME.length))) {
    assertStorable(bytes);
    return bytes;
  }
  const { _id = new ObjectId(), ...fields } = decode(bytes);
  return encodeForStorage({ _id, ...fields });
}
