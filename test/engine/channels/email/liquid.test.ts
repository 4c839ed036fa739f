import { expect, it } from 'vitest';
import { fill } from '#engine/channels/email/liquid.ts';

it('a mail that was being rendered while the whole machine stood still is rendered again', () => {
  let reads = 0;
  const contact = {
    get name() {
      const until = performance.now() + (++reads === 1 ? 700 : 0);
      while (performance.now() < until);
      return 'Ada';
    },
  };
  expect(fill('text', '{{ contact.name }}{% if true %}!{% endif %}', { contact })).toBe('Ada!');
  expect(reads).toBe(2);
});
