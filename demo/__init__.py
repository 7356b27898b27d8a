"""Demo data of Hòa Bình: a real tree of areas, a generated school register, generated reports. Never used in an office."""
