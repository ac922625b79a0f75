"""The bytes of two events, made from the formats' description with nothing but Python's standard library.

    python3 event-v1.py > event-v1.json

json.dumps with these options is RFC 8785 for the values used here: member names sort alike by code point and by UTF-16 unit,
and every number is a small whole one.
"""

import base64
import hashlib
import hmac
import json
import sys


def jcs(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf(data):
    return sha256(b"\0" + data)


EVENT_ID = "0193512a-7c40-7d3e-9f41-2b6c5d4e3f20"
STREAM = "batch-6f1c2a9e-5b7d-4e3f-8a1b-0c9d8e7f6a5b"

harvest = {
    "nonce": "AAECAwQFBgcICQoLDA0ODw",
    "id": EVENT_ID,
    "type": "batch.harvested.v1",
    "stream": STREAM,
    "occurredAt": "2026-11-21T16:15:00+08:00",
    "capture": {"mode": "paper", "precision": "min", "sop": "SOP-CP-012 v3", "reason": '夜班补录 "纸质记录"'},
    "data": {
        "产品": "脐带间充质干细胞",
        "viability": {"value": "95.0", "unit": "%", "what": "viable"},
        "volume": {"value": "0.50", "unit": "mL"},
        "passage": 4,
        "vessels": ["T175", "T175"],
        "note": "line 1\nline 2\u0007 é 𠮷",
        "_sd": ["kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"],
    },
}
consumption = {
    "nonce": "EBESExQVFhcYGRobHB0eHw",
    "id": "0193512a-7c40-8a00-8123-456789abcdef",
    "type": "batch.unit-consumed.v1",
    "stream": STREAM,
    "occurredAt": None,
    "capture": {"mode": "derived"},
    "data": {"into": "batch-b2", "cells": {"value": "1.20", "unit": "10*8.{cells}", "what": "TNC"}},
}

bodies = [
    {
        "actor": {"org": "site-gz-01", "person": "p-7f3a", "role": "lab.operator", "client": None},
        "basis": [],
        "causation": None,
        "content": harvest,
        "correlation": EVENT_ID,
    },
    {
        "actor": {"org": "operator", "person": None, "role": "platform.policy", "client": "consumption"},
        "basis": [
            {"stream": "donation-1", "seq": 7, "leaf": b64(sha256(b"a basis leaf"))},
            {"stream": "person-2", "seq": 0, "leaf": b64(sha256(b"another basis leaf"))},
        ],
        "causation": EVENT_ID,
        "content": consumption,
        "correlation": "corr-2",
    },
]

digests = [sha256(jcs(body["content"])) for body in bodies]
signatures = [
    [],
    [
        {"jws": "eyJh.e30.AAAA"},
        {"jws": "eyJi.e30.BBBB", "path": {"index": 1, "size": 2, "hashes": [b64(leaf(digests[0]))]}},
    ],
]

events = []
for seq, body in enumerate(bodies):
    body_bytes = jcs(body)
    header = {
        "v": 1,
        "id": body["content"]["id"],
        "stream": STREAM,
        "seq": seq,
        "prev": events[-1]["leaf"] if events else None,
        "recordedAt": f"2026-11-21T08:15:02.11{3 + seq}Z",
        "body": b64(sha256(body_bytes)),
        "signatures": signatures[seq],
    }
    header_bytes = jcs(header)
    events.append(
        {
            "input": {"body": body, "header": header},
            "contentHex": jcs(body["content"]).hex(),
            "contentDigest": b64(digests[seq]),
            "bodyHex": body_bytes.hex(),
            "headerHex": header_bytes.hex(),
            "leaf": b64(leaf(header_bytes)),
        }
    )

nonce_key = bytes(range(32))
nonce = hmac.new(nonce_key, f"{STREAM}\0{EVENT_ID}".encode(), hashlib.sha256).digest()[:16]

derived = bytearray(bytes.fromhex(EVENT_ID.replace("-", ""))[:6] + sha256(f"{EVENT_ID}\0consumption\0donation-1\x002".encode())[:10])
derived[6] = derived[6] & 0x0F | 0x80
derived[8] = derived[8] & 0x3F | 0x80
d = derived.hex()

salt = "_26bc4LT-ac6q2KI6cBW5es"
disclosure = b64(jcs([salt, "姓名", {"family": "Möbius", "given": "陈"}]))

json.dump(
    {
        "events": events,
        "submissionRoot": b64(sha256(b"\1" + leaf(digests[0]) + leaf(digests[1]))),
        "nonce": {"keyHex": nonce_key.hex(), "stream": STREAM, "id": EVENT_ID, "nonce": b64(nonce)},
        "derived": {
            "input": {"triggerId": EVENT_ID, "purpose": "consumption", "stream": "donation-1", "n": 2},
            "id": f"{d[:8]}-{d[8:12]}-{d[12:16]}-{d[16:20]}-{d[20:]}",
        },
        "disclosure": {
            "salt": salt,
            "name": "姓名",
            "value": {"family": "Möbius", "given": "陈"},
            "disclosure": disclosure,
            "digest": b64(sha256(disclosure.encode())),
        },
    },
    sys.stdout,
    ensure_ascii=False,
    indent=1,
)
print()
