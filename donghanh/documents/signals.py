"""What happened here, told on commit with ids only."""

from django.dispatch import Signal

document_registered = Signal()  # document_id; it has its number
document_recalled = Signal()  # document_id
document_replaced = Signal()  # document_ids; replaced or cancelled, and from today on no longer in force
