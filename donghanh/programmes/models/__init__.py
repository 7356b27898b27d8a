"""Tables of the room, a module each for plans, money, partners and reviews."""

from donghanh.programmes.models.money import BudgetLine, ClosedYear, MoneyEntry
from donghanh.programmes.models.partners import (
    CoordinationPlan,
    Partner,
    PartnerMeeting,
    PartnerStep,
    PartnerTask,
)
from donghanh.programmes.models.plans import (
    Objective,
    PlanTask,
    PlanTransition,
    Programme,
    ProgrammeTask,
    TaskEvidence,
    TaskFinish,
    TaskRemark,
    UnitPlan,
)
from donghanh.programmes.models.reviews import Review, ReviewTransition, ReviewVersion

__all__ = [
    "BudgetLine", "ClosedYear", "CoordinationPlan", "MoneyEntry", "Objective", "Partner", "PartnerMeeting",
    "PartnerStep", "PartnerTask", "PlanTask", "PlanTransition", "Programme", "ProgrammeTask", "Review",
    "ReviewTransition", "ReviewVersion", "TaskEvidence", "TaskFinish",
    "TaskRemark", "UnitPlan",
]  # fmt: skip
