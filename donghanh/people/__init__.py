"""Accounts, memberships (person x unit x role x validity) and the readable table of roles.

Owns sign-in and the question 'may this account do that, there, on that day?'.
Refuses any judgement about a person.
"""
