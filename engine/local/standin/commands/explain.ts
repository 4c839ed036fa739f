import { asDoc, asText } from '../bson/document.ts';
import { Fault } from '../faults.ts';
import { readFilter } from '../query/filter.ts';
import { planQuery } from '../query/plan.ts';
import type { Command } from './command.ts';
import { readFind } from './find.ts';

/** Only which index a find would use: enough to see that a query is served by one. */
export const explainCommand: Command = {
  name: 'explain',
  options: ['verbosity'],
  run({ catalog, db, target }) {
    const explained = asDoc(target, 'explain');
    if (!('find' in explained)) throw new Fault('BadValue', 'only a find can be explained');
    const query = readFind(explained);
    const namespace = `${db}.${asText(explained['find'], 'find')}`;
    const collection = catalog.find(db, asText(explained['find'], 'find'));
    if (!collection) return { queryPlanner: { namespace, winningPlan: { stage: 'EOF' } }, ok: 1 };
    const plan = planQuery(collection, readFilter(query.filter), query.sort, query.limit);
    const indexName = typeof plan.index === 'object' ? plan.index.spec.name : plan.index && '_id_';
    const winningPlan = {
      stage: indexName === undefined ? 'COLLSCAN' : 'IXSCAN',
      ...(indexName !== undefined && { indexName, direction: plan.backward ? 'backward' : 'forward' }),
      testedOnKeys: plan.keyTest !== undefined,
      testedOnDocuments: plan.residual.flatMap(({ paths }) => paths),
      inMemorySort: !plan.sorted,
    };
    return { queryPlanner: { namespace, winningPlan }, ok: 1 };
  },
};
