"""Frozen records with slots, for the classes that every verification loads.

They are what ``dataclasses.dataclass(frozen=True, slots=True, kw_only=True)`` makes of a class, and a type
checker takes them for that. `dataclasses` writes and compiles source for each class, and loads `inspect` for
it: a third of what a process that verifies one note spends on its own code. Nothing here is compiled.

A record can be given to `dataclasses.replace` as well, which asks for no more than ``__dataclass_fields__``.

Source: Python documentation, dataclasses; PEP 557.
"""

from typing import TYPE_CHECKING

__all__ = ["field", "record", "replace"]

if TYPE_CHECKING:
    from dataclasses import dataclass as record
    from dataclasses import field, replace
else:
    _MISSING = object()

    class field:  # noqa: N801 - called as the function that it stands for
        """What a field has beside its name: a default, or a function that makes one."""

        __slots__ = ("_field_type", "compare", "default", "default_factory", "hash", "init", "name", "repr")

        def __init__(
            self,
            *,
            default=_MISSING,
            default_factory=_MISSING,
            init=True,
            repr=True,  # noqa: A002 - the names of dataclasses.field
            hash=None,  # noqa: A002
            compare=True,
        ):
            self.name = ""
            self.default = default
            self.default_factory = default_factory
            self.init = init
            self.repr = repr
            self.hash = compare if hash is None else hash
            self.compare = compare
            self._field_type = None

    def record(*, frozen, slots, kw_only):
        """Return the decorator; all three have to be asked for, because nothing else is made."""
        if not (frozen and slots and kw_only):
            raise TypeError("a record is frozen, has slots, and takes keywords only")
        return _decorate

    def replace(obj, /, **changes):
        """Return a copy of a record with some fields changed.

        Raises:
            TypeError: there is no such field.
        """
        kept = {name: getattr(obj, name) for name, item in obj.__dataclass_fields__.items() if item.init}
        return type(obj)(**(kept | changes))

    def _decorate(cls):
        own = dict(cls.__dict__)
        fields = {name: _named(name, own.pop(name, _MISSING)) for name in cls.__annotations__}
        for name in ("__dict__", "__weakref__"):
            own.pop(name, None)
        names = tuple(fields)
        own |= {
            "__slots__": names,
            "__dataclass_fields__": fields,
            "__init__": _initialiser(cls.__qualname__, fields, post="__post_init__" in own),
            "__eq__": _equality(tuple(name for name in names if fields[name].compare)),
            "__repr__": own.get("__repr__") or _shower(tuple(name for name in names if fields[name].repr)),
            "__setattr__": _frozen,
            "__delattr__": _frozen,
            "__getstate__": lambda self: [getattr(self, name) for name in names],
            "__setstate__": _setter(names),
        }
        if "__hash__" not in own:
            own["__hash__"] = _hasher(tuple(name for name in names if fields[name].hash))
        made = type(cls)(cls.__name__, cls.__bases__, own)
        made.__qualname__ = cls.__qualname__
        return made

    def _named(name, default):
        found = default if isinstance(default, field) else field(default=default)
        found.name = name
        return found

    def _initialiser(owner, fields, *, post):
        put = object.__setattr__
        needed = tuple(name for name, item in fields.items() if item.init)
        rest = tuple(
            (name, item.default, item.default_factory)
            for name, item in fields.items()
            if item.default is not _MISSING or item.default_factory is not _MISSING
        )

        # What callers give that make many: every field there is.
        whole = set(needed) if len(needed) == len(fields) else None

        def __init__(self, **values):
            if values.keys() != whole:
                _complete(values, owner, needed, rest)
            for name, value in values.items():
                put(self, name, value)
            if post:
                self.__post_init__()

        return __init__

    def _complete(values, owner, needed, rest):
        for name in values:
            if name not in needed:
                raise TypeError(f"{owner}.__init__() got an unexpected keyword argument {name!r}")
        for name, default, factory in rest:
            if name not in values:
                values[name] = default if factory is _MISSING else factory()
        for name in needed:
            if name not in values:
                raise TypeError(f"{owner}.__init__() missing a required keyword argument: {name!r}")

    def _equality(names):
        def __eq__(self, other):
            if other.__class__ is not self.__class__:
                return NotImplemented
            return all(getattr(self, name) == getattr(other, name) for name in names)

        return __eq__

    def _hasher(names):
        return lambda self: hash(tuple(getattr(self, name) for name in names))

    def _shower(names):
        def __repr__(self):
            inside = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
            return f"{self.__class__.__qualname__}({inside})"

        return __repr__

    def _setter(names):
        def __setstate__(self, state):
            for name, value in zip(names, state, strict=True):
                object.__setattr__(self, name, value)

        return __setstate__

    def _frozen(self, name, *_value):
        raise AttributeError(f"cannot assign to field {name!r}: {type(self).__qualname__} is frozen")
