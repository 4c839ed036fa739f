import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { replaceFolder } from '#engine/local/replace-folder.ts';

function folderWith(text: string, name: string, parent: string): string {
  const folder = join(parent, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'index.html'), text);
  return folder;
}

test('a finished folder takes the place of the old one, and leaves nothing beside it', () => {
  const parent = mkdtempSync(join(tmpdir(), 'replace-'));
  const place = folderWith('old', 'dist', parent);
  writeFileSync(join(place, 'stale.js'), '');
  replaceFolder(folderWith('new', 'making', parent), place);
  expect(readFileSync(join(place, 'index.html'), 'utf8')).toBe('new');
  expect(existsSync(join(place, 'stale.js'))).toBe(false);
  expect(readdirSync(parent)).toEqual(['dist']);
});

test('a finished folder is put where nothing stood', () => {
  const parent = mkdtempSync(join(tmpdir(), 'replace-'));
  const place = join(parent, 'dist');
  replaceFolder(folderWith('first', 'making', parent), place);
  expect(readFileSync(join(place, 'index.html'), 'utf8')).toBe('first');
});
