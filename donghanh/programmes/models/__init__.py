"""Tables of the room, a module each for plans and reviews."""

from donghanh.programmes.models.plans import (
    Objective,
    PlanTask,
    PlanTransition,
    Programme,
    ProgrammeTask,
    TaskEvidence,
    TaskRemark,
    UnitPlan,
)
from donghanh.programmes.models.reviews import Review, ReviewTransition, ReviewVersion

__all__ = [
    "Objective", "PlanTask", "PlanTransition", "Programme", "ProgrammeTask", "Review", "ReviewTransition",
    "ReviewVersion", "TaskEvidence", "TaskRemark", "UnitPlan",
]  # fmt: skip
