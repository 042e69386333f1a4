"""What is remembered, what a change forgets and what it leaves, and a cache that is away."""

import itertools
import logging

import pytest
from django.core.cache import cache
from django.core.cache.backends.redis import RedisCache

from core.services import freshness


@pytest.fixture
def counted():
    """Asks for the value of a key: how often it was made until now."""
    made = {}

    def ask(key, *topics):
        counter = made.setdefault(key, itertools.count(1))
        return freshness.remembered(("test", key), lambda: next(counter), topics=lambda value: topics)

    return ask


def test_a_value_is_made_once_until_its_topic_is_renewed(counted):
    assert [counted("a", "product:1"), counted("a", "product:1")] == [1, 1]
    freshness.bump("product:2", freshness.CATALOGUE)
    assert counted("a", "product:1") == 1
    freshness.bump("product:1")
    assert [counted("a", "product:1"), counted("a", "product:1")] == [2, 2]


def test_any_of_several_topics_forgets(counted):
    topics = ("product:1", "producer:ha")
    for number, topic in enumerate(topics, start=1):
        assert counted("a", *topics) == number
        freshness.bump(topic)
    assert counted("a", *topics) == 3


def test_what_names_no_topic_follows_the_catalogue(counted):
    assert counted("list") == 1
    freshness.bump("product:1")
    assert counted("list") == 1
    freshness.bump(freshness.CATALOGUE)
    assert counted("list") == 2


def test_everything_is_forgotten_when_no_topic_is_named(counted):
    assert (counted("a", "product:1"), counted("list")) == (1, 1)
    freshness.bump()
    assert (counted("a", "product:1"), counted("list")) == (2, 2)


def test_a_value_that_a_change_overtakes_is_not_found_again():
    def make():
        freshness.bump("product:1")  # somebody commits while the page is being drawn
        return "old"

    topics = {"topics": lambda value: ["product:1"]}
    assert freshness.remembered(("test",), make, **topics) == "old"
    assert freshness.remembered(("test",), lambda: "new", **topics) == "new"


def test_of_two_changes_at_once_the_later_counts(monkeypatch):
    """The slower writer must not leave the earlier moment behind."""
    write, slow = RedisCache.set_many, iter([True])

    def set_many(*args, **options):
        if next(slow, False):
            freshness.bump("product:1")
        return write(*args, **options)

    monkeypatch.setattr(RedisCache, "set_many", set_many)
    freshness.bump("product:1")
    assert cache.get("public:topic:product:1") == cache.get(freshness.CLOCK)


def test_without_a_cache_values_are_made_and_it_is_said_once(settings, counted, caplog):
    settings.CACHES = {
        **settings.CACHES,
        "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"},
    }
    with caplog.at_level(logging.WARNING, logger="core.services.freshness"):
        assert [counted("a"), counted("a")] == [1, 2]
    assert len(caplog.records) == 1
