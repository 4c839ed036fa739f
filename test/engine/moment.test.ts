import { describe, expect, it } from 'vitest';
import { type MomentContext, resolveMoment } from '#engine/moment.ts';

/** Half past two on a Sunday, as asked of somebody at an instant in their zone. */
function sundayAtHalfPastTwo(at: string, contactZone: string | null): string | undefined {
  const context: MomentContext = {
    at: new Date(at),
    contactZone,
    workspaceZone: 'Europe/Berlin',
    couponDeadline: () => null,
  };
  return resolveMoment({ kind: 'weekday', weekdays: [7], time: '02:30' }, context)?.toISOString();
}

describe('an hour of a weekday', () => {
  it('that a clock change skips comes at the first moment after the gap', () => {
    expect(sundayAtHalfPastTwo('2026-03-28T12:00:00Z', null)).toBe('2026-03-29T01:30:00.000Z');
  });

  it('that a clock change repeats comes once, the first time', () => {
    expect(sundayAtHalfPastTwo('2026-10-24T12:00:00Z', null)).toBe('2026-10-25T00:30:00.000Z');
  });

  it('is never before whoever comes to it in the repeated hour', () => {
    const at = '2026-10-25T01:10:00Z';
    expect(Date.parse(sundayAtHalfPastTwo(at, null) ?? '')).toBeGreaterThanOrEqual(Date.parse(at));
  });

  it("is reckoned in the contact's own time zone", () => {
    expect(sundayAtHalfPastTwo('2026-06-06T12:00:00Z', 'Asia/Shanghai')).toBe('2026-06-06T18:30:00.000Z');
  });

  it("is reckoned in the workspace's where the contact's time zone is unknown", () => {
    expect(sundayAtHalfPastTwo('2026-06-06T12:00:00Z', 'Mars/Olympus')).toBe('2026-06-07T00:30:00.000Z');
  });
});
