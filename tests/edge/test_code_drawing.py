"""Codes are drawn beside the loop, newest first, once each, and a picture never waits for them."""

import asyncio
import json
import logging
import threading
from queue import SimpleQueue

import pytest

from edge.waiting import until
from kiosk.core.shows import Picture, ScreenCode, ScreenShown, as_record
from kiosk.edge.driver_screen.code_drawing import KEPT_MAX, CodeDrawing
from kiosk.edge.driver_screen.pictures import BY_CHARS_MAX, CODES_MAX, PagePictures
from kiosk.screens.driver.code import CodeRefused, DrawnCode, draw

PAY = "HTTPS://PAY.EXAMPLE.COM/L/K7Q2MZ4XH6TB3WPA5RCD2EVN"


class Bench:
    """A drawer that draws when it is let, and a loop that is turned by hand."""

    def __init__(self):
        self.asked = SimpleQueue()
        self.let = threading.Semaphore(0)
        self.calls = SimpleQueue()
        self.done = []
        self.drawing = CodeDrawing(self.draw, lambda *call: self.calls.put(call))

    def draw(self, content):
        self.asked.put((content, threading.get_ident()))
        assert self.let.acquire(timeout=5)
        if content == "bad":
            raise CodeRefused("content that is bad")
        return DrawnCode(29, content)

    def want(self, *contents):
        self.drawing.want(contents, lambda: self.done.append(contents))

    def turn(self):
        call, *arguments = self.calls.get(timeout=5)
        call(*arguments)


@pytest.fixture
def bench():
    made = Bench()
    yield made
    for _ in range(KEPT_MAX * 2):
        made.let.release()
    made.drawing.close()


def test_a_code_is_drawn_in_another_thread_and_is_there_when_the_loop_turns(bench):
    bench.want("a")
    content, thread = bench.asked.get(timeout=5)
    assert (content, thread != threading.get_ident()) == ("a", True)
    assert not bench.drawing.has(("a",))
    bench.let.release()
    bench.turn()
    assert bench.drawing.kept("a") == DrawnCode(29, "a")
    assert bench.done == [("a",)]


def test_a_code_is_drawn_once(bench):
    for _ in range(2):
        bench.let.release()
        bench.want("a")
        bench.turn()
    assert bench.asked.get(timeout=5)[0] == "a"
    assert bench.asked.empty()
    assert bench.drawing.drawn == 1


def test_while_one_is_drawn_only_the_newest_waits(bench):
    for content in "abcdefgh":
        bench.want(content)
    for _ in range(2):
        bench.let.release()
        bench.turn()
    assert bench.done == [("h",)]
    assert [bench.asked.get(timeout=5)[0] for _ in range(2)] == ["a", "h"]
    assert bench.asked.empty()
    assert "busy=False waits=False" in repr(bench.drawing)


def test_only_the_codes_of_the_last_pictures_are_kept(bench):
    for number in range(KEPT_MAX + 3):
        if number == KEPT_MAX:
            assert bench.drawing.kept("0") is not None, "and so the newest used"
        bench.let.release()
        bench.want(str(number))
        bench.turn()
    assert f"kept={KEPT_MAX}" in repr(bench.drawing)
    assert bench.drawing.has(("0",))
    assert not bench.drawing.has(("1",))
    assert not bench.drawing.has(("2",))


def test_a_refused_code_is_told_once_and_harms_no_other(bench, caplog):
    caplog.set_level(logging.WARNING)
    for _ in range(2):
        bench.let.release()
        bench.let.release()
        bench.want("bad", "good")
        bench.turn()
    assert bench.drawing.has(("bad", "good"))
    assert (bench.drawing.kept("bad"), bench.drawing.kept("good")) == (None, DrawnCode(29, "good"))
    assert (bench.drawing.refused, bench.drawing.drawn) == (1, 1)
    assert [record.getMessage() for record in caplog.records] == [
        'page.code.refused why="content that is bad"'
    ]


def test_a_loop_that_is_gone_stops_nobody():
    gone = threading.Event()

    def call_soon(*_):
        gone.set()
        raise RuntimeError("Event loop is closed")

    drawing = CodeDrawing(lambda content: DrawnCode(29, content), call_soon)
    drawing.want(("a",), lambda: pytest.fail("nobody is there to be told"))
    assert gone.wait(5)
    drawing.close()


def shown(*contents, picture=Picture.DUE, by=""):
    return as_record(
        ScreenShown(picture, codes=tuple(ScreenCode(content, by) for content in contents))
    )


def told(events):
    return [json.loads(each.partition(b"data: ")[2]) for each in events]


def test_a_picture_is_told_at_once_and_again_with_its_code():
    async def story():
        sent = []
        pictures = PagePictures(sent.append, lambda: 0.0)
        pictures.show(shown(PAY))
        (first,) = told(sent)
        assert first["codes"] == [{"by": "", "across": 0, "path": ""}]
        await until(lambda: len(sent) == 2)
        second = told(sent)[1]
        code = draw(PAY)
        assert second["codes"] == [{"by": "", "across": code.across, "path": code.path}]
        assert {**second, "codes": []} == {**first, "codes": []}
        assert pictures.latest() == sent[1], "whoever comes later gets both at once"
        pictures.show(shown(PAY))
        assert told(sent)[2] == second, "it is known by now"
        pictures.close()
        return sent

    sent = asyncio.run(story())
    assert all(PAY.encode() not in each for each in sent)


def test_a_code_that_comes_late_brings_no_old_picture_back():
    async def story():
        sent = []
        pictures = PagePictures(sent.append, lambda: 0.0)
        pictures.show(shown(PAY))
        pictures.show(shown(picture=Picture.DRIVE))
        pictures.show(shown(PAY + "A"))
        pictures.show(shown(picture=Picture.WELCOME))
        drawing = pictures._drawer()
        await until(lambda: drawing.drawn == 2)
        pictures.close()
        assert [each["picture"] for each in told(sent)] == ["due", "drive", "due", "welcome"]

    asyncio.run(story())


def test_no_more_codes_than_fit_are_drawn_and_one_that_cannot_be_has_no_place():
    async def story():
        sent = []
        pictures = PagePictures(sent.append, lambda: 0.0)
        many = [f"{PAY}{number}" for number in range(100)]
        pictures.show(shown("für", *many, by="W" * 5000))
        await until(lambda: len(sent) == 2)
        first, second = told(sent)
        assert [len(each["codes"]) for each in (first, second)] == [CODES_MAX, CODES_MAX - 1]
        assert second["codes"][0]["by"] == "W" * BY_CHARS_MAX
        pictures.close()

    asyncio.run(story())


def test_a_picture_without_codes_starts_no_thread():
    async def story():
        before = threading.active_count()
        sent = []
        pictures = PagePictures(sent.append, lambda: 0.0)
        pictures.show(shown())
        pictures.show({"picture": "welcome"})
        assert [each["codes"] for each in told(sent)] == [[], []]
        assert threading.active_count() == before
        pictures.close()

    asyncio.run(story())


def test_a_code_that_is_being_made_has_its_place_among_no_more_than_fit():
    async def story():
        sent = []
        pictures = PagePictures(sent.append, lambda: 0.0)
        for codes, coming, places in [((), 1, 1), ((), 9, CODES_MAX), ((PAY, PAY), 9, CODES_MAX)]:
            pictures.show({**shown(*codes), "codes_coming": coming})
            assert len(told(sent)[-1]["codes"]) == places
        pictures.show({**shown(), "codes_coming": 1})
        assert told(sent)[-1]["codes"] == [{"by": "", "across": 0, "path": ""}]
        pictures.close()

    asyncio.run(story())


def test_a_page_that_comes_late_is_told_of_the_seconds_that_are_left_by_then():
    clock = [100.0]
    sent = []
    pictures = PagePictures(sent.append, lambda: clock[0])
    assert pictures.latest() == b"", "nothing was shown yet"
    pictures.show({"picture": "ask-plate", "help_in_s": 60.0})
    clock[0] += 41.5
    assert [each["help_in_s"] for each in told([*sent, pictures.latest()])] == [60.0, 18.5]
    pictures.show({"picture": "welcome", "help_in_s": None})
    assert told(sent)[-1]["help_in_s"] is None
