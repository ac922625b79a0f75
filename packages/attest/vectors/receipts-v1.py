"""Entries, root, paths and note text of receipts that were given together, made from docs/formats/receipt.md with nothing but Python's standard library.

    python3 receipts-v1.py > receipts-v1.json, then pnpm format

This file shares no code with src/receipts.
"""

import base64
import hashlib
import json


def sha256(data):
    return hashlib.sha256(data).digest()


def root(hashes):
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return sha256(b"\1" + root(hashes[:split]) + root(hashes[split:]))


def path(index, hashes):
    if len(hashes) == 1:
        return []
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    if index < split:
        return path(index, hashes[:split]) + [root(hashes[split:])]
    return path(index - split, hashes[split:]) + [root(hashes[:split])]


def text(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


ORIGIN = "cells.example/log"

receipts = [
    {
        "id": "0192f5c4-0000-7000-8000-%012d" % n,
        "stream": "batch-%d" % (n % 2),
        "seq": n // 2,
        "leaf": text(sha256(b"\0header %d" % n)),
        "recordedAt": "2026-11-21T08:15:0%d.113Z" % n,
        "includeBy": "2026-11-21T08:16:0%d.113Z" % n,
        "origin": ORIGIN,
    }
    for n in range(5)
]

entries = [json.dumps(receipt, sort_keys=True, separators=(",", ":")) for receipt in receipts]
leaves = [sha256(b"\0" + entry.encode()) for entry in entries]

print(
    json.dumps(
        {
            "receipts": receipts,
            "entries": entries,
            "paths": [[text(node) for node in path(n, leaves)] for n in range(len(leaves))],
            "note": "cytoledger/receipts/v1\n%s\n%d\n%s\n" % (ORIGIN, len(leaves), base64.b64encode(root(leaves)).decode()),
        }
    )
)
