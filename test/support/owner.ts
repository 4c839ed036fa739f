import request from 'supertest';
import type { Pasture } from './pasture.ts';

/** The owner of a running product, signed in as by the printed link; calls its API with their cookie. */
export async function signedInOwner({ url, ownerLink }: Pick<Pasture, 'url' | 'ownerLink'>) {
  const agent = request.agent(url);
  const token = new URL(ownerLink).searchParams.get('token') ?? '';
  await agent
    .post('/api/owner')
    .send({ name: 'Ada', email: 'ada@example.com', password: 'correct horse battery', token })
    .expect(200);
  return agent;
}
