import { nanoid } from 'nanoid';
import type { Traits } from '#shared/contact.ts';
import { callNames, type EventKind } from '#shared/event.ts';
import type { IdentityRef } from '#shared/identity.ts';
import { identitiesIn } from '../contacts/known-traits.ts';
import { type FieldError, remediesOf } from '../api/remedies.ts';
import type { IncomingEvent } from '../events/incoming.ts';
import { readCall, type SpecCall } from './call.ts';
import { saneFields, saneText, TooDeep } from './sane.ts';
import { eventTime } from './time.ts';
import { valueOf } from './value.ts';

/** What is known of a request besides its body. */
export type Around = { receivedAt: Date; sentAt: Date | null; context: Traits; source: string; currency: string };

export type ReadEvent = { event: IncomingEvent } | { errors: FieldError[] };

/** What of a call's context is kept. */
const keptContext = ['campaign', 'timezone', 'locale', 'page'] as const;

/** One call as an event, or what is wrong with it by field. */
export function readEvent(kind: EventKind, body: unknown, bytes: number, around: Around): ReadEvent {
  const parsed = readCall(kind, body);
  if (!parsed.success) return { errors: remediesOf(parsed.error.issues) };
  const call = parsed.data;
  const identities = identitiesOf(kind, call);
  if (identities.length === 0) {
    return { errors: [{ path: 'userId', message: 'is missing; give a userId or an anonymousId' }] };
  }
  try {
    return { event: eventOf(kind, { call, identities, bytes, around }) };
  } catch (error) {
    if (error instanceof TooDeep)
      return { errors: [{ path: error.path.slice(0, 5).join('.'), message: error.message }] };
    throw error;
  }
}

type Checked = { call: SpecCall; identities: IdentityRef[]; bytes: number; around: Around };

function eventOf(kind: EventKind, { call, identities, bytes, around }: Checked): IncomingEvent {
  const { receivedAt, source, currency } = around;
  const properties = propertiesOf(kind, call);
  const context = saneFields({ ...around.context, ...call.context }, ['context']);
  const kept = keptContext.flatMap((name) => (context[name] === undefined ? [] : [[name, context[name]]]));
  return {
    id: saneText(call.messageId ?? '') || `pasture-${nanoid()}`,
    kind,
    name: kind === 'track' ? saneText(call.event ?? '') : callNames[kind],
    identities,
    at: eventTime({ ...call, sentAt: call.sentAt ?? around.sentAt }, receivedAt),
    receivedAt,
    properties,
    context: Object.fromEntries(kept),
    value: kind === 'track' ? valueOf(properties, currency) : null,
    source,
    bytes,
  };
}

function propertiesOf(kind: EventKind, call: SpecCall): Traits {
  switch (kind) {
    case 'track':
      return saneFields(call.properties ?? {}, ['properties']);
    case 'identify':
      return saneFields(call.traits ?? {}, ['traits']);
    case 'group':
      return { ...saneFields(call.traits ?? {}, ['traits']), id: saneText(call.groupId ?? '') };
    case 'alias':
      return { previousId: saneText(call.previousId ?? '') };
    case 'page':
    case 'screen':
      return {
        ...saneFields(call.properties ?? {}, ['properties']),
        ...(call.name && { name: saneText(call.name) }),
        ...(call.category && { category: saneText(call.category) }),
      };
  }
}

/** Everything by which the call says whose it is. */
function identitiesOf(kind: EventKind, call: SpecCall): IdentityRef[] {
  const ids: IdentityRef[] = [];
  const add = (identityKind: IdentityRef['kind'], value: string | null | undefined) => {
    const text = saneText(value ?? '').trim();
    if (text !== '') ids.push({ kind: identityKind, value: text });
  };
  add('userId', call.userId);
  add('anonymousId', kind === 'alias' ? call.previousId : call.anonymousId);
  const traits = kind === 'identify' ? call.traits : call.context?.['traits'];
  if (typeof traits === 'object' && traits !== null) {
    for (const identity of identitiesIn(Object.fromEntries(Object.entries(traits)))) add(identity.kind, identity.value);
  }
  return ids;
}
