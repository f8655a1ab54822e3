"""Texts that a company's team writes once and fills in for each candidate."""
