"""Maternity and neonatal equity and equality audits, from published files to the audit pack."""
