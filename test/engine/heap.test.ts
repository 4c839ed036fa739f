import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withRoomyHeap } from '#engine/heap.ts';

const collect = vi.fn();
const { gc } = globalThis;

beforeEach(() => {
  vi.useFakeTimers();
  globalThis.gc = collect as unknown as NonNullable<typeof gc>;
});
afterEach(() => {
  vi.useRealTimers();
  globalThis.gc = gc as NonNullable<typeof gc>;
  collect.mockClear();
});

test('garbage is given back in the first rest after all work, also after work that failed', async () => {
  const other = Promise.withResolvers<void>();
  const long = withRoomyHeap(() => other.promise);
  await expect(withRoomyHeap(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  vi.advanceTimersByTime(60_000);
  expect(collect).not.toHaveBeenCalled();

  other.resolve();
  await long;
  vi.advanceTimersByTime(60_000);
  expect(collect).toHaveBeenCalledTimes(1);
});

test('where little has piled up since the last time nothing is done', async () => {
  await withRoomyHeap(() => Promise.resolve());
  vi.advanceTimersByTime(60_000);
  expect(collect).not.toHaveBeenCalled();
});
