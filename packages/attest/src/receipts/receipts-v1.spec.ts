// These bytes are final, like those of the envelope: whoever holds a receipt checks it by them. They were made by ../../vectors/receipts-v1.py,
// which shares no code with this package.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readNote, receiptEntryText, receiptSigner } from '../index.ts';
import { type ReceiptEntry, readReceipt } from './receipt.ts';
import { readReceiptsNote } from './receipts-note.ts';

const golden = JSON.parse(readFileSync(new URL('../../vectors/receipts-v1.json', import.meta.url), 'utf8')) as {
  receipts: ReceiptEntry[];
  entries: string[];
  paths: string[][];
  note: string;
};

/** RFC 8032 §7.1, test 1. */
const privateKey = {
  kty: 'OKP',
  crv: 'Ed25519',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
} as const;

describe('version 1 of receipts', () => {
  it('has the texts that are pinned here, so that the vectors cannot change unseen', () => {
    expect(golden.entries[2]).toBe(
      '{"id":"0192f5c4-0000-7000-8000-000000000002","includeBy":"2026-11-21T08:16:02.113Z","leaf":"yBiL-w6EgyAUfVTsjxC8-Kgb1lTK8_mfBt5cSeZeRYo","origin":"cells.example/log","recordedAt":"2026-11-21T08:15:02.113Z","seq":1,"stream":"batch-0"}',
    );
    expect(golden.note).toBe('cytoledger/receipts/v1\ncells.example/log\n5\nr76vsAFmJ1MYXUn/WGJzH2hiF8IBWOCs3eUr+Ph0cpU=\n');
  });

  it('makes the entries of the vectors', () => {
    expect(golden.receipts.map(receiptEntryText)).toEqual(golden.entries);
  });

  it('makes their paths, and the note that was signed', () => {
    const sign = receiptSigner({
      origin: 'cells.example/log',
      name: 'cells.example/log/receipts',
      privateKey,
      includeWithinMs: 60_000,
    });
    const signed = sign(golden.receipts.map(({ origin: _, includeBy: __, ...receipt }) => readReceipt(receipt)));

    expect(signed.map(({ signed: by }) => by!.path)).toEqual(golden.paths.map((hashes, index) => ({ index, size: 5, hashes })));
    expect(signed.map(({ signed: by }) => by!.includeBy)).toEqual(golden.receipts.map(({ includeBy }) => includeBy));
    expect(readNote(signed[0]!.signed!.note).text).toBe(golden.note);
    expect(readReceiptsNote(golden.note).size).toBe(5);
    expect(signed[0]!.signed!.note).toBe(
      `${golden.note}\n— cells.example/log/receipts WgPDUvzkTK9StY4jRaNnCbcCBABcEXisW2mWPqlJkNl/6D4URnrX/mJHOkosrSvX8bAHHyBCOiXM/ClVzIIox8ekzg0=\n`,
    );
  });
});
