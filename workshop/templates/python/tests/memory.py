"""What the plugin imports from its host, in memory. Write more here as you import it."""

from wit_world.imports import kv

_rows: dict[bytes, bytes] = {}


def begin() -> None:
    """An empty store behind the functions of `kv`."""
    _rows.clear()
    kv.get = _rows.get
    kv.put = _rows.__setitem__
    kv.delete = lambda key: _rows.pop(key, None)
    kv.scan = _scan


def _scan(wanted: kv.Range) -> list[kv.Entry]:
    keys = [key for key in _rows if wanted.start <= key and (wanted.end is None or key < wanted.end)]
    keys.sort(reverse=wanted.order == kv.Order.DESCENDING)
    return [kv.Entry(key, _rows[key]) for key in keys[: wanted.limit]]
