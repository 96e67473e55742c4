"""The few DER types that timestamps and extensions are made of, by hand: every byte can be bent."""

from datetime import UTC, datetime

ECDSA_SHA256, ECDSA_SHA384 = "1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3"
SHA256, SHA384, SHA512 = "2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.2", "2.16.840.1.101.3.4.2.3"


def tlv(tag, *parts):
    """Return tag, length in its shortest form, contents."""
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes([tag, len(body)]) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(size)]) + size + body


def seq(*parts):
    return tlv(0x30, *parts)


def set_of(*parts):
    return tlv(0x31, *sorted(parts))


def integer(value):
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, signed=True))


def boolean(value):
    return tlv(0x01, b"\xff" if value else b"\x00")


def octets(data):
    return tlv(0x04, data)


def utf8(text):
    return tlv(0x0C, text.encode())


def null():
    return tlv(0x05)


def context(number, *parts):
    """Return a constructed, context-specific member: EXPLICIT, or IMPLICIT over contents of a SEQUENCE."""
    return tlv(0xA0 | number, *parts)


def oid(dotted):
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    out = bytearray()
    for arc in (first * 40 + second, *rest):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(arc & 0x7F | 0x80)
        out += bytes(reversed(groups))
    return tlv(0x06, bytes(out))


def generalized_time(seconds, fraction=""):
    """Return a GeneralizedTime; fraction is like ".5"."""
    text = datetime.fromtimestamp(seconds, UTC).strftime("%Y%m%d%H%M%S")
    return tlv(0x18, f"{text}{fraction}Z".encode())


def algorithm(dotted, *parameters):
    return seq(oid(dotted), *parameters)
