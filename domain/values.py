"""Frozen data classes that a start does not wait for.

While a module is imported, the standard library writes and compiles six methods for each of its
data classes. That is half a millisecond and some kilobytes for each of hundreds, of which a start
makes a few. Here a class gets its fields and slots at once, and those very methods when they are
first asked for.
"""

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeVar

if TYPE_CHECKING:
    # To whoever reads types it is the standard one.
    from dataclasses import dataclass as dataclass
else:
    T = TypeVar("T")

    def dataclass(
        *, frozen: Literal[True], slots: Literal[True], kw_only: bool = False
    ) -> Callable[[type[T]], type[T]]:
        """Return what makes a frozen class with slots of the class under it.

        For one that can be changed, take `dataclasses.dataclass`.
        """
        return lambda cls: _made(cls, kw_only=kw_only)


_ASKED_FOR = ("__init__", "__repr__", "__eq__", "__hash__")


def _made(cls: type[Any], *, kw_only: bool) -> type[Any]:
    own = set(vars(cls))
    made: type[Any] = dataclasses.dataclass(
        init=False, repr=False, eq=False, slots=True, kw_only=kw_only
    )(cls)
    for name in _ASKED_FOR:
        if name not in own:
            setattr(made, name, _on_first_use(made, name))
    for name, method in _SHARED.items():
        setattr(made, name, method)
    return made


def _on_first_use(cls: type[Any], name: str) -> Callable[..., Any]:
    """Return a method that puts the standard one in its own place, and does what that does.

    Two threads may do so at once: both put the same there.
    """

    def method(self: object, /, *args: object, **values: object) -> Any:
        standard = getattr(_standard(cls, name), name)
        setattr(cls, name, standard)
        return standard(self, *args, **values)

    return method


def _standard(cls: type[Any], name: str) -> type[Any]:
    """Return a standard data class with the same fields, which knows how to do it."""
    fields = [
        (
            field.name,
            field.type,
            dataclasses.field(
                default=field.default,
                default_factory=field.default_factory,
                init=field.init,
                repr=field.repr,
                hash=field.hash,
                compare=field.compare,
                kw_only=field.kw_only,
            ),
        )
        for field in dataclasses.fields(cls)
    ]
    after = {key: getattr(cls, key) for key in ("__post_init__",) if hasattr(cls, key)}
    return dataclasses.make_dataclass(
        cls.__name__,
        fields,
        namespace=after,
        init=name == "__init__",
        repr=name == "__repr__",
        eq=name in {"__eq__", "__hash__"},
        frozen=True,
    )


def _set(self: object, name: str, value: object) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _delete(self: object, name: str) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[object]:
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _take_state(self: Any, state: list[object]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)


# The last two for copies, as in the standard library.
_SHARED: dict[str, Callable[..., Any]] = {
    "__setattr__": _set,
    "__delattr__": _delete,
    "__getstate__": _state,
    "__setstate__": _take_state,
}
