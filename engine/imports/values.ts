/** Reads values as spreadsheets and shops write them. */

/** An instant; dates without a time are midnight, times without a zone are UTC. Null: no date. */
export function instantOf(text: string): Date | null {
  if (/^\d{10}$/.test(text)) return new Date(Number(text) * 1_000);
  if (/^\d{13}$/.test(text)) return new Date(Number(text));
  const german = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(.*)$/.exec(text);
  const named = german ? `${german[3]}-${german[2]}-${german[1]}${german[4]}` : text;
  const parts =
    /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i.exec(
      named.trim(),
    );
  if (!parts) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const millisecond = Math.floor(Number(`0.${parts[7] ?? 0}`) * 1_000);
  const instant = new Date(Date.UTC(year, month - 1, day, hour, minute, second, millisecond));
  const isReal =
    instant.getUTCMonth() === month - 1 && instant.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  if (!isReal || year < 1_800 || year > 2_500) return null;
  return new Date(instant.getTime() - offsetMinutes(parts[8]) * 60_000);
}

function offsetMinutes(zone: string | undefined): number {
  const offset = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? '');
  if (!offset) return 0;
  return (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3]));
}

/** An amount, with or without currency signs and thousands; a comma before one or two last digits is decimal. Null: none. */
export function amountOf(text: string): number | null {
  const plain = text.replace(/[\s\p{Sc}]|[A-Z]{3}$|^[A-Z]{3}/gu, '');
  if (/^[+-]?\d+(\.\d+)?$/.test(plain)) return Number(plain);
  if (/^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(plain)) return Number(plain.replaceAll(',', ''));
  if (/^[+-]?\d{1,3}(\.\d{3})*,\d{1,2}$/.test(plain) || /^[+-]?\d+,\d{1,2}$/.test(plain)) {
    return Number(plain.replaceAll('.', '').replace(',', '.'));
  }
  return null;
}

/** A number where the text is exactly one, else the text. */
export function scalarOf(text: string): string | number {
  const number = Number(text);
  return text !== '' && String(number) === text && Number.isFinite(number) ? number : text;
}

const yeses = new Set([
  '1',
  'true',
  't',
  'yes',
  'y',
  'ja',
  'j',
  'oui',
  'si',
  'sí',
  'x',
  'on',
  'ok',
  '是',
  '同意',
  'given',
  'subscribed',
]);

/** Whether a cell says yes in one of the ways people write it. */
export function isYes(text: string): boolean {
  return yeses.has(text.trim().toLowerCase());
}
