"""Whether the process that holds a lease still lives."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pipeline.holder import is_dead, name_holder

WHO = "from pipeline.holder import name_holder; print(name_holder(), flush=True); input()"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows the processes of others")


def test_this_process_lives() -> None:
    assert not is_dead(name_holder())


def test_a_killed_process_is_dead_and_a_living_one_is_not() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WHO], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        holder = child.stdout.readline().strip()
        assert holder != name_holder()
        assert not is_dead(holder)
        child.kill()
        child.wait()
    assert is_dead(holder)


def test_a_number_used_again_is_another_process() -> None:
    place, pid, start = name_holder().rsplit("/", 2)
    assert is_dead(f"{place}/{pid}/{int(start) - 1}")


@pytest.mark.parametrize("holder", ["", "x", "other/boot/1/1/1", "a/b/c/d", "1/2"])
def test_nobody_elsewhere_is_called_dead(holder: str) -> None:
    assert not is_dead(holder)
