"""The engine's questions on a cluster of two workers: the answers are DuckDB's. Run by `bin/test-spark`."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from donghanh.statistics.engine import ask
from donghanh.statistics.tests.engine_world import BY_HAND, OLD, question, tree

pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(find_spec("pyspark") is None, reason="pyspark is not installed (the extra “spark”)"),
    pytest.mark.skipif(shutil.which("java") is None, reason="no Java"),
    pytest.mark.filterwarnings("default"),  # pyspark's own
]
PATIENCE = 60 * int(os.environ.get("DONGHANH_PATIENCE", "1"))  # seconds for each process to come up
TEXTS = list(dict.fromkeys(text for text, *_ in BY_HAND))
AT_ONCE = 8  # Spark's planner takes more than its share of time over longer texts


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(log: Path, words: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(PATIENCE * 5):
        if words in log.read_text():
            return
        assert process.poll() is None, log.read_text()
        time.sleep(0.2)
    pytest.fail(f"{words!r} did not come: {log.read_text()[-2000:]}")


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """A standalone master with two workers, on loopback ports of their own; all of them end with the module."""
    import pyspark
    from pyspark.sql import SparkSession

    folder = tmp_path_factory.mktemp("spark")
    home = Path(pyspark.__file__).parent
    master = f"spark://127.0.0.1:{free_port()}"
    place = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_HOME": str(home), "SPARK_WORKER_DIR": str(folder)}
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str, *arguments: str) -> tuple[Path, subprocess.Popen[bytes]]:
        log = folder / f"{name}.log"
        log.touch()
        command = [str(home / "bin/spark-class"), f"org.apache.spark.deploy.{arguments[0]}", "--host", "127.0.0.1"]
        with log.open("wb") as out:
            process = subprocess.Popen(
                [*command, "--webui-port", str(free_port()), *arguments[1:]], env=place, stdout=out, stderr=out
            )
        started.append(process)
        return log, process

    spark = None
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    try:
        log, process = start("master", "master.Master", "--port", master.rpartition(":")[2])
        wait_for(log, "New state: ALIVE", process)
        workers = [start(f"worker{i}", "worker.Worker", "--cores", "1", "--memory", "1g", master) for i in (1, 2)]
        for log, process in workers:
            wait_for(log, "Successfully registered with master", process)
        spark = (
            SparkSession.builder.master(master)
            .appName("figures")
            .config("spark.executor.memory", "512m")
            .config("spark.executor.cores", "1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.codegen.wholeStage", "false")  # compiling takes longer than these few rows
            .config("spark.sql.adaptive.enabled", "false")
            .config("spark.locality.wait", "0")
            .getOrCreate()
        )
        yield spark
    finally:
        if spark is not None:
            spark.stop()
        for one in started:
            one.terminate()
        for one in started:
            try:
                one.wait(20)
            except subprocess.TimeoutExpired:
                one.kill()


def same(session, asked) -> None:
    from donghanh.statistics import engine_spark

    here, there = ask(asked), engine_spark.ask(asked, session)
    assert (there.units.tolist(), there.spans.tolist()) == (here.units.tolist(), here.spans.tolist())
    np.testing.assert_allclose(there.values, here.values, rtol=1e-12)


def test_two_workers_take_part(session) -> None:
    executors = session.sparkContext._jsc.sc().getExecutorMemoryStatus()
    deadline = time.monotonic() + PATIENCE
    while executors.size() < 3 and time.monotonic() < deadline:  # the driver is one of them
        time.sleep(0.2)
        executors = session.sparkContext._jsc.sc().getExecutorMemoryStatus()
    assert executors.size() == 3


@pytest.mark.parametrize("first", range(0, len(TEXTS), AT_ONCE))
def test_spark_gives_what_duckdb_gives(session, tmp_path, first) -> None:
    same(session, question(tmp_path, TEXTS[first : first + AT_ONCE]))


def test_shares_and_narrowed_rows_too(session, tmp_path) -> None:
    pairs, weights = [*OLD, (31, 11), (32, 11)], [*[1.0] * len(OLD), 0.75, 0.25]
    trees = dict.fromkeys(("old", "new"), tree(pairs, weights))
    texts = ["staff", "staff.aggregationType(AVERAGE)", "kids.aggregationType(LAST)", "subExpression(staff)"]
    same(session, question(tmp_path, texts, trees=trees, units=[1, 31, 32], kinds=["TH", "office"], only=[10, 11]))
