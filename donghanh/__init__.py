"""Đồng Hành: one package a room; imports go down the list in laws/contracts.toml only."""
