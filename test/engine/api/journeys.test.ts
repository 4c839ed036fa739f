import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentBuyersSegment } from '#shared/templates/silent-buyers.ts';
import { openApi } from '../../support/api.ts';

let api: Awaited<ReturnType<typeof openApi>>;
let browser: Awaited<ReturnType<typeof api.signedIn>>;
beforeAll(async () => {
  api = await openApi();
  browser = await api.signedIn();
});
afterAll(() => api.close());

test('the worked example comes as a template without problems, with its segment made once', async () => {
  const { body: first } = await browser
    .post('/api/journeys')
    .send({ name: 'A', template: 'silent-buyers' })
    .expect(200);
  expect(first).toMatchObject({ name: 'A', state: 'draft', revision: 1, version: 0, plan: null, changed: false });
  expect(first.problems).toEqual([]);
  const { body: second } = await browser
    .post('/api/journeys')
    .send({ name: 'B', template: 'silent-buyers' })
    .expect(200);
  expect(second.drawing.entry.segment).toBe(first.drawing.entry.segment);
  const segments = await api.base.models.segments.find().lean();
  expect(segments).toMatchObject([{ _id: first.drawing.entry.segment, ...silentBuyersSegment }]);
});

test('an empty journey says what it lacks', async () => {
  const { body } = await browser.post('/api/journeys').send({ name: 'Empty' }).expect(200);
  const codes = body.problems.map(({ code }: { code: string }) => code);
  expect(codes).toEqual(['noEntry', 'noSteps']);
});

test('a save that another save has overtaken is refused and changes nothing', async () => {
  const { body: journey } = await browser
    .post('/api/journeys')
    .send({ name: 'Two editors', template: 'silent-buyers' });
  const path = `/api/journeys/${journey.id}/drawing`;
  const mine = { ...journey.drawing, reentry: { kind: 'afterEnd' } };
  const theirs = { ...journey.drawing, reentry: { kind: 'daysAfterEnd', days: 3 } };
  const saved = await browser.put(path).send({ revision: journey.revision, drawing: mine }).expect(200);
  expect(saved.body.revision).toBe(journey.revision + 1);
  const late = await browser.put(path).send({ revision: journey.revision, drawing: theirs });
  expect(late.status).toBe(409);
  expect(late.headers['content-type']).toContain('application/problem+json');
  const { body: now } = await browser.get(`/api/journeys/${journey.id}`);
  expect(now.drawing.reentry).toEqual({ kind: 'afterEnd' });
});

test('of two saves at once, one wins', async () => {
  const { body: journey } = await browser.post('/api/journeys').send({ name: 'Race', template: 'silent-buyers' });
  const saves = await Promise.all(
    [1, 2, 3].map((days) =>
      browser
        .put(`/api/journeys/${journey.id}/drawing`)
        .send({ revision: 1, drawing: { ...journey.drawing, reentry: { kind: 'daysAfterEnd', days } } }),
    ),
  );
  expect(saves.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409]);
});

test('a copy has the drawing and a life of its own', async () => {
  const { body: original } = await browser.post('/api/journeys').send({ name: 'Original', template: 'silent-buyers' });
  const { body: copy } = await browser.post('/api/journeys').send({ name: 'Copy', copyOf: original.id }).expect(200);
  expect(copy.id).not.toBe(original.id);
  expect(copy.drawing).toEqual(original.drawing);
  await browser.patch(`/api/journeys/${copy.id}`).send({ name: 'Renamed' }).expect(200);
  const { body: untouched } = await browser.get(`/api/journeys/${original.id}`);
  expect(untouched.name).toBe('Original');
  await browser.post('/api/journeys').send({ name: 'X', copyOf: 'nothing' }).expect(404);
  await browser.post('/api/journeys').send({ name: 'X', copyOf: copy.id, template: 'silent-buyers' }).expect(400);
});

test('the list shows what is not archived, newest change first, with its figures', async () => {
  const { body } = await browser.get('/api/journeys').expect(200);
  expect(body.rows[0]).toMatchObject({
    name: 'Renamed',
    entered: 0,
    active: 0,
    conversions: 0,
    value: null,
    hasGoal: true,
  });
  await api.base.models.journeys.updateOne({ _id: body.rows[0].id }, { $set: { state: 'archived' } });
  const { body: after } = await browser.get('/api/journeys');
  expect(after.rows).toHaveLength(body.rows.length - 1);
  const { body: archived } = await browser.get('/api/journeys?archived=true');
  expect(archived.rows.map(({ name }: { name: string }) => name)).toEqual(['Renamed']);
  const { drawing, id, revision } = (await browser.get(`/api/journeys/${body.rows[0].id}`)).body;
  await browser.put(`/api/journeys/${id}/drawing`).send({ drawing, revision }).expect(409);
});

test('a drawing that is none is refused by the field that is wrong', async () => {
  const { body: journey } = await browser.post('/api/journeys').send({ name: 'Strange', template: 'silent-buyers' });
  const steps = journey.drawing.steps.map((step: { id: string }) =>
    step.id === 'week' ? { ...step, until: { kind: 'after', duration: { amount: -1, unit: 'day' } } } : step,
  );
  const { status, body } = await browser
    .put(`/api/journeys/${journey.id}/drawing`)
    .send({ revision: 1, drawing: { ...journey.drawing, steps } });
  expect(status).toBe(400);
  expect(body.errors).toEqual([{ path: 'drawing.steps.4.until.duration.amount', message: 'must be at least 0' }]);
});
