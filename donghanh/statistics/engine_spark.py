"""The same questions on Apache Spark, where one machine is too small: the same text, in Spark's dialect.

It comes with the extra `spark`; the session is the caller's, on whatever cluster. Its workers must reach the files by
the paths that the sources name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from donghanh.statistics.engine import answer
from donghanh.statistics.engine_plan import Plan
from donghanh.statistics.engine_question import Answer, Question
from donghanh.statistics.engine_sql import Text, for_spark

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def ask(question: Question, session: SparkSession) -> Answer:
    """Every value asked for, as `engine.ask` gives it; sums of fractions may differ in their last digits.

    UnknownElement as there; what Spark says of files it cannot read goes through.
    """
    plan = Plan(question)

    def read(alike: range) -> list[tuple[str, str]]:
        return [(str(place), f"source_{place}") for place in alike]

    text = Text(plan, read).whole()
    views = []
    try:
        for place, source in enumerate(plan.sources):
            session.read.parquet(source.path).createOrReplaceTempView(f"source_{place}")
            views.append(f"source_{place}")
        for name, table in plan.tables().items():
            if name in text:
                session.createDataFrame(table).createOrReplaceTempView(name)
                views.append(name)
        found = session.sql(for_spark(text)).toArrow()
    finally:
        for view in views:
            session.catalog.dropTempView(view)
    return answer(plan, {name: found[name].to_numpy() for name in found.column_names})
