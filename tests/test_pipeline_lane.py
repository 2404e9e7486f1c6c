"""Which runs begin when many are due."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from pipeline.lane import SPARE, WAITS, Lane


@dataclass
class Road:
    """A lane of two, its clock, and what has begun."""

    now: float = 0.0
    begun: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lane = Lane(2, lambda: self.now)

    def come(self, *names: str) -> None:
        for name in names:
            self.lane.come(name, lambda name=name: self.begun.append(name))  # type: ignore[misc]

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.lane.move()


@pytest.fixture
def road() -> Road:
    return Road()


def test_so_many_runs_begin_at_once_and_the_next_when_one_ends(road: Road) -> None:
    road.come("a", "b", "c", "d")
    assert road.begun == ["a", "b"]
    assert [name for name in "abcd" if road.lane.has(name)] == ["c", "d"]
    road.lane.leave("b")
    assert road.begun == ["a", "b", "c"]


def test_a_run_that_lasts_makes_room_for_the_next(road: Road) -> None:
    road.come("slow", "slower", "good", "better", "last")
    road.wait(WAITS)
    assert road.begun == ["slow", "slower", "good", "better"]
    road.lane.leave("good")
    assert road.begun[-1] == "last"


def test_there_is_an_end_to_the_runs_that_last(road: Road) -> None:
    names = [f"slow{number}" for number in range(30)]
    road.come(*names)
    for _ in range(30):
        road.wait(WAITS)
    assert road.begun == names[: 2 * (1 + SPARE)]
    road.lane.leave(names[0])
    assert len(road.begun) == 2 * (1 + SPARE) + 1


def test_an_end_frees_one_place_only_when_it_took_one(road: Road) -> None:
    road.come("slow", "slower")
    road.wait(WAITS)
    road.come("a", "b", "c", "d")
    road.lane.leave("slow")
    assert road.begun == ["slow", "slower", "a", "b"]


def test_nothing_begins_once_the_lane_is_closed(road: Road) -> None:
    road.come("a", "b", "c")
    road.lane.close()
    road.lane.leave("a")
    road.come("d")
    assert road.begun == ["a", "b"]
