"""Finds secrets and personal data in words."""
