import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ApiProblem, notFound } from '../api/problem.ts';
import type { Base } from '../base.ts';
import type { StoredUpload } from '../models/import.ts';
import { firstRows, readHeader } from './columns.ts';
import { transcode } from './transcode.ts';

const LARGEST_BYTES = 1024 ** 3;

/** Files brought in to be imported: kept as UTF-8 under the hash of the bytes they came as. */
export interface Uploads {
  /** @throws ApiProblem 413 above 1 GB, 400 for a file without columns, or that is no text */
  keep(body: Readable, fileName: string): Promise<StoredUpload>;
  get(id: string): Promise<StoredUpload>;
  pathOf(id: string): string;
  /** The first rows, by column. */
  sample(upload: StoredUpload, rows: number): Promise<Record<string, string>[]>;
}

/** @throws ApiProblem 413 for more bytes than a file may have */
export function checkSize(bytes: number): void {
  if (bytes > LARGEST_BYTES) throw new ApiProblem(413, 'The file is larger than 1 GB; split it.');
}

/** Keeps uploads in DATA_DIR, and what they are in the database. */
export function createUploads({ config, models }: Pick<Base, 'config' | 'models'>): Uploads {
  const folder = join(config.DATA_DIR, 'uploads');
  const pathOf = (id: string) => join(folder, `${id}.csv`);

  async function receive(body: Readable, path: string): Promise<{ id: string; bytes: number }> {
    const hash = createHash('sha256');
    let bytes = 0;
    async function* measured(chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        checkSize(bytes);
        hash.update(chunk);
        yield chunk;
      }
    }
    await pipeline(body, measured, createWriteStream(path));
    return { id: hash.digest('hex'), bytes };
  }

  return {
    pathOf,
    async keep(body, fileName) {
      await mkdir(folder, { recursive: true });
      const received = join(folder, `${randomBytes(8).toString('hex')}.part`);
      const decoded = `${received}.utf8`;
      try {
        const { id, bytes } = await receive(body, received);
        const { encoding, bytes: textBytes } = await transcode(received, decoded);
        const header = await readHeader(decoded);
        if (header.columns.length === 0)
          throw new ApiProblem(400, 'The file is empty: its first row must name the columns.');
        if (header.columns.some((column) => column.includes('\0')))
          throw new ApiProblem(400, 'The file is not text, perhaps a spreadsheet: save it as CSV, then bring it in.');
        await rename(decoded, pathOf(id));
        const upload = { _id: id, fileName, bytes, encoding, textBytes, ...header, uploadedAt: new Date() };
        await models.uploads.replaceOne({ _id: id }, upload, { upsert: true });
        return upload;
      } finally {
        await rm(received, { force: true });
        await rm(decoded, { force: true });
      }
    },
    async get(id) {
      const upload = await models.uploads.findById(id).lean<StoredUpload>();
      if (!upload) throw notFound('upload');
      return upload;
    },
    async sample({ _id, delimiter, columns, headerBytes, headerLines }, count) {
      const rows = await firstRows(pathOf(_id), delimiter, count, { offset: headerBytes, line: headerLines + 1 });
      return rows.flatMap((row) => {
        if (!('cells' in row)) return [];
        const { cells } = row;
        return [Object.fromEntries(columns.map((column, index) => [column, (cells[index] ?? '').slice(0, 500)]))];
      });
    },
  };
}
