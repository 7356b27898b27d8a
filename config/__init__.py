"""Wiring only: settings, addresses, servers, the schedule of periodic jobs. No rule of the domain lives here."""
