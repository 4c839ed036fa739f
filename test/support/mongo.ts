import mongoose from 'mongoose';
import { nanoid } from 'nanoid';
import { inject } from 'vitest';
import { createModels, type Models } from '#engine/models/index.ts';

/** A database of one's own: a connection, its address for child processes, and what drops and closes it. */
export interface Database {
  connection: mongoose.Connection;
  uri: string;
  close(): Promise<void>;
}

/** Opens a fresh, uniquely named database on the MongoDB of this test run. */
export async function openDatabase(): Promise<Database> {
  const address = new URL(inject('mongoUri'));
  address.pathname = `/test_${nanoid(10)}`;
  const uri = address.href;
  const connection = await mongoose.createConnection(uri).asPromise();
  return {
    connection,
    uri,
    async close() {
      await connection.dropDatabase();
      await connection.close();
    },
  };
}

/** A fresh database with the product's nouns on it; their indexes are not built. */
export async function openModels(): Promise<Database & { models: Models }> {
  const database = await openDatabase();
  return { ...database, models: createModels(database.connection) };
}
