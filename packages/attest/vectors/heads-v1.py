"""Roots of heads maps and the text of a heads note, made from the format's description with nothing but Python's standard library.

    python3 heads-v1.py > heads-v1.json, then pnpm format

The description stands in docs/decisions and in src/heads/map-hash.ts; this file shares no code with that one.
"""

import base64
import hashlib
import json


def sha256(data):
    return hashlib.sha256(data).digest()


def bit(key, n):
    return key[n // 8] >> (7 - n % 8) & 1


def half_byte(key, n):
    return key[n // 2] >> 4 if n % 2 == 0 else key[n // 2] & 15


def key_of(stream):
    return sha256(b"cytoledger/heads/v1 stream\n" + stream.encode())


def value_of(seq, index, header):
    return sha256(
        b"cytoledger/heads/v1 head\n"
        + seq.to_bytes(8, "big")
        + index.to_bytes(8, "big")
        + sha256(b"\0" + header)
        + sha256(header)
    )


def alone(key, value, depth):
    result = sha256(b"\2" + key + value)
    for n in range(11, min(12, depth // 4) - 1, -1):
        result = sha256(bytes([3, half_byte(key, n)]) + result)
    return result


def subtree(heads, depth):
    if not heads:
        return bytes(32)
    if len(heads) == 1:
        return alone(*heads[0], depth)
    sides = [[head for head in heads if bit(head[0], depth) == side] for side in (0, 1)]
    return sha256(b"\1" + subtree(sides[0], depth + 1) + subtree(sides[1], depth + 1))


def main_root(leaves):
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\1" + main_root(leaves[:split]) + main_root(leaves[split:]))


STREAMS = ["donor-1", "batch-é-脐带", "key-x"] + ["unit-%d" % n for n in range(500)]

entries = []
seqs = {}
for index in range(1200):
    stream = STREAMS[index * index % 503 if index % 3 else index % len(STREAMS)]
    seq = seqs.get(stream, -1) + 1
    seqs[stream] = seq
    entries.append({"stream": stream, "seq": seq, "header": "header %d of %s" % (seq, stream)})

roots = {}
for size in (0, 1, 2, 3, 27, 28, 29, 100, 500, 1200):
    last = {}
    for index, entry in enumerate(entries[:size]):
        last[entry["stream"]] = value_of(entry["seq"], index, entry["header"].encode())
    roots[size] = subtree([(key_of(stream), value) for stream, value in last.items()], 0).hex()

note = "cytoledger/heads/v1\ncells.example/log\n1200\n%s\n%s\n" % tuple(
    base64.b64encode(root).decode()
    for root in (main_root([sha256(b"\0" + entry["header"].encode()) for entry in entries]), bytes.fromhex(roots[1200]))
)

print(
    json.dumps(
        {
            "streams": len(seqs),
            "keys": {stream: key_of(stream).hex() for stream in STREAMS[:3]},
            "values": [value_of(e["seq"], i, e["header"].encode()).hex() for i, e in enumerate(entries[:3])],
            "largeNumbers": value_of(2**40 + 3, 2**53 - 1, b"header").hex(),
            "roots": roots,
            "note": note,
            "entries": [[e["stream"], e["seq"]] for e in entries],
        },
        ensure_ascii=False,
    )
)
