"""What happened here, told on commit with ids only."""

from django.dispatch import Signal

report_sent = Signal()  # submission_id, version_id
report_returned = Signal()  # submission_id, version_id
report_accepted = Signal()  # submission_id, version_id
report_reminded = Signal()  # expected_ids, occasion
