import { hash } from 'node:crypto';

/** A run's key from an event's property: a short hash, so that no personal data reaches a history. */
export function runKey(value: unknown): string {
  return value === undefined || value === null || value === '' ? '' : shortHash(JSON.stringify(value));
}

/** What a long text is known by inside an id. */
export function shortHash(text: string, signs = 10): string {
  return hash('sha256', text, 'base64url').slice(0, signs);
}
