"""Keeping a study: backups and their drill, another computer, an upgrade, wrong exams, withdrawn subjects."""
