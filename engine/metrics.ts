import type { RequestHandler } from 'express';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { DeliveryState } from '#shared/delivery.ts';
import type { Base } from './base.ts';

/**
 * How often the event loop's lag is sampled: every 10 ms, as is usual, wakes a server that has nothing to do. So seldom,
 * the spread of the samples tells nothing, and only the lag at the moment of asking is published.
 */
const LAG_LOOK_MS = 500;
const LAG_SPREAD = /^nodejs_eventloop_lag_\w+_seconds$/;

/** `/metrics` for Prometheus: the process, and the product's own numbers, read from the database when asked. */
export function createMetrics({ models }: Pick<Base, 'models'>): RequestHandler {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_LOOK_MS });
  for (const { name } of registry.getMetricsAsArray()) if (LAG_SPREAD.test(name)) registry.removeSingleMetric(name);
  registry.registerMetric(
    new Gauge({
      name: 'pasture_events_accepted',
      help: 'Events accepted and stored so far',
      registers: [],
      async collect() {
        this.set(await models.events.estimatedDocumentCount());
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'pasture_mails',
      help: 'Mails by state',
      labelNames: ['state'],
      registers: [],
      async collect() {
        for (const state of DeliveryState.options)
          this.set({ state }, await models.deliveries.countDocuments({ state }));
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'pasture_active_enrollments',
      help: 'People inside a journey, by journey',
      labelNames: ['journey'],
      registers: [],
      async collect() {
        this.reset();
        for (const { _id: journey } of await models.journeys.find({ plan: { $ne: null } }, { _id: 1 }).lean()) {
          this.set({ journey }, await models.enrollments.countDocuments({ journey, state: 'active' }));
        }
      },
    }),
  );
  return async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  };
}
