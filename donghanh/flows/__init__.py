"""What happens in one room because of another: each reaction a few lines, each with its test.

Owns no table and no page.
"""
