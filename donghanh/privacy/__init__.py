"""What people may ask about their own data: consents by purpose, requests with a legal clock, how long data is kept.

Owns the register in which every room says what it holds on a person, and the job that forgets in time.
Refuses to know whose parent somebody is, and what a class is: higher rooms register it.
"""
