import { expect, test } from 'vitest';
import { guessKind, guessMapping } from '../../../../builder/pages/imports/guess-mapping.ts';
import { renderTemplate } from '../../../../builder/pages/imports/render-template.ts';

const file = (columns: string[]) => ({
  id: 'u1',
  fileName: 'people.csv',
  bytes: 100,
  encoding: 'utf-8',
  delimiter: ',',
  columns,
  sample: [],
});

test('a file with a date and an amount is taken for events', () => {
  const orders = file(['customer_id', 'ordered_on', 'cds', 'dollars']);
  expect(guessKind(orders)).toBe('events');
  expect(guessMapping(orders, 'events', 'USD')).toMatchObject({
    event: 'Order Completed',
    userId: '{{ customer_id }}',
    at: '{{ ordered_on }}',
    value: '{{ dollars }}',
    properties: { cds: '{{ cds }}' },
  });
});

test('a file of people is taken for contacts, their names under the names that merge tags know', () => {
  const people = file(['E-Mail', 'Full Name', 'City']);
  expect(guessKind(people)).toBe('contacts');
  expect(guessMapping(people, 'contacts', 'USD')).toMatchObject({
    email: '{{ E-Mail }}',
    profile: { name: '{{ Full Name }}', City: '{{ City }}' },
  });
});

test('a template is filled in from a row, also where a column name holds spaces', () => {
  expect(renderTemplate('customer-{{ customer_id }}@example.com', { customer_id: '17' })).toBe(
    'customer-17@example.com',
  );
  expect(renderTemplate('{{ Full Name | upcase }}', { 'Full Name': 'Ann' })).toBe('ANN');
});

test('a template that is unfinished or names no column comes to nothing', () => {
  expect(renderTemplate('{{ city', { city: 'Rome' })).toBeNull();
  expect(renderTemplate('{{ town }}', { city: 'Rome' })).toBeNull();
});
