import type { z } from 'zod';

type Issue = z.core.$ZodIssue;
export type FieldError = { path: string; message: string };

/** What is wrong with a request, field by field, each with its remedy in plain words. */
export function remediesOf(issues: readonly Issue[], prefix: readonly PropertyKey[] = []): FieldError[] {
  return issues.flatMap((issue) => {
    const path = [...prefix, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: dotted([...path, key]), message: 'is not known here; leave it out' }));
    }
    if (issue.code === 'invalid_union') {
      const closest = closestOf(issue.errors);
      if (closest) return remediesOf(closest, path);
    }
    return [{ path: dotted(path), message: remedyOf(issue) }];
  });
}

function remedyOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined && issue.message.endsWith('undefined')
        ? `is missing; give ${article(issue.expected)}`
        : `must be ${article(issue.expected)}`;
    case 'invalid_value':
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'too_small':
      if (issue.minimum === 1 && bound(issue.origin) === 'have') return 'must not be empty';
      return `must ${bound(issue.origin)} at least ${issue.minimum}${unit(issue.origin)}`;
    case 'too_big':
      return `must ${bound(issue.origin)} at most ${issue.maximum}${unit(issue.origin)}`;
    case 'invalid_format':
      return formats[issue.format] ?? 'does not have the form expected here';
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_union':
      return 'is none of the forms accepted here; look at its `kind`';
    case 'invalid_key':
    case 'invalid_element':
    case 'unrecognized_keys':
    case 'custom':
      return issue.message;
  }
}

const formats: Record<string, string> = {
  email: 'must be an e-mail address such as name@example.com',
  url: 'must be a whole address such as https://example.com',
  datetime: 'must be an instant such as 2026-01-31T09:00:00Z',
};

/** Of a union's branches, the one that the caller seems to have meant: whose `kind` fits. */
function closestOf(branches: readonly Issue[][]): Issue[] | null {
  const meant = branches.filter((issues) => !issues.some(({ path }) => path.length === 1 && path[0] === 'kind'));
  return meant.length === 1 ? (meant[0] ?? null) : null;
}

function article(expected: string): string {
  if (expected === 'int') return 'a whole number';
  return /^[aeiou]/.test(expected) ? `an ${expected}` : `a ${expected}`;
}

function bound(origin: string): string {
  return origin === 'string' || origin === 'array' || origin === 'set' ? 'have' : 'be';
}

function unit(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' || origin === 'set' ? ' entries' : '';
}

function dotted(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}
