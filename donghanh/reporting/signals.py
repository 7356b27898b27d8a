"""What happened here, told on commit with ids only."""

from django.dispatch import Signal

report_sent = Signal()  # submission_id, version_id
report_returned = Signal()  # submission_id, version_id
report_accepted = Signal()  # submission_id, version_id; by the last office of its chain
report_passed_up = Signal()  # submission_id, version_id; accepted, and the next office of its chain has it now
report_withdrawn = Signal()  # submission_id, version_id
report_reopened = Signal()  # submission_id, version_id
report_locked = Signal()  # submission_id, version_id
report_reminded = Signal()  # expected_ids, occasion
