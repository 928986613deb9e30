"""Records of tensors, such as a batch: the same done to every tensor in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from torch import Tensor

Record = TypeVar("Record")


def change_tensors(record: Record, change: Callable[[Tensor], Tensor]) -> Record:
    """Return a record of records and tensors with every tensor changed; what is none of these stays as it is."""
    return _map(record, change)


def move(record: Record, device: str) -> Record:
    """Return a record on a device."""
    return change_tensors(record, lambda tensor: tensor.to(device, non_blocking=True))


def _map(record: Any, change: Callable[[Tensor], Tensor]) -> Any:
    match record:
        case Tensor():
            return change(record)
        case Mapping():
            return {name: _map(value, change) for name, value in record.items()}
    if is_dataclass(record) and not isinstance(record, type):
        return replace(record, **{field.name: _map(getattr(record, field.name), change) for field in fields(record)})
    return record
