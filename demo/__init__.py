"""Demo data of Hòa Bình: a real tree of areas, a generated register, generated reports. For no office."""
