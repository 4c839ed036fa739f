const CODES = {
  InternalError: 1,
  BadValue: 2,
  FailedToParse: 9,
  TypeMismatch: 14,
  Overflow: 15,
  IllegalOperation: 20,
  InvalidBSON: 22,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  QueryPlanKilled: 175,
  CannotIndexParallelArrays: 171,
  BSONObjectTooLarge: 10334,
  OutOfDiskSpace: 14031,
  DuplicateKey: 11000,
  UnknownField: 40415,
} as const;

export type FaultName = keyof typeof CODES;

/** An error the client is meant to see, under MongoDB's own code and name for it. */
export class Fault extends Error {
  readonly code: number;
  readonly codeName: FaultName;
  /** Further fields of the error reply, such as the key of a duplicate. */
  readonly details: Record<string, unknown>;

  constructor(codeName: FaultName, message: string, details: Record<string, unknown> = {}) {
    super(message);
    this.name = 'Fault';
    this.code = CODES[codeName];
    this.codeName = codeName;
    this.details = details;
  }
}

/** Bytes that cannot be cut into messages any more: the connection is closed, the server lives on. */
export class BrokenStream extends Error {}

const LIBRARY_ERRORS = new Set(['MingoError', 'BSONError', 'BSONVersionError', 'SyntaxError']);

/** What the libraries throw for bad input is the client's fault, all else is the server's. */
export function toFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (!(error instanceof Error)) return new Fault('InternalError', String(error));
  if (isDiskFault(error)) return new Fault('OutOfDiskSpace', `The disk refuses: ${error.message}`);
  const name = LIBRARY_ERRORS.has(error.constructor.name) ? 'BadValue' : 'InternalError';
  return new Fault(name, error.message);
}

const SQLITE_IO_ERROR = 10;
const SQLITE_FULL = 13;

/** SQLite's own word for a write that the disk did not take; the upper bits say more than anyone needs. */
function isDiskFault(error: Error): boolean {
  const code = 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : 0;
  return code === SQLITE_IO_ERROR || code === SQLITE_FULL;
}

/** A fault as the server's answer to a command. */
export function faultReply(fault: Fault): Record<string, unknown> {
  return { ok: 0, errmsg: fault.message, code: fault.code, codeName: fault.codeName, ...fault.details };
}
