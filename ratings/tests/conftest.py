import pytest

from ratings.models import Evidence


@pytest.fixture
def private_files(tmp_path, monkeypatch):
    """Papers of the test go into a folder of its own; returns the folder."""
    storage = Evidence._meta.get_field("file").storage
    monkeypatch.setitem(storage.__dict__, "base_location", str(tmp_path))
    monkeypatch.setitem(storage.__dict__, "location", str(tmp_path))
    return tmp_path
