"""The rules of checks, one a file; the same names stand in static/questionnaires/checks/ for the browser."""
