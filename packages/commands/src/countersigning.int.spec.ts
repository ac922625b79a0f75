import {
  contentDigest,
  contentNonce,
  contentText,
  contentTextOf,
  generateKey,
  KEY_TYP,
  signContent,
  signStatement,
} from '@cytoledger/attest';
import { batches, donations, persons, registry } from '@cytoledger/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventId, eventsOf, type Laboratory, openLaboratory, recordedOf, submission, uuid } from './laboratory.fixture.ts';

const root = generateKey();
const key = generateKey();
const SECOND = 'staff-0002';

let lab: Laboratory;
beforeEach(async () => {
  lab = await openLaboratory();
  recordedOf(await lab.submit(registry.siteRegistered, 'lab-a', registry.examples.siteRegistered({ rootKey: root.publicJwk })));
  recordedOf(await lab.submit(registry.staffEnrolled, SECOND, { org: 'lab-a', roles: ['lab.qa'], name: '陈静' }));
  const said = { kid: key.kid, publicKey: key.publicJwk, org: 'lab-a', person: SECOND, roles: ['lab.qa'] };
  const statements = {
    byOrganisation: signStatement(KEY_TYP, said as never, root.privateJwk),
    byKey: signStatement(KEY_TYP, said as never, key.privateJwk),
  };
  recordedOf(await lab.submit(registry.keyEnrolled, key.kid, { ...said, statements }));
});
afterEach(() => lab.close());

/** The second signature under `event`, over the content with that digest. */
async function countersign(batch: string, event: string, seen: string) {
  const [id, stream] = [eventId(), `batch-${batch}`];
  const data = { event, contentDigest: seen };
  const plain = submission(batches.countersigned, batch, data, { id, person: SECOND });
  const { occurredAt, capture } = plain.statement;
  const nonce = contentNonce(Buffer.alloc(32, 7), stream, id);
  const { type, signatures: asked } = batches.countersigned;
  const text = contentText({ nonce, id, stream, type, occurredAt, capture: capture as never, data });
  const signed = { contentDigest: contentDigest(text), meaning: asked!.meaning, signedAt: new Date().toISOString() };
  const signatures = [{ jws: signContent(signed, key.privateJwk) }];
  return lab.commands.submit({ ...plain, statement: { ...plain.statement, contentText: text, disclosures: [], signatures } });
}

describe('a second signature', () => {
  it('holds for the very content that is recorded, and is refused for another', async () => {
    const [batch, donation] = [uuid(), uuid()];
    recordedOf(await lab.submit(persons.registered, 'donor-0001', persons.examples.registered()));
    recordedOf(await lab.submit(donations.registered, donation, donations.examples.registered()));
    const { receipt } = recordedOf(await lab.submit(batches.opened, batch, batches.examples.opened({ inputs: [{ donation }] })));
    const [opened] = await eventsOf(lab.store, `batch-${batch}`);
    const stored = contentDigest(contentTextOf(opened!.body));

    const other = await countersign(batch, receipt.id, contentDigest('what the screen showed instead'));
    expect(other).toMatchObject({
      kind: 'refused',
      reasons: [{ rule: { id: 'countersigning.other-content' }, pointer: '/data/contentDigest', params: { recorded: stored } }],
    });
    expect(await countersign(batch, receipt.id, stored)).toMatchObject({ kind: 'recorded', findings: [] });
  });
});
