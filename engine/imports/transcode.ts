import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { TextDecoder } from 'node:util';

/** Encodings in the order in which they are tried where nothing at the beginning tells. */
const guesses = ['utf-8', 'gb18030', 'windows-1252'] as const;
const SNIFFED_BYTES = 4_096;

/** Writes a file again as UTF-8 with `\n` line ends and no mark at its beginning. */
export async function transcode(source: string, target: string): Promise<{ encoding: string; bytes: number }> {
  const marked = encodingByMark(await beginning(source));
  for (const encoding of marked ? [marked] : guesses) {
    const bytes = await rewrite(source, target, encoding);
    if (bytes !== null) return { encoding, bytes };
  }
  throw new Error('A file can always be read as windows-1252.');
}

async function beginning(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const bytes = Buffer.alloc(SNIFFED_BYTES);
    const { bytesRead } = await file.read(bytes, 0, SNIFFED_BYTES, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** UTF-16 is told by its mark, or by a zero in every other byte of plain letters. */
function encodingByMark(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const zeros = [0, 0];
  bytes.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  });
  const many = bytes.length / 8;
  if ((zeros[1] ?? 0) > many && zeros[0] === 0) return 'utf-16le';
  return (zeros[0] ?? 0) > many && zeros[1] === 0 ? 'utf-16be' : null;
}

/** The number of bytes written; null when the file is not in this encoding. */
async function rewrite(source: string, target: string, encoding: string): Promise<number | null> {
  const fatal = encoding === 'utf-8' || encoding === 'gb18030';
  const decoder = new TextDecoder(encoding, { fatal });
  const file = await open(target, 'w');
  try {
    let written = 0;
    let endsWithReturn = false;
    for await (const chunk of createReadStream(source, { highWaterMark: 256 * 1024 })) {
      const text: string = decodeSafely(decoder, chunk);
      if (text === NOT_IN_IT) return null;
      const joined: string = endsWithReturn ? `\r${text}` : text;
      endsWithReturn = joined.endsWith('\r');
      written += await write(file, endsWithReturn ? joined.slice(0, -1) : joined);
    }
    const rest = decodeSafely(decoder, undefined);
    if (rest === NOT_IN_IT) return null;
    return written + (await write(file, endsWithReturn ? `\r${rest}` : rest));
  } finally {
    await file.close();
  }
}

/** A lone surrogate cannot come out of a decoder, so it can say that there was nothing to decode. */
const NOT_IN_IT = '\ud800';

function decodeSafely(decoder: TextDecoder, chunk: Buffer | undefined): string {
  try {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) return NOT_IN_IT;
    throw error;
  }
}

async function write(file: FileHandle, text: string): Promise<number> {
  if (text === '') return 0;
  const { bytesWritten } = await file.write(text.replace(/\r\n?/g, '\n'));
  return bytesWritten;
}
