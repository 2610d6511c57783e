#!/usr/bin/env python
"""Django's command line for Masthead."""

import os
import sys

from django.core.management import execute_from_command_line

from config.environment import SettingRefused

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except SettingRefused as refusal:
        sys.exit(f"masthead: {refusal}")
