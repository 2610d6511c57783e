"""Receipts and credit notes: gapless numbers, frozen content, PDFs."""
