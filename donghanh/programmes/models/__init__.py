"""Tables of the room, a module each for plans, partners, money and reviews."""

from donghanh.programmes.models.plans import PlanTask, Programme, UnitPlan

__all__ = ["PlanTask", "Programme", "UnitPlan"]
