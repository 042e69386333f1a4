"""Every address that the resolver knows, by name."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Address:
    """``name`` with its namespaces ("orders:cart"); the pattern's text where it has no name."""

    name: str
    parameters: tuple[str, ...]


def addresses() -> list[Address]:
    """Of several forms of one address (with and without a format suffix) the shortest."""
    found = sorted(_walk(get_resolver(), "", "", ()), key=lambda a: len(a.parameters), reverse=True)
    return sorted({address.name: address for address in found}.values(), key=lambda a: a.name)


def _walk(resolver: URLResolver, namespace: str, prefix: str, outer: tuple[str, ...]) -> Iterator[Address]:
    for item in resolver.url_patterns:
        parameters = (*outer, *item.pattern.regex.groupindex)
        text = prefix + str(item.pattern)
        if isinstance(item, URLResolver):
            inner = ":".join(filter(None, (namespace, item.namespace)))
            yield from _walk(item, inner, text, parameters)
        elif isinstance(item, URLPattern):
            name = ":".join(filter(None, (namespace, item.name))) if item.name else text
            yield Address(name, parameters)
