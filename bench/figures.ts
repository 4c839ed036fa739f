/** What was measured, by name. */
export type Figures = Record<string, number | string>;

/** How much of the full benchmark is run: 1 is all of it. */
export type Sizes = { share: number };

/** A size of the full benchmark, cut to what is run now. */
export function cut({ share }: Sizes, full: number, least = 1): number {
  return Math.max(least, Math.round(full * share));
}

/** What a figure must reach, and what it is in words. */
export type Target = { figure: string; says: string } & ({ atLeast: number } | { atMost: number });

/** The promises; every other figure is reported beside them. */
export const targets: readonly Target[] = [
  { figure: 'blast_ratio', says: 'blast against a bare nodemailer loop', atLeast: 0.8 },
  { figure: 'journey_ratio', says: 'journey against one workflow per contact', atLeast: 40 },
  { figure: 'contacts_per_second', says: 'contacts/s through the journey, active time', atLeast: 500 },
  { figure: 'flatness', says: 'CPU per contact, dearest / cheapest size', atMost: 1.2 },
  { figure: 'events_per_contact', says: 'history events per bulk contact', atMost: 0.2 },
  { figure: 'event_p50_ms', says: 'event → mail at 5/s, p50', atMost: 100 },
  { figure: 'event_p99_ms', says: 'event → mail at 5/s, p99', atMost: 500 },
  { figure: 'event50_p99_ms', says: 'event → mail at 50/s, p99', atMost: 2_000 },
  { figure: 'burst_s', says: 'a burst of events until its last mail', atMost: 30 },
  { figure: 'lost', says: 'events without a mail', atMost: 0 },
  { figure: 'event_bulk_p95_ms', says: 'event → mail beside a bulk mailing, p95', atMost: 1_000 },
  { figure: 'import_peak_mb', says: 'import, peak memory of our dearest process', atMost: 300 },
  { figure: 'idle_cpu_pct', says: 'idle with people waiting, % of a core', atMost: 3 },
  { figure: 'waiting_bytes', says: 'disk and memory per waiting person', atMost: 4_096 },
];

/** Whether a figure reaches its target; one that was not measured does not. */
export function verdictOf(target: Target, figures: Figures): 'met' | 'missed' | 'not measured' {
  const measured = figures[target.figure];
  if (typeof measured !== 'number' || Number.isNaN(measured)) return 'not measured';
  const met = 'atLeast' in target ? measured >= target.atLeast : measured <= target.atMost;
  return met ? 'met' : 'missed';
}

/** A number as it is shown and kept: three digits that mean something. */
export function rounded(value: number): number {
  return Number(value.toPrecision(value >= 1_000 ? 6 : 3));
}
