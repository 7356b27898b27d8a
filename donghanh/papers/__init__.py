"""The official layout of Decree 30/2020 as Word and PDF.

Owns layout alone: it is handed a document made of words and figures, and knows no feature that made it.
"""
