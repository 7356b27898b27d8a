"""What every room stands on: verdicts, the clock, text and numbers as Vietnamese people write them, marks of access.

Owns no table and no word of the domain. Refuses anything that knows a school, a person or a report.
"""
