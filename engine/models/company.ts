import type { Company } from '#shared/company.ts';
import { instant, type ModelDefinition, nested, whole } from './model.ts';

export const companyModel: ModelDefinition<Company> = {
  collection: 'companies',
  fields: { traits: nested, toldAt: instant, revision: whole },
  indexes: [],
};
