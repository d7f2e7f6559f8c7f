"""BLAS stays on one thread while one of us wants it to, and is then as it was."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from threadpoolctl import threadpool_info

from memwell.models.threads import one_thread


def counts() -> list[int]:
    return [each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"]


def test_threads_are_given_back_by_the_outermost_user() -> None:
    before = counts()
    with one_thread():
        with one_thread():
            assert set(counts()) <= {1}
        assert set(counts()) <= {1}
    assert counts() == before


def test_threads_are_given_back_after_an_error() -> None:
    before = counts()
    with pytest.raises(KeyError), one_thread():
        raise KeyError
    assert counts() == before


def test_users_may_come_and_go_in_any_order() -> None:
    before, together = counts(), Barrier(3)

    def work() -> None:
        with one_thread():
            together.wait()

    with ThreadPoolExecutor(3) as pool:
        for job in [pool.submit(work) for _ in range(9)]:
            job.result()
    assert counts() == before
