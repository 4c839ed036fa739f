import type { ImportMapping } from '#shared/api/imports.ts';
import type { ImportConsent } from '#shared/api/imports.ts';
import { instant, type ModelDefinition, nested, text, truth, whole } from './model.ts';

/** A CSV kept under DATA_DIR until it is imported. `_id` is the hash of its bytes. */
export type StoredUpload = {
  _id: string;
  fileName: string;
  bytes: number;
  encoding: string;
  delimiter: string;
  columns: string[];
  /** Size of the file once it is UTF-8, and where its first row begins there. */
  textBytes: number;
  headerBytes: number;
  headerLines: number;
  uploadedAt: Date;
};

export const uploadModel: ModelDefinition<StoredUpload> = {
  collection: 'uploads',
  fields: {
    fileName: text,
    bytes: whole,
    encoding: text,
    delimiter: text,
    columns: { type: [String] },
    textBytes: whole,
    headerBytes: whole,
    headerLines: whole,
    uploadedAt: instant,
  },
  indexes: [],
};

/** An import under way or done; its cursor is a line number, so that a killed one goes on where it was. */
export type ImportJob = {
  _id: string;
  upload: string;
  fileName: string;
  mapping: ImportMapping;
  consent: ImportConsent;
  source: string;
  clock: string;
  sample: boolean;
  state: 'running' | 'done' | 'failed';
  /** Lines imported so far, and where the next begins in the file as UTF-8. */
  line: number;
  offset: number;
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  bad: number;
  reason: string | null;
  startedAt: Date;
  startedBy: string;
  finishedAt: Date | null;
};

export const importModel: ModelDefinition<ImportJob> = {
  collection: 'imports',
  fields: {
    upload: text,
    fileName: text,
    mapping: nested,
    consent: nested,
    source: text,
    clock: text,
    sample: truth,
    state: text,
    line: whole,
    offset: whole,
    rows: whole,
    created: whole,
    updated: whole,
    unchanged: whole,
    bad: whole,
    reason: text,
    startedAt: instant,
    startedBy: text,
    finishedAt: instant,
  },
  indexes: [[{ state: 1 }], [{ startedAt: -1 }]],
};

/** A row that could not be imported; `_id` is import:line. */
export type ImportError = { _id: string; import: string; line: number; reason: string; row: string };

export const importErrorModel: ModelDefinition<ImportError> = {
  collection: 'importErrors',
  fields: { import: text, line: whole, reason: text, row: text },
  indexes: [[{ import: 1, line: 1 }]],
};
