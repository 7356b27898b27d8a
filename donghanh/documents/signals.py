"""What happened here, told on commit with ids only."""

from django.dispatch import Signal

document_registered = Signal()  # document_id; it has its number
document_recalled = Signal()  # document_id
document_replaced = Signal()  # document_ids; replaced or cancelled, and from today on no longer in force
document_published = Signal()  # publication_id; an audience is asked to read it
reading_nudged = Signal()  # publication_id, account_ids; those who had not read were reminded
proposals_answered = Signal()  # head_id; readable for all who may see the document
