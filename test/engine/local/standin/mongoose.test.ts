import { createConnection, Schema, Types, type Connection } from 'mongoose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { range, StandInProcess } from './process.ts';

const standIn = new StandInProcess();
let connection: Connection;
beforeAll(async () => {
  await standIn.start();
  connection = await createConnection(standIn.uri, { writeConcern: { w: 'majority', j: true } }).asPromise();
});
afterAll(async () => {
  await connection.close();
  await standIn.dispose();
});

test('models build and compare their indexes', async () => {
  const schema = new Schema({
    email: { type: String, unique: true, lowercase: true },
    at: { type: Date, expires: 3600 },
    tag: { type: String, sparse: true, index: true },
    a: String,
    b: Number,
  });
  schema.index({ a: 1, b: -1 });
  const User = connection.model('User', schema);
  await User.createIndexes();
  await User.create({ email: 'ABC@x' });
  await expect(User.create({ email: 'abc@X' })).rejects.toMatchObject({ code: 11000 });
  const names = (await User.listIndexes()).map(({ name }) => name as unknown);
  expect(new Set(names)).toEqual(new Set(['_id_', 'a_1_b_-1', 'at_1', 'email_1', 'tag_1']));
  expect(await User.syncIndexes()).toEqual([]);
});

test('documents are saved, versioned, populated and streamed', async () => {
  const Author = connection.model('Author', new Schema({ name: String }));
  const fields = { title: String, tags: [String], author: { type: Schema.Types.ObjectId, ref: 'Author' } };
  const Book = connection.model('Book', new Schema(fields, { timestamps: true, optimisticConcurrency: true }));
  const author = await Author.create({ name: 'A' });
  const book = await Book.create({ title: 'T', tags: ['x', 'y'], author: author._id });
  const stale = await Book.findById(book._id).orFail();
  book.tags = ['y'];
  book.title = 'T2';
  await book.save();
  stale.title = 'T3';
  await expect(stale.save()).rejects.toMatchObject({ name: 'VersionError' });

  const populated = await Book.findOne({ tags: 'y' }).populate<{ author: { name: string } }>('author').orFail();
  expect([populated.title, populated.author.name]).toEqual(['T2', 'A']);
  await Book.insertMany(range(250).map((i) => ({ title: `b${i}`, author: new Types.ObjectId() })));
  let streamed = 0;
  for await (const { title } of Book.find({ title: /^b/ }).cursor({ batchSize: 20 })) streamed += title ? 1 : 0;
  expect(streamed).toBe(250);
  expect(await Book.countDocuments({ title: /^b/ })).toBe(250);
  expect(await Book.exists({ author: author._id })).not.toBeNull();
  expect((await Book.deleteMany({ title: /^b/ })).deletedCount).toBe(250);
});
