import type { ImportMapping, Upload } from '#shared/api/imports.ts';

export type Kind = ImportMapping['kind'];
export type MappingOf<K extends Kind> = Extract<ImportMapping, { kind: K }>;

/** A column as a template; names may hold spaces. */
export function columnTemplate(column: string): string {
  return `{{ ${column} }}`;
}

const signs = {
  email: /e-?mail|邮箱|邮件/i,
  phone: /phone|mobile|tel\b|电话|手机/i,
  userId: /(customer|user|client|member|buyer)[ _-]?(id|no|number|nr)?$|^id$|客户|用户/i,
  at: /date|time|\bon$|_on$|_at$|\bat$|日期|时间/i,
  value: /amount|total|value|price|dollars|revenue|sum\b|金额|总价|价格/i,
  id: /(order|event|transaction|invoice|message)[ _-]?(id|no|number|nr)$|订单号/i,
} as const;

/** Whether a file looks like contacts or like events: events have a time and an amount or order. */
export function guessKind({ columns }: Upload): Kind {
  const has = (sign: RegExp) => columns.some((column) => sign.test(column));
  return has(signs.at) && (has(signs.value) || has(signs.id)) ? 'events' : 'contacts';
}

/** A first mapping by the names of a file's columns; what nothing claims becomes a trait or property of its own name. */
export function guessMapping(upload: Upload, kind: Kind, currency: string): ImportMapping {
  const claimed = new Set<string>();
  const claim = (sign: RegExp): string => {
    const column = upload.columns.find((each) => sign.test(each) && !claimed.has(each));
    if (column === undefined) return '';
    claimed.add(column);
    return columnTemplate(column);
  };
  const email = claim(signs.email);
  const phone = claim(signs.phone);
  if (kind === 'contacts') {
    const userId = claim(signs.userId);
    return { kind, email, phone, userId, profile: rest(upload.columns, claimed), tags: [] };
  }
  const id = claim(signs.id);
  const userId = claim(signs.userId);
  const at = claim(signs.at);
  const value = claim(signs.value);
  const properties = rest(upload.columns, claimed);
  return { kind, event: 'Order Completed', email, phone, userId, at, id, value, currency, properties };
}

function rest(columns: readonly string[], claimed: ReadonlySet<string>): Record<string, string> {
  return Object.fromEntries(
    columns
      .filter((column) => column !== '' && !claimed.has(column))
      .map((column) => [fieldName(column), columnTemplate(column)]),
  );
}

/** The names of people are kept under the names that merge tags and lists know. */
function fieldName(column: string): string {
  if (/^(full[ _-]?)?name$|^姓名$/i.test(column)) return 'name';
  if (/^(first|given)[ _-]?name$/i.test(column)) return 'firstName';
  if (/^(last|family)[ _-]?name$|^surname$/i.test(column)) return 'lastName';
  return column.slice(0, 100);
}
