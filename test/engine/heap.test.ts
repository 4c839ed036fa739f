import { setFlagsFromString } from 'node:v8';
import { expect, test, vi } from 'vitest';
import { withRoomyHeap } from '#engine/heap.ts';

vi.mock('node:v8', () => ({ setFlagsFromString: vi.fn() }));

test('the heap has more room until all such work is done, also after work that failed', async () => {
  const growing = vi.mocked(setFlagsFromString);
  const other = Promise.withResolvers<void>();
  const long = withRoomyHeap(() => other.promise);
  await expect(withRoomyHeap(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(growing).toHaveBeenLastCalledWith('--heap-growing-percent=150');

  other.resolve();
  await long;
  expect(growing).toHaveBeenLastCalledWith('--heap-growing-percent=50');
});
