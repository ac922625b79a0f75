#!/usr/bin/env python3
"""Verifies evidence bundles of Cytoledger, offline, with nothing but Python 3.9 or newer.

    python3 cytoledger_verify.py bundle.ndjson --policy policy.txt [--min-size N] [--not-before T]
                                 [--saved NOTE] [--compare BUNDLE-OR-CHECKPOINT] [--json]
    python3 cytoledger_verify.py [bundle.ndjson] --many mutants.ndjson --policy policy.txt
    python3 cytoledger_verify.py --self-test

What is checked, in which order and with which codes, is said in docs/formats/evidence-bundle.md; section names in the
comments below are that page's. The file stands alone on purpose: it can be read, kept and run by somebody who has
nothing else of Cytoledger. It trusts the policy, which the reader brings, and nothing that stands in a bundle.

Exit status: 0 verified, 1 refused, 2 not asked properly or a file that cannot be read.
"""

import argparse
import base64
import binascii
import collections
import functools
import hashlib
import io
import json
import os
import re
import sys
import tempfile
from array import array
from bisect import bisect_left, bisect_right

MAX_SAFE = 2**53 - 1

# Limits (section of that name)
LINE_BYTES = 1_048_576
LINES = 4_000_000
SIZES = 10_000
ENTRIES = 2_000_000
STREAMS = 200_000
LINE_DEPTH = 66
STRICT_DEPTH = 64
PROOF_HASHES = 100_000_000
ENTRY_BYTES = 65_535
NOTE_BYTES = 65_535


class Refused(Exception):
    """A check that failed; the argument is its code."""


class NotSo(Exception):
    """Something cannot be read; the caller knows which check that is."""


def check(holds, code):
    if not holds:
        raise Refused(code)


def sha256(data):
    return hashlib.sha256(data).digest()


# ---------------------------------------------------------------------------------------------------------------------
# Base64


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


_B64URL = re.compile(r"[A-Za-z0-9_-]*").fullmatch
_DIGEST = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]").fullmatch


def from_b64url(text):
    """Bytes of canonical unpadded base64url; None for any other text."""
    if not _B64URL(text) or len(text) % 4 == 1:
        return None
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return data if b64url(data) == text else None


def from_b64(text):
    """Bytes of canonical padded base64; None for any other text."""
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return None
    return data if base64.b64encode(data).decode("ascii") == text else None


def is_digest(value):
    return type(value) is str and _DIGEST(value) is not None


def digest_bytes(text):
    return base64.urlsafe_b64decode(text + "=")


# ---------------------------------------------------------------------------------------------------------------------
# Canonical form and strict JSON


def es_number(value):
    """ECMAScript's Number::toString of a finite double. Python's repr finds the same shortest digits and writes them differently."""
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))  # digits before the point
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    power = point - 1
    tail = "." + digits[1:] if count > 1 else ""
    return "%s%s%se%s%d" % (sign, digits[0], tail, "+" if power > 0 else "-", abs(power))


_quick_text = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
).encode
"""Canonical where no member name is beyond U+FFFF (names sort by code point here) and repr writes each float as ECMAScript does."""


def canonical_text(value):
    """RFC 8785 of any value, slowly."""
    if type(value) is dict:
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(_quick_text(name) + ":" + canonical_text(value[name]) for name in names) + "}"
    if type(value) is list:
        return "[" + ",".join(map(canonical_text, value)) + "]"
    return es_number(value) if type(value) is float else _quick_text(value)


def deeper_than(value, limit):
    level = [value] if type(value) in (dict, list) else []
    depth = 0
    while level:
        depth += 1
        if depth > limit:
            return True
        inside = (item for outer in level for item in (outer.values() if type(outer) is dict else outer))
        level = [item for item in inside if type(item) in (dict, list)]
    return False


def names_proto(value):
    if type(value) is dict:
        return "__proto__" in value or any(map(names_proto, value.values()))
    return type(value) is list and any(map(names_proto, value))


def _whole(text):
    if len(text) > 17:
        raise ValueError("beyond 2^53")
    value = int(text)
    if not -MAX_SAFE <= value <= MAX_SAFE:
        raise ValueError("beyond 2^53")
    return value


def _no_constant(text):
    raise ValueError(text)


class LineReader:
    """Reads lines that must be in canonical form: parses, writes again and compares."""

    def __init__(self):
        self._rare = False
        self._decode = json.JSONDecoder(
            parse_int=_whole, parse_float=self._float, parse_constant=_no_constant, strict=True
        ).decode

    def _float(self, text):
        value = float(text)
        if value.is_integer() or es_number(value) != text:  # infinities write as no JSON number
            raise ValueError("not canonical")
        if repr(value) != text:
            self._rare = True
        return value

    def read(self, raw):
        """@raises NotSo"""
        self._rare = False
        try:
            text = raw.decode("utf-8")
            value = self._decode(text)
        except (ValueError, RecursionError, OverflowError):
            raise NotSo from None
        if text.count("{") + text.count("[") > LINE_DEPTH and deeper_than(value, LINE_DEPTH):
            raise NotSo
        rare = self._rare or (not text.isascii() and _ASTRAL(text) is not None)
        if (canonical_text(value) if rare else _quick_text(value)) != text:
            raise NotSo
        if '"__proto__":' in text and names_proto(value):
            raise NotSo
        return value


_ASTRAL = re.compile("[\U00010000-\U0010ffff]").search


_NUMBER = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?)([0-9]+))?").fullmatch


def _decimal(text):
    """One spelling for one decimal value: sign, digits without zeros at either end, exponent of ten."""
    sign, whole, fraction, minus, exponent = _NUMBER(text).groups("")
    digits = (whole + fraction).lstrip("0")
    significant = digits.rstrip("0")
    power = int(exponent.lstrip("0") or "0")
    return sign, significant, (-power if minus == "-" else power) - len(fraction) + len(digits) - len(significant)


def _strict_float(text):
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError("beyond a double")
    if value == 0:
        if re.match(r"-?[0.]*[1-9]", text):
            raise ValueError("not exact")
        return 0
    if value.is_integer() and not -MAX_SAFE <= value <= MAX_SAFE:
        raise ValueError("beyond 2^53")
    if _decimal(text) != _decimal(repr(value)):
        raise ValueError("not exact")
    return int(value) if value.is_integer() else value


def _strict_object(pairs):
    value = dict(pairs)
    if len(value) != len(pairs) or "__proto__" in value:
        raise ValueError("member twice, or forbidden")
    return value


_strict_decode = json.JSONDecoder(
    object_pairs_hook=_strict_object, parse_int=_whole, parse_float=_strict_float, parse_constant=_no_constant, strict=True
).decode


def strict_json(raw):
    """@raises NotSo"""
    try:
        if len(raw) > LINE_BYTES:
            raise NotSo
        text = raw.decode("utf-8")
        value = _strict_decode(text)
        if "\\" in text:
            _quick_text(value).encode("utf-8")  # lone surrogates cannot be encoded
    except (ValueError, RecursionError, OverflowError):
        raise NotSo from None
    if deeper_than(value, STRICT_DEPTH):
        raise NotSo
    return value


# ---------------------------------------------------------------------------------------------------------------------
# Ed25519 (RFC 8032, §5.1), in extended coordinates (X : Y : Z : T), x = X/Z, y = Y/Z, xy = T/Z

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)
LOW_ORDER = frozenset(
    bytes.fromhex(y)[:31] + bytes([bytes.fromhex(y)[31] | sign])
    for y in (
        "01" + "00" * 31,
        "ec" + "ff" * 30 + "7f",
        "00" * 32,
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    )
    for sign in (0x00, 0x80)
)


def _point(encoded):
    """Affine x, y of a canonical encoding of a point that is not of low order; None for any other 32 bytes."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P or encoded in LOW_ORDER:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P != u:
        x = x * SQRT_M1 % P
        if v * x * x % P != u:
            return None
    return (P - x if x & 1 != sign else x), y


def _double(point):
    x, y, z, _ = point
    a, b, c = x * x % P, y * y % P, 2 * z * z % P
    e, g, h = (x + y) * (x + y) - a - b, b - a, -a - b
    f = g - c
    return e * f % P, g * h % P, f * g % P, e * h % P


def _add(point, other):
    """`other` as y − x, y + x, 2dxy of an affine point."""
    x, y, z, t = point
    minus, plus, t2d = other
    a, b, c, d = (y - x) * minus % P, (y + x) * plus % P, t * t2d % P, 2 * z
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _affine(points):
    """x, y of points, with one inversion for all (Montgomery)."""
    products = [1]
    for point in points:
        products.append(products[-1] * point[2] % P)
    inverse = pow(products[-1], -1, P)
    affine = []
    for (x, y, z, _), before in zip(reversed(points), reversed(products[:-1])):
        one = inverse * before % P
        affine.append((x * one % P, y * one % P))
        inverse = inverse * z % P
    affine.reverse()
    return affine


def _addend(x, y):
    return (y - x) % P, (y + x) % P, 2 * D * x * y % P


class _Multiples:
    """
    Of one point: row i has 2^(bits·i) times the point, times 1 to 2^(bits−1), as addends. A point that is used often gets longer and fewer rows,
    which cost more to make and less to use.
    """

    OFTEN = 64

    def __init__(self, x, y):
        self._affine, self._uses = (x, y), 0
        self._make(4)

    def _make(self, bits):
        x, y = self._affine
        bases = [(x, y, 1, x * y % P)]
        for _ in range(256 // bits - 1):
            point = bases[-1]
            for _ in range(bits):
                point = _double(point)
            bases.append(point)
        multiples = []
        for base, affine in zip(bases, _affine(bases)):
            addend, multiple = _addend(*affine), base
            multiples.append(base)
            for _ in range((1 << (bits - 1)) - 1):
                multiple = _add(multiple, addend)
                multiples.append(multiple)
        addends = [_addend(*point) for point in _affine(multiples)]
        each = 1 << (bits - 1)
        self._bits, self._rows = bits, [addends[i : i + each] for i in range(0, len(addends), each)]

    def add_to(self, point, scalar):
        """The point and `scalar` times this one, for scalars below 2^253."""
        self._uses += 1
        if self._uses == self.OFTEN:
            self._make(8)
        bits, half, digits = self._bits, 1 << (self._bits - 1), (1 << self._bits) - 1
        x, y, z, t = point
        carry = 0
        for row in self._rows:
            digit = (scalar & digits) + carry
            scalar >>= bits
            carry = digit > half
            if carry:
                digit -= digits + 1
            # As in _add, which would be a call for each digit.
            if digit > 0:
                minus, plus, t2d = row[digit - 1]
            elif digit < 0:
                plus, minus, t2d = row[-1 - digit]
                t2d = -t2d
            else:
                continue
            a, b, c, d = (y - x) * minus % P, (y + x) * plus % P, t * t2d % P, 2 * z
            e, f, g, h = b - a, d - c, d + c, b + a
            x, y, z, t = e * f % P, g * h % P, f * g % P, e * h % P
        return x, y, z, t


@functools.lru_cache(maxsize=None)
def _base():
    y = 4 * pow(5, -1, P) % P
    return _Multiples(*_point(y.to_bytes(32, "little")))


@functools.lru_cache(maxsize=128)
def _negative(key):
    """−A; None where A is no key."""
    point = _point(key)
    return None if point is None else _Multiples(P - point[0], point[1])


@functools.lru_cache(maxsize=8192)
def _equation_holds(key, signature, k):
    negative = _negative(key)
    r, scalar = signature[:32], int.from_bytes(signature[32:], "little")
    if negative is None or scalar >= L or r in LOW_ORDER:
        return False
    x, y, z, _ = negative.add_to(_base().add_to((0, 1, 1, 0), scalar), k)
    inverse = pow(z, -1, P)
    # Only canonical encodings of points are compared with R, so R is one if they are equal.
    return (y * inverse % P | (x * inverse % P & 1) << 255).to_bytes(32, "little") == r


def ed25519_holds(key, message, signature):
    if len(signature) != 64:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return _equation_holds(key, signature, k)


def is_key(key):
    return len(key) == 32 and _negative(key) is not None


def thumbprint(key):
    """RFC 7638, RFC 8037."""
    return b64url(sha256(('{"crv":"Ed25519","kty":"OKP","x":"%s"}' % b64url(key)).encode("ascii")))


# ---------------------------------------------------------------------------------------------------------------------
# Merkle trees (RFC 6962, RFC 9162)


def leaf_hash(entry):
    return sha256(b"\x00" + entry)


def node_hash(left, right):
    return sha256(b"\x01" + left + right)


def consistency_holds(size1, root1, size2, root2, path):
    """RFC 9162 §2.1.4.2, for 0 < size1 < size2."""
    if not 0 < size1 < size2 or not path:
        return False
    if size1 & (size1 - 1) == 0:
        path = [root1, *path]
    fn, sn = size1 - 1, size2 - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    fr = sr = path[0]
    for sibling in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(sibling, fr), node_hash(sibling, sr)
            while fn and not fn & 1:
                fn >>= 1
                sn >>= 1
        else:
            sr = node_hash(sr, sibling)
        fn >>= 1
        sn >>= 1
    return sn == 0 and fr == root1 and sr == root2


def root_by_path(index, size, leaf, path):
    """RFC 9162 §2.1.3.2; None where the path is too short or too long."""
    if not 0 <= index < size:
        return None
    fn, sn, root = index, size - 1, leaf
    for sibling in path:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            root = node_hash(sibling, root)
            while fn and not fn & 1:
                fn >>= 1
                sn >>= 1
        else:
            root = node_hash(root, sibling)
        fn >>= 1
        sn >>= 1
    return root if sn == 0 else None


def root_of_batch(size, indices, leaf_at):
    """Section Inclusion, as a generator: it asks for the proof's hashes one by one and returns the root."""
    tasks, values = [(0, size, 0, len(indices))], []
    while tasks:
        task = tasks.pop()
        if task is None:
            right = values.pop()
            values.append(node_hash(values.pop(), right))
            continue
        low, high, first, end = task
        if first == end:
            values.append((yield))
        elif high - low == 1:
            values.append(leaf_at(first))
        else:
            middle = low + (1 << ((high - low - 1).bit_length() - 1))
            cut = bisect_left(indices, middle, first, end)
            tasks += (None, (middle, high, cut, end), (low, middle, first, cut))
    return values[0]


# ---------------------------------------------------------------------------------------------------------------------
# Heads map (decision 0013)

EMPTY_MAP = bytes(32)
LAST_RUNG = 12


def stream_key(stream):
    return sha256(b"cytoledger/heads/v1 stream\n" + stream.encode("utf-8"))


def head_value(seq, index, leaf, header_hash):
    return sha256(b"cytoledger/heads/v1 head\n" + seq.to_bytes(8, "big") + index.to_bytes(8, "big") + leaf + header_hash)


def _bit(key, number):
    return key[number >> 3] >> (7 - (number & 7)) & 1


def _half_byte(key, number):
    return key[number >> 1] >> (0 if number & 1 else 4) & 15


def _alone(key, value, rung):
    """R(rung) of one head."""
    hashed = sha256(b"\x02" + key + value)
    for number in range(LAST_RUNG - 1, rung - 1, -1):
        hashed = sha256(b"\x03" + bytes([_half_byte(key, number)]) + hashed)
    return hashed


class HeadProof:
    def __init__(self, text):
        """@raises NotSo"""
        encoded = from_b64url(text)
        if encoded is None:
            raise NotSo
        source = io.BytesIO(encoded)

        def take(count):
            part = source.read(count)
            if len(part) != count:
                raise NotSo
            return part

        self.kind = take(1)[0]
        self.depth = int.from_bytes(take(2), "big")
        if self.kind > 3 or self.depth > 256:
            raise NotSo
        present = take((self.depth + 7) // 8)
        if int.from_bytes(present, "big") & ((1 << (-self.depth % 8)) - 1):
            raise NotSo
        self.siblings = [take(32) if _bit(present, step) else EMPTY_MAP for step in range(self.depth)]
        self.half_bytes = self.rest = self.key = self.value = b""
        if self.kind == 2:
            self.half_bytes = take(take(1)[0])
            self.rest = take(32)
        elif self.kind == 3:
            self.key, self.value = take(32), take(32)
        if source.read(1):
            raise NotSo

    def shows(self, stream, head, root):
        """Whether the map with that root gives the stream that head: a value of head_value, or None for no head."""
        key = stream_key(stream)
        hashed = self._end(key, head)
        if hashed is None:
            return False
        for step in range(self.depth - 1, -1, -1):
            sibling = self.siblings[step]
            hashed = node_hash(sibling, hashed) if _bit(key, step) else node_hash(hashed, sibling)
        return hashed == root

    def _end(self, key, head):
        rung = min(LAST_RUNG, self.depth // 4)
        if (self.kind == 0) != (head is not None):
            return None
        if self.kind == 0:
            return _alone(key, head, rung)
        if self.kind == 1:
            return EMPTY_MAP
        if self.kind == 3:
            differs = int.from_bytes(self.key, "big") ^ int.from_bytes(key, "big")
            if differs == 0 or 256 - differs.bit_length() < self.depth:
                return None
            return _alone(self.key, self.value, rung)
        shown = self.half_bytes
        last = rung + len(shown) - 1
        if not shown or last >= LAST_RUNG:
            return None
        for number, half in enumerate(shown, rung):
            differs = half ^ _half_byte(key, number)
            if half > 15 or (differs != 0) != (number == last):
                return None
            if differs and 4 * number + 4 - differs.bit_length() < self.depth:
                return None
        hashed = self.rest
        for half in reversed(shown):
            hashed = sha256(b"\x03" + bytes([half]) + hashed)
        return hashed


# ---------------------------------------------------------------------------------------------------------------------
# Times of day


_TIME = re.compile(
    r"([0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01]))T([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])"
    r"(?:\.([0-9]{1,9}))?(?:Z|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))"
).fullmatch
_RECORDED = re.compile(r"[0-9-]{10}T[0-9:]{8}\.[0-9]{3}Z").fullmatch


@functools.lru_cache(maxsize=4096)
def _days(date):
    """Days since 1970-01-01, proleptic Gregorian; None for a day that the month has not."""
    year, month, day = int(date[:4]), int(date[5:7]), int(date[8:])
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if day > (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]:
        return None
    before = year - 1 if month <= 2 else year
    in_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    return before * 365 + before // 4 - before // 100 + before // 400 + in_year - 719468


def time_ms(text):
    """Milliseconds since 1970 of a time as in `occurredAt`; None for anything else."""
    match = _TIME(text) if type(text) is str else None
    if match is None:
        return None
    date, hours, minutes, seconds, fraction, sign, off_hours, off_minutes = match.groups()
    days = _days(date)
    if days is None:
        return None
    minute = days * 1440 + int(hours) * 60 + int(minutes)
    if sign:
        offset = int(off_hours) * 60 + int(off_minutes)
        minute += offset if sign == "-" else -offset
    return minute * 60_000 + int(seconds) * 1000 + int(((fraction or "") + "000")[:3])


def recorded_ms(text):
    return time_ms(text) if type(text) is str and _RECORDED(text) else None


def utc(seconds):
    days, rest = divmod(seconds, 86_400)
    days += 719_468
    era, day = divmod(days, 146_097)
    year = (day - day // 1460 + day // 36_524 - day // 146_096) // 365
    day -= 365 * year + year // 4 - year // 100
    month = (5 * day + 2) // 153
    day -= (153 * month + 2) // 5 - 1
    year, month = year + era * 400 + (month > 9), month + 3 if month < 10 else month - 9
    return "%04d-%02d-%02dT%02d:%02d:%02dZ" % (year, month, day, rest // 3600, rest // 60 % 60, rest % 60)


# ---------------------------------------------------------------------------------------------------------------------
# Policy and notes

_UNFIT_FOR_NAME = re.compile("[\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000+]").search
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}").fullmatch


def is_name(text):
    return text != "" and _UNFIT_FOR_NAME(text) is None


def read_size(text):
    value = int(text) if _SIZE(text) else None
    return value if value is not None and value <= MAX_SAFE else None


PLAIN, COSIGNATURE = 1, 4
ROLES = {"log": PLAIN, "receipts": PLAIN, "witness": COSIGNATURE, "monitor": COSIGNATURE, "organisation": PLAIN}

PinnedKey = collections.namedtuple("PinnedKey", "role name id key first below operator")


class Policy:
    """Section Policy. @raises NotSo"""

    def __init__(self, raw):
        try:
            lines = [line.rstrip(" \t\r") for line in raw.decode("utf-8").split("\n")]
        except ValueError:
            raise NotSo from None
        if lines[0] != "cytoledger/policy/v1":
            raise NotSo
        said, self.keys = {}, []
        for line in lines[1:]:
            if line == "" or line.startswith("#"):
                continue
            word, *rest = re.split("[ \t]+", line)
            if word in ROLES and rest:
                self.keys.append(_pinned(word, rest))
            elif word in ("version", "origin", "quorum", "monitors", "delta") and len(rest) == 1 and word not in said:
                said[word] = rest[0]
            else:
                raise NotSo
        said = {"monitors": "0", "delta": "300", **said}
        self.origin = said.get("origin", "")
        numbers = [read_size(said.get(word, "")) for word in ("version", "quorum", "monitors", "delta")]
        self.version, self.quorum, self.monitors, self.delta = numbers
        if None in numbers or not is_name(self.origin):
            raise NotSo
        self._check_keys()

    def _check_keys(self):
        if len({key.key for key in self.keys}) != len(self.keys):
            raise NotSo
        for at, one in enumerate(self.keys):
            for other in self.keys[:at]:
                if (one.role, one.name) == (other.role, other.name) and one.first < other.below and other.first < one.below:
                    raise NotSo
        log = [key for key in self.keys if key.role == "log"]
        if not log or any(key.name != self.origin for key in log):
            raise NotSo
        for size in {turn for key in self.keys for turn in (key.first, key.below)}:
            if self.at(size, "log"):
                witnesses = len(self.witnesses(size))
                if not self.quorum <= witnesses < 2 * self.quorum or self.monitors > len(self.at(size, "monitor")):
                    raise NotSo

    def at(self, size, role):
        return [key for key in self.keys if key.role == role and key.first <= size < key.below]

    def witnesses(self, size):
        return [key for key in self.at(size, "witness") if not key.operator]

    def tolerated(self, size):
        return 2 * self.quorum - len(self.witnesses(size)) - 1

    def root_of(self, org, index):
        return next((key.key for key in self.at(index, "organisation") if key.name == org), None)


def _pinned(role, words):
    name, plus, rest = words[0].partition("+")
    key_id, second, encoded = rest.partition("+")
    data = from_b64(encoded)
    if not plus or not second or not is_name(name) or data is None or len(data) != 33 or data[0] != ROLES[role]:
        raise NotSo
    if key_id != sha256(name.encode("utf-8") + b"\n" + data)[:4].hex() or not is_key(data[1:]):
        raise NotSo
    first, below, operator = 0, MAX_SAFE, False
    for option in words[1:]:
        word, _, number = option.partition("=")
        size = read_size(number)
        if option == "operator" and role == "witness":
            operator = True
        elif word == "from" and size is not None:
            first = size
        elif word == "below" and size is not None:
            below = size
        else:
            raise NotSo
    if first >= below:
        raise NotSo
    return PinnedKey(role, name, key_id, data[1:], first, below, operator)


_CONTROL = re.compile("[\u0000-\u0009\u000b-\u001f]").search


class Note:
    """Section Notes. @raises NotSo"""

    def __init__(self, note):
        cut = note.rfind("\n\n")
        if cut < 1 or not note.endswith("\n") or _CONTROL(note):
            raise NotSo
        self.text = note[: cut + 1]
        lines = note[cut + 2 :].split("\n")[:-1]
        if not 1 <= len(lines) <= 100:
            raise NotSo
        self.signatures = []
        for line in lines:
            words = line.split(" ")
            data = from_b64(words[2]) if len(words) == 3 else None
            if data is None or words[0] != "\u2014" or not is_name(words[1]) or len(data) <= 4:
                raise NotSo
            self.signatures.append((words[1], data[:4].hex(), data[4:]))

    def signed_by(self, keys):
        """The keys that have signed, in their order, each with the time of its first signature. @raises NotSo if one does not hold"""
        found = []
        for key in keys:
            times = [self._time(key, data) for name, key_id, data in self.signatures if (name, key_id) == (key.name, key.id)]
            if times:
                found.append((key, times[0]))
        return found

    def _time(self, key, data):
        message, time = self.text, None
        if key.role in ("witness", "monitor"):
            time, data = int.from_bytes(data[:8], "big"), data[8:]
            message = "cosignature/v1\ntime %d\n%s" % (time, message)
            if time > MAX_SAFE:
                raise NotSo
        if not ed25519_holds(key.key, message.encode("utf-8"), data):
            raise NotSo
        return time

    def checkpoint(self):
        """origin, size, root. @raises NotSo"""
        lines = self.text.split("\n")
        if len(lines) != 4 or lines[0] == "":
            raise NotSo
        size = read_size(lines[1])
        if not size:
            raise NotSo
        return lines[0], size, _root(lines[2])

    def heads(self):
        """origin, size, root, map root. @raises NotSo"""
        lines = self.text.split("\n")
        if len(lines) != 6 or lines[0] != "cytoledger/heads/v1" or lines[1] == "":
            raise NotSo
        size = read_size(lines[2])
        if size is None:
            raise NotSo
        return lines[1], size, _root(lines[3]), _root(lines[4])


def _root(text):
    data = from_b64(text)
    if data is None or len(data) != 32:
        raise NotSo
    return data


def _refused_as(code, work, *arguments):
    try:
        return work(*arguments)
    except NotSo:
        raise Refused(code) from None


def _check_log_signature(note, policy, size, code="log-signature-invalid"):
    check(_refused_as(code, note.signed_by, policy.at(size, "log")), code)


Released = collections.namedtuple("Released", "size root witnesses tolerated seen earliest seen_by")


def _released(note, policy, size, root):
    """Checks 6 to 8 of `checkpoint`, and section Times."""
    _check_log_signature(note, policy, size)
    cosigned = _refused_as("cosignature-invalid", note.signed_by, policy.witnesses(size))
    check(len(cosigned) >= policy.quorum, "quorum-not-met")
    tolerated = policy.tolerated(size)
    times = sorted(time for _, time in cosigned)
    names = [key.name for key, _ in cosigned]
    return Released(size, root, names, tolerated, times[-1 - tolerated], times[0], times[tolerated])


# ---------------------------------------------------------------------------------------------------------------------
# What lines hold


def is_whole(value):
    return type(value) is int and 0 <= value <= MAX_SAFE


def is_text(value):
    return type(value) is str


def is_text_or_null(value):
    return value is None or type(value) is str


def matching(pattern):
    match = re.compile(pattern).fullmatch
    return lambda value: type(value) is str and match(value) is not None


is_stream = matching("[!-~]{1,256}")
is_event_id = matching("[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
is_jws_text = matching(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
is_nonce = matching("[A-Za-z0-9_-]{21}[AQgw]")
is_type = matching(r"[a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*)+\.v[1-9][0-9]*")
is_salt = matching("[A-Za-z0-9_-]{22,}")


def has(value, members):
    """An object with exactly these members, each as its test says."""
    return type(value) is dict and value.keys() == members.keys() and all(test(value[name]) for name, test in members.items())


def list_of(test, limit=None):
    return lambda value: type(value) is list and (limit is None or len(value) <= limit) and all(map(test, value))


def _anything(_):
    return True


def is_object(value):
    return type(value) is dict


def is_flag(value):
    return type(value) is bool


def is_note(value):
    return type(value) is str and len(value) <= NOTE_BYTES and len(value.encode("utf-8")) <= NOTE_BYTES


def is_size(value):
    return is_whole(value) and value > 0


def is_body_member(value):
    return type(value) is dict or value in ("withheld", "erased")


MEMBERS = {
    "bundle": {
        "kind": _anything, "lineage": is_flag, "origin": is_text, "size": is_size, "subject": is_stream, "v": _anything,
    },
    "checkpoint": {"consistency": list_of(is_digest, 64), "kind": _anything, "note": is_note},
    "prefix": {"consistency": list_of(is_digest, 64), "kind": _anything, "root": is_digest, "size": is_size},
    "heads": {"kind": _anything, "note": is_note},
    "entry": {
        "body": is_body_member, "disclosures": list_of(is_text, 1000), "header": is_object, "index": is_whole, "kind": _anything,
    },
    "inclusion": {"hashes": list_of(is_digest, 8192), "kind": _anything, "more": is_flag},
    "stream": {"kind": _anything, "proof": is_text, "stream": is_stream},
    "end": {"entries": is_whole, "kind": _anything, "lines": is_whole},
}

_PATH = {"hashes": list_of(is_digest), "index": is_whole, "size": is_whole}


def _is_signature(value):
    if type(value) is not dict or not is_jws_text(value.get("jws")):
        return False
    if len(value) == 1:
        return True
    path = value.get("path")
    return len(value) == 2 and has(path, _PATH) and path["index"] < path["size"]


_HEADER = {
    "body": is_digest,
    "id": is_event_id,
    "prev": lambda value: value is None or is_digest(value),
    "recordedAt": lambda value: recorded_ms(value) is not None,
    "seq": is_whole,
    "signatures": list_of(_is_signature),
    "stream": is_stream,
    "v": lambda value: type(value) is int and value == 1,
}


def is_header(value):
    return has(value, _HEADER) and (value["prev"] is None) == (value["seq"] == 0)


_ACTOR = {"client": is_text_or_null, "org": is_text, "person": is_text_or_null, "role": is_text}
_BASIS = {"leaf": is_digest, "seq": is_whole, "stream": is_stream}
_CONTENT = {
    "capture": is_object,
    "data": is_object,
    "id": is_event_id,
    "nonce": is_nonce,
    "occurredAt": lambda value: value is None or time_ms(value) is not None,
    "stream": is_stream,
    "type": is_type,
}
_BODY = {
    "actor": lambda value: has(value, _ACTOR),
    "basis": list_of(lambda value: has(value, _BASIS)),
    "causation": is_text_or_null,
    "content": lambda value: has(value, _CONTENT),
    "correlation": is_text,
}


# ---------------------------------------------------------------------------------------------------------------------
# Keys and signatures

ESIG, SUBMISSION, KEY_STATEMENT = "cytoledger-esig", "cytoledger-submission", "cytoledger-key"

Jws = collections.namedtuple("Jws", "kid typ payload signature signed")

_JWS_HEADER = {"alg": lambda value: value == "EdDSA", "kid": is_text, "typ": is_text}


def read_jws(text):
    """Section JWS, the payload not yet read. @raises NotSo"""
    parts = text.split(".")
    data = [from_b64url(part) for part in parts]
    if len(parts) != 3 or None in data:
        raise NotSo
    header = strict_json(data[0])
    if not has(header, _JWS_HEADER):
        raise NotSo
    return Jws(header["kid"], header["typ"], data[1], data[2], (parts[0] + "." + parts[1]).encode("ascii"))


def statement_by(key, text):
    """The payload of a JWS of typ cytoledger-key by this key; None for any other text."""
    try:
        jws = read_jws(text) if type(text) is str else None
        if key is None or jws is None or jws.typ != KEY_STATEMENT or jws.kid != thumbprint(key):
            return None
        if not ed25519_holds(key, jws.signed, jws.signature):
            return None
        payload = strict_json(jws.payload)
    except NotSo:
        return None
    return payload if type(payload) is dict else None


class SignerKey:
    """What the entries of one key stream say of its key. Section Keys."""

    def __init__(self, kid):
        self.kid = kid
        self.named_at = None  # index of the first entry that enrols, whether it counts or not
        self.enrolled = None
        self.org = self.person = self.key = None
        self.revoked = None
        self.compromised_ms = self.compromised_from = None
        self.hidden = False  # an entry is not shown, and may revoke

    def read(self, content, index, policy):
        """Whether the organisation vouches for this entry."""
        data = content["data"]
        if content["type"] == "key.enrolled.v1":
            if self.named_at is None:
                self.named_at = index
            return self.enrolled is None and self._enrol(data, index, policy)
        return content["type"] == "key.revoked.v1" and self.enrolled is not None and self._revoke(data, index, policy)

    def _enrol(self, data, index, policy):
        statements = data.get("statements")
        if not all(is_text(data.get(name)) for name in ("kid", "org")) or "person" not in data:
            return False
        if not is_text_or_null(data["person"]) or type(data.get("roles")) is not list or type(statements) is not dict:
            return False
        key = self._public_key(data)
        if key is None or data["kid"] != self.kid:
            return False
        said = canonical_text({name: data[name] for name in ("kid", "org", "person", "publicKey", "roles")})
        for signer, statement in ((policy.root_of(data["org"], index), "byOrganisation"), (key, "byKey")):
            payload = statement_by(signer, statements.get(statement))
            if payload is None or canonical_text(payload) != said:
                return False
        self.enrolled, self.org, self.person, self.key = index, data["org"], data["person"], key
        return True

    def _public_key(self, data):
        public = data.get("publicKey")
        if type(public) is not dict or public.keys() != {"crv", "kty", "x"}:
            return None
        if public["kty"] != "OKP" or public["crv"] != "Ed25519" or type(public["x"]) is not str:
            return None
        key = from_b64url(public["x"])
        return key if key is not None and is_key(key) and thumbprint(key) == self.kid else None

    def _revoke(self, data, index, policy):
        statements = data.get("statements")
        if type(statements) is not dict:
            return False
        payload = statement_by(policy.root_of(self.org, index), statements.get("byOrganisation"))
        if payload is None or payload.get("kid") != self.kid or payload.get("revoked") is not True:
            return False
        if "compromisedFrom" in payload:
            since = time_ms(payload["compromisedFrom"])
            if since is None:
                return False
            if self.compromised_ms is None or since < self.compromised_ms:
                self.compromised_ms, self.compromised_from = since, payload["compromisedFrom"]
        if self.revoked is None:
            self.revoked = index
        return True

    def revoked_at(self, index, not_after):
        if self.revoked is not None and self.revoked < index:
            return True
        return self.compromised_ms is not None and self.compromised_ms < (not_after + 1) * 1000


_ESIG_PAYLOAD = {
    "contentDigest": is_digest,
    "meaning": lambda value: is_text(value) and value != "",
    "signedAt": lambda value: time_ms(value) is not None,
}
_SUBMISSION_PAYLOAD = {"root": is_digest, "meaning": _ESIG_PAYLOAD["meaning"], "signedAt": _ESIG_PAYLOAD["signedAt"]}


def judge(signature, content_digest, keys, index, not_after):
    """What the report says of one signature of a header. Section Signatures."""
    path = signature.get("path")
    try:
        jws = read_jws(signature["jws"])
    except NotSo:
        return {"code": "signature-malformed", "kid": None}
    if jws.typ != (ESIG if path is None else SUBMISSION):
        return {"code": "signature-malformed", "kid": None}
    key = keys.get(jws.kid)
    payload = None
    if key is None or key.named_at is None or key.named_at >= index:
        code = "key-unknown"
    elif key.enrolled is None or key.enrolled >= index or key.hidden:
        code = "key-not-vouched"
    elif key.revoked_at(index, not_after):
        code = "key-revoked"
    elif not ed25519_holds(key.key, jws.signed, jws.signature):
        code = "signature-invalid"
    else:
        payload = _payload_of(jws, path, content_digest)
        code = "signature-of-other-content"
    if payload is None:
        return {"code": code, "kid": jws.kid}
    return {
        "code": "counted",
        "kid": jws.kid,
        "meaning": payload["meaning"],
        "org": key.org,
        "person": key.person,
        "signedAt": payload["signedAt"],
        "typ": jws.typ,
    }


def _payload_of(jws, path, content_digest):
    try:
        payload = strict_json(jws.payload)
    except NotSo:
        return None
    if path is None:
        return payload if has(payload, _ESIG_PAYLOAD) and digest_bytes(payload["contentDigest"]) == content_digest else None
    if not has(payload, _SUBMISSION_PAYLOAD):
        return None
    root = root_by_path(path["index"], path["size"], leaf_hash(content_digest), list(map(digest_bytes, path["hashes"])))
    return payload if root == digest_bytes(payload["root"]) else None


# Types that take effect by signature: meaning, persons
EFFECT = {
    "batch.released.v1": ("release", 2),
    "batch.conditionally-released.v1": ("conditional-release", 2),
    "batch.exceptionally-released.v1": ("exceptional-release", 2),
    "batch.conditional-release-closed.v1": ("conditional-release-closing", 2),
    "batch.specification-rebound.v1": ("specification-rebinding", 1),
    "batch.rejected.v1": (None, 1),
    "batch.quarantine-lifted.v1": ("quarantine-lifting", 1),
    "batch.break-glass-countersigned.v1": ("break-glass-countersignature", 1),
    "correction.approved.v1": ("correction-approval", 1),
    "material.released.v1": ("material-release", 1),
    "person.linked.v1": ("identity-link", 2),
    "person.unlinked.v1": ("identity-link", 2),
    "person.withdrawal-decided.v1": ("withdrawal-decision", 1),
    "shipment.crossing-authorised.v1": ("crossing-authorisation", 1),
    "treatment.conditioning-authorised.v1": ("conditioning-authorisation", 1),
}
REVIEWED = (
    "batch.released.v1",
    "batch.conditionally-released.v1",
    "batch.exceptionally-released.v1",
    "batch.conditional-release-closed.v1",
    "batch.rejected.v1",
)


def check_effect(event_type, judged):
    if event_type not in EFFECT:
        return
    for one in judged:
        check(one["code"] == "counted", one["code"])
    meaning, persons = EFFECT[event_type]
    signers = {
        (one["org"], one["person"])
        for one in judged
        if one["typ"] == ESIG and one["person"] is not None and meaning in (None, one["meaning"])
    }
    check(len(signers) >= persons, "signatures-missing")


def voucher_of(judged):
    counted = [one for one in judged if one["code"] == "counted"]
    if any(one["typ"] == ESIG and one["person"] is not None for one in counted):
        return "person"
    return "client" if counted else "platform"


def gather_digests(value, into):
    if type(value) is list:
        for item in value:
            gather_digests(item, into)
    elif type(value) is dict:
        for name, member in value.items():
            if name == "_sd" and type(member) is list:
                into.update(item for item in member if type(item) is str)
            gather_digests(member, into)


# Before a digest, in place of a disclosure: that it is gone for good.
ERASED = "erased:"


def check_disclosures(disclosures, data):
    digests, seen = set(), set()
    gather_digests(data, digests)
    for disclosure in disclosures:
        erased = disclosure.startswith(ERASED)
        digest = disclosure[len(ERASED) :] if erased else b64url(sha256(disclosure.encode("utf-8")))
        check(digest in digests and digest not in seen, "disclosure-not-of-event")
        seen.add(digest)
        if erased:
            continue
        raw = from_b64url(disclosure)
        check(raw is not None, "disclosure-malformed")
        value = _refused_as("disclosure-malformed", strict_json, raw)
        fits = type(value) is list and len(value) == 3 and is_salt(value[0]) and type(value[1]) is str
        check(fits and value[1] not in ("_sd", "...", "__proto__"), "disclosure-malformed")


_VOIDED = re.compile(r"[a-z][a-z0-9-]*\.voided\.v1").fullmatch


def ancestors_in(content):
    """Section Lineage: names of streams."""
    data = content["data"]

    def named(source, member, prefix):
        if type(source.get(member)) is str:
            yield prefix + source[member]

    if content["type"] == "batch.opened.v1":
        inputs = data.get("inputs")
        for one in inputs if type(inputs) is list else ():
            if type(one) is dict:
                yield from named(one, "donation", "donation-")
                yield from named(one, "batch", "batch-")
    elif content["type"] == "batch.origins-resolved.v1":
        for member, prefix in (("donations", "donation-"), ("batches", "batch-")):
            ids = data.get(member)
            for one in ids if type(ids) is list else ():
                if type(one) is str:
                    yield prefix + one
    elif content["type"] == "donation.registered.v1":
        yield from named(data, "donor", "person-")
        yield from named(data, "birthMother", "person-")
    elif content["type"] in ("batch.recalled.v1", "material.recalled.v1"):
        yield from named(data, "recall", "recall-")
    elif _VOIDED(content["type"]):
        yield from named(data, "correction", "correction-")


# ---------------------------------------------------------------------------------------------------------------------
# The bundle


class Part:
    """Entries in ascending index, as the key streams' and the others' are: indices, leaves, and what the report says of each."""

    def __init__(self):
        self.indices = array("Q")
        self.leaves = bytearray()
        self.claims = tempfile.SpooledTemporaryFile(max_size=1 << 25)

    def leaf(self, place):
        return bytes(self.leaves[32 * place : 32 * place + 32])


class Stream:
    __slots__ = ("part", "places", "shown", "recorded", "ids", "header_hash")

    def __init__(self, part):
        self.part = part
        self.places = array("I")  # in the part, by seq
        self.shown = 0
        self.recorded = None
        self.ids = set()
        self.header_hash = b""

    def leaf(self, seq):
        return self.part.leaf(self.places[seq])

    def index(self, seq):
        return self.part.indices[self.places[seq]]


# What may come in each phase, and the phase after it
_ORDER = {
    "start": {"bundle": "sizes"},
    "sizes": {"checkpoint": "released", "prefix": "sizes"},
    "released": {"checkpoint": "released", "prefix": "sizes", "heads": "entries"},
    "entries": {"entry": "entries", "inclusion": "proved"},
    "proof": {"inclusion": "proved"},
    "proved": {"stream": "streams"},
    "streams": {"stream": "streams", "end": "done"},
    "done": {},
}


class Bundle:
    """Reads one bundle in one pass. Afterwards `code`, `line` and, where the code is ok, what was proved."""

    def __init__(self, policy):
        self.policy = policy
        self.code, self.line = "ok", 0
        self._phase = "start"
        self._reader = LineReader()
        self.sizes = []  # (size, root), ascending
        self.released = []
        self._released_sizes = []
        self.map_root = None
        self.monitors = []
        self.key_part, self.other_part = Part(), Part()
        self.streams = {}
        self.keys = {}
        self._prover = None
        self._proof = None  # the root that the proof came to
        self._hashes, self._left_over = 0, False
        self.proved = {}  # stream: (entries, shown, head) in the order of the lines
        self._last_stream = ""
        self.ancestors = set()
        self.unseen = 0

    def verify(self, source):
        try:
            while self._next_line(source):
                pass
        except Refused as refused:
            self.code = refused.args[0]
        return self

    def _next_line(self, source):
        self.line += 1
        raw = source.readline(LINE_BYTES + 1)
        if not raw and self._phase == "done":
            return False
        check(self.line <= LINES or not raw, "limit-exceeded")
        if not raw.endswith(b"\n"):
            check(len(raw) <= LINE_BYTES, "limit-exceeded")
            raise Refused("truncated")
        raw = raw[:-1]
        line = _refused_as("line-not-canonical", self._reader.read, raw)
        kind = line.get("kind") if type(line) is dict else None
        check(type(kind) is str and kind in MEMBERS, "malformed-line")
        check(kind in _ORDER[self._phase], "line-out-of-order")
        if kind == "bundle":
            check(type(line.get("v")) is int and line["v"] == 1, "unsupported-version")
        check(has(line, MEMBERS[kind]), "malformed-line")
        self._phase = _ORDER[self._phase][kind]
        getattr(self, "_" + kind)(line, raw)
        return True

    def _bundle(self, line, _):
        check(line["origin"] == self.policy.origin, "origin-mismatch")
        self.size, self.subject, self.lineage = line["size"], line["subject"], line["lineage"]

    # -- sizes

    def _checkpoint(self, line, _):
        check(len(self.sizes) < SIZES, "limit-exceeded")
        note = _refused_as("note-malformed", Note, line["note"])
        origin, size, root = _refused_as("note-malformed", note.checkpoint)
        check(origin == self.policy.origin, "origin-mismatch")
        self._check_order(size)
        released = _released(note, self.policy, size, root)
        self._follow(size, root, line["consistency"])
        self.released.append(released)
        self._released_sizes.append(size)

    def _prefix(self, line, _):
        check(len(self.sizes) < SIZES, "limit-exceeded")
        self._check_order(line["size"])
        self._follow(line["size"], digest_bytes(line["root"]), line["consistency"])

    def _check_order(self, size):
        check(not self.sizes or size > self.sizes[-1][0], "checkpoint-order")

    def _follow(self, size, root, consistency):
        path = list(map(digest_bytes, consistency))
        holds = consistency_holds(*self.sizes[-1], size, root, path) if self.sizes else not path
        check(holds, "consistency-mismatch")
        self.sizes.append((size, root))

    def _heads(self, line, _):
        note = _refused_as("note-malformed", Note, line["note"])
        origin, size, root, self.map_root = _refused_as("note-malformed", note.heads)
        check(origin == self.policy.origin, "origin-mismatch")
        check((size, root) == self.sizes[-1] and size == self.size, "heads-mismatch")
        _check_log_signature(note, self.policy, size)
        cosigned = _refused_as("cosignature-invalid", note.signed_by, self.policy.at(size, "monitor"))
        self.monitors = [key.name for key, _ in cosigned]

    # -- entries

    def _entry(self, line, raw):
        header, body, index, disclosures = line["header"], line["body"], line["index"], line["disclosures"]
        shown = type(body) is dict
        check(shown or not disclosures, "malformed-line")
        check(len(self.key_part.indices) + len(self.other_part.indices) < ENTRIES, "limit-exceeded")
        check(is_header(header), "header-malformed")
        header_bytes = _quick_text(header).encode("utf-8")
        check(len(header_bytes) <= ENTRY_BYTES, "header-malformed")
        name, seq = header["stream"], header["seq"]
        of_key = name.startswith("key-")
        part = self.key_part if of_key else self.other_part
        check(not (of_key and self.other_part.indices), "line-out-of-order")
        check(not part.indices or index > part.indices[-1], "line-out-of-order")
        check(index < self.size and (of_key or not self._is_key_entry(index)), "index-out-of-range")
        content = None
        if shown:
            # The line is canonical, so its members are too, and stand in this order.
            suffix = ',"disclosures":%s,"header":' % _quick_text(disclosures)
            end = len(suffix.encode("utf-8")) + len(header_bytes) + len(',"index":%d,"kind":"entry"}' % index)
            body_bytes = raw[len('{"body":') : len(raw) - end]
            check(b64url(sha256(body_bytes)) == header["body"], "body-digest-mismatch")
            check(len(body_bytes) <= ENTRY_BYTES and has(body, _BODY), "body-malformed")
            content = body["content"]
            check(content["id"] == header["id"] and content["stream"] == name, "content-of-another-event")
        stream = self.streams.get(name) or Stream(part)
        check(seq == len(stream.places), "seq-mismatch")
        check(seq == 0 or digest_bytes(header["prev"]) == stream.leaf(seq - 1), "prev-mismatch")
        recorded = recorded_ms(header["recordedAt"])
        check(seq == 0 or recorded >= stream.recorded, "recorded-at-decreases")
        event_id = bytes.fromhex(header["id"].replace("-", ""))
        check(event_id not in stream.ids, "id-repeated")
        not_before, not_after = self._times(index)
        early = not_before is not None and recorded < (not_before - self.policy.delta) * 1000
        check(not early and recorded < (not_after + 1 + self.policy.delta) * 1000, "recorded-outside-cosignatures")
        judged, reviewed, voucher = [], None, "unseen"
        if shown:
            check_disclosures(disclosures, content["data"])
            self._check_basis(body["basis"])
            if of_key:
                vouched = self.keys.setdefault(name[4:], SignerKey(name[4:])).read(content, index, self.policy)
                voucher = "organisation" if vouched else "platform"
            else:
                if header["signatures"]:
                    digest = sha256(self._content_bytes(body, body_bytes))
                    judged = [judge(one, digest, self.keys, index, not_after) for one in header["signatures"]]
                check_effect(content["type"], judged)
                reviewed = self._reviewed(content, seq, stream)
                voucher = voucher_of(judged)
                self.ancestors.update(ancestors_in(content))
        elif of_key:
            self.keys.setdefault(name[4:], SignerKey(name[4:])).hidden = True
        else:
            self.unseen += 1
        leaf = leaf_hash(header_bytes)
        claim = {
            "claim": "event",
            "disclosed": sum(not one.startswith(ERASED) for one in disclosures),
            "id": header["id"],
            "index": index,
            "leaf": b64url(leaf),
            "notAfter": not_after,
            "notBefore": not_before,
            "recordedAt": header["recordedAt"],
            "reviewed": reviewed,
            "seq": seq,
            "signatures": judged,
            "stream": name,
            "type": content["type"] if shown else None,
            "voucher": voucher,
        }
        part.claims.write(_quick_text(claim).encode("utf-8") + b"\n")
        stream.places.append(len(part.indices))
        part.indices.append(index)
        part.leaves += leaf
        stream.shown += shown
        stream.recorded = recorded
        stream.ids.add(event_id)
        stream.header_hash = sha256(header_bytes)
        self.streams[name] = stream

    def _is_key_entry(self, index):
        indices = self.key_part.indices
        place = bisect_left(indices, index)
        return place < len(indices) and indices[place] == index

    @staticmethod
    def _content_bytes(body, body_bytes):
        before = '{"actor":%s,"basis":%s,"causation":%s,"content":' % tuple(
            _quick_text(body[name]) for name in ("actor", "basis", "causation")
        )
        after = ',"correlation":%s}' % _quick_text(body["correlation"])
        return body_bytes[len(before.encode("utf-8")) : len(body_bytes) - len(after.encode("utf-8"))]

    def _times(self, index):
        """Section Times: not before and not after, in seconds."""
        after = bisect_right(self._released_sizes, index)
        return self.released[after - 1].earliest if after else None, self.released[after].seen_by

    def _check_basis(self, basis):
        for one in basis:
            known = self.streams.get(one["stream"])
            if known is not None and one["seq"] < len(known.places):
                check(digest_bytes(one["leaf"]) == known.leaf(one["seq"]), "basis-mismatch")

    @staticmethod
    def _reviewed(content, seq, stream):
        if content["type"] not in REVIEWED:
            return None
        reviewed = content["data"].get("reviewed")
        check(type(reviewed) is dict and is_whole(reviewed.get("seq")) and reviewed["seq"] < seq, "reviewed-mismatch")
        fits = is_digest(reviewed.get("leaf")) and digest_bytes(reviewed["leaf"]) == stream.leaf(reviewed["seq"])
        check(fits, "reviewed-mismatch")
        return {"seq": reviewed["seq"], "unread": seq - reviewed["seq"] - 1}

    # -- proofs

    def _inclusion(self, line, _):
        if self._prover is None:
            self._prover = root_of_batch(self.size, *self.merged())
            self._ask(None)
        self._hashes += len(line["hashes"])
        check(self._hashes <= PROOF_HASHES, "limit-exceeded")
        for text in line["hashes"]:
            self._ask(digest_bytes(text))
        if line["more"]:
            self._phase = "proof"
        else:
            check(not self._left_over and self._proof == self.sizes[-1][1], "inclusion-mismatch")
            self._prover = None

    def _ask(self, value):
        if self._proof is not None:
            self._left_over = True
            return
        try:
            self._prover.send(value)
        except StopIteration as end:
            self._proof = end.value

    def merged(self):
        """Indices of all entries, ascending, and a function from place to leaf."""
        one, two = self.key_part, self.other_part
        if not one.indices:
            return two.indices, two.leaf
        indices, leaves, at = array("Q"), bytearray(), 0
        for place, index in enumerate(one.indices):
            upto = bisect_left(two.indices, index, at)
            indices += two.indices[at:upto]
            leaves += two.leaves[32 * at : 32 * upto]
            indices.append(index)
            leaves += one.leaf(place)
            at = upto
        indices += two.indices[at:]
        leaves += two.leaves[32 * at :]
        return indices, lambda place: bytes(leaves[32 * place : 32 * place + 32])

    def _stream(self, line, _):
        name = line["stream"]
        check(len(self.proved) < STREAMS, "limit-exceeded")
        check(name > self._last_stream, "line-out-of-order")
        self._last_stream = name
        proof = _refused_as("head-proof-malformed", HeadProof, line["proof"])
        stream = self.streams.get(name)
        if stream is None:
            check(proof.shows(name, None, self.map_root), "head-mismatch")
            self.proved[name] = (0, 0, None)
            return
        seq = len(stream.places) - 1
        leaf = stream.leaf(seq)
        value = head_value(seq, stream.index(seq), leaf, stream.header_hash)
        check(proof.shows(name, value, self.map_root), "head-mismatch")
        self.proved[name] = (seq + 1, stream.shown, b64url(leaf))

    def _end(self, line, _):
        entries = len(self.key_part.indices) + len(self.other_part.indices)
        check(line["entries"] == entries and line["lines"] == self.line, "end-mismatch")
        check(self.streams.keys() <= self.proved.keys(), "stream-unproven")
        check(self.subject in self.proved, "subject-unproven")
        check(not self.lineage or self.ancestors <= self.proved.keys(), "ancestor-missing")

    # -- what was proved

    def claims(self):
        """Canonical texts of the claims, in order."""
        policy, last = self.policy, self.released[-1]
        yield _quick_text({
            "claim": "checkpoint",
            "origin": policy.origin,
            "policy": policy.version,
            "quorum": policy.quorum,
            "root": b64url(last.root),
            "seen": last.seen,
            "size": last.size,
            "tolerated": last.tolerated,
            "witnesses": last.witnesses,
        })
        monitored = 0 < policy.monitors <= len(self.monitors)
        by = "monitors" if monitored else "operator"
        yield _quick_text({"by": by, "claim": "complete", "monitors": self.monitors, "size": self.size})
        if self.lineage:
            named = len(self.ancestors)
            yield _quick_text({"claim": "lineage", "named": named, "subject": self.subject, "unseen": self.unseen})
        for name, (entries, shown, head) in self.proved.items():
            yield _quick_text({"claim": "stream", "entries": entries, "head": head, "shown": shown, "stream": name})
        for kid in sorted(self.keys):
            key = self.keys[kid]
            if key.enrolled is not None and not key.hidden:
                yield _quick_text({
                    "claim": "key",
                    "compromisedFrom": key.compromised_from,
                    "enrolled": key.enrolled,
                    "kid": kid,
                    "org": key.org,
                    "person": key.person,
                    "revoked": key.revoked,
                })
        yield from self._events()

    def _events(self):
        one, two = self.key_part, self.other_part
        one.claims.seek(0)
        two.claims.seek(0)
        at = 0
        for index in one.indices:
            upto = bisect_left(two.indices, index, at)
            for _ in range(upto - at):
                yield _claim_in(two)
            yield _claim_in(one)
            at = upto
        for _ in range(len(two.indices) - at):
            yield _claim_in(two)

    def close(self):
        self.key_part.claims.close()
        self.other_part.claims.close()


def _claim_in(part):
    return part.claims.readline()[:-1].decode("utf-8")


# ---------------------------------------------------------------------------------------------------------------------
# Options


class Asked:
    """What a reader asks for beyond the bundle. Section Options."""

    def __init__(self, min_size=None, not_before=None, saved=None, compare=None):
        self.min_size, self.not_before = min_size, not_before  # entries, milliseconds
        self.saved, self.compare = saved, compare  # bytes, a binary file

    def check(self, bundle):
        """Further claims. @raises Refused, with a line as second argument where it is one of the other bundle"""
        last = bundle.released[-1]
        check(self.min_size is None or last.size >= self.min_size, "size-below-minimum")
        check(self.not_before is None or last.seen * 1000 >= self.not_before, "older-than-asked")
        claims = []
        if self.saved is not None:
            claims.append({"claim": "saved", "size": self._check_saved(bundle)})
        if self.compare is not None:
            claims.append(self._compare(bundle))
        return list(map(_quick_text, claims))

    def _check_saved(self, bundle):
        note, origin, size, root, map_root = _refused_as("saved-malformed", _kept, self.saved)
        check(origin == bundle.policy.origin, "saved-malformed")
        _check_log_signature(note, bundle.policy, size, "saved-malformed")
        check(size <= bundle.size, "older-than-saved")
        known = dict(bundle.sizes).get(size)
        check(known is not None, "saved-not-covered")
        check(known == root, "split-view")
        check(map_root is None or size != bundle.size or map_root == bundle.map_root, "split-view")
        return size

    def _compare(self, bundle):
        start = self.compare.read(1)
        self.compare.seek(0)
        if start == b"{":
            other = Bundle(bundle.policy).verify(self.compare)
            other.close()
            if other.code != "ok":
                raise Refused(other.code, other.line)
        else:
            other = _lone_checkpoint(self.compare.read(), bundle.policy)
        return compare(bundle, other)


def _kept(raw):
    try:
        note = Note(raw.decode("utf-8"))
    except ValueError:
        raise NotSo from None
    if note.text.startswith("cytoledger/heads/v1\n") and note.text.count("\n") == 5:
        return (note, *note.heads())
    return (note, *note.checkpoint(), None)


def _lone_checkpoint(raw, policy):
    """Checks 3, 4 and 6 to 8 of `checkpoint`."""
    other = Bundle(policy)
    try:
        note = _refused_as("note-malformed", Note, raw.decode("utf-8"))
    except ValueError:
        raise Refused("note-malformed") from None
    origin, size, root = _refused_as("note-malformed", note.checkpoint)
    check(origin == policy.origin, "origin-mismatch")
    other.released.append(_released(note, policy, size, root))
    other.sizes.append((size, root))
    other.size = size
    return other


def compare(one, two):
    roots = dict(two.sizes)
    sizes = [(root, roots[size]) for size, root in one.sizes if size in roots]
    check(all(mine == theirs for mine, theirs in sizes), "split-view")
    indices, leaf_at = one.merged()
    other_indices, other_leaf_at = two.merged()
    for place, index in enumerate(indices):
        there = bisect_left(other_indices, index)
        if there < len(other_indices) and other_indices[there] == index:
            check(leaf_at(place) == other_leaf_at(there), "split-view")
    both = one.proved.keys() & two.proved.keys()
    smaller = min(one.size, two.size)
    for name in both:
        mine, theirs = _entries_of(one, name), _entries_of(two, name)
        check(all(a[1] == b[1] for a, b in zip(mine, theirs)), "split-view")
        check([a for a in mine if a[0] < smaller] == [b for b in theirs if b[0] < smaller], "split-view")
    check(sizes or both, "compare-not-covered")
    return {"claim": "compared", "size": two.size, "sizes": len(sizes), "streams": len(both)}


def _entries_of(bundle, name):
    stream = bundle.streams.get(name)
    return [(stream.index(seq), stream.leaf(seq)) for seq in range(len(stream.places))] if stream else []


# ---------------------------------------------------------------------------------------------------------------------
# Report


class Report:
    def __init__(self, code, line=None, claims=()):
        self.code, self.line, self.claims = code, line, claims

    def write_json(self, write, tail="\n"):
        write('{"claims":[')
        for number, claim in enumerate(self.claims):
            write("," + claim if number else claim)
        write('],"code":%s,"line":%s}%s' % (_quick_text(self.code), _quick_text(self.line), tail))

    def write_words(self, write):
        if self.code != "ok":
            where = "" if self.line is None else ", line %d" % self.line
            write("REFUSED: %s%s\nNothing in it is proved. The code is explained in docs/formats/evidence-bundle.md.\n" % (self.code, where))
            return
        for claim in self.claims:
            write(_words(json.loads(claim)) + "\n")
        write(
            "\nNone of this shows that what was recorded is true: that rests on who vouches. Checked by cytoledger_verify.py\n"
            "with the policy that you gave; the result is worth as much as the way in which you came by the two.\n"
        )


def shown(text):
    """A text out of a bundle, without anything that a terminal might take as a command or that might pass for our own words."""
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _words(claim):
    return _WORDS[claim["claim"]](claim)


def _names(names):
    return ", ".join(map(shown, names)) or "none"


def _checkpoint_words(c):
    return (
        "VERIFIED: log %s to size %d, seen %s\n  root %s\n  cosigned by %s; quorum %d, policy version %d\n"
        "  holds while no more than %d of the witnesses misbehave"
        % (shown(c["origin"]), c["size"], utc(c["seen"]), c["root"], _names(c["witnesses"]), c["quorum"], c["policy"], c["tolerated"])
    )


def _complete_words(c):
    if c["by"] == "monitors":
        return "Complete to size %d: monitors %s have replayed the log" % (c["size"], _names(c["monitors"]))
    return "Complete to size %d: completeness: asserted by the operator only" % c["size"]


def _lineage_words(c):
    hidden = "" if c["unseen"] == 0 else "; %d entries are not shown and may name others" % c["unseen"]
    return "Lineage of %s: all %d origins, recalls and corrections that are named are here%s" % (shown(c["subject"]), c["named"], hidden)


def _stream_words(c):
    if c["entries"] == 0:
        return "Stream %s: proved to have no entry" % shown(c["stream"])
    return "Stream %s: all its %d entries, %d shown" % (shown(c["stream"]), c["entries"], c["shown"])


def _key_words(c):
    owner = shown(c["org"]) + ("" if c["person"] is None else ", person " + shown(c["person"]))
    ended = "" if c["revoked"] is None else ", revoked at index %d" % c["revoked"]
    since = "" if c["compromisedFrom"] is None else ", compromised from " + shown(c["compromisedFrom"])
    return "Key %s: of %s, enrolled at index %d%s%s" % (shown(c["kid"]), owner, c["enrolled"], ended, since)


_VOUCHERS = {
    "person": "a person's signature",
    "client": "the signature of an organisation's client",
    "organisation": "the root key of the organisation",
    "platform": "the platform only",
    "unseen": "not shown",
}


def _event_words(c):
    what = "body not shown" if c["type"] is None else c["type"]
    before = "" if c["notBefore"] is None else "not before %s, " % utc(c["notBefore"])
    lines = [
        "%d  %s #%d  %s" % (c["index"], shown(c["stream"]), c["seq"], what),
        "     recorded %s; attested %snot after %s; vouched for by: %s"
        % (c["recordedAt"], before, utc(c["notAfter"]), _VOUCHERS[c["voucher"]]),
    ]
    for one in c["signatures"]:
        if one["code"] == "counted":
            who = shown(one["org"]) + ("" if one["person"] is None else ", person " + shown(one["person"]))
            lines.append("     signed %s by %s as %s" % (shown(one["signedAt"]), who, shown(one["meaning"])))
        else:
            key = "" if one["kid"] is None else " of key " + shown(one["kid"])
            lines.append("     a signature%s does not count: %s" % (key, one["code"]))
    if c["reviewed"] is not None:
        lines.append("     reviewed up to #%d; %d entries before it unread" % (c["reviewed"]["seq"], c["reviewed"]["unread"]))
    if c["disclosed"]:
        lines.append("     %d disclosures are of it" % c["disclosed"])
    return "\n".join(lines)


_WORDS = {
    "checkpoint": _checkpoint_words,
    "complete": _complete_words,
    "lineage": _lineage_words,
    "stream": _stream_words,
    "key": _key_words,
    "event": _event_words,
    "saved": lambda c: "Continues what you kept of size %d" % c["size"],
    "compared": lambda c: "Agrees with the other, of size %d: %d sizes and %d streams compared" % (c["size"], c["sizes"], c["streams"]),
}


# ---------------------------------------------------------------------------------------------------------------------
# Command line


def verify(source, policy, asked, write_report):
    """Verifies the bundle in a binary file and hands the report, whose claims can be read once, to `write_report`. Returns its code."""
    bundle = Bundle(policy).verify(source)
    try:
        if bundle.code != "ok":
            report = Report(bundle.code, bundle.line)
        else:
            try:
                more = asked.check(bundle)
                report = Report("ok", None, (claim for claims in (bundle.claims(), more) for claim in claims))
            except Refused as refused:
                report = Report(refused.args[0], refused.args[1] if len(refused.args) > 1 else None)
        write_report(report)
        return report.code
    finally:
        bundle.close()


def verify_many(lines, whole, policy, write):
    """
    Each line is an object with `bundle`, the base64 of a whole bundle, or with `from`, `to` and `with`: the bytes [from, to) of the bundle
    `whole` replaced by that base64. It may have a `policy` of its own (text), and the options `minSize`, `notBefore`, `saved` (text) and
    `compare` (base64). The answer is a line with its `n`, `code` and `line` of the report and, as `report`, the SHA-256 of its text.
    """
    for line in lines:
        one = json.loads(line)
        if "bundle" in one:
            mutant = base64.b64decode(one["bundle"])
        else:
            mutant = whole[: one["from"]] + base64.b64decode(one["with"]) + whole[one["to"] :]
        asked = Asked(
            one.get("minSize"),
            time_ms(one["notBefore"]) if "notBefore" in one else None,
            one["saved"].encode("utf-8") if "saved" in one else None,
            io.BytesIO(base64.b64decode(one["compare"])) if "compare" in one else None,
        )
        answer, digest = {"n": one.get("n")}, hashlib.sha256()

        def note(report):
            report.write_json(lambda text: digest.update(text.encode("utf-8")))
            answer.update(code=report.code, line=report.line, report=digest.hexdigest())

        try:
            own = Policy(one["policy"].encode("utf-8")) if "policy" in one else policy
        except NotSo:
            note(Report("policy-malformed"))
        else:
            verify(io.BytesIO(mutant), own, asked, note)
        write(_quick_text(answer) + "\n")


def self_test():
    """Published values: RFC 8032 §7.1 (test 2, and with one bit changed), RFC 6962 §2.1, RFC 8785 §3.2.2.3, dates."""
    key = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    outcomes = [
        ed25519_holds(key, b"\x72", signature),
        not ed25519_holds(key, b"\x73", signature),
        not ed25519_holds(key, b"\x72", signature[:32] + (int.from_bytes(signature[32:], "little") + L).to_bytes(32, "little")),
        not any(is_key(low) for low in LOW_ORDER) and len(LOW_ORDER) == 10,
        leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        [es_number(x) for x in (333333333.33333329, 1e30, 4.5, 2e-3, 1e-27)] == ["333333333.3333333", "1e+30", "4.5", "0.002", "1e-27"],
        [time_ms(t) for t in ("1970-01-01T00:00:00Z", "2000-02-29T12:00:00.5+01:00", "1900-02-29T00:00:00Z")] == [0, 951822000500, None],
        utc(951822000) == "2000-02-29T11:00:00Z",
    ]
    return all(outcomes)


def _time_argument(text):
    value = time_ms(text)
    if value is None:
        raise argparse.ArgumentTypeError("a time, such as 2026-11-21T08:15:00Z")
    return value


def _size_argument(text):
    value = read_size(text)
    if value is None:
        raise argparse.ArgumentTypeError("a number of entries")
    return value


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Verifies an evidence bundle of Cytoledger, offline.")
    parser.add_argument("bundle", nargs="?", help="the bundle, NDJSON")
    parser.add_argument("--policy", help="the policy file: whom you trust")
    parser.add_argument("--min-size", type=_size_argument, help="the log has at least so many entries")
    parser.add_argument("--not-before", type=_time_argument, help="witnesses have seen it at this time or later")
    parser.add_argument("--saved", help="a checkpoint or heads note that you kept")
    parser.add_argument("--compare", help="another bundle or a checkpoint that somebody else was given")
    parser.add_argument("--json", action="store_true", help="the report as JSON")
    parser.add_argument("--many", help="many bundles, a line each, or changes of the bundle: to compare verifiers; - for standard input")
    parser.add_argument("--self-test", action="store_true", help="check this program against published values")
    options = parser.parse_args(arguments)
    if not options.self_test and (options.policy is None or (options.bundle is None and options.many is None)):
        parser.error("a bundle and --policy are needed")
    output = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="\n")
    try:
        status = _run(options, output.write)
        output.detach()  # with what is left to be written
        return status
    except BrokenPipeError:
        # Nobody reads on: the interpreter shall not try to write the rest when it ends (Python's library, "Note on SIGPIPE").
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
    except OSError as error:
        sys.stderr.write("%s\n" % error)
        return 2


def _run(options, write):
    def say(report):
        if options.json:
            report.write_json(write)
        else:
            report.write_words(write)

    if options.self_test:
        held = self_test()
        write("self-test: %s\n" % ("passed" if held else "FAILED"))
        return 0 if held else 1
    with open(options.policy, "rb") as file:
        try:
            policy = Policy(file.read())
        except NotSo:
            say(Report("policy-malformed"))
            return 1
    if options.many is not None:
        whole = b""
        if options.bundle is not None:
            with open(options.bundle, "rb") as file:
                whole = file.read()
        with open(0 if options.many == "-" else options.many, "rb") as lines:
            verify_many(lines, whole, policy, write)
        return 0
    saved = None
    if options.saved is not None:
        with open(options.saved, "rb") as file:
            saved = file.read(1_000_001)
    with open(options.bundle, "rb", buffering=1 << 20) as source:
        if options.compare is None:
            asked = Asked(options.min_size, options.not_before, saved)
            return 0 if verify(source, policy, asked, say) == "ok" else 1
        with open(options.compare, "rb", buffering=1 << 20) as other:
            asked = Asked(options.min_size, options.not_before, saved, other)
            return 0 if verify(source, policy, asked, say) == "ok" else 1


if __name__ == "__main__":
    sys.exit(main())
